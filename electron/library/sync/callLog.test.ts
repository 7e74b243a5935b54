import { beforeEach, expect, test } from 'vitest'
import { AppFailure } from '../../../shared/failure.ts'
import { ManualClock } from '../../wazo/clock.testing.ts'
import { type Cdr, type CdrPage, type CdrQuery } from '../../wazo/callLog.ts'
import { WazoError } from '../../wazo/errors.ts'
import { memoryIndex, type MemoryIndex } from '../index.testing.ts'
import { syncCallLog, type CallLogSync } from './callLog.ts'
import { type Reader } from './cdr.ts'
import { begun, cdr, listing, reader } from './testing.ts'

let clock: ManualClock
let index: MemoryIndex
let log: Cdr[]
let asked: CdrQuery[]
let atOnce: number
let who: Reader
let answer: (query: CdrQuery) => Promise<CdrPage>
let told: number
let sync: CallLogSync

const settle = async () => {
  for (let turn = 0; turn < 60; turn++) await Promise.resolve()
}
/** Lets so much time pass, with everything that happens in it. */
const pass = async (ms: number) => {
  await settle()
  for (let step = 0; step < Math.min(ms, 200); step++) {
    clock.advance(ms / Math.min(ms, 200))
    await settle()
  }
}
const begin = () => {
  let running = 0
  sync = syncCallLog({
    client: {
      list: async query => {
        asked.push(query)
        atOnce = Math.max(atOnce, ++running)
        try {
          return await answer(query)
        } finally {
          running--
        }
      },
    },
    index,
    reader: () => who,
    clock,
    onView: () => undefined,
    onTaken: () => told++,
    log: () => undefined,
  })
  return sync
}
const keys = () => [...index.calls.values()].map(({ key }) => Number(key)).sort((a, b) => a - b)
const error = (kind: 'timeout' | 'throttled' | 'trouble' | 'unreachable') =>
  new WazoError({ service: 'call-logd', kind, route: 'GET /users/me/cdr' })

beforeEach(() => {
  clock = new ManualClock(begun + 30 * 24 * 3600_000)
  index = memoryIndex()
  log = Array.from({ length: 1200 }, (_, at) => cdr(at + 1))
  asked = []
  atOnce = told = 0
  who = reader
  answer = query => Promise.resolve(listing(log, query))
})

test('reads everything once, newest first, one request at a time, and tells how far it is', async () => {
  begin()
  expect(sync.view()).toMatchObject({ state: 'first', total: null })
  await pass(5)
  expect(sync.view()).toMatchObject({ state: 'first', total: 1200 })
  expect(keys()).toContain(1200)
  expect(keys()).not.toContain(1)
  await pass(2_000)
  expect(keys()).toEqual(log.map(({ id }) => id))
  expect(sync.view()).toMatchObject({ state: 'idle', failure: null, done: 0 })
  expect(sync.view().completeAt).not.toBeNull()
  expect(atOnce).toBe(1)
  expect(asked.length).toBeLessThan(12)
  expect(asked.every(query => query.recorded === undefined)).toBe(true)
})

test('each page is written together with the place after it, so that a kill between any two steps doubles nothing', async () => {
  for (let stop = 1; stop < 12; stop++) {
    index = memoryIndex()
    asked = []
    let left = stop
    answer = query => (left-- > 0 ? Promise.resolve(listing(log, query)) : new Promise(() => undefined))
    begin()
    await pass(2_000)
    // the process dies here: what it would have gone on with is never written
    answer = query => Promise.resolve(listing(log, query))
    const before = keys()
    await sync.close()
    begin()
    await pass(2_000)
    expect(keys()).toEqual(log.map(({ id }) => id))
    const again = asked.filter(
      query => query.until === undefined && query.fromId === undefined && query.order === 'start',
    )
    // the walk goes on where it was, and begins anew only where nothing had been written
    expect(again.length).toBeLessThanOrEqual(stop <= 2 || before.length === 0 ? 2 : 1)
    await sync.close()
  }
})

test('takes in a new call at once, and its recording that comes late', async () => {
  begin()
  await pass(2_000)
  const late = cdr(1201, { startedAt: clock.now() - 60_000, recordings: [] })
  log.push(late)
  sync.look()
  await pass(100)
  expect(keys()).toContain(1201)
  log[1200] = { ...late, recordings: cdr(1201).recordings }
  await pass(25_000)
  expect(index.calls.get('call-log-000000001201')?.recordings).toHaveLength(1)
})

test('asks by itself where no event tells, but not often', async () => {
  begin()
  await pass(2_000)
  const before = asked.length
  log.push(cdr(1201))
  await pass(200_000)
  expect(asked.length).toBe(before)
  await pass(200_000)
  expect(keys()).toContain(1201)
  expect(asked.length).toBeLessThan(before + 6)
})

test('sees what the server deleted: sound at the next look back, whole calls at the re-listing', async () => {
  log = Array.from({ length: 60 }, (_, at) => cdr(at + 1, { startedAt: clock.now() - (61 - at) * 3600_000 }))
  begin()
  await pass(2_000)
  const [recording] = cdr(60).recordings ?? []
  if (recording === undefined) throw new Error('it has none')
  log[59] = { ...cdr(60), startedAt: clock.now() - 3600_000, recordings: [{ ...recording, deleted: true }] }
  await pass(13 * 3600_000)
  expect(index.calls.get('call-log-000000000060')?.recordings?.[0]?.hearing).toBe('deleted')
  log.splice(2, 3)
  await pass(13 * 3600_000)
  expect(keys()).toContain(4)
  await pass(7 * 24 * 3600_000)
  expect(keys()).not.toContain(4)
  expect(keys()).toHaveLength(57)
})

test('a server that suddenly lists nothing empties no list', async () => {
  begin()
  await pass(2_000)
  log = []
  for (let day = 0; day < 15; day++) await pass(24 * 3600_000)
  expect(keys()).toHaveLength(1200)
})

test.each(['timeout', 'throttled', 'trouble', 'unreachable'] as const)(
  'after %s it waits longer each time, and goes on',
  async kind => {
    answer = () => Promise.reject(error(kind))
    begin()
    await pass(60_000)
    expect(sync.view().state).toBe('off')
    expect(sync.view().failure).not.toBeNull()
    const tries = asked.length
    expect(tries).toBeGreaterThan(3)
    expect(tries).toBeLessThan(8)
    for (let minute = 0; minute < 60; minute++) await pass(60_000)
    expect(asked.length).toBeLessThan(tries + 20)
    answer = query => Promise.resolve(listing(log, query))
    for (let minute = 0; minute < 6; minute++) await pass(60_000)
    expect(sync.view()).toMatchObject({ state: 'idle', failure: null })
    expect(keys()).toHaveLength(1200)
  },
)

test('whoever looks does not wait for the next try', async () => {
  answer = () => Promise.reject(error('unreachable'))
  begin()
  await pass(600_000)
  answer = query => Promise.resolve(listing(log, query))
  sync.look()
  await pass(2_000)
  expect(keys()).toHaveLength(1200)
})

test('a server that is too slow for large pages is asked for small ones', async () => {
  answer = query => ((query.limit ?? 0) > 100 ? Promise.reject(error('timeout')) : Promise.resolve(listing(log, query)))
  begin()
  for (let step = 0; step < 10; step++) await pass(30_000)
  expect(keys()).toHaveLength(1200)
})

test('says why the list is not complete where nobody is signed in any more', async () => {
  answer = () => Promise.reject(new AppFailure('session-over'))
  begin()
  await pass(100)
  expect(sync.view()).toMatchObject({ state: 'off', failure: { code: 'session-over' } })
})

test('an index that cannot be written is told, and tried again', async () => {
  index.broken = new AppFailure('library-broken')
  begin()
  await pass(100)
  expect(sync.view().failure).toEqual({ code: 'library-broken' })
  await pass(5_000)
  expect(keys()).toHaveLength(1200)
})

test('reads anew when recordings can be heard now, and drops calls to what is a code now', async () => {
  who = { ...reader, canHear: false }
  log.push(cdr(1201, { destinationNumber: '*27' }))
  begin()
  await pass(2_000)
  expect(index.calls.get('call-log-000000000001')?.recordings?.[0]?.hearing).toBe('no-media')
  who = { ...reader, codes: ['*27'] }
  sync.wake()
  await pass(2_000)
  expect(index.calls.get('call-log-000000000001')?.recordings?.[0]?.hearing).toBe('yes')
  expect(keys()).not.toContain(1201)
  expect(keys()).toHaveLength(1200)
})

test('nothing is written after it was closed', async () => {
  let release = () => undefined as void
  answer = query => new Promise(resolve => (release = () => resolve(listing(log, query))))
  begin()
  await settle()
  await sync.close()
  release()
  await pass(10_000)
  expect(index.calls.size).toBe(0)
  expect(asked).toHaveLength(1)
})
