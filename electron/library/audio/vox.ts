/** Dialogic ADPCM (Dialogic 00-1366-001, "ADPCM algorithm"; OKI MSM6258): Asterisk's `vox` files (format_vox.c), 4 bits a sample at 8 kHz. */
import { type BlockDecoder } from './decoder.ts'

// prettier-ignore
const STEPS = Int32Array.of(
  16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66, 73, 80, 88, 97, 107, 118, 130, 143, 157, 173, 190,
  209, 230, 253, 279, 307, 337, 371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552,
)
const TURNS = Int32Array.of(-1, -1, -1, -1, 2, 4, 6, 8)

interface VoxState {
  readonly sample: number
  readonly step: number
}

export function voxDecoder(): BlockDecoder {
  /** 12 bits. */
  let sample = 0
  let step = 0

  const next = (code: number): number => {
    const size = ((STEPS[step] ?? 0) * (((code & 7) << 1) | 1)) >> 3
    sample = Math.min(Math.max(code & 8 ? sample - size : sample + size, -2048), 2047)
    step = Math.min(Math.max(step + (TURNS[code & 7] ?? 0), 0), STEPS.length - 1)
    return sample << 4
  }

  return {
    blockBytes: 1,
    blockSamples: 2,
    decode: (bytes, count, out) => {
      for (let i = 0; i < count; i++) {
        const code = bytes[i] ?? 0
        out[2 * i] = next(code >> 4)
        out[2 * i + 1] = next(code & 15)
      }
    },
    save: (): VoxState => ({ sample, step }),
    load: state => {
      ;({ sample, step } = state as VoxState)
    },
  }
}
