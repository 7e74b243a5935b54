/** The head of a WAV file, read with suspicion: sizes are 0 while Asterisk writes, and stay so after a crash (format_wav.c). */

export interface WavHead {
  /** 1 PCM, 3 float, 6 A-law, 7 mu-law, 49 GSM 6.10; an extensible header is told by its sub-format. */
  readonly tag: number
  readonly channels: number
  readonly rate: number
  readonly byteRate: number
  readonly blockAlign: number
  readonly bits: number
  /** Offset of the first byte of sound. */
  readonly dataAt: number
  /** What the header says of the sound's length; 0 = not closed yet, or crashed. */
  readonly declared: number
  /** False: a head of ours, to sound whose own file does not tell how fast it was recorded. */
  readonly rateTold: boolean
}

/** What of a head is written down. */
export type WavFormat = Omit<WavHead, 'dataAt' | 'declared' | 'rateTold'>

/** Bytes that are enough for any sane head: chunks before the sound are skipped up to here. */
export const HEAD_BYTES = 64 * 1024

/** Bytes of sound that a WAV's 32-bit sizes can tell, at most. */
export const LARGEST_SOUND = 0xffffffff - 64

const EXTENSIBLE = 0xfffe
const UNKNOWN_SIZE = 0xffffffff

/** A chunk of ours, empty but for its own padding: the rate is not the recording's own word. Players pass over it. */
const UNTOLD = 'tlhz'
const UNTOLD_BYTES = 12

/**
 * Reads the chunks before the sound (RIFF/WAVE, Microsoft 1991; RF64 as EBU 3306).
 * Null: this is not a WAV file, or its `data` chunk does not begin within `bytes`. Never reads outside `bytes`.
 */
export function readWavHead(bytes: Uint8Array): WavHead | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const form = tagAt(view, 0)
  if (bytes.byteLength < 12 || (form !== 'RIFF' && form !== 'RF64') || tagAt(view, 8) !== 'WAVE') return null
  let format: WavFormat | null = null
  let long: number | null = null
  let rateTold = true
  let at = 12
  while (at + 8 <= view.byteLength) {
    const id = tagAt(view, at)
    const size = view.getUint32(at + 4, true)
    if (id === 'data') {
      const declared = size === UNKNOWN_SIZE && long !== null ? long : size
      return format === null ? null : { ...format, dataAt: at + 8, declared, rateTold }
    }
    // sizes beyond 32 bits lie in a chunk of their own
    if (id === 'ds64' && at + 24 <= view.byteLength) long = Number(view.getBigUint64(at + 16, true))
    if (id === 'fmt ') format = readFormat(view, at + 8, size)
    if (id === UNTOLD) rateTold = false
    // Chunks are padded to an even length.
    at += 8 + size + (size % 2)
  }
  return null
}

function readFormat(view: DataView, at: number, size: number): WavFormat | null {
  if (size < 16 || at + 16 > view.byteLength) return null
  const tag = view.getUint16(at, true)
  const format = {
    tag: tag === EXTENSIBLE && size >= 26 && at + 26 <= view.byteLength ? view.getUint16(at + 24, true) : tag,
    channels: view.getUint16(at + 2, true),
    rate: view.getUint32(at + 4, true),
    byteRate: view.getUint32(at + 8, true),
    blockAlign: view.getUint16(at + 12, true),
    bits: view.getUint16(at + 14, true),
  }
  return format.channels > 0 && format.rate > 0 && format.byteRate > 0 && format.blockAlign > 0 ? format : null
}

function tagAt(view: DataView, at: number): string | null {
  if (at + 4 > view.byteLength) return null
  return String.fromCharCode(...[0, 1, 2, 3].map(index => view.getUint8(at + index)))
}

/** Is the file still being written, or was its writer killed? Asterisk writes the length when it closes a file. */
export function isOpen(head: WavHead): boolean {
  return head.declared === 0 || head.declared === UNKNOWN_SIZE
}

/** Bytes of sound in a file of `size` bytes: what the header says where that is possible, else all there is; whole frames. */
export function soundBytes(head: WavHead, size: number): number {
  const there = Math.max(0, size - head.dataAt)
  const bytes = isOpen(head) ? there : Math.min(head.declared, there)
  return bytes - (bytes % head.blockAlign)
}

/** Milliseconds of sound in a file of `size` bytes. */
export function soundMs(head: WavHead, size: number): number {
  return Math.round((soundBytes(head, size) * 1000) / head.byteRate)
}

/**
 * A head that is true: 44 bytes for PCM (tag 1), 58 with the `fact` chunk that every other format needs; 12 more where it
 * says that the rate is not told by the recording itself.
 */
export function writeWavHead(head: WavFormat, dataBytes: number, rateTold = true): Uint8Array {
  const pcm = head.tag === 1
  const usual = pcm ? 44 : 58
  const bytes = new Uint8Array(usual + (rateTold ? 0 : UNTOLD_BYTES))
  const view = new DataView(bytes.buffer)
  const put = (at: number, text: string) =>
    [...text].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)))
  put(0, 'RIFF')
  view.setUint32(4, bytes.length - 8 + dataBytes, true)
  put(8, 'WAVEfmt ')
  view.setUint32(16, pcm ? 16 : 18, true)
  view.setUint16(20, head.tag, true)
  view.setUint16(22, head.channels, true)
  view.setUint32(24, head.rate, true)
  view.setUint32(28, head.byteRate, true)
  view.setUint16(32, head.blockAlign, true)
  view.setUint16(34, head.bits, true)
  if (!pcm) {
    put(38, 'fact')
    view.setUint32(42, 4, true)
    view.setUint32(46, dataBytes / head.blockAlign, true)
  }
  if (!rateTold) {
    put(usual - 8, UNTOLD)
    view.setUint32(usual - 4, UNTOLD_BYTES - 8, true)
  }
  put(bytes.length - 8, 'data')
  view.setUint32(bytes.length - 4, dataBytes, true)
  return bytes
}

/** A sample of -1 to 1 in 16 bits; what is no number is silence. */
export const sample16 = (value: number): number =>
  Math.max(-32_768, Math.min(32_767, Math.round((value || 0) * 32_768)))
