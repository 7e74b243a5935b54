import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exactTime, typedTime } from './typedTime.ts'

test.each([
  ['95', 95_000],
  ['1:35', 95_000],
  [' 1:02:03.25 ', 3_723_250],
  ['0,5', 500],
  ['90:00', 5_400_000],
  ['', null],
  ['1:75', null],
  ['1:60:00', null],
  ['-3', null],
  ['1:2:3:4', null],
  ['soon', null],
])('%s is %s', (typed, ms) => expect(typedTime(typed)).toBe(ms))

test('what is shown can be typed again', () => {
  fc.assert(
    fc.property(fc.nat(90_000_000), ms => {
      expect(typedTime(exactTime(ms))).toBe(ms)
    }),
  )
})
