/** The files of a watched folder: lists it without freezing, and tells what changes below it, also where no events come. */
import { watch, type FSWatcher } from 'node:fs'
import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from './failures.ts'
import { audioKind } from './kinds.ts'

/** A directory entry below the root. */
export interface TreeEntry {
  /** Relative to the root, with `/`; '' for the root itself. */
  readonly folder: string
  readonly name: string
}

/** `folder/name`, relative to the root. */
export function relativePath({ folder, name }: TreeEntry): string {
  return folder === '' ? name : `${folder}/${name}`
}

/** The real place of a path that is relative to the root. */
export function placeOf(root: string, relative: string): string {
  return join(root, ...relative.split('/'))
}

interface Listing {
  readonly folders: readonly string[]
  readonly names: Set<string>
  /** Those that were not known before. */
  readonly fresh: readonly TreeEntry[]
}

/** A file system's own folder at its root, which only the administrator may read: no recordings are made there. */
const LOST_AND_FOUND = 'lost+found'

/** One folder's content. Hidden entries and every link are left out: what a link shows lies elsewhere, or is listed anyway. */
async function listFolder(root: string, folder: string, before: ReadonlySet<string>): Promise<Listing> {
  const folders: string[] = []
  const fresh: TreeEntry[] = []
  const names = new Set<string>()
  // In pieces, so that the program goes on between them.
  for await (const entry of await opendir(placeOf(root, folder), { bufferSize: 1024 })) {
    const { name } = entry
    if (name.startsWith('.') || name === LOST_AND_FOUND) continue
    if (entry.isDirectory()) folders.push(relativePath({ folder, name }))
    if (!entry.isFile()) continue
    names.add(name)
    if (!before.has(name)) fresh.push({ folder, name })
  }
  return { folders, names, fresh }
}

export interface TreeWatch {
  /** Every folder known now was listed at least once. */
  readonly ready: Promise<void>
  close(): Promise<void>
}

/** Each folder's own time is looked at so often; where events come, they are faster. */
const LOOK_MS = 250
/** Where events come, a folder is listed again no more often than this. */
const TRUSTED_MS = 5_000
/** A folder's time may stand still for that long although something was added (coarse clocks of file systems). */
const COARSE_MS = 2_500
/** Folders looked at in one round. */
const ROUND = 100

interface Watched {
  readonly folder: string
  names: Set<string>
  /** The folder's own time when it was listed, and ours. */
  mtimeMs: number
  listedAt: number
  watcher: FSWatcher | null
  /** An event has come from it. */
  trusted: boolean
  /** The last error that was told, so that it is told once. */
  error: string | null
}

/** `new`: not known before; `moved`: a known name came, went or was replaced; `written`: it may have changed. */
export type News = 'new' | 'moved' | 'written'

/**
 * Watches a folder and all below it. Files that are there at the start are told to `onStart`, a folder at a time. Each
 * of `onFile`'s news may be stale: the file may be gone by then. A folder that cannot be read is told to `onError` once,
 * with its path, and to `onMended` when it can be read again, or is gone; what is in it is not told as gone meanwhile. An
 * error without a folder (null) passes by itself. Nothing is told after `close`.
 */
export function watchTree(options: {
  readonly root: string
  readonly onStart: (files: readonly TreeEntry[]) => void
  readonly onFile: (file: TreeEntry, news: News) => void
  readonly onError: (error: unknown, folder: string | null) => void
  readonly onMended?: (folder: string) => void
}): TreeWatch {
  const { root, onStart, onFile, onError, onMended = () => undefined } = options
  const watched = new Map<string, Watched>()
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let turn = 0

  const list = async (it: Watched, first: boolean) => {
    // The folder's time is taken before it is read: what comes in between changes it again.
    const { mtimeMs } = await stat(placeOf(root, it.folder))
    const before = it.names
    const listing = await listFolder(root, it.folder, before)
    if (closed) return
    it.names = listing.names
    it.mtimeMs = mtimeMs
    it.listedAt = performance.now()
    if (first) onStart(listing.fresh)
    else for (const file of listing.fresh) onFile(file, 'new')
    // Counted first: looking for what went takes time.
    if (before.size + listing.fresh.length > it.names.size) {
      for (const name of before) if (!listing.names.has(name)) onFile({ folder: it.folder, name }, 'moved')
    }
    const added = listing.folders.filter(folder => !watched.has(folder))
    for (const folder of added) if (!closed) await add(folder, first)
  }

  const add = async (folder: string, first: boolean) => {
    const it: Watched = {
      folder,
      names: new Set(),
      mtimeMs: -1,
      listedAt: 0,
      watcher: null,
      trusted: false,
      error: null,
    }
    watched.set(folder, it)
    listen(it)
    await attempt(it, first)
  }

  const listen = (it: Watched) => {
    try {
      it.watcher = watch(placeOf(root, it.folder), { persistent: false }, (event, name) => {
        if (closed || name === null || name.startsWith('.')) return
        it.trusted = true
        // It may be a folder: that shows when this folder is listed, which is then due.
        if (audioKind(name) === null) {
          it.listedAt = -Infinity
          return
        }
        const known = it.names.has(name)
        it.names.add(name)
        onFile({ folder: it.folder, name }, !known ? 'new' : event === 'rename' ? 'moved' : 'written')
      })
      // Without events the looks at its time remain.
      it.watcher.on('error', () => quiet(it))
    } catch {
      quiet(it)
    }
  }

  const quiet = (it: Watched) => {
    it.watcher?.close()
    it.watcher = null
    it.trusted = false
  }

  const mended = (it: Watched) => {
    if (it.error === null) return
    it.error = null
    if (!closed) onMended(it.folder)
  }

  /** Lists, and forgets a folder that is gone. */
  const attempt = async (it: Watched, first: boolean) => {
    try {
      await list(it, first)
      mended(it)
    } catch (error) {
      const code = errorCode(error) ?? 'unknown'
      if ((code === 'ENOENT' || code === 'ENOTDIR') && it.folder !== '') {
        quiet(it)
        watched.delete(it.folder)
        mended(it)
        for (const name of it.names) if (!closed) onFile({ folder: it.folder, name }, 'moved')
        return
      }
      // Listed and listened to again when it can be read again.
      quiet(it)
      it.mtimeMs = -1
      if (it.error !== code && !closed) onError(error, it.folder)
      it.error = code
    }
  }

  const look = async (it: Watched) => {
    const age = performance.now() - it.listedAt
    if (it.trusted && age < TRUSTED_MS) return
    const changed = await stat(placeOf(root, it.folder)).then(
      now => now.mtimeMs !== it.mtimeMs || Math.abs(Date.now() - now.mtimeMs) < COARSE_MS,
      () => true,
    )
    if (changed) await attempt(it, false)
    if (it.watcher === null && it.error === null) listen(it)
  }

  const round = async () => {
    const all = [...watched.values()]
    const from = turn % Math.max(all.length, 1)
    const chosen = [...all.slice(from), ...all.slice(0, from)].slice(0, ROUND)
    turn = from + chosen.length
    for (const it of chosen) {
      if (closed) return
      await look(it)
    }
  }

  let running: Promise<void> = add('', true)
  const ready = running
  const next = () => {
    if (closed) return
    timer = setTimeout(() => {
      running = round()
        .catch((error: unknown) => onError(error, null))
        .finally(next)
    }, LOOK_MS).unref()
  }
  void running.finally(next)

  return {
    ready,
    close: async () => {
      closed = true
      clearTimeout(timer)
      await running
      for (const it of watched.values()) quiet(it)
    },
  }
}
