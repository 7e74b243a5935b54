/** How a transfer of this call goes, and how an attended one is ended: from the call that waits or from the one that is asked. */
import { type CallView } from '../../shared/call.ts'
import { callFailure } from '../../shared/sip.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { type Action } from '../useAction.ts'
import { Button, isolated, Notice, peerName } from '../ui/Controls.tsx'
import { afterwards } from './TransferPanel.tsx'
import styles from './TransferPanel.module.css'

export function TransferState({ call, action }: { call: CallView; action: Action }) {
  const { snapshot, text, failure } = useShown()
  const words = text.calls.passOn
  const name = (of: CallView) => isolated(peerName(of.peer, text.app.unknownCaller))
  const waiting = snapshot.calls.find(other => other.id === call.consultFor)
  if (waiting !== undefined)
    return (
      <Ending
        call={waiting}
        action={action}
        says={words.waits(name(waiting))}
        connect={call.status === 'up' ? words.connect(name(call)) : null}
        back={words.back(name(waiting))}
      />
    )
  const { transfer } = call
  if (transfer === null) return null
  const to = isolated(transfer.to)
  switch (transfer.state) {
    case 'asked':
    case 'ringing':
    case 'answered':
      // what the server carries out can be ended from here; a blind one cannot be called back
      return transfer.kind === 'attended' && call.device === 'elsewhere' ? (
        <Ending
          call={call}
          action={action}
          says={words[transfer.state](to)}
          connect={words.connectPlain}
          back={words.back(name(call))}
        />
      ) : (
        <p role="status">{words[transfer.state](to)}</p>
      )
    case 'failed':
      return (
        <Notice role="alert">
          {words.failed(to, transfer.status === null ? '' : failure(callFailure(transfer.status)))}
        </Notice>
      )
    case 'done':
    case 'unknown':
      return null
  }
}

interface EndingProps {
  /** The one that is passed on. */
  readonly call: CallView
  readonly action: Action
  readonly says: string
  /** Null while nobody has answered. */
  readonly connect: string | null
  readonly back: string
}

function Ending({ call, action, says, connect, back }: EndingProps) {
  const { text } = useShown()
  const end = (how: 'connect' | 'back') => void action.run(() => ask('call:endTransfer', { call: call.id, how }))
  return (
    <div className={styles.panel}>
      <p role="status">{says}</p>
      {connect !== null && <p className={styles.recording}>{afterwards(call, text)}</p>}
      <div className={styles.ways}>
        <Button barred={connect === null || action.busy} onClick={() => end('connect')}>
          {connect ?? text.calls.passOn.connectPlain}
        </Button>
        <Button barred={action.busy} onClick={() => end('back')}>
          {back}
        </Button>
      </div>
    </div>
  )
}
