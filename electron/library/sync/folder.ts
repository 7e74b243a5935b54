/**
 * Keeps the index up to date with a folder of recordings, which is only read: everything that is there at the start,
 * newest first and in batches, then what comes, grows, changes or goes. A folder that is not there (a share that is not
 * mounted) takes nothing out of the list, nor does a part of it that cannot be read.
 */
import { lstat, realpath } from 'node:fs/promises'
import { extname, isAbsolute, relative, sep } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { z } from 'zod'
import { AppFailure, type Failure } from '../../../shared/failure.ts'
import { type SyncView } from '../../../shared/library/view.ts'
import { isRaw, type RawRate } from '../../../shared/library/rawRate.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { type Clock } from '../../wazo/clock.ts'
import { decodedHere, type Decoding } from '../audio/decoding.ts'
import { fileSource } from '../audio/file.ts'
import { virtualWav } from '../audio/virtual.ts'
import { type LibraryIndex, type SourceCall } from '../index/port.ts'
import { audioKind } from '../kinds.ts'
import { nameReader, type NameParts, type NameReader } from '../names.ts'
import { placeOf, relativePath, watchTree, type TreeEntry, type TreeWatch } from '../tree.ts'
import { callOfFile, isNamedByUuid, isOthers, measure } from './file.ts'
import { judge, parentOf, saysGone } from './standing.ts'

export interface FolderOptions {
  readonly root: string
  /** The user's numbers: explained names without any of them are other people's (empty: everybody's are his). */
  readonly own: readonly string[]
  readonly template: string
  /** A name that does not tell whose it is: the user's (his own folder), or unknown (the whole company's). */
  readonly strangers: boolean
  /** Names of the template are of automatic recordings alone. */
  readonly automaticNames: boolean
  /** Hz of files that do not tell their rate; null = nobody chose one. */
  readonly rawRate: RawRate | null
  readonly index: Pick<LibraryIndex, 'gone' | 'keys' | 'note' | 'setNote'>
  readonly clock: Clock
  /** Where coded sound is decoded; default: in this thread. */
  readonly decoding?: Decoding
  readonly onView: () => void
  readonly onTaken: () => void
  readonly log: (text: string, error?: unknown) => void
}

export interface FolderSync {
  view(): SyncView
  /** Files that no name pattern explains, or that cannot be read. */
  unread(): number
  /** A folder that was not there is looked for again, and files that could not be read are tried again. */
  look(): void
  /**
   * The sound of a file, or its bytes as they are; `path` as the index knows it. The caller closes it. It throws AppFailure
   * as it is read.
   */
  open(path: string, form?: 'wav' | 'original'): AudioSource
  /** So are files taken that do not tell their rate, whoever opens them from now on; their lengths are told anew. */
  setRawRate(rate: RawRate): void
  close(): Promise<void>
}

/** The name under which the place is kept in the index. */
export const FOLDER_PLACE = 'folder'

const Place = z.object({
  v: z.literal(1),
  root: z.string(),
  /** How names were read: with another way, all are read anew. */
  way: z.string(),
  /** The rate by which lengths were told of files that do not tell it; null: they were not told. */
  rawRate: z.number().nullable().default(null),
  /** Files that were being written. */
  growing: z.array(z.string()),
  completeAt: z.number().nullable(),
})
type Place = z.infer<typeof Place>

/** Changes of the folder are taken together, so often at most, milliseconds. */
const CALM_MS = 300
/** Files are gone when they did not come back for so long: a share that goes away takes them one folder after the other. */
const GONE_MS = 3_000
/** A recording that grows is measured again so often. */
const GROWING_MS = 1_000
/** A folder that cannot be read is tried again so often. */
const AGAIN_MS = 5_000
/** Names that are read before the program goes on with something else. */
const BREATH = 2_000
/** Files that go into the index at once, and that are opened at the same time. */
const BATCH = 200
const ABREAST = 16

interface Named {
  readonly path: string
  readonly parts: NameParts | null
}

/** A template that cannot be used is a failure of its view. */
export function syncFolder(options: FolderOptions): FolderSync {
  const { own, template, strangers, automaticNames, index, clock, decoding = decodedHere } = options
  const { onView, onTaken, log } = options
  let names: NameReader = { read: () => null }
  /** Files of the user's that are there. */
  const present = new Set<string>()
  const unreadable = new Set<string>()
  const unexplained = new Set<string>()
  const growing = new Set<string>()
  /** Files of which there is news. */
  const news = new Set<string>()
  /** Those that were not found: judged until it is known whether they are there. */
  const lost = new Set<string>()
  /** Folders in it that cannot be read now; '' is the root. */
  const broken = new Set<string>()
  /** The root can be read, and nothing is in it. */
  let bare = false
  let root = options.root
  let tree: TreeWatch | null = null
  let started = false
  /** What went wrong last, beside folders that cannot be read. */
  let trouble: Failure | null = null
  let progress = { done: 0, total: null as number | null }
  const way = JSON.stringify([template, own, automaticNames])
  let { rawRate } = options
  let place: Place = { v: 1, root: options.root, way, rawRate: null, growing: [], completeAt: null }
  let closed = false
  let again = () => undefined as void
  const timers = new Map<string, () => void>()
  let work: Promise<unknown> = Promise.resolve()

  /** One after the other. */
  const queue = (what: string, run: () => Promise<void>) => {
    work = work
      .then(() => (closed ? undefined : run()))
      .catch((error: unknown) => {
        if (!closed) fail(error, what)
      })
  }
  /** Runs after a while; asked again meanwhile, once. */
  const soon = (name: string, ms: number, run: () => Promise<void>, renew = false) => {
    if (closed || (timers.has(name) && !renew)) return
    timers.get(name)?.()
    timers.set(
      name,
      clock.after(ms, () => {
        timers.delete(name)
        queue(name, run)
      }),
    )
  }
  const fail = (error: unknown, what: string) => {
    log(`the folder of recordings (${what})`, error)
    trouble = error instanceof AppFailure ? error.failure : { code: 'folder-unreadable' }
    onView()
  }
  const seenBare = (is: boolean) => {
    if (bare === is) return
    bare = is
    onView()
  }
  const failure = (): Failure | null => {
    if (bare || broken.has('')) return { code: 'folder-unreadable' }
    return trouble ?? (broken.size > 0 ? { code: 'folder-part-unreadable' } : null)
  }

  // ---- reading

  const start = async () => {
    try {
      await begin()
    } catch (error) {
      await tree?.close()
      tree = null
      if (closed) return
      fail(error instanceof AppFailure ? error : new AppFailure('folder-unreadable', { cause: error }), 'start')
      again = clock.after(AGAIN_MS, () => queue('start', start))
    }
  }

  const begin = async () => {
    names = nameReader(template)
    root = await realpath(options.root)
    const before = Place.safeParse(await index.note(FOLDER_PLACE))
    const same = before.success && before.data.root === root
    const sameWay = same && before.data.way === place.way
    place = { ...place, root, completeAt: same ? before.data.completeAt : null }
    const begun: TreeEntry[] = []
    let listed = false
    let firstError: unknown
    broken.clear()
    const fresh = watchTree({
      root,
      onStart: files => {
        listed = true
        for (const file of files) begun.push(file)
      },
      onFile: (file, what) => {
        const path = relativePath(file)
        // one that grows is measured anyway
        if (what !== 'written' || !growing.has(path)) told(path)
      },
      onError: (error, folder) => {
        firstError ??= error
        log('the folder of recordings, or one in it, cannot be read', error)
        if (folder !== null) broken.add(folder)
        if (started) onView()
      },
      onMended: folder => {
        broken.delete(folder)
        for (const path of unreadable) if (folder === '' || path.startsWith(`${folder}/`)) told(path)
        if (started) onView()
      },
    })
    tree = fresh
    await fresh.ready
    if (closed) return
    // not even the root could be listed
    if (!listed) throw new AppFailure('folder-unreadable', { cause: firstError })
    const hidden = new Set(broken)
    const known = await knownKeys()
    const files = await explain(begun)
    const empty = begun.length === 0 && hidden.size === 0
    if (empty && known.size > 0 && same) throw new AppFailure('folder-unreadable')
    const wasGrowing = new Set(same ? (before.data?.growing ?? []) : [])
    const sameRate = same && before.data.rawRate === rawRate
    const toRead = files.filter(
      ({ path }) => !sameWay || !known.has(path) || wasGrowing.has(path) || (!sameRate && isRaw(path)),
    )
    for (const { path } of files) present.add(path)
    const missing = [...known].filter(path => !present.has(path))
    await forget(missing.filter(path => !isBelow(path, hidden)))
    await takeAll(toRead)
    place = { ...place, rawRate, completeAt: clock.now() }
    await index.setNote(FOLDER_PLACE, placeNow())
    started = true
    trouble = null
    onView()
    // whether these are there shows once their folder can be read
    for (const path of missing) if (isBelow(path, hidden)) lost.add(path)
    if (lost.size > 0) soon('lost', GONE_MS, judgeLost, true)
    if (news.size > 0) soon('news', CALM_MS, readNews)
  }

  const placeNow = (): Place => ({ ...place, growing: [...growing] })

  /** What is not done of it, for the folder is away or the app ends, the next start makes up for. */
  const readRaw = async () => {
    if (!started) return
    place = { ...place, rawRate: null }
    await takeAll([...present].filter(isRaw).flatMap(path => nameOf(path) ?? []))
    place = { ...place, rawRate }
    await index.setNote(FOLDER_PLACE, placeNow())
  }

  const knownKeys = async (): Promise<Set<string>> => {
    const known = new Set<string>()
    let after: string | null = null
    do {
      const keys: string[] = await index.keys('folder', after)
      for (const key of keys) known.add(key)
      after = keys.at(-1) ?? null
    } while (after !== null)
    return known
  }

  /** The user's files, newest first as far as names tell. */
  const explain = async (files: readonly TreeEntry[]): Promise<Named[]> => {
    const found: Named[] = []
    for (const [at, file] of files.entries()) {
      if (at % BREATH === BREATH - 1) await setImmediate()
      const named = nameOf(relativePath(file))
      if (named !== null) found.push(named)
    }
    await setImmediate()
    const at = ({ parts }: Named) => parts?.startedAt ?? -Infinity
    return found.sort((a, b) => (at(b) === at(a) ? 0 : at(b) - at(a)))
  }

  /** Null: not audio, or other people's. */
  const nameOf = (path: string): Named | null => {
    if (audioKind(path.slice(path.lastIndexOf('/') + 1)) === null) return null
    const parts = names.read(path)
    if (parts === null && !isNamedByUuid(path)) unexplained.add(path)
    return isOthers(parts, own) ? null : { path, parts }
  }

  const takeAll = async (files: readonly Named[]) => {
    if (!started) progress = { done: 0, total: files.length }
    for (let from = 0; from < files.length && !closed; from += BATCH) {
      const batch = files.slice(from, from + BATCH)
      const calls: SourceCall[] = []
      for (let at = 0; at < batch.length; at += ABREAST) {
        const measured = await Promise.all(batch.slice(at, at + ABREAST).map(look))
        for (const call of measured) if (call !== null) calls.push(call)
      }
      if (calls.length > 0) {
        await index.setNote(FOLDER_PLACE, placeNow(), calls)
        onTaken()
      }
      if (started) continue
      progress = { ...progress, done: from + batch.length }
      onView()
    }
    progress = { done: 0, total: null }
    if (growing.size > 0) soon('growing', GROWING_MS, measureGrowing)
  }

  /** Null: it was not found, or cannot be read. */
  const look = async ({ path, parts }: Named): Promise<SourceCall | null> => {
    try {
      const measured = await measure(placeOf(root, path), clock.now(), rawRate)
      if (measured.hearing === 'growing') growing.add(path)
      else growing.delete(path)
      unreadable.delete(path)
      present.add(path)
      return callOfFile(path, parts, measured, { own, strangers, automaticNames })
    } catch (error) {
      growing.delete(path)
      if (saysGone(error)) missed(path)
      else unreadable.add(path)
      return null
    }
  }

  // ---- what happens later

  const told = (path: string) => {
    news.add(path)
    if (started) soon('news', CALM_MS, readNews)
  }

  const missed = (path: string) => {
    lost.add(path)
    soon('lost', GONE_MS, judgeLost, true)
  }

  const readNews = async () => {
    const files: Named[] = []
    for (const path of [...news]) {
      news.delete(path)
      const named = nameOf(path)
      if (named === null) continue
      const found = await lstat(placeOf(root, path)).catch((error: unknown) => (saysGone(error) ? 'gone' : 'hidden'))
      if (typeof found !== 'string' && found.isFile()) {
        lost.delete(path)
        files.push(named)
      } else if (present.has(path) || found === 'hidden') missed(path)
    }
    if (files.length === 0) return
    await takeAll(files)
    bare = false
    trouble = null
    onView()
  }

  const measureGrowing = async () => {
    const grown: Named[] = []
    for (const path of [...growing]) {
      const measured = await measure(placeOf(root, path), clock.now(), rawRate).catch((error: unknown) =>
        saysGone(error) ? 'gone' : 'hidden',
      )
      const waits = measured === 'hidden' || (measured !== 'gone' && measured.hearing === 'growing')
      const named = waits ? null : nameOf(path)
      if (named !== null) grown.push(named)
    }
    if (grown.length > 0) await takeAll(grown)
    if (growing.size > 0) soon('growing', GROWING_MS, measureGrowing)
  }

  /** Takes out what is gone. Of what lies where nothing can be read now, that shows later. */
  const judgeLost = async () => {
    const now = judge(root)
    const gone: string[] = []
    for (const [at, path] of [...lost].entries()) {
      if (at % BREATH === BREATH - 1) await setImmediate()
      if (isBelow(path, broken)) continue
      const standing = await now.file(path)
      if (standing === 'away') continue
      lost.delete(path)
      if (standing === 'there') news.add(path)
      else if (standing === 'gone') gone.push(path)
      else unreadable.add(path)
    }
    seenBare(!(await now.rootIsThere()))
    if (news.size > 0) soon('news', CALM_MS, readNews)
    if (lost.size > 0) soon('lost', AGAIN_MS, judgeLost)
    if (gone.length === 0) return
    for (const path of gone) {
      for (const set of [present, unreadable, unexplained, growing]) set.delete(path)
    }
    await forget(gone)
    onView()
  }

  const forget = async (paths: readonly string[]) => {
    for (let from = 0; from < paths.length; from += BATCH) {
      const changed = await index.gone('folder', paths.slice(from, from + BATCH))
      if (changed > 0) onTaken()
    }
  }

  const state = (): SyncView['state'] => {
    const why = failure()
    // all but that part is kept up to date
    if (why !== null && why.code !== 'folder-part-unreadable') return 'off'
    return started ? 'idle' : place.completeAt === null ? 'first' : 'looking'
  }

  queue('start', start)
  return {
    view: () => ({
      state: state(),
      ...progress,
      completeAt: place.completeAt,
      failure: failure(),
    }),
    unread: () => unreadable.size + unexplained.size,
    look: () => {
      if (started) {
        for (const path of trouble === null ? unreadable : [...present, ...unreadable]) told(path)
        return
      }
      again()
      queue('start', () => (started || tree !== null ? Promise.resolve() : start()))
    },
    open: (path, form = 'wav') => {
      const file = fileSource(() => inside(root, placeOf(root, path)), { contentType: 'application/octet-stream' })
      const rate = rawRate === null ? {} : { rawRate }
      const hint = { extension: extname(path).slice(1), lookForStereo: true, ...rate }
      return form === 'original' ? file : virtualWav(file, hint, decoding)
    },
    setRawRate: rate => {
      rawRate = rate
      queue('rate', readRaw)
    },
    close: async () => {
      closed = true
      again()
      for (const stop of timers.values()) stop()
      // a listing under way ends with it
      await Promise.all([tree?.close(), work])
    },
  }
}

/** Whether a file lies in one of the folders, at whatever depth. */
function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  if (folders.size === 0) return false
  let folder = path
  do {
    folder = parentOf(folder)
    if (folders.has(folder)) return true
  } while (folder !== '')
  return false
}

/** The real path, where it still lies below the root: a link may have taken its place. Throws AppFailure. */
async function inside(root: string, place: string): Promise<string> {
  const real = await realpath(place)
  const way = relative(root, real)
  if (way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
    throw new AppFailure('recording-missing')
  return real
}
