/** Sound for Chromium's fake microphone: a WAV of any sound, and of a steady tone. */
import { writeFileSync } from 'node:fs'

/** Writes a WAV of mono 16 bit. `sample`: the sound at a time in seconds, -1 to 1. */
export function writeSound(file: string, rate: number, seconds: number, sample: (at: number) => number): void {
  const samples = Math.round(rate * seconds)
  const data = Buffer.alloc(44 + samples * 2)
  data.write('RIFF', 0)
  data.writeUInt32LE(36 + samples * 2, 4)
  data.write('WAVEfmt ', 8)
  data.writeUInt32LE(16, 16)
  data.writeUInt16LE(1, 20)
  data.writeUInt16LE(1, 22)
  data.writeUInt32LE(rate, 24)
  data.writeUInt32LE(rate * 2, 28)
  data.writeUInt16LE(2, 32)
  data.writeUInt16LE(16, 34)
  data.write('data', 36)
  data.writeUInt32LE(samples * 2, 40)
  for (let i = 0; i < samples; i++) data.writeInt16LE(Math.round(32_767 * sample(i / rate)), 44 + i * 2)
  writeFileSync(file, data)
}

/** Writes `seconds` of a sine of `hertz` at a quarter of full scale, at 8 kHz. */
export function writeTone(file: string, hertz: number, seconds: number): void {
  writeSound(file, 8_000, seconds, at => 0.25 * Math.sin(2 * Math.PI * hertz * at))
}
