import { expect, test } from 'vitest'
import { PhoneLine } from '../../shared/phone.ts'
import { asteriskLine, createAsteriskPairings } from './asteriskPairing.ts'
import { memoryKeyring, memoryStore } from './testing.ts'

const wanted = {
  webSocket: 'ws://127.0.0.1:8088',
  extension: '1001',
  password: 'hunter2',
  hint: '',
  useFolder: true,
  template: '',
  dialect: 'start-pause-resume',
} as const

test('kept sealed, and back again', () => {
  const store = memoryStore()
  const { pairing, remembered } = createAsteriskPairings(store, memoryKeyring()).pair(wanted, '/recordings')
  expect(remembered).toBe(true)
  expect(store.text()).not.toContain('hunter2')
  const again = createAsteriskPairings(store, memoryKeyring())
  expect(again.restore()).toEqual(pairing)
  expect(pairing).toMatchObject({
    webSocket: 'ws://127.0.0.1:8088/ws',
    folder: '/recordings',
    dialect: 'start-pause-resume',
  })
  again.forget()
  expect(again.restore()).toBeNull()
})

test('one that was kept before the dialect was asked for starts and stops', () => {
  const store = memoryStore()
  const keyring = memoryKeyring()
  const { pairing } = createAsteriskPairings(store, keyring).pair(wanted, null)
  const { dialect, ...before } = pairing
  expect(dialect).toBe('start-pause-resume')
  store.set('asterisk.sealed', keyring.seal(JSON.stringify(before)))
  expect(createAsteriskPairings(store, keyring).restore()).toMatchObject({ ...before, dialect: 'start-stop' })
})

test('without a keyring nothing is kept, not even what was kept before', () => {
  const store = memoryStore()
  createAsteriskPairings(store, memoryKeyring()).pair(wanted, null)
  const pairings = createAsteriskPairings(store, memoryKeyring(false))
  expect(pairings.pair(wanted, null).remembered).toBe(false)
  expect(pairings.restore()).toBeNull()
  expect(store.text()).toBe('[]')
})

test('its line', () => {
  const { pairing } = createAsteriskPairings(memoryStore(), memoryKeyring()).pair(
    { ...wanted, hint: '*735', useFolder: false },
    '/x',
  )
  expect(pairing.folder).toBeNull()
  const line = PhoneLine.parse(asteriskLine(pairing))
  expect(line).toMatchObject({
    uri: 'sip:1001@127.0.0.1',
    hint: '*735',
    secret: { kind: 'password', password: 'hunter2' },
  })
  expect(asteriskLine({ ...pairing, password: 'other' }).key).not.toBe(line.key)
})
