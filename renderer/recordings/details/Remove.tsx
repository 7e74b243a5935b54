/** What "delete" can mean here: the server's recording is the administrator's, the list is the user's. */
import { type Entry } from '../../../shared/library/entry.ts'
import { plain } from '../../../shared/peer.ts'
import { ask } from '../../bridge.ts'
import { useAction } from '../../useAction.ts'
import { useShown } from '../../shown.ts'
import { Button } from '../../ui/Controls.tsx'
import { useState } from 'react'
import { requestText } from './request.ts'
import styles from './Details.module.css'

export function Remove({ entry, onHide }: { entry: Entry; onHide: (hidden: boolean) => void }) {
  const { snapshot, text, format, failure } = useShown()
  const words = text.recordings.details
  const action = useAction()
  const [copied, setCopied] = useState(false)
  const mine = snapshot.stage.stage === 'ready' ? snapshot.stage.account : null
  const copy = async () => {
    const me = mine === null ? '' : `${plain(mine.name)} (${plain(mine.extension)})`
    await ask('app:copyText', { text: requestText(entry, me, text, format) })
    setCopied(true)
  }
  return (
    <div className={styles.remove}>
      <p className={styles.soft}>{words.removeHelp}</p>
      <div className={styles.choice}>
        <Button onClick={() => onHide(!entry.hidden)}>{entry.hidden ? words.unhide : words.hide}</Button>
        <p className={styles.soft}>{words.hideHelp}</p>
      </div>
      {entry.parts.length > 0 && (
        <div className={styles.choice}>
          <Button barred={action.busy} onClick={() => void action.run(copy)}>
            {words.request}
          </Button>
          <p className={styles.soft} role="status">
            {copied ? words.copied : words.requestHelp}
          </p>
        </div>
      )}
      {action.failure !== null && <p role="alert">{failure(action.failure)}</p>}
    </div>
  )
}
