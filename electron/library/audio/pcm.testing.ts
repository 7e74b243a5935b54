/** What a player hears of a WAV: its samples in 16 bits, as the formats' reference decoders give them. */
import { alawSample, ulawSample } from './g711.ts'
import { readWavHead, soundBytes } from './wav.ts'

export interface Pcm {
  readonly rate: number
  readonly channels: number
  /** 16 bits, little-endian, channels interleaved. */
  readonly bytes: Uint8Array
}

/** Throws where it is no WAV, or of a kind that no test needs. */
export function samplesOf(wav: Uint8Array): Pcm {
  const head = readWavHead(wav)
  if (head === null) throw new Error('This is no WAV')
  const data = wav.subarray(head.dataAt, head.dataAt + soundBytes(head, wav.length))
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const width = head.bits / 8
  const sample = (at: number): number => {
    switch (`${head.tag}/${head.bits}`) {
      case '1/8':
        return (view.getUint8(at) - 128) << 8
      case '1/16':
        return view.getInt16(at, true)
      case '1/24':
        return view.getInt16(at + 1, true)
      case '1/32':
        return view.getInt16(at + 2, true)
      case '3/32':
        return Math.max(-32768, Math.min(32767, Math.round(view.getFloat32(at, true) * 32768)))
      case '6/8':
        return alawSample(view.getUint8(at))
      case '7/8':
        return ulawSample(view.getUint8(at))
      default:
        throw new Error(`A WAV of kind ${head.tag} with ${head.bits} bits`)
    }
  }
  const count = data.length / width
  const out = new DataView(new ArrayBuffer(count * 2))
  for (let i = 0; i < count; i++) out.setInt16(2 * i, sample(i * width), true)
  return { rate: head.rate, channels: head.channels, bytes: new Uint8Array(out.buffer) }
}
