import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cdr, type CdrPage, type CdrQuery } from '../../wazo/callLog.ts'
import { afterPage, BACK_MS, CENSUS_EVERY_MS, due, lookBack, nextAsk, Place, placeFor, placeFrom } from './plan.ts'
import { begun, cdr, listing } from './testing.ts'

const now = begun + 10 * 24 * 3600_000
const idle = { fresh: false, back: null }

/** Asks until nothing is left to ask; `between` may change the log after each page. */
function read(
  place: Place,
  wants: Parameters<typeof nextAsk>[1],
  list: (query: CdrQuery) => CdrPage,
  options: { readonly page?: number; readonly between?: (asked: number) => void } = {},
) {
  const seen: Cdr[] = []
  const missing: { from: number; to: number; ids: number[] }[] = []
  let asked = 0
  for (;;) {
    const ask = nextAsk(place, wants, { page: options.page ?? 7 })
    if (ask === null) return { place, seen, missing, asked }
    const page = list(ask.query)
    const step = afterPage(place, wants, ask, page, now)
    place = Place.parse(JSON.parse(JSON.stringify(step.place)))
    wants = step.wants
    if (ask.kind !== 'top') seen.push(...page.items)
    if (step.missing !== null) missing.push({ ...step.missing, ids: page.items.map(({ id }) => id) })
    options.between?.(asked)
    if (++asked > 500) throw new Error('it does not end')
  }
}
/** A server that does not know this parameter ignores it. */
const without = (query: CdrQuery, name: keyof CdrQuery): CdrQuery =>
  Object.fromEntries(Object.entries(query).filter(([key]) => key !== name))
const ids = (calls: readonly Cdr[]) => [...new Set(calls.map(({ id }) => id))].sort((a, b) => a - b)

test('reads all calls once, newest first, whatever their starts and pages', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.record({ id: fc.integer({ min: 1, max: 999 }), second: fc.integer({ min: 0, max: 40 }) }), {
        selector: ({ id }) => id,
        maxLength: 120,
      }),
      fc.integer({ min: 1, max: 30 }),
      (calls, page) => {
        const log = calls.map(({ id, second }) => cdr(id, { startedAt: begun + second * 1000 }))
        const { seen, place } = read(placeFor('x'), idle, query => listing(log, query), { page })
        expect(ids(seen)).toEqual(ids(log))
        expect(place).toMatchObject({ first: null, completeAt: now, highest: Math.max(0, ...ids(log)) })
        const starts = seen.map(({ startedAt }) => startedAt)
        expect(starts).toEqual([...starts].sort((a, b) => b - a))
      },
    ),
  )
})

test('calls that come and go meanwhile hide none of the others', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.record({ add: fc.boolean(), which: fc.nat(200) }), { maxLength: 30 }),
      (count, changes) => {
        const log = Array.from({ length: count }, (_, at) => cdr(at + 1))
        const before = ids(log)
        const removed = new Set<number>()
        let next = 1000
        const { seen } = read(placeFor('x'), idle, query => listing(log, query), {
          between: asked => {
            const change = changes[asked]
            if (change === undefined) return
            if (change.add) log.push(cdr(next++, { startedAt: begun + change.which * 60_000 }))
            else {
              const [gone] = log.splice(change.which % Math.max(1, log.length), 1)
              if (gone !== undefined) removed.add(gone.id)
            }
          },
        })
        const found = new Set(ids(seen))
        expect(before.filter(id => !removed.has(id) && !found.has(id))).toEqual([])
      },
    ),
  )
})

test('new calls come before the rest of the first reading, each once', () => {
  const log = Array.from({ length: 40 }, (_, at) => cdr(at + 1))
  let place = placeFor('x')
  for (let step = 0; step < 3; step++) {
    const ask = nextAsk(place, idle, { page: 10 })
    if (ask !== null) place = afterPage(place, idle, ask, listing(log, ask.query), now).place
  }
  expect(place.first).toMatchObject({ done: expect.any(Number) as number, total: 40 })
  log.push(cdr(41), cdr(42))
  const ask = nextAsk(place, { fresh: true, back: null }, { page: 10 })
  expect(ask).toMatchObject({ kind: 'fresh', query: { fromId: 41 } })
  const { seen, place: end } = read(place, { fresh: true, back: null }, query => listing(log, query))
  expect(seen.slice(0, 2).map(({ id }) => id)).toEqual([41, 42])
  expect(end.highest).toBe(42)
  expect(read(end, { fresh: true, back: null }, query => listing(log, query)).seen).toEqual([])
})

test('a server that knows no `from_id` is read by the last day, and ends', () => {
  const log = Array.from({ length: 30 }, (_, at) => cdr(at + 1, { startedAt: now - (30 - at) * 60_000 }))
  const deaf = (query: CdrQuery) => listing(log, without(query, 'fromId'))
  const { place } = read(placeFor('x'), idle, deaf)
  log.push(cdr(31, { startedAt: now - 1000 }))
  const { seen } = read(place, { fresh: true, back: null }, deaf)
  expect(ids(seen)).toContain(31)
})

test('a server that ignores `until` ends all the same', () => {
  const log = Array.from({ length: 60 }, (_, at) => cdr(at + 1))
  const { seen } = read(placeFor('x'), idle, query => listing(log, without(query, 'until')))
  expect(ids(seen)).toEqual(ids(log))
})

test('what was read for other rights or codes is read anew, from the newest', () => {
  const log = [cdr(1), cdr(2)]
  const { place } = read(placeFor('x'), idle, query => listing(log, query))
  expect(placeFrom(place, 'x')).toEqual(place)
  expect(placeFrom(place, 'y')).toMatchObject({ basis: 'y', highest: 2, completeAt: null, first: { done: 0 } })
  for (const broken of [undefined, null, {}, { ...place, v: 2 }, { ...place, highest: 'x' }])
    expect(placeFrom(broken, 'x')).toEqual(placeFor('x'))
})

test('the re-listing tells each gap once, and takes no new or unreadable call for a missing one', () => {
  const log = Array.from({ length: 30 }, (_, at) => cdr(at + 1)).filter(({ id }) => id % 5 !== 0)
  const { place } = read(placeFor('x'), idle, query => listing(log, query))
  const census = { ...place, highest: 30, census: { from: 0 } }
  const { missing, place: end } = read(census, idle, query => listing(log, query))
  const told = missing.flatMap(({ from, to, ids: there }) =>
    Array.from({ length: to - from + 1 }, (_, at) => from + at).filter(id => id > 0 && !there.includes(id)),
  )
  expect(told).toEqual([5, 10, 15, 20, 25, 30])
  expect(end).toMatchObject({ census: null, censusAt: now })
  const unreadable = read(census, idle, query => {
    const page = listing(log, query)
    return { ...page, items: page.items.slice(1) }
  })
  expect(unreadable.missing.filter(({ ids: there }) => there.length > 0)).toEqual([])
  const bare = read(census, idle, () => ({ items: [], sent: 0, filtered: 0 }))
  expect(bare.missing).toEqual([])
})

test('looks back and re-lists when it is due, and not while the first reading lasts', () => {
  const log = [cdr(1)]
  const { place } = read(placeFor('x'), idle, query => listing(log, query))
  expect(due(placeFor('x'), now)).toEqual({ place: placeFor('x'), back: null })
  expect(due(place, now + 60_000)).toEqual({ place, back: null })
  const later = now + 13 * 3600_000
  expect(due(place, later)).toEqual({ place: { ...place, backAt: later }, back: lookBack(later, BACK_MS) })
  expect(due(place, now + CENSUS_EVERY_MS).place.census).toEqual({ from: 0 })
  // a clock that was set back is no reason to wait for ever
  expect(due(place, now - CENSUS_EVERY_MS).place.census).toEqual({ from: 0 })
})
