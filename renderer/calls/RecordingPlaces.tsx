/** The two fixed places to press: Record / Pause / Resume recording, and Stop recording. They never move or change size. */
import { type ReactNode, useId, useState } from 'react'
import { type CallView } from '../../shared/call.ts'
import { type Place } from '../../shared/recording/view.ts'
import { ask } from '../bridge.ts'
import { useMainTime } from '../clock.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { AskAdministrator } from '../ui/AskAdministrator.tsx'
import { Notice } from '../ui/Controls.tsx'
import { CheckIcon, PauseIcon, RecordIcon, StopIcon } from '../ui/icons.tsx'
import { AskFirst } from './AskFirst.tsx'
import styles from './RecordingPlaces.module.css'
import { useSettled } from './useSettled.ts'

/** A call that old is recorded late. */
const LATE_MS = 10_000

const icons: Readonly<Record<Place['label'], ReactNode>> = {
  record: <RecordIcon />,
  'record-again': <RecordIcon />,
  'record-anyway': <RecordIcon />,
  'from-start': <RecordIcon />,
  plan: <RecordIcon />,
  unplan: <StopIcon />,
  resume: <RecordIcon />,
  'send-code': <RecordIcon />,
  pause: <PauseIcon />,
  stop: <StopIcon />,
  check: <CheckIcon />,
}

export function RecordingPlaces({ call }: { call: CallView }) {
  const { snapshot, arrivedAt, text, format, failure } = useShown()
  const { recording } = call
  const { recordCode } = snapshot.settings
  const settled = useSettled(arrivedAt, recording.settlesIn)
  const action = useAction()
  const [asking, setAsking] = useState(false)
  const id = useId()
  const send = (shown: Place, asked: boolean) =>
    void action.run(() => ask('recording:press', { call: call.id, press: shown.press, asked }))

  const reason = (place: Place | null) => {
    if (place === null || place.barred === null || place.barred === 'settling') return null
    if (place.barred !== 'no-route') return text.barred[place.barred]
    return text.barred['no-route'](call.device === 'stopped' ? null : recordCode)
  }
  const reasons = [...new Set([reason(recording.main), reason(recording.stop)].filter(words => words !== null))]
  const { proof } = recording
  const confirmed = 'at' in proof ? text.lamp.confirmed(format.clock(proof.at)) : null
  const why = proof.kind === 'unknown' ? text.calls.unknownWhy[proof.why] : null
  const { main: first } = recording
  // the question is gone with what it asks about
  const question = asking && first !== null && !isBarred(first) ? first : null
  const effect = question?.ask ?? null
  const barredBeforehand = recording.main?.barred === 'not-allowed' && recording.refusal === null
  const place = (shown: Place | null, main: boolean) =>
    shown === null ? (
      <span className={styles.empty} aria-hidden="true" />
    ) : (
      <button
        type="button"
        className={styles.place}
        data-place={main ? 'main' : 'stop'}
        aria-disabled={!settled || isBarred(shown) || action.busy || undefined}
        aria-describedby={reason(shown) === null ? undefined : `${id}-note`}
        aria-expanded={shown.ask === null ? undefined : effect !== null}
        onClick={() => {
          // a double click is one press, even before a snapshot bars the place
          if (!settled || isBarred(shown) || action.busy) return
          if (shown.ask === null) send(shown, false)
          else setAsking(true)
        }}
      >
        {icons[shown.label]}
        <span>{shown.label === 'send-code' ? text.place['send-code'](recordCode) : text.place[shown.label]}</span>
      </button>
    )

  return (
    <div className={styles.recording} role="group" aria-label={text.calls.recordingGroup}>
      <div className={styles.places}>
        {place(recording.main, true)}
        {place(recording.stop, false)}
      </div>
      <p id={`${id}-note`} className={styles.note}>
        {recording.planned ? (
          text.lamp.planned
        ) : reasons.length > 0 ? (
          reasons.join('. ')
        ) : why === null && recording.main?.label === 'record' ? (
          <FromNow call={call} early={confirmed} />
        ) : (
          (why ?? confirmed)
        )}
      </p>
      {barredBeforehand && snapshot.stage.stage === 'ready' && <AskAdministrator account={snapshot.stage.account} />}
      {question !== null && effect !== null && (
        <AskFirst
          title={text.ask.title(recordCode)}
          what={text.ask[effect](recordCode)}
          yes={text.place['send-code'](recordCode)}
          no={text.ask.no}
          onYes={() => {
            setAsking(false)
            send(question, true)
          }}
          onNo={() => setAsking(false)}
        />
      )}
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </div>
  )
}

/** What was said before cannot be recovered: said once it is late, in the place of what is shown until then. */
function FromNow({ call: { answeredAt }, early }: { call: CallView; early: string | null }) {
  const shown = useShown()
  const now = useMainTime(shown)
  return answeredAt === null || now - answeredAt < LATE_MS ? early : shown.text.calls.fromNow
}

/** `settling` ends by our own timer: the snapshot that says so is as old as its label. */
const isBarred = (place: Place) => place.barred !== null && place.barred !== 'settling'
