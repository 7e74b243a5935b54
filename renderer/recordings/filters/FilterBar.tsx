/** What of the library is listed: the filters, and those that are on, each to be taken off again. */
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { type Filter, NO_FILTER } from '../../../shared/library/query.ts'
import { useShown } from '../../shown.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { CloseIcon, DownIcon } from '../../ui/icons.tsx'
import { activeFilters, periodWords } from './active.ts'
import styles from './FilterBar.module.css'
import { MorePanel } from './MorePanel.tsx'
import { PeriodPanel } from './PeriodPanel.tsx'
import { Pick } from './Pick.tsx'

export type ViewBy = 'day' | 'person' | 'conversation'

interface Props {
  readonly filter: Filter
  /** The name of the group that is chosen, where one is. */
  readonly group: string | null
  readonly by: ViewBy
  readonly onFilter: (filter: Filter) => void
  readonly onBy: (by: ViewBy) => void
}

export function FilterBar({ filter, group, by, onFilter, onBy }: Props) {
  const { snapshot, text, format } = useShown()
  const words = text.recordings.filters
  const [open, setOpen] = useState<'period' | 'more' | null>(null)
  const close = () => setOpen(null)
  const bar = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (open === null) return
    const listen = (event: PointerEvent) => {
      if (event.target instanceof Node && bar.current?.contains(event.target) !== true) setOpen(null)
    }
    window.addEventListener('pointerdown', listen)
    return () => window.removeEventListener('pointerdown', listen)
  }, [open])

  const active = activeFilters(filter, group, text, format, snapshot.at)
  const views = (['day', 'person', 'conversation'] as const).map(value => ({ value, label: words.by[value] }))
  const directions = (['any', 'in', 'out'] as const).map(value => ({ value, label: words.direction[value] }))
  return (
    <div ref={bar} className={styles.filters} role="group" aria-label={words.label}>
      <div className={styles.bar}>
        <Pick
          label={words.which}
          value={filter.recorded}
          options={(['recorded', 'all'] as const).map(value => ({ value, label: words.recorded[value] }))}
          onPick={recorded => onFilter({ ...filter, recorded })}
        />
        <Opener
          open={open === 'period'}
          label={words.period}
          onPress={() => setOpen(open === 'period' ? null : 'period')}
        >
          {periodWords(filter, words, format, snapshot.at)}
        </Opener>
        <span className={styles.wide}>
          <Pick
            label={words.directionLabel}
            value={filter.direction}
            options={directions}
            onPick={direction => onFilter({ ...filter, direction })}
          />
        </span>
        <Opener open={open === 'more'} onPress={() => setOpen(open === 'more' ? null : 'more')}>
          {words.more}
        </Opener>
        <span className={styles.view}>
          <Pick label={words.view} value={by} options={views} onPick={onBy} />
        </span>
      </div>
      {open === 'period' && (
        <Dialog title={words.period} onClose={close}>
          <PeriodPanel
            filter={filter}
            onPick={period => {
              onFilter({ ...filter, ...period })
              close()
            }}
          />
        </Dialog>
      )}
      {open === 'more' && (
        <Dialog title={words.more} onClose={close}>
          <MorePanel filter={filter} onFilter={onFilter} />
        </Dialog>
      )}
      {active.length > 0 && (
        <ul className={styles.active}>
          {active.map(each => (
            <li key={each.name}>
              <button
                type="button"
                className={styles.chip}
                aria-label={words.remove(each.words)}
                onClick={() => onFilter(each.without)}
              >
                <bdi>{each.words}</bdi>
                <CloseIcon />
              </button>
            </li>
          ))}
          {active.length > 1 && (
            <li>
              <button
                type="button"
                className={styles.chip}
                onClick={() => onFilter({ ...NO_FILTER, search: filter.search })}
              >
                {text.recordings.allFilters}
              </button>
            </li>
          )}
        </ul>
      )}
    </div>
  )
}

function Opener({
  open,
  label,
  onPress,
  children,
}: {
  open: boolean
  label?: string
  onPress: () => void
  children: ReactNode
}) {
  return (
    <button type="button" className={styles.opener} aria-haspopup="dialog" aria-expanded={open} onClick={onPress}>
      {label !== undefined && <span className="unseen">{label}: </span>}
      <span className={styles.openerWords}>{children}</span>
      <DownIcon />
    </button>
  )
}
