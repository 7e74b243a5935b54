/** What is selected: some entries one by one, or all that the filter finds. Pure. */
import { type Filter, type Selection } from '../../../shared/library/query.ts'

/** The most that is selected one by one: as many as one request may name. */
export const MOST_SELECTED = 10_000

export type Selected =
  | {
      readonly kind: 'some'
      readonly ids: ReadonlySet<string>
      /** What was selected before the range that is being drawn: a shorter range gives back only its own. */
      readonly before: ReadonlySet<string>
    }
  | { readonly kind: 'all' }

export type Select =
  | { readonly do: 'toggle'; readonly id: string }
  /** From the anchor to the cursor; replaces the range drawn before from the same anchor. */
  | { readonly do: 'range'; readonly ids: readonly string[] }
  | { readonly do: 'all' }
  /** All, of which one is taken out again: every id of the filter, without it. */
  | { readonly do: 'some'; readonly ids: readonly string[] }
  /** Of those that were asked for, these are (still) in the list: the others are selected no longer. */
  | { readonly do: 'listed'; readonly asked: readonly string[]; readonly ids: readonly string[] }
  | { readonly do: 'none' }

const none: ReadonlySet<string> = new Set()
export const NOTHING: Selected = { kind: 'some', ids: none, before: none }

export function select(selected: Selected, action: Select): Selected {
  const ids = selected.kind === 'some' ? selected.ids : none
  switch (action.do) {
    case 'all':
      return { kind: 'all' }
    case 'none':
      return NOTHING
    case 'some':
      return whole(new Set(action.ids))
    case 'toggle': {
      // one of all cannot be taken out without knowing the others
      if (selected.kind === 'all') return selected
      const next = new Set(ids)
      if (!next.delete(action.id)) next.add(action.id)
      return whole(next)
    }
    case 'listed': {
      if (selected.kind === 'all') return selected
      const asked = new Set(action.asked)
      // one was taken out meanwhile: the answer is not to bring it back, and the next list asks again
      if (action.asked.some(id => !ids.has(id))) return selected
      const next = new Set([...[...ids].filter(id => !asked.has(id)), ...action.ids])
      if (next.size === ids.size && [...next].every(id => ids.has(id))) return selected
      return { kind: 'some', ids: next, before: new Set([...selected.before].filter(id => next.has(id))) }
    }
    case 'range': {
      const before = selected.kind === 'some' ? selected.before : none
      const next = new Set([...before, ...action.ids])
      return next.size > MOST_SELECTED ? selected : { kind: 'some', ids: next, before }
    }
  }
}

function whole(ids: ReadonlySet<string>): Selected {
  if (ids.size === 0) return NOTHING
  const most = ids.size <= MOST_SELECTED ? ids : new Set([...ids].slice(0, MOST_SELECTED))
  return { kind: 'some', ids: most, before: most }
}

export const isSelected = (selected: Selected, id: string): boolean => selected.kind === 'all' || selected.ids.has(id)

export const countSelected = (selected: Selected, total: number): number =>
  selected.kind === 'all' ? total : selected.ids.size

/** What it means to main; null = nothing is selected. */
export function meant(selected: Selected, filter: Filter): Selection | null {
  if (selected.kind === 'all') return { kind: 'filter', filter }
  return selected.ids.size === 0 ? null : { kind: 'entries', ids: [...selected.ids] }
}
