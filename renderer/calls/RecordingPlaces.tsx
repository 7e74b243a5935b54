/** The two fixed places to press: Record / Pause / Resume recording, and Stop recording. They never move or change size. */
import { type ReactNode, useId } from 'react'
import { type CallView } from '../../shared/call.ts'
import { type Place } from '../../shared/recording/view.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Notice } from '../ui/Controls.tsx'
import { CheckIcon, PauseIcon, RecordIcon, StopIcon } from '../ui/icons.tsx'
import styles from './RecordingPlaces.module.css'
import { useSettled } from './useSettled.ts'

const icons: Readonly<Record<Place['label'], ReactNode>> = {
  record: <RecordIcon />,
  'record-again': <RecordIcon />,
  'record-anyway': <RecordIcon />,
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
  const id = useId()

  const reason = (place: Place | null) => {
    if (place === null || place.barred === null || place.barred === 'settling') return null
    return place.barred === 'no-route' ? text.barred['no-route'](recordCode) : text.barred[place.barred]
  }
  const reasons = [...new Set([reason(recording.main), reason(recording.stop)].filter(words => words !== null))]
  const { proof } = recording
  const confirmed = 'at' in proof ? text.lamp.confirmed(format.clock(proof.at)) : null
  const why = proof.kind === 'unknown' ? text.calls.unknownWhy[proof.why] : null
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
        onClick={() => {
          // a double click is one press, even before a snapshot bars the place
          if (!settled || isBarred(shown) || action.busy) return
          void action.run(() => ask('recording:press', { call: call.id, press: shown.press }))
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
        {reasons.length > 0 ? reasons.join('. ') : (why ?? confirmed)}
      </p>
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </div>
  )
}

/** `settling` ends by our own timer: the snapshot that says so is as old as its label. */
const isBarred = (place: Place) => place.barred !== null && place.barred !== 'settling'
