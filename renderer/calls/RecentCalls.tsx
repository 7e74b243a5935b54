/** The last calls of this session, each with a way to call again where calls can be placed from here. */
import { useId } from 'react'
import { type AccountView } from '../../shared/account.ts'
import { type LastCall } from '../../shared/call.ts'
import { briefly } from '../../shared/ending.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { Button, isolated, Notice, Peer, peerName, plain } from '../ui/Controls.tsx'
import { IncomingIcon, OutgoingIcon, PhoneIcon } from '../ui/icons.tsx'
import { useAction } from '../useAction.ts'
import { canCall } from './canCall.ts'
import styles from './RecentCalls.module.css'

export function RecentCalls({ account }: { account: AccountView }) {
  const { snapshot, text, format, failure } = useShown()
  const words = text.calls.last
  const action = useAction()
  const id = useId()
  if (snapshot.recentCalls.length === 0) return null
  const callable = canCall(account, snapshot.phone)
  const again = ({ peer: { number } }: LastCall) => void action.run(() => ask('call:dial', { number }))
  return (
    <section className={styles.recent} aria-labelledby={id}>
      <h2 id={id}>{words.title}</h2>
      <ul>
        {snapshot.recentCalls.map(call => (
          <li key={call.id} className={styles.row}>
            <span>{format.time(call.startedAt)}</span>
            <span className={styles.way}>
              {call.outgoing ? <OutgoingIcon /> : <IncomingIcon />}
              <span className="unseen">{call.outgoing ? words.outgoing : words.incoming}</span>
            </span>
            <Peer peer={call.peer} />
            <span className={styles.note}>{briefly(call, text, format)}</span>
            {callable && plain(call.peer.number) !== '' && (
              <Button
                kind="quiet"
                barred={action.busy}
                aria-label={words.again(isolated(peerName(call.peer, text.app.unknownCaller)))}
                onClick={() => again(call)}
              >
                <PhoneIcon />
                {text.calls.call}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </section>
  )
}
