/**
 * One voice of a recording on the recording's own time line. Frames are placed by their RTP timestamp, so that jitter
 * and a stalled process do not tear the speech; the clock of arrival only anchors a stream and corrects a drift.
 */
import { decodeMulaw } from './g711.ts'
import { type AudioFrame } from './leg.ts'

/** Samples that a frame's place may differ from its arrival before the stream is anchored anew: half a second. */
const tolerance = 4000

interface Anchor {
  readonly stream: number
  readonly timestamp: number
  readonly position: number
}

interface Chunk {
  readonly start: number
  readonly samples: Int16Array
}

export class Voice {
  #anchor: Anchor | null = null
  #chunks: Chunk[] = []

  /** @param arrival samples since the recording (re)started, at the moment when the frame arrived */
  add(frame: AudioFrame, arrival: number): void {
    const samples = decodeMulaw(frame.payload)
    const natural = arrival - samples.length
    let start = this.#placeOf(frame)
    if (start === null || Math.abs(start - natural) > tolerance) {
      this.#anchor = { stream: frame.stream, timestamp: frame.timestamp, position: natural }
      start = natural
    }
    this.#chunks.push({ start, samples })
  }

  /** Adds this voice's samples from `from` on to `sum`, and forgets them. */
  mixInto(sum: Int32Array, from: number): void {
    const to = from + sum.length
    for (const { start, samples } of this.#chunks) {
      const first = Math.max(start, from)
      const last = Math.min(start + samples.length, to)
      for (let at = first; at < last; at++) sum[at - from] = (sum[at - from] ?? 0) + (samples[at - start] ?? 0)
    }
    this.#chunks = this.#chunks.filter(chunk => chunk.start + chunk.samples.length > to)
  }

  #placeOf(frame: AudioFrame): number | null {
    const anchor = this.#anchor
    if (anchor === null || anchor.stream !== frame.stream) return null
    // `| 0` makes the difference signed, so that a timestamp may wrap around 2^32.
    return anchor.position + ((frame.timestamp - anchor.timestamp) | 0)
  }
}

/** Both voices from `from` on, `length` samples, clipped to 16 bits. */
export function mix(voices: readonly Voice[], from: number, length: number): Int16Array {
  const sum = new Int32Array(length)
  for (const voice of voices) voice.mixInto(sum, from)
  return Int16Array.from(sum, value => Math.max(-32768, Math.min(32767, value)))
}
