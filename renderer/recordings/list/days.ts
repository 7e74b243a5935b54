/**
 * The outline of the list, ready to be walked. Entries are numbered from the newest, 0; a place (`day`, `skip`) and a number
 * are two names of the same entry as long as the outline holds.
 */
import { type z } from 'zod'
import { type Outline, type Place as PlaceSchema } from '../../../shared/library/query.ts'

export type Place = z.output<typeof PlaceSchema>

export interface Days {
  readonly total: number
  /** Newest first. */
  readonly days: readonly string[]
  /** Number of the first entry of each day. */
  readonly starts: readonly number[]
}

export const NO_DAYS: Days = { total: 0, days: [], starts: [] }

/** The sum of the days counts, whatever `total` says: what is drawn must be what can be asked for. */
export function daysOf(outline: Outline): Days {
  const days: string[] = []
  const starts: number[] = []
  let total = 0
  for (const [day, count] of outline.days) {
    if (count <= 0) continue
    days.push(day)
    starts.push(total)
    total += count
  }
  return { total, days, starts }
}

export const countOf = ({ total, starts }: Days, day: number): number =>
  (starts[day + 1] ?? total) - (starts[day] ?? total)

/** The first of `count` numbers from 0 for which it holds; `count` where it holds for none. It holds for all after the first. */
export function firstThat(count: number, holds: (at: number) => boolean): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** Which day an entry is of, as a position in `days`. -1 = there are none. */
export const dayAt = ({ starts }: Days, index: number): number =>
  firstThat(starts.length, day => (starts[day] ?? 0) > index) - 1

/** Null where there is no such entry. */
export function placeOf(days: Days, index: number): Place | null {
  if (index < 0 || index >= days.total) return null
  const at = dayAt(days, index)
  const day = days.days[at]
  return day === undefined ? null : { day, skip: index - (days.starts[at] ?? 0) }
}

/** The entry at a place, or the one that took it: of a day that is gone, the newest of the days before it. */
export function indexOf(days: Days, { day, skip }: Place): number {
  const at = firstThat(days.days.length, each => (days.days[each] ?? '') <= day)
  const start = days.starts[at] ?? days.total
  const inDay = days.days[at] === day ? Math.min(skip, countOf(days, at) - 1) : 0
  return Math.max(0, Math.min(start + inDay, days.total - 1))
}

/** The day of a time, by the computer's own calendar, as the outline writes it. */
export function dayOf(at: number): string {
  const date = new Date(at)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** Noon of a day, by the computer's own calendar: for the words of its heading. */
export function noonOf(day: string): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date, 12).getTime()
}
