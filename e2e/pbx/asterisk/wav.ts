// Measures a recording: how long, how loud, which tone, and whether Asterisk has closed it.
import { readFileSync } from 'node:fs'

export type Wav = {
  /** Hertz. */
  rate: number
  channels: number
  /** Length of the sound that is in the file, by its bytes, not by its header. */
  seconds: number
  /** Root mean square, 0 to 1 (a full sine: 0.707). */
  rms: number
  /** Loudest sample, 0 to 1. */
  peak: number
  /** The header's two lengths are those of the file: Asterisk (format_wav) writes them when it ends a recording, 0 before. */
  closed: boolean
  /** The part of the sound's power, 0 to 1, that lies within some 10 Hz of a frequency in hertz. */
  share: (frequency: number) => number
}

/** Measures a WAV file of 16 bit samples. Throws when it cannot be read, is none, or is shorter than its header. */
export function measureWav(file: string): Wav {
  return parseWav(readFileSync(file))
}

/** The same of the file's bytes. A `data` length of 0 (a recording that is under way) means: all that follows. */
export function parseWav(bytes: Buffer): Wav {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') {
    throw new Error('This is no WAV file')
  }
  const { format, data } = findChunks(bytes)
  const bits = bytes.readUInt16LE(format + 14)
  if (bytes.readUInt16LE(format) !== 1 || bits !== 16) throw new Error('This WAV file does not hold 16 bit PCM')
  const channels = bytes.readUInt16LE(format + 2)
  const rate = bytes.readUInt32LE(format + 4)
  const length = bytes.readUInt32LE(data - 4)
  const end = length === 0 ? bytes.length : Math.min(data + length, bytes.length)
  const samples = readSamples(bytes.subarray(data, end))
  const sum = samples.reduce((total, sample) => total + sample ** 2, 0)
  return {
    rate,
    channels,
    seconds: samples.length / channels / rate,
    rms: samples.length === 0 ? 0 : Math.sqrt(sum / samples.length),
    peak: samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
    closed: length > 0 && data + length === bytes.length && bytes.readUInt32LE(4) === bytes.length - 8,
    share: frequency =>
      share(
        samples.filter((_, index) => index % channels === 0),
        rate,
        frequency,
      ),
  }
}

/** Where the contents of `fmt ` and `data` begin. */
function findChunks(bytes: Buffer): { format: number; data: number } {
  let format: number | undefined
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = bytes.toString('latin1', at, at + 4)
    const length = bytes.readUInt32LE(at + 4)
    if (name === 'fmt ' && length >= 16 && at + 24 <= bytes.length) format = at + 8
    if (name === 'data') {
      if (format === undefined) break
      return { format, data: at + 8 }
    }
    at += 8 + length + (length % 2)
  }
  throw new Error('The header of this WAV file is incomplete')
}

function readSamples(bytes: Buffer): Float64Array {
  return Float64Array.from({ length: Math.floor(bytes.length / 2) }, (_, index) => bytes.readInt16LE(index * 2) / 32768)
}

/**
 * Goertzel's filter over windows of a tenth of a second: a lost packet shifts the phase, which one long window would take
 * for another frequency. A pure tone gives 1, silence 0.
 */
function share(samples: Float64Array, rate: number, frequency: number): number {
  const size = Math.floor(rate / 10)
  const factor = 2 * Math.cos((2 * Math.PI * frequency) / rate)
  let inTone = 0
  let inAll = 0
  for (let from = 0; from + size <= samples.length; from += size) {
    let last = 0
    let beforeLast = 0
    for (const sample of samples.subarray(from, from + size)) {
      inAll += sample ** 2
      const next = sample + factor * last - beforeLast
      beforeLast = last
      last = next
    }
    inTone += ((last ** 2 + beforeLast ** 2 - factor * last * beforeLast) * 2) / size
  }
  return inAll === 0 ? 0 : Math.min(1, inTone / inAll)
}
