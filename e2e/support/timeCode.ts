/**
 * Long recordings whose sound tells its own time: noise without a period, so that any stretch of it is found at one place
 * only, in every format that is served exactly. Coded formats are frames of random bits, heard as their decoder has them.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { type BlockDecoder } from '../../electron/library/audio/decoder.ts'
import { alawSample, ulawSample } from '../../electron/library/audio/g711.ts'
import { g722Decoder } from '../../electron/library/audio/g722.ts'
import { gsmDecoder } from '../../electron/library/audio/gsm.ts'
import { type WavHead, writeWavHead } from '../../electron/library/audio/wav.ts'

/** How samples lie in a file: PCM of some width, float, a byte through a table, or blocks of a codec. */
type Coding =
  | { readonly kind: 'u8' | 's16' | 's16be' | 's24' | 's32' | 'f32' }
  | { readonly kind: 'table'; readonly sampleOf: (code: number) => number }
  | { readonly kind: 'blocks'; readonly decoder: () => BlockDecoder; readonly mask?: (block: Uint8Array) => void }

export interface TimeCoded {
  readonly name: string
  readonly extension: string
  /** Hz. */
  readonly rate: number
  readonly channels: 1 | 2
  readonly coding: Coding
  /** For so many bytes of sound. */
  readonly head: (bytes: number) => Uint8Array
}

const wavHead =
  (tag: number, bits: number, of: Partial<Pick<WavHead, 'channels' | 'rate'>> = {}) =>
  (bytes: number): Uint8Array => {
    const { channels = 1, rate = 8000 } = of
    const blockAlign = (channels * bits) / 8
    return writeWavHead({ tag, channels, rate, bits, blockAlign, byteRate: rate * blockAlign }, bytes)
  }

/** WAVEFORMATEXTENSIBLE: the kind of samples stands in a GUID. */
function extensibleHead(bytes: number): Uint8Array {
  const head = Buffer.alloc(68)
  head.set(wavHead(0xfffe, 16)(bytes).subarray(0, 36))
  head.writeUInt32LE(60 + bytes, 4)
  head.writeUInt32LE(40, 16)
  head.writeUInt16LE(22, 36)
  head.writeUInt16LE(16, 38)
  head.writeUInt32LE(4, 40)
  head.write('0100000000001000800000aa00389b71', 44, 'hex')
  head.write('data', 60)
  head.writeUInt32LE(bytes, 64)
  return head
}

/** EBU 3306: sizes of 64 bits in a chunk of their own. */
function rf64Head(bytes: number): Uint8Array {
  const head = Buffer.alloc(80, 0)
  head.write('RF64\xff\xff\xff\xffWAVEds64', 'latin1')
  head.writeUInt32LE(28, 16)
  head.writeBigUInt64LE(BigInt(72 + bytes), 20)
  head.writeBigUInt64LE(BigInt(bytes), 28)
  head.writeBigUInt64LE(BigInt(bytes / 2), 36)
  head.set(wavHead(1, 16)(bytes).subarray(12, 36), 48)
  head.write('data\xff\xff\xff\xff', 72, 'latin1')
  return head
}

function msGsmHead(bytes: number): Uint8Array {
  const head = Buffer.alloc(60)
  head.write('RIFF')
  head.writeUInt32LE(52 + bytes, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(20, 16)
  for (const [at, value] of [
    [20, 49],
    [22, 1],
    [32, 65],
    [36, 2],
    [38, 320],
  ] as const)
    head.writeUInt16LE(value, at)
  head.writeUInt32LE(8000, 24)
  head.writeUInt32LE(1625, 28)
  head.write('fact', 40)
  head.writeUInt32LE(4, 44)
  head.writeUInt32LE((bytes / 65) * 320, 48)
  head.write('data', 52)
  head.writeUInt32LE(bytes, 56)
  return head
}

const auHead = (encoding: number) => (bytes: number) => {
  const head = Buffer.alloc(24)
  for (const [at, value] of [0x2e736e64, 24, bytes, encoding, 8000, 1].entries()) head.writeUInt32BE(value, 4 * at)
  return head
}
const noHead = () => new Uint8Array(0)

const s16: Coding = { kind: 's16' }
const ulaw: Coding = { kind: 'table', sampleOf: ulawSample }
const alaw: Coding = { kind: 'table', sampleOf: alawSample }
const gsm: Coding = {
  kind: 'blocks',
  decoder: () => gsmDecoder('plain'),
  mask: block => (block[0] = 0xd0 | ((block[0] ?? 0) & 15)),
}
const one = (
  name: string,
  extension: string,
  coding: Coding,
  head: TimeCoded['head'],
  of: Partial<Pick<TimeCoded, 'rate' | 'channels'>> = {},
): TimeCoded => ({ name, extension, coding, head, rate: 8000, channels: 1, ...of })

/** Every format that is served exactly. */
export const TIME_CODED: readonly TimeCoded[] = [
  one('wav', 'wav', s16, wavHead(1, 16)),
  one('gsm', 'gsm', gsm, noHead),
  one('g722', 'g722', { kind: 'blocks', decoder: g722Decoder }, noHead, { rate: 16_000 }),
  one('wav of 8 bits', 'wav', { kind: 'u8' }, wavHead(1, 8)),
  one('wav of 24 bits', 'wav', { kind: 's24' }, wavHead(1, 24)),
  one('wav of 32 bits', 'wav', { kind: 's32' }, wavHead(1, 32)),
  one('wav of floats', 'wav', { kind: 'f32' }, wavHead(3, 32)),
  one('stereo wav', 'wav', s16, wavHead(1, 16, { channels: 2 }), { channels: 2 }),
  one('wav16', 'wav16', s16, wavHead(1, 16, { rate: 16_000 }), { rate: 16_000 }),
  one('extensible wav', 'wav', s16, extensibleHead),
  one('RF64', 'wav', s16, rf64Head),
  one('mu-law wav', 'wav', ulaw, wavHead(7, 8)),
  one('A-law wav', 'wav', alaw, wavHead(6, 8)),
  one('wav49', 'WAV', { kind: 'blocks', decoder: () => gsmDecoder('microsoft') }, msGsmHead),
  one('ulaw', 'ulaw', ulaw, noHead),
  one('alaw', 'alaw', alaw, noHead),
  one('au of mu-law', 'au', ulaw, auHead(1)),
  one('au of PCM', 'au', { kind: 's16be' }, auHead(3)),
  one('sln', 'sln', s16, noHead),
  one('sln16', 'sln16', s16, noHead, { rate: 16_000 }),
  one('raw', 'raw', s16, noHead),
  one('stereo raw', 'raw', s16, noHead, { channels: 2 }),
]

const WIDTHS = { u8: 1, s16: 2, s16be: 2, s24: 3, s32: 4, f32: 4 } as const

/** Bytes that belong together in the file, and the samples that they become. */
function blockOf({ coding, channels }: TimeCoded): { readonly bytes: number; readonly frames: number } {
  if (coding.kind === 'blocks') {
    const { blockBytes, blockSamples } = coding.decoder()
    return { bytes: blockBytes, frames: blockSamples }
  }
  return { bytes: channels * (coding.kind === 'table' ? 1 : WIDTHS[coding.kind]), frames: 1 }
}

/** A number of 32 bits that looks random, the same for the same place. */
function hash(at: number): number {
  let value = Math.imul(at ^ 0x9e3779b9, 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 15), 0xc2b2ae35)
  return value ^ (value >>> 13)
}

/** Noise of one channel at a frame, 16 bits: neighbours are alike, as in a voice, and nothing comes twice. */
function noise(frame: number, channel: number): number {
  let sum = 0
  for (let back = 0; back < 4; back++) sum += hash(2 * (frame - back) + channel) >> 17
  return sum >> 2
}

const PIECE_FRAMES = 65_536

/** Writes so many seconds. */
export function writeTimeCoded(path: string, format: TimeCoded, seconds: number): void {
  const block = blockOf(format)
  const blocks = Math.ceil((seconds * format.rate) / block.frames)
  const file = openSync(path, 'w')
  try {
    writeSync(file, format.head(blocks * block.bytes))
    const most = Math.max(1, Math.floor(PIECE_FRAMES / block.frames))
    for (let from = 0; from < blocks; from += most) {
      const count = Math.min(most, blocks - from)
      const bytes = new Uint8Array(count * block.bytes)
      fill(format, bytes, from, count)
      writeSync(file, bytes)
    }
  } finally {
    closeSync(file)
  }
}

function fill({ coding, channels }: TimeCoded, bytes: Uint8Array, from: number, count: number): void {
  const view = new DataView(bytes.buffer)
  if (coding.kind === 'blocks' || coding.kind === 'table') {
    const start = from * (bytes.length / count)
    for (let at = 0; at < bytes.length; at++) bytes[at] = hash(start + at) >> 11
    if (coding.kind === 'table' || coding.mask === undefined) return
    const width = bytes.length / count
    for (let at = 0; at < bytes.length; at += width) coding.mask(bytes.subarray(at, at + width))
    return
  }
  const width = WIDTHS[coding.kind]
  for (let i = 0; i < count * channels; i++) {
    const sample = noise(from + Math.floor(i / channels), i % channels)
    const at = i * width
    if (coding.kind === 's16') view.setInt16(at, sample, true)
    else if (coding.kind === 's16be') view.setInt16(at, sample)
    else if (coding.kind === 'u8') view.setUint8(at, (sample >> 8) + 128)
    else if (coding.kind === 's24') view.setInt16(at + 1, sample, true)
    else if (coding.kind === 's32') view.setInt16(at + 2, sample, true)
    else view.setFloat32(at, sample / 32_768, true)
  }
}

/** Seconds of a coded file that its decoder hears before what is compared. */
const RUN_UP_S = 4

/** The sound of a file from a frame on, as one channel, full scale = 1: read out of the file, without the app. */
export function soundAt(path: string, format: TimeCoded, frame: number, count: number): Float32Array {
  const { coding, channels, rate } = format
  const block = blockOf(format)
  const runUp = coding.kind === 'blocks' ? RUN_UP_S * rate : 0
  const first = Math.max(0, Math.floor((frame - runUp) / block.frames))
  const blocks = Math.ceil((frame + count) / block.frames) - first
  const bytes = new Uint8Array(blocks * block.bytes)
  const file = openSync(path, 'r')
  try {
    readSync(file, bytes, 0, bytes.length, format.head(0).length + first * block.bytes)
  } finally {
    closeSync(file)
  }
  const samples = new Int16Array(blocks * block.frames * channels)
  decode(coding, bytes, blocks, samples)
  const skip = (frame - first * block.frames) * channels
  return Float32Array.from({ length: count }, (_, at) => {
    let sum = 0
    for (let channel = 0; channel < channels; channel++) sum += samples[skip + at * channels + channel] ?? 0
    return sum / channels / 32_768
  })
}

function decode(coding: Coding, bytes: Uint8Array, blocks: number, out: Int16Array): void {
  if (coding.kind === 'blocks') return coding.decoder().decode(bytes, blocks, out)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < out.length; i++) {
    switch (coding.kind) {
      case 'table':
        out[i] = coding.sampleOf(bytes[i] ?? 0)
        break
      case 'u8':
        out[i] = (view.getUint8(i) - 128) << 8
        break
      case 's16':
        out[i] = view.getInt16(2 * i, true)
        break
      case 's16be':
        out[i] = view.getInt16(2 * i)
        break
      case 's24':
        out[i] = view.getInt16(3 * i + 1, true)
        break
      case 's32':
        out[i] = view.getInt16(4 * i + 2, true)
        break
      case 'f32':
        out[i] = view.getFloat32(4 * i, true) * 32_768
    }
  }
}

export interface Found {
  /** Where what was heard lies, against where it was sought, milliseconds. */
  readonly offMs: number
  /** How alike they are there: 1 = the same. */
  readonly likeness: number
}

/** Frames of what was heard that are looked for. */
const COMPARED_S = 0.12

/**
 * Finds the beginning of `heard` in `there`, whose place `at` (a frame of it) is where it is sought. Both at `rate`.
 */
export function find(heard: Float32Array, there: Float32Array, at: number, rate: number): Found {
  const length = Math.min(heard.length, Math.round(COMPARED_S * rate))
  const power = (samples: Float32Array, from: number) => {
    let sum = 0
    for (let i = 0; i < length; i++) sum += (samples[from + i] ?? 0) ** 2
    return sum
  }
  const own = power(heard, 0)
  let best = { place: at, likeness: -1 }
  for (let place = 0; place + length <= there.length; place++) {
    let sum = 0
    for (let i = 0; i < length; i++) sum += (heard[i] ?? 0) * (there[place + i] ?? 0)
    const likeness = sum / Math.sqrt(own * power(there, place) || 1)
    if (likeness > best.likeness) best = { place, likeness }
  }
  return { offMs: ((best.place - at) * 1000) / rate, likeness: best.likeness }
}
