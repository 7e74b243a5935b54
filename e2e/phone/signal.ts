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

/** The samples of a WAV file, 16-bit mono with a 44-byte header; sizes in the header are not believed. */
export function wavSamples(file: Buffer): Int16Array {
  const data = file.subarray(44)
  return Int16Array.from({ length: Math.floor(data.length / 2) }, (_, index) => data.readInt16LE(index * 2))
}
