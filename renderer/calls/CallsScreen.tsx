/**
 * Calls: the one that is talked in as a card, and each that rings; the others are lines of the lamp bar. Without one, how the last
 * ended and a number to call.
 */
import { type AccountView } from '../../shared/account.ts'
import { callInFocus } from '../../shared/lamp.ts'
import { useShown } from '../shown.ts'
import { type Opening } from '../recordings/memory.ts'
import { isolated, Notice, plain } from '../ui/Controls.tsx'
import { AnotherCall } from './AnotherCall.tsx'
import { CallCard } from './CallCard.tsx'
import { DialForm } from './DialForm.tsx'
import { EndCard } from './EndCard.tsx'
import { RecentCalls } from './RecentCalls.tsx'
import styles from './CallsScreen.module.css'
import { TestRecording } from './TestRecording.tsx'

export function CallsScreen({
  account,
  onRecording,
}: {
  account: AccountView
  onRecording: (opening: Opening) => void
}) {
  const { snapshot, text, failure } = useShown()
  const { calls, lastCall, callFailure } = snapshot
  const focus = callInFocus(calls)
  const spoken = focus !== null && focus.status === 'up' && !focus.onHold ? focus : null
  const ready = account.use === 'companion' || snapshot.phone.state === 'registered'
  return (
    <main className={styles.screen} aria-label={text.calls.title}>
      {callFailure !== null && (
        <Notice role="alert">
          {text.calls.failed(isolated(callFailure.number))} {failure(callFailure.failure)}
        </Notice>
      )}
      {focus !== null && <CallCard key={focus.id} call={focus} />}
      {calls
        .filter(call => call !== focus && (call.isCode || call.status === 'ringing-in'))
        .map(call => (
          <CallCard key={call.id} call={call} held={spoken} />
        ))}
      {account.use === 'phone' && focus?.status === 'up' && <AnotherCall spoken={spoken} />}
      {calls.length === 0 && lastCall !== null && lastCall.end !== 'refused' && (
        <EndCard key={lastCall.id} last={lastCall} account={account} onRecording={onRecording} />
      )}
      {calls.length === 0 && (
        <section className={styles.idle}>
          <h1>{ready ? text.calls.ready(plain(account.extension)) : text.calls.notReady}</h1>
          <DialForm />
          <p className={styles.help}>{text.calls.waiting}</p>
          <RecentCalls account={account} />
        </section>
      )}
      {account.capabilities?.mayRecord !== false && <TestRecording />}
    </main>
  )
}
