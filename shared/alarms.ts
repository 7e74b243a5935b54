/**
 * The alarms that stay until they are answered: the state lost while recording or paused, a pause refused, an automatic
 * recording missing, no sound of the other side for 5 s, this computer's phone stopped in a call. A pure fold over what the snapshots show of the calls; kept after the call has ended.
 */
import { z } from 'zod'
import { otherSideMay } from './automatic.ts'
import { type CallView } from './call.ts'
import { isNewlyLost, isNewlyRefused } from './news.ts'
import { isWithoutAudio } from './quality.ts'

export const Alarm = z.object({
  /** Ours: the call and what is wrong with it. */
  id: z.string(),
  kind: z.enum(['lost', 'pause-refused', 'automatic-missing', 'no-audio', 'phone-stopped']),
  call: z.string(),
  /** Hostile input: shown as text only. */
  peer: z.object({ name: z.string(), number: z.string() }),
  /** When it began; the sound counts from here. Milliseconds since the epoch. */
  since: z.number(),
  /** Until when the state was known, and what it was; only of `lost`. */
  last: z.object({ kind: z.enum(['off', 'recording', 'paused']), at: z.number() }).nullable(),
  /** It came right by itself, and how; what went wrong meanwhile stays true. */
  resolved: z.object({ kind: z.enum(['off', 'recording', 'paused', 'audio']), at: z.number() }).nullable(),
  /** Of a missing automatic recording: of two colleagues one side records, and it may be the other. */
  elsewhere: z.boolean(),
  /** The call ended; null = it goes on. */
  endedAt: z.number().nullable(),
})
export type Alarm = z.infer<typeof Alarm>

/** One step: what of `calls` is an alarm after `before`. `now`: milliseconds since the epoch. */
export function alarmsAfter(
  alarms: readonly Alarm[],
  before: readonly CallView[],
  calls: readonly CallView[],
  now: number,
): readonly Alarm[] {
  const kept = alarms.map(alarm => follow(alarm, calls, now))
  const begun = calls.flatMap(call => raised(before.find(one => one.id === call.id) ?? null, call, now))
  const again = (alarm: Alarm) => begun.find(one => one.id === alarm.id && alarm.resolved !== null)
  return [
    // the same once more, before the first was answered: one alarm, which began then and stands again
    ...kept.map(alarm => (again(alarm) === undefined ? alarm : { ...alarm, resolved: null })),
    ...begun.filter(one => !kept.some(alarm => alarm.id === one.id)),
  ]
}

export const answered = (alarms: readonly Alarm[], id: string): readonly Alarm[] =>
  alarms.filter(alarm => alarm.id !== id)

function follow(alarm: Alarm, calls: readonly CallView[], now: number): Alarm {
  if (alarm.endedAt !== null) return alarm
  const call = calls.find(one => one.id === alarm.call)
  if (call === undefined) return { ...alarm, endedAt: now }
  if (alarm.resolved !== null) return alarm
  // nothing brings it back
  if (alarm.kind === 'phone-stopped') return alarm
  if (alarm.kind === 'no-audio') {
    const back = call.audio !== null && !isWithoutAudio(call.audio)
    return back ? { ...alarm, resolved: { kind: 'audio', at: now } } : alarm
  }
  const { proof } = call.recording
  if (proof.kind === 'unknown' || proof.kind === 'unprovable') return alarm
  const right =
    alarm.kind === 'lost' || (alarm.kind === 'pause-refused' ? proof.kind !== 'recording' : proof.kind === 'recording')
  return right ? { ...alarm, resolved: { kind: proof.kind, at: proof.at } } : alarm
}

/** What the step from one view of a call to the next raises. An answered alarm is raised again by a new event alone. */
function raised(before: CallView | null, call: CallView, now: number): Alarm[] {
  const alarm = (kind: Alarm['kind'], last: Alarm['last'] = null): Alarm => ({
    id: `${kind}:${call.id}`,
    kind,
    call: call.id,
    peer: call.peer,
    since: now,
    last,
    resolved: null,
    elsewhere: otherSideMay(call),
    endedAt: null,
  })
  const begun: Alarm[] = []
  const { proof, refusal } = call.recording
  if (proof.kind === 'unknown' && isNewlyLost(before, call)) begun.push(alarm('lost', proof.last))
  if (isNewlyRefused(before, call) && refusal?.want === 'pause' && proof.kind === 'recording')
    begun.push(alarm('pause-refused'))
  if (isMissing(call) && !(before !== null && isMissing(before))) begun.push(alarm('automatic-missing'))
  if (isWithoutAudio(call.audio) && !isWithoutAudio(before?.audio ?? null)) begun.push(alarm('no-audio'))
  if (hasStopped(call) && !(before !== null && hasStopped(before))) begun.push(alarm('phone-stopped'))
  return begun
}

const hasStopped = (call: CallView): boolean => call.device === 'stopped' && call.status === 'up'

const isMissing = (call: CallView): boolean => call.automatic.missing

/** How often an alarm sounds, until it is answered or this is over, milliseconds. */
const SOUND_EVERY_MS = 10_000
const SOUNDS = 6

/** Is a sound due in the time after `from` until `to`? The first sounds with the alarm itself. */
export function soundsIn(alarms: readonly Alarm[], from: number, to: number): boolean {
  const due = (alarm: Alarm, at: number) => Math.min(SOUNDS - 1, Math.floor((at - alarm.since) / SOUND_EVERY_MS))
  return alarms.some(alarm => alarm.since <= from && due(alarm, to) > due(alarm, from))
}
