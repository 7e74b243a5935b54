/** Reminders: paused for a while, on hold while recording, recording for long. A pure fold; each has its one-press answer. */
import { z } from 'zod'
import { type CallView } from './call.ts'
import { timesAt } from './lamp.ts'
import { type Settings } from './settings.ts'

export const Reminder = z.object({
  id: z.string(),
  /** `held`: what the other side plays to those who wait is recorded. */
  kind: z.enum(['paused', 'held', 'long']),
  call: z.string(),
  /** Hostile input: shown as text only. */
  peer: z.object({ name: z.string(), number: z.string() }),
  /** Since when it is so; of `long`: so long ago as was recorded since. Milliseconds since the epoch. */
  since: z.number(),
})
export type Reminder = z.infer<typeof Reminder>

/** What is so of a call, whether it is told, and whether the user has answered. It is forgotten when it is no longer so. */
export interface Watched extends Reminder {
  readonly answered: boolean
}

export type Thresholds = Pick<Settings, 'remindPausedSeconds' | 'remindHeldSeconds' | 'remindLongMinutes'>

/** What is to be watched now. `now`: milliseconds since the epoch. */
export function watchedAfter(watched: readonly Watched[], calls: readonly CallView[], now: number): readonly Watched[] {
  return calls
    .flatMap(call => conditions(call, now).map(({ kind, since }) => ({ call, kind, since, id: `${kind}:${call.id}` })))
    .map(({ call, kind, since, id }) => {
      const known = watched.find(one => one.id === id)
      // another pause is to be told anew
      const same = known !== undefined && (kind !== 'paused' || known.since === since)
      return {
        id,
        kind,
        call: call.id,
        peer: call.peer,
        since: since ?? known?.since ?? now,
        answered: same && known.answered,
      }
    })
}

/** `since` null: when it was first seen. */
function conditions(call: CallView, now: number): { kind: Reminder['kind']; since: number | null }[] {
  const { proof } = call.recording
  if (call.status !== 'up' || (proof.kind !== 'recording' && proof.kind !== 'paused')) return []
  // by the time recorded, which stands still in a pause
  const long = { kind: 'long', since: now - (timesAt(call, now).recordedMs ?? 0) } as const
  if (proof.kind === 'paused') return [{ kind: 'paused', since: proof.since }, long]
  return call.onHold ? [{ kind: 'held', since: null }, long] : [long]
}

/** What is told now: long enough, and not answered. A threshold of 0 tells never. */
export function remindersAt(watched: readonly Watched[], thresholds: Thresholds, now: number): readonly Reminder[] {
  const after: Readonly<Record<Reminder['kind'], number>> = {
    paused: thresholds.remindPausedSeconds * 1000,
    held: thresholds.remindHeldSeconds * 1000,
    long: thresholds.remindLongMinutes * 60_000,
  }
  return watched
    .filter(({ answered, kind, since }) => !answered && after[kind] > 0 && now - since >= after[kind])
    .map(({ id, kind, call, peer, since }) => ({ id, kind, call, peer, since }))
}

export const reminded = (watched: readonly Watched[], id: string): readonly Watched[] =>
  watched.map(one => (one.id === id ? { ...one, answered: true } : one))
