/** The folder that files are written to, as far as an export needs one. Every error is a failure that a person can read. */
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppFailure, type FailureCode } from '../../../shared/failure.ts'
import { errorCode } from '../failures.ts'

export interface WrittenFile {
  write(bytes: Uint8Array): Promise<void>
  /** Writes down what was given, for good, and lets go of the file. */
  finish(): Promise<void>
  /** Lets go of it without more ado. */
  abandon(): Promise<void>
}

/** Paths are relative, with `/`. Throws AppFailure `disk-full`, `target-gone`, `target-locked`. */
export interface Disk {
  /** With all above it, except for the root: one that is gone is not made anew. */
  makeFolder(path: string): Promise<void>
  /** A file that is empty at first, whatever was there. */
  create(path: string): Promise<WrittenFile>
  /** Adds to the end of a file, for good before it is answered. */
  append(path: string, text: string): Promise<void>
  /** In one step, over what is there; for good before it is answered, where the system can do that. */
  move(from: string, to: string): Promise<void>
  /** A text of ours; null = there is none. */
  read(path: string): Promise<string | null>
  /** Size and SHA-256 of a file; null = there is none. */
  sum(path: string): Promise<FileSum | null>
  /** A file, or a folder with all in it; gone is well. */
  remove(path: string): Promise<void>
}

export interface FileSum {
  readonly bytes: number
  readonly sha256: string
}

const codes: Partial<Record<string, FailureCode>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  EFBIG: 'disk-full',
  EACCES: 'target-locked',
  EPERM: 'target-locked',
  EROFS: 'target-locked',
  ENOENT: 'target-gone',
  ENOTDIR: 'target-gone',
  ENXIO: 'target-gone',
  ENODEV: 'target-gone',
  ESTALE: 'target-gone',
  EIO: 'target-gone',
  EHOSTDOWN: 'target-gone',
  ETIMEDOUT: 'target-gone',
}

/** A file system's error about the place that is written to. Anything else stays what it is. */
export function targetFailure(error: unknown): unknown {
  if (error instanceof AppFailure) return error
  const code = codes[errorCode(error) ?? '']
  return code === undefined ? error : new AppFailure(code, { cause: error })
}

/** Makes a folder that was not there: `name`, else `name (2)` and so on. Answers its path. */
export async function newFolder(parent: string, name: string): Promise<string> {
  for (let count = 1; ; count++) {
    const path = join(parent, count === 1 ? name : `${name} (${count})`)
    try {
      await mkdir(path)
      return path
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw targetFailure(error)
    }
  }
}

export function folderDisk(root: string): Disk {
  const at = (path: string) => join(root, ...path.split('/'))
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw targetFailure(error)
    }
  }
  return {
    makeFolder: path =>
      told(async () => {
        // a share that was taken away leaves an empty place behind: nothing is written there
        await stat(root)
        let above = root
        for (const segment of path.split('/')) {
          above = join(above, segment)
          await mkdir(above).catch((error: unknown) => {
            if (errorCode(error) !== 'EEXIST') throw error
          })
        }
      }),
    create: path =>
      told(async () => {
        const handle = await open(at(path), 'w')
        return {
          write: bytes => told(() => writeFully(handle, bytes)),
          finish: () =>
            told(async () => {
              try {
                await handle.sync()
              } finally {
                await handle.close()
              }
            }),
          abandon: () => handle.close(),
        }
      }),
    append: (path, text) =>
      told(async () => {
        const handle = await open(at(path), 'a')
        try {
          await writeFully(handle, Buffer.from(text))
          await handle.sync()
        } finally {
          await handle.close()
        }
      }),
    move: (from, to) =>
      told(async () => {
        await rename(at(from), at(to))
        await syncFolder(dirname(at(to)))
      }),
    read: path => told(() => readFile(at(path), 'utf8').catch(absent)),
    sum: path =>
      told(async () => {
        const handle = await open(at(path), 'r').catch(absent)
        if (handle === null) return null
        const hash = createHash('sha256')
        let bytes = 0
        try {
          for await (const piece of handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
            hash.update(piece)
            bytes += piece.length
          }
        } finally {
          await handle.close()
        }
        return { bytes, sha256: hash.digest('hex') }
      }),
    remove: path => told(() => rm(at(path), { recursive: true, force: true })),
  }
}

async function writeFully(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += (await handle.write(bytes, done)).bytesWritten
}

function absent(error: unknown): null {
  if (errorCode(error) === 'ENOENT') return null
  throw error
}

/** A rename is on the disk once its folder is. Windows, and some network shares, know no such thing. */
async function syncFolder(path: string): Promise<void> {
  let handle: FileHandle | null = null
  try {
    handle = await open(path, 'r')
    await handle.sync()
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'EBADF'].includes(errorCode(error) ?? '')) throw error
  } finally {
    await handle?.close()
  }
}
