import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type KeepRule } from '../../../shared/keeping.ts'
import { NO_FILTER } from '../../../shared/library/query.ts'
import { type Held, mayLinger, Plan, type PlanInput, ruleFilter } from './plan.ts'

const rule: KeepRule = { what: 'everything', days: 30, upTo: 10_000_000, afterServer: 'keep' }
const DAY = 86_400_000
const NOW = 1_000 * DAY
const part = (
  id: string,
  durationMs: number | null = 1_000,
  hearing: 'yes' | 'deleted' | 'finishing' | 'missing' = 'yes',
) => ({
  id,
  durationMs,
  hearing,
})
const held = (id: string, bytes: number, last = false): Held => ({ vaultKey: `key-${id}`, part: id, bytes, last })
/** A copy whose recording no source told of. */
const unknown = (id: string, bytes = 1): Held => ({ ...held(id, bytes, true), part: null })
const pins = (...ids: string[]) => new Map(ids.map(id => [`key-${id}`, id]))
const plan = (more: Partial<PlanInput> = {}) =>
  new Plan({
    rule,
    held: [],
    whole: true,
    pinned: new Map(),
    heard: new Map(),
    now: NOW,
    unwanted: new Set(),
    refused: new Set(),
    sizes: new Map(),
    ...more,
  })

describe('the calls that a rule names', () => {
  it.each([
    ['off', null],
    ['recent', { ...NO_FILTER, from: NOW - 30 * DAY }],
    ['favourites', { ...NO_FILTER, favourites: true }],
    ['everything', NO_FILTER],
  ] as const)('%s', (what, filter) => expect(ruleFilter({ ...rule, what }, NOW)).toEqual(filter))
})

describe('a plan', () => {
  it('fetches what can be heard and is wanted, newest first', () => {
    const one = plan({
      unwanted: new Set(['b']),
      refused: new Set(['c']),
      pinned: pins('d'),
      held: [held('e', 5)],
    })
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) one.take(part(id))
    one.take(part('g', 1_000, 'deleted'))
    one.take(part('h', 1_000, 'finishing'))
    expect([one.fetch, one.wanted, one.full, one.remove()]).toEqual([['a', 'f'], 2, false, []])
  })

  it('ends where the limit is, and removes what lies beyond', () => {
    const one = plan({ rule: { ...rule, upTo: 2_500_000 }, held: [held('b', 1_000_000), held('d', 1_000_000)] })
    one.take(part('a', null))
    one.take(part('b'))
    one.take(part('c', null))
    one.take(part('d'))
    expect([one.fetch, one.full, one.remove().map(copy => copy.part)]).toEqual([['a'], true, ['d']])
  })

  it('counts what is kept by hand first, and never removes it', () => {
    const one = plan({ rule: { ...rule, upTo: 2_500_000 }, held: [held('old', 2_000_000)], pinned: pins('old') })
    one.take(part('a', null))
    expect([one.fetch, one.full, one.remove()]).toEqual([[], true, []])
  })

  describe.each(['off', 'everything'] as const)('of a rule that says %s, where the server has deleted it', what => {
    it.each([
      ['keep', []],
      ['remove', ['gone']],
    ] as const)('%s', (afterServer, removed) => {
      const one = plan({
        rule: { ...rule, what, afterServer },
        held: [held('gone', 5, true), held('mine', 5, true)],
        pinned: pins('mine'),
      })
      if (what === 'everything') for (const id of ['gone', 'mine']) one.take(part(id, 1_000, 'deleted'))
      expect([one.remove().map(copy => copy.part), one.fetch]).toEqual([removed, []])
    })
  })

  it.each(['keep', 'remove'] as const)(
    'keeps what the rule names and the server just did not find: %s',
    afterServer => {
      const one = plan({ rule: { ...rule, afterServer }, held: [{ ...held('away', 5, true), perhaps: true }] })
      one.take(part('away', 1_000, 'missing'))
      expect([one.remove(), one.fetch]).toEqual([[], []])
    },
  )

  it.each([
    ['keep', false, []],
    ['remove', false, []],
    ['keep', true, []],
    ['remove', true, ['key-lost']],
  ] as const)('a copy whose recording no source told of: %s, all sources read: %s', (afterServer, whole, removed) => {
    const one = plan({
      rule: { ...rule, afterServer },
      held: [unknown('lost'), unknown('mine')],
      whole,
      pinned: pins('mine'),
    })
    expect(one.remove().map(copy => copy.vaultKey)).toEqual(removed)
  })

  it('fetches nothing in the place of copies whose recordings are still to be told of, and removes none for them', () => {
    const one = plan({
      rule: { ...rule, upTo: 3_000_000 },
      held: [unknown('old', 1_500_000), held('known', 1_000_000)],
      whole: false,
    })
    one.take(part('new', null))
    one.take(part('short', 30_000))
    one.take(part('known'))
    expect([one.fetch, one.remove(), one.full]).toEqual([['short'], [], false])
    expect([one.learn({ id: 'short' }, 500_000), one.learn({ id: 'short' }, 500_001)]).toEqual([true, false])
  })

  it('says so when what it learns of sizes no longer fits', () => {
    const one = plan({ rule: { ...rule, upTo: 2_000_000 } })
    one.take(part('a', null))
    one.take(part('b', null))
    expect([one.fetch, one.learn({ id: 'a' }, 900_000), one.learn({ id: 'b' }, 1_100_000)]).toEqual([
      ['a', 'b'],
      true,
      true,
    ])
    expect(one.learn({ id: 'b' }, 1_100_001)).toBe(false)
  })

  it('never plans more than the limit, and what it fetches is what it says', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            bytes: fc.integer({ min: 1, max: 5_000_000 }),
            here: fc.boolean(),
            pinned: fc.boolean(),
            known: fc.boolean(),
          }),
          {
            maxLength: 30,
          },
        ),
        fc.integer({ min: 1_000_000, max: 20_000_000 }),
        fc.boolean(),
        (all, upTo, whole) => {
          const ids = all.map((_, at) => `p${at}`)
          const one = plan({
            rule: { ...rule, upTo },
            held: all.flatMap(({ bytes, here, known }, at) =>
              here ? [known ? held(`p${at}`, bytes) : unknown(`p${at}`, bytes)] : [],
            ),
            whole,
            pinned: pins(...ids.filter((_, at) => all[at]?.pinned)),
            sizes: new Map(all.map(({ bytes }, at) => [`p${at}`, bytes])),
          })
          ids.forEach((id, at) => {
            if (all[at]?.known === true || all[at]?.here === false) one.take(part(id))
          })
          const removed = new Set(one.remove().map(({ vaultKey }) => vaultKey.slice('key-'.length)))
          const sum = (keep: (at: number) => boolean) =>
            all.reduce((total, { bytes }, at) => total + (keep(at) ? bytes : 0), 0)
          const stays = ({ here, pinned, known }: (typeof all)[number]) => here && (pinned || !known)
          const before = sum(at => all[at]?.here === true)
          const after = sum(at => (all[at]?.here === true && !removed.has(`p${at}`)) || one.fetch.includes(`p${at}`))
          // a copy that waits is not removed, and may be too much already: then nothing comes
          const most = whole ? sum(at => all[at] !== undefined && stays(all[at])) : before
          expect(after).toBeLessThanOrEqual(Math.max(upTo, most))
          expect(all.some((it, at) => stays(it) && removed.has(`p${at}`))).toBe(false)
          expect(
            one.fetch.every(
              (_, at) => at === 0 || Number(one.fetch[at - 1]?.slice(1)) < Number(one.fetch[at]?.slice(1)),
            ),
          ).toBe(true)
        },
      ),
    ))
})

describe('what was heard', () => {
  const heard = (...days: readonly (readonly [string, number])[]) =>
    new Map(days.map(([id, ago]) => [`key-${id}`, NOW - ago * DAY] as const))
  const gone = (one: Plan) => one.remove().map(copy => copy.vaultKey)

  it.each(['off', 'everything'] as const)('stays for seven days, and then goes, where the rule says %s', what => {
    const copies = [held('new', 5), held('old', 5), held('ahead', 5), held('never', 5)]
    const one = plan({ rule: { ...rule, what }, held: copies, heard: heard(['new', 6.9], ['old', 7], ['ahead', -8]) })
    expect([[...one.lingering()], gone(one)]).toEqual([['key-new'], ['key-old', 'key-ahead', 'key-never']])
  })

  it('has what the rule and the user leave of the limit, the last heard first', () => {
    const one = plan({
      rule: { ...rule, upTo: 3_000_000 },
      held: [held('a', 700_000), held('b', 700_000), held('mine', 700_000), held('c', 1_000_000)],
      pinned: pins('mine'),
      heard: heard(['a', 3], ['b', 1], ['c', 2]),
    })
    expect([...one.lingering()]).toEqual(['key-b', 'key-c'])
    one.take(part('fetched', null))
    expect([one.fetch, [...one.lingering()], gone(one)]).toEqual([['fetched'], ['key-b'], ['key-a', 'key-c']])
  })

  it('is the rule’s where the rule names it, and is not fetched again', () => {
    const one = plan({ held: [held('a', 5)], heard: heard(['a', 30]) })
    one.take(part('a'))
    expect([[...one.lingering()], gone(one), one.fetch]).toEqual([[], [], []])
  })

  it('counts as fetched where the rule names it while other copies wait for their recordings', () => {
    const one = plan({
      held: [unknown('waits', 5_000_000), held('a', 4_000_000)],
      whole: false,
      heard: heard(['a', 1]),
      sizes: new Map([['b', 4_000_000]]),
    })
    one.take(part('a'))
    one.take(part('b'))
    expect([one.fetch, gone(one), [...one.lingering()]]).toEqual([[], [], []])
  })

  it.each(['keep', 'remove'] as const)(
    'stays no longer where it is the last, or no source told of it: %s',
    afterServer => {
      const one = plan({
        rule: { ...rule, what: 'off', afterServer },
        held: [held('last', 5, true), held('old', 5, true), unknown('lost'), unknown('old lost')],
        whole: false,
        heard: heard(['last', 1], ['old', 8], ['lost', 1], ['old lost', 8]),
      })
      expect([[...one.lingering()], gone(one)]).toEqual([
        ['key-last', 'key-lost'],
        ['key-old', 'key-old lost'],
      ])
    },
  )

  it('may be copied where the copies that somebody asked for leave room for it', () => {
    const copies = { held: [held('a', 6_000_000), held('b', 3_000_000)], heard: heard(['a', 1]) }
    expect([7_000_000, 7_000_001].map(bytes => mayLinger({ rule, ...copies }, bytes))).toEqual([true, false])
  })

  it('takes no place of what the rule and the user keep, whatever there is', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            bytes: fc.integer({ min: 1, max: 5_000_000 }),
            here: fc.boolean(),
            why: fc.constantFrom('pinned', 'heard', 'neither', 'neither'),
            known: fc.boolean(),
            last: fc.boolean(),
            named: fc.boolean(),
            ago: fc.double({ min: -10, max: 10, noNaN: true }),
          }),
          { maxLength: 30 },
        ),
        fc.integer({ min: 1_000_000, max: 20_000_000 }),
        fc.boolean(),
        fc.constantFrom('keep', 'remove'),
        (all, upTo, whole, afterServer) => {
          const ids = all.map((_, at) => `p${at}`)
          const isHeard = (at: number) => all[at]?.why === 'heard'
          const made = (without: boolean) => {
            const one = plan({
              rule: { ...rule, upTo, afterServer },
              whole,
              held: all.flatMap(({ bytes, here, known, last }, at) =>
                !here || (without && isHeard(at))
                  ? []
                  : [known ? held(`p${at}`, bytes, last) : unknown(`p${at}`, bytes)],
              ),
              pinned: pins(...ids.filter((_, at) => all[at]?.why === 'pinned')),
              heard: heard(...all.flatMap(({ ago }, at) => (isHeard(at) ? [[`p${at}`, ago] as const] : []))),
              sizes: new Map(all.map(({ bytes }, at) => [`p${at}`, bytes])),
            })
            all.forEach(({ here, known, last, named }, at) => {
              if (named && (known || !here)) one.take(part(`p${at}`, 1_000, here && last ? 'deleted' : 'yes'))
            })
            return one
          }
          const [one, without] = [made(false), made(true)]
          const removed = gone(one)
          // the others fare as if nothing had been heard, but for recordings that were heard and are here already
          const others = (keys: readonly string[]) => keys.filter(key => !isHeard(Number(key.slice('key-p'.length))))
          expect(others(removed)).toEqual(gone(without))
          expect(one.fetch).toEqual(
            without.fetch.filter(id => !isHeard(Number(id.slice(1))) || !all[Number(id.slice(1))]?.here),
          )
          expect(one.full).toBe(without.full)
          const sum = (of: (at: number) => boolean) =>
            all.reduce((total, { bytes }, at) => total + (of(at) ? bytes : 0), 0)
          const after = sum(
            at => one.fetch.includes(`p${at}`) || (all[at]?.here === true && !removed.includes(`key-p${at}`)),
          )
          const asked = sum(at => all[at]?.here === true && !isHeard(at))
          expect(after).toBeLessThanOrEqual(Math.max(upTo, asked))
          if (one.lingering().size > 0) expect(after).toBeLessThanOrEqual(upTo)
          for (const key of one.lingering()) {
            const it = all[Number(key.slice('key-p'.length))]
            expect(Math.abs(it?.ago ?? Infinity)).toBeLessThan(7)
          }
        },
      ),
      { numRuns: 500 },
    ))
})
