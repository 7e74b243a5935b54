/** One sealed file: written whole from a source of bytes, read at any place. Its sound is in clear in memory only. */
import { AppFailure } from '../../../shared/failure.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { fileSource } from '../audio/file.ts'
import {
  type FileKey,
  headerBytes,
  LAYOUT,
  newHeader,
  NotAuthentic,
  openSegment,
  readHeader,
  sealed,
  type Shape,
  shapeOf,
} from './segments.ts'
import { writeWhole } from './place.ts'
import { type KeepOptions } from './port.ts'

/** Bytes asked of a source at once: one request of a server. */
const PIECE = 256 * 1024

/** The clear bytes begin with a type of content: its length in a byte, then its letters. */
const TYPE = /^[\x21-\x7e]{1,100}$/

/**
 * Answers the bytes of the sound, and of the file. Throws what the source or the disk throws, and what `signal` was
 * aborted with.
 */
export async function sealSource(
  path: string,
  key: Uint8Array,
  identity: Uint8Array,
  source: AudioSource,
  options: KeepOptions = {},
): Promise<{ readonly bytes: number; readonly onDisk: number }> {
  const { signal, onProgress } = options
  let bytes = 0
  async function* pieces(): AsyncGenerator<Uint8Array> {
    // some sources know what they are only once they were measured
    const size = await source.size()
    if (!TYPE.test(source.contentType)) throw new RangeError('No type of content that can be kept')
    yield Buffer.concat([Buffer.from([source.contentType.length]), Buffer.from(source.contentType)])
    bytes = size
    for (let from = 0; from < size;) {
      signal?.throwIfAborted()
      const to = Math.min(from + PIECE, size)
      const piece = await source.read(from, to)
      if (piece.length !== to - from) throw new AppFailure('recording-broken')
      yield piece
      from = to
      onProgress?.(from, size)
    }
  }
  const onDisk = await writeWhole(path, sealed(pieces(), newHeader(key, identity, LAYOUT), LAYOUT))
  return { bytes, onDisk }
}

/** Answers the bytes of the sealed file. */
export function sealBytes(path: string, key: Uint8Array, identity: Uint8Array, bytes: Uint8Array): Promise<number> {
  return writeWhole(path, sealed([bytes], newHeader(key, identity, LAYOUT), LAYOUT))
}

/** Clear bytes of one sealed file. */
interface Opened {
  readonly size: number
  read(from: number, to: number): Promise<Uint8Array>
  close(): Promise<void>
}

/**
 * Opens a file by its header and its last segment, which together vouch for its length. Throws NotAuthentic, also later
 * from `read`, and AppFailure `recording-missing` where there is no file.
 */
async function openSealed(path: string, key: Uint8Array, identity: Uint8Array): Promise<Opened> {
  const file = fileSource(() => Promise.resolve(path), { contentType: 'application/octet-stream' })
  try {
    const size = await file.size()
    const shape = shapeOf(size, LAYOUT)
    const fileKey = readHeader(await file.read(0, headerBytes(LAYOUT)), key, identity, LAYOUT)
    return await reader(file, shape, fileKey)
  } catch (error) {
    await file.close()
    throw error
  }
}

async function reader(file: AudioSource, shape: Shape, key: FileKey): Promise<Opened> {
  /** The segment that was opened last: a player goes on where it was. */
  let kept: { readonly index: number; readonly clear: Uint8Array } | null = null
  const openRun = async (first: number, last: number): Promise<Uint8Array[]> => {
    const start = shape.segment(first).from
    const bytes = await file.read(start, shape.segment(last).to)
    return Array.from({ length: last - first + 1 }, (_, at) => {
      const { from, to, last: isLast } = shape.segment(first + at)
      return openSegment(key, first + at, isLast, bytes.subarray(from - start, to - start))
    })
  }
  const end = shape.count - 1
  const [tail] = await openRun(end, end)
  if (tail !== undefined) kept = { index: end, clear: tail }
  return {
    size: shape.clear,
    read: async (from, to) => {
      if (from < 0 || from >= to || to > shape.clear) throw new RangeError(`No bytes ${from} to ${to}`)
      const [first, last] = [shape.holding(from), shape.holding(to - 1)]
      const held = kept?.index === first ? kept : null
      const more = held !== null && first === last ? [] : await openRun(held === null ? first : first + 1, last)
      const parts = held === null ? more : [held.clear, ...more]
      const youngest = parts.at(-1)
      if (youngest !== undefined) kept = { index: last, clear: youngest }
      const start = from - shape.segment(first).clearFrom
      const whole = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
      // a copy: what is handed out may be given away, and the segment is kept
      return new Uint8Array(whole.subarray(start, start + to - from))
    },
    close: () => file.close(),
  }
}

/** All of a small file. Throws as `openSealed`. */
export async function openBytes(path: string, key: Uint8Array, identity: Uint8Array): Promise<Uint8Array> {
  const opened = await openSealed(path, key, identity)
  try {
    return opened.size === 0 ? new Uint8Array(0) : await opened.read(0, opened.size)
  } finally {
    await opened.close()
  }
}

/** The sound of a sealed copy. `guard` runs before each read, and may throw. Throws as `openSealed`. */
export async function openSound(
  path: string,
  key: Uint8Array,
  identity: Uint8Array,
  guard: () => void,
): Promise<AudioSource> {
  const opened = await openSealed(path, key, identity)
  try {
    const length = (await opened.read(0, 1))[0] ?? 0
    const contentType = Buffer.from(await opened.read(1, 1 + length)).toString('latin1')
    if (!TYPE.test(contentType)) throw new NotAuthentic('No type of content')
    const ahead = 1 + length
    return {
      contentType,
      size: () => Promise.resolve(opened.size - ahead),
      read: (from, to) => {
        guard()
        return from < 0 ? Promise.reject(new RangeError(`No byte ${from}`)) : opened.read(from + ahead, to + ahead)
      },
      close: () => opened.close(),
    }
  } catch (error) {
    await opened.close()
    // nothing that we wrote is too short to say what it is
    throw error instanceof RangeError ? new NotAuthentic('It ends too soon', { cause: error }) : error
  }
}
