import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type KeepRule } from '../../../shared/keeping.ts'
import { NO_FILTER } from '../../../shared/library/query.ts'
import { type Held, Plan, type PlanInput, ruleFilter } from './plan.ts'

const rule: KeepRule = { what: 'everything', days: 30, upTo: 10_000_000, afterServer: 'keep' }
const part = (id: string, durationMs: number | null = 1_000, hearing: 'yes' | 'deleted' | 'finishing' = 'yes') => ({
  id,
  durationMs,
  hearing,
})
const held = (id: string, bytes: number, last = false): Held => ({ vaultKey: `key-${id}`, part: id, bytes, last })
const plan = (more: Partial<PlanInput> = {}) =>
  new Plan({
    rule,
    held: [],
    pinned: new Set(),
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
      pinned: new Set(['d']),
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
    const one = plan({ rule: { ...rule, upTo: 2_500_000 }, held: [held('old', 2_000_000)], pinned: new Set(['old']) })
    one.take(part('a', null))
    expect([one.fetch, one.full, one.remove()]).toEqual([[], true, []])
  })

  it.each([
    ['keep', []],
    ['remove', ['gone']],
  ] as const)('where the server has deleted it: %s', (afterServer, removed) => {
    const one = plan({
      rule: { ...rule, what: 'off', afterServer },
      held: [held('gone', 5, true), held('mine', 5, true)],
      pinned: new Set(['mine']),
    })
    expect(one.remove().map(copy => copy.part)).toEqual(removed)
  })

  it('removes copies whose recording nobody knows any more', () => {
    const lost: Held = { vaultKey: 'key', part: null, bytes: 1, last: false }
    expect(plan({ held: [lost] }).remove()).toEqual([lost])
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
          fc.record({ bytes: fc.integer({ min: 1, max: 5_000_000 }), here: fc.boolean(), pinned: fc.boolean() }),
          {
            maxLength: 30,
          },
        ),
        fc.integer({ min: 1_000_000, max: 20_000_000 }),
        (all, upTo) => {
          const ids = all.map((_, at) => `p${at}`)
          const one = plan({
            rule: { ...rule, upTo },
            held: all.flatMap(({ bytes, here }, at) => (here ? [held(`p${at}`, bytes)] : [])),
            pinned: new Set(ids.filter((_, at) => all[at]?.pinned)),
            sizes: new Map(all.map(({ bytes }, at) => [`p${at}`, bytes])),
          })
          for (const id of ids) one.take(part(id))
          const removed = new Set(one.remove().map(copy => copy.part))
          const sum = (keep: (at: number) => boolean) =>
            all.reduce((total, { bytes }, at) => total + (keep(at) ? bytes : 0), 0)
          const byHand = sum(at => all[at]?.pinned === true && all[at]?.here === true)
          const after = sum(at => (all[at]?.here === true && !removed.has(`p${at}`)) || one.fetch.includes(`p${at}`))
          expect(after).toBeLessThanOrEqual(Math.max(upTo, byHand))
          expect(
            one.fetch.every(
              (_, at) => at === 0 || Number(one.fetch[at - 1]?.slice(1)) < Number(one.fetch[at]?.slice(1)),
            ),
          ).toBe(true)
        },
      ),
    ))
})
