/** What stands behind a call's lamp, for those who ask: how it is controlled, when it was confirmed, its name on the server. */
import { type CallView } from '../../shared/call.ts'
import { type CallAudio } from '../../shared/quality.ts'
import { type Format, type Text } from '../../shared/text/index.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Button, Foreign, Notice } from '../ui/Controls.tsx'
import styles from './CallDetails.module.css'

/** The numbers behind the word for how good the sound is. */
function soundWords({ rttMs, jitterMs, lossIn, lossOut }: CallAudio, text: Text, format: Format): string {
  const { calls: words } = text
  return [
    rttMs === null ? null : words.soundDelay(format.number(Math.round(rttMs))),
    jitterMs === null ? null : words.soundJitter(format.number(Math.round(jitterMs))),
    words.soundLost(format.share(lossIn)),
    lossOut === null ? null : words.soundLostOut(format.share(lossOut)),
  ]
    .filter(part => part !== null)
    .join(', ')
}

export function CallDetails({ call: { id, recording, serverId, audio } }: { call: CallView }) {
  const { snapshot, text, format, failure } = useShown()
  const action = useAction()
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
        <dt>{words.ways}</dt>
        <dd>
          <ul className={styles.ways}>
            {recording.ways.map(({ route, standing, why }) => (
              <li key={route} data-way={route} data-standing={standing}>
                <strong>{words.standing[standing]}</strong>
                <span>{words.way(words.by[route], words.wayWhy[why])}</span>
                {route === 'calld-dtmf' && recording.canTry && (
                  <span className={styles.try}>
                    <Button
                      barred={action.busy}
                      onClick={() => void action.run(() => ask('recording:press', { call: id, press: 'try' }))}
                    >
                      {words.tryIt}
                    </Button>
                    <span>{words.tryHelp(snapshot.settings.recordCode)}</span>
                  </span>
                )}
              </li>
            ))}
          </ul>
          {action.failure !== null && (
            <Notice role="alert" onClose={action.clear}>
              {failure(action.failure)}
            </Notice>
          )}
        </dd>
        <dt>{words.confirmedAt}</dt>
        <dd>{confirmedAt === null ? words.notConfirmed : format.clock(confirmedAt)}</dd>
        {audio !== null && (
          <>
            <dt>{words.sound}</dt>
            <dd>{soundWords(audio, text, format)}</dd>
          </>
        )}
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
