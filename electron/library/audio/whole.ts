/** The whole of an audio source, piece by piece: for export. */
import { Readable } from 'node:stream'
import { type AudioSource } from '../../../shared/recordings.ts'

/** Bytes read at once. */
const PIECE = 256 * 1024

/** Reads from the first byte to the size that the source has now; ends with the source's error if it fails. */
export function wholeOf(source: AudioSource): Readable {
  return Readable.from(pieces(source))
}

async function* pieces(source: AudioSource): AsyncGenerator<Uint8Array> {
  const size = await source.size()
  for (let from = 0; from < size; from += PIECE) yield await source.read(from, Math.min(from + PIECE, size))
}
