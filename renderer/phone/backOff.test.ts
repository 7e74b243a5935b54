import { expect, test } from 'vitest'
import { backOff } from './backOff.ts'

test('waits 1 s at first, twice as long each time, never more than 30 s', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 5000].map(failures => backOff(failures, 0))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
  ])
})

test('spreads by a fifth at most', () => {
  expect(backOff(0, 1)).toBe(800)
  expect(backOff(9, 0.5)).toBe(27_000)
})
