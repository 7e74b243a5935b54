/** "Keep here" and "Remove my copy" for whatever is selected, in the toolbar of the list and beside one recording. */
import { useState } from 'react'
import { type Selection } from '../../shared/library/query.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { Button, Notice } from '../ui/Controls.tsx'
import { useAction } from '../useAction.ts'
import { type Copies } from './copies.ts'
import styles from './Keeping.module.css'

interface KeepButtonProps {
  readonly selection: Selection
  readonly copies: Copies
}

/** Give it a `key` of the selection: what it said of one does not hold for another. */
export function KeepButton({ selection, copies: { someKept, someNotKept, someLast } }: KeepButtonProps) {
  const { snapshot, text, failure } = useShown()
  const words = text.keeping
  const action = useAction()
  const [asked, setAsked] = useState(false)
  const [warned, setWarned] = useState(false)
  const { state, rule } = snapshot.keeping
  if (state === 'none') return null
  // what the rule keeps can be kept by hand as well, and then stays when the rule lets it go
  const mayKeep = someNotKept || (someKept && rule.what !== 'off')
  const keep = async () => {
    await ask('keeping:keep', { selection })
    setAsked(true)
  }
  const remove = async () => {
    await ask('keeping:remove', { selection })
    setAsked(false)
    setWarned(false)
  }
  return (
    <div className={styles.keep}>
      <div className={styles.row}>
        {mayKeep && (
          <Button barred={action.busy || asked} title={words.keepHereHelp} onClick={() => void action.run(keep)}>
            {asked ? (someNotKept ? words.keeping : words.stays) : words.keepHere}
          </Button>
        )}
        {someKept && !warned && (
          <Button
            barred={action.busy}
            title={words.removeHelp}
            onClick={() => (someLast ? setWarned(true) : void action.run(remove))}
          >
            {words.remove}
          </Button>
        )}
      </div>
      {warned && (
        <div className={styles.asked} role="group" aria-label={words.remove}>
          <p>{words.removeLast}</p>
          <div className={styles.row}>
            <Button kind="strong" barred={action.busy} onClick={() => void action.run(remove)}>
              {words.remove}
            </Button>
            <Button barred={action.busy} onClick={() => setWarned(false)}>
              {text.app.cancel}
            </Button>
          </div>
        </div>
      )}
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </div>
  )
}
