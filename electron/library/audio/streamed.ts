/**
 * Sound that cannot be read at any place, only decoded from its beginning on: what the browser plays by itself. Its shape is
 * made of this, and what leaves the app as a WAV or a small file.
 */
import { type AudioSource } from '../../../shared/recordings.ts'
import { sample16 } from './wav.ts'

export type StreamKind = 'flac' | 'mp3' | 'opus' | 'vorbis'

/** Samples of each channel, -1 to 1. */
export interface Pcm {
  readonly channelData: readonly Float32Array[]
  readonly samplesDecoded: number
  /** Hz; means nothing where nothing was decoded. */
  readonly sampleRate: number
}

export interface StreamDecoder {
  /** What the next bytes make whole. Throws what the decoder throws. */
  decode(bytes: Uint8Array): Promise<Pcm>
  /** What it still has once there are no more; null: nothing. */
  finish(): Promise<Pcm | null>
  free(): void
}

export type OpenDecoder = (kind: StreamKind) => Promise<StreamDecoder>

/** Bytes that are read at once. */
const PIECE = 256 * 1024
/** Of them, those that are decoded at once: in what was made to do harm a few bytes become minutes of sound. */
const SLICE = 1024
/** Bytes after an MP3's tag of words and pictures in which its first frame begins. */
const LOOKED_AT = 4096

/** As many channels as the decoder answers. */
const MANY = 255

/** Null: this is not decoded. Throws what the source throws. */
async function kindOf(source: AudioSource, size: number): Promise<{ kind: StreamKind; channels: number } | null> {
  switch (source.contentType) {
    case 'audio/flac':
      return { kind: 'flac', channels: MANY }
    case 'audio/mpeg':
      return { kind: 'mp3', channels: await channelsOfMp3(source, size) }
    case 'audio/ogg': {
      const head = Buffer.from(await source.read(0, Math.min(size, 128)))
      // the first page holds the head of its one stream, after a table as long as byte 26 says (RFC 3533)
      const name = head.toString('latin1', 27 + (head[26] ?? 0))
      if (name.startsWith('OpusHead')) return { kind: 'opus', channels: MANY }
      if (name.startsWith('\x01vorbis')) return { kind: 'vorbis', channels: MANY }
      return name.startsWith('\x7fFLAC') ? { kind: 'flac', channels: MANY } : null
    }
    default:
      return null
  }
}

/** mpg123 always answers two channels; whether they are one, the first frame's head tells. */
async function channelsOfMp3(source: AudioSource, size: number): Promise<1 | 2> {
  const start = Buffer.from(await source.read(0, Math.min(size, 10)))
  // a tag's size in four times seven bits (ID3v2)
  const tag = start.toString('latin1', 0, 3) === 'ID3' && start.length === 10
  const from = tag ? 10 + [6, 7, 8, 9].reduce((sum, at) => sum * 128 + ((start[at] ?? 0) & 127), 0) : 0
  if (from >= size) return 2
  const bytes = await source.read(from, Math.min(size, from + LOOKED_AT))
  const sync = bytes.findIndex((byte, at) => byte === 0xff && ((bytes[at + 1] ?? 0) & 0xe0) === 0xe0)
  return sync >= 0 && (bytes[sync + 3] ?? 0) >> 6 === 3 ? 1 : 2
}

export interface StreamForm {
  readonly channels: number
  /** Hz. */
  readonly rate: number
}

/** Decoded sound in order, to its end or to where it goes on in another form. One at a time asks. */
export class StreamedSound {
  readonly #source: AudioSource
  readonly #decoder: StreamDecoder
  /** Of the channels that the decoder answers, those that are the recording's. */
  readonly #most: number
  /** Of the file, and what was read up to there and is not decoded yet. */
  #at = 0
  #piece: Uint8Array = new Uint8Array(0)
  #over = false
  #form: StreamForm | null = null

  private constructor(source: AudioSource, decoder: StreamDecoder, most: number) {
    this.#source = source
    this.#decoder = decoder
    this.#most = most
  }

  /** Null: not a kind that is decoded here. Throws what the source throws. The source stays the caller's to close. */
  static async of(source: AudioSource, open: OpenDecoder): Promise<StreamedSound | null> {
    const found = await kindOf(source, await source.size())
    return found === null ? null : new StreamedSound(source, await open(found.kind), found.channels)
  }

  /** Null until something was decoded. */
  get form(): StreamForm | null {
    return this.#form
  }

  /**
   * The next samples, interleaved, which may be none; null: that was all, or all that can be decoded. Throws what the source
   * throws, and nothing of the decoder's: a file that is broken in the middle was sound up to there.
   */
  async next(): Promise<Int16Array | null> {
    if (this.#over) return null
    if (this.#piece.length === 0) this.#piece = await this.#read()
    const slice = this.#piece.subarray(0, SLICE)
    this.#piece = this.#piece.subarray(SLICE)
    this.#over = slice.length === 0
    const samples = await this.#decoded(slice)
    this.#over ||= samples === null
    return samples
  }

  close(): void {
    try {
      this.#decoder.free()
    } catch {
      // one that broke down over what it was given: its memory goes with it
    }
  }

  async #read(): Promise<Uint8Array> {
    const end = Math.min(await this.#source.size(), this.#at + PIECE)
    if (this.#at >= end) return new Uint8Array(0)
    const bytes = await this.#source.read(this.#at, end)
    this.#at = end
    return bytes
  }

  async #decoded(slice: Uint8Array): Promise<Int16Array | null> {
    let pcm: Pcm | null
    try {
      pcm = slice.length === 0 ? await this.#decoder.finish() : await this.#decoder.decode(slice)
    } catch {
      return null
    }
    if (pcm === null) return null
    if (pcm.samplesDecoded === 0) return new Int16Array(0)
    const channelData = pcm.channelData.slice(0, this.#most)
    const form = { channels: channelData.length, rate: pcm.sampleRate }
    this.#form ??= form
    return isSame(this.#form, form) ? interleaved(channelData, pcm.samplesDecoded) : null
  }
}

const isSame = (one: StreamForm, other: StreamForm): boolean =>
  one.channels === other.channels && one.rate === other.rate

function interleaved(channelData: readonly Float32Array[], frames: number): Int16Array {
  const channels = channelData.length
  const samples = new Int16Array(frames * channels)
  for (const [channel, side] of channelData.entries())
    for (let frame = 0; frame < frames; frame++) samples[frame * channels + channel] = sample16(side[frame] ?? 0)
  return samples
}
