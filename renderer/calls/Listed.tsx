/** Where the recording of a call that has ended is: being finished, ready to be played, or late. */
import { type LastCall } from '../../shared/call.ts'
import { type Opening } from '../recordings/memory.ts'
import { useShown } from '../shown.ts'
import { Button } from '../ui/Controls.tsx'
import { PlayIcon } from '../ui/icons.tsx'
import styles from './EndCard.module.css'
import { useListed } from './useListed.ts'

export function Listed({
  last,
  offered,
  onRecording,
}: {
  last: LastCall
  offered: boolean
  onRecording: (opening: Opening) => void
}) {
  const { text, failure } = useShown()
  const words = text.calls.end
  const listing = useListed(last, offered)
  const recorded = last.recordedMs > 0
  const { entry } = listing
  if (entry !== null) {
    const playable = entry.parts.find(part => part.hearing === 'yes')
    const first = entry.parts[0]?.hearing ?? 'growing'
    return (
      <div className={styles.listed}>
        {playable !== undefined || first === 'yes' ? (
          <>
            <Button kind="main" onClick={() => onRecording({ entry: entry.id, play: true })}>
              <PlayIcon />
              {words.play}
            </Button>
            {!recorded && <span>{words.listed}</span>}
          </>
        ) : (
          <>
            <span role="status">{text.recordings.hearing[first]}</span>
            {first !== 'growing' && (
              <Button onClick={() => onRecording({ entry: entry.id, play: false })}>{words.show}</Button>
            )}
          </>
        )}
      </div>
    )
  }
  // what was not recorded here is not waited for
  if (!recorded) return null
  if (!offered) return <p className={styles.listed}>{text.recordings.notOffered}</p>
  if (!listing.late)
    return (
      <p className={styles.listed} role="status">
        {text.recordings.hearing.growing}
      </p>
    )
  return (
    <details className={styles.late}>
      <summary>{words.late}</summary>
      <p>{listing.failure === null ? words.lateWhy : failure(listing.failure)}</p>
      <Button onClick={listing.look}>{words.look}</Button>
    </details>
  )
}
