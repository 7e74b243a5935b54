/** G.711 (ITU-T), both laws: one byte to a sample of 16 bits. A browser plays them as they are; waveforms and exports need them. */

/** mu-law, table 2a of G.711, in the 14 bits of the recommendation shifted to 16. */
export function ulawSample(code: number): number {
  const bits = ~code & 255
  const size = ((((bits & 15) << 3) + 132) << ((bits >> 4) & 7)) - 132
  return bits & 128 ? -size : size
}

/** A-law, table 1a, with the even bits inverted on the line. */
export function alawSample(code: number): number {
  const bits = code ^ 85
  const exponent = (bits >> 4) & 7
  const mantissa = ((bits & 15) << 4) + 8
  const size = exponent === 0 ? mantissa : (mantissa + 256) << (exponent - 1)
  return bits & 128 ? size : -size
}
