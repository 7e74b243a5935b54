/** Three lines of what works here, told before the first call. */
import { type Capabilities } from '../../shared/account.ts'
import { worksHere } from '../../shared/works.ts'
import { useShown } from '../shown.ts'
import styles from './WorksHere.module.css'

export function WorksHere({ capabilities }: { capabilities: Capabilities }) {
  const { text } = useShown()
  const { title, mark } = text.works
  return (
    <section className={styles.works} aria-label={title}>
      <h2>{title}</h2>
      <ul>
        {worksHere(capabilities, text).map(({ works, words }) => (
          <li key={words} data-works={works}>
            <span className={styles.mark}>{mark[works]}</span>
            <span>{words}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
