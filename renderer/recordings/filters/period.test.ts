/** Periods in the computer's own calendar. */
import { describe, expect, it } from 'vitest'
import { lastDays, monthOf, seasons, yearOf, yesterday } from './period.ts'

const at = (text: string) => new Date(text).getTime()

describe('seasons', () => {
  it('are five, the present one first, and none is left out between', () => {
    const offered = seasons(at('2026-11-25T10:00'))
    expect(offered.map(({ season, year }) => `${season} ${year}`)).toEqual([
      'autumn 2026',
      'summer 2026',
      'spring 2026',
      'winter 2026',
      'autumn 2025',
    ])
    for (const [index, { from }] of offered.entries()) expect(offered[index + 1]?.until ?? from).toBe(from)
    expect(offered[2]).toMatchObject({ from: at('2026-03-01T00:00'), until: at('2026-06-01T00:00') })
  })

  it('have December in the winter of the year that follows', () => {
    expect(seasons(at('2026-12-01T00:00'))[0]).toEqual({
      season: 'winter',
      year: 2027,
      from: at('2026-12-01T00:00'),
      until: at('2027-03-01T00:00'),
    })
    expect(seasons(at('2027-02-28T23:59'))[0]).toMatchObject({ season: 'winter', year: 2027 })
    expect(seasons(at('2027-03-01T00:00'))[0]).toMatchObject({ season: 'spring', year: 2027 })
  })
})

describe('days, months and years', () => {
  it('begin at midnight here', () => {
    const now = at('2026-03-01T00:30')
    expect(lastDays(now, 1)).toEqual({ from: at('2026-03-01T00:00'), until: null })
    expect(lastDays(now, 7)).toEqual({ from: at('2026-02-23T00:00'), until: null })
    expect(yesterday(now)).toEqual({ from: at('2026-02-28T00:00'), until: at('2026-03-01T00:00') })
    expect(monthOf(2026, 11)).toEqual({ from: at('2026-12-01T00:00'), until: at('2027-01-01T00:00') })
    expect(yearOf(2026)).toEqual({ from: at('2026-01-01T00:00'), until: at('2027-01-01T00:00') })
  })
})
