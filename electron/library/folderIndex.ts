/** What a folder's names tell, newest first, kept up to date name by name: hundreds of thousands of them. */
import { setImmediate } from 'node:timers/promises'
import { errorCode } from './failures.ts'
import { audioType, type NameParts, type NameReader } from './names.ts'
import { relativePath, type TreeEntry } from './tree.ts'

export interface Indexed {
  /** Relative to the root, with `/`. */
  readonly path: string
  /** From the name, else the file's own time: milliseconds since the epoch. */
  readonly startedAt: number
  /** Null: no pattern explains the name. */
  readonly parts: NameParts | null
}

/** A place in the order: every entry is before or after it. */
export type Place = Pick<Indexed, 'startedAt' | 'path'>

export interface FolderIndex {
  /** Newest first; never changed, but replaced. */
  readonly entries: readonly Indexed[]
  /** Files that are not audio, or other people's, are left out. */
  add(files: readonly TreeEntry[]): Promise<void>
  remove(path: string): void
  has(path: string): boolean
}

/** Things that are done before the program goes on with something else. */
const BREATH = 2_000
/** Entries that are sorted before it does. */
const CHUNK = 20_000
/** So few additions are put into their places; more are sorted with all. */
const FEW = 100
/** Files that are asked for their state at the same time. */
export const ABREAST = 16

/**
 * An index of names. `own`: the user's numbers (empty: everybody's are taken). `timeOf`: a file's own time, for names
 * that do not tell it; where it throws, the file is left out, and told to `onUnreadable` unless it is gone.
 */
export function createFolderIndex(options: {
  readonly names: NameReader
  readonly own: readonly string[]
  readonly timeOf: (path: string) => Promise<number>
  readonly onUnreadable: (path: string) => void
}): FolderIndex {
  const { names, own, timeOf, onUnreadable } = options
  const byPath = new Map<string, Indexed>()
  let entries: readonly Indexed[] = []

  const explain = async (files: readonly TreeEntry[]): Promise<Indexed[]> => {
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
    const asked = await abreast(untold, async (it): Promise<Indexed[]> => {
      try {
        return [{ ...it, startedAt: await timeOf(it.path) }]
      } catch (error) {
        if (errorCode(error) !== 'ENOENT') onUnreadable(it.path)
        return []
      }
    })
    return told.concat(...asked)
  }

  const remove = (path: string) => {
    const it = byPath.get(path)
    if (it === undefined) return
    byPath.delete(path)
    const at = placeIn(entries, it)
    entries = [...entries.slice(0, at), ...entries.slice(at + 1)]
  }

  return {
    get entries() {
      return entries
    },
    has: path => byPath.has(path),
    remove,
    add: async files => {
      const found = await explain(files)
      if (found.length <= FEW) {
        for (const it of found) {
          remove(it.path)
          byPath.set(it.path, it)
          const at = placeIn(entries, it)
          entries = [...entries.slice(0, at), it, ...entries.slice(at)]
        }
        return
      }
      for (const it of found) byPath.set(it.path, it)
      // Something may have been added or removed while it was sorted: then once more.
      for (let before = -1; before !== byPath.size;) {
        before = byPath.size
        entries = await sortCalmly([...byPath.values()])
      }
    },
  }
}

/** Order of the list: newest first, then by path. */
export function newestFirst(a: Place, b: Place): number {
  return b.startedAt - a.startedAt || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)
}

/** Index of the first entry that is not before this place. */
export function placeIn(entries: readonly Indexed[], place: Place): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    const it = entries[middle]
    if (it !== undefined && newestFirst(it, place) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Entries from `from` on that pass a test, at most `count`. */
export async function pick(
  entries: readonly Indexed[],
  from: number,
  count: number,
  passes: (it: Indexed) => boolean,
): Promise<Indexed[]> {
  const found: Indexed[] = []
  for (let at = from; at < entries.length && found.length < count; at++) {
    if (at % BREATH === BREATH - 1) await setImmediate()
    const it = entries[at]
    if (it !== undefined && passes(it)) found.push(it)
  }
  return found
}

/** Explained, and none of its numbers is the user's. */
function isOthers(parts: NameParts | null, own: readonly string[]): boolean {
  if (own.length === 0 || parts?.both !== true) return false
  return !parts.numbers.some(number => own.includes(number))
}

/** Sorts chunk by chunk and merges them, so that the program goes on in between. */
async function sortCalmly(all: readonly Indexed[]): Promise<readonly Indexed[]> {
  let runs: Indexed[][] = []
  for (let at = 0; at < all.length; at += CHUNK) {
    runs.push(all.slice(at, at + CHUNK).sort(newestFirst))
    await setImmediate()
  }
  while (runs.length > 1) {
    const merged: Indexed[][] = []
    for (let at = 0; at < runs.length; at += 2) {
      merged.push(merge(runs[at] ?? [], runs[at + 1] ?? []))
      await setImmediate()
    }
    runs = merged
  }
  return runs[0] ?? []
}

function merge(a: readonly Indexed[], b: readonly Indexed[]): Indexed[] {
  const both: Indexed[] = []
  let at = 0
  for (const it of a) {
    for (let other = b[at]; other !== undefined && newestFirst(other, it) < 0; other = b[at]) {
      both.push(other)
      at++
    }
    both.push(it)
  }
  for (; at < b.length; at++) {
    const rest = b[at]
    if (rest !== undefined) both.push(rest)
  }
  return both
}

/** Runs over all, a few at a time, in order. */
export async function abreast<T, R>(all: readonly T[], run: (it: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let at = 0; at < all.length; at += ABREAST) {
    results.push(...(await Promise.all(all.slice(at, at + ABREAST).map(run))))
  }
  return results
}
