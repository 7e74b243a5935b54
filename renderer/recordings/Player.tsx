/** The player of one call: its parts, and the controls of the one that is chosen. */
import { useState } from 'react'
import { type Part, type RecordingEntry } from '../../shared/recordings.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Button, isolated, Notice, Peer } from '../ui/Controls.tsx'
import { AudioControls } from './AudioControls.tsx'
import styles from './Player.module.css'

/** `atOnce`: its first part plays without another press. */
export function Player({ entry, atOnce }: { entry: RecordingEntry; atOnce: boolean }) {
  const { snapshot, text, format, failure } = useShown()
  const words = text.recordings
  const [index, setIndex] = useState(0)
  const [saved, setSaved] = useState<string | null>(null)
  const action = useAction()
  const part = entry.parts[index] ?? entry.parts[0]
  if (part === undefined) return null
  const exporting = async (chosen: Part) => {
    setSaved(null)
    setSaved(await ask('recordings:export', { part: chosen.id }))
  }
  return (
    <section className={styles.player} aria-label={words.player}>
      <div className={styles.head}>
        <h2 className={styles.title}>
          <Peer peer={entry.peer} />
          <span className={styles.when}>
            {words.when(format.day(entry.startedAt, snapshot.at), format.time(entry.startedAt))}
          </span>
        </h2>
        {part.playable === 'yes' && (
          <Button barred={action.busy} onClick={() => void action.run(() => exporting(part))}>
            {words.export}
          </Button>
        )}
      </div>
      {entry.parts.length > 1 && (
        <div className={styles.parts} role="group" aria-label={words.parts(entry.parts.length)}>
          {entry.parts.map((each, at) => (
            <Button key={each.id} aria-pressed={at === index} onClick={() => setIndex(at)}>
              {words.part(at + 1)}
              {each.durationMs !== null && (
                <span className={styles.partLength}>{format.duration(each.durationMs)}</span>
              )}
            </Button>
          ))}
        </div>
      )}
      {part.playable === 'yes' ? (
        <AudioControls key={part.id} part={part} atOnce={atOnce && index === 0} />
      ) : (
        <Notice>{words.unplayable[part.playable]}</Notice>
      )}
      {saved !== null && <p role="status">{words.exported(isolated(saved))}</p>}
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </section>
  )
}
