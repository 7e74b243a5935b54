/** The recordings of a bare Asterisk, from its folder: who and when is read from the names, audio from the files. */
import { createHmac, randomBytes } from 'node:crypto'
import { open, realpath, stat } from 'node:fs/promises'
import { basename, isAbsolute, relative, sep } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { AppFailure } from '../../shared/failure.ts'
import { type ListQuery, type Part, type RecordingEntry } from '../../shared/recordings.ts'
import { fileSource, readFully } from './audio/file.ts'
import { virtualWav } from './audio/virtual.ts'
import { HEAD_BYTES, isOpen, readWavHead, soundBytes, soundMs } from './audio/wav.ts'
import { errorCode } from './failures.ts'
import { audioType, nameReader, type NameParts } from './names.ts'
import { matches, safeFileName, type LibrarySource } from './source.ts'
import { listFolder, placeOf, relativePath, watchTree, type TreeEntry, type TreeWatch } from './tree.ts'

const PAGE = 100
/** Files that are asked for their state at the same time. */
const ABREAST = 16
/** Names that are read before the program goes on with something else. */
const BREATH = 2_000
/** Changes of the folder are told together, so often at most. */
const CALM_MS = 300
/** A listed recording that still grows is measured again so often. */
const GROWING_MS = 1_000
/** A file without its length that stood still for longer was left so by a crash. */
const WRITTEN_MS = 60_000

interface Indexed {
  readonly path: string
  readonly startedAt: number
  /** Null: no pattern explains the name. */
  readonly parts: NameParts | null
}

/**
 * A folder as a source. `own`: the user's numbers; explained names without any of them are other people's and are left
 * out (empty: everybody's are listed). Names that no pattern explains are listed by their file's time. `onChanged`:
 * ask for the list again. Throws as `parseTemplate`; `list` throws AppFailure `folder-unreadable`.
 */
export function createFolderSource(options: {
  readonly root: string
  readonly own: readonly string[]
  readonly template: string
  readonly onChanged: () => void
}): LibrarySource {
  const { own, onChanged } = options
  const names = nameReader(options.template)
  /** Ids say nothing about paths, and nobody else can make one. */
  const key = randomBytes(32)
  const paths = new Map<string, string>()
  const folders = new Map<string, readonly Indexed[]>()
  const stale = new Set<string>()
  const unreadable = new Set<string>()
  const growing = new Map<string, number>()
  let sorted: readonly Indexed[] | null = null
  let tree: TreeWatch | null = null
  let root = options.root
  let closed = false
  let calm: NodeJS.Timeout | undefined
  let growth: NodeJS.Timeout | undefined
  let work: Promise<unknown> = Promise.resolve()

  const changed = () => {
    if (closed) return
    calm ??= setTimeout(() => {
      calm = undefined
      onChanged()
    }, CALM_MS).unref()
  }

  /** What the names of one folder tell; files whose names do not tell the time are asked for theirs. */
  const index = async (folder: string, files: readonly TreeEntry[]) => {
    const told: Indexed[] = []
    const untold: Indexed[] = []
    for (const [at, file] of files.entries()) {
      if (at % BREATH === BREATH - 1) await setImmediate()
      if (audioType(file.name) === null) continue
      const path = relativePath(file)
      const parts = names.read(path)
      if (isOthers(parts, own)) continue
      if (parts !== null && parts.startedAt !== null) told.push({ path, parts, startedAt: parts.startedAt })
      else untold.push({ path, parts, startedAt: 0 })
    }
    const asked = await abreast(untold, async (it): Promise<Indexed | null> => {
      try {
        return { ...it, startedAt: await timeOf(placeOf(root, it.path)) }
      } catch (error) {
        if (errorCode(error) !== 'ENOENT') unreadable.add(it.path)
        return null
      }
    })
    folders.set(folder, [...told, ...asked.filter(it => it !== null)])
    sorted = null
  }

  const start = async () => {
    try {
      root = await realpath(options.root)
      await stat(root)
    } catch (error) {
      throw new AppFailure('folder-unreadable', { cause: error })
    }
    const begun: TreeEntry[][] = []
    let failed: unknown = null
    const watched = watchTree({
      root,
      onStart: files => begun.push([...files]),
      onFile: (file, fresh) => {
        if (fresh) refresh(file.folder)
      },
      onFolder: refresh,
      onError: error => {
        failed = error
        changed()
      },
    })
    tree = watched
    await watched.ready
    for (const files of begun) if (files[0]) await index(files[0].folder, files)
    if (begun.length === 0) {
      await watched.close()
      throw new AppFailure('folder-unreadable', { cause: failed })
    }
  }
  const refresh = (folder: string) => {
    stale.add(folder)
    changed()
  }
  let started: Promise<void> | null = null

  /** Everything that is known now, newest first. */
  const current = async (): Promise<readonly Indexed[]> => {
    // A folder that could not be read may be readable now.
    started ??= start().catch((error: unknown) => {
      started = null
      throw error
    })
    await started
    for (const folder of [...stale]) {
      stale.delete(folder)
      await reread(folder)
    }
    sorted ??= [...folders.values()].flat().sort(newestFirst)
    return sorted
  }
  const reread = async (folder: string) => {
    try {
      await index(folder, (await listFolder(root, folder)).files)
      unreadable.delete(folder)
    } catch (error) {
      folders.delete(folder)
      sorted = null
      if (folder === '') throw new AppFailure('folder-unreadable', { cause: error })
      if (errorCode(error) !== 'ENOENT') unreadable.add(folder)
    }
  }

  const idOf = (path: string) => {
    const id = createHmac('sha256', key).update(path).digest('hex').slice(0, 40)
    paths.set(id, path)
    return id
  }

  /** Null: it went away, or cannot be read. */
  const entryOf = async (it: Indexed): Promise<RecordingEntry | null> => {
    const id = idOf(it.path)
    try {
      const part = await measure(placeOf(root, it.path), { id, startedAt: it.startedAt })
      if (part.playable === 'growing') watchGrowth(it.path)
      unreadable.delete(it.path)
      const { outgoing, number } = sides(it.parts, own)
      return {
        id: `folder-${id}`,
        source: 'folder',
        startedAt: it.startedAt,
        callMs: null,
        outgoing,
        peer: { name: '', number },
        fromMs: null,
        parts: [part],
        fileName: basename(it.path),
      }
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') unreadable.add(it.path)
      return null
    }
  }

  /** Tells when a recording that was listed as growing no longer does. */
  const watchGrowth = (path: string) => {
    growing.set(path, Date.now())
    growth ??= setInterval(() => {
      work = work.then(async () => {
        for (const it of [...growing.keys()]) {
          const part = await measure(placeOf(root, it), { id: 'x', startedAt: 0 }).catch(() => null)
          if (part?.playable === 'growing') continue
          growing.delete(it)
          changed()
        }
        if (growing.size > 0) return
        clearInterval(growth)
        growth = undefined
      })
    }, GROWING_MS).unref()
  }

  const list = async ({ search, cursor }: ListQuery) => {
    const all = await current()
    const after = cursor === null ? null : readCursor(cursor)
    const found = all.filter(it => {
      if (after !== null && newestFirst(it, after) <= 0) return false
      return search.trim() === '' || matches(search, [basename(it.path), ...(it.parts?.numbers ?? [])])
    })
    const page = found.slice(0, PAGE)
    const entries = await abreast(page, entryOf)
    const last = page.at(-1)
    return {
      entries: entries.filter(entry => entry !== null),
      next: last !== undefined && found.length > PAGE ? writeCursor(last) : null,
      unread: unreadable.size,
    }
  }

  // A cursor is a time and an id: paths do not leave this place, and may be longer than a cursor.
  const writeCursor = (it: Indexed) => `${it.startedAt}:${idOf(it.path)}`
  const readCursor = (cursor: string): Pick<Indexed, 'startedAt' | 'path'> => {
    const [, time, id = ''] = /^(-?\d+(?:\.\d+)?):([0-9a-f]{40})$/.exec(cursor) ?? []
    const path = paths.get(id)
    if (time === undefined || path === undefined) throw new AppFailure({ code: 'invalid', subject: 'cursor' })
    return { startedAt: Number(time), path }
  }

  return {
    list,
    open: partId => {
      const path = paths.get(partId)
      if (path === undefined) return Promise.reject(new AppFailure('recording-missing'))
      const contentType = audioType(path) ?? 'application/octet-stream'
      const file = fileSource(() => inside(root, placeOf(root, path)), { contentType })
      const source = contentType === 'audio/wav' ? virtualWav(file) : file
      return Promise.resolve({ source, fileName: safeFileName(basename(path)) })
    },
    close: async () => {
      closed = true
      clearTimeout(calm)
      clearInterval(growth)
      await started?.catch(() => undefined)
      await work
      await tree?.close()
    },
  }
}

/** The real path, where it still lies below the root: a link may have taken its place. Throws AppFailure. */
async function inside(root: string, place: string): Promise<string> {
  const real = await realpath(place)
  const way = relative(root, real)
  if (way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
    throw new AppFailure('recording-missing')
  return real
}

function newestFirst(a: Pick<Indexed, 'startedAt' | 'path'>, b: Pick<Indexed, 'startedAt' | 'path'>): number {
  return b.startedAt - a.startedAt || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)
}

/** Explained, and none of its numbers is the user's. */
function isOthers(parts: NameParts | null, own: readonly string[]): boolean {
  return (
    own.length > 0 && parts !== null && parts.numbers.length > 0 && !parts.numbers.some(number => own.includes(number))
  )
}

/** Who the other one is. A name of `*3` tells who pressed, not who called. */
function sides(parts: NameParts | null, own: readonly string[]): { outgoing: boolean | null; number: string } {
  const [first, second] = parts?.numbers ?? []
  if (parts === null || first === undefined) return { outgoing: null, number: '' }
  if (second === undefined) return { outgoing: null, number: own.includes(first) ? '' : first }
  const mineFirst = own.includes(first)
  const outgoing = parts.kind === 'permanent' && own.length > 0 ? mineFirst : null
  return { outgoing, number: mineFirst || own.length === 0 ? second : first }
}

/** What can be heard of a file now. Throws what the file system says. */
async function measure(place: string, base: Pick<Part, 'id' | 'startedAt'>): Promise<Part> {
  const handle = await open(place, 'r')
  try {
    const { size, mtimeMs } = await handle.stat()
    const lively = Math.abs(Date.now() - mtimeMs) < WRITTEN_MS
    if (audioType(place) !== 'audio/wav') {
      return { ...base, durationMs: null, playable: size > 0 ? 'yes' : lively ? 'growing' : 'empty' }
    }
    const head = readWavHead(await readFully(handle, 0, Math.min(size, HEAD_BYTES)))
    if (head === null)
      return { ...base, durationMs: null, playable: size === 0 && !lively ? 'empty' : size === 0 ? 'growing' : 'yes' }
    const durationMs = soundMs(head, size)
    if (isOpen(head) && lively) return { ...base, durationMs, playable: 'growing' }
    return { ...base, durationMs, playable: soundBytes(head, size) === 0 ? 'empty' : 'yes' }
  } finally {
    await handle.close()
  }
}

/** When a file was made, as far as the file system knows. */
async function timeOf(place: string): Promise<number> {
  const { birthtimeMs, mtimeMs } = await stat(place)
  return Math.floor(birthtimeMs > 0 ? Math.min(birthtimeMs, mtimeMs) : mtimeMs)
}

/** Runs over all, a few at a time, in order. */
async function abreast<T, R>(all: readonly T[], run: (it: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let at = 0; at < all.length; at += ABREAST)
    results.push(...(await Promise.all(all.slice(at, at + ABREAST).map(run))))
  return results
}
