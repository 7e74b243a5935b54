/**
 * Audio that several read in turn, and that closes once it is let go and nobody has read it for a while. A player pauses
 * longer than that: it then goes on with what has taken its place.
 */
import { AppFailure } from '../../../shared/failure.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { type Clock } from '../../wazo/clock.ts'

/** A player that was handed it asks for its next range well within that. */
const UNREAD_MS = 10_000

export interface LastingSource extends AudioSource {
  /** Nobody is handed it any more: who reads it goes on, and it closes `UNREAD_MS` after the last read. */
  letGo(closed: () => void): void
}

/**
 * Throws AppFailure `recording-broken` where less sound has taken its place (a growing one may have become more).
 *
 * @param anew opens what has taken its place; whoever does so closes it
 * @param log told where closing by itself failed
 */
export function lasting(
  source: AudioSource,
  clock: Pick<Clock, 'after'>,
  anew: () => Promise<AudioSource>,
  log: (error: unknown) => void,
): LastingSource {
  let readers = 0
  let size: number | null = null
  let closedItself = false
  let whenClosed: (() => void) | null = null
  let stopWaiting: (() => void) | null = null

  const wait = () => {
    stopWaiting?.()
    stopWaiting = null
    if (whenClosed === null || readers > 0) return
    stopWaiting = clock.after(UNREAD_MS, () => {
      whenClosed?.()
      whenClosed = null
      closedItself = true
      source.close().catch(log)
    })
  }
  const counted = async <T>(run: (source: AudioSource) => Promise<T>): Promise<T> => {
    if (closedItself) return run(await successor())
    readers++
    wait()
    try {
      return await run(source)
    } finally {
      readers--
      wait()
    }
  }
  const successor = async () => {
    const next = await anew()
    if (size !== null && (await next.size()) < size) throw new AppFailure('recording-broken')
    return next
  }

  return {
    get contentType() {
      return source.contentType
    },
    size: () => counted(async now => (size = await now.size())),
    read: (from, to, lent) => counted(now => now.read(from, to, lent)),
    file: () => counted(now => now.file?.() ?? Promise.resolve(null)),
    letGo: closed => {
      whenClosed = closed
      wait()
    },
    close: () => {
      whenClosed = null
      wait()
      return source.close()
    },
  }
}
