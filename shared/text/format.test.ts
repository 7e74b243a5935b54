import { describe, expect, it } from 'vitest'
import { formatFor } from './format.ts'

const ZONE = 'America/Montreal'
/** 14:05:12 there. */
const AT = Date.parse('2026-11-23T14:05:12-05:00')
const HOUR = 3_600_000

const en = formatFor('en', ZONE)
const fr = formatFor('fr', ZONE)
const frCA = formatFor('fr-CA', ZONE)

describe('clock times', () => {
  it('run to 24 hours', () => {
    expect([en.clock(AT), fr.clock(AT)]).toEqual(['14:05:12', '14:05:12'])
    expect([en.time(AT), fr.time(AT)]).toEqual(['14:05', '14:05'])
    expect(en.time(Date.parse('2026-11-23T00:30:00-05:00'))).toBe('00:30')
  })

  it('are written with h in Canadian French', () => {
    expect(frCA.time(AT).replaceAll(/\s/gu, ' ')).toBe('14 h 05')
  })
})

describe('days', () => {
  it('are today and yesterday by the calendar, not by 24 hours', () => {
    expect(en.day(AT - 14 * HOUR, AT)).toBe('Today')
    expect(en.day(AT - 15 * HOUR, AT)).toBe('Yesterday')
    expect(fr.day(AT, AT)).toBe('Aujourd’hui')
    expect(fr.day(AT - 24 * HOUR, AT)).toBe('Hier')
  })

  it('have a weekday before that, and a year only where it is another', () => {
    expect(en.day(AT - 7 * 24 * HOUR, AT)).toBe('Monday, November 16')
    expect(fr.day(AT - 7 * 24 * HOUR, AT)).toBe('Lundi 16 novembre')
    expect(en.day(Date.parse('2025-12-31T10:00:00-05:00'), AT)).toContain('2025')
  })

  it('know the day on which clocks change', () => {
    const noon = Date.parse('2026-11-01T12:00:00-05:00')
    expect(en.day(noon - 24 * HOUR, noon)).toBe('Yesterday')
    expect(en.day(Date.parse('2026-11-01T00:10:00-04:00'), noon)).toBe('Today')
  })
})

describe('durations', () => {
  it.each([
    [-5, '00:00'],
    [999, '00:00'],
    [252_000, '04:12'],
    [3_599_999, '59:59'],
    [3_600_000, '1:00:00'],
    [36_061_000, '10:01:01'],
  ])('%d ms is %s', (ms, words) => {
    expect(en.duration(ms)).toBe(words)
  })
})

it('lists and speeds follow the language', () => {
  expect(en.list(['a', 'b'])).toBe('a and b')
  expect(fr.list(['a', 'b'])).toBe('a et b')
  expect([en.speed(1.25), fr.speed(1.25), fr.speed(1)]).toEqual(['1.25×', '1,25×', '1,0×'])
  expect([en.sampling(44_100), fr.sampling(44_100), fr.sampling(8_000)]).toEqual([
    '44.1\u00a0kHz',
    '44,1\u00a0kHz',
    '8\u00a0kHz',
  ])
})
