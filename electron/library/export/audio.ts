/** Sound as it leaves the app: a WAV that every player opens, a span of it, and its samples. */
import { AppFailure } from '../../../shared/failure.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { alawSample, ulawSample } from '../audio/g711.ts'
import { type Unpack } from '../audio/decoding.ts'
import { virtualWav } from '../audio/virtual.ts'
import { HEAD_BYTES, readWavHead, soundBytes, writeWavHead, type WavHead } from '../audio/wav.ts'

/** PCM, float, A-law and mu-law: what players take inside a WAV. */
const PLAYED = [1, 3, 6, 7]

/** A WAV with a head of ours, and what it says. */
export interface WavSound {
  readonly source: AudioSource
  readonly head: WavHead
  /** Of sound, whole frames. */
  readonly bytes: number
  /** Lets go of what decodes; the recording itself is closed by who gave it. */
  readonly close: () => Promise<void>
}

/**
 * The one seam between formats and what leaves the app; `unpack`: for those of players, Ogg, MP3 and the like. Read from its
 * beginning on, or from a span's. Throws AppFailure `recording-empty`, `recording-broken`, or `recording-format` for what
 * cannot be made a WAV.
 */
export async function toWav(source: AudioSource, unpack: Unpack): Promise<WavSound> {
  const served = virtualWav(source)
  await served.size()
  if (served.contentType === 'audio/wav') return wavSound(served, () => Promise.resolve())
  const unpacked = unpack(source)
  try {
    return await wavSound(unpacked, () => unpacked.close())
  } catch (error) {
    await unpacked.close()
    throw error
  }
}

async function wavSound(wav: AudioSource, close: WavSound['close']): Promise<WavSound> {
  const size = await wav.size()
  const head = readWavHead(await wav.read(0, Math.min(size, HEAD_BYTES)))
  if (head === null) throw new AppFailure('recording-broken')
  if (!PLAYED.includes(head.tag)) throw new AppFailure('recording-format')
  return { source: wav, head, bytes: soundBytes(head, size), close }
}

/** A span of a WAV (milliseconds of its sound), as a WAV. Null = from the start, to the end. Throws `recording-empty`. */
export function spanOf(sound: WavSound, fromMs: number | null, toMs: number | null): WavSound {
  const { head, bytes, source, close } = sound
  const frames = bytes / head.blockAlign
  const frameAt = (ms: number) => Math.min(frames, Math.round((ms * head.byteRate) / head.blockAlign / 1000))
  const [from, to] = [frameAt(fromMs ?? 0), toMs === null ? frames : frameAt(toMs)]
  if (from >= to) throw new AppFailure('recording-empty')
  if (from === 0 && to === frames) return sound
  const length = (to - from) * head.blockAlign
  const front = writeWavHead(head, length)
  const shift = head.dataAt + from * head.blockAlign - front.length
  return {
    head: { ...head, dataAt: front.length, declared: length },
    bytes: length,
    close,
    source: {
      contentType: source.contentType,
      size: () => Promise.resolve(front.length + length),
      read: async (start, end) => {
        if (start < 0 || start >= end || end > front.length + length)
          throw new RangeError(`No bytes ${start} to ${end}`)
        const own = front.subarray(start, Math.min(end, front.length))
        if (end <= front.length) return own.slice()
        const rest = await source.read(Math.max(start, front.length) + shift, end + shift)
        if (own.length === 0) return rest
        const both = new Uint8Array(end - start)
        both.set(own)
        both.set(rest, own.length)
        return both
      },
      close: () => source.close(),
    },
  }
}

export const soundLengthMs = ({ head, bytes }: WavSound): number => Math.round((bytes * 1000) / head.byteRate)

/** Bytes read at once: whole frames of every format. */
const PIECE = 192 * 1024

/** The bytes of a source, piece by piece, from its first to the size that it has now. */
export async function* piecesOf(source: AudioSource): AsyncGenerator<Uint8Array> {
  const size = await source.size()
  for (let from = 0; from < size; from += PIECE) {
    const to = Math.min(from + PIECE, size)
    const bytes = await source.read(from, to)
    if (bytes.length !== to - from) throw new AppFailure('recording-broken')
    yield bytes
  }
}

/** The samples of a WAV's sound mixed to one channel, -1 to 1, piece by piece. Throws `recording-format`. */
export async function* samplesOf({ source, head, bytes }: WavSound): AsyncGenerator<Float32Array> {
  const decode = decoderOf(head)
  if (decode === null) throw new AppFailure('recording-format')
  const step = PIECE - (PIECE % head.blockAlign)
  for (let from = 0; from < bytes; from += step) {
    const piece = await source.read(head.dataAt + from, head.dataAt + Math.min(from + step, bytes))
    yield mono(piece, head, decode)
  }
}

type Decode = (view: DataView, at: number) => number

function decoderOf({ tag, bits }: WavHead): Decode | null {
  if (tag === 1 && bits === 8) return (view, at) => (view.getUint8(at) - 128) / 128
  if (tag === 1 && bits === 16) return (view, at) => view.getInt16(at, true) / 32_768
  if (tag === 1 && bits === 24)
    return (view, at) => ((view.getInt8(at + 2) << 16) | view.getUint16(at, true)) / 8_388_608
  if (tag === 1 && bits === 32) return (view, at) => view.getInt32(at, true) / 2_147_483_648
  if (tag === 3 && bits === 32) return (view, at) => Math.max(-1, Math.min(1, view.getFloat32(at, true) || 0))
  if (tag === 7 && bits === 8) return (view, at) => MU_LAW[view.getUint8(at)] ?? 0
  if (tag === 6 && bits === 8) return (view, at) => A_LAW[view.getUint8(at)] ?? 0
  return null
}

function mono(piece: Uint8Array, { channels, blockAlign, bits }: WavHead, decode: Decode): Float32Array {
  const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength)
  const samples = new Float32Array(Math.floor(piece.length / blockAlign))
  const width = bits / 8
  for (let index = 0; index < samples.length; index++) {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) sum += decode(view, index * blockAlign + channel * width)
    samples[index] = sum / channels
  }
  return samples
}

const MU_LAW = Float32Array.from({ length: 256 }, (_, code) => ulawSample(code) / 32_768)
const A_LAW = Float32Array.from({ length: 256 }, (_, code) => alawSample(code) / 32_768)
