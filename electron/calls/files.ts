/** Evidence from a watched folder: which files are this call's, and what they show. */
import { type FileSight } from '../../shared/sight.ts'
import { outgoing, peer, type Leg } from './leg.ts'

/** Asterisk names files by whole seconds of its own clock, and a mounted folder's clock may differ a little. */
const CLOCK_SLACK_MS = 3_000

/**
 * The leg whose recording by the user a file is. `*3` names who pressed first, so a file that the other party began is
 * not ours; a permanent recording names caller and callee, whoever's setting it was. A trunk may write the other number
 * as nobody dialled it: where only one leg can be meant, the user's own number is enough.
 */
export function legOf(sight: FileSight, legs: readonly Leg[], own: readonly string[]): Leg | undefined {
  const known = legs.find(leg => leg.files.has(sight.name))
  if (known !== undefined) return known
  const possible = legs.filter(leg => otherNumber(sight, leg, own) !== null)
  const [only, second] = possible
  return (
    possible.find(leg => otherNumber(sight, leg, own) === peer(leg).number) ?? (second === undefined ? only : undefined)
  )
}

/**
 * May a file that is no leg's for certain be this leg's recording? One whose name several calls fit; or one whose name
 * no pattern explains, begun when a permanent recording of this call would have been: as it was placed or answered.
 */
export function mayBeOf(sight: FileSight, leg: Leg, own: readonly string[]): boolean {
  if (sight.numbers.length > 0) return otherNumber(sight, leg, own) !== null
  return [leg.startedAt, leg.answeredAt].some(at => at !== null && Math.abs(sight.startedAt - at) <= CLOCK_SLACK_MS)
}

/** The other party's number as the file has it; null where it cannot be this leg's file. */
function otherNumber(sight: FileSight, leg: Leg, own: readonly string[]): string | null {
  if (sight.startedAt < leg.startedAt - CLOCK_SLACK_MS) return null
  const [first, second] = sight.numbers
  if (first === undefined || second === undefined) return null
  const mineFirst = sight.kind === 'on-demand' || outgoing(leg)
  if (mineFirst) return own.includes(first) ? second : null
  return own.includes(second) ? first : null
}

/** What a call's files show together. No file at all: nothing was written, which is evidence for `off`. */
export function seenInFiles(files: ReadonlyMap<string, FileSight['state']>): 'off' | 'recording' | 'stuck' {
  const states = [...files.values()]
  if (states.includes('writing')) return 'recording'
  return states.includes('stuck') ? 'stuck' : 'off'
}
