/** Days, places, geometry and sparse pages of the list, against plain lists of rows. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Entry } from '../../../shared/library/entry.ts'
import { type Outline } from '../../../shared/library/query.ts'
import { countOf, dayAt, daysOf, indexOf, placeOf } from './days.ts'
import { boxHeight, headTop, heightOf, itemsBetween, rowAtLine, rowTop, toList, toScroll } from './geometry.ts'
import {
  entryAt,
  findEntry,
  guess,
  idsBetween,
  moved,
  NO_PAGES,
  PAGE,
  pagesBetween,
  withEntry,
  withPage,
} from './pages.ts'

const SIZES = { row: 38, head: 34 }
const dayName = (n: number) => new Date(Date.UTC(2026, 10, 23) - n * 86_400_000).toISOString().slice(0, 10)

/** Outlines of days that have entries, newest first, with days between that have none. */
const outlines = fc
  .uniqueArray(fc.nat({ max: 400 }), { maxLength: 30 })
  .chain(days =>
    fc.tuple(
      ...days
        .toSorted((a, b) => a - b)
        .map(day => fc.tuple(fc.constant(dayName(day)), fc.integer({ min: 1, max: 250 }))),
    ),
  )
  .map((days): Outline => ({ total: days.reduce((sum, [, count]) => sum + count, 0), days }))
const filled = outlines.filter(({ total }) => total > 0)

/** Ids in the order of the list. */
const idsOf = ({ days }: Outline) =>
  days.flatMap(([day, count]) => Array.from({ length: count }, (_, at) => `${day}#${at}`))
const entries = (ids: readonly string[]) => ids.map(id => ({ id }) as Entry)
const loaded = (ids: readonly string[], pages: readonly number[]) =>
  pages.reduce((all, page) => withPage(all, page, entries(ids.slice(page * PAGE, (page + 1) * PAGE))), NO_PAGES)

describe('places', () => {
  it('name each entry once, and find it again', () => {
    fc.assert(
      fc.property(filled, fc.nat(), (outline, nat) => {
        const days = daysOf(outline)
        const index = nat % days.total
        const place = placeOf(days, index)
        if (place === null) throw new Error('an entry without a place')
        expect(idsOf(outline)[index]).toBe(`${place.day}#${place.skip}`)
        expect(indexOf(days, place)).toBe(index)
        expect(days.days[dayAt(days, index)]).toBe(place.day)
      }),
    )
  })

  it('are none outside of the list, and an outline of nothing has none', () => {
    const days = daysOf({
      total: 3,
      days: [
        [dayName(0), 3],
        [dayName(1), 0],
      ],
    })
    expect([placeOf(days, -1), placeOf(days, 3)]).toEqual([null, null])
    expect(days.days).toEqual([dayName(0)])
    expect(indexOf(daysOf({ total: 0, days: [] }), { day: dayName(0), skip: 4 })).toBe(0)
  })

  it('of a day that is gone are the newest before it', () => {
    const days = daysOf({
      total: 5,
      days: [
        [dayName(0), 2],
        [dayName(4), 3],
      ],
    })
    expect(indexOf(days, { day: dayName(2), skip: 7 })).toBe(2)
    expect(indexOf(days, { day: dayName(9), skip: 0 })).toBe(4)
  })
})

describe('the geometry', () => {
  it('is that of headings and rows one below the other', () => {
    fc.assert(
      fc.property(filled, outline => {
        const days = daysOf(outline)
        let top = 0
        let index = 0
        for (const [day, [, count]] of outline.days.entries()) {
          expect(headTop(days, SIZES, day)).toBe(top)
          expect(countOf(days, day)).toBe(count)
          top += SIZES.head
          for (let at = 0; at < count; at++) {
            expect(rowTop(days, SIZES, index++)).toBe(top)
            top += SIZES.row
          }
        }
        expect(heightOf(days, SIZES)).toBe(top)
      }),
      { numRuns: 30 },
    )
  })

  it('draws all that is between two lines, nothing twice, and no more than a screen', () => {
    fc.assert(
      fc.property(filled, fc.nat(), fc.nat({ max: 3_000 }), (outline, nat, tall) => {
        const days = daysOf(outline)
        const from = nat % heightOf(days, SIZES)
        const items = itemsBetween(days, SIZES, from, from + tall)
        const height = (kind: 'head' | 'row') => SIZES[kind]
        for (const [at, item] of items.entries()) {
          expect(item.top + height(item.kind)).toBeGreaterThan(from)
          expect(item.top).toBeLessThan(from + tall)
          const next = items[at + 1]
          if (next !== undefined) expect(next.top).toBe(item.top + height(item.kind))
        }
        const [first, last] = [items[0], items.at(-1)]
        if (tall > 0) expect(first?.top).toBeLessThanOrEqual(from)
        if (last !== undefined)
          expect(last.top + height(last.kind)).toBeGreaterThanOrEqual(Math.min(from + tall, heightOf(days, SIZES)))
      }),
    )
  })

  it('knows the row at each line', () => {
    fc.assert(
      fc.property(filled, fc.nat(), (outline, nat) => {
        const days = daysOf(outline)
        const index = nat % days.total
        const top = rowTop(days, SIZES, index)
        expect(rowAtLine(days, SIZES, top)).toBe(index)
        expect(rowAtLine(days, SIZES, top + SIZES.row - 1)).toBe(index)
      }),
    )
  })

  it('scrolls a short list pixel by pixel, and reaches both ends of one that no box can hold', () => {
    expect(boxHeight(10_000)).toBe(10_000)
    expect(toList(1_234, 10_000, 600)).toBe(1_234)
    const tall = 76_000_000
    expect(boxHeight(tall)).toBeLessThan(16_777_216)
    expect(toList(boxHeight(tall) - 600, tall, 600)).toBe(tall - 600)
    expect(toScroll(tall - 600, tall, 600)).toBe(boxHeight(tall) - 600)
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: tall }),
        fc.integer({ min: 1, max: 2_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (height, view, share) => {
          const y = share * Math.max(0, height - view)
          expect(toList(toScroll(y, height, view), height, view)).toBeCloseTo(y, 3)
        },
      ),
    )
  })
})

describe('pages', () => {
  it('give what they hold, and nothing else', () => {
    fc.assert(
      fc.property(filled, fc.array(fc.nat({ max: 12 }), { maxLength: 8 }), (outline, nats) => {
        const ids = idsOf(outline)
        const held = nats.filter(page => page * PAGE < ids.length)
        const pages = loaded(ids, held)
        for (const [index, id] of ids.entries()) {
          const isHeld = held.includes(Math.floor(index / PAGE))
          expect(entryAt(pages, index)?.id).toBe(isHeld ? id : undefined)
          if (index % 53 === 0) expect(findEntry(pages, id, 0)).toBe(isHeld ? index : null)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('of too many, drop those that are farthest', () => {
    let pages = NO_PAGES
    for (let page = 0; page < 1_000; page++) pages = withPage(pages, page, [])
    expect(pages.size).toBeLessThan(100)
    expect(pages.has(999)).toBe(true)
    expect(pages.has(800)).toBe(false)
  })

  it('name a stretch, where all of it is loaded', () => {
    const [last, next] = [PAGE - 10, PAGE + 20]
    const ids = idsOf({ total: 3 * PAGE, days: [[dayName(0), 3 * PAGE]] })
    expect(idsBetween(loaded(ids, [0, 1]), next, last)).toEqual(ids.slice(last, next + 1))
    expect(idsBetween(loaded(ids, [0, 2]), last, 2 * PAGE + 20)).toBeNull()
    expect(pagesBetween(-3, 2 * PAGE + 10)).toEqual([0, 1, 2])
  })

  it('change one entry, and leave the others as they are', () => {
    const pages = loaded(['a', 'b', 'c'], [0])
    const changed = withEntry(pages, 'b', entry => ({ ...entry, favourite: true }))
    expect(entryAt(changed, 1)?.favourite).toBe(true)
    expect(entryAt(changed, 0)).toBe(entryAt(pages, 0))
    expect(withEntry(pages, 'x', entry => entry)).toBe(pages)
  })
})

describe('a list that changes', () => {
  /** The same outline with rows added to some days, each at the top of its day, and with days that are new. */
  const grown = filled.chain(before =>
    fc.tuple(
      fc.constant(before),
      fc.array(fc.integer({ min: 0, max: 5 }), { minLength: before.days.length, maxLength: before.days.length }),
      fc.integer({ min: 0, max: 40 }),
      fc.nat(),
    ),
  )

  it('keeps what is held on to, whatever comes above it', () => {
    fc.assert(
      fc.property(grown, ([before, added, today, nat]) => {
        const ids = idsOf(before)
        const index = nat % ids.length
        const later = { day: new Date(Date.UTC(2026, 10, 24)).toISOString().slice(0, 10), count: today }
        const days: [string, number][] = before.days.map(([day, count], at) => [day, count + (added[at] ?? 0)])
        if (later.count > 0) days.unshift([later.day, later.count])
        const after: Outline = { total: days.reduce((sum, [, count]) => sum + count, 0), days }
        const afterIds = [
          ...Array.from({ length: later.count }, (_, at) => `later#${at}`),
          ...before.days.flatMap(([day, count], at) => [
            ...Array.from({ length: added[at] ?? 0 }, (_, n) => `${day}+${n}`),
            ...Array.from({ length: count }, (_, n) => `${day}#${n}`),
          ]),
        ]
        const [was, is] = [daysOf(before), daysOf(after)]
        // rows are added at the top of their day here, so even the guess is right
        expect(afterIds[guess(was, is, index)]).toBe(ids[index])
        const held = moved({ index, id: ids[index] ?? null }, was, is, NO_PAGES)
        expect(afterIds[held.index]).toBe(ids[index])
      }),
    )
  })

  it('finds it where it was seen, though the guess is wrong', () => {
    const before = daysOf({ total: 10, days: [[dayName(0), 10]] })
    const after = daysOf({ total: 11, days: [[dayName(0), 11]] })
    const ids = ['a', 'b', 'c', 'd', 'late', 'e']
    expect(moved({ index: 2, id: 'c' }, before, after, loaded(ids, [0]))).toEqual({ index: 2, id: 'c' })
  })

  it('stays inside of a list that shrank', () => {
    fc.assert(
      fc.property(filled, filled, fc.nat(), (before, after, nat) => {
        const index = guess(daysOf(before), daysOf(after), nat % before.total)
        expect(index).toBeGreaterThanOrEqual(0)
        expect(index).toBeLessThan(after.total)
      }),
    )
  })
})
