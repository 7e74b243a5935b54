import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { markedParts, soundTime } from './callMarks.ts'
import { type Change, put, type Tape, type TapeKind } from './tape.ts'

const tape = (...changes: readonly (readonly [number, TapeKind])[]): Tape =>
  changes.map(([at, to]): Change => ({ at, to }))

/** Started at 10 s, paused from 20 to 30 s and from 35 to 40 s, over at 50 s. */
const twoPauses = tape(
  [0, 'off'],
  [10_000, 'recording'],
  [20_000, 'paused'],
  [30_000, 'recording'],
  [35_000, 'paused'],
  [40_000, 'recording'],
  [50_000, 'over'],
)

describe('marks over two pauses', () => {
  const [part] = markedParts(twoPauses, [12_000, 25_000, 33_000, 45_000])
  if (part === undefined) throw new Error('no part')
  const times = (audioMs: number | null) => part.marks.map(mark => soundTime(part, mark, audioMs))

  test('lie where the tape was; one in a pause at its beginning', () => {
    expect(part).toMatchObject({ startedAt: 10_000, stretches: [10_000, 5000, 10_000], pauses: 2, place: 0 })
    expect(times(null)).toEqual([2000, 10_000, 13_000, 20_000])
    expect(times(25_000)).toEqual([2000, 10_000, 13_000, 20_000])
  })
  test('behind a beep for each pause that is in the sound', () => {
    expect(times(25_500)).toEqual([2000, 10_000, 13_250, 20_500])
  })
  test('earlier by what the sound misses at its start', () => {
    expect(times(24_200)).toEqual([1200, 9200, 12_200, 19_200])
    expect(times(5000)).toEqual([0, 0, 0, 0])
  })
})

test('each file has its own; what was not recorded has none', () => {
  const stopped = tape(
    [0, 'recording'],
    [10_000, 'off'],
    [20_000, 'recording'],
    [25_000, 'unknown'],
    [30_000, 'recording'],
    [40_000, 'over'],
  )
  const parts = markedParts(stopped, [15_000, 22_000, 35_000])
  expect(parts.map(({ place, marks }) => [place, marks])).toEqual([
    [1, [{ stretch: 0, ms: 2000 }]],
    [2, [{ stretch: 0, ms: 5000 }]],
  ])
  expect(markedParts(tape([0, 'off'], [9000, 'over']), [5000])).toEqual([])
})

test('no mark ever lies outside of the sound, and later marks lie no earlier', () => {
  const kind = fc.constantFrom<TapeKind>('off', 'recording', 'paused', 'unknown')
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 9000 }), kind), { maxLength: 12 }),
      fc.array(fc.nat(60_000), { maxLength: 6 }),
      fc.option(fc.nat(60_000)),
      (steps, marks, audioMs) => {
        let at = 0
        let made: Tape = []
        for (const [wait, to] of steps) made = put(made, to, (at += wait))
        for (const part of markedParts(
          put(made, 'over', at + 1000),
          [...marks].sort((a, b) => a - b),
        )) {
          let last = 0
          for (const mark of part.marks) {
            const time = soundTime(part, mark, audioMs)
            expect(time).toBeGreaterThanOrEqual(last)
            if (audioMs !== null) expect(time).toBeLessThanOrEqual(audioMs)
            last = time
          }
        }
      },
    ),
  )
})
