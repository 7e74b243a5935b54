/** What stands behind a call's lamp, for those who ask: how it is controlled, when it was confirmed, its name on the server. */
import { type CallView } from '../../shared/call.ts'
import { useShown } from '../shown.ts'
import { Foreign } from '../ui/Controls.tsx'
import styles from './CallDetails.module.css'

export function CallDetails({ call: { recording, serverId } }: { call: CallView }) {
  const { text, format } = useShown()
  const words = text.calls
  const { proof } = recording
  const confirmedAt =
    proof.kind === 'unknown' ? (proof.last?.at ?? null) : proof.kind === 'unprovable' ? null : proof.at
  return (
    <details className={styles.details}>
      <summary>{words.details}</summary>
      <dl className={styles.facts}>
        <dt>{words.sentBy}</dt>
        <dd>{words.by[recording.route ?? 'none']}</dd>
        <dt>{words.confirmedAt}</dt>
        <dd>{confirmedAt === null ? words.notConfirmed : format.clock(confirmedAt)}</dd>
        {serverId !== null && (
          <>
            <dt>{words.serverId}</dt>
            <dd className={styles.id}>
              <Foreign>{serverId}</Foreign>
            </dd>
          </>
        )}
      </dl>
    </details>
  )
}
