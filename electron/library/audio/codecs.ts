/** The codecs that are decoded here, by name: sound that is coded so can be described to another thread. */
import { auDecoder } from './au.ts'
import { type BlockDecoder } from './decoder.ts'
import { g722Decoder } from './g722.ts'
import { gsmDecoder } from './gsm.ts'
import { voxDecoder } from './vox.ts'

/** `au`: PCM with its bytes the other way round. `wav49`: Microsoft's packing of GSM. */
export type Codec = 'au' | 'g722' | 'gsm' | 'vox' | 'wav49'

/** Sound in blocks of a codec. */
export interface Coded {
  readonly codec: Codec
  readonly channels: number
  /** Hz. */
  readonly rate: number
  /** Offset of the first block in the file. */
  readonly dataAt: number
  /** Bytes of a block, and the frames (samples of every channel) that it becomes. */
  readonly blockBytes: number
  readonly blockFrames: number
}

/** A decoder at its start. */
export function decoderFor({ codec, channels }: Pick<Coded, 'codec' | 'channels'>): BlockDecoder {
  switch (codec) {
    case 'au':
      return auDecoder(channels)
    case 'g722':
      return g722Decoder()
    case 'gsm':
      return gsmDecoder('plain')
    case 'vox':
      return voxDecoder()
    case 'wav49':
      return gsmDecoder('microsoft')
  }
}
