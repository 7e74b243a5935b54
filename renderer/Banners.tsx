/** What does not work just now, each with what to do: the connection to the server, the phone, its microphone. */
import { useShown } from './shown.ts'
import styles from './Banners.module.css'
import { Notice } from './ui/Controls.tsx'

export function Banners() {
  const { snapshot, text } = useShown()
  const { link, phone, stage } = snapshot
  const use = stage.stage === 'ready' ? stage.account.use : null
  const lines: string[] = []
  if (link.state === 'retrying') lines.push(`${text.link.retrying}...`)
  if (link.state === 'polling') lines.push(text.link.polling)
  if (link.state === 'signed-out') lines.push(`${text.link.signedOut}.`)
  if (phone.state === 'refused')
    lines.push(`${text.phone.refusedHelp}${phone.status === null ? '' : ` (${phone.status})`}`)
  if (phone.state === 'lost') lines.push(text.phone.lostHelp)
  if (phone.microphone === 'silent') lines.push(text.phone.silent[phone.silentWhy ?? 'other'])
  else if (use === 'phone' && phone.devices.noMicrophone) lines.push(text.phone.noMicrophone)
  if (use === 'phone') for (const missing of phone.devices.missing) lines.push(text.phone.missing[missing])
  if (lines.length === 0) return null
  return (
    <div className={styles.banners}>
      {lines.map(line => (
        <Notice key={line}>{line}</Notice>
      ))}
    </div>
  )
}
