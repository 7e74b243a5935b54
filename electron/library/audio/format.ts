/**
 * What a recording is, told by its content: a head that is known, else the signature of its frames; the name decides only
 * for formats without any head. Sizes in heads are 0 while Asterisk writes, and stay so after a crash.
 */
import { readAuHead } from './au.ts'
import { isRaw, USUAL_RAW_RATE } from '../../../shared/library/rawRate.ts'
import { type Codec } from './codecs.ts'
import { isOpen, readWavHead, type WavHead } from './wav.ts'

/** Sound of a fixed rate: what a WAV of ours can serve, mapped byte by byte or decoded block by block. */
export interface Sound {
  /** What the served WAV says of itself: 1 PCM, 3 float, 6 A-law, 7 mu-law. */
  readonly tag: number
  readonly channels: number
  /** Hz. */
  readonly rate: number
  /** False: neither its content nor its name tells the rate, which is what somebody chose, or the usual one. */
  readonly rateTold: boolean
  readonly bits: number
  /** Offset of the first byte of sound in the file. */
  readonly dataAt: number
  /** Bytes that belong together in the file, and the frames (samples of every channel) that they become. */
  readonly blockBytes: number
  readonly blockFrames: number
  /** Null: the bytes go out as they are. */
  readonly codec: Codec | null
  /** Bytes of sound that the head tells of; null: it tells none, so that all there is counts. */
  readonly declared: number | null
}

export type Recognised =
  | { readonly kind: 'sound'; readonly sound: Sound }
  /** The browser plays it as it is. */
  | { readonly kind: 'whole'; readonly contentType: string }
  /** Audio of a kind that nothing here decodes; its name in the field. */
  | { readonly kind: 'unplayable'; readonly format: string }
  /** Nothing, or a head that was cut before any sound. */
  | { readonly kind: 'empty' }
  | { readonly kind: 'not-audio' }

const EMPTY: Recognised = { kind: 'empty' }

/**
 * Recognises a file by its first bytes (all of them, or `HEAD_BYTES`). `extension`: of its name, without the dot. `rawRate`:
 * Hz of what does not tell its rate; null = nobody chose one. Never reads outside `bytes`, and throws nothing.
 */
export function recognise(bytes: Uint8Array, extension: string, rawRate: number | null = null): Recognised {
  if (bytes.length === 0) return EMPTY
  const raw = isRaw(`.${extension}`)
  return (
    ofWav(bytes, raw, rawRate) ??
    ofAu(bytes) ??
    ofContainer(bytes) ??
    ofPage(bytes) ??
    (raw ? sound({ ...PCM, rate: rawRate ?? USUAL_RAW_RATE, rateTold: false }) : null) ??
    ofExtension(extension) ??
    ofFrames(bytes)
  )
}

// ---- with a head

/** Names of what may lie in a WAV and cannot be decoded here (RFC 2361). */
const UNPLAYABLE_TAGS: Readonly<Record<number, string>> = {
  2: 'MS ADPCM',
  17: 'IMA ADPCM',
  34: 'TrueSpeech',
  64: 'G.721',
  66: 'G.723.1',
  69: 'G.726',
  131: 'G.729',
  133: 'G.729',
  653: 'Siren',
}

/** `raw`: by its name it has no head, so that one of ours tells no rate of its own: it is the copy of such a file. */
function ofWav(bytes: Uint8Array, raw: boolean, rawRate: number | null): Recognised | null {
  const form = ascii(bytes, 0, 4)
  if (form !== 'RIFF' && form !== 'RF64') return null
  const head = readWavHead(bytes)
  if (head === null) {
    // what breaks off before any sound was a recording once; another kind of RIFF is not audio of ours
    return bytes.length < 12 || ascii(bytes, 8, 4) === 'WAVE' ? EMPTY : { kind: 'not-audio' }
  }
  const declared = isOpen(head) ? null : head.declared
  if (head.tag === 49) return msGsm(head, declared)
  if (![1, 3, 6, 7].includes(head.tag))
    return { kind: 'unplayable', format: UNPLAYABLE_TAGS[head.tag] ?? `WAV ${head.tag}` }
  const { tag, channels, bits, dataAt, blockAlign } = head
  const rateTold = head.rateTold || !raw
  const rate = rateTold ? head.rate : (rawRate ?? head.rate)
  // a head that contradicts itself tells nothing of where a sample begins
  if (blockAlign * 8 !== channels * bits) return { kind: 'unplayable', format: 'WAV' }
  return sound({ tag, channels, rate, rateTold, bits, dataAt, declared, blockBytes: blockAlign })
}

function msGsm({ rate, dataAt }: WavHead, declared: number | null): Recognised {
  return sound({ rate, dataAt, declared, blockBytes: 65, blockFrames: 320, codec: 'wav49' })
}

function ofAu(bytes: Uint8Array): Recognised | null {
  const head = readAuHead(bytes)
  if (head === null) return null
  const { encoding, channels, rate, dataAt, declared } = head
  const common = { channels, rate, dataAt, declared }
  if (encoding === 1) return sound({ ...common, tag: 7, bits: 8, blockBytes: channels })
  if (encoding === 27) return sound({ ...common, tag: 6, bits: 8, blockBytes: channels })
  if (encoding === 3) return sound({ ...common, blockBytes: 2 * channels, codec: 'au' })
  return { kind: 'unplayable', format: `AU ${encoding}` }
}

function ofContainer(bytes: Uint8Array): Recognised | null {
  const start = ascii(bytes, 0, 4)
  if (start === 'fLaC') return { kind: 'whole', contentType: 'audio/flac' }
  if (ascii(bytes, 0, 3) === 'ID3') return { kind: 'whole', contentType: 'audio/mpeg' }
  if (ascii(bytes, 4, 4) === 'ftyp') return { kind: 'whole', contentType: 'audio/mp4' }
  if (start !== 'OggS') return null
  // the first page holds the head of its one stream; its table of segments is as long as byte 26 says
  const at = 27 + (bytes[26] ?? 0)
  if (ascii(bytes, at, 8) === 'Speex   ') return { kind: 'unplayable', format: 'Speex' }
  return { kind: 'whole', contentType: 'audio/ogg' }
}

/** A sign-in page or an error that was saved under a recording's name. */
function ofPage(bytes: Uint8Array): Recognised | null {
  const start = ascii(bytes, 0, 64)
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
    .toLowerCase()
  return /^(<!doctype|<html|<\?xml|\{")/.test(start) ? { kind: 'not-audio' } : null
}

// ---- without a head

const PCM = { tag: 1, channels: 1, bits: 16, blockBytes: 2 } as const

/** Asterisk's signed linear formats and their rates (format_sln.c). */
const LINEAR: Readonly<Record<string, number>> = {
  sln: 8000,
  sln12: 12_000,
  sln16: 16_000,
  sln24: 24_000,
  sln32: 32_000,
  sln44: 44_100,
  sln48: 48_000,
  sln96: 96_000,
  sln192: 192_000,
}

const UNPLAYABLE: Readonly<Record<string, string>> = {
  g723: 'G.723.1',
  g723sf: 'G.723.1',
  g729: 'G.729',
  ilbc: 'iLBC',
  siren7: 'Siren 7',
  siren14: 'Siren 14',
  spx: 'Speex',
  spx16: 'Speex',
  spx32: 'Speex',
  'g726-16': 'G.726',
  'g726-24': 'G.726',
  'g726-32': 'G.726',
  'g726-40': 'G.726',
}

function ofExtension(extension: string): Recognised | null {
  const name = extension.toLowerCase()
  const rate = LINEAR[name]
  if (rate !== undefined) return sound({ ...PCM, rate })
  const format = UNPLAYABLE[name]
  if (format !== undefined) return { kind: 'unplayable', format }
  switch (name) {
    case 'ulaw':
    case 'ul':
    case 'mu':
    case 'pcm':
      return sound({ tag: 7, bits: 8, blockBytes: 1 })
    case 'alaw':
    case 'al':
      return sound({ tag: 6, bits: 8, blockBytes: 1 })
    case 'g722':
      return sound({ rate: 16_000, blockBytes: 1, blockFrames: 2, codec: 'g722' })
    case 'gsm':
      return PLAIN_GSM
    case 'vox':
      return sound({ blockBytes: 1, blockFrames: 2, codec: 'vox' })
    default:
      return null
  }
}

/** Formats whose frames carry a signature, whatever their name. */
function ofFrames(bytes: Uint8Array): Recognised {
  if (isMpeg(bytes, 3)) return { kind: 'whole', contentType: 'audio/mpeg' }
  if (isMpeg(bytes, 0)) return { kind: 'whole', contentType: 'audio/aac' }
  const frames = Math.min(Math.floor(bytes.length / 33), 50)
  const signed = Array.from({ length: frames }, (_, frame) => (bytes[frame * 33] ?? 0) >> 4 === 0xd)
  return frames >= 5 && signed.every(Boolean) ? PLAIN_GSM : { kind: 'not-audio' }
}

/** A sync word (11 bits) with a layer that fits: MP3 has layer 3 or 2, ADTS (AAC) layer 0. */
function isMpeg(bytes: Uint8Array, layer: 0 | 3): boolean {
  const [first = 0, second = 0, third = 0] = bytes
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return false
  const found = (second >> 1) & 3
  if (layer === 0) return found === 0 && (second & 0xf0) === 0xf0
  // neither the reserved version, bit rate nor sampling rate
  return found !== 0 && found !== 3 && (second & 0x18) !== 0x08 && third >> 4 !== 0xf && ((third >> 2) & 3) !== 3
}

// ---- helpers

/** Mono at 8 kHz unless said otherwise; what is decoded goes out as 16-bit PCM. */
function sound(of: Partial<Sound> & Pick<Sound, 'blockBytes'>): Recognised {
  const head = { tag: 1, channels: 1, rate: 8000, rateTold: true, bits: 16, dataAt: 0, declared: null }
  return { kind: 'sound', sound: { ...head, blockFrames: 1, codec: null, ...of } }
}

const PLAIN_GSM = sound({ blockBytes: 33, blockFrames: 160, codec: 'gsm' })

function ascii(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}
