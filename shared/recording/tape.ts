/**
 * Tape time: what evidence showed of a leg's recording, change by change, and what follows from it: its stretches, the
 * seconds in the file, and where a moment of the call lies in them. Pauses and gaps make tape time and call time differ.
 * All times: milliseconds since the epoch, unless they say otherwise.
 */

/** `unknown`: the state was lost, and from here on nothing is known. `over`: the call ended. */
export type TapeKind = 'off' | 'recording' | 'paused' | 'unknown' | 'over'

/** From `at` on this was the state, until the next change. */
export interface Change {
  readonly at: number
  readonly to: TapeKind
}

/** Changes in the order of time, each different from the one before. Before the first one nothing is known. */
export type Tape = readonly Change[]

/** A stretch of time in which the tape ran. `to` and `ended` are null while it runs. */
export interface Stretch {
  readonly from: number
  readonly to: number | null
  readonly ended: 'paused' | 'stopped' | 'lost' | 'ended' | null
}

const ENDED: Readonly<Record<Exclude<TapeKind, 'recording'>, NonNullable<Stretch['ended']>>> = {
  off: 'stopped',
  paused: 'paused',
  unknown: 'lost',
  over: 'ended',
}

/**
 * Writes a change down; one that changes nothing leaves the tape as it is. A time before the last change means that the
 * clock was set back: what lies behind moves with it, so that every length stays what it was.
 */
export function put(tape: Tape, to: TapeKind, at: number): Tape {
  const last = tape.at(-1)
  if (to === (last?.to ?? 'unknown')) return tape
  const back = last === undefined ? 0 : Math.max(0, last.at - at)
  const before = back === 0 ? tape : tape.map(change => ({ ...change, at: change.at - back }))
  return [...before, { at, to }]
}

export function stretches(tape: Tape): Stretch[] {
  return tape.flatMap((change, index) => {
    if (change.to !== 'recording') return []
    const next = tape[index + 1]
    const ended = next === undefined || next.to === 'recording' ? null : ENDED[next.to]
    return [{ from: change.at, to: next?.at ?? null, ended }]
  })
}

/** When the stretch that runs began; null = none runs. */
export function runningSince(tape: Tape): number | null {
  const last = tape.at(-1)
  return last?.to === 'recording' ? last.at : null
}

/** When recording was first seen; null = never. */
export const firstRecordedAt = (tape: Tape): number | null => stretches(tape)[0]?.from ?? null

/** Tape time of the stretches that have ended, milliseconds. */
export const settledMs = (tape: Tape): number =>
  stretches(tape).reduce((sum, { from, to }) => sum + (to === null ? 0 : to - from), 0)

/** Tape time at a moment: milliseconds recorded until then. */
export const tapeMs = (tape: Tape, at: number): number =>
  stretches(tape).reduce((sum, { from, to }) => sum + Math.max(0, Math.min(at, to ?? at) - from), 0)

/** How often a running recording was paused. */
export const pauses = (tape: Tape): number => stretches(tape).filter(({ ended }) => ended === 'paused').length

/** Tape time at a call time (milliseconds since the answer; negative while it rang). */
export const callTimeToTapeTime = (tape: Tape, answeredAt: number, callMs: number): number =>
  tapeMs(tape, answeredAt + callMs)

/**
 * The call time at which a moment of the tape was spoken; where two stretches meet, the start of the later one. Null:
 * the tape is not that long.
 */
export function tapeTimeToCallTime(tape: Tape, answeredAt: number, onTapeMs: number): number | null {
  let left = onTapeMs
  let end: number | null = null
  for (const { from, to } of stretches(tape)) {
    if (to === null || left < to - from) return left < 0 ? null : from + left - answeredAt
    left -= to - from
    end = to
  }
  return left === 0 && end !== null ? end - answeredAt : null
}
