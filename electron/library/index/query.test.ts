/** Whatever is asked, the index answers as a plain array would. */
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { type Entry } from '../../../shared/library/entry.ts'
import { type Filter, type Selection } from '../../../shared/library/query.ts'
import { type Core } from './core.ts'
import { drivers } from './database.ts'
import { type SourceCall } from './port.ts'
import { filed, filter, indexInMemory, logged, recording, START, uuid } from './testing.ts'

const zone = process.env['TZ']
afterEach(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

const HOUR = 3_600_000
const names = ['Hélène Çelik', 'Marie "M" Tremblay', '100% sûr_e', 'Ωmega OR beta*', '', 'Straße 12-34 (5)', 'N̈EAR(x)']
const numbers = ['+33 5 55 12 00', '4185550142', '1042', '*26', '']
const notes = ['', 'prix convenu', 'rappeler 418-555-0142', 'a%b']
const tags = ['client', 'à rappeler']

interface Made {
  readonly call: SourceCall
  readonly note: string
  readonly tags: string[]
  readonly favourite: boolean
  readonly hidden: boolean
  readonly marked: boolean
  readonly kept: boolean
}

const made = (id: number): fc.Arbitrary<Made> =>
  fc
    .record({
      // some at the same moment, over a change of the clock
      startedAt: fc.oneof(
        fc.integer({ min: 0, max: 20 }).map(step => Date.UTC(2026, 9, 30) + step * 7 * HOUR),
        fc.integer({ min: 0, max: 4_000 }).map(step => Date.UTC(2026, 9, 31) + step * 60_000),
      ),
      name: fc.constantFrom(...names),
      number: fc.constantFrom(...numbers),
      outgoing: fc.constantFrom(true, false, null),
      talk: fc.constantFrom('1.1', '2.2', null),
      sounds: fc.integer({ min: 0, max: 2 }),
      length: fc.constantFrom(1_000, 60_000, 600_000),
      source: fc.constantFrom('call-log', 'folder'),
      how: fc.constantFrom('automatic', 'by-me', null),
      note: fc.constantFrom(...notes),
      tags: fc.subarray(tags),
      favourite: fc.boolean(),
      hidden: fc.boolean(),
      marked: fc.boolean(),
      kept: fc.boolean(),
    })
    .map(of => {
      const { startedAt, name, number, talk, how, outgoing } = of
      const peer = { name, number }
      const sounds = Array.from({ length: of.sounds }, (_, at) =>
        recording(uuid(id * 10 + at), { startedAt: startedAt + at, endedAt: startedAt + at + of.length }),
      )
      const rest = { startedAt, peer, numbers: [number, '1099'], conversation: talk, outgoing, callMs: of.length, how }
      const call =
        of.source === 'call-log'
          ? logged(id, { ...rest, recordings: sounds })
          : filed(`f/${id}.wav`, { ...rest, numbers: [] }, { startedAt, durationMs: of.length })
      return { ...of, call }
    })

const library = fc
  .integer({ min: 0, max: 25 })
  .chain(size => fc.tuple(...Array.from({ length: size }, (_, id) => made(id + 1))))

const searches = fc.oneof(
  fc.constantFrom(
    '',
    'helene',
    'CELIK',
    '5512',
    '555-12',
    '55',
    '42',
    'av',
    'ne',
    '5',
    '%',
    '_',
    '"',
    '*',
    'or',
    'OR b',
    'near(',
    'wav',
    'prix',
    'rapp',
    'straße',
    'SS',
    '4185550142',
    '418 555',
    '(5)',
    '12-34',
    '.',
    '-',
    "'",
    'ω',
    'f/1',
    '\u0000',
    ' ',
  ),
  fc.string({ maxLength: 4 }),
)
const filters: fc.Arbitrary<Filter> = fc
  .record(
    {
      search: searches,
      recorded: fc.constantFrom('recorded', 'all'),
      direction: fc.constantFrom('any', 'in', 'out'),
      from: fc.integer({ min: 0, max: 60 }).map(step => Date.UTC(2026, 9, 30) + step * HOUR),
      until: fc.integer({ min: 20, max: 120 }).map(step => Date.UTC(2026, 9, 30) + step * HOUR),
      shortest: fc.constantFrom(0, 60_000, 60_001),
      longest: fc.constantFrom(1_000, 120_000),
      annotated: fc.boolean(),
      favourites: fc.boolean(),
      kept: fc.boolean(),
      source: fc.constantFrom('any', 'call-log', 'folder'),
      how: fc.constantFrom('any', 'automatic', 'by-me'),
      tag: fc.constantFrom(...tags),
      hidden: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .map(filter)

/** Puts all of it into an index; answers what it lists of each, newest first. */
function fill(index: Core, all: readonly Made[]): Entry[] {
  index.take(all.map(it => it.call))
  const everything = { filter: filter({ recorded: 'all' }), at: null, limit: 200 } as const
  for (const entry of index.list(everything).entries) {
    const it = all.find(one => one.call.startedAt === entry.startedAt && one.call.peer.name === entry.peer.name)
    const selection: Selection = { kind: 'entries', ids: [entry.id] }
    const [part] = entry.parts
    if (it === undefined) throw new Error('an entry of nothing')
    if (it.marked && part !== undefined)
      index.changeMarks(entry.id, [{ do: 'add', mark: { id: 'm', part: part.id, atMs: 1, text: '' } }])
    if (it.kept && part !== undefined) index.setKept(index.part(part.id)?.vaultKey ?? '', { bytes: 1, keptAt: 1 })
    index.annotate(selection, { note: it.note, tags: it.tags, favourite: it.favourite, hidden: it.hidden })
  }
  const shown = index.list(everything).entries
  const hidden = index.list({ ...everything, filter: filter({ recorded: 'all', hidden: true }) }).entries
  return [...shown, ...hidden].sort((a, b) => b.startedAt - a.startedAt)
}

const plain = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[\s\p{C}]+/gu, ' ')
    .trim()
const digits = (text: string) => text.replace(/[\s+().\-/]/g, '')

function holds(entry: Entry, search: string, calls: ReadonlyMap<string, SourceCall>): boolean {
  const wanted = plain(search)
  if (wanted === '') return true
  const known = calls.get(entry.id)?.numbers ?? []
  const texts = [
    entry.peer.name,
    entry.peer.number,
    ...known,
    ...entry.parts.map(part => part.fileName),
    entry.note,
    ...entry.tags,
  ]
  const bare = /^[\s+().\-/\d*#]+$/.test(search) ? digits(search) : ''
  return texts.some(text => plain(text).includes(wanted) || (bare !== '' && numbersIn(text).includes(bare)))
}
/** What of a text is a number, without its spaces and signs: a recording's UUID is none. */
const numbersIn = (text: string) =>
  (
    plain(text)
      .replace(ID, '_')
      .match(/[+\d(][\d\s().\-/]*\d/g) ?? []
  )
    .map(digits)
    .join('\n') +
  '\n' +
  plain(text)
const ID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g

function passes(entry: Entry, of: Filter, calls: ReadonlyMap<string, SourceCall>): boolean {
  const recorded = entry.parts.length > 0
  const length = recorded ? entry.recordedMs : entry.callMs
  const within = (bound: number | null, test: (value: number, bound: number) => boolean) =>
    bound === null || (length !== null && test(length, bound))
  return (
    entry.hidden === of.hidden &&
    (of.recorded === 'all' || recorded) &&
    (of.direction === 'any' || entry.outgoing === (of.direction === 'out')) &&
    (of.from === null || entry.startedAt >= of.from) &&
    (of.until === null || entry.startedAt < of.until) &&
    within(of.shortest, (value, bound) => value >= bound) &&
    within(of.longest, (value, bound) => value <= bound) &&
    (!of.annotated || entry.note !== '' || entry.marks > 0) &&
    (!of.favourites || entry.favourite) &&
    (!of.kept || entry.parts.some(part => part.kept)) &&
    (of.source === 'any' || entry.sources.includes(of.source)) &&
    (of.how === 'any' || entry.how === of.how) &&
    (of.tag === null || entry.tags.includes(of.tag)) &&
    holds(entry, of.search, calls)
  )
}

const localDay = (at: number) =>
  new Intl.DateTimeFormat('en-CA', { dateStyle: 'short', timeZone: process.env['TZ'] }).format(at)
const ids = (entries: readonly Entry[]) => entries.map(entry => entry.id)
/** Those of one moment may stand in any order, but always the same. */
const moments = (entries: readonly Entry[]) => entries.map(entry => entry.startedAt)

describe.each(drivers())('over %s', driver => {
  test.each(['UTC', 'America/Toronto', 'Pacific/Auckland'])(
    'list, outline and walk, in %s',
    { timeout: 180_000 },
    async timeZone => {
      process.env['TZ'] = timeZone
      await fc.assert(
        fc.asyncProperty(library, fc.array(filters, { minLength: 4, maxLength: 4 }), async (all, asked) => {
          const index = await indexInMemory(driver)
          const entries = fill(index, all)
          const calls = new Map(
            entries.map(entry => {
              const it = all.find(
                one => one.call.startedAt === entry.startedAt && one.call.peer.name === entry.peer.name,
              )
              return [entry.id, it?.call ?? logged(0)]
            }),
          )
          for (const of of asked) {
            const expected = entries.filter(entry => passes(entry, of, calls))
            const whole = index.list({ filter: of, at: null, limit: 200 }).entries
            expect(new Set(ids(whole))).toEqual(new Set(ids(expected)))
            expect(moments(whole)).toEqual(moments(expected))

            const outline = index.outline(of)
            const days = new Map<string, number>()
            for (const entry of expected)
              days.set(localDay(entry.startedAt), (days.get(localDay(entry.startedAt)) ?? 0) + 1)
            expect(outline).toEqual({ total: expected.length, days: [...days] })

            const paged: Entry[] = []
            for (const [day, count] of outline.days) {
              for (let skip = 0; skip < count; skip += 2) {
                paged.push(...index.list({ filter: of, at: { day, skip }, limit: Math.min(2, count - skip) }).entries)
              }
            }
            expect(ids(paged)).toEqual(ids(whole))
            // a place goes on over the days that follow
            const [first] = outline.days
            if (first !== undefined) {
              expect(ids(index.list({ filter: of, at: { day: first[0], skip: 1 }, limit: 200 }).entries)).toEqual(
                ids(whole).slice(1),
              )
            }
            expect(ids(index.walk({ kind: 'filter', filter: of }, null).entries)).toEqual(ids(whole))
            expect(index.listed(of, ['unknown', ...ids(entries)]).sort()).toEqual(ids(whole).sort())
            const groups = index.groups({ filter: of, by: 'person', after: null, limit: 200 })
            expect(groups.reduce((sum, group) => sum + group.count, 0)).toBe(expected.length)
            expect(groups.reduce((sum, group) => sum + group.recordedMs, 0)).toBe(
              expected.reduce((sum, entry) => sum + (entry.recordedMs ?? 0), 0),
            )
            for (const group of groups) {
              expect(index.outline({ ...of, person: group.key }).total).toBe(group.count)
            }
          }
        }),
        { numRuns: 25 },
      )
    },
  )

  test('the days follow the zone', async () => {
    process.env['TZ'] = 'UTC'
    const index = await indexInMemory(driver)
    const late = Date.UTC(2026, 10, 20, 23, 30)
    index.take([logged(1, { startedAt: late }), logged(2, { startedAt: late + 86_400_000 })])
    expect(index.outline(filter()).days.map(([day]) => day)).toEqual(['2026-11-21', '2026-11-20'])
    process.env['TZ'] = 'Asia/Tokyo'
    expect(index.outline(filter()).days.map(([day]) => day)).toEqual(['2026-11-22', '2026-11-21'])
    expect(index.list({ filter: filter(), at: { day: '2026-11-21', skip: 0 }, limit: 9 }).entries).toHaveLength(1)
  })

  test('a selection by filter is walked to its end, also while it changes', async () => {
    const index = await indexInMemory(driver)
    index.take(Array.from({ length: 450 }, (_, id) => logged(id + 1, { startedAt: START + id, recordings: [] })))
    const selection = { kind: 'filter', filter: filter({ recorded: 'all' }) } as const
    const first = index.walk(selection, null)
    index.gone('call-log', [logged(450).key, logged(1).key])
    index.take([logged(900, { startedAt: START + 1e6, recordings: [] })])
    const second = index.walk(selection, first.next)
    const third = index.walk(selection, second.next)
    expect([first, second, third].map(page => page.entries.length)).toEqual([200, 200, 49])
    expect(third.next).toBeNull()
    expect(index.listed(selection.filter, ids([...first.entries, ...second.entries, ...third.entries]))).toHaveLength(
      448,
    )
    index.addTag(selection, 'tous')
    expect(index.outline(filter({ recorded: 'all', tag: 'tous' })).total).toBe(449)
    const chosen = ids([...first.entries.slice(1, 3), ...second.entries.slice(0, 1)])
    const few: Selection = { kind: 'entries', ids: [...chosen, ...chosen, 'unknown'].reverse() }
    expect(ids(index.walk(few, null).entries)).toEqual(chosen)
    index.annotate(few, { favourite: true })
    expect(index.outline(filter({ recorded: 'all', favourites: true })).total).toBe(3)
  })

  test('two letters are found in whatever scripts names are', async () => {
    const index = await indexInMemory(driver)
    const found = (search: string) => index.list({ filter: filter({ search }), at: null, limit: 9 }).entries.length
    const name = (id: number, of: string) => logged(id, { peer: { name: of, number: '' } })
    index.take([name(1, 'Q'), name(2, 'Zoé')])
    expect([found('zo'), found('oe'), found('q'), found('qz')]).toEqual([1, 1, 1, 0])
    index.take([name(4, 'Ω ωx')])
    expect([found('ωx'), found(' ω')]).toEqual([1, 1])
    // more letters than are tried one by one
    index.take(Array.from({ length: 300 }, (_, at) => name(10 + at, String.fromCodePoint(0x4e00 + at, 0x4e01 + at))))
    expect([found('ωx'), found('\u4e05\u4e06'), found('\u4e06\u4e05')]).toEqual([1, 1, 0])
  })

  test('what cannot be stored leaves everything as it was, and as usable', async () => {
    const index = await indexInMemory(driver)
    index.take([logged(1)])
    const wrong = { ...logged(3), key: null as unknown as string }
    expect(() => index.take([logged(2), wrong])).toThrow()
    expect(index.outline(filter()).total).toBe(1)
    index.take([logged(4)])
    expect(index.outline(filter({ search: 'marie' })).total).toBe(2)
  })

  test('a thousand files of one moment have a place each, in the same order for ever', async () => {
    const index = await indexInMemory(driver)
    const files = Array.from({ length: 3_000 }, (_, id) => filed(`${id}.wav`, { numbers: [], startedAt: START }))
    index.take(files.slice(0, 1_000))
    index.take(files.slice(1_000))
    expect(index.outline(filter()).total).toBe(3_000)
    const walked = new Set<string>()
    for (let after: string | null = null; ;) {
      const page = index.walk({ kind: 'filter', filter: filter() }, after)
      for (const entry of page.entries) walked.add(entry.id)
      after = page.next
      if (after === null) break
    }
    expect(walked.size).toBe(3_000)
  })
})
