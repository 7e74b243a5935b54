/** What does not work just now, each with what to do: the connection to the server, the phone, its microphone. */
import { ask } from './bridge.ts'
import { useShown } from './shown.ts'
import styles from './Banners.module.css'
import { isolated, peerName, short } from '../shared/peer.ts'
import { Button, Notice } from './ui/Controls.tsx'
import { useAction } from './useAction.ts'

/** So Asterisk refuses the phone that is one too many (asterisk.md 7), and Wazo's proxy an old secret (wazo.md 8). */
const FULL = 403

export function Banners() {
  const { snapshot, text, format, failure } = useShown()
  const action = useAction()
  const { calls, link, phone, stage } = snapshot
  const use = stage.stage === 'ready' ? stage.account.use : null
  const lines: string[] = []
  if (link.state === 'retrying') lines.push(`${text.link.retrying}...`)
  if (link.state === 'polling') lines.push(text.link.polling)
  if (link.state === 'signed-out') lines.push(text.link.signedOut)
  if (phone.state === 'lost') lines.push(text.phone.lostHelp)
  if (phone.microphone === 'silent') lines.push(text.phone.silent[phone.silentWhy ?? 'other'])
  else if (use === 'phone' && phone.devices.noMicrophone) lines.push(text.phone.noMicrophone)
  if (use === 'phone') for (const missing of phone.devices.missing) lines.push(text.phone.missing[missing])
  const taken = phone.state === 'taken'
  const refused = phone.state === 'refused'
  const help = phone.status === FULL ? text.phone.fullHelp : text.phone.refusedHelp
  const why = phone.status === null ? help : `${help} (${phone.status})`
  // a call may live on what the server took before
  const canTry = !calls.some(call => call.device === 'here')
  const { slept } = snapshot.shell
  const names = (peers: readonly Parameters<typeof peerName>[0][]) =>
    format.list(peers.map(peer => isolated(short(peerName(peer, text.app.unknownCaller)))))
  if (lines.length === 0 && !taken && !refused && slept === null) return null
  return (
    <div className={styles.banners}>
      {slept !== null && (
        <Notice onClose={() => void action.run(() => ask('shell:sleptSeen', undefined))}>
          {slept.to === null
            ? text.shell.slept.about(format.clock(slept.from))
            : text.shell.slept.was(format.clock(slept.from), format.clock(slept.to))}{' '}
          {slept.calls.length > 0 && text.shell.slept.ended(names(slept.calls))}{' '}
          {/* before it slept there is still time to end them */}
          {slept.to !== null && slept.left.length > 0 && text.shell.slept.left(names(slept.left))}
        </Notice>
      )}
      {taken && (
        <Notice>
          {text.phone.takenHelp}{' '}
          <Button barred={action.busy} onClick={() => void action.run(() => ask('phone:claim', undefined))}>
            {text.phone.claim}
          </Button>
        </Notice>
      )}
      {refused && (
        <Notice>
          {why}{' '}
          {canTry && (
            <Button barred={action.busy} onClick={() => void action.run(() => ask('phone:again', undefined))}>
              {text.app.tryAgain}
            </Button>
          )}
        </Notice>
      )}
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
      {lines.map(line => (
        <Notice key={line}>{line}</Notice>
      ))}
    </div>
  )
}
