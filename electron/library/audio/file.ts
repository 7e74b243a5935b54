/** Audio in a file: positional reads through a handle that is opened on demand and closed when nobody reads. */
import { constants } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { AppFailure } from '../../../shared/failure.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { fileFailure } from '../failures.ts'

/** A handle without a read for so long is closed. */
const IDLE_MS = 3_000

/** Not on Windows, which has no such flag: there a link is told by its real path alone. */
const NO_FOLLOW = 'O_NOFOLLOW' in constants ? constants.O_NOFOLLOW : 0

/**
 * Bytes of one file; a link in its place is refused. `path` is looked up anew whenever the file has to be opened, and
 * may throw. Throws AppFailure `recording-missing` and `folder-unreadable`.
 */
export function fileSource(
  path: () => Promise<string>,
  options: { readonly contentType: string; readonly idleMs?: number },
): AudioSource {
  const { contentType, idleMs = IDLE_MS } = options
  let handle: Promise<FileHandle> | null = null
  let idle: NodeJS.Timeout | undefined
  let readers = 0
  let closed = false

  const release = async () => {
    clearTimeout(idle)
    const held = handle
    handle = null
    await held?.then(
      it => it.close(),
      // Whoever asked for the handle was told why there is none.
      () => undefined,
    )
  }
  const withHandle = async <T>(run: (it: FileHandle) => Promise<T>): Promise<T> => {
    if (closed) throw new Error('This audio was closed')
    clearTimeout(idle)
    readers++
    handle ??= path().then(name => open(name, constants.O_RDONLY | NO_FOLLOW))
    try {
      return await run(await handle)
    } catch (error) {
      if (readers === 1) await release()
      throw fileFailure(error)
    } finally {
      readers--
      if (readers === 0) {
        if (closed) await release()
        else idle = setTimeout(() => void release(), idleMs).unref()
      }
    }
  }

  return {
    contentType,
    size: () =>
      withHandle(async it => {
        const stat = await it.stat()
        if (!stat.isFile()) throw new AppFailure('recording-broken')
        return stat.size
      }),
    read: (from, to, lent) => withHandle(it => readFully(it, from, to, lent)),
    file: async () => {
      try {
        return { path: await path(), hint: {} }
      } catch (error) {
        throw fileFailure(error)
      }
    },
    close: async () => {
      closed = true
      if (readers === 0) await release()
    },
  }
}

/** Reads exactly `from` to `to`, into what is lent where it is. A file that ends before is `recording-broken`. */
export async function readFully(
  handle: FileHandle,
  from: number,
  to: number,
  lent?: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const bytes = lent?.subarray(0, to - from) ?? new Uint8Array(to - from)
  let done = 0
  while (done < bytes.length) {
    const { bytesRead } = await handle.read(bytes, done, bytes.length - done, from + done)
    if (bytesRead === 0) throw new AppFailure('recording-broken')
    done += bytesRead
  }
  return bytes
}
