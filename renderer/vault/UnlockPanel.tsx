/**
 * The recordings screen while the copies on this computer are locked: in place of the list where the list is sealed too,
 * and else one line above it that unfolds.
 */
import { useShown } from '../shown.ts'
import { Unlock } from './Passphrase.tsx'
import styles from './Keeping.module.css'

export function UnlockPanel() {
  const { snapshot, text } = useShown()
  const words = text.keeping.locked
  if (snapshot.keeping.state !== 'locked') return null
  if (snapshot.library.state === 'locked')
    return (
      <section className={styles.instead} aria-labelledby="unlock-title">
        <h2 id="unlock-title">{words.title}</h2>
        <p>{words.list}</p>
        <Unlock autoFocus />
      </section>
    )
  return (
    <details className={styles.above}>
      <summary>{words.sound}</summary>
      <Unlock />
    </details>
  )
}
