/** The user's note of a call: saved as it is typed, and never lost. */
import { useEffect, useId } from 'react'
import { useShown } from '../../shown.ts'
import styles from './Details.module.css'
import { noteDrafts, useNoteDrafts } from './noteDrafts.ts'

const MOST = 20_000

export function NoteEditor({ entry, note }: { entry: string; note: string }) {
  const { text, failure } = useShown()
  const words = text.recordings.details
  const id = useId()
  const draft = useNoteDrafts().get(entry)
  useEffect(() => () => noteDrafts.leave(entry), [entry])
  return (
    <div className={styles.note}>
      <div className={styles.noteHead}>
        <label htmlFor={id}>{words.note}</label>
        <span className={styles.soft} role="status">
          {draft?.state === 'saved' && words.noteSaved}
          {(draft?.state === 'saving' || draft?.state === 'waiting') && words.noteSaving}
        </span>
      </div>
      <textarea
        id={id}
        className={styles.noteText}
        placeholder={words.noteHint}
        maxLength={MOST}
        value={draft?.text ?? note}
        onChange={event => noteDrafts.write(entry, event.target.value)}
        onBlur={() => noteDrafts.flush()}
        onKeyDown={event => {
          if (event.key !== 'Escape') return
          // it leaves the field, not the call
          event.preventDefault()
          event.currentTarget.blur()
        }}
      />
      {draft !== undefined && draft.failure !== null && (
        <p role="alert" className={styles.failed}>
          {words.noteFailed(failure(draft.failure))}
        </p>
      )}
    </div>
  )
}
