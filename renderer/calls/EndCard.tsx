/** How the last call ended, until the next one begins: what of it was recorded, or why it was not. */
import { type AccountView } from '../../shared/account.ts'
import { type LastCall } from '../../shared/call.ts'
import { askerOf, outcomeOf, outcomeWords, reasons, titleWords } from '../../shared/ending.ts'
import { ask } from '../bridge.ts'
import { type Opening } from '../recordings/memory.ts'
import { useShown } from '../shown.ts'
import { isolated, Notice, peerName } from '../ui/Controls.tsx'
import { CloseIcon } from '../ui/icons.tsx'
import { useAction } from '../useAction.ts'
import styles from './EndCard.module.css'
import { Listed } from './Listed.tsx'
import { Timeline } from './Timeline.tsx'

export interface EndCardProps {
  last: LastCall
  account: AccountView
  onRecording: (opening: Opening) => void
}

export function EndCard({ last, account, onRecording }: EndCardProps) {
  const { snapshot, text, format, failure } = useShown()
  const words = text.calls.end
  const action = useAction()
  const outcome = outcomeOf(last)
  const said = outcomeWords(last, text, format)
  const title = titleWords(last, isolated(peerName(last.peer, text.app.unknownCaller)), text)
  const { capabilities, folder } = account
  const why = () => reasons(last, askerOf(snapshot), text, format)
  return (
    <section className={styles.card} aria-label={title} data-outcome={outcome}>
      <div className={styles.head}>
        <h2>{title}</h2>
        <button
          type="button"
          className={styles.close}
          aria-label={text.app.close}
          onClick={() => void action.run(() => ask('call:dismiss', { call: last.id }))}
        >
          <CloseIcon />
        </button>
      </div>
      {outcome === 'none' || outcome === 'not-known' ? (
        <>
          <details className={styles.why}>
            <summary className={styles.outcome}>{said}</summary>
            <ul>
              {why().map(reason => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          </details>
          <p>{words.took(format.duration(last.callMs))}</p>
        </>
      ) : (
        <p className={styles.outcome} role="status">
          {said}
        </p>
      )}
      {last.timeline.length > 1 && <Timeline spans={last.timeline} />}
      {last.end === 'talked' && (capabilities !== null || folder !== null) && (
        <Listed last={last} offered={capabilities?.listRecordings !== false} onRecording={onRecording} />
      )}
      {action.failure !== null && <Notice role="alert">{failure(action.failure)}</Notice>}
    </section>
  )
}
