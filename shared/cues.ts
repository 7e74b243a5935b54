/** Which sound tells of the step from one snapshot to the next: for those who do not look. Only proof sounds. */
import { z } from 'zod'
import { type CallView } from './call.ts'
import { callInFocus } from './lamp.ts'
import { isNewlyLost, isNewlyRefused } from './news.ts'
import { type Snapshot } from './snapshot.ts'

/** Rising, two ticks, falling, a low pair, and one soft tone. */
export const Cue = z.enum(['recording', 'paused', 'stopped', 'failed', 'reminder'])
export type Cue = z.infer<typeof Cue>

/** The cue that is due, whatever the settings say; null = silence. What failed is heard before anything else. */
export function cueOf(before: Snapshot, after: Snapshot): Cue | null {
  const failed = after.calls.some(call => hasFailed(formerOf(call, before), call))
  if (failed || after.alarms.some(alarm => !before.alarms.some(one => one.id === alarm.id))) return 'failed'
  const call = callInFocus(after.calls)
  const proven = call === null ? null : provenStep(formerOf(call, before), call)
  if (proven !== null) return proven
  return after.reminders.some(one => !before.reminders.some(former => former.id === one.id)) ? 'reminder' : null
}

/** Is it to be heard? Beside a desk phone the computer's speaker sounds into the room: there `auto` means failures only. */
export function isHeard(cue: Cue, { settings, stage }: Snapshot): boolean {
  const companion = stage.stage === 'ready' && stage.account.use === 'companion'
  const wanted = settings.cues === 'auto' ? (companion ? 'failures' : 'all') : settings.cues
  return wanted === 'all' || (wanted === 'failures' && cue === 'failed')
}

const formerOf = (call: CallView, before: Snapshot) => before.calls.find(one => one.id === call.id) ?? null

const hasFailed = (before: CallView | null, call: CallView): boolean =>
  isNewlyLost(before, call) || isNewlyRefused(before, call)

/** What was proven of a call, other than before. */
function provenStep(before: CallView | null, call: CallView): Cue | null {
  const now = call.recording.proof
  const then = before?.recording.proof ?? null
  if (now.kind === then?.kind || now.kind === 'unknown' || now.kind === 'unprovable') return null
  if (now.kind !== 'off') return now.kind
  const ran = then?.kind === 'unknown' ? then.last?.kind : then?.kind
  return ran === 'recording' || ran === 'paused' ? 'stopped' : null
}
