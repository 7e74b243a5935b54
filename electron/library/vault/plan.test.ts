import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type KeepRule } from '../../../shared/keeping.ts'
import { NO_FILTER } from '../../../shared/library/query.ts'
import { type Held, Plan, type PlanInput, ruleFilter } from './plan.ts'

const rule: KeepRule = { what: 'everything', days: 30, upTo: 10_000_000, afterServer: 'keep' }
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
    unwanted: new Set(),
    refused: new Set(),
    sizes: new Map(),
    ...more,
  })

describe('the calls that a rule names', () => {
  const now = 1_000 * 86_400_000
  it.each([
    ['off', null],
    ['recent', { ...NO_FILTER, from: now - 30 * 86_400_000 }],
    ['favourites', { ...NO_FILTER, favourites: true }],
    ['everything', NO_FILTER],
  ] as const)('%s', (what, filter) => expect(ruleFilter({ ...rule, what }, now)).toEqual(filter))
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
