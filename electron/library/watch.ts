/** What recordings in a folder show while they are written: the lamp's evidence where there is no API (design 3). */
import { constants } from 'node:fs'
import { open, realpath, stat } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { type FileSight } from '../../shared/sight.ts'
import { readFully } from './audio/file.ts'
import { isOpen, readWavHead } from './audio/wav.ts'
import { errorCode } from './failures.ts'
import { audioKind, silentMs } from './kinds.ts'
import { nameReader } from './names.ts'
import { placeOf, relativePath, watchTree, type TreeEntry, type TreeWatch } from './tree.ts'

/** Files that are written are looked at so often. */
const LOOK_MS = 250
/** Bytes that are enough for the head of any WAV that Asterisk writes. */
const HEAD = 512
/** At the start, only files that changed so lately (by either clock) can be open ones. */
const LIVELY_MS = 10 * 60_000
/** ... and only names of so lately: longer calls are not expected. */
const LONGEST_CALL_MS = 24 * 3600_000
/** Names that are read before the program goes on with something else. */
const BREATH = 2_000
/** Closed files that are looked at for being opened again (a recording that goes on in the same file). */
const KEPT = 32

export interface FolderWatch {
  /** What was there at the start has been looked at. */
  readonly ready: Promise<void>
  close(): Promise<void>
}

interface Tracked {
  readonly entry: TreeEntry
  readonly kind: FileSight['kind']
  readonly numbers: readonly string[]
  /**
   * `new`: it appeared before our eyes. `known`: it was there; that it is closed is no news. `doubtful`: it was there
   * at the start, perhaps left behind by a crash; only growth proves that it is written.
   */
  trust: 'new' | 'known' | 'doubtful'
  startedAt: number | null
  readonly appearedAt: number | null
  size: number
  mtimeMs: number
  /** When it was first seen, or seen to grow. */
  grewAt: number
  /** As it was told; null: not yet. */
  state: FileSight['state'] | null
}

/**
 * Watches a folder for recordings of the user. Tells `onSight` of every change of state and of growth: `writing` within
 * 0.5 s of the file's appearance, `closed` within 0.5 s of its length being written; a file that vanishes while it is
 * written is `stuck`. Closed files that are there at the start are not told, open ones when they grow. Files between
 * others' numbers are not looked at. `own` empty: everybody's are told. Throws as `parseTemplate`.
 */
export function watchFolder(options: {
  readonly root: string
  readonly own: readonly string[]
  /** Empty: only Asterisk's own `auto-...` names are known. */
  readonly template: string
  readonly onSight: (sight: FileSight) => void
  readonly onError: (error: unknown) => void
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}): FolderWatch {
  const { own, template, onSight, onError, now = Date.now } = options
  const names = nameReader(template)
  const tracked = new Map<string, Tracked>()
  /** Looks that are under way; `true`: look again after it. */
  const busy = new Map<string, boolean>()
  const starting: TreeEntry[] = []
  let root = options.root
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let tree: TreeWatch | null = null

  const describe = (entry: TreeEntry, trust: Tracked['trust']): Tracked | null => {
    if (audioKind(entry.name) === null) return null
    const parts = names.read(relativePath(entry))
    const { kind = 'permanent', numbers = [], both = false, startedAt = null } = parts ?? {}
    if (own.length > 0 && both && !numbers.some(number => own.includes(number))) return null
    const appearedAt = trust === 'new' ? now() : null
    return { entry, kind, numbers, trust, startedAt, appearedAt, size: -1, mtimeMs: -1, grewAt: now(), state: null }
  }

  /** One look after the other at each file. `begin`: what to track where it is not tracked yet. */
  const inspect = async (path: string, begin: () => Tracked | null) => {
    if (busy.has(path)) {
      busy.set(path, true)
      return
    }
    do {
      busy.set(path, false)
      const it = tracked.get(path) ?? begin()
      if (it !== null && !closed) await lookAt(path, it)
    } while (busy.get(path) === true && !closed)
    busy.delete(path)
  }

  const lookAt = async (path: string, it: Tracked) => {
    const seen = await look(placeOf(root, path), it).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') vanish(path, it)
      else if (!closed) {
        tracked.delete(path)
        onError(error)
      }
      return null
    })
    if (seen === null || closed) return
    const grew = seen.size !== it.size
    if (grew && it.size >= 0 && it.trust === 'doubtful') it.trust = 'known'
    if (grew) it.grewAt = now()
    it.size = seen.size
    it.mtimeMs = seen.mtimeMs
    it.startedAt ??= seen.bornAt
    const state = seen.done ? 'closed' : now() - it.grewAt > seen.silentMs ? 'stuck' : 'writing'
    if (state === 'closed' && it.state === null && it.trust !== 'new') {
      tracked.delete(path)
      return
    }
    tracked.set(path, it)
    if (it.trust === 'doubtful' || (it.state === state && !(grew && state === 'writing'))) return
    it.state = state
    tell(it, it.startedAt)
    if (state === 'closed') trim()
  }

  const tell = (it: Tracked, startedAt: number) => {
    if (it.state === null || closed) return
    const { entry, numbers, kind, state, size, appearedAt } = it
    onSight({ name: entry.name, numbers, kind, startedAt, appearedAt, state, size, at: now() })
  }

  const vanish = (path: string, it: Tracked) => {
    tracked.delete(path)
    if (it.state !== 'writing') return
    it.state = 'stuck'
    tell(it, it.startedAt ?? it.grewAt)
  }

  /** Forgets the oldest closed files. */
  const trim = () => {
    const over = [...tracked].filter(([, it]) => it.state === 'closed').slice(0, -KEPT)
    for (const [path] of over) tracked.delete(path)
  }

  const round = async () => {
    for (const [path, it] of [...tracked]) {
      if (closed) return
      // What nobody writes is opened only when something about it changed.
      if ((it.state === 'closed' || it.state === 'stuck') && (await unchanged(placeOf(root, path), it))) continue
      await inspect(path, () => null)
    }
  }

  /** Looks at what was there at the start, as far as it may be open still. */
  const lookAtStart = async () => {
    for (let entry = starting.pop(); entry !== undefined && !closed; entry = starting.pop()) {
      if (starting.length % BREATH === 0) await setImmediate()
      const it = describe(entry, 'doubtful')
      const path = relativePath(entry)
      if (it === null || (it.startedAt !== null && now() - it.startedAt > LONGEST_CALL_MS)) continue
      const mtimeMs = await stat(placeOf(root, path)).then(
        found => found.mtimeMs,
        () => null,
      )
      if (mtimeMs === null || Math.abs(now() - mtimeMs) > LIVELY_MS) continue
      await inspect(path, () => it)
    }
  }

  const begin = async () => {
    root = await realpath(options.root)
    if (closed) return
    const watched = watchTree({
      root,
      onStart: files => {
        for (const file of files) starting.push(file)
      },
      onFile: (entry, news) => {
        inspect(relativePath(entry), () => describe(entry, news === 'new' ? 'new' : 'known')).catch(onError)
      },
      onError,
    })
    tree = watched
    await watched.ready
    await lookAtStart()
  }

  const ready = begin().catch(onError)
  let running: Promise<void> = ready
  const next = () => {
    if (closed) return
    timer = setTimeout(() => {
      running = round().catch(onError).finally(next)
    }, LOOK_MS).unref()
  }
  next()
  return {
    ready,
    close: async () => {
      closed = true
      clearTimeout(timer)
      await running
      await ready
      await tree?.close()
    },
  }
}

async function unchanged(path: string, it: Tracked): Promise<boolean> {
  return stat(path).then(
    now => now.size === it.size && now.mtimeMs === it.mtimeMs,
    () => false,
  )
}

interface Look {
  readonly size: number
  readonly mtimeMs: number
  readonly bornAt: number
  /** Its length is written. */
  readonly done: boolean
  /** How long a writer may be silent. */
  readonly silentMs: number
}

/** Opening a file asks a network mount for its true state, where its listing may be seconds old. */
async function look(path: string, it: Tracked): Promise<Look> {
  const handle = await open(path, constants.O_RDONLY)
  try {
    const { size, mtimeMs, birthtimeMs } = await handle.stat()
    const bornAt = birthtimeMs > 0 ? Math.min(birthtimeMs, mtimeMs) : mtimeMs
    const byteRate = audioKind(it.entry.name)?.byteRate ?? null
    if (byteRate !== null) return { size, mtimeMs, bornAt, done: false, silentMs: silentMs(byteRate) }
    const head = readWavHead(await readFully(handle, 0, Math.min(size, HEAD)))
    // No whole head yet: it is about to be written. What is no WAV at all was put there ready.
    const done = head === null ? size >= HEAD : !isOpen(head)
    return { size, mtimeMs, bornAt, done, silentMs: silentMs(head?.byteRate ?? 16_000) }
  } finally {
    await handle.close()
  }
}
