/** One call with its recordings, in one line. */
import { type RecordingEntry } from '../../shared/recordings.ts'
import { type Format, type Text } from '../../shared/text/index.ts'
import { useShown } from '../shown.ts'
import { Peer, plain } from '../ui/Controls.tsx'
import { IncomingIcon, OutgoingIcon } from '../ui/icons.tsx'
import styles from './RecordingRow.module.css'

export function RecordingRow({
  entry,
  chosen,
  onChoose,
}: {
  entry: RecordingEntry
  chosen: boolean
  onChoose: () => void
}) {
  const { text, format } = useShown()
  const words = text.recordings
  const length = recordedMs(entry)
  return (
    <li>
      <button type="button" className={styles.row} aria-current={chosen || undefined} onClick={onChoose}>
        <span className={styles.time}>{format.time(entry.startedAt)}</span>
        <span className={styles.way}>
          {entry.outgoing !== null && (
            <>
              {entry.outgoing ? <OutgoingIcon /> : <IncomingIcon />}
              <span className="unseen">{entry.outgoing ? words.outgoing : words.incoming}</span>
            </>
          )}
        </span>
        <Peer peer={entry.peer} />
        <bdi className={styles.number}>{plain(entry.peer.name) === '' ? '' : plain(entry.peer.number)}</bdi>
        <span className={styles.note}>{note(entry, text, format)}</span>
        <span className={styles.length}>{length === null ? '' : format.duration(length)}</span>
      </button>
    </li>
  )
}

/** Milliseconds over all parts; null where one of them does not tell. */
export function recordedMs(entry: RecordingEntry): number | null {
  let sum = 0
  for (const part of entry.parts) {
    if (part.durationMs === null) return null
    sum += part.durationMs
  }
  return sum
}

/** The recording ran from start to end of the call when they differ by less. Pauses in between are not known here. */
const WHOLE_MS = 1500
/** A recording that starts later than this into the call says so. */
const SHOWN_FROM_MS = 1000

/** Why it cannot be heard, else which stretch of the call it is. */
function note(entry: RecordingEntry, { recordings: words }: Text, format: Format): string {
  const barred = entry.parts.find(part => part.playable !== 'yes')?.playable
  if (barred !== undefined && barred !== 'yes' && entry.parts.length === 1) return words.unplayable[barred]
  const notes: string[] = []
  const length = recordedMs(entry)
  if (entry.callMs !== null && length !== null && entry.callMs - length < WHOLE_MS && entry.parts.length === 1)
    return words.whole
  if (entry.fromMs !== null && entry.fromMs >= SHOWN_FROM_MS) notes.push(words.from(format.duration(entry.fromMs)))
  if (entry.parts.length > 1) notes.push(words.parts(entry.parts.length))
  return notes.join(', ')
}
