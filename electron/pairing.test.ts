import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { NO_KEEPING } from '../shared/keeping.ts'
import { NO_EXPORTING } from '../shared/exporting.ts'
import { AppFailure } from '../shared/failure.ts'
import { OPEN_POLICY } from '../shared/policy.ts'
import { Settings } from '../shared/settings.ts'
import { createAsteriskPairings } from './account/asteriskPairing.ts'
import { type Keyring } from './account/ports.ts'
import { memoryKeyring, memoryStore, type MemoryStore } from './account/testing.ts'
import { systemClock } from './calls/ports.ts'
import { Companion } from './companion.ts'
import { startDemo, type Demo } from './demo/server.ts'
import { memoryIndex } from './library/index.testing.ts'
import { Pairing } from './pairing.ts'

let demo: Demo
let stopped: number
let erases: boolean
let deeds: string[]
let store: MemoryStore
let companion: Companion
let pairing: Pairing
let keyring: Keyring
/** Templates that were tried, with how many names. */
let tried: [string, number][]

beforeEach(async () => {
  demo = await startDemo({ seeded: true })
  stopped = 0
  erases = false
  deeds = []
  store = memoryStore()
  keyring = memoryKeyring()
  tried = []
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
    library: {
      openIndex: () => Promise.resolve(memoryIndex()),
      erase: key => Promise.resolve(void deeds.push(`erase ${key}`)),
    },
    onLibraryChanged: () => undefined,
    log: () => undefined,
  })
  const [user] = demo.users
  if (user === undefined) throw new Error('the demo has no user')
  pairing = new Pairing({
    store,
    keyring,
    clock: systemClock,
    version: '0',
    companion,
    trials: {
      try: (template, paths) => {
        tried.push([template, paths.length])
        if (template === 'bad') return Promise.reject(new AppFailure('template-unsupported'))
        return Promise.resolve({ example: null, tells: null, samples: [] })
      },
    },
    codes: () => ['*26'],
    eraseAtSignOut: () => erases,
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

it('reads the folder by another template, tried on its files before, and keeps it for the next run', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'naming-'))
  try {
    await writeFile(join(folder, '1001-1002.wav'), '')
    createAsteriskPairings(store, keyring).keep({
      webSocket: 'ws://127.0.0.1:9/ws',
      extension: '1001',
      password: 'secret',
      hint: '',
      folder,
      template: '{{ srcnum }}',
      dialect: 'start-stop',
    })
    await pairing.restore()
    const line = companion.line
    expect(await pairing.naming()).toEqual({ template: '{{ srcnum }}' })
    await pairing.tryNaming('{{ dstnum }}')
    expect(tried).toEqual([['{{ dstnum }}', 1]])
    await expect(pairing.applyNaming('bad')).rejects.toThrow(AppFailure)
    expect(companion.line).toBe(line)
    await pairing.applyNaming('{{ dstnum }}')
    expect(companion.line).not.toBe(line)
    expect(await pairing.naming()).toEqual({ template: '{{ dstnum }}' })
    expect(createAsteriskPairings(store, keyring).restore()).toMatchObject({
      template: '{{ dstnum }}',
      password: 'secret',
    })
    await pairing.signOut()
    expect(await pairing.naming()).toBeNull()
    await expect(pairing.applyNaming('{{ dstnum }}')).rejects.toThrow(AppFailure)
  } finally {
    await companion.close()
    await rm(folder, { recursive: true, force: true })
  }
})

it('signing out closes the library, and destroys it where that was chosen', async () => {
  const signIn = async () => {
    const [user] = demo.users
    const wanted = { server: new URL(demo.url).host, username: user?.login ?? '', password: user?.password ?? '' }
    pairing.trust(wanted.server, demo.fingerprint)
    await pairing.signIn(wanted)
    await companion.library.index()
  }
  await pairing.signIn({ server: new URL(demo.url).host, username: 'eve', password: 'demo' }).catch(() => undefined)
  await signIn()
  await pairing.signOut()
  expect(deeds).toEqual([])
  expect(companion.library.view().state).toBe('none')
  erases = true
  await signIn()
  expect(await pairing.naming()).toBeNull()
  await companion.library.useFolder({ root: join(tmpdir(), 'not-mounted'), label: 'spool', template: '' })
  await pairing.applyNaming('{{ srcnum }}')
  expect(await pairing.naming()).toEqual({ template: '{{ srcnum }}' })
  await pairing.signOut()
  expect(deeds).toEqual([expect.stringMatching(/^erase [0-9a-f]{32}$/)])
  expect(companion.library.view().state).toBe('none')
})
