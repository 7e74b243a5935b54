/** The list as it is loaded, against a library that grows, is slow, and fails. */
import { describe, expect, it } from 'vitest'
import { AppFailure } from '../../../shared/failure.ts'
import { type Entry } from '../../../shared/library/entry.ts'
import { type Filter, type ListQuery, NO_FILTER } from '../../../shared/library/query.ts'
import { dayOf } from './days.ts'
import { LibraryList } from './libraryList.ts'
import { entryAt, PAGE } from './pages.ts'

const NOON = new Date(2026, 10, 23, 12).getTime()
const DAY_MS = 86_400_000

/** Twenty calls a day, newest first. */
const callsOf = (count: number): Entry[] =>
  Array.from(
    { length: count },
    (_, n) => ({ id: `call-${n}`, startedAt: NOON - Math.floor(n / 20) * DAY_MS - (n % 20) * 60_000 }) as Entry,
  )

interface Waiting {
  readonly search: string
  readonly answer: () => void
}

/** `typing`: pauses go on until the test ends them. */
function stage(count: number, { held = false, typing = false } = {}) {
  const library = { calls: callsOf(count), broken: false }
  const pages: ListQuery[] = []
  const outlines: string[] = []
  const pauses: (() => void)[] = []
  const waiting: Waiting[] = []
  /** At once, or when the test says so. */
  const give = <T>(search: string, make: () => T): Promise<T> => {
    if (library.broken) return Promise.reject(new AppFailure('library-broken'))
    if (!held) return Promise.resolve(make())
    return new Promise(resolve => waiting.push({ search, answer: () => resolve(make()) }))
  }
  const found = ({ search }: Filter) => library.calls.filter(({ id }) => search === '' || id.endsWith(search))
  const list = new LibraryList({
    page: query => {
      pages.push(query)
      return give(query.filter.search, () => {
        const calls = found(query.filter)
        const { at } = query
        const first = at === null ? 0 : calls.findIndex(({ startedAt }) => dayOf(startedAt) <= at.day)
        return { entries: calls.slice(first + (at?.skip ?? 0)).slice(0, query.limit) }
      })
    },
    outline: filter => {
      outlines.push(filter.search)
      return give(filter.search, () => {
        const calls = found(filter)
        const days = new Map<string, number>()
        for (const { startedAt } of calls) days.set(dayOf(startedAt), (days.get(dayOf(startedAt)) ?? 0) + 1)
        return { total: calls.length, days: [...days] }
      })
    },
    after: (_ms, run) => {
      if (!typing) run()
      else pauses.push(run)
      return () => void pauses.splice(0)
    },
    failureOf: thrown => (thrown instanceof AppFailure ? thrown.failure : { code: 'unexpected' }),
  })
  const idAt = (index: number) => entryAt(list.get().pages, index)?.id
  return { library, list, pages, outlines, pauses, waiting, idAt }
}

/** Lets all answers that are due come in. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 500; turn++) await Promise.resolve()
}
const searching = (search: string): Filter => ({ ...NO_FILTER, search })

describe('a list', () => {
  it('shows its newest page, knows its whole outline, and loads what is looked at', async () => {
    const { list, pages, idAt } = stage(10_000)
    list.show(NO_FILTER)
    await settled()
    expect(list.get()).toMatchObject({ known: 'whole', busy: false, failure: null })
    expect(list.get().days.total).toBe(10_000)
    expect([idAt(0), idAt(PAGE - 1), idAt(PAGE)]).toEqual(['call-0', `call-${PAGE - 1}`, undefined])
    list.look(5_025, 5_029)
    await settled()
    expect([idAt(5_025), idAt(5_029), idAt(4_000)]).toEqual(['call-5025', 'call-5029', undefined])
    expect(pages).toHaveLength(2)
  })

  it('does not ask for what scrolled away meanwhile', async () => {
    const { list, pages } = stage(10_000)
    list.show(NO_FILTER)
    await settled()
    for (let row = 1_000; row < 9_000; row += 100) list.look(row, row + 40)
    await settled()
    expect(pages.length).toBeLessThan(10)
    expect(entryAt(list.get().pages, 8_900)?.id).toBe('call-8900')
  })

  it('never shows an answer to what is no longer wanted', async () => {
    const { list, waiting, idAt } = stage(500, { held: true })
    list.show(NO_FILTER)
    // the page, then the outline
    for (let answer = 0; answer < 2; answer++) {
      for (const each of waiting.splice(0)) each.answer()
      await settled()
    }
    list.show(searching('1'))
    list.show(searching('12'))
    const old = waiting.splice(0)
    expect(old.map(({ search }) => search)).toEqual(['1'])
    for (const each of old) each.answer()
    await settled()
    expect(idAt(0)).toBe('call-0')
    expect(list.get().busy).toBe(true)
    for (const each of waiting.splice(0)) each.answer()
    await settled()
    expect(list.get().filter.search).toBe('12')
    expect([idAt(0), idAt(1)]).toEqual(['call-12', 'call-112'])
    expect(list.get().busy).toBe(false)
  })

  it('counts what is found once nothing more is typed for a moment', async () => {
    const { list, outlines, pauses, idAt } = stage(5_000, { typing: true })
    list.show(NO_FILTER)
    await settled()
    for (const search of ['4', '421']) {
      list.show(searching(search))
      await settled()
      expect([idAt(0), list.get().known]).toEqual([`call-${search}`, search === '4' ? 'part' : 'whole'])
    }
    list.show(searching('7'))
    await settled()
    expect(outlines).toEqual([''])
    for (const pause of pauses.splice(0)) pause()
    await settled()
    expect(outlines).toEqual(['', '7'])
    expect(list.get()).toMatchObject({ known: 'whole', busy: false, days: { total: 500 } })
  })

  it('keeps first row, cursor and anchor when rows come above them', async () => {
    const { library, list, idAt } = stage(2_000)
    list.show(NO_FILTER)
    await settled()
    list.look(1_000, 1_030)
    await settled()
    list.setCursor(1_010)
    list.setAnchor(3)
    const more = Array.from({ length: 7 }, (_, n) => ({ id: `new-${n}`, startedAt: NOON + 60_000 * (7 - n) }) as Entry)
    library.calls = [...more, ...library.calls]
    list.refresh()
    await settled()
    const { firstRow, cursor, anchor, version, days } = list.get()
    expect(days.total).toBe(2_007)
    expect([firstRow, cursor, anchor]).toEqual([1_007, { index: 1_017, id: 'call-1010' }, { index: 10, id: 'call-3' }])
    expect(version).toBe(2)
    // it is all there before anything moves
    expect([idAt(1_007), idAt(1_037)]).toEqual(['call-1000', 'call-1030'])
  })

  it('finds them though a late call came into the middle of their day', async () => {
    const { library, list } = stage(2_000)
    list.show(NO_FILTER)
    await settled()
    list.look(1_005, 1_030)
    await settled()
    list.setCursor(1_008)
    library.calls.splice(1_015, 0, { ...(library.calls[1_015] as Entry), id: 'late' })
    list.refresh()
    await settled()
    expect(list.get()).toMatchObject({ firstRow: 1_005, cursor: { index: 1_008, id: 'call-1008' } })
  })

  it('says what failed, keeps what it has, and goes on when asked again', async () => {
    const { library, list, idAt } = stage(500)
    list.show(NO_FILTER)
    await settled()
    library.broken = true
    list.look(400, 440)
    await settled()
    expect(list.get().failure).toEqual({ code: 'library-broken' })
    expect([idAt(0), idAt(400)]).toEqual(['call-0', undefined])
    library.broken = false
    list.refresh()
    await settled()
    expect(list.get().failure).toBeNull()
    expect(idAt(400)).toBe('call-400')
  })

  it('tells all ids of a stretch, loaded or not', async () => {
    const { list } = stage(1_000)
    list.show(NO_FILTER)
    await settled()
    expect(await list.ids(455, 120)).toEqual(Array.from({ length: 336 }, (_, n) => `call-${n + 120}`))
  })

  it('of which nothing is left has neither rows nor a cursor', async () => {
    const { library, list } = stage(30)
    list.show(NO_FILTER)
    await settled()
    list.setCursor(4)
    library.calls = []
    list.refresh()
    await settled()
    expect(list.get()).toMatchObject({ cursor: null, known: 'whole', failure: null })
    expect(list.get().days.total).toBe(0)
  })
})
