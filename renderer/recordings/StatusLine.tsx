/** How many calls are listed, and how fresh the list is. */
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import styles from './StatusLine.module.css'
import { syncLines } from './syncWords.ts'

/** `total` null = not known yet. That there is nothing is said in place of the list. */
export function StatusLine({ total }: { total: number | null }) {
  const { snapshot, text, format, failure } = useShown()
  const words = text.recordings
  const { library } = snapshot
  const looking = useAction()
  const lines = syncLines(library, snapshot.at, text, format, failure)
  const busy = [library.callLog, library.folder].some(({ state }) => state === 'first' || state === 'looking')
  return (
    <div className={styles.status}>
      <span className={styles.count} role="status">
        {total === null || total === 0 ? '' : words.count(format.count(total), total)}
      </span>
      {lines.map(line => (
        <span key={line.name} className={styles.line} data-trouble={line.trouble || undefined} title={line.words}>
          {line.words}
          {line.progress !== null && <progress className={styles.progress} value={line.progress} />}
        </span>
      ))}
      {library.unread > 0 && (
        <details className={styles.unread}>
          <summary>{words.unread(library.unread)}</summary>
          <p>{words.unreadWhy}</p>
        </details>
      )}
      {lines.length > 0 && !busy && (
        <button
          type="button"
          className={styles.look}
          aria-disabled={looking.busy || undefined}
          onClick={() => void looking.run(() => ask('library:look', undefined))}
        >
          {words.sync.look}
        </button>
      )}
      {looking.failure !== null && <span role="alert">{failure(looking.failure)}</span>}
    </div>
  )
}
