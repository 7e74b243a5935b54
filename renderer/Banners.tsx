/** What does not work just now, each with what to do: the connection to the server, the phone, its microphone. */
import { ask } from './bridge.ts'
import { useShown } from './shown.ts'
import styles from './Banners.module.css'
import { isolated, peerName, short } from '../shared/peer.ts'
import { Button, Notice } from './ui/Controls.tsx'
import { useAction } from './useAction.ts'

/** Asterisk refuses the phone that is one too many so (asterisk.md 7). */
const FULL = 403

export function Banners() {
  const { snapshot, text, format, failure } = useShown()
  const action = useAction()
  const { link, phone, stage } = snapshot
  const use = stage.stage === 'ready' ? stage.account.use : null
  const lines: string[] = []
  if (link.state === 'retrying') lines.push(`${text.link.retrying}...`)
  if (link.state === 'polling') lines.push(text.link.polling)
  if (link.state === 'signed-out') lines.push(text.link.signedOut)
  if (phone.state === 'refused' && phone.status === FULL) lines.push(`${text.phone.fullHelp} (${FULL})`)
  else if (phone.state === 'refused')
    lines.push(`${text.phone.refusedHelp}${phone.status === null ? '' : ` (${phone.status})`}`)
  if (phone.state === 'lost') lines.push(text.phone.lostHelp)
  if (phone.microphone === 'silent') lines.push(text.phone.silent[phone.silentWhy ?? 'other'])
  else if (use === 'phone' && phone.devices.noMicrophone) lines.push(text.phone.noMicrophone)
  if (use === 'phone') for (const missing of phone.devices.missing) lines.push(text.phone.missing[missing])
  const taken = phone.state === 'taken'
  const { slept } = snapshot.shell
  if (lines.length === 0 && !taken && slept === null) return null
  return (
    <div className={styles.banners}>
      {slept !== null && (
        <Notice onClose={() => void action.run(() => ask('shell:sleptSeen', undefined))}>
          {slept.to === null
            ? text.shell.slept.about(format.clock(slept.from))
            : text.shell.slept.was(format.clock(slept.from), format.clock(slept.to))}{' '}
          {text.shell.slept.ended(
            format.list(slept.calls.map(peer => isolated(short(peerName(peer, text.app.unknownCaller))))),
          )}
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
