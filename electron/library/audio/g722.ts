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

const saturated = (value: number) => (value > 32767 ? 32767 : value < -32768 ? -32768 : value)
const limited = (value: number, most: number) => (value > most ? most : value < -most ? -most : value)
/** LIMIT of blocks 2 and 5. */
const saturatedTo14 = (value: number) => (value > 16383 ? 16383 : value < -16384 ? -16384 : value)
const at = (table: Int32Array, index: number) => table[index] ?? 0
/** A product that fits in 32 bits: all of them do. As `*` it would be one of floating point. */
const times = Math.imul
const scaled = (a: number, b: number) => times(a, b) >> 15

/** How one band is coded in a byte. All tables go by the band's bits. */
interface Coding {
  readonly shift: number
  readonly mask: number
  /** Quantised difference for the sound: with all bits; for the adaptation: with those that every mode has. */
  readonly sound: Int32Array
  readonly adaptation: Int32Array
  /** How the logarithmic scale factor goes on, its highest, and the shift of its antilogarithm. */
  readonly weight: Int32Array
  readonly most: number
  readonly antilog: number
}

const LOWER: Coding = {
  shift: 0,
  mask: 63,
  sound: QM6,
  adaptation: Int32Array.from({ length: 64 }, (_, code) => at(QM4, code >> 2)),
  weight: Int32Array.from({ length: 64 }, (_, code) => at(WL, at(RL42, code >> 2))),
  most: 18432,
  antilog: 8,
}
const HIGHER: Coding = {
  shift: 6,
  mask: 3,
  sound: QM2,
  adaptation: QM2,
  weight: Int32Array.from({ length: 4 }, (_, code) => at(WH, at(RH2, code))),
  most: 22528,
  antilog: 10,
}

/**
 * Places of a band's state between two bytes: S predicted signal, SZ its part from the zeros, NB logarithmic scale factor,
 * DET scale factor, R1 reconstructed signal before (doubled), P1 P2 partially reconstructed signals before, A1 A2 pole
 * coefficients, B zero coefficients (6), D quantised differences before (6, doubled).
 */
const [S, SZ, NB, DET, R1, P1, P2, A1, A2, B, D, BAND] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 21]

function bandAtStart(scale: number): Int32Array {
  const state = new Int32Array(BAND)
  state[DET] = scale
  return state
}

/**
 * Blocks 2 to 4 (lower band) or 5, 3 and 4 (higher): one sample for each byte. The state is held in variables meanwhile,
 * which makes it three times as fast as a table.
 */
function decodeBand(
  coding: Coding,
  state: Int32Array,
  bytes: Uint8Array,
  from: number,
  count: number,
  out: Int32Array,
) {
  const { shift, mask, sound, adaptation, weight, most, antilog } = coding
  let [s, sz, nb, det] = [at(state, S), at(state, SZ), at(state, NB), at(state, DET)]
  let [r1, p1, p2, a1, a2] = [at(state, R1), at(state, P1), at(state, P2), at(state, A1), at(state, A2)]
  let [b1, b2, b3] = [at(state, B), at(state, B + 1), at(state, B + 2)]
  let [b4, b5, b6] = [at(state, B + 3), at(state, B + 4), at(state, B + 5)]
  let [d1, d2, d3] = [at(state, D), at(state, D + 1), at(state, D + 2)]
  let [d4, d5, d6] = [at(state, D + 3), at(state, D + 4), at(state, D + 5)]
  for (let i = 0; i < count; i++) {
    const code = ((bytes[from + i] ?? 0) >> shift) & mask
    out[i] = saturatedTo14(s + scaled(det, at(sound, code)))
    const difference = scaled(det, at(adaptation, code))
    // block 3: the scale factor for the next sample
    const factor = (times(nb, 127) >> 7) + at(weight, code)
    nb = factor < 0 ? 0 : factor > most ? most : factor
    const down = antilog - (nb >> 11)
    const entry = at(ILB, (nb >> 6) & 31)
    det = (down < 0 ? entry << -down : entry >> down) << 2
    // block 4: RECONS and PARREC
    const r0 = saturated(saturated(s + difference) << 1)
    const p0 = saturated(sz + difference)
    // UPPOL2
    const w1 = saturated(a1 << 2)
    const w2 = (p0 ^ p1) < 0 ? w1 : w1 === -32768 ? 32767 : -w1
    a2 = limited(((p0 ^ p2) < 0 ? -128 : 128) + (w2 >> 7) + scaled(a2, 32512), 12288)
    // UPPOL1
    a1 = limited(((p0 ^ p1) < 0 ? -192 : 192) + scaled(a1, 32640), 15360 - a2)
    // UPZERO and DELAYA: none of the coefficients can leave 16 bits
    const d0 = saturated(difference << 1)
    const step = d0 === 0 ? 0 : 128
    b1 = ((d0 ^ d1) < 0 ? -step : step) + scaled(b1, 32640)
    b2 = ((d0 ^ d2) < 0 ? -step : step) + scaled(b2, 32640)
    b3 = ((d0 ^ d3) < 0 ? -step : step) + scaled(b3, 32640)
    b4 = ((d0 ^ d4) < 0 ? -step : step) + scaled(b4, 32640)
    b5 = ((d0 ^ d5) < 0 ? -step : step) + scaled(b5, 32640)
    b6 = ((d0 ^ d6) < 0 ? -step : step) + scaled(b6, 32640)
    d6 = d5
    d5 = d4
    d4 = d3
    d3 = d2
    d2 = d1
    d1 = d0
    // FILTEZ, FILTEP and PREDIC
    sz = saturated(scaled(b1, d1) + scaled(b2, d2) + scaled(b3, d3) + scaled(b4, d4) + scaled(b5, d5) + scaled(b6, d6))
    s = saturated(saturated(scaled(a1, r0) + scaled(a2, r1)) + sz)
    r1 = r0
    p2 = p1
    p1 = p0
  }
  state.set([s, sz, nb, det, r1, p1, p2, a1, a2, b1, b2, b3, b4, b5, b6, d1, d2, d3, d4, d5, d6])
}

/** The receive quadrature mirror filter (table 11) over the samples before and at `i`; the other half is the same backwards. */
const filtered = (x: Int32Array, i: number) =>
  (times(at(x, i), 3) +
    times(at(x, i + 1), -11) +
    times(at(x, i + 2), 12) +
    times(at(x, i + 3), 32) +
    times(at(x, i + 4), -210) +
    times(at(x, i + 5), 951) +
    times(at(x, i + 6), 3876) +
    times(at(x, i + 7), -805) +
    times(at(x, i + 8), 362) +
    times(at(x, i + 9), -156) +
    times(at(x, i + 10), 53) +
    times(at(x, i + 11), -11)) >>
  11
const filteredBackwards = (x: Int32Array, i: number) =>
  (times(at(x, i), -11) +
    times(at(x, i + 1), 53) +
    times(at(x, i + 2), -156) +
    times(at(x, i + 3), 362) +
    times(at(x, i + 4), -805) +
    times(at(x, i + 5), 3876) +
    times(at(x, i + 6), 951) +
    times(at(x, i + 7), -210) +
    times(at(x, i + 8), 32) +
    times(at(x, i + 9), 12) +
    times(at(x, i + 10), -11) +
    times(at(x, i + 11), 3)) >>
  11

/** Samples before that the filter looks at. */
const BEFORE = 11
/** Bytes that are decoded at once: what is between the steps stays close to the processor. */
const RUN = 1024

interface G722State {
  readonly lower: Int32Array
  readonly higher: Int32Array
  /** The last sums and differences of both bands. */
  readonly sums: Int32Array
  readonly differences: Int32Array
}

export function g722Decoder(): BlockDecoder {
  const lower = bandAtStart(32)
  const higher = bandAtStart(8)
  const sums = new Int32Array(BEFORE + RUN)
  const differences = new Int32Array(BEFORE + RUN)
  const low = new Int32Array(RUN)
  const high = new Int32Array(RUN)

  const run = (bytes: Uint8Array, from: number, count: number, out: Int16Array) => {
    decodeBand(LOWER, lower, bytes, from, count, low)
    decodeBand(HIGHER, higher, bytes, from, count, high)
    for (let i = 0; i < count; i++) {
      sums[BEFORE + i] = at(low, i) + at(high, i)
      differences[BEFORE + i] = at(low, i) - at(high, i)
    }
    for (let i = 0; i < count; i++) {
      out[2 * (from + i)] = saturated(filteredBackwards(differences, i))
      out[2 * (from + i) + 1] = saturated(filtered(sums, i))
    }
    sums.copyWithin(0, count, count + BEFORE)
    differences.copyWithin(0, count, count + BEFORE)
  }

  return {
    blockBytes: 1,
    blockSamples: 2,
    decode: (bytes, count, out) => {
      for (let from = 0; from < count; from += RUN) run(bytes, from, Math.min(RUN, count - from), out)
    },
    save: (): G722State => ({
      lower: lower.slice(),
      higher: higher.slice(),
      sums: sums.slice(0, BEFORE),
      differences: differences.slice(0, BEFORE),
    }),
    load: state => {
      const saved = state as G722State
      lower.set(saved.lower)
      higher.set(saved.higher)
      sums.set(saved.sums)
      differences.set(saved.differences)
    },
  }
}
