/**
 * Decoded sound at any place. A decoder's state depends on all it heard before, so exact states are kept every ten seconds
 * of what was decoded from the start; a jump beyond them begins two seconds early, after which speech differs by nothing
 * that can be heard (measured: GSM is exact after 0.1 s, G.722 after 0.4 s, in the median).
 */
import { type AudioSource } from '../../../shared/recordings.ts'
import { type BlockDecoder } from './decoder.ts'
import { type Sound } from './format.ts'

const STATE_EVERY_S = 10
const RUN_UP_S = 2
/** Blocks are read and decoded in pieces of about so many bytes of PCM. */
const PIECE = 256 * 1024

export interface DecodedBlocks {
  /** PCM (16 bits, little-endian, interleaved) of the blocks `from` to `to` (exclusive), which have to exist. */
  read(from: number, to: number): Promise<Uint8Array>
}

/** `make`: a decoder at its start. Reads are carried out one after the other. Throws what the source throws. */
export function decodedBlocks(source: AudioSource, sound: Sound, make: () => BlockDecoder): DecodedBlocks {
  const perSecond = sound.rate / sound.blockFrames
  const stateEvery = Math.max(1, Math.round(STATE_EVERY_S * perSecond))
  const runUp = Math.ceil(RUN_UP_S * perSecond)
  const blockPcm = 2 * sound.channels * sound.blockFrames
  const pieceBlocks = Math.max(1, Math.floor(PIECE / blockPcm))

  const decoder = make()
  const start = decoder.save()
  /** Exact states before the blocks `index * stateEvery`. */
  const states = [start]
  /** Where the decoder stands. `exact`: it has heard everything before. */
  let place = { block: 0, exact: true }
  let turn: Promise<unknown> = Promise.resolve()

  const go = (block: number, exact: boolean, state: unknown) => {
    decoder.load(state)
    place = { block, exact }
  }

  /** Brings the decoder to a block or not far before it: exactly where that costs little, else after a run-up. */
  const approach = (block: number) => {
    const isNear = (from: number, within: number) => from <= block && block - from <= within
    if (place.exact && isNear(place.block, stateEvery)) return
    const state = Math.min(Math.floor(block / stateEvery), states.length - 1)
    if (isNear(state * stateEvery, stateEvery)) return go(state * stateEvery, true, states[state])
    if (!isNear(place.block, runUp)) go(block - runUp, false, start)
  }

  /** Decodes on to a block, at most a piece; keeps the states that it passes. */
  const decode = async (to: number): Promise<Uint8Array> => {
    const { block, exact } = place
    const nextState = (Math.floor(block / stateEvery) + 1) * stateEvery
    const end = Math.min(to, nextState, block + pieceBlocks)
    const from = sound.dataAt + block * sound.blockBytes
    const bytes = await source.read(from, from + (end - block) * sound.blockBytes)
    const samples = new Int16Array(((end - block) * blockPcm) / 2)
    decoder.decode(bytes, end - block, samples)
    place = { block: end, exact }
    if (exact && end === states.length * stateEvery) states.push(decoder.save())
    return littleEndian(samples)
  }

  const read = async (from: number, to: number): Promise<Uint8Array> => {
    try {
      approach(from)
      while (place.block < from) await decode(from)
      const pcm = new Uint8Array((to - from) * blockPcm)
      while (place.block < to) {
        const at = (place.block - from) * blockPcm
        pcm.set(await decode(to), at)
      }
      return pcm
    } catch (error) {
      go(0, true, start)
      throw error
    }
  }

  return {
    read: (from, to) => {
      const mine = turn.then(() => read(from, to))
      turn = mine.catch(() => undefined)
      return mine
    },
  }
}

const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** The bytes of samples as a WAV has them, whatever this machine's order is. */
function littleEndian(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
  if (LITTLE) return bytes
  return Buffer.from(bytes).swap16()
}
