/** While one talks: a way to call somebody else. The call that is spoken in is put on hold. */
import { useEffect, useRef, useState } from 'react'
import { type CallView } from '../../shared/call.ts'
import { useShown } from '../shown.ts'
import { isolated, peerName } from '../ui/Controls.tsx'
import { DialForm } from './DialForm.tsx'
import styles from './CallsScreen.module.css'

/** `spoken`: null = every call waits already. */
export function AnotherCall({ spoken }: { spoken: CallView | null }) {
  const { snapshot, text } = useShown()
  const [open, setOpen] = useState(false)
  const details = useRef<HTMLDetailsElement>(null)
  // a link that was opened brings its number
  if (snapshot.shell.callLink?.number && !open) setOpen(true)
  const words = text.calls
  useEffect(() => {
    // all that it holds, where the window ends below its first line
    if (open) details.current?.scrollIntoView({ block: 'nearest' })
  }, [open])
  return (
    <details ref={details} className={styles.another} open={open} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>{words.another}</summary>
      {open && (
        <DialForm
          note={spoken === null ? null : words.anotherHolds(isolated(peerName(spoken.peer, text.app.unknownCaller)))}
        />
      )}
    </details>
  )
}
