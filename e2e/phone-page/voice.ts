/** What the fake microphone says: a tone in syllables. Chromium's noise suppression takes a steady one away within seconds. */
import { writeSound } from '../support/tone.ts'

const SECONDS = 6
const SYLLABLE_S = 0.24
const SPOKEN_PART = 0.6
const PEAK = 0.37

/** Writes a WAV of 48 kHz that Chromium repeats without a gap. */
export function writeVoice(file: string, hertz: number): void {
  writeSound(file, 48_000, SECONDS, at => {
    const within = (at / SYLLABLE_S) % 1
    // rises and falls within its part of a syllable: no clicks
    const loud = within < SPOKEN_PART ? Math.sin((Math.PI * within) / SPOKEN_PART) : 0
    return PEAK * loud * Math.sin(2 * Math.PI * hertz * at)
  })
}
