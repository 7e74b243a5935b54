/** Sound for the calls of the past: short, and different enough to be told apart by ear. WAV, 8 kHz mono 16-bit, as Wazo's. */
import { decodeMulaw } from './pbx/g711.ts'
import { sequence, silence, sine } from './pbx/tones.ts'

const rate = 8000

/** A whole WAV file from samples at 8 kHz. */
export function wavFile(samples: Int16Array): Buffer {
  const bytes = Buffer.alloc(44 + samples.length * 2)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(rate, 24)
  bytes.writeUInt32LE(rate * 2, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(samples.length * 2, 40)
  samples.forEach((sample, index) => bytes.writeInt16LE(sample, 44 + index * 2))
  return bytes
}

/** A few notes that rise from `base` hertz, with a rest: about 1.6 s. */
export function melody(base: number): Int16Array {
  const notes = [1, 1.25, 1.5, 2].map(step => sine(base * step, 300, 8000))
  return sequence(...notes, silence(400))
}

/** So many seconds of the spoken greeting and a melody in turn; the melody alone without a greeting (mu-law, 8 kHz). */
export function conversation(seconds: number, base: number, greeting: Uint8Array | null): Int16Array {
  const spoken = greeting === null || greeting.length === 0 ? silence(300) : decodeMulaw(greeting)
  const round = sequence(melody(base), spoken, silence(500))
  const whole = new Int16Array(Math.round(seconds * rate))
  for (let at = 0; at < whole.length; at += round.length) whole.set(round.subarray(0, whole.length - at), at)
  return whole
}
