/** What is known of the copies of some calls, for the buttons that keep and remove them. Pure. */
import { type Entry } from '../../shared/library/entry.ts'

export interface Copies {
  /** Some of it has a copy here; some of it has none, and could have one. */
  readonly someKept: boolean
  readonly someNotKept: boolean
  /** Some copy is the last: server and folder have the recording no more. */
  readonly someLast: boolean
}

/** Of what nothing is known it may be either. */
export const ANY_COPIES: Copies = { someKept: true, someNotKept: true, someLast: true }

export function copiesOf(entries: readonly Entry[]): Copies {
  const parts = entries.flatMap(entry => entry.parts)
  return {
    someKept: parts.some(({ kept }) => kept),
    someNotKept: parts.some(({ kept, hearing }) => !kept && hearing === 'yes'),
    someLast: parts.some(({ kept, hearing }) => kept && (hearing === 'deleted' || hearing === 'missing')),
  }
}
