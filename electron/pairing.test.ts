import { afterEach, beforeEach, expect, it } from 'vitest'
import { NO_KEEPING } from '../shared/keeping.ts'
import { NO_EXPORTING } from '../shared/exporting.ts'
import { OPEN_POLICY } from '../shared/policy.ts'
import { Settings } from '../shared/settings.ts'
import { memoryKeyring, memoryStore, type MemoryStore } from './account/testing.ts'
import { systemClock } from './calls/ports.ts'
import { Companion } from './companion.ts'
import { startDemo, type Demo } from './demo/server.ts'
import { memoryIndex } from './library/index.testing.ts'
import { Pairing } from './pairing.ts'

let demo: Demo
let stopped: number
let store: MemoryStore
let companion: Companion
let pairing: Pairing

beforeEach(async () => {
  demo = await startDemo({ seeded: true })
  stopped = 0
  store = memoryStore()
  companion = new Companion({
    clock: systemClock,
    settings: { current: () => Settings.parse({}), change: () => undefined },
    policy: { current: () => OPEN_POLICY, readAgain: () => OPEN_POLICY },
    phone: { send: () => Promise.resolve(null), open: () => undefined, close: () => undefined },
    language: () => 'en',
    onSnapshot: () => undefined,
    onMoment: () => undefined,
    onOver: () => undefined,
    exporting: () => NO_EXPORTING,
    keeping: () => NO_KEEPING,
    library: { openIndex: () => Promise.resolve(memoryIndex()), erase: () => Promise.resolve() },
    onLibraryChanged: () => undefined,
    log: () => undefined,
  })
  const [user] = demo.users
  if (user === undefined) throw new Error('the demo has no user')
  pairing = new Pairing({
    store,
    keyring: memoryKeyring(),
    clock: systemClock,
    version: '0',
    companion,
    trials: { try: () => Promise.resolve({ example: null, tells: null, samples: [] }) },
    codes: () => ['*26'],
    demo: {
      start: () => Promise.resolve({ url: demo.url, fingerprint: demo.fingerprint, ...user }),
      stop: () => void stopped++,
    },
    log: () => undefined,
  })
})
afterEach(async () => {
  await companion.close()
  await demo.close()
})

it('keeps nothing of the demo, whose server is gone at the next start', async () => {
  await pairing.tryDemo()
  expect(companion.line?.account()).toMatchObject({ kind: 'demo', remembered: false })
  expect(store.text()).toBe('[]')
  await pairing.signOut()
  expect(companion.line).toBeNull()
  expect(stopped).toBe(1)
})

it('ends a demo that nobody could sign in to', async () => {
  await demo.close()
  await expect(pairing.tryDemo()).rejects.toThrow()
  expect(stopped).toBe(1)
})
