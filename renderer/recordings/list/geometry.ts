/**
 * Where everything of the list lies, in CSS pixels from its top. Rows and headings have fixed heights, so all of it follows
 * from the outline: the scroll bar is right from the start, and nothing is measured.
 */
import { countOf, dayAt, type Days, firstThat } from './days.ts'

export interface Sizes {
  readonly row: number
  readonly head: number
}

export type Item =
  | { readonly kind: 'head'; readonly day: number; readonly top: number }
  | { readonly kind: 'row'; readonly index: number; readonly top: number }

export const heightOf = (days: Days, { row, head }: Sizes): number => days.total * row + days.days.length * head

export const headTop = (days: Days, { row, head }: Sizes, day: number): number =>
  (days.starts[day] ?? days.total) * row + day * head

export const rowTop = (days: Days, sizes: Sizes, index: number): number =>
  index * sizes.row + (dayAt(days, index) + 1) * sizes.head

/** The day that a line of the list belongs to, its heading included. -1 = there is none. */
export const dayAtLine = (days: Days, sizes: Sizes, y: number): number =>
  Math.max(days.days.length === 0 ? -1 : 0, firstThat(days.days.length, day => headTop(days, sizes, day) > y) - 1)

/** The row at a line; at a heading, the row below it. */
export function rowAtLine(days: Days, sizes: Sizes, y: number): number {
  const day = dayAtLine(days, sizes, y)
  if (day < 0) return 0
  const inDay = Math.floor((y - headTop(days, sizes, day) - sizes.head) / sizes.row)
  return (days.starts[day] ?? 0) + Math.max(0, Math.min(inDay, countOf(days, day) - 1))
}

/** What lies between two lines, from top to bottom. */
export function itemsBetween(days: Days, sizes: Sizes, from: number, to: number): Item[] {
  const items: Item[] = []
  const first = dayAtLine(days, sizes, from)
  for (let day = Math.max(0, first); day < days.days.length; day++) {
    const top = headTop(days, sizes, day)
    if (top >= to) break
    if (top + sizes.head > from) items.push({ kind: 'head', day, top })
    const rows = top + sizes.head
    const start = Math.max(0, Math.floor((from - rows) / sizes.row))
    const end = Math.min(countOf(days, day), Math.ceil((to - rows) / sizes.row))
    for (let at = start; at < end; at++)
      items.push({ kind: 'row', index: (days.starts[day] ?? 0) + at, top: rows + at * sizes.row })
  }
  return items
}

/**
 * The tallest box that is scrolled. Chromium cuts boxes at 33,554,428 px, and draws to the pixel up to 16,777,216 only (the
 * mantissa of a 32-bit float). Of a taller list the scroll bar moves in a larger measure.
 */
const TALLEST = 15_000_000

export const boxHeight = (height: number): number => Math.min(height, TALLEST)

/** From the scroll bar to the list, for a list of `height` seen through `view`. */
export function toList(scrolled: number, height: number, view: number): number {
  const [whole, box] = [height - view, boxHeight(height) - view]
  return whole <= 0 || box <= 0 ? 0 : clamp(whole === box ? scrolled : (scrolled / box) * whole, whole)
}

/** From the list to the scroll bar. */
export function toScroll(y: number, height: number, view: number): number {
  const [whole, box] = [height - view, boxHeight(height) - view]
  return whole <= 0 || box <= 0 ? 0 : clamp(whole === box ? y : (y / whole) * box, box)
}

const clamp = (value: number, most: number): number => Math.max(0, Math.min(value, most))
