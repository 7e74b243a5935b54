/** The recordings of a bare Asterisk, from its folder: who and when is read from the names, audio from the files. */
import { createHmac, randomBytes } from 'node:crypto'
import { lstat, open, realpath, stat } from 'node:fs/promises'
import { basename, extname, isAbsolute, relative, sep } from 'node:path'
import { AppFailure } from '../../shared/failure.ts'
import { type ListQuery, type Part, type RecordingEntry } from '../../shared/recordings.ts'
import { fileSource, readFully } from './audio/file.ts'
import { virtualWav } from './audio/virtual.ts'
import { HEAD_BYTES, isOpen, readWavHead, soundBytes, soundMs } from './audio/wav.ts'
import { errorCode } from './failures.ts'
import { abreast, createFolderIndex, newestFirst, pick, placeIn, type Indexed, type Place } from './folderIndex.ts'
import { audioType, nameReader, type NameParts } from './names.ts'
import { matcher, safeFileName, type LibrarySource } from './source.ts'
import { placeOf, relativePath, watchTree, type TreeEntry, type TreeWatch } from './tree.ts'

const PAGE = 100
/** Changes of the folder are told together, so often at most. */
const CALM_MS = 300
/** A listed recording that still grows is measured again so often. */
const GROWING_MS = 1_000
/** A file without its length that stood still for longer was left so by a crash. */
const WRITTEN_MS = 60_000

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
  /** Ids say nothing about paths, and nobody else can make one. */
  const key = randomBytes(32)
  const paths = new Map<string, string>()
  const unreadable = new Set<string>()
  /** Files of which there is news, to be looked at when the list is asked for. */
  const pending = new Map<string, TreeEntry>()
  const growing = new Set<string>()
  const index = createFolderIndex({
    names: nameReader(options.template),
    own,
    timeOf: path => timeOf(placeOf(root, path)),
    onUnreadable: path => unreadable.add(path),
  })
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

  const start = async () => {
    try {
      root = await realpath(options.root)
    } catch (error) {
      throw new AppFailure('folder-unreadable', { cause: error })
    }
    const begun: (readonly TreeEntry[])[] = []
    const failures: unknown[] = []
    const watched = watchTree({
      root,
      onStart: files => begun.push(files),
      onFile: (file, news) => {
        const path = relativePath(file)
        if (news === 'written' && index.has(path)) return
        pending.set(path, file)
        changed()
      },
      onError: error => {
        failures.push(error)
        changed()
      },
    })
    await watched.ready
    if (begun.length === 0) {
      // Not even the root could be listed.
      await watched.close()
      throw new AppFailure('folder-unreadable', { cause: failures[0] })
    }
    tree = watched
    await index.add(begun.flat())
  }
  let started: Promise<void> | null = null

  /** Brings the index up to date. */
  const refresh = async () => {
    // A folder that could not be read may be readable now.
    started ??= start().catch((error: unknown) => {
      started = null
      throw error
    })
    await started
    const news = [...pending.values()]
    pending.clear()
    const there = await abreast(news, async file => {
      const path = relativePath(file)
      const found = await lstat(placeOf(root, path)).catch(() => null)
      if (found?.isFile() === true) return [file]
      index.remove(path)
      unreadable.delete(path)
      return []
    })
    await index.add(there.flat())
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
        conversation: null,
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
    growing.add(path)
    growth ??= setInterval(() => {
      work = work.then(async () => {
        for (const it of [...growing]) {
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
    // One after the other: the index is brought up to date by one at a time.
    const turn = work.then(refresh)
    work = turn.catch(() => undefined)
    await turn
    const all = index.entries
    const after = cursor === null ? null : readCursor(cursor)
    const passes = matcher(search)
    const found = await pick(all, after === null ? 0 : placeIn(all, after), PAGE + 2, it => {
      if (after !== null && newestFirst(it, after) <= 0) return false
      return passes([basename(it.path), ...(it.parts?.numbers ?? [])])
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
  const readCursor = (cursor: string): Place => {
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
      const file = fileSource(() => inside(root, placeOf(root, path)), { contentType: 'application/octet-stream' })
      const source = virtualWav(file, { extension: extname(path).slice(1), lookForStereo: true })
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
