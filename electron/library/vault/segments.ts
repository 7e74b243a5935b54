/**
 * The layout of a sealed file: Tink's "AES-GCM-HKDF streaming" (developers.google.com/tink/streaming-aead), whose proof is
 * Hoang, Reyhanitabar, Rogaway and Vizár, 2015. Pure; no file is touched here.
 *
 * A header (its own length in a byte, salt, 7 bytes of nonce prefix), then segments, each sealed by AES-GCM under a key
 * that HKDF derives from salt and associated data, with the nonce prefix | index (32 bits) | 1 if it is the last. So a
 * segment cannot be changed, moved, left out or added, nor the file be cut or put in place of another, unnoticed.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

export interface Layout {
  readonly hash: 'sha1' | 'sha256' | 'sha512'
  /** Of the derived key, bytes: 16 or 32. The salt is as long. */
  readonly keyBytes: 16 | 32
  /** Of a sealed segment with its tag, bytes; the first one shares its own with the header. */
  readonly segmentBytes: number
}

/** AES-256, segments of 64 KiB: 60 to 100 µs for one at any place (measured), 0.02 % of the file. */
export const LAYOUT: Layout = { hash: 'sha256', keyBytes: 32, segmentBytes: 64 * 1024 }

const TAG = 16
const PREFIX = 7
/** Segments that the 32 bits of a nonce can number. */
const MOST_SEGMENTS = 2 ** 32

/** The bytes are not what was sealed: changed, cut, moved, put together from others, or sealed under another key. */
export class NotAuthentic extends Error {}

export interface Segment {
  /** Where its sealed bytes begin and end in the file. */
  readonly from: number
  readonly to: number
  /** Where its clear bytes begin in the clear whole. */
  readonly clearFrom: number
  readonly last: boolean
}

/** How the bytes of a sealed file fall into segments. */
export interface Shape {
  /** Clear bytes of the whole. */
  readonly clear: number
  readonly count: number
  segment(index: number): Segment
  /** The segment in which this clear byte lies. */
  holding(clearAt: number): number
}

export const headerBytes = ({ keyBytes }: Layout): number => 1 + keyBytes + PREFIX

/** Clear bytes of a full segment, and of a full first one. */
const fullOf = (layout: Layout) => layout.segmentBytes - TAG
const firstOf = (layout: Layout) => fullOf(layout) - headerBytes(layout)

/** Bytes of the file that so many clear bytes make. */
export function sealedBytes(clear: number, layout: Layout): number {
  return headerBytes(layout) + clear + TAG * segmentCount(clear, layout)
}

/** Nothing at all makes one empty segment; a full last one is followed by none. */
export function segmentCount(clear: number, layout: Layout): number {
  return 1 + Math.max(0, Math.ceil((clear - firstOf(layout)) / fullOf(layout)))
}

/** Throws NotAuthentic for a size that no sealed file has. */
export function shapeOf(size: number, layout: Layout): Shape {
  const { segmentBytes } = layout
  const header = headerBytes(layout)
  const count = Math.ceil(size / segmentBytes)
  const clear = size - header - TAG * count
  const lastBytes = size - (count - 1) * segmentBytes
  const least = count === 1 ? header + TAG : TAG + 1
  if (count < 1 || count > MOST_SEGMENTS || lastBytes < least)
    throw new NotAuthentic(`No sealed file has ${size} bytes`)
  return {
    clear,
    count,
    segment: index => ({
      from: index === 0 ? header : index * segmentBytes,
      to: Math.min(size, (index + 1) * segmentBytes),
      clearFrom: index === 0 ? 0 : firstOf(layout) + (index - 1) * fullOf(layout),
      last: index === count - 1,
    }),
    holding: clearAt => (clearAt < firstOf(layout) ? 0 : 1 + Math.floor((clearAt - firstOf(layout)) / fullOf(layout))),
  }
}

/** The key and the nonce prefix of one file. */
export interface FileKey {
  readonly key: Uint8Array
  readonly prefix: Uint8Array
}

/** `master`: at least as long as the derived key. `identity`: what the file is; it opens as nothing else. */
function fileKey(
  master: Uint8Array,
  identity: Uint8Array,
  salt: Uint8Array,
  prefix: Uint8Array,
  layout: Layout,
): FileKey {
  return { key: new Uint8Array(hkdfSync(layout.hash, master, salt, identity, layout.keyBytes)), prefix }
}

/** A new file's header, with salt and prefix of its own. `random` is the tests'. */
export function newHeader(
  master: Uint8Array,
  identity: Uint8Array,
  layout: Layout,
  random: (bytes: number) => Uint8Array = randomBytes,
): { readonly header: Uint8Array } & FileKey {
  const salt = random(layout.keyBytes)
  const prefix = random(PREFIX)
  const header = new Uint8Array([headerBytes(layout), ...salt, ...prefix])
  return { header, ...fileKey(master, identity, salt, prefix, layout) }
}

/** Throws NotAuthentic where it is no header of this layout. */
export function readHeader(header: Uint8Array, master: Uint8Array, identity: Uint8Array, layout: Layout): FileKey {
  if (header.length !== headerBytes(layout) || header[0] !== header.length) throw new NotAuthentic('No header')
  const saltEnd = 1 + layout.keyBytes
  return fileKey(master, identity, header.slice(1, saltEnd), header.slice(saltEnd), layout)
}

function nonceOf({ prefix }: FileKey, index: number, last: boolean): Uint8Array {
  const nonce = new Uint8Array(PREFIX + 5)
  nonce.set(prefix)
  new DataView(nonce.buffer).setUint32(PREFIX, index)
  nonce[PREFIX + 4] = last ? 1 : 0
  return nonce
}

const cipherOf = ({ key }: FileKey) => (key.length === 32 ? 'aes-256-gcm' : 'aes-128-gcm')

export function sealSegment(file: FileKey, index: number, last: boolean, clear: Uint8Array): Uint8Array {
  const cipher = createCipheriv(cipherOf(file), file.key, nonceOf(file, index, last), { authTagLength: TAG })
  return Buffer.concat([cipher.update(clear), cipher.final(), cipher.getAuthTag()])
}

/** Throws NotAuthentic. */
export function openSegment(file: FileKey, index: number, last: boolean, sealed: Uint8Array): Uint8Array {
  const end = sealed.length - TAG
  const decipher = createDecipheriv(cipherOf(file), file.key, nonceOf(file, index, last), { authTagLength: TAG })
  decipher.setAuthTag(sealed.subarray(end))
  const clear = decipher.update(sealed.subarray(0, end))
  try {
    decipher.final()
  } catch (error) {
    throw new NotAuthentic(`Segment ${index} is not what was sealed`, { cause: error })
  }
  return clear
}

/** Seals a stream of pieces of any size, segment by segment, the header first. */
export async function* sealed(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  head: { readonly header: Uint8Array } & FileKey,
  layout: Layout,
): AsyncGenerator<Uint8Array> {
  yield head.header
  const waiting: Uint8Array[] = []
  let bytes = 0
  let index = 0
  // a full segment waits for the byte after it: only then is it known not to be the last
  const full = () => (index === 0 ? firstOf(layout) : fullOf(layout))
  for await (const piece of pieces) {
    waiting.push(piece)
    bytes += piece.length
    if (bytes <= full()) continue
    let rest: Uint8Array = waiting.length === 1 ? piece : Buffer.concat(waiting)
    while (rest.length > full()) {
      const size = full()
      if (index >= MOST_SEGMENTS - 1) throw new RangeError('More than a sealed file can hold')
      yield sealSegment(head, index, false, rest.subarray(0, size))
      index++
      rest = rest.subarray(size)
    }
    waiting.length = 0
    waiting.push(rest)
    bytes = rest.length
  }
  yield sealSegment(head, index, true, Buffer.concat(waiting))
}
