/** What is selected, against a plain set of ids. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_FILTER } from '../../../shared/library/query.ts'
import {
  countSelected,
  isSelected,
  meant,
  MOST_SELECTED,
  NOTHING,
  select,
  type Select,
  type Selected,
} from './selection.ts'

const id = fc.integer({ min: 0, max: 20 }).map(n => `entry-${n}`)
const action: fc.Arbitrary<Select> = fc.oneof(
  id.map((one): Select => ({ do: 'toggle', id: one })),
  fc.array(id, { minLength: 1, maxLength: 6 }).map((ids): Select => ({ do: 'range', ids })),
  fc.constant<Select>({ do: 'all' }),
  fc.array(id, { maxLength: 6 }).map((ids): Select => ({ do: 'some', ids })),
  fc.constant<Select>({ do: 'none' }),
  fc
    .tuple(fc.array(id, { maxLength: 6 }), fc.array(id, { maxLength: 6 }))
    .map(([asked, ids]): Select => ({ do: 'listed', asked, ids })),
)

/** The same in the plainest way: a set, and what of it is older than the range that is being drawn. */
function model(actions: readonly Select[]): 'all' | Set<string> {
  let ids = new Set<string>() as 'all' | Set<string>
  let before = new Set<string>()
  for (const step of actions) {
    if (step.do === 'all') ids = 'all'
    else if (step.do === 'none') ids = new Set()
    else if (step.do === 'some') ids = new Set(step.ids)
    else if (step.do === 'range') {
      ids = new Set([...(ids === 'all' ? [] : before), ...step.ids])
      continue
    } else if (step.do === 'listed') {
      if (ids === 'all' || step.asked.some(each => ids !== 'all' && !ids.has(each))) continue
      const left = new Set([...[...ids].filter(each => !step.asked.includes(each)), ...step.ids])
      ids = left
      before = new Set([...before].filter(each => left.has(each)))
      continue
    } else if (ids !== 'all') {
      ids = new Set(ids)
      if (!ids.delete(step.id)) ids.add(step.id)
    }
    before = ids === 'all' ? new Set() : new Set(ids)
  }
  return ids
}

describe('the selection', () => {
  it('is what a plain set would be', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30 }), actions => {
        const selected = actions.reduce<Selected>(select, NOTHING)
        const expected = model(actions)
        if (expected === 'all') expect(selected).toEqual({ kind: 'all' })
        else expect(selected.kind === 'some' && [...selected.ids].sort()).toEqual([...expected].sort())
      }),
    )
  })

  it('gives back with a shorter range only what the range had added', () => {
    const one = select(NOTHING, { do: 'toggle', id: 'a' })
    const long = select(one, { do: 'range', ids: ['b', 'c', 'd'] })
    const short = select(long, { do: 'range', ids: ['b'] })
    expect(['a', 'b', 'c', 'd'].filter(each => isSelected(short, each))).toEqual(['a', 'b'])
  })

  it('loses what is no longer in the list, and what had been selected before a range, too', () => {
    const some = select(select(NOTHING, { do: 'toggle', id: 'a' }), { do: 'range', ids: ['b', 'c'] })
    expect(select(some, { do: 'listed', asked: ['a', 'b', 'c'], ids: ['c', 'b', 'a'] })).toBe(some)
    // what the user took out while it was asked does not come back
    const without = select(some, { do: 'toggle', id: 'a' })
    expect(select(without, { do: 'listed', asked: ['a', 'b', 'c'], ids: ['a', 'b', 'c'] })).toBe(without)
    const fewer = select(some, { do: 'listed', asked: ['a', 'b'], ids: ['b'] })
    expect(meant(fewer, NO_FILTER)).toEqual({ kind: 'entries', ids: ['c', 'b'] })
    expect(meant(select(fewer, { do: 'range', ids: ['c'] }), NO_FILTER)).toEqual({ kind: 'entries', ids: ['c'] })
  })

  it('takes no more one by one than a request may name', () => {
    const ids = Array.from({ length: MOST_SELECTED }, (_, n) => `entry-${n}`)
    const most = select(NOTHING, { do: 'some', ids })
    expect(select(most, { do: 'range', ids: ['one-more'] })).toBe(most)
    expect(countSelected(select(most, { do: 'toggle', id: 'one-more' }), 99_999)).toBe(MOST_SELECTED)
  })

  it('means to main all of the filter, some entries, or nothing', () => {
    expect(meant(NOTHING, NO_FILTER)).toBeNull()
    expect(meant({ kind: 'all' }, NO_FILTER)).toEqual({ kind: 'filter', filter: NO_FILTER })
    expect(meant(select(NOTHING, { do: 'toggle', id: 'a' }), NO_FILTER)).toEqual({ kind: 'entries', ids: ['a'] })
    expect(countSelected({ kind: 'all' }, 12_345)).toBe(12_345)
  })
})
