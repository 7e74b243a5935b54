import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type LastCall } from '../../shared/call.ts'
import { AppFailure } from '../../shared/failure.ts'
import { NO_FILTER } from '../../shared/library/query.ts'
import { ManualClock } from '../wazo/clock.testing.ts'
import { type Cdr } from '../wazo/callLog.ts'
import { libraryHandlers } from '../libraryHandlers.ts'
import { memoryIndex, type MemoryIndex } from './index.testing.ts'
import { Library } from './library.ts'
import { type CallLogClient, type LibraryAccount } from './source.ts'
import { begun, cdr, listing, reader } from './sync/testing.ts'
import { readWavHead, writeWavHead } from './audio/wav.ts'
import { concat, failureOf, memorySource, privateFolder, sound, telephone, wavOf } from './testing.ts'
import { type Vault } from './vault/port.ts'

let clock: ManualClock
let indexes: Map<string, MemoryIndex>
let openIndex: (account: string) => Promise<MemoryIndex>
let vault: Vault | null
let events: string[]
let changes: number
let log: Cdr[]
let audio: (uuid: string) => Promise<Uint8Array>
let canHear: boolean
let erasing: Error | null
let library: Library
let whole: CallLogClient['whole']

const settle = async () => {
  for (let turn = 0; turn < 80; turn++) await Promise.resolve()
}
const pass = async (ms: number) => {
  await settle()
  for (let step = 0; step < 20; step++) {
    clock.advance(ms / 20)
    await settle()
  }
}
const client: CallLogClient = {
  list: query => Promise.resolve(listing(log, query)),
  media: async (_, uuid, { from, to }) => {
    const bytes = await audio(uuid)
    return { bytes: bytes.slice(from, to), size: bytes.length }
  },
  hold: () => () => void events.push('released'),
  whole: recording => whole(recording),
  forget: () => void events.push('forget'),
}
const account = (key: string, change: Partial<LibraryAccount> = {}): LibraryAccount => ({
  key,
  passing: false,
  own: () => ['1001'],
  callLog: { client, reader: () => ({ ...reader, canHear }) },
  automaticNames: () => false,
  folder: 'chosen',
  ...change,
})
const all = { filter: { ...NO_FILTER, recorded: 'all' as const }, at: null, limit: 100 }
const ended: LastCall = {
  id: 'c-1',
  conversation: '1.1',
  peer: { name: 'Marie', number: '4185550142' },
  outgoing: true,
  startedAt: begun + 3_600_000,
  endedAt: begun + 3_660_000,
  end: 'talked',
  callMs: 60_000,
  recordedMs: 60_000,
  pauses: 0,
  timeline: [{ fromMs: 0, toMs: 60_000, kind: 'recorded' }],
  files: [],
  provable: true,
  asked: null,
  forbidden: false,
  sentAt: null,
  due: 'yes',
}

beforeEach(() => {
  clock = new ManualClock(begun + 3_660_000)
  indexes = new Map()
  events = []
  changes = 0
  canHear = true
  whole = () => null
  log = [cdr(1), cdr(2)]
  audio = () => Promise.resolve(wavOf(sound(500)))
  vault = null
  erasing = null
  openIndex = key => {
    events.push(`open ${key}`)
    const index = indexes.get(key) ?? memoryIndex()
    index.closed = false
    indexes.set(key, index)
    return Promise.resolve(index)
  }
  library = new Library({
    clock,
    openIndex: key => openIndex(key),
    attach: () =>
      Promise.resolve({
        vault,
        close: () => {
          events.push('detach')
          return Promise.resolve()
        },
      }),
    left: () => {
      events.push('left')
      return Promise.resolve()
    },
    eraseIndex: key => {
      events.push(`erase the index of ${key}`)
      if (erasing !== null) return Promise.reject(erasing)
      indexes.delete(key)
      return Promise.resolve()
    },
    erase: key => {
      events.push(`erase ${key}`)
      indexes.delete(key)
      return Promise.resolve()
    },
    onRate: () => events.push('another rate'),
    onView: () => undefined,
    onChanged: () => changes++,
    log: () => undefined,
  })
})

const firstPart = async () => {
  const { entries } = await (await library.index()).list(all)
  return entries[0]?.parts[0]?.id ?? ''
}

test('is empty and says so without an account', async () => {
  expect(library.view().state).toBe('none')
  expect(await failureOf(library.index())).toEqual({ code: 'library-broken' })
  expect(await failureOf(library.open('x'))).toEqual({ code: 'library-broken' })
})

test('an account has an index of its own, which is closed before the next one is opened', async () => {
  await library.use(account('eve'))
  await pass(1_000)
  expect(library.view()).toMatchObject({ state: 'open', callLog: { state: 'idle' }, seenSince: begun + 3_660_000 })
  expect(indexes.get('eve')?.calls.size).toBe(2)
  log = []
  await library.use(account('paul'))
  await pass(1_000)
  expect(indexes.get('eve')?.closed).toBe(true)
  expect(indexes.get('paul')?.calls.size).toBe(0)
  expect(events.indexOf('detach')).toBeLessThan(events.indexOf('open paul'))
})

test('tells of changes four times a second at most', async () => {
  await library.use(account('eve'))
  for (let at = 0; at < 100; at++) {
    library.touched()
    await pass(20)
  }
  expect(changes).toBeGreaterThan(6)
  expect(changes).toBeLessThan(10)
})

test('an index that cannot be opened is told, and tried again when somebody looks', async () => {
  const open = openIndex
  openIndex = () => Promise.reject(new AppFailure('library-broken'))
  await library.use(account('eve'))
  expect(library.view()).toMatchObject({ state: 'failed', failure: { code: 'library-broken' } })
  openIndex = () => Promise.reject(new AppFailure('vault-locked'))
  library.look()
  await pass(10)
  expect(library.view().state).toBe('locked')
  expect(await failureOf(library.index())).toEqual({ code: 'vault-locked' })
  openIndex = open
  await library.reopen()
  expect(library.view().state).toBe('open')
})

test('a call is listed the moment it ends; after a minute its recording is late, until the server lists it', async () => {
  await library.use(account('eve'))
  await pass(1_000)
  library.callEnded(ended)
  await settle()
  const one = async () => (await (await library.index()).list(all)).entries.find(({ id }) => id === '1.1')
  expect(await one()).toMatchObject({ sources: ['live'], why: 'finishing', how: 'automatic' })
  await pass(61_000)
  expect((await one())?.why).toBe('late')
  log.push(cdr(3, { conversationId: '1.1' }))
  library.look()
  await pass(100)
  expect(await one()).toMatchObject({ why: null, how: 'automatic', parts: [{ hearing: 'yes' }] })
})

test('a call whose recording was awaited when the app went is late at the next start', async () => {
  await library.use(account('eve'))
  library.callEnded(ended)
  await pass(1_000)
  await library.use(null)
  clock.advance(3_600_000)
  await library.use(account('eve'))
  await settle()
  const live = [...(indexes.get('eve')?.calls.values() ?? [])].find(({ source }) => source === 'live')
  expect(live?.why).toBe('late')
  expect(indexes.get('eve')?.notes.get('live')).toEqual([])
})

test('keeps a part’s audio for the next range, and lets the oldest go', async () => {
  log = Array.from({ length: 12 }, (_, at) => cdr(at + 1))
  await library.use(account('eve'))
  await pass(1_000)
  const { entries } = await (await library.index()).list(all)
  const ids = entries.flatMap(({ parts }) => parts.map(({ id }) => id))
  const [first = '', ...others] = ids
  const opened = await library.open(first)
  expect(await library.open(first)).toBe(opened)
  expect(opened.fileName).toBe('rec-12.wav')
  expect(await opened.source.read(0, await opened.source.size())).toEqual(wavOf(sound(500)))
  for (const id of others.slice(0, 8)) await library.open(id)
  expect(await library.open(first)).not.toBe(opened)
  // a player still reads the one that made room
  expect(await opened.source.size()).toBe(wavOf(sound(500)).length)
})

test('what came whole for an open part is to be had as it is played, without asking for it', async () => {
  const bytes = wavOf(sound(500), 0)
  audio = () => Promise.resolve(bytes)
  await library.use(account('eve'))
  await pass(1_000)
  const part = await firstPart()
  whole = ({ uuid }) => (uuid.endsWith('2') ? Promise.resolve(bytes) : null)
  expect(await library.inMemory(part)).toBe(null)
  const { source } = await library.open(part)
  const played = await source.read(0, await source.size())
  audio = () => Promise.reject(new AppFailure('unreachable'))
  const found = await library.inMemory(part)
  expect(await found?.read(0, await found.size())).toEqual(played)
  whole = () => null
  expect(await library.inMemory(part)).toBe(null)
})

test('who reads on, once the copy that came meanwhile has taken the place of the sound, reads the copy', async () => {
  const copy = memorySource(() => wavOf(sound(500)))
  let copied = false
  vault = {
    open: () => Promise.resolve(copied ? copy.source : null),
    keep: () => Promise.reject(new Error('unused')),
    drop: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
  await library.use(account('eve'))
  await pass(1_000)
  const { source } = await library.open(await firstPart())
  const size = await source.size()
  copied = true
  library.copyChanged(await firstPart())
  await settle()
  clock.advance(10_000)
  audio = () => Promise.reject(new AppFailure('unreachable'))
  expect(await source.read(0, size)).toEqual(wavOf(sound(500)))
  expect([copy.reads, events.filter(event => event === 'released')]).toEqual([[[0, size]], ['released']])
})

test.each([
  ['recording-deleted', 'deleted'],
  ['recording-empty', 'empty'],
  ['recording-missing', 'missing'],
  ['recording-no-media', 'no-media'],
] as const)('%s is learnt once', async (code, hearing) => {
  await library.use(account('eve'))
  await pass(1_000)
  audio = () => Promise.reject(new AppFailure(code))
  const part = await firstPart()
  const { source } = await library.open(part)
  expect(await failureOf(source.size())).toEqual({ code })
  expect(await failureOf(source.size())).toEqual({ code })
  expect(indexes.get('eve')?.lessons).toEqual([[part, hearing]])
})

test('what was learnt is forgotten when it is asked for anew, and learnt again if it still is so', async () => {
  await library.use(account('eve'))
  await pass(1_000)
  audio = () => Promise.reject(new AppFailure('recording-missing'))
  const part = await firstPart()
  const miss = async () => expect(await failureOf((await library.open(part)).source.size())).toBeTruthy()
  await miss()
  const lessons = indexes.get('eve')?.lessons
  await library.again(part)
  expect(lessons).toEqual([])
  await miss()
  expect(lessons).toEqual([[part, 'missing']])
  await library.again(part)
  audio = () => Promise.resolve(wavOf(sound(500)))
  expect(await (await library.open(part)).source.size()).toBe(wavOf(sound(500)).length)
  expect(lessons).toEqual([])
})

test('where nothing was learnt, asking anew reads the sources', async () => {
  await library.use(account('eve'))
  await pass(1_000)
  log.push(cdr(9))
  await library.again(await firstPart())
  await pass(100)
  const { entries } = await (await library.index()).list(all)
  expect(entries.map(({ parts }) => parts[0]?.fileName)).toContain('rec-9.wav')
})

test('a file that the server may not read teaches nothing: it is asked for each time', async () => {
  await library.use(account('eve'))
  await pass(1_000)
  audio = () => Promise.reject(new AppFailure('recording-unreadable'))
  const { source } = await library.open(await firstPart())
  expect(await failureOf(source.size())).toEqual({ code: 'recording-unreadable' })
  expect(indexes.get('eve')?.lessons).toEqual([])
})

test('where users may not hear, nothing is asked of the server; a copy is heard all the same', async () => {
  canHear = false
  await library.use(account('eve'))
  await pass(1_000)
  const part = await firstPart()
  expect(await failureOf(library.open(part))).toEqual({ code: 'recording-no-media' })
  const copy = memorySource(() => wavOf(sound(7))).source
  vault = {
    open: () => Promise.resolve(copy),
    keep: () => Promise.resolve({ bytes: 0 }),
    drop: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
  await library.reopen()
  expect(await (await library.open(part)).source.size()).toBe(wavOf(sound(7)).length)
  // what it was made of cannot be had: the copy is
  expect(await (await library.open(part, 'original')).source.size()).toBe(wavOf(sound(7)).length)
  expect(await failureOf(library.open('deadbeef'))).toEqual({ code: 'recording-missing' })
})

test('what a demo server had is gone with its session', async () => {
  await library.use(account('demo', { passing: true }))
  expect(events).toEqual(['erase demo', 'open demo'])
  await library.use(null)
  expect(events.at(-1)).toBe('erase demo')
})

test('what hangs on the account stays while its index is opened anew, and goes with it', async () => {
  await library.use(account('demo', { passing: true }))
  events = []
  await library.reopen()
  expect(events).toEqual(['detach', 'forget', 'open demo'])
  await library.use(account('eve'))
  expect(events.slice(3)).toEqual(['detach', 'forget', 'left', 'erase demo', 'open eve'])
})

test('an index that goes with its key is closed, removed, and begun anew from the sources', async () => {
  await library.use(account('eve'))
  events = []
  const beginAnew = await library.eraseIndex()
  expect([events, library.view().state]).toEqual([['detach', 'forget', 'erase the index of eve'], 'opening'])
  beginAnew()
  expect((await (await library.index()).list(all)).entries).toBeDefined()
  expect(library.view().state).toBe('open')
})

test('an index that cannot be removed is opened again, and the error is told', async () => {
  await library.use(account('eve'))
  erasing = new Error('EBUSY')
  await expect(library.eraseIndex()).rejects.toThrow('EBUSY')
  expect((await (await library.index()).list(all)).entries).toBeDefined()
  expect(library.view().state).toBe('open')
})

test('is whole once every source was read to its end into this index, and none is away', async () => {
  expect(library.whole()).toBe(false)
  const opening = library.use(account('eve'))
  expect(library.whole()).toBe(false)
  await opening
  await pass(1_000)
  expect([library.whole(), library.view().callLog.completeAt]).toEqual([true, expect.any(Number)])
  await library.useFolder({ root: '/nowhere/at/all', label: 'all', template: '' })
  await pass(1_000)
  expect(library.whole()).toBe(false)
  await library.useFolder(null)
  expect(library.whole()).toBe(true)
  await library.close()
  expect(library.whole()).toBe(false)
})

test('a copy that was damaged is not played: the server has it still; one that came is played from then on', async () => {
  await library.use(account('eve'))
  await pass(1_000)
  const part = await firstPart()
  let open: Vault['open'] = () => Promise.reject(new AppFailure('copy-damaged'))
  vault = {
    open: key => open(key),
    keep: () => Promise.resolve({ bytes: 0 }),
    drop: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
  await library.reopen()
  expect(await (await library.open(part)).source.size()).toBe(wavOf(sound(500)).length)
  const copy = memorySource(() => wavOf(sound(7))).source
  open = () => Promise.resolve(copy)
  expect(await (await library.open(part)).source.size()).toBe(wavOf(sound(500)).length)
  library.copyChanged(part)
  expect(await (await library.open(part)).source.size()).toBe(wavOf(sound(7)).length)
})

test('erases everything of the account that is signed in, once it is closed', async () => {
  await library.use(account('eve'))
  await library.eraseAll()
  expect(events.at(-1)).toBe('erase eve')
  expect(library.view().state).toBe('none')
})

test('a folder beside the call log is remembered for this account, and forgotten with its files', async () => {
  await library.use(account('eve'))
  await library.useFolder({ root: '/nowhere/at/all', label: 'all', template: '' })
  expect(library.view().folderName).toBe('all')
  expect(await failureOf(library.useFolder({ root: '/x', label: 'x', template: '{% x %}' }))).toMatchObject({
    code: 'template-unsupported',
  })
  await library.reopen()
  expect(library.view().folderName).toBe('all')
  expect(await library.chosenFolder()).toMatchObject({ label: 'all' })
  await library.use(account('paul'))
  expect(library.view().folderName).toBeNull()
  await library.use(account('eve'))
  await library.useFolder(null)
  await library.reopen()
  expect(library.view()).toMatchObject({ folderName: null, folder: { state: 'none' } })
})

describe('files that do not tell how fast they were recorded', () => {
  let place: Awaited<ReturnType<typeof privateFolder>>
  beforeEach(async () => {
    place = await privateFolder()
  })
  afterEach(async () => {
    await library.close()
    await place.remove()
  })
  const raw = new Uint8Array(Int16Array.from({ length: 32_000 }, (_, at) => 9_000 * Math.sin(at / 5)).buffer)
  const put = (name: string, bytes: Uint8Array) => writeFile(join(place.path, name), bytes)
  const listed = async () =>
    Object.fromEntries(
      (await (await library.index()).list(all)).entries.flatMap(({ parts }) =>
        parts.map(({ fileName, id, durationMs }) => [fileName, { id, durationMs }]),
      ),
    )
  const partOf = async (name: string) => (await listed())[name]?.id ?? ''
  const lengthOf = async (name: string) => (await listed())[name]?.durationMs
  const headOf = async (part: string) => {
    const { source } = await library.open(part)
    return readWavHead(await source.read(0, Math.min(64, await source.size())))
  }
  const openFolder = async () => {
    await library.use(account('eve', { callLog: null }))
    await library.useFolder({ root: place.path, label: 'spool', template: '' })
    await vi.waitUntil(() => library.view().folder.state === 'idle')
  }

  test('are heard, listed and told of at the rate that is chosen for their folder, at once and in the next run', async () => {
    await put('a.raw', raw)
    await put('b.wav', wavOf(sound(16_000)))
    await put('c.raw', wavOf(sound(16_000)))
    await openFolder()
    const [a, b, c] = await Promise.all(['a.raw', 'b.wav', 'c.raw'].map(partOf))
    if (a === undefined || b === undefined || c === undefined) throw new Error('They are not listed')
    expect(await Promise.all([a, b, c].map(part => library.tellsRate(part)))).toEqual([false, true, true])
    expect([library.view().rawRate, (await headOf(a))?.rate, await lengthOf('a.raw')]).toEqual([null, 8_000, null])
    // nobody said it: no clock is set by such a length
    expect(await Promise.all([a, b, c].map(part => library.soundMs(part)))).toEqual([null, 1_000, 1_000])

    events.length = 0
    await library.setRawRate(16_000)
    expect([library.view().rawRate, (await headOf(a))?.rate, (await headOf(c))?.rate]).toEqual([16_000, 16_000, 8_000])
    expect(events).toEqual(['another rate'])
    expect(await library.soundMs(a)).toBe(2_000)
    await vi.waitUntil(async () => (await lengthOf('a.raw')) === 2_000)
    const { source } = await library.open(a, 'original')
    expect(await source.read(0, await source.size())).toEqual(raw)

    await library.reopen()
    expect([library.view().rawRate, (await headOf(a))?.rate]).toEqual([16_000, 16_000])
    // said of one folder, it means nothing in another
    await library.useFolder({ root: '/nowhere/at/all', label: 'other', template: '' })
    expect(library.view().rawRate).toBeNull()
    await library.useFolder(null)
    expect((await failureOf(library.setRawRate(16_000))).code).toBe('unexpected')
  })

  test('so are their copies, made at whatever rate, also where the file is gone', async () => {
    await put('a.raw', raw)
    const head = writeWavHead(telephone, raw.length, false)
    const copy = memorySource(() => concat([head, raw])).source
    vault = {
      open: () => Promise.resolve(copy),
      keep: () => Promise.resolve({ bytes: 0 }),
      drop: () => Promise.resolve(),
      close: () => Promise.resolve(),
    }
    await openFolder()
    const part = await partOf('a.raw')
    expect((await headOf(part))?.rate).toBe(8_000)
    await library.setRawRate(24_000)
    await rm(join(place.path, 'a.raw'))
    expect(await headOf(part)).toMatchObject({ rate: 24_000, declared: raw.length, rateTold: false })
    expect(await library.tellsRate(part)).toBe(false)
  })
})

test('while the folder cannot be read, a call without any recording may have it there', async () => {
  log = [cdr(1, { recordings: [] }), cdr(2)]
  await library.use(account('eve'))
  await pass(5_000)
  const handlers = libraryHandlers(library, () => Promise.resolve(null))
  const reasons = async () => {
    const { entries } = await handlers['library:list'](all)
    const single = await Promise.all(entries.map(({ id }) => handlers['library:entry']({ entry: id })))
    expect(single).toEqual(entries)
    return entries.map(({ why }) => why)
  }
  expect(await reasons()).toEqual([null, 'unknown'])
  await library.useFolder({ root: '/nowhere/at/all', label: 'all', template: '' })
  const before = changes
  await vi.waitUntil(() => library.surroundings().folderAway)
  expect(await reasons()).toEqual([null, 'folder-away'])
  await pass(1_000)
  expect(changes).toBeGreaterThan(before)
  await library.useFolder(null)
  expect(await reasons()).toEqual([null, 'unknown'])
})
