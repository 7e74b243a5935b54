/** Sentences by espeak-ng, as they are heard on a telephone: 8 kHz, mono, 16 bits. */
import { execFileSync } from 'node:child_process'

const rate = 8000
/** Loudest sample of the speech: 3 dB below full scale. */
const peak = 23_000

/** The samples and the rate of a WAV file, 16-bit mono, as espeak-ng writes it to a pipe (its sizes are not believed). */
function readWav(file: Buffer): { readonly samples: Int16Array; readonly rate: number } {
  const format = file.indexOf('fmt ')
  const data = file.indexOf('data')
  if (format < 0 || data < 0 || file.readUInt16LE(format + 10) !== 1 || file.readUInt16LE(format + 22) !== 16) {
    throw new Error('espeak-ng gave no 16-bit mono WAV')
  }
  const body = file.subarray(data + 8)
  const samples = Int16Array.from({ length: Math.floor(body.length / 2) }, (_, index) => body.readInt16LE(index * 2))
  return { samples, rate: file.readUInt32LE(format + 12) }
}

/** To 8 kHz by a windowed sinc, cut off at 3.6 kHz so that nothing folds back. */
function resample(samples: Int16Array, from: number): Float64Array {
  const cutoff = 3600 / from
  const reach = Math.ceil(16 / cutoff)
  const kernel = (distance: number): number => {
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / reach)
    const x = 2 * Math.PI * cutoff * distance
    return 2 * cutoff * window * (x === 0 ? 1 : Math.sin(x) / x)
  }
  return Float64Array.from({ length: Math.floor((samples.length * rate) / from) }, (_, index) => {
    const centre = (index * from) / rate
    let sum = 0
    for (let at = Math.ceil(centre - reach); at <= centre + reach; at++) sum += (samples[at] ?? 0) * kernel(at - centre)
    return sum
  })
}

/** Without the silence at both ends. */
function trim(samples: Int16Array): Int16Array {
  const loud = (sample: number): boolean => Math.abs(sample) > peak / 100
  return samples.subarray(Math.max(0, samples.findIndex(loud)), samples.findLastIndex(loud) + 1)
}

function normalise(samples: Float64Array): Int16Array {
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1)
  return Int16Array.from(samples, sample => Math.round((sample * peak) / loudest))
}

/**
 * A sentence, from its first sound to its last.
 * @param speed words a minute
 * @throws what the system says where espeak-ng is not installed
 */
export function spokenByEspeak(sentence: string, voice: string, speed: number): Int16Array {
  const spoken = readWav(
    execFileSync('espeak-ng', ['-v', voice, '-s', String(speed), '--stdout', sentence], {
      maxBuffer: 16 * 1024 * 1024,
    }),
  )
  return trim(normalise(resample(spoken.samples, spoken.rate)))
}
