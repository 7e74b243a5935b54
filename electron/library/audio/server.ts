/** Audio that lies on a Wazo server: one bounded request for each read (wazo.md 5.2). */
import { AppFailure } from '../../../shared/failure.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { type CallLog } from '../../wazo/callLog.ts'
import { toFailure } from '../../wazo/errors.ts'

/** The first request takes so much: it tells the size, and holds the head that is asked for next. */
const FRONT = 64 * 1024

/**
 * A finished recording: its size is asked for once. A server without Range sends it whole, which the client keeps in
 * memory. Throws AppFailure: `recording-empty`, `recording-deleted`, `recording-missing`, `recording-no-media`, or what
 * the way to the server met.
 */
export function serverSource(client: Pick<CallLog, 'media' | 'hold'>, cdrId: number, uuid: string): AudioSource {
  let release: (() => void) | null = null
  let front: Promise<{ readonly bytes: Uint8Array; readonly size: number }> | null = null

  const fetch = async (from: number, to: number) => {
    try {
      const piece = await client.media(cdrId, uuid, { from, to })
      if (piece.size === 0) throw new AppFailure('recording-empty')
      if (piece.bytes.length !== Math.min(to, piece.size) - from) throw new AppFailure('recording-broken')
      return piece
    } catch (error) {
      throw error instanceof AppFailure ? error : new AppFailure(toFailure(error), { cause: error })
    }
  }
  const begin = () => {
    release ??= client.hold({ cdrId, uuid })
    front ??= fetch(0, FRONT)
    front.catch(() => {
      // Asked again next time: the way may be free then.
      front = null
    })
    return front
  }

  return {
    contentType: 'audio/wav',
    size: async () => (await begin()).size,
    read: async (from, to) => {
      const known = await begin()
      if (from < 0 || from >= to || to > known.size) throw new RangeError(`No bytes ${from} to ${to} of ${known.size}`)
      if (to <= known.bytes.length) return known.bytes.slice(from, to)
      return (await fetch(from, to)).bytes
    },
    close: () => {
      front = null
      release?.()
      release = null
      return Promise.resolve()
    },
  }
}

/** A recording that was sent whole, out of memory. */
export function bytesSource(bytes: Uint8Array): AudioSource {
  return {
    contentType: 'audio/wav',
    size: () => Promise.resolve(bytes.length),
    // a copy: what is handed out may be given away
    read: (from, to) => Promise.resolve(bytes.slice(from, to)),
    close: () => Promise.resolve(),
  }
}
