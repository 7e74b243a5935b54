/** Why a player could not go on: what it could not have is asked for once more. */
import { AppFailure } from '../../../shared/failure.ts'
import { type AudioSource } from '../../../shared/recordings.ts'

/** Bytes: more than any source of a server keeps in memory of its beginning, so that the server itself is asked. */
const PIECE = 128 * 1024

/**
 * Reads a piece at a place of the sound; `share`: of its length, 0 to 1. Settled where that can be had. Throws what the
 * source throws, AppFailure `recording-empty` where there is nothing.
 */
export async function attempt(source: AudioSource, share: number): Promise<void> {
  const size = await source.size()
  if (size === 0) throw new AppFailure('recording-empty')
  const from = Math.min(Math.floor(size * share), size - 1)
  await source.read(from, Math.min(size, from + PIECE))
}
