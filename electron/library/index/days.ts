/** Days of the user's time zone, as the list counts them: an entry's day is never older than that of an earlier one. */

/** `20261125`: how the index stores a day. */
export type DayNumber = number

const numberOf = (year: number, month: number, day: number): DayNumber => year * 10_000 + month * 100 + day

/** Milliseconds since the epoch at which a day begins; a month or day beyond the calendar's rolls over, as in Date. */
function beginning(year: number, month: number, day: number): number {
  const date = new Date(2000, 0, 1)
  date.setFullYear(year, month - 1, day)
  return date.getTime()
}

/** The day of a moment (milliseconds since the epoch). */
export function dayOf(at: number): DayNumber {
  const date = new Date(at)
  const [year, month, day] = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
  // a clock that is set back over midnight repeats the end of a day: those moments belong to the day that has begun
  if (at >= beginning(year, month, day + 1)) {
    const next = new Date(beginning(year, month, day + 1))
    return numberOf(next.getFullYear(), next.getMonth() + 1, next.getDate())
  }
  return numberOf(year, month, day)
}

/** When the day after begins: milliseconds since the epoch. */
export function endOfDay(day: DayNumber): number {
  return beginning(Math.floor(day / 10_000), Math.floor(day / 100) % 100, (day % 100) + 1)
}

export function dayText(day: DayNumber): string {
  const digits = String(day).padStart(8, '0')
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`
}

/** @param text `2026-11-25` */
export const dayFrom = (text: string): DayNumber => Number(text.replaceAll('-', ''))

/** Which zone's days these are: the same as long as the days are. */
export const zoneName = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

const SIGNS = [Date.UTC(2000, 0), Date.UTC(2000, 6), Date.UTC(2026, 0), Date.UTC(2026, 6)]

/** A quick sign of the zone: minutes from UTC at some moments of the years. */
export const zoneOffsets = (): string => SIGNS.map(at => new Date(at).getTimezoneOffset()).join(' ')
