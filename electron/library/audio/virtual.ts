/**
 * A recording as players need it. Sound of a fixed rate becomes a WAV whose head says what is true, however its writer left
 * it: its bytes as they are, or decoded on the way. What the browser plays by itself goes out untouched.
 */
import { AppFailure } from '../../../shared/failure.ts'
import { type AudioSource, type Hint } from '../../../shared/recordings.ts'
import { type DecodedBlocks } from './blocks.ts'
import { type Decoding, decodedHere } from './decoding.ts'
import { recognise, type Recognised, type Sound } from './format.ts'
import { isInterleaved } from './stereo.ts'
import { HEAD_BYTES, LARGEST_SOUND, writeWavHead } from './wav.ts'

type Known =
  | Extract<Recognised, { kind: 'whole' }>
  | {
      readonly kind: 'sound'
      readonly sound: Sound
      readonly blocks: DecodedBlocks | null
      /** Bytes there were when nothing told yet whether it is one leg or two; null: that is known. */
      readonly undecidedAt: number | null
    }

type Shape =
  | { readonly kind: 'whole'; readonly contentType: string; readonly total: number }
  | {
      readonly kind: 'wav'
      readonly sound: Sound
      readonly front: Uint8Array
      readonly blocks: DecodedBlocks | null
      readonly total: number
    }

/**
 * Wraps a recording. Its size is measured whenever `size()` is asked, since an open recording grows: the head always tells
 * the size that was answered last, and `contentType` what was found then. Throws AppFailure `recording-empty` (nothing, or
 * a head alone), `recording-broken` (not audio) or `recording-format` (with the format as `subject`). Closing it closes
 * what it wraps. `decoding`: where coded sound is decoded.
 */
export function virtualWav(source: AudioSource, hint: Hint = {}, decoding: Decoding = decodedHere): AudioSource {
  let known: Known | null = null
  let shape: Shape | null = null

  const learn = async (size: number): Promise<Known> => {
    const found = recognise(
      await source.read(0, Math.min(size, HEAD_BYTES)),
      hint.extension ?? '',
      hint.rawRate ?? null,
    )
    if (found.kind === 'empty') throw new AppFailure('recording-empty')
    if (found.kind === 'not-audio') throw new AppFailure('recording-broken')
    if (found.kind === 'unplayable') throw new AppFailure({ code: 'recording-format', subject: found.format })
    if (found.kind === 'whole') return found
    const { sound } = found
    // closing an open file changes its head, and nothing else of what was learnt
    if (known?.kind === 'sound' && isDecided(known, size))
      return { ...known, sound: { ...known.sound, declared: sound.declared } }
    const { codec } = sound
    if (codec !== null)
      return { kind: 'sound', sound, blocks: decoding({ ...sound, codec }, source), undecidedAt: null }
    const two = isPlainMono(sound) && (hint.twoLegs ?? (await looked(sound, size)))
    return {
      kind: 'sound',
      sound: two === true ? { ...sound, channels: 2, blockBytes: 4 } : sound,
      blocks: null,
      undecidedAt: two === null ? size : null,
    }
  }

  const looked = ({ dataAt }: Sound, size: number) =>
    hint.lookForStereo === true ? isInterleaved(source, dataAt, size) : Promise.resolve(false)

  const measure = async (): Promise<Shape> => {
    const size = await source.size()
    if (size === 0) throw new AppFailure('recording-empty')
    known = known !== null && isSettled(known, size) ? known : await learn(size)
    shape = known.kind === 'whole' ? { ...known, total: size } : await shapeOf(source, size, known)
    return shape
  }

  const read = async (
    { sound, blocks }: Extract<Shape, { kind: 'wav' }>,
    from: number,
    to: number,
    lent?: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array> => {
    if (blocks === null) return source.read(sound.dataAt + from, sound.dataAt + to, lent)
    const perBlock = 2 * sound.channels * sound.blockFrames
    const first = Math.floor(from / perBlock)
    const pcm = await blocks.read(first, Math.ceil(to / perBlock))
    return pcm.subarray(from - first * perBlock, to - first * perBlock)
  }

  return {
    get contentType() {
      return shape?.kind === 'whole' ? shape.contentType : 'audio/wav'
    },
    size: async () => (await measure()).total,
    read: async (from, to, lent) => {
      const it = shape ?? (await measure())
      if (from < 0 || to > it.total || from >= to) throw new RangeError(`No bytes ${from} to ${to} of ${it.total}`)
      if (it.kind === 'whole') return source.read(from, to, lent)
      const { front } = it
      const start = front.slice(from, to)
      if (to <= front.length) return start
      const sound = await read(it, Math.max(from, front.length) - front.length, to - front.length, lent)
      if (start.length === 0) return sound
      const both = new Uint8Array(to - from)
      both.set(start)
      both.set(sound, start.length)
      return both
    },
    file: async () => {
      const file = (await source.file?.()) ?? null
      if (file === null) return null
      if (hint.lookForStereo !== true) return { ...file, hint }
      const found = await measure()
      return { ...file, hint: { ...hint, twoLegs: found.kind === 'wav' && found.sound.channels === 2 } }
    },
    close: async () => {
      if (known?.kind === 'sound') await known.blocks?.close()
      await source.close()
    },
  }
}

/** What a file of `size` bytes is served as. Throws AppFailure `recording-empty`. */
async function shapeOf(
  source: AudioSource,
  size: number,
  { sound, blocks }: Extract<Known, { kind: 'sound' }>,
): Promise<Shape> {
  const there = await soundBytesOf(source, sound, size)
  const block = blocks === null ? sound.blockBytes : 2 * sound.channels * sound.blockFrames
  const count = Math.min(Math.floor(there / sound.blockBytes), Math.floor(LARGEST_SOUND / block))
  if (count === 0) throw new AppFailure('recording-empty')
  const bytes = count * block
  const { tag, channels, rate, rateTold, bits } = sound
  const blockAlign = (channels * bits) / 8
  const front = writeWavHead({ tag, channels, rate, bits, blockAlign, byteRate: rate * blockAlign }, bytes, rateTold)
  return { kind: 'wav', sound, front, blocks, total: front.length + bytes }
}

/**
 * Bytes of sound that are there. What the head declares ends the sound where another chunk follows, or the file; where
 * something else follows, the writer broke off and it is sound too.
 */
async function soundBytesOf(source: AudioSource, { dataAt, declared }: Sound, size: number): Promise<number> {
  const there = Math.max(0, size - dataAt)
  if (declared === null || declared >= there) return there
  const padded = declared + (declared % 2)
  if (there - padded < 8) return declared
  const next = await source.read(dataAt + padded, dataAt + padded + 8)
  const name = [...next.subarray(0, 4)]
  const length = new DataView(next.buffer, next.byteOffset, next.byteLength).getUint32(4, true)
  const isChunk = name.every(letter => letter >= 0x20 && letter < 0x7f) && length <= there - padded - 8
  return isChunk ? declared : there
}

/** Nothing of it can change any more but its size. */
function isSettled(known: Known, size: number): boolean {
  if (known.kind === 'whole') return true
  return isDecided(known, size) && (known.sound.declared !== null || known.sound.dataAt === 0)
}

/** It is known whether it is one leg or two, or there is nothing new to tell it. */
function isDecided({ undecidedAt }: Extract<Known, { kind: 'sound' }>, size: number): boolean {
  return undecidedAt === null || undecidedAt === size
}

function isPlainMono({ tag, bits, channels, codec }: Sound): boolean {
  return tag === 1 && bits === 16 && channels === 1 && codec === null
}
