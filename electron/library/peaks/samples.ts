/** The samples of a WAV's sound in 16 bits, whatever they are kept in. Never reads outside; throws nothing. */
import { alawSample, ulawSample } from '../audio/g711.ts'
import { sample16, type WavHead } from '../audio/wav.ts'

/** Puts `count` samples from the start of `bytes` into `out`. */
export type ToSamples = (bytes: Uint8Array, count: number, out: Int16Array) => void

const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Null: a kind that nothing here reads. */
export function toSamples({ tag, bits }: Pick<WavHead, 'tag' | 'bits'>): ToSamples | null {
  switch (`${tag}/${bits}`) {
    case '1/16':
      return LITTLE ? copied : each(2, (view, at) => view.getInt16(at, true))
    case '1/8':
      return each(1, (view, at) => (view.getUint8(at) - 128) << 8)
    case '1/24':
      return each(3, (view, at) => view.getInt16(at + 1, true))
    case '1/32':
      return each(4, (view, at) => view.getInt16(at + 2, true))
    case '3/32':
      return each(4, (view, at) => sample16(view.getFloat32(at, true)))
    case '3/64':
      return each(8, (view, at) => sample16(view.getFloat64(at, true)))
    case '6/8':
      return looked(Int16Array.from({ length: 256 }, (_, code) => alawSample(code)))
    case '7/8':
      return looked(Int16Array.from({ length: 256 }, (_, code) => ulawSample(code)))
    default:
      return null
  }
}

const copied: ToSamples = (bytes, count, out) => {
  new Uint8Array(out.buffer, out.byteOffset, out.byteLength).set(bytes.subarray(0, 2 * count))
}

function each(width: number, read: (view: DataView, at: number) => number): ToSamples {
  return (bytes, count, out) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let i = 0; i < count; i++) out[i] = read(view, i * width)
  }
}

function looked(table: Int16Array): ToSamples {
  return (bytes, count, out) => {
    for (let i = 0; i < count; i++) out[i] = table[bytes[i] ?? 0] ?? 0
  }
}
