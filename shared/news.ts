/** What the step from one view of a call to the next brings that went wrong: alarms, cues and notifications agree on it. */
import { type CallView } from './call.ts'

type Seen = Pick<CallView, 'recording'>

/** The state was lost while it recorded or was paused. */
export function isNewlyLost(before: Seen | null, { recording: { proof } }: Seen): boolean {
  const was = before?.recording.proof.kind
  return proof.kind === 'unknown' && (was === 'recording' || was === 'paused')
}

/** A press was refused. With another way under way nothing is refused yet. */
export function isNewlyRefused(before: Seen | null, { recording: { refusal } }: Seen): boolean {
  const former = before?.recording.refusal ?? null
  return refusal !== null && refusal.next === null && (former?.at !== refusal.at || former.next !== null)
}
