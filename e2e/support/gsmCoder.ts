/**
 * GSM 06.10 full rate (ETSI EN 300 961), coder: sound as it is after the codec, for what has to be judged by its content. In
 * floats and without the long-term prediction (its gain is the smallest that there is), so somewhat rougher than the
 * standard's own; every decoder reads it. 8 kHz.
 */

const FRAME = 160
const SUBFRAME = 40
const PULSES = 13
/** Table 4.1 and 4.2: how log area ratios are quantised. */
const LAR_A = [20, 20, 20, 20, 13.637, 15, 8.334, 8.824]
const LAR_B = [0, 0, 4, -5, 0.184, -3.5, -0.666, -2.235]
const LAR_BITS = [6, 6, 5, 5, 4, 4, 3, 3]
const EMPHASIS = 0.86
/** Section 5.2.13: what weighs a subframe before two of three of its samples are dropped. */
const WEIGHTS = [-134, -374, 0, 2054, 5741, 8192, 5741, 2054, 0, -374, -134].map(weight => weight / 8192)
/** Of the smallest gain of the long-term prediction, and the lag that is asked for. */
const LTP_GAIN = 0.1
const LAG = 40

const clamp = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value))

/** Reflection coefficients of order 8 (Schur). */
function reflections(frame: Float64Array): number[] {
  const sums = Array.from({ length: 9 }, (_, lag) => {
    let sum = 0
    for (let at = lag; at < FRAME; at++) sum += (frame[at] ?? 0) * (frame[at - lag] ?? 0)
    return sum
  })
  const p = sums.slice()
  const k = sums.slice(1, 9)
  return Array.from({ length: 8 }, (_, n) => {
    const [first, second] = [p[0] ?? 0, p[1] ?? 0]
    if (first < Math.abs(second) || first === 0) return 0
    const r = -second / first
    p[0] = first + second * r
    for (let m = 0; m < 8 - n - 1; m++) {
      const [next, other] = [p[m + 2] ?? 0, k[m] ?? 0]
      p[m + 1] = next + other * r
      k[m] = other + next * r
    }
    return r
  })
}

/** Section 3.1.6, its inverse in 3.1.8. */
const toLar = (r: number): number => {
  const size = Math.abs(r)
  const bent = size < 0.675 ? size : size < 0.95 ? 2 * size - 0.675 : 8 * size - 6.375
  return Math.sign(r) * bent
}
const fromLar = (lar: number): number => {
  const size = Math.abs(lar)
  const bent = size < 0.675 ? size : size < 1.225 ? 0.5 * size + 0.3375 : 0.125 * size + 0.796875
  return Math.sign(lar) * Math.min(bent, 0.99)
}

/** The largest pulse of a subframe in 6 bits (table 3.5), and what a decoder makes of them. */
function maximumCode(size: number): { readonly code: number; readonly step: number } {
  const exponent = size < 512 ? 0 : Math.min(6, Math.floor(Math.log2(size)) - 8)
  const width = 2 ** (5 + exponent)
  const code =
    exponent === 0
      ? clamp(Math.floor(size / 32), 0, 15)
      : 8 * (exponent + 1) + clamp(Math.floor((size - 2 ** (8 + exponent)) / width), 0, 7)
  const step = exponent === 0 ? 32 * code + 31 : 2 ** (8 + exponent) + width * (code & 7) + width - 1
  return { code, step }
}

/** Frames of 33 bytes; what does not fill the last is left out. */
export function gsmCoded(samples: Int16Array): Uint8Array {
  const count = Math.floor(samples.length / FRAME)
  const out = new Uint8Array(count * 33)
  let [before, offset] = [0, 0]
  let earlier = new Float64Array(8)
  const memory = new Float64Array(8)
  const excitation = new Float64Array(LAG + FRAME)
  const frame = new Float64Array(FRAME)
  for (let index = 0; index < count; index++) {
    for (let at = 0; at < FRAME; at++) {
      // to 13 bits' scale, without a constant part, and with its high end lifted (section 5.2.1 to 5.2.3)
      const sample = (samples[index * FRAME + at] ?? 0) / 2
      offset += (sample - offset) / 1024
      const clean = sample - offset
      frame[at] = clean - EMPHASIS * before
      before = clean
    }
    const codes = reflections(frame).map((r, i) => {
      const bits = LAR_BITS[i] ?? 0
      const level = Math.round((LAR_A[i] ?? 0) * toLar(r) + (LAR_B[i] ?? 0))
      return clamp(level, -(2 ** (bits - 1)), 2 ** (bits - 1) - 1) + 2 ** (bits - 1)
    })
    const ratios = Float64Array.from(
      codes,
      (code, i) => (code - 2 ** ((LAR_BITS[i] ?? 0) - 1) - (LAR_B[i] ?? 0)) / (LAR_A[i] ?? 1),
    )
    for (let at = 0; at < FRAME; at++) {
      const share = at < 13 ? 0.25 : at < 27 ? 0.5 : at < 40 ? 0.75 : 1
      let [direct, carried] = [frame[at] ?? 0, frame[at] ?? 0]
      for (let i = 0; i < 8; i++) {
        const r = fromLar(share * (ratios[i] ?? 0) + (1 - share) * (earlier[i] ?? 0))
        const held = memory[i] ?? 0
        memory[i] = carried
        carried = held + r * direct
        direct += r * held
      }
      frame[at] = direct
    }
    earlier = ratios
    const write = bitWriter(out, index * 33)
    write(0xd, 4)
    codes.forEach((code, i) => write(code, LAR_BITS[i] ?? 0))
    for (let sub = 0; sub < FRAME; sub += SUBFRAME) codeSubframe(frame.subarray(sub, sub + SUBFRAME), excitation, write)
  }
  return out
}

/** Section 5.2.11 to 5.2.18. `excitation`: what the decoder has heard up to now, the newest last. */
function codeSubframe(
  residual: Float64Array,
  excitation: Float64Array,
  write: (value: number, bits: number) => void,
): void {
  const past = excitation.slice(-LAG)
  const rest = residual.map((sample, at) => sample - LTP_GAIN * (past[at] ?? 0))
  const wanted = rest.map((_, at) => WEIGHTS.reduce((sum, weight, i) => sum + weight * (rest[at + 5 - i] ?? 0), 0))
  const energy = (grid: number) => {
    let sum = 0
    for (let i = 0; i < PULSES; i++) sum += (wanted[grid + 3 * i] ?? 0) ** 2
    return sum
  }
  const grid = [0, 1, 2, 3].reduce((best, one) => (energy(one) > energy(best) ? one : best), 0)
  const pulses = Array.from({ length: PULSES }, (_, i) => wanted[grid + 3 * i] ?? 0)
  const { code, step } = maximumCode(Math.max(...pulses.map(Math.abs)))
  const levels = pulses.map(pulse => clamp(Math.round((8 * pulse) / step / 2 + 3.5), 0, 7))
  write(LAG, 7)
  write(0, 2)
  write(grid, 2)
  write(code, 6)
  for (const level of levels) write(level, 3)
  const heard = past.map(sample => LTP_GAIN * sample)
  levels.forEach((level, i) => (heard[grid + 3 * i] = (heard[grid + 3 * i] ?? 0) + ((2 * level - 7) / 8) * step))
  excitation.copyWithin(0, SUBFRAME)
  excitation.set(heard, excitation.length - SUBFRAME)
}

/** Most significant bit first. */
function bitWriter(bytes: Uint8Array, from: number): (value: number, bits: number) => void {
  let at = 8 * from
  return (value, bits) => {
    for (let bit = bits - 1; bit >= 0; bit--, at++)
      if ((value >> bit) & 1) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (0x80 >> (at & 7))
  }
}
