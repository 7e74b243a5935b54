/** What this user's rights lack, as a text that an administrator can act on: read it, copy it, send it. */
import { useId, useState } from 'react'
import { type AccountView } from '../../shared/account.ts'
import { askAdministrator } from '../../shared/works.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import styles from './AskAdministrator.module.css'
import { Button, Foreign, Notice } from './Controls.tsx'

export function AskAdministrator({ account }: { account: AccountView }) {
  const { text, failure } = useShown()
  const words = text.works
  const [open, setOpen] = useState(false)
  const [copied, setCopied] = useState(false)
  const action = useAction()
  const id = useId()
  const letter = askAdministrator(account, text)
  if (letter === null) return null
  return (
    <div className={styles.ask}>
      <div className={styles.row}>
        <Button aria-expanded={open} aria-controls={id} onClick={() => setOpen(shown => !shown)}>
          {words.whatToAsk}
        </Button>
        {open && (
          <Button
            barred={action.busy}
            onClick={() => void action.run(() => ask('app:copyText', { text: letter })).then(setCopied)}
          >
            {words.copy}
          </Button>
        )}
        <span role="status">{copied && words.copied}</span>
      </div>
      <div id={id} hidden={!open} className={styles.letter}>
        {letter.split('\n').map(line => (
          <p key={line}>
            <Foreign>{line}</Foreign>
          </p>
        ))}
      </div>
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </div>
  )
}
