/** When the mini bar has something to show, by the user's choice. */
import { type CallView } from './call.ts'
import { type Snapshot } from './snapshot.ts'

export function isMiniBarWanted({ calls, settings: { miniBar } }: Pick<Snapshot, 'calls' | 'settings'>): boolean {
  const spoken = calls.filter(call => !call.isCode)
  return miniBar === 'calls' ? spoken.length > 0 : miniBar === 'recording' && spoken.some(mayRun)
}

/** The tape runs, rests, or did so when it was last seen; or it is asked to run. */
function mayRun({ recording: { proof, wish } }: CallView): boolean {
  const kind = proof.kind === 'unknown' ? proof.last?.kind : proof.kind
  return kind === 'recording' || kind === 'paused' || wish !== null
}
