/** On top of every window: the lamp, its times, the other person, every other call in one line, and automatic recording. */
import { useState } from 'react'
import { type CallView } from '../../shared/call.ts'
import { ask } from '../bridge.ts'
import { useMainTime } from '../clock.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { AutomaticPanel } from './AutomaticPanel.tsx'
import { automaticSummary, dueInWords, missingInWords } from '../../shared/automaticWords.ts'
import { Button, isolated, Peer, peerName } from './Controls.tsx'
import { Lamp } from './Lamp.tsx'
import { RecordNow } from './RecordNow.tsx'
import { lampView, refusalWords, timesAt } from '../../shared/lamp.ts'
import { outlineOf } from '../../shared/outline.ts'
import styles from './LampBar.module.css'

export function LampBar() {
  const { snapshot, text, format } = useShown()
  const [changing, setChanging] = useState(false)
  const { lamp, call, others, refusal, due } = outlineOf(snapshot, text, format)
  const missing = call === null ? null : missingInWords(call, text)
  const planned = call?.recording.planned === true
  const pending = snapshot.automatic.wish !== null

  return (
    <header className={styles.bar}>
      <div className={styles.now}>
        <Lamp view={lamp} label={text.lamp.label} />
        {call !== null && (
          <div className={styles.call}>
            <CallTimes call={call} />
            <Peer peer={call.peer} />
          </div>
        )}
      </div>
      <div className={styles.automatic}>
        <span className={styles.summary}>
          {text.automatic.bar(automaticSummary(snapshot.automatic, text, format))}
          {pending && <span className={styles.pending}>{text.automatic.pending}</span>}
        </span>
        <Button
          kind="quiet"
          aria-haspopup="dialog"
          title={text.automatic.changeLabel}
          aria-expanded={changing}
          onClick={() => setChanging(open => !open)}
        >
          {text.automatic.change}
        </Button>
      </div>
      {(call !== null || others.length > 0) && (
        // its first line is kept while a call is there, so that nothing moves when another begins
        <div className={styles.more}>
          {refusal !== null && (
            <p key={call?.recording.refusal?.at} className={styles.refusal} role="alert">
              {refusal}
            </p>
          )}
          {due !== null && <p>{due}</p>}
          {call !== null && missing !== null && <Missing key={call.id} call={call} words={missing} />}
          {planned && <p>{text.lamp.planned}</p>}
          {others.map(other => (
            <OtherCall key={other.id} call={other} />
          ))}
        </div>
      )}
      {changing && <AutomaticPanel onClose={() => setChanging(false)} />}
    </header>
  )
}

/** "Recorded 04:12" and "Call 05:40", one when equal. */
function CallTimes({ call }: { call: CallView }) {
  const shown = useShown()
  const { text, format } = shown
  const { recordedMs, callMs } = timesAt(call, useMainTime(shown))
  return (
    <span className={styles.times}>
      {recordedMs !== null && (
        <span className={styles.recorded}>{text.lamp.recorded(format.duration(recordedMs))}</span>
      )}
      {callMs !== null && <span>{text.lamp.call(format.duration(callMs))}</span>}
    </span>
  )
}

/** Automatic recording did not come: said until it is put right or the call ends, with the press that puts it right. */
function Missing({ call, words }: { call: CallView; words: string }) {
  const { text } = useShown()
  return (
    <p className={styles.missing} role="alert">
      {words}
      <RecordNow call={call} words={text.place.record} />
    </p>
  )
}

function OtherCall({ call }: { call: CallView }) {
  const { snapshot, text, format, failure } = useShown()
  const action = useAction()
  const { recordCode } = snapshot.settings
  const name = peerName(call.peer, text.app.unknownCaller)
  const where = call.status !== 'up' ? text.lamp.alsoRinging : call.onHold ? text.lamp.onHold : text.lamp.alsoUp
  const { kind } = call.recording.proof
  const state =
    call.status !== 'up' && kind !== 'recording'
      ? dueInWords(call.automatic, text, format)
      : kind === 'recording'
        ? text.lamp.stillRecording
        : kind === 'unknown' && call.status === 'up'
          ? lampView(call, recordCode, text, format).word
          : null
  const refusal = refusalWords(call.recording, recordCode, text)
  return (
    <p className={styles.other} title={name}>
      <span className={styles.otherWho}>{where(isolated(name))}</span>
      <strong>{refusal ?? state}</strong>
      {call.status === 'up' && call.can.hold && (
        <button
          type="button"
          className={styles.switch}
          aria-label={text.lamp.switchToLabel(name)}
          aria-disabled={call.hold === 'resuming' || action.busy || undefined}
          onClick={() => {
            if (call.hold !== 'resuming' && !action.busy)
              void action.run(() => ask('call:hold', { call: call.id, on: false }))
          }}
        >
          {text.lamp.switchTo}
        </button>
      )}
      {action.failure !== null && <span role="alert">{failure(action.failure)}</span>}
    </p>
  )
}
