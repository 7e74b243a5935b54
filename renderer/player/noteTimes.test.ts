import { expect, test } from 'vitest'
import { timesIn } from './noteTimes.ts'

test('each time within the sound, with what is said beside it', () => {
  expect(timesIn('price agreed at 1:35\n2:10.5 address\nno time here, 12 or 1:2:3:4, 99:59', 200_000)).toEqual([
    { ms: 95_000, words: 'price agreed at' },
    { ms: 130_500, words: 'address' },
  ])
})

test('a long note gives no more than fifty', () => {
  expect(timesIn('0:01 '.repeat(3000), 5000)).toHaveLength(50)
})
