/** While one talks: a way to call somebody else. The call that is spoken in is put on hold. */
import { useState } from 'react'
import { type CallView } from '../../shared/call.ts'
import { useShown } from '../shown.ts'
import { isolated, peerName } from '../ui/Controls.tsx'
import { DialForm } from './DialForm.tsx'
import styles from './CallsScreen.module.css'

/** `spoken`: null = every call waits already. */
export function AnotherCall({ spoken }: { spoken: CallView | null }) {
  const { snapshot, text } = useShown()
  const [open, setOpen] = useState(false)
  // a link that was opened brings its number
  if (snapshot.shell.callLink?.number && !open) setOpen(true)
  const words = text.calls
  const toggle = (details: HTMLDetailsElement) => {
    setOpen(details.open)
    // all that it holds, where the window ends below its first line
    requestAnimationFrame(() => details.scrollIntoView({ block: 'nearest' }))
  }
  return (
    <details className={styles.another} open={open} onToggle={event => toggle(event.currentTarget)}>
      <summary>{words.another}</summary>
      {open && (
        <DialForm
          note={spoken === null ? null : words.anotherHolds(isolated(peerName(spoken.peer, text.app.unknownCaller)))}
        />
      )}
    </details>
  )
}
