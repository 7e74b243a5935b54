/**
 * Decoded sound at any place. A decoder's state depends on all it heard before, so exact states are kept every ten seconds
 * of what was decoded from the start; a jump beyond them begins two seconds early, after which speech differs by nothing
 * that can be heard (measured: GSM is exact after 0.1 s, G.722 after 0.4 s, in the median).
 */
import { type AudioSource } from '../../../shared/recordings.ts'
import { type Coded, decoderFor } from './codecs.ts'
import { type BlockDecoder } from './decoder.ts'

const STATE_EVERY_S = 10
const RUN_UP_S = 2
/** Blocks are read and decoded in pieces of about so many bytes of PCM; a run-up comes with the first. */
const PIECE = 256 * 1024
/** Who plays and who measures the shape read at two places; each goes on where it was. */
const CURSORS = 2

export interface DecodedBlocks {
  /** PCM (16 bits, little-endian, interleaved) of the blocks `from` to `to` (exclusive), which have to exist. */
  read(from: number, to: number): Promise<Uint8Array>
  /** Lets go of what decodes; the source stays open. */
  close(): Promise<void>
}

/** A decoder that stands somewhere. Its reads are carried out one after the other. */
interface Cursor {
  readonly decoder: BlockDecoder
  /** Where it stands. `exact`: it has heard everything before. */
  place: { readonly block: number; readonly exact: boolean }
  /** Sound of the block before that place, where it was the last one that was read. */
  last: Uint8Array | null
  /** Where it will stand when all that was asked of it is done. */
  next: number
  turn: Promise<unknown>
}

/** Throws what the source throws. */
export function decodedBlocks(source: AudioSource, sound: Coded): DecodedBlocks {
  const perSecond = sound.rate / sound.blockFrames
  const stateEvery = Math.max(1, Math.round(STATE_EVERY_S * perSecond))
  const runUp = Math.ceil(RUN_UP_S * perSecond)
  const blockPcm = 2 * sound.channels * sound.blockFrames
  const pieceBlocks = Math.max(1, Math.floor(PIECE / blockPcm))

  const start = decoderFor(sound).save()
  /** Exact states before the blocks `index * stateEvery`. */
  const states = [start]
  /** The one that was used last at the end. */
  let cursors = Array.from({ length: CURSORS }, (): Cursor => ({
    decoder: decoderFor(sound),
    place: { block: 0, exact: true },
    last: null,
    next: 0,
    turn: Promise.resolve(),
  }))

  const isNear = (from: number, block: number, within: number) => from <= block && block - from <= within

  const go = (cursor: Cursor, block: number, exact: boolean, state: unknown) => {
    cursor.decoder.load(state)
    cursor.place = { block, exact }
    cursor.last = null
  }

  /** Brings a decoder to a block or not far before it: exactly where that costs little, else after a run-up. */
  const approach = (cursor: Cursor, block: number) => {
    const { place } = cursor
    if (place.exact && isNear(place.block, block, stateEvery)) return
    const state = Math.min(Math.floor(block / stateEvery), states.length - 1)
    if (isNear(state * stateEvery, block, stateEvery)) return go(cursor, state * stateEvery, true, states[state])
    if (!isNear(place.block, block, runUp)) go(cursor, block - runUp, false, start)
  }

  /** Decodes `bytes` on to a block, or to a place whose state is kept where that comes before. */
  const decode = (cursor: Cursor, bytes: Uint8Array, to: number): Uint8Array => {
    const { block, exact } = cursor.place
    const nextState = (Math.floor(block / stateEvery) + 1) * stateEvery
    const end = Math.min(to, nextState)
    const samples = new Int16Array(((end - block) * blockPcm) / 2)
    cursor.decoder.decode(bytes, end - block, samples)
    cursor.place = { block: end, exact }
    if (exact && end === states.length * stateEvery) states.push(cursor.decoder.save())
    return littleEndian(samples)
  }

  const read = async (cursor: Cursor, from: number, to: number): Promise<Uint8Array> => {
    try {
      const pcm = new Uint8Array((to - from) * blockPcm)
      // pieces seldom end where a block does: one that two of them share is not decoded twice, nor is its run-up
      if (cursor.last !== null && cursor.place.block === from + 1) pcm.set(cursor.last)
      else approach(cursor, from)
      while (cursor.place.block < to) {
        const first = cursor.place.block
        const end = Math.min(to, Math.max(first, from) + pieceBlocks)
        const dataAt = sound.dataAt + first * sound.blockBytes
        const bytes = await source.read(dataAt, dataAt + (end - first) * sound.blockBytes)
        const rest = () => bytes.subarray((cursor.place.block - first) * sound.blockBytes)
        while (cursor.place.block < from) decode(cursor, rest(), from)
        while (cursor.place.block < end) {
          const at = (cursor.place.block - from) * blockPcm
          pcm.set(decode(cursor, rest(), end), at)
        }
      }
      cursor.last = pcm.slice(-blockPcm)
      return pcm
    } catch (error) {
      go(cursor, 0, true, start)
      throw error
    }
  }

  /** The one that goes on from there, or from the end of that block, else one that is not far, else the one that was not used for longest. */
  const cursorFor = (block: number): Cursor => {
    const chosen =
      cursors.find(({ next }) => next === block) ??
      cursors.find(({ next }) => next === block + 1) ??
      cursors.find(({ next }) => isNear(next, block, runUp)) ??
      cursors[0]
    if (chosen === undefined) throw new RangeError('No decoder')
    cursors = [...cursors.filter(one => one !== chosen), chosen]
    return chosen
  }

  return {
    read: (from, to) => {
      const cursor = cursorFor(from)
      cursor.next = to
      const mine = cursor.turn.then(() => read(cursor, from, to))
      cursor.turn = mine.catch(() => undefined)
      return mine
    },
    close: () => Promise.resolve(),
  }
}

const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** The bytes of samples as a WAV has them, whatever this machine's order is. */
function littleEndian(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
  if (LITTLE) return bytes
  return Buffer.from(bytes).swap16()
}
