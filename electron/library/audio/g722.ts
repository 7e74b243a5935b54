/**
 * G.722 (ITU-T G.722, 64 kbit/s, mode 1), decoder: Asterisk's `g722` files (format_g722.c). One byte is two samples at
 * 16 kHz. Integer arithmetic as in the recommendation's blocks, whose names are used here.
 */
import { type BlockDecoder } from './decoder.ts'

/** Tables of section 6.2.1: quantiser outputs (QM), logarithmic scale factor (WL, WH), its antilogarithm (ILB). */
const WL = Int32Array.of(-60, -30, 58, 172, 334, 538, 1198, 3042)
const RL42 = Int32Array.of(0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0)
const WH = Int32Array.of(0, -214, 798)
const RH2 = Int32Array.of(2, 1, 2, 1)
// prettier-ignore
const ILB = Int32Array.of(
  2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
  2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
)
const QM2 = Int32Array.of(-7408, -1616, 7408, 1616)
// prettier-ignore
const QM4 = Int32Array.of(
  0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0,
)
// prettier-ignore
const QM6 = Int32Array.of(
  -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
  -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
  24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
  4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
)
/** The receive quadrature mirror filter, every second coefficient; the other half is the same backwards (table 11). */
const QMF = Int32Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11)

const saturated = (value: number) => (value > 32767 ? 32767 : value < -32768 ? -32768 : value)
const limited = (value: number, most: number) => (value > most ? most : value < -most ? -most : value)
const at = (table: Int32Array, index: number) => table[index] ?? 0

/** Places of a band's state: one array, so that it is saved and loaded in one go. */
const S = 0 // predicted signal
const SZ = 1 // its part from the zeros
const NB = 2 // logarithmic scale factor
const DET = 3 // scale factor
const R1 = 4 // reconstructed signal before
const P1 = 5 // partially reconstructed signals before
const P2 = 6
const A1 = 7 // pole coefficients
const A2 = 8
const B = 9 // zero coefficients, 1 to 6
const D = B + 7 // quantised differences, 0 to 6
const BAND = D + 7

function band(scale: number): Int32Array {
  const state = new Int32Array(BAND)
  state[DET] = scale
  return state
}

/** Block 4: predictor adaptation with the quantised difference `d0`. */
function adapt(state: Int32Array, d0: number): void {
  const r0 = saturated(at(state, S) + d0)
  const p0 = saturated(at(state, SZ) + d0)
  const same1 = p0 >> 31 === at(state, P1) >> 31
  const same2 = p0 >> 31 === at(state, P2) >> 31
  // UPPOL2
  const w1 = saturated(at(state, A1) << 2)
  const w2 = Math.min(same1 ? -w1 : w1, 32767)
  const a2 = limited((same2 ? 128 : -128) + (w2 >> 7) + ((at(state, A2) * 32512) >> 15), 12288)
  // UPPOL1
  const most = saturated(15360 - a2)
  const a1 = limited(saturated((same1 ? 192 : -192) + ((at(state, A1) * 32640) >> 15)), most)
  // UPZERO, DELAYA and FILTEZ
  const step = d0 === 0 ? 0 : 128
  const sign = d0 >> 31
  let sz = 0
  state[D] = d0
  for (let i = 6; i > 0; i--) {
    const turn = at(state, D + i) >> 31 === sign ? step : -step
    const zero = saturated(turn + ((at(state, B + i) * 32640) >> 15))
    const difference = at(state, D + i - 1)
    state[B + i] = zero
    state[D + i] = difference
    sz += (zero * saturated(difference + difference)) >> 15
  }
  // FILTEP and PREDIC
  const r1 = at(state, R1)
  const sp = saturated(((a1 * saturated(r0 + r0)) >> 15) + ((a2 * saturated(r1 + r1)) >> 15))
  state[R1] = r0
  state[P2] = at(state, P1)
  state[P1] = p0
  state[A1] = a1
  state[A2] = a2
  state[SZ] = saturated(sz)
  state[S] = saturated(sp + at(state, SZ))
}

/** Block 3: the scale factor for the next sample. `shift` 8 for the lower band, 10 for the higher. */
function scale(state: Int32Array, weight: number, most: number, shift: number): void {
  const nb = Math.min(Math.max(((at(state, NB) * 127) >> 7) + weight, 0), most)
  state[NB] = nb
  const down = shift - (nb >> 11)
  const entry = at(ILB, (nb >> 6) & 31)
  state[DET] = (down < 0 ? entry << -down : entry >> down) << 2
}

interface G722State {
  readonly lower: Int32Array
  readonly higher: Int32Array
  readonly delay: Int32Array
}

export function g722Decoder(): BlockDecoder {
  let lower = band(32)
  let higher = band(8)
  let delay = new Int32Array(24)

  const decodeByte = (code: number, out: Int16Array, to: number) => {
    const low = code & 63
    const high = code >> 6
    // the sound takes all six bits, the adaptation the four that every mode has
    const rl = saturatedTo14(at(lower, S) + ((at(lower, DET) * at(QM6, low)) >> 15))
    const dl = (at(lower, DET) * at(QM4, low >> 2)) >> 15
    scale(lower, at(WL, at(RL42, low >> 2)), 18432, 8)
    adapt(lower, dl)
    const dh = (at(higher, DET) * at(QM2, high)) >> 15
    const rh = saturatedTo14(dh + at(higher, S))
    scale(higher, at(WH, at(RH2, high)), 22528, 10)
    adapt(higher, dh)

    delay.copyWithin(0, 2)
    delay[22] = rl + rh
    delay[23] = rl - rh
    let first = 0
    let second = 0
    for (let i = 0; i < 12; i++) {
      second += at(delay, 2 * i) * at(QMF, i)
      first += at(delay, 2 * i + 1) * at(QMF, 11 - i)
    }
    out[to] = saturated(first >> 11)
    out[to + 1] = saturated(second >> 11)
  }

  return {
    blockBytes: 1,
    blockSamples: 2,
    decode: (bytes, count, out) => {
      for (let i = 0; i < count; i++) decodeByte(bytes[i] ?? 0, out, 2 * i)
    },
    save: (): G722State => ({ lower: lower.slice(), higher: higher.slice(), delay: delay.slice() }),
    load: state => {
      const saved = state as G722State
      lower = saved.lower.slice()
      higher = saved.higher.slice()
      delay = saved.delay.slice()
    },
  }
}

/** LIMIT of blocks 2 and 5. */
function saturatedTo14(value: number): number {
  return value > 16383 ? 16383 : value < -16384 ? -16384 : value
}
