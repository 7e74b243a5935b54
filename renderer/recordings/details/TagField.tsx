/** A new tag: Enter adds it. Those in use are offered. */
import { useEffect, useId, useState } from 'react'
import { ask } from '../../bridge.ts'
import { useShown } from '../../shown.ts'
import { Button } from '../../ui/Controls.tsx'
import styles from './Details.module.css'

const LONGEST = 60

export function TagField({ label, onTag }: { label: string; onTag: (tag: string) => void }) {
  const { text } = useShown()
  const [typed, setTyped] = useState('')
  const [known, setKnown] = useState<readonly string[]>([])
  const id = useId()
  const load = () => {
    ask('library:tags', undefined)
      .then(setKnown)
      .catch((thrown: unknown) => console.warn('The tags in use are not known', thrown))
  }
  useEffect(load, [])
  const tag = typed.trim()
  return (
    <form
      className={styles.tagForm}
      onSubmit={event => {
        event.preventDefault()
        if (tag === '') return
        onTag(tag)
        setTyped('')
        load()
      }}
    >
      <input
        className={styles.tagInput}
        aria-label={label}
        placeholder={label}
        maxLength={LONGEST}
        list={id}
        value={typed}
        onChange={event => setTyped(event.target.value)}
      />
      <datalist id={id}>
        {known.map(each => (
          <option key={each} value={each} />
        ))}
      </datalist>
      {tag !== '' && <Button submit>{text.recordings.selection.tag}</Button>}
    </form>
  )
}
