/** G.711 mu-law (ITU-T G.711, PCMU): the only codec of the demo's calls. 8 kHz, 16-bit linear on the other side. */

const bias = 132
const clip = 32635

function decodeByte(byte: number): number {
  const value = ~byte & 0xff
  const magnitude = ((((value & 0x0f) << 3) + bias) << ((value >> 4) & 7)) - bias
  return value & 0x80 ? -magnitude : magnitude
}

const decoded = Int16Array.from({ length: 256 }, (_, byte) => decodeByte(byte))

function encodeSample(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0
  const magnitude = Math.min(Math.abs(sample), clip) + bias
  let exponent = 7
  for (let mask = 0x4000; exponent > 0 && !(magnitude & mask); mask >>= 1) exponent--
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff
}

/** Mu-law for silence. */
export const mulawSilence = 0xff

/** Linear 16-bit samples to mu-law bytes, one for one. */
export function encodeMulaw(samples: Int16Array): Uint8Array {
  return Uint8Array.from(samples, encodeSample)
}

/** Mu-law bytes to linear 16-bit samples, one for one. */
export function decodeMulaw(bytes: Uint8Array): Int16Array {
  return Int16Array.from(bytes, byte => decoded[byte] ?? 0)
}
