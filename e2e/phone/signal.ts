/** Measures sound: loudness, and how much of one frequency is in it. Pure; the suites judge recordings with it too. */

/** Root mean square of 16-bit samples, 0 to 1; 0 for none. */
export function rms(samples: Int16Array): number {
  if (samples.length === 0) return 0
  const sum = samples.reduce((total, sample) => total + sample * sample, 0)
  return Math.sqrt(sum / samples.length) / 32768
}

/**
 * The amplitude of one frequency by Goertzel's algorithm.
 * @param frequency hertz
 * @param rate samples a second
 * @returns peak amplitude, 0 to 1: about 0.25 for a sine with a peak of 8192
 */
export function toneLevel(samples: Int16Array, frequency: number, rate = 8000): number {
  if (samples.length === 0) return 0
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / rate)
  let previous = 0
  let before = 0
  for (const sample of samples) {
    const now = sample + coefficient * previous - before
    before = previous
    previous = now
  }
  const power = previous * previous + before * before - coefficient * previous * before
  return (2 * Math.sqrt(Math.max(0, power))) / samples.length / 32768
}

/**
 * The amplitude of a tone that sounds all along, as `toneLevel` tells it in the middle one of all quarter seconds: over a whole
 * recording its phase slips where a player of packets stretches sound or leaves some out, and it would seem to fade.
 */
export function steadyTone(samples: Int16Array, frequency: number, rate = 8000): number {
  const size = Math.round(rate / 4)
  const levels: number[] = []
  for (let at = 0; at + size <= samples.length; at += size)
    levels.push(toneLevel(samples.subarray(at, at + size), frequency, rate))
  return levels.sort((a, b) => a - b)[levels.length >> 1] ?? 0
}

/** The samples of a WAV file, 16-bit mono with a 44-byte header; sizes in the header are not believed. */
export function wavSamples(file: Buffer): Int16Array {
  const data = file.subarray(44)
  return Int16Array.from({ length: Math.floor(data.length / 2) }, (_, index) => data.readInt16LE(index * 2))
}

/** Tones are looked for in windows of so many milliseconds, each half over the one before. */
const WINDOW_MS = 20
/** So many windows without it end a tone: a lost packet does not. */
const QUIET = 4

/**
 * When a tone begins, each time: milliseconds from the start, to half a window.
 * @param level from which on it is there, 0 to 1; half of what it is sent with, so that it is found in its middle
 */
export function toneStarts(samples: Int16Array, frequency: number, level: number, rate = 8000): number[] {
  const size = Math.round((rate * WINDOW_MS) / 1000)
  const starts: number[] = []
  let quiet = QUIET
  for (let at = 0; at + size <= samples.length; at += size / 2) {
    const heard = toneLevel(samples.subarray(at, at + size), frequency, rate) >= level
    if (heard && quiet >= QUIET) starts.push((at / rate) * 1000 + WINDOW_MS / 2)
    quiet = heard ? 0 : quiet + 1
  }
  return starts
}
