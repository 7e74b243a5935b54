/** The tags of a call. Those in use are offered while one types. */
import { useId } from 'react'
import { plain } from '../../../shared/peer.ts'
import { useShown } from '../../shown.ts'
import { CloseIcon } from '../../ui/icons.tsx'
import styles from './Details.module.css'
import { TagField } from './TagField.tsx'
import { withTag } from './tags.ts'

export function TagEditor({ tags, onTags }: { tags: readonly string[]; onTags: (tags: string[]) => void }) {
  const { text } = useShown()
  const words = text.recordings.details
  const id = useId()
  return (
    <div className={styles.tags} role="group" aria-labelledby={id}>
      <h3 id={id}>{words.tags}</h3>
      <ul className={styles.tagList}>
        {tags.map(tag => (
          <li key={tag} className={styles.tag}>
            <bdi>{plain(tag)}</bdi>
            <button
              type="button"
              aria-label={words.removeTag(plain(tag))}
              onClick={() => onTags(tags.filter(other => other !== tag))}
            >
              <CloseIcon />
            </button>
          </li>
        ))}
      </ul>
      <TagField label={words.tagHint} onTag={tag => onTags(withTag(tags, tag))} />
    </div>
  )
}
