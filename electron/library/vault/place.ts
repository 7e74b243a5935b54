/** Files that are there in whole or not at all, and gone when they are destroyed. Plain file system work. */
import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppFailure } from '../../../shared/failure.ts'
import { errorCode } from '../failures.ts'

/** Ends the name of what is still being written, and of what was found changed. Both are removed at the next start. */
const UNFINISHED = '.part'
const ASIDE = '.damaged'

/** For the user alone. */
const FILE_MODE = 0o600
const FOLDER_MODE = 0o700

/** What the disk says while something is written. */
export function diskFailure(error: unknown): unknown {
  const full = ['ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? '')
  return full ? new AppFailure('disk-full', { cause: error }) : error
}

export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE })
}

/**
 * Writes pieces to a file of another name beside it, brings them to the disk and puts them in place. Answers the bytes
 * written. Throws what the pieces or the disk throw (`disk-full`); nothing is left behind then, unless the process dies.
 */
export async function writeWhole(
  path: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<number> {
  const part = `${path}.${randomBytes(4).toString('hex')}${UNFINISHED}`
  let bytes = 0
  try {
    await makeFolder(dirname(path))
    const file = await open(part, 'wx', FILE_MODE)
    try {
      for await (const piece of pieces) {
        await writeFully(file, piece)
        bytes += piece.length
      }
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(part, path)
    await syncFolder(dirname(path))
    return bytes
  } catch (error) {
    await rm(part, { force: true })
    throw diskFailure(error)
  }
}

async function writeFully(file: FileHandle, piece: Uint8Array): Promise<void> {
  let done = 0
  while (done < piece.length) done += (await file.write(piece, done)).bytesWritten
}

/** A new name is on the disk only once its folder is. Windows has no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Moves a file out of the way; the next start removes it. One that is gone already is no matter. */
export async function setAside(path: string): Promise<void> {
  await rename(path, `${path}.${randomBytes(4).toString('hex')}${ASIDE}`).catch(ignoreMissing)
}

/**
 * Writes over a file before its name goes. Answers whether there was one. A disk that writes elsewhere than it is told to
 * (flash, journals) may keep the old bytes: what lies here is sealed besides.
 */
export async function destroyFile(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r+')
    try {
      await overwrite(file)
    } finally {
      await file.close()
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
  await rm(path, { force: true })
  await syncFolder(dirname(path))
  return true
}

/** As `writeWhole`, and writes over what was there before, which must not be read any more. */
export async function replaceSecret(path: string, bytes: Uint8Array): Promise<void> {
  // through its handle the old file is reached after its name has gone; Windows lets no open file be replaced
  const old = process.platform === 'win32' ? null : await open(path, 'r+').catch(ignoreMissing)
  try {
    await writeWhole(path, [bytes])
    if (old) await overwrite(old)
  } finally {
    await old?.close()
  }
}

/** Destroys what an earlier run left beside a secret while it replaced it. */
export async function tidyBeside(path: string): Promise<void> {
  const names = (await readdir(dirname(path)).catch(ignoreMissing)) ?? []
  for (const name of names)
    if (name.startsWith(`${basename(path)}.`) && name.endsWith(UNFINISHED)) await destroyFile(join(dirname(path), name))
}

async function overwrite(file: FileHandle): Promise<void> {
  const { size } = await file.stat()
  if (size > 0) await file.write(randomBytes(size), 0, size, 0)
  await file.sync()
}

/** Bytes of a file; null = there is none. */
export async function sizeOnDisk(path: string): Promise<number | null> {
  return (await stat(path).catch(ignoreMissing))?.size ?? null
}

/** Every whole file below a folder, with its bytes; what an earlier run left unfinished or set aside is removed first. */
export async function tidy(folder: string): Promise<{ readonly files: number; readonly bytes: number }> {
  const entries = (await readdir(folder, { withFileTypes: true }).catch(ignoreMissing)) ?? []
  const found = await Promise.all(
    entries.map(async entry => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return tidy(path)
      if (!entry.name.endsWith(UNFINISHED) && !entry.name.endsWith(ASIDE))
        return { files: 1, bytes: (await sizeOnDisk(path)) ?? 0 }
      await rm(path, { force: true })
      return { files: 0, bytes: 0 }
    }),
  )
  return {
    files: found.reduce((sum, { files }) => sum + files, 0),
    bytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}

/** Paths of the whole files below a folder. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true }).catch(ignoreMissing)) ?? []
  return entries
    .filter(entry => entry.isFile() && !entry.name.endsWith(UNFINISHED) && !entry.name.endsWith(ASIDE))
    .map(entry => join(entry.parentPath, entry.name))
}

function ignoreMissing(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error
}
