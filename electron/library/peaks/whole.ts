/** A whole shape as bytes: a head of 24 bytes, then its stretches. Read with suspicion, as anything from a disk. */
import { BUCKET_BYTES, PER_SECOND } from '../../../shared/peaks.ts'

export interface Whole {
  channels: 1 | 2
  /** Hz. */
  rate: number
  /** Samples of each channel that were measured. */
  frames: number
  values: Uint8Array
}

/** Another way to measure, or to write it down, has another number. */
const VERSION = 2
const HEAD = 24

/** `size`: bytes of the sound that was measured. */
export function writeWhole({ channels, rate, frames, values }: Whole, size: number): Uint8Array {
  const bytes = new Uint8Array(HEAD + values.length)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, VERSION)
  view.setUint8(1, channels)
  view.setUint32(4, rate, true)
  view.setFloat64(8, frames, true)
  view.setFloat64(16, size, true)
  bytes.set(values, HEAD)
  return bytes
}

/** Null: it is none of ours, or does not hold what its head says. */
export function readWhole(bytes: Uint8Array): { readonly whole: Whole; readonly size: number } | null {
  if (bytes.length < HEAD || bytes[0] !== VERSION) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const channels = view.getUint8(1)
  const [rate, frames, size] = [view.getUint32(4, true), view.getFloat64(8, true), view.getFloat64(16, true)]
  if ((channels !== 1 && channels !== 2) || rate === 0) return null
  if (!Number.isSafeInteger(frames) || !Number.isSafeInteger(size) || frames < 0 || size < 0) return null
  const values = bytes.slice(HEAD)
  const stretches = Math.ceil((frames * PER_SECOND) / rate)
  return values.length === stretches * channels * BUCKET_BYTES
    ? { whole: { channels, rate, frames, values }, size }
    : null
}
