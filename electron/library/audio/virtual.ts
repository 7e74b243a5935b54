/** A recording as players need it: a WAV whose head says what is true, however its writer left it. */
import { AppFailure } from '../../../shared/failure.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { HEAD_BYTES, isOpen, readWavHead, soundBytes, writeWavHead, type WavHead } from './wav.ts'

/** Formats whose sound players take from a head of ours; others (GSM in a WAV) go out as they are. */
const mapped = [1, 3, 6, 7]

/** Largest sound that a WAV's 32-bit sizes can tell. */
const LARGEST = 0xffffffff - 64

/**
 * Wraps a WAV. Its size is measured whenever `size()` is asked, since an open recording grows: the head always tells
 * the size that was answered last. Throws AppFailure `recording-empty` (nothing, or a head alone) or `recording-broken`
 * (not audio). Closing it closes what it wraps.
 */
export function virtualWav(source: AudioSource): AudioSource {
  let shape: { readonly head: WavHead; readonly front: Uint8Array; readonly total: number } | null = null

  const measure = async () => {
    const size = await source.size()
    if (size === 0) throw new AppFailure('recording-empty')
    const known = shape !== null && !isOpen(shape.head) ? shape.head : null
    const head = known ?? readWavHead(await source.read(0, Math.min(size, HEAD_BYTES)))
    if (head === null) throw new AppFailure('recording-broken')
    const sound = Math.min(soundBytes(head, size), LARGEST - (LARGEST % head.blockAlign))
    if (sound === 0) throw new AppFailure('recording-empty')
    const front = writeWavHead(head, sound)
    shape = mapped.includes(head.tag)
      ? { head, front, total: front.length + sound }
      : { head, front: new Uint8Array(0), total: size }
    return shape
  }

  return {
    contentType: 'audio/wav',
    size: async () => (await measure()).total,
    read: async (from, to) => {
      const { head, front, total } = shape ?? (await measure())
      if (from < 0 || to > total || from >= to) throw new RangeError(`No bytes ${from} to ${to} of ${total}`)
      const start = front.slice(from, to)
      if (to <= front.length) return start
      const shift = front.length === 0 ? 0 : head.dataAt - front.length
      const sound = await source.read(Math.max(from, front.length) + shift, to + shift)
      if (start.length === 0) return sound
      const both = new Uint8Array(to - from)
      both.set(start)
      both.set(sound, start.length)
      return both
    },
    close: () => source.close(),
  }
}
