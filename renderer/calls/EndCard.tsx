/** How the last call ended, until the next one begins: what of it was recorded, or that it was not. */
import { type LastCall } from '../../shared/call.ts'
import { type Format, type Text } from '../../shared/text/index.ts'
import { useShown } from '../shown.ts'
import { Button, isolated, peerName } from '../ui/Controls.tsx'
import styles from './EndCard.module.css'

export function EndCard({ last, onRecordings }: { last: LastCall; onRecordings: () => void }) {
  const { text, format, failure } = useShown()
  return (
    <section className={styles.card} aria-live="polite">
      <h2>{text.calls.end.title(isolated(peerName(last.peer, text.app.unknownCaller)))}</h2>
      <p className={styles.outcome}>{outcome(last, text, format)}</p>
      {last.failure !== null && <p>{failure(last.failure)}</p>}
      {last.recordedMs > 0 && (
        <p className={styles.find}>
          {text.calls.end.find}
          <Button kind="quiet" onClick={onRecordings}>
            {text.calls.end.findLink}
          </Button>
        </p>
      )}
    </section>
  )
}

/** Recorded and call time differ by less than this when the whole call was recorded. */
const WHOLE_MS = 1500

function outcome(last: LastCall, { calls: { end, pauses }, recordings }: Text, format: Format): string {
  const call = format.duration(last.callMs)
  if (last.recordedMs > 0) {
    if (last.callMs - last.recordedMs < WHOLE_MS && last.pauses === 0) return `${end.whole(call)}.`
    const facts = [end.part(format.duration(last.recordedMs), call)]
    if (last.recordedFromMs !== null) facts.push(recordings.from(format.duration(last.recordedFromMs)))
    if (last.pauses > 0) facts.push(pauses(last.pauses))
    return `${facts.join(', ')}.`
  }
  if (last.callMs <= 0) return end.missed
  return last.provable ? end.none(call) : end.unprovable(call)
}
