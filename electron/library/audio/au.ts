/** Sun audio (`.snd`): Asterisk's `au` files (format_pcm.c). The head tells its own length. */
import { type BlockDecoder } from './decoder.ts'

export interface AuHead {
  /** 1 mu-law, 3 PCM of 16 bits (big-endian), 27 A-law; others exist. */
  readonly encoding: number
  readonly channels: number
  readonly rate: number
  readonly dataAt: number
  /** Null: not told (all ones, or 0 while Asterisk writes). */
  readonly declared: number | null
}

/** Null: this is not such a file. Never reads outside `bytes`. */
export function readAuHead(bytes: Uint8Array): AuHead | null {
  if (bytes.length < 24) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0) !== 0x2e736e64) return null
  const [dataAt = 0, declared = 0, encoding = 0, rate = 0, channels = 0] = [4, 8, 12, 16, 20].map(at =>
    view.getUint32(at),
  )
  if (dataAt < 24 || rate === 0 || rate > 384_000 || channels === 0 || channels > 8) return null
  return { encoding, channels, rate, dataAt, declared: declared === 0 || declared === 0xffffffff ? null : declared }
}

/** 16-bit PCM with its bytes the other way round. */
export function auDecoder(channels: number): BlockDecoder {
  return {
    blockBytes: 2 * channels,
    blockSamples: channels,
    decode: (bytes, count, out) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      for (let i = 0; i < count * channels; i++) out[i] = view.getInt16(2 * i)
    },
    save: () => null,
    load: () => undefined,
  }
}
