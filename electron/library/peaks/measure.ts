/** Measures a recording's shape while reading it once, from any whole second on. */
import { BUCKET_BYTES, BUCKET_MS, PER_SECOND } from '../../../shared/peaks.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { readWavHead, soundBytes, type WavHead } from '../audio/wav.ts'
import { INPUT, type Kernel, OUTPUT } from './kernel.ts'
import { fastLevel } from './level.ts'
import { type ToSamples, toSamples } from './samples.ts'

/** Bytes that are read at once, at most. */
const PIECE = 1024 * 1024
/** Seconds of sound in the first piece: what plays meanwhile must not wait for it. */
const FIRST_S = 8
/** A piece that came sooner is followed by one four times as long. */
const SOON_MS = 60
/** A head of our own making is no longer. */
export const HEAD_BYTES = 64
/** Hz; what lies outside is no sound of ours. */
const LOWEST_RATE = 1000
const HIGHEST_RATE = 384_000

export interface Measured {
  readonly channels: 1 | 2
  /** The first second that `values` tell of. */
  readonly fromSecond: number
  readonly values: Uint8Array
  /** Sound that was measured up to here, and that there is, in frames (samples of each channel). */
  readonly frames: number
  readonly of: number
  readonly rate: number
}

/** What the numbers of some sound mean. */
export interface Form {
  readonly channels: 1 | 2
  /** Hz. */
  readonly rate: number
}

interface Sound extends Form {
  readonly head: WavHead
  readonly frames: number
  readonly convert: ToSamples
}

/** Null: not served as a WAV, or one of a kind that is not measured. */
async function soundOf(source: AudioSource): Promise<Sound | null> {
  const size = await source.size()
  if (source.contentType !== 'audio/wav') return null
  const head = readWavHead(await source.read(0, Math.min(size, HEAD_BYTES)))
  const form = head === null ? null : formOf(head.channels, head.rate)
  const convert = head === null ? null : toSamples(head)
  if (head === null || form === null || convert === null) return null
  return { ...form, head, convert, frames: soundBytes(head, size) / head.blockAlign }
}

/** Null: no sound of ours. */
export function formOf(channels: number, rate: number): Form | null {
  if (rate < LOWEST_RATE || rate > HIGHEST_RATE) return null
  return channels === 1 || channels === 2 ? { channels, rate } : null
}

/**
 * Measures from a second on until the sound ends or `enough` says so, which is asked after every piece. What is left of
 * the last second is measured as it is. Null: this is not measured. Throws what the source throws.
 */
export async function measure(
  source: AudioSource,
  kernel: Kernel,
  fromSecond: number,
  enough: () => boolean,
): Promise<Measured | null> {
  const sound = await soundOf(source)
  if (sound === null) return null
  const { head, channels, frames } = sound
  const longest = piecesOf(sound)
  let perPiece = Math.min(longest, FIRST_S * head.rate)
  // used in turns, for one is measured while the next is read: memory that is fresh for every piece takes longer than all else
  const lent = [new Uint8Array(PIECE), new Uint8Array(PIECE)]
  let reads = 0
  const read = (first: number) => {
    const end = Math.min(frames, first + perPiece)
    if (first >= end) return null
    const mine = lent[reads++ % 2]
    const fits = (end - first) * head.blockAlign <= PIECE
    const bytes = source.read(
      head.dataAt + first * head.blockAlign,
      head.dataAt + end * head.blockAlign,
      fits ? mine : undefined,
    )
    // whoever waits for it is told; one that nobody waits for any more must not end the process
    bytes.catch(() => undefined)
    return { end, bytes }
  }

  const found: Uint8Array[] = []
  const start = Math.min(fromSecond, Math.floor(frames / head.rate))
  let at = start * head.rate
  let next = read(at)
  while (next !== null) {
    const { end, bytes } = next
    const began = performance.now()
    const piece = await bytes
    if (performance.now() - began < SOON_MS) perPiece = Math.min(longest, 4 * perPiece)
    const last = enough()
    // the next piece is on its way while this one is measured
    next = last ? null : read(end)
    sound.convert(piece, (end - at) * channels, kernel.input)
    found.push(measurePiece(sound, kernel, end - at))
    at = end
    if (last) break
  }
  return { channels, fromSecond: start, values: joined(found), frames: at, of: frames, rate: head.rate }
}

/** Frames of a piece: whole seconds, where stretches begin anew, as many as fit everywhere. */
function piecesOf({ head, channels, rate }: Sound): number {
  return Math.min(Math.max(1, Math.floor(PIECE / (rate * head.blockAlign))) * rate, fitting({ channels, rate }))
}

/** Frames that the kernel takes at once: whole seconds. */
export const fitting = ({ channels, rate }: Form): number =>
  Math.max(1, Math.floor(Math.min(INPUT / (rate * channels), OUTPUT / (PER_SECOND * channels)))) * rate

/** The first frame of a stretch, counted from a whole second; at some rates one is a frame longer than another. */
const firstFrame = (bucket: number, rate: number): number => Math.floor((bucket * rate) / PER_SECOND)

/** The shape of so many frames that lie in the kernel's input, the first of them at a whole second. */
export function measurePiece({ channels, rate }: Form, kernel: Kernel, frames: number): Uint8Array {
  const buckets = Math.ceil((frames * PER_SECOND) / rate)
  const values = new Uint8Array(buckets * channels * BUCKET_BYTES)
  const take = (bucket: number, count: number, each: number) => {
    kernel.measure(channels, firstFrame(bucket, rate) * channels, count, each)
    write(kernel, values, bucket * channels, count * channels, each)
  }
  const even = rate % PER_SECOND === 0
  const full = even ? Math.floor((frames * PER_SECOND) / rate) : 0
  if (full > 0) take(0, full, rate / PER_SECOND)
  for (let bucket = full; bucket < buckets; bucket++)
    take(bucket, 1, Math.min(frames, firstFrame(bucket + 1, rate)) - firstFrame(bucket, rate))
  return values
}

function write({ squares, bounds }: Kernel, values: Uint8Array, first: number, count: number, frames: number): void {
  for (let i = 0; i < count; i++) {
    const at = (first + i) * BUCKET_BYTES
    // towards nought: what is less than a step is drawn as silence
    values[at] = ((bounds[8 * i] ?? 0) / 256) | 0
    values[at + 1] = ((bounds[8 * i + 1] ?? 0) / 256) | 0
    values[at + 2] = fastLevel((squares[2 * i] ?? 0) / frames)
  }
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces
  if (only !== undefined && pieces.length === 1) return only
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

/** Milliseconds of so many frames. */
export const msOf = (frames: number, rate: number): number => Math.round((frames * 1000) / rate)

/** Stretches of so many whole seconds. */
export const bucketsOf = (seconds: number): number => seconds * (1000 / BUCKET_MS)
