/**
 * What can only be decoded from its beginning on, as a WAV of 16 bits: decoded once to know how long it is, and again as it is
 * read. Whoever reads it reads forwards; a read before the last one's end begins anew.
 */
import { AppFailure } from '../../../shared/failure.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { type OpenDecoder, StreamedSound } from './streamed.ts'
import { LARGEST_SOUND, writeWavHead } from './wav.ts'

interface Counted {
  /** Bytes of the file, and of the sound. */
  readonly size: number
  readonly bytes: number
  readonly front: Uint8Array
}

/**
 * Throws AppFailure `recording-format` where this is not decoded here, or is too long for a WAV, `recording-broken` where it
 * decodes to less than it did, and what the source throws. Closing it leaves the source open.
 */
export function unpackedWav(source: AudioSource, open: OpenDecoder): AudioSource {
  let counted: Counted | null = null
  let reading: Reading | null = null

  const count = async (): Promise<Counted> => {
    const size = await source.size()
    if (counted?.size !== size) counted = await countOf(source, open, size)
    return counted
  }
  const stop = () => {
    reading?.close()
    reading = null
  }
  const sound = async (from: number, to: number): Promise<Uint8Array> => {
    if (reading === null || from < reading.at) {
      stop()
      reading = new Reading(await begin(source, open))
    }
    return reading.read(from, to)
  }

  return {
    contentType: 'audio/wav',
    size: async () => {
      const { front, bytes } = await count()
      return front.length + bytes
    },
    read: async (from, to) => {
      const { front, bytes } = counted ?? (await count())
      if (from < 0 || from >= to || to > front.length + bytes) throw new RangeError(`No bytes ${from} to ${to}`)
      const start = front.subarray(from, Math.min(to, front.length))
      if (to <= front.length) return start.slice()
      const rest = await sound(Math.max(from, front.length) - front.length, to - front.length)
      return start.length === 0 ? rest : joined(start, rest)
    },
    close: () => Promise.resolve(stop()),
  }
}

async function begin(source: AudioSource, open: OpenDecoder): Promise<StreamedSound> {
  const sound = await StreamedSound.of(source, open)
  if (sound === null) throw new AppFailure('recording-format')
  return sound
}

async function countOf(source: AudioSource, open: OpenDecoder, size: number): Promise<Counted> {
  const sound = await begin(source, open)
  let bytes = 0
  try {
    for (let samples = await sound.next(); samples !== null; samples = await sound.next()) {
      bytes += samples.byteLength
      if (bytes > LARGEST_SOUND) throw new AppFailure('recording-format')
    }
  } finally {
    sound.close()
  }
  const { form } = sound
  if (form === null) throw new AppFailure('recording-format')
  const { channels, rate } = form
  const blockAlign = 2 * channels
  const front = writeWavHead({ tag: 1, channels, rate, bits: 16, blockAlign, byteRate: rate * blockAlign }, bytes)
  return { size, bytes, front }
}

/** The sound once more, in order. */
class Reading {
  readonly #sound: StreamedSound
  /** The first byte of the sound that can still be read, and what was decoded from there on. */
  at = 0
  #there: Uint8Array = new Uint8Array(0)

  constructor(sound: StreamedSound) {
    this.#sound = sound
  }

  async read(from: number, to: number): Promise<Uint8Array> {
    while (this.at + this.#there.length < to) {
      this.#leave(from)
      const samples = await this.#sound.next()
      if (samples === null) throw new AppFailure('recording-broken')
      // a WAV has its numbers as every computer does on which this runs: the lowest byte first
      this.#there = joined(this.#there, new Uint8Array(samples.buffer))
    }
    const bytes = this.#there.slice(from - this.at, to - this.at)
    this.#leave(to)
    return bytes
  }

  close(): void {
    this.#sound.close()
  }

  /** Nobody asks for what lies before. */
  #leave(at: number): void {
    const gone = Math.min(Math.max(0, at - this.at), this.#there.length)
    this.#there = this.#there.subarray(gone)
    this.at += gone
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}
