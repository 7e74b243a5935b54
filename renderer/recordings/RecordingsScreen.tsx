/** The user's own recordings: search first, days as headings, rows of one line, the player below. */
import { useEffect, useState } from 'react'
import { type RecordingEntry } from '../../shared/recordings.ts'
import { useShown } from '../shown.ts'
import { Button, Notice } from '../ui/Controls.tsx'
import { SearchIcon } from '../ui/icons.tsx'
import { Player } from './Player.tsx'
import { RecordingRow } from './RecordingRow.tsx'
import styles from './RecordingsScreen.module.css'
import { useRecordings } from './useRecordings.ts'

const TYPING_MS = 250

/** The one to begin with, and whether to play it at once. */
export interface Opening {
  readonly entry: string
  readonly play: boolean
}

export function RecordingsScreen({ opening }: { opening: Opening | null }) {
  const { snapshot, text, format, failure } = useShown()
  const words = text.recordings
  const [typed, setTyped] = useState('')
  const [search, setSearch] = useState('')
  const { shown, loading, more, retry } = useRecordings(search)
  const [chosen, setChosen] = useState<string | null>(opening?.entry ?? null)
  const [atOnce, setAtOnce] = useState(opening?.play ?? false)

  useEffect(() => {
    const timer = setTimeout(() => setSearch(typed.trim()), TYPING_MS)
    return () => clearTimeout(timer)
  }, [typed])

  const selected = shown?.entries.find(entry => entry.id === chosen) ?? null
  const offered = snapshot.stage.stage !== 'ready' || snapshot.stage.account.capabilities?.listRecordings !== false
  return (
    <main className={styles.screen} aria-label={words.title}>
      <div className={styles.search} role="search">
        <SearchIcon />
        <input
          type="search"
          className={styles.input}
          aria-label={words.search}
          placeholder={words.searchHint}
          maxLength={200}
          value={typed}
          onChange={event => setTyped(event.target.value)}
        />
      </div>

      <div className={styles.list} aria-busy={loading}>
        {shown === null && <p className={styles.state}>{words.loading}</p>}
        {shown !== null && shown.failure !== null && (
          <div className={styles.state}>
            <Notice role="alert">
              {words.refused} {failure(shown.failure)}
            </Notice>
            <Button onClick={retry}>{text.app.tryAgain}</Button>
          </div>
        )}
        {shown !== null && shown.failure === null && shown.entries.length === 0 && (
          <div className={styles.state} role="status">
            {shown.search === '' ? (
              <p>{offered ? `${words.empty}.` : words.notOffered}</p>
            ) : (
              <>
                <p>{words.none}</p>
                <Button onClick={() => setTyped('')}>{words.showAll}</Button>
              </>
            )}
          </div>
        )}
        {shown !== null && (
          <>
            {byDay(shown.entries, entry => format.day(entry.startedAt, snapshot.at)).map(([day, entries]) => (
              <section key={day} className={styles.day}>
                <h2>{day}</h2>
                <ul>
                  {entries.map(entry => (
                    <RecordingRow
                      key={entry.id}
                      entry={entry}
                      chosen={entry.id === chosen}
                      onChoose={() => {
                        setChosen(entry.id)
                        setAtOnce(false)
                      }}
                    />
                  ))}
                </ul>
              </section>
            ))}
            {shown.next !== null && (
              <div className={styles.more}>
                <More label={words.more} busyLabel={words.loadingMore} onMore={more} />
              </div>
            )}
            {shown.unread > 0 && <p className={styles.unread}>{words.unread(shown.unread)}</p>}
          </>
        )}
      </div>

      {shown !== null && shown.entries.length > 0 && (
        <div className={styles.player}>
          {selected === null ? (
            <p className={styles.choose}>{words.choose}</p>
          ) : (
            <Player key={selected.id} entry={selected} atOnce={atOnce} />
          )}
        </div>
      )}
    </main>
  )
}

function More({ label, busyLabel, onMore }: { label: string; busyLabel: string; onMore: () => Promise<void> }) {
  const [busy, setBusy] = useState(false)
  return (
    <Button
      kind="quiet"
      barred={busy}
      onClick={() => {
        setBusy(true)
        void onMore().finally(() => setBusy(false))
      }}
    >
      {busy ? busyLabel : label}
    </Button>
  )
}

/** Keeps the order of the list; a heading for each run of the same day. */
function byDay(
  entries: readonly RecordingEntry[],
  dayOf: (entry: RecordingEntry) => string,
): [string, RecordingEntry[]][] {
  const days = new Map<string, RecordingEntry[]>()
  for (const entry of entries) {
    const day = dayOf(entry)
    const known = days.get(day)
    if (known === undefined) days.set(day, [entry])
    else known.push(entry)
  }
  return [...days]
}
