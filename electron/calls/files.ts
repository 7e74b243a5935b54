/** Evidence from a watched folder: which files are this call's, and what they show. */
import { type FileSight } from '../../shared/sight.ts'
import { outgoing, peer, type Leg } from './leg.ts'

/** Asterisk names files by whole seconds of its own clock, and a mounted folder's clock may differ a little. */
const CLOCK_SLACK_MS = 3_000

/**
 * Is this file the user's recording of that leg? `*3` names who pressed first, so a file that the other party began is
 * not ours; a permanent recording names caller and callee, whoever's setting it was.
 */
export function belongs(sight: FileSight, leg: Leg, own: readonly string[]): boolean {
  if (leg.files.has(sight.name)) return true
  if (sight.startedAt < leg.startedAt - CLOCK_SLACK_MS) return false
  const other = peer(leg).number
  const [first, second] = sight.numbers
  if (first === undefined || second === undefined) return false
  const mineFirst = own.includes(first) && second === other
  const mineSecond = own.includes(second) && first === other
  if (sight.kind === 'on-demand') return mineFirst
  return outgoing(leg) ? mineFirst : mineSecond
}

/** What a call's files show together. No file at all: nothing was written, which is evidence for `off`. */
export function seenInFiles(files: ReadonlyMap<string, FileSight['state']>): 'off' | 'recording' | 'stuck' {
  const states = [...files.values()]
  if (states.includes('writing')) return 'recording'
  return states.includes('stuck') ? 'stuck' : 'off'
}
