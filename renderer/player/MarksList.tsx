/** The marks of a part: each leads to its moment, has words of the user's own, and can be linked to. */
import { useState } from 'react'
import { type Mark } from '../../shared/library/notes.ts'
import { useShown } from '../shown.ts'
import { Button, isolated } from '../ui/Controls.tsx'
import styles from './MarksList.module.css'
import { exactTime } from './typedTime.ts'

interface Props {
  readonly marks: readonly Mark[]
  /** The mark that was just set: its words are asked for. */
  readonly fresh: string | null
  readonly onSeek: (ms: number) => void
  readonly onText: (id: string, text: string) => void
  readonly onRemove: (id: string) => void
  readonly onLink: (ms: number) => void
}

export function MarksList({ marks, fresh, onSeek, onText, onRemove, onLink }: Props) {
  const { text, format } = useShown()
  const words = text.player
  if (marks.length === 0) return null
  return (
    <ul className={styles.list} aria-label={words.marks}>
      {marks.map(mark => {
        const time = format.duration(mark.atMs)
        return (
          <li key={mark.id} className={styles.mark}>
            <Button
              kind="quiet"
              aria-label={words.goTo(time)}
              title={exactTime(mark.atMs)}
              onClick={() => onSeek(mark.atMs)}
            >
              {time}
            </Button>
            <MarkText mark={mark} fresh={mark.id === fresh} label={words.markText(time)} onText={onText} />
            <Button kind="quiet" aria-label={words.linkTo(time)} onClick={() => onLink(mark.atMs)}>
              {words.link}
            </Button>
            <Button
              kind="quiet"
              aria-label={words.removeMark(isolated(mark.text), time)}
              onClick={() => onRemove(mark.id)}
            >
              {words.remove}
            </Button>
          </li>
        )
      })}
    </ul>
  )
}

/** What is typed is kept when the field is left, or with Enter. */
function MarkText({
  mark,
  fresh,
  label,
  onText,
}: {
  mark: Mark
  fresh: boolean
  label: string
  onText: (id: string, text: string) => void
}) {
  const { text } = useShown()
  const [typed, setTyped] = useState<string | null>(null)
  const keep = () => {
    if (typed !== null && typed !== mark.text) onText(mark.id, typed)
    setTyped(null)
  }
  return (
    <input
      className={styles.text}
      aria-label={label}
      placeholder={text.player.markHint}
      maxLength={500}
      autoFocus={fresh}
      value={typed ?? mark.text}
      onChange={event => setTyped(event.target.value)}
      onBlur={keep}
      onKeyDown={event => {
        if (event.key === 'Enter') keep()
        if (event.key !== 'Escape') return
        // it leaves what was typed, then the field, and not the call
        event.preventDefault()
        if (typed === null) event.currentTarget.blur()
        setTyped(null)
      }}
    />
  )
}
