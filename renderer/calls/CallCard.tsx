/** One live call: who, how long, the recording places, and what a phone does. Hang up stands apart. */
import { useId, useState } from 'react'
import { type WindowRequestName } from '../../shared/bridge.ts'
import { type CallView } from '../../shared/call.ts'
import { ask } from '../bridge.ts'
import { useMainTime } from '../clock.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Button, Foreign, Notice, Peer, peerName, plain } from '../ui/Controls.tsx'
import { HangUpIcon, KeypadIcon, MuteIcon, PhoneIcon } from '../ui/icons.tsx'
import { CallDetails } from './CallDetails.tsx'
import { Keypad } from './Keypad.tsx'
import { RecordingPlaces } from './RecordingPlaces.tsx'
import styles from './CallCard.module.css'

type Plain = Extract<WindowRequestName, 'call:answer' | 'call:decline' | 'call:hangUp'>

export function CallCard({ call }: { call: CallView }) {
  const { snapshot, text, failure } = useShown()
  const words = text.calls
  const [keypad, setKeypad] = useState(false)
  const action = useAction()
  const keypadId = useId()
  const here = call.device === 'here'
  const up = call.status === 'up'
  const tell = (request: Plain) => void action.run(() => ask(request, { call: call.id }))
  // a call to the code is the server's to end, once it may have begun to act
  const serverEnds = call.isCode && (up || here)
  const status = up && call.onHold ? words.status.hold : words.status[call.status]
  const name = call.isCode ? words.code(snapshot.automatic.code) : peerName(call.peer, text.app.unknownCaller)

  return (
    <section className={styles.card} aria-label={name} data-call={call.status}>
      <div className={styles.head}>
        <div className={styles.who}>
          <h2 className={styles.name}>{call.isCode ? name : <Peer peer={call.peer} />}</h2>
          <p className={styles.sub}>
            {!call.isCode && plain(call.peer.name) !== '' && <Foreign>{call.peer.number}</Foreign>}
            <span>{status}</span>
            {!here && <span>{words.elsewhere}</span>}
          </p>
        </div>
        {up && call.answeredAt !== null && <CallTime since={call.answeredAt} />}
      </div>

      {call.status === 'ringing-in' ? (
        <div className={styles.ringing}>
          {here ? (
            <Button kind="main" barred={action.busy} onClick={() => tell('call:answer')}>
              <PhoneIcon />
              {words.answer}
            </Button>
          ) : (
            <p className={styles.there}>{words.answerThere}</p>
          )}
          <Button barred={action.busy} onClick={() => tell('call:decline')}>
            {words.decline}
          </Button>
        </div>
      ) : (
        <>
          {!call.isCode && <RecordingPlaces call={call} />}
          <div className={styles.controls} role="group" aria-label={words.callGroup}>
            {here && up && !call.isCode && (
              <>
                <Button
                  aria-pressed={call.muted}
                  barred={action.busy}
                  onClick={() => void action.run(() => ask('call:mute', { call: call.id, on: !call.muted }))}
                >
                  <MuteIcon />
                  {words.mute}
                </Button>
                <Button aria-expanded={keypad} aria-controls={keypadId} onClick={() => setKeypad(open => !open)}>
                  <KeypadIcon />
                  {words.keypad}
                </Button>
              </>
            )}
            <span className={styles.apart}>
              <Button
                kind="strong"
                barred={action.busy || serverEnds}
                title={serverEnds ? words.codeEnds : undefined}
                onClick={() => tell('call:hangUp')}
              >
                <HangUpIcon />
                {words.hangUp}
              </Button>
            </span>
          </div>
        </>
      )}
      {call.muted && <p role="status">{words.muted}</p>}
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
      <div id={keypadId} hidden={!keypad}>
        {keypad && here && up && <Keypad call={call.id} />}
      </div>
      {up && !call.isCode && <CallDetails call={call} />}
    </section>
  )
}

function CallTime({ since }: { since: number }) {
  const shown = useShown()
  const now = useMainTime(shown)
  return <span className={styles.time}>{shown.format.duration(now - since)}</span>
}
