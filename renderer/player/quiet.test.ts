import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gateOf, lengthOf, levelsOf, silencesOf, skippedOf, spanAt } from './quiet.ts'

/** Levels of stretches: so many of 20 ms at a level, one after the other. */
const line = (...runs: readonly (readonly [seconds: number, level: number])[]) =>
  Uint8Array.from(runs.flatMap(([seconds, level]) => Array.from({ length: seconds * 50 }, () => level)))

describe('silences', () => {
  test('are what lies less than 7 dB above the noise of the line, from 0.6 s on', () => {
    const levels = line([2, 60], [3, 140], [1, 62], [2, 150], [0.5, 60], [1, 150])
    expect(silencesOf(levels)).toEqual([
      { from: 0, to: 2000 },
      { from: 5000, to: 6000 },
    ])
  })
  test('digital silence is always one', () => {
    expect(silencesOf(line([2, 130], [3, 0], [1, 132]))).toEqual([{ from: 2000, to: 5000 }])
    expect(silencesOf(line([3, 0]))).toEqual([])
  })
  test('an even sound has none: nothing can be told of it', () => {
    expect(gateOf(line([10, 120]))).toBeNull()
    expect(silencesOf(line([10, 120], [2, 124]))).toEqual([])
  })
  test('what is skipped leaves their ends to be heard', () => {
    const skipped = skippedOf([{ from: 1000, to: 3000 }])
    expect(skipped).toEqual([{ from: 1150, to: 2850 }])
    expect(lengthOf(skipped)).toBe(1700)
  })
  test('are in order, apart, inside the sound, and found again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(8000), (levels, ms) => {
        const silences = silencesOf(levels)
        let last = -1
        for (const { from, to } of silences) {
          expect(from).toBeGreaterThan(last)
          expect(to - from).toBeGreaterThanOrEqual(600)
          expect(to).toBeLessThanOrEqual(levels.length * 20)
          last = to
        }
        expect(spanAt(silences, ms)).toEqual(silences.find(({ from, to }) => ms >= from && ms < to) ?? null)
      }),
    )
  })
})

test('the louder of two channels counts', () => {
  expect([...levelsOf(Uint8Array.of(0, 0, 5, 0, 0, 9, 0, 0, 7, 0, 0, 0), 2)]).toEqual([9, 7])
})
