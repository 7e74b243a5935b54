/** The list, or what stands in its place: each state says what is so, and what to do. */
import { type ReactNode } from 'react'
import { type Filter, NO_FILTER } from '../../shared/library/query.ts'
import { useShown } from '../shown.ts'
import { UnlockPanel } from '../vault/UnlockPanel.tsx'
import { Button, Notice } from '../ui/Controls.tsx'
import { ALWAYS } from './filters/period.ts'
import { type ListState as Loaded } from './list/libraryList.ts'
import styles from './RecordingsScreen.module.css'

interface Props {
  readonly state: Loaded
  readonly filter: Filter
  readonly onFilter: (filter: Filter) => void
  readonly onRetry: () => void
  readonly children: ReactNode
}

export function ListState({ state, filter, onFilter, onRetry, children }: Props) {
  const { snapshot, text, failure } = useShown()
  const words = text.recordings
  const { library } = snapshot
  const refusal = library.state === 'failed' ? (library.failure ?? { code: 'library-broken' as const }) : state.failure
  if (library.state === 'locked') return <UnlockPanel />
  const told = refusal !== null && (
    <div className={styles.state}>
      <Notice role="alert">
        {words.refused} {failure(refusal)}
      </Notice>
      <Button onClick={onRetry}>{text.app.tryAgain}</Button>
    </div>
  )
  if (library.state === 'failed') return told
  if (state.known === 'none') {
    if (told !== false) return told
    return (
      <p className={styles.state} role="status">
        {library.state === 'opening' ? words.opening : words.loading}
      </p>
    )
  }
  if (state.known === 'whole' && state.days.total === 0)
    return (
      <>
        {told}
        <Nothing filter={filter} onFilter={onFilter} />
      </>
    )
  return (
    <>
      {told}
      {children}
    </>
  )
}

function Nothing({ filter, onFilter }: Pick<Props, 'filter' | 'onFilter'>) {
  const { snapshot, text } = useShown()
  const words = text.recordings
  const { library, stage } = snapshot
  const hasPeriod = filter.from !== null || filter.until !== null
  const bare = { ...filter, ...ALWAYS, search: '' }
  const others = JSON.stringify(bare) !== JSON.stringify(NO_FILTER)
  if (filter.search !== '' || hasPeriod || others)
    return (
      <div className={styles.state}>
        <p role="status">{words.none}</p>
        <div className={styles.ways}>
          {hasPeriod && <Button onClick={() => onFilter({ ...filter, ...ALWAYS })}>{words.allDates}</Button>}
          {filter.search !== '' && (
            <Button onClick={() => onFilter({ ...filter, search: '' })}>{words.clearSearch}</Button>
          )}
          {others && (
            <Button onClick={() => onFilter({ ...NO_FILTER, search: filter.search })}>{words.allFilters}</Button>
          )}
        </div>
      </div>
    )
  const offered = stage.stage !== 'ready' || stage.account.capabilities?.listRecordings !== false
  const reading = library.callLog.state === 'first' || library.folder.state === 'first'
  return (
    <p className={styles.state} role="status">
      {reading ? words.emptyFirst : offered || library.folder.state !== 'none' ? words.empty : words.notOffered}
    </p>
  )
}
