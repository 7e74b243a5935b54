/** Writes a file whole or not at all: what stood at its place stays there until the new one is complete. */
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/** Throws what the source or the disk throws; nothing half written is left then. */
export async function saveWhole(
  source: NodeJS.ReadableStream | AsyncIterable<Uint8Array>,
  target: string,
): Promise<void> {
  // beside the target: a rename works within one file system
  const part = `${target}.${randomUUID().slice(0, 8)}.part`
  try {
    await pipeline(source, createWriteStream(part, { flags: 'wx' }))
    await rename(part, target)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}
