/** The filters that are needed less often. Each holds at once. */
import { useEffect, useState } from 'react'
import { type Filter } from '../../../shared/library/query.ts'
import { plain } from '../../../shared/peer.ts'
import { ask } from '../../bridge.ts'
import { useShown } from '../../shown.ts'
import { Select } from '../../ui/Controls.tsx'
import styles from './MorePanel.module.css'

/** Lengths offered, seconds. */
const SHORTEST = [30, 60, 300, 900, 1800, 3600]
const LONGEST = [60, 300]

export function MorePanel({ filter, onFilter }: { filter: Filter; onFilter: (filter: Filter) => void }) {
  const { snapshot, text, format } = useShown()
  const words = text.recordings.filters
  const { seenSince } = snapshot.library
  const tags = useTags()
  const flags = ['annotated', 'favourites', 'kept', 'hidden'] as const
  const lengths = [
    { value: '', label: words.anyLength },
    ...SHORTEST.map(s => ({ value: `${s * 1000},`, label: words.atLeast(format.duration(s * 1000)) })),
    ...LONGEST.map(s => ({ value: `,${s * 1000}`, label: words.atMost(format.duration(s * 1000)) })),
  ]
  return (
    <>
      <ul className={styles.flags}>
        {flags.map(flag => (
          <li key={flag}>
            <label className={styles.flag}>
              <input
                type="checkbox"
                checked={filter[flag]}
                onChange={event => onFilter({ ...filter, [flag]: event.target.checked })}
              />
              {words[flag]}
            </label>
          </li>
        ))}
      </ul>
      <div className={styles.narrow}>
        <Select
          label={words.directionLabel}
          value={filter.direction}
          options={(['any', 'in', 'out'] as const).map(value => ({ value, label: words.direction[value] }))}
          onChange={direction => onFilter({ ...filter, direction })}
        />
      </div>
      <Select
        label={words.length}
        value={
          filter.shortest === null && filter.longest === null ? '' : `${filter.shortest ?? ''},${filter.longest ?? ''}`
        }
        options={lengths}
        onChange={value => {
          const [shortest = '', longest = ''] = value.split(',')
          onFilter({ ...filter, shortest: limit(shortest), longest: limit(longest) })
        }}
      />
      <Select
        label={words.tag}
        value={filter.tag ?? ''}
        options={[
          { value: '', label: words.anyTag },
          ...[...new Set([...tags, ...(filter.tag === null ? [] : [filter.tag])])].map(tag => ({
            value: tag,
            label: plain(tag),
          })),
        ]}
        onChange={tag => onFilter({ ...filter, tag: tag === '' ? null : tag })}
      />
      <Select
        label={words.sourceLabel}
        value={filter.source}
        options={(['any', 'call-log', 'folder'] as const).map(value => ({ value, label: words.source[value] }))}
        onChange={source => onFilter({ ...filter, source })}
      />
      <Select
        label={words.howLabel}
        value={filter.how}
        help={seenSince === null ? words.howNever : words.howSince(format.date(seenSince))}
        options={(['any', 'automatic', 'by-me'] as const).map(value => ({ value, label: words.how[value] }))}
        onChange={how => onFilter({ ...filter, how })}
      />
    </>
  )
}

const limit = (ms: string): number | null => (ms === '' ? null : Number(ms))

function useTags(): readonly string[] {
  const [tags, setTags] = useState<readonly string[]>([])
  useEffect(() => {
    let current = true
    ask('library:tags', undefined)
      .then(found => {
        if (current) setTags(found)
      })
      .catch((thrown: unknown) => console.warn('The tags in use are not known', thrown))
    return () => {
      current = false
    }
  }, [])
  return tags
}
