/** What the fake microphone says: a tone in syllables. Chromium's noise suppression takes a steady one away within seconds. */
import { writeFileSync } from 'node:fs'

const RATE = 48_000
const SECONDS = 6
const SYLLABLE_S = 0.24
const SPOKEN_PART = 0.6
const PEAK = 12_000

/** Writes a WAV of 48 kHz mono 16 bit that Chromium repeats without a gap. */
export function writeVoice(file: string, hertz: number): void {
  const samples = RATE * SECONDS
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples * 2, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(RATE, 24)
  header.writeUInt32LE(RATE * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(samples * 2, 40)
  const sound = Buffer.alloc(samples * 2)
  for (let i = 0; i < samples; i++) {
    const within = (i / RATE / SYLLABLE_S) % 1
    // rises and falls within its part of a syllable: no clicks
    const loud = within < SPOKEN_PART ? Math.sin((Math.PI * within) / SPOKEN_PART) : 0
    sound.writeInt16LE(Math.round(PEAK * loud * Math.sin((2 * Math.PI * hertz * i) / RATE)), i * 2)
  }
  writeFileSync(file, Buffer.concat([header, sound]))
}
