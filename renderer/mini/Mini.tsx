/** The mini bar: the lamp, its times and who it is, above the places of the call; what one needs while working elsewhere. */
import { type CallView } from '../../shared/call.ts'
import { canMark, canMute } from '../../shared/keyEffect.ts'
import { timesAt } from '../../shared/lamp.ts'
import { type Action, outlineOf } from '../../shared/outline.ts'
import { ask } from '../bridge.ts'
import { useSettled } from '../calls/useSettled.ts'
import { useMainTime } from '../clock.ts'
import { Keyed } from '../Keyed.tsx'
import { useShown } from '../shown.ts'
import { Peer } from '../ui/Controls.tsx'
import { AlarmIcon, HangUpIcon, MarkIcon, MuteIcon } from '../ui/icons.tsx'
import { Lamp } from '../ui/Lamp.tsx'
import { useAction } from '../useAction.ts'
import { useWindowKeys } from '../useWindowKeys.ts'
import styles from './Mini.module.css'

export function Mini() {
  useWindowKeys()
  const { snapshot, text, format, failure } = useShown()
  const { lamp, call, more, actions, refusal, alarmed } = outlineOf(snapshot, text, format)
  const action = useAction()
  const wrong = action.failure === null ? refusal : failure(action.failure)
  return (
    <main className={styles.bar} aria-label={text.app.name} data-alarmed={alarmed || undefined}>
      <div className={styles.row}>
        <Lamp view={lamp} label={text.lamp.label} />
        {alarmed && <AlarmIcon />}
        {call !== null && (
          <span className={styles.who} title={wrong ?? undefined}>
            <MiniTimes call={call} />
            <Peer peer={call.peer} />
            {more !== '' && <strong>{more}</strong>}
          </span>
        )}
      </div>
      <div className={styles.row}>
        {call?.can.answer === true && (
          <button
            type="button"
            className={styles.press}
            onClick={() => void action.run(() => ask('call:answer', { call: call.id }))}
          >
            {text.calls.answer}
          </button>
        )}
        {call !== null && <MiniPlaces call={call} actions={actions} run={action.run} busy={action.busy} />}
        {wrong !== null && (
          <span className={styles.wrong} role="alert" title={wrong}>
            {wrong}
          </span>
        )}
        {call !== null && (
          <span className={styles.apart}>
            {canMark(call) && (
              <button
                type="button"
                className={styles.press}
                aria-label={text.shell.keyed.mark}
                title={text.shell.keyed.mark}
                onClick={() => void action.run(async () => void (await ask('call:mark', { call: call.id })))}
              >
                <MarkIcon />
                {call.marks > 0 && <span aria-hidden="true">{call.marks}</span>}
              </button>
            )}
            <span className="unseen" role="status">
              {call.marks > 0 && text.calls.marks(call.marks)}
            </span>
            {canMute(call) && (
              <button
                type="button"
                className={styles.press}
                aria-pressed={call.muted}
                aria-label={text.calls.mute}
                title={text.calls.mute}
                onClick={() => void action.run(() => ask('call:mute', { call: call.id, on: !call.muted }))}
              >
                <MuteIcon />
              </button>
            )}
            <button
              type="button"
              className={styles.end}
              aria-label={text.calls.hangUp}
              title={text.calls.hangUp}
              onClick={() => void action.run(() => ask('call:hangUp', { call: call.id }))}
            >
              <HangUpIcon />
            </button>
          </span>
        )}
        <Keyed />
      </div>
    </main>
  )
}

function MiniTimes({ call }: { call: CallView }) {
  const shown = useShown()
  const { recordedMs, callMs } = timesAt(call, useMainTime(shown))
  const ms = recordedMs ?? callMs
  return ms === null ? null : <span>{shown.format.duration(ms)}</span>
}

interface PlacesProps {
  call: CallView
  actions: readonly Action[]
  run: (work: () => Promise<void>) => Promise<boolean>
  busy: boolean
}

/** The guard of the window's places: nothing for a while after a label changed, one press at a time. */
function MiniPlaces({ call, actions, run, busy }: PlacesProps) {
  const { arrivedAt } = useShown()
  const settled = useSettled(arrivedAt, call.recording.settlesIn)
  return (
    <span className={styles.places}>
      {actions.map(({ press, label, words, open, asks }) => {
        const barred = !settled || !open || busy
        const go = () => (asks ? ask('shell:show', undefined) : ask('recording:press', { call: call.id, press }))
        return (
          <button
            key={press === 'stop' || label === 'check' ? 'second' : 'first'}
            type="button"
            className={styles.place}
            aria-disabled={barred || undefined}
            onClick={() => {
              if (!barred) void run(go)
            }}
          >
            {words}
          </button>
        )
      })}
    </span>
  )
}
