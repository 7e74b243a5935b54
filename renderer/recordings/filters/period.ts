/** Periods to choose from, in the computer's own calendar: last days, seasons, months. Pure. */

/** Milliseconds since the epoch, `until` exclusive; null = open. */
export interface Period {
  readonly from: number | null
  readonly until: number | null
}
export const ALWAYS: Period = { from: null, until: null }

/** By the months of the north: spring is March to May. The months are shown beside it. */
export type Season = 'winter' | 'spring' | 'summer' | 'autumn'
const SEASONS: readonly Season[] = ['winter', 'spring', 'summer', 'autumn']
/** Seasons offered: the present one and a whole year of those before. */
const OFFERED = 5

export interface SeasonChoice extends Period {
  readonly season: Season
  /** Of its last month: the winter of 2026 begins in December 2025. */
  readonly year: number
}

const day = (year: number, month: number, date = 1) => new Date(year, month, date).getTime()

/** The last so many days, today included. 1 = today. */
export function lastDays(now: number, days: number): Period {
  const today = new Date(now)
  return { from: day(today.getFullYear(), today.getMonth(), today.getDate() - days + 1), until: null }
}

export function yesterday(now: number): Period {
  const today = new Date(now)
  const [year, month, date] = [today.getFullYear(), today.getMonth(), today.getDate()]
  return { from: day(year, month, date - 1), until: day(year, month, date) }
}

/** `month` 0 to 11. */
export const monthOf = (year: number, month: number): Period => ({
  from: day(year, month),
  until: day(year, month + 1),
})

export const yearOf = (year: number): Period => ({ from: day(year, 0), until: day(year + 1, 0) })

/** The newest first, the present one among them. */
export function seasons(now: number): SeasonChoice[] {
  const today = new Date(now)
  // December belongs to the winter of the year that follows
  const months = today.getFullYear() * 12 + today.getMonth() + 1
  const present = Math.floor(months / 3)
  return Array.from({ length: OFFERED }, (_, ago) => {
    const at = present - ago
    const first = at * 3 - 1
    const [year, month] = [Math.floor(first / 12), first % 12]
    return {
      season: SEASONS[at % 4] ?? 'winter',
      year: Math.floor((first + 2) / 12),
      from: day(year, month),
      until: day(year, month + 3),
    }
  })
}

export const samePeriod = (a: Period, b: Period): boolean => a.from === b.from && a.until === b.until
