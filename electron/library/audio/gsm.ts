/**
 * GSM 06.10 full-rate speech (ETSI EN 300 961), decoder: the `gsm` and `wav49` files of Asterisk (format_gsm.c,
 * format_wav_gsm.c). Bit-exact with the reference arithmetic of section 5.3, in 16-bit saturating integers.
 */
import { type BlockDecoder } from './decoder.ts'

/** Samples of one frame: 20 ms at 8 kHz. */
const FRAME = 160
const SUBFRAME = 40
/** The longest pitch lag, which the history has to reach back. */
const LAGS = 120

/** Interpolation and quantisation tables of section 5.4. */
const LAR_BITS = [6, 6, 5, 5, 4, 4, 3, 3]
const LAR_B = Int32Array.of(0, 0, 2048, -2560, 94, -1792, -341, -1144)
const LAR_MIC = Int32Array.of(-32, -32, -16, -16, -8, -8, -4, -4)
const LAR_INVA = Int32Array.of(13107, 13107, 13107, 13107, 19223, 17476, 31454, 29708)
const LTP_GAIN = Int32Array.of(3277, 11469, 21299, 32767)
const RPE_FAC = Int32Array.of(18431, 20479, 22527, 24575, 26623, 28671, 30719, 32767)

const PULSES = 13
/** Parameters of one subframe in the order of the frame: lag, gain, grid, maximum, pulses. */
const PARAMETERS = 4 + PULSES
const PARAMETER_BITS = [7, 2, 2, 6, ...Array<number>(PULSES).fill(3)]

const saturated = (value: number) => (value > 32767 ? 32767 : value < -32768 ? -32768 : value)
/** `mult_r` of section 5.1. It fits in 32 bits; as `*` it would be one of floating point. */
const product = (a: number, b: number) => (Math.imul(a, b) + 16384) >> 15
const at = (table: Int32Array, index: number) => table[index] ?? 0

interface GsmState {
  readonly excitation: Int32Array
  readonly lattice: Int32Array
  readonly before: Int32Array
  readonly lag: number
  readonly deemphasis: number
}

/** Takes the next so many bits. */
type Bits = (count: number) => number

/** 33 bytes, most significant bit first, after the signature 0xD. */
function gsmBits(bytes: Uint8Array, offset: number): Bits {
  let held = (bytes[offset] ?? 0) & 15
  let count = 4
  let next = offset + 1
  return wanted => {
    while (count < wanted) {
      held = (held << 8) | (bytes[next++] ?? 0)
      count += 8
    }
    count -= wanted
    const value = held >> count
    held &= (1 << count) - 1
    return value
  }
}

/** Microsoft's packing of two frames in 65 bytes: least significant bit first, without a signature. */
function msBits(bytes: Uint8Array, offset: number): Bits {
  let held = 0
  let count = 0
  let next = offset
  return wanted => {
    while (count < wanted) {
      held |= (bytes[next++] ?? 0) << count
      count += 8
    }
    const value = held & ((1 << wanted) - 1)
    held >>= wanted
    count -= wanted
    return value
  }
}

/** `packing`: `plain` for blocks of 33 bytes (160 samples), `microsoft` for blocks of 65 bytes (320 samples). */
export function gsmDecoder(packing: 'plain' | 'microsoft'): BlockDecoder {
  const microsoft = packing === 'microsoft'
  const blockBytes = microsoft ? 65 : 33
  const blockSamples = microsoft ? 2 * FRAME : FRAME
  /** Reconstructed excitation: the last `LAGS` samples, then the present subframe. */
  let excitation = new Int32Array(LAGS + SUBFRAME)
  /** The lattice filter's memory, v[0..8] of section 5.3.4. */
  let lattice = new Int32Array(9)
  /** Log area ratios of the frame before. */
  let before = new Int32Array(8)
  let lag = 40
  let deemphasis = 0

  const coded = new Int32Array(8)
  const parameters = new Int32Array(4 * PARAMETERS)
  const ratios = new Int32Array(8)
  const reflection = new Int32Array(8)
  const frame = new Int32Array(FRAME)

  const readFrame = (bits: Bits) => {
    for (let i = 0; i < 8; i++) coded[i] = bits(LAR_BITS[i] ?? 0)
    for (let i = 0; i < parameters.length; i++) parameters[i] = bits(PARAMETER_BITS[i % PARAMETERS] ?? 0)
  }

  /** Section 5.3.1 and 5.3.2: regular pulses on their grid, added to what the pitch predicts. */
  const excite = (subframe: number) => {
    const base = subframe * PARAMETERS
    const grid = at(parameters, base + 2)
    const maximum = at(parameters, base + 3)
    let exponent = maximum > 15 ? (maximum >> 3) - 1 : 0
    let mantissa = maximum - (exponent << 3)
    if (mantissa === 0) {
      exponent = -4
      mantissa = 7
    } else {
      while (mantissa <= 7) {
        mantissa = (mantissa << 1) | 1
        exponent--
      }
      mantissa -= 8
    }
    const factor = at(RPE_FAC, mantissa)
    const shift = 6 - exponent
    const rounding = shift >= 1 ? 1 << (shift - 1) : 0

    const wanted = at(parameters, base)
    // A lag that cannot be is a damaged frame: the one before goes on.
    if (wanted >= 40 && wanted <= LAGS) lag = wanted
    const gain = at(LTP_GAIN, at(parameters, base + 1))
    for (let k = LAGS; k < LAGS + SUBFRAME; k++) excitation[k] = product(gain, at(excitation, k - lag))
    for (let i = 0; i < PULSES; i++) {
      const pulse = ((at(parameters, base + 4 + i) << 1) - 7) << 12
      const place = LAGS + grid + 3 * i
      excitation[place] = saturated(at(excitation, place) + (saturated(product(factor, pulse) + rounding) >> shift))
    }
    frame.set(excitation.subarray(LAGS), subframe * SUBFRAME)
    excitation.copyWithin(0, SUBFRAME)
  }

  /** Section 5.3.3: the ratios as they were coded. */
  const decodeRatios = () => {
    for (let i = 0; i < 8; i++) {
      const coarse = saturated(((at(coded, i) + at(LAR_MIC, i)) << 10) - (at(LAR_B, i) << 1))
      const ratio = product(at(LAR_INVA, i), coarse)
      ratios[i] = saturated(ratio + ratio)
    }
  }

  /** Between two frames the ratios glide: three steps of interpolation, then the new ones (table 3.2). */
  const glide = (step: number, i: number): number => {
    const old = at(before, i)
    const fresh = at(ratios, i)
    if (step === 0) return (old >> 2) + (fresh >> 2) + (old >> 1)
    if (step === 1) return (old >> 1) + (fresh >> 1)
    if (step === 2) return (old >> 2) + (fresh >> 2) + (fresh >> 1)
    return fresh
  }

  /** Section 5.3.4: the short-term synthesis filter over a stretch of the frame. */
  const synthesise = (step: number, from: number, to: number) => {
    for (let i = 0; i < 8; i++) {
      const ratio = saturated(glide(step, i))
      const size = ratio < 0 ? (ratio === -32768 ? 32767 : -ratio) : ratio
      const bent = size < 11059 ? size << 1 : size < 20070 ? size + 11059 : saturated((size >> 2) + 26112)
      reflection[i] = ratio < 0 ? -bent : bent
    }
    for (let k = from; k < to; k++) {
      let sample = at(frame, k)
      for (let i = 7; i >= 0; i--) {
        const r = at(reflection, i)
        const v = at(lattice, i)
        sample = saturated(sample - product(r, v))
        lattice[i + 1] = saturated(v + product(r, sample))
      }
      lattice[0] = sample
      frame[k] = sample
    }
  }

  const decodeFrame = (bits: Bits, out: Int16Array, to: number) => {
    readFrame(bits)
    for (let subframe = 0; subframe < 4; subframe++) excite(subframe)
    decodeRatios()
    synthesise(0, 0, 13)
    synthesise(1, 13, 27)
    synthesise(2, 27, 40)
    synthesise(3, 40, FRAME)
    before.set(ratios)
    // Section 5.3.5: de-emphasis, upscaling, and truncation to 13 bits.
    for (let k = 0; k < FRAME; k++) {
      deemphasis = saturated(at(frame, k) + product(deemphasis, 28180))
      out[to + k] = saturated(deemphasis << 1) & 0xfff8
    }
  }

  return {
    blockBytes,
    blockSamples,
    decode: (bytes, count, out) => {
      for (let block = 0; block < count; block++) {
        const bits = (microsoft ? msBits : gsmBits)(bytes, block * blockBytes)
        decodeFrame(bits, out, block * blockSamples)
        if (microsoft) decodeFrame(bits, out, block * blockSamples + FRAME)
      }
    },
    save: (): GsmState => ({
      excitation: excitation.slice(),
      lattice: lattice.slice(),
      before: before.slice(),
      lag,
      deemphasis,
    }),
    load: state => {
      const saved = state as GsmState
      excitation = saved.excitation.slice()
      lattice = saved.lattice.slice()
      before = saved.before.slice()
      lag = saved.lag
      deemphasis = saved.deemphasis
    },
  }
}
