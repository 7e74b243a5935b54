/** One live call: who, how long, the recording places, and what a phone does. */
import { type CallView } from '../../shared/call.ts'
import { ask } from '../bridge.ts'
import { useMainTime } from '../clock.ts'
import { useShown } from '../shown.ts'
import { type Action, useAction } from '../useAction.ts'
import { Button, Foreign, isolated, Notice, Peer, peerName, plain } from '../ui/Controls.tsx'
import { PhoneIcon, RecordIcon } from '../ui/icons.tsx'
import { CallControls } from './CallControls.tsx'
import { CallDetails } from './CallDetails.tsx'
import { MarkPlace } from './MarkPlace.tsx'
import { RecordingPlaces } from './RecordingPlaces.tsx'
import { TransferState } from './TransferState.tsx'
import styles from './CallCard.module.css'

/** `held`: the call that answering this one puts on hold. */
export function CallCard({ call, held = null }: { call: CallView; held?: CallView | null }) {
  const { snapshot, text, failure } = useShown()
  const words = text.calls
  const action = useAction()
  const up = call.status === 'up'
  const use = snapshot.stage.stage === 'ready' ? snapshot.stage.account.use : 'companion'
  const status = up && call.hold !== 'no' ? words.holdState[call.hold] : words.status[call.status]
  const name = call.isCode ? words.code(snapshot.automatic.code) : peerName(call.peer, text.app.unknownCaller)

  return (
    <section
      className={styles.card}
      aria-label={name}
      data-call={call.status}
      data-beside={held === null ? undefined : ''}
    >
      <div className={styles.head}>
        <div className={styles.who}>
          <h2 className={styles.name}>{call.isCode ? name : <Peer peer={call.peer} />}</h2>
          <p className={styles.sub}>
            {!call.isCode && plain(call.peer.name) !== '' && <Foreign>{call.peer.number}</Foreign>}
            <span>{status}</span>
            {call.audio !== null && (
              <span role="status" data-quality={call.audio.quality}>
                {words.quality[call.audio.quality]}
              </span>
            )}
            {call.device === 'elsewhere' && <span>{words.elsewhere[use]}</span>}
            {call.device === 'stopped' && <span>{words.phoneStopped}</span>}
          </p>
        </div>
        {up && call.answeredAt !== null && <CallTime since={call.answeredAt} />}
      </div>

      {call.status === 'ringing-in' ? (
        <Ringing call={call} held={held} action={action} />
      ) : (
        <>
          {!call.isCode && <RecordingPlaces call={call} />}
          {!call.isCode && <MarkPlace call={call} />}
          <CallControls call={call} action={action} />
        </>
      )}
      {call.muted && <p role="status">{words.muted}</p>}
      <TransferState call={call} action={action} />
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
      {up && !call.isCode && <CallDetails call={call} />}
    </section>
  )
}

function Ringing({ call, held, action }: { call: CallView; held: CallView | null; action: Action }) {
  const { text } = useShown()
  const words = text.calls
  const answer = (record: boolean) => void action.run(() => ask('call:answer', { call: call.id, record }))
  // planned already, or not possible: then there is one way to answer
  const recordable = call.recording.main?.press === 'plan' || call.recording.main?.press === 'start'
  return (
    <>
      <div className={styles.ringing}>
        {call.can.answer ? (
          <>
            <Button kind="main" barred={action.busy} onClick={() => answer(false)}>
              <PhoneIcon />
              {words.answer}
            </Button>
            {recordable && (
              <Button barred={action.busy || isBarred(call)} onClick={() => answer(true)}>
                <RecordIcon />
                {words.answerAndRecord}
              </Button>
            )}
          </>
        ) : (
          call.device === 'elsewhere' && <p className={styles.there}>{words.answerThere}</p>
        )}
        <Button barred={action.busy} onClick={() => void action.run(() => ask('call:decline', { call: call.id }))}>
          {words.decline}
        </Button>
      </div>
      {!call.can.answer && <RecordingPlaces call={call} />}
      {held !== null && call.can.answer && (
        <p className={styles.note}>{words.answerHolds(isolated(peerName(held.peer, text.app.unknownCaller)))}</p>
      )}
    </>
  )
}

const isBarred = ({ recording: { main } }: CallView) =>
  main !== null && main.barred !== null && main.barred !== 'settling' && main.barred !== 'no-bridge'

function CallTime({ since }: { since: number }) {
  const shown = useShown()
  const now = useMainTime(shown)
  return <span className={styles.time}>{shown.format.duration(now - since)}</span>
}
