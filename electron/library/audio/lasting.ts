/** Audio that several read in turn, and that closes once it is let go and nobody has read it for a while. */
import { type AudioSource } from '../../../shared/recordings.ts'
import { type Clock } from '../../wazo/clock.ts'

/** A player that was handed it asks for its next range well within that. */
const UNREAD_MS = 10_000

export interface LastingSource extends AudioSource {
  /** Nobody is handed it any more: who reads it goes on, and it closes `UNREAD_MS` after the last read. */
  letGo(closed: () => void): void
}

/** @param log told where closing by itself failed */
export function lasting(
  source: AudioSource,
  clock: Pick<Clock, 'after'>,
  log: (error: unknown) => void,
): LastingSource {
  let readers = 0
  let whenClosed: (() => void) | null = null
  let stopWaiting: (() => void) | null = null

  const wait = () => {
    stopWaiting?.()
    stopWaiting = null
    if (whenClosed === null || readers > 0) return
    stopWaiting = clock.after(UNREAD_MS, () => {
      whenClosed?.()
      source.close().catch(log)
    })
  }
  const counted = async <T>(run: () => Promise<T>): Promise<T> => {
    readers++
    wait()
    try {
      return await run()
    } finally {
      readers--
      wait()
    }
  }

  return {
    get contentType() {
      return source.contentType
    },
    size: () => counted(() => source.size()),
    read: (from, to, lent) => counted(() => source.read(from, to, lent)),
    file: () => counted(() => source.file?.() ?? Promise.resolve(null)),
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
