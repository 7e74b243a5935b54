/** The list by person or by conversation: one line a group, which narrows the list to itself. */
import { useEffect, useState } from 'react'
import { type Failure } from '../../shared/failure.ts'
import { type Filter, type Group } from '../../shared/library/query.ts'
import { ask, failureOf } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { Button, Notice, Peer, peerName, plain } from '../ui/Controls.tsx'
import styles from './Groups.module.css'

/** Groups asked for at a time. */
const PAGE = 100

interface Props {
  readonly filter: Filter
  readonly by: 'person' | 'conversation'
  /** Raised with every change of the library. */
  readonly version: number
  readonly onPick: (key: string, name: string) => void
}

interface Loaded {
  readonly groups: readonly Group[]
  readonly more: boolean
  readonly failure: Failure | null
}

/** The pages up to a count of groups, so that a list that changed is not cut. */
async function load(filter: Filter, by: Props['by'], atLeast: number): Promise<Loaded> {
  const groups: Group[] = []
  let more = true
  while (more && groups.length < atLeast) {
    const last = groups.at(-1)
    const after = last === undefined ? null : { latestAt: last.latestAt, key: last.key }
    const page = await ask('library:groups', { filter, by, after, limit: PAGE })
    groups.push(...page)
    more = page.length === PAGE
  }
  return { groups, more, failure: null }
}

export function Groups({ filter, by, version, onPick }: Props) {
  const { text, format, failure } = useShown()
  const words = text.recordings
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [tries, setTries] = useState(0)
  const [wanted, setWanted] = useState(PAGE)
  useEffect(() => {
    let current = true
    load(filter, by, wanted)
      .catch((thrown: unknown): Loaded => ({ groups: [], more: false, failure: failureOf(thrown) }))
      .then(answer => {
        if (current) setLoaded(answer)
      })
      .catch(console.error)
    return () => {
      current = false
    }
  }, [filter, by, version, tries, wanted])
  if (loaded === null) return <p className={styles.state}>{words.loading}</p>
  if (loaded.failure !== null)
    return (
      <div className={styles.state}>
        <Notice role="alert">
          {words.refused} {failure(loaded.failure)}
        </Notice>
        <Button onClick={() => setTries(tries + 1)}>{text.app.tryAgain}</Button>
      </div>
    )
  if (loaded.groups.length === 0) return <p className={styles.state}>{words.none}</p>
  return (
    <div className={styles.groups}>
      <ul aria-label={words.groups.list}>
        {loaded.groups.map(group => (
          <li key={group.key}>
            <button
              type="button"
              className={styles.group}
              onClick={() => onPick(group.key, peerName(group, text.app.unknownCaller))}
            >
              <Peer peer={group} />
              <bdi className={styles.number}>{plain(group.name) === '' ? '' : plain(group.number)}</bdi>
              <span className={styles.count}>{words.count(format.count(group.count), group.count)}</span>
              <span className={styles.length}>{format.duration(group.recordedMs)}</span>
            </button>
          </li>
        ))}
      </ul>
      {loaded.more && (
        <div className={styles.more}>
          <Button kind="quiet" onClick={() => setWanted(loaded.groups.length + PAGE)}>
            {words.groups.more}
          </Button>
        </div>
      )}
    </div>
  )
}
