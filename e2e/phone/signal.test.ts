import { expect, test } from 'vitest'
import { steadyTone, toneLevel } from './signal.ts'

/** Amplitude 0.25; after each `slip` samples the phase is another. */
const tone = (hertz: number, seconds: number, slip = Infinity): Int16Array =>
  Int16Array.from({ length: seconds * 8_000 }, (_, at) => {
    const slipped = Math.floor(at / slip) * Math.PI
    return Math.round(8192 * Math.sin((2 * Math.PI * hertz * at) / 8_000 + slipped))
  })

test('a tone whose phase slips is there all the same, and another one is not', () => {
  const slipping = tone(620, 4, 7_000)
  expect(toneLevel(slipping, 620)).toBeLessThan(0.08)
  expect(steadyTone(slipping, 620)).toBeCloseTo(0.25, 2)
  expect(steadyTone(slipping, 570)).toBeLessThan(0.01)
})

test('what sounds for less than half of the time is not there all along', () => {
  const sometimes = new Int16Array(32_000)
  sometimes.set(tone(620, 1), 8_000)
  expect(steadyTone(sometimes, 620)).toBeLessThan(0.001)
  expect(steadyTone(new Int16Array(0), 620)).toBe(0)
})
