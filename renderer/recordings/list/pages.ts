/** The part of the list that is loaded: sparse pages of entries by their numbers. Pure. */
import { type Entry } from '../../../shared/library/entry.ts'
import { type Days, indexOf, placeOf } from './days.ts'

/** Entries of a page. */
export const PAGE = 50
/** So many pages are kept: some screens around where one is, and where one was. */
const KEPT = 80

export type Pages = ReadonlyMap<number, readonly Entry[]>
export const NO_PAGES: Pages = new Map()

export const pageOf = (index: number): number => Math.floor(index / PAGE)

/** Undefined where it is not loaded. */
export const entryAt = (pages: Pages, index: number): Entry | undefined => pages.get(pageOf(index))?.[index % PAGE]

/** Pages from one entry to another, both included, in order. */
export function pagesBetween(first: number, last: number): number[] {
  const pages: number[] = []
  for (let page = pageOf(Math.max(0, first)); page <= pageOf(last); page++) pages.push(page)
  return pages
}

/** With one more page; of too many, those go that are farthest from it. */
export function withPage(pages: Pages, page: number, entries: readonly Entry[]): Pages {
  const all = new Map(pages).set(page, entries)
  if (all.size <= KEPT) return all
  const near = [...all.keys()].sort((a, b) => Math.abs(a - page) - Math.abs(b - page)).slice(0, KEPT)
  return new Map(near.map(each => [each, all.get(each) ?? []]))
}

/** With an entry changed, wherever it is loaded. */
export function withEntry(pages: Pages, id: string, change: (entry: Entry) => Entry): Pages {
  for (const [page, entries] of pages) {
    const at = entries.findIndex(entry => entry.id === id)
    if (at >= 0) return new Map(pages).set(page, entries.toSpliced(at, 1, change(entries[at] as Entry)))
  }
  return pages
}

/** The number of an entry, looked for where it is loaded, the pages near to `about` first. Null = not loaded. */
export function findEntry(pages: Pages, id: string, about: number): number | null {
  const near = [...pages.keys()].sort((a, b) => Math.abs(a - pageOf(about)) - Math.abs(b - pageOf(about)))
  for (const page of near) {
    const at = pages.get(page)?.findIndex(entry => entry.id === id) ?? -1
    if (at >= 0) return page * PAGE + at
  }
  return null
}

/** Ids from one entry to another, both included; null where one of them is not loaded. */
export function idsBetween(pages: Pages, from: number, to: number): string[] | null {
  const ids: string[] = []
  for (let index = Math.min(from, to); index <= Math.max(from, to); index++) {
    const entry = entryAt(pages, index)
    if (entry === undefined) return null
    ids.push(entry.id)
  }
  return ids
}

/** An entry that is held on to while the list changes around it. */
export interface Held {
  readonly index: number
  /** Null where it was never loaded. */
  readonly id: string | null
}

/**
 * Where it most likely is in the changed list, without having seen that: in the same day, pushed down by what came to
 * that day (what is new is the newest of its day, as a rule).
 */
export function guess(before: Days, after: Days, index: number): number {
  const place = placeOf(before, index)
  if (place === null) return Math.max(0, Math.min(index, after.total - 1))
  const added = (countIn(after, place.day) ?? 0) - (countIn(before, place.day) ?? 0)
  return indexOf(after, { day: place.day, skip: place.skip + Math.max(0, added) })
}

/** Where it is in the changed list: where it was seen there, else where it most likely is. */
export function moved(held: Held, before: Days, after: Days, pages: Pages): Held {
  const about = guess(before, after, held.index)
  const seen = held.id === null ? null : findEntry(pages, held.id, about)
  return { id: held.id, index: seen ?? about }
}

function countIn({ days, starts, total }: Days, day: string): number | null {
  const at = days.indexOf(day)
  return at < 0 ? null : (starts[at + 1] ?? total) - (starts[at] ?? total)
}
