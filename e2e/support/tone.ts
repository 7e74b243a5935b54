/** Sound for tests: a WAV of a steady tone, to speak through Chromium's fake microphone, and its measure in what was heard. */
import { writeFileSync } from 'node:fs'

const RATE = 8_000

/** Writes `seconds` of a sine of `hertz` at a quarter of full scale: 8 kHz mono 16 bit. */
export function writeTone(file: string, hertz: number, seconds: number): void {
  const samples = Math.round(RATE * seconds)
  const data = Buffer.alloc(44 + samples * 2)
  data.write('RIFF', 0)
  data.writeUInt32LE(36 + samples * 2, 4)
  data.write('WAVEfmt ', 8)
  data.writeUInt32LE(16, 16)
  data.writeUInt16LE(1, 20)
  data.writeUInt16LE(1, 22)
  data.writeUInt32LE(RATE, 24)
  data.writeUInt32LE(RATE * 2, 28)
  data.writeUInt16LE(2, 32)
  data.writeUInt16LE(16, 34)
  data.write('data', 36)
  data.writeUInt32LE(samples * 2, 40)
  for (let i = 0; i < samples; i++)
    data.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * hertz * i) / RATE)), 44 + i * 2)
  writeFileSync(file, data)
}
