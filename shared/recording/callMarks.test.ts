import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ListedSound, markedParts, type MarkedPart, soundTime } from './callMarks.ts'
import { type Change, put, type Tape, type TapeKind } from './tape.ts'

const tape = (...changes: readonly (readonly [number, TapeKind])[]): Tape =>
  changes.map(([at, to]): Change => ({ at, to }))

const listed = (change: Partial<ListedSound>): ListedSound => ({
  audioMs: null,
  startedAt: null,
  spanMs: null,
  ...change,
})
/** Where each mark lies in the sound. */
const timesIn = (part: MarkedPart | undefined, there: Partial<ListedSound>) =>
  part?.marks.map(mark => soundTime(part, mark, listed(there)))

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
  const times = (audioMs: number | null) => timesIn(part, { audioMs })

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
  test('later by what no beep is long enough for', () => {
    // it was seen 10 s late: what its start and stop tell leaves the beeps what they are
    expect(timesIn(part, { audioMs: 35_500, spanMs: 50_000 })).toEqual([12_000, 20_000, 23_250, 30_500])
    // nothing tells: the end does
    expect(timesIn(part, { audioMs: 35_500 })).toEqual([12_500, 20_500, 23_500, 30_500])
  })
})

describe('seen late', () => {
  // its first 60 s were not seen
  const late = tape([60_000, 'recording'], [100_000, 'over'])

  test('marks lie as far from the end as they were set', () => {
    const [part] = markedParts(late, [65_000, 99_000])
    expect(part).toMatchObject({ began: false, startedAt: 60_000, endedAt: 100_000, place: 0 })
    expect(timesIn(part, { audioMs: 100_000 })).toEqual([65_000, 99_000])
    // also where it was seen 3 s after its start, or its start is missing too
    expect(timesIn(part, { audioMs: 43_000 })).toEqual([8000, 42_000])
    expect(timesIn(part, { audioMs: 39_500 })).toEqual([4500, 38_500])
  })
  test('where the end was not seen either, as far from the listed start', () => {
    const [part] = markedParts(tape([60_000, 'recording'], [70_000, 'unknown'], [100_000, 'over']), [65_000])
    expect(timesIn(part, { audioMs: 80_000, startedAt: 0 })).toEqual([65_000])
    expect(timesIn(part, { startedAt: 0 })).toEqual([65_000])
    expect(timesIn(part, { audioMs: 80_000 })).toEqual([5000])
  })
  test('a pause that was there when it was seen begins at what had been recorded', () => {
    const paused = tape([60_000, 'paused'], [80_000, 'recording'], [100_000, 'over'])
    const [part] = markedParts(paused, [70_000, 90_000])
    expect(part).toMatchObject({ stretches: [0, 20_000], pauses: 1, began: false })
    // 30 s were recorded before; then a beep of half a second
    expect(timesIn(part, { audioMs: 50_500, spanMs: 70_000 })).toEqual([30_000, 40_500])
  })
  test('a beep stays one, where start and stop are told', () => {
    const beeps = tape([60_000, 'recording'], [80_000, 'paused'], [90_000, 'recording'], [100_000, 'over'])
    const [part] = markedParts(beeps, [65_000, 95_000])
    expect(timesIn(part, { audioMs: 90_500, spanMs: 100_000 })).toEqual([65_000, 85_500])
    expect(timesIn(part, { audioMs: 90_500, startedAt: 0 })).toEqual([65_000, 85_500])
  })
})

test('lost and seen again: what was set before is told by the start, what was set after by the end', () => {
  const lost = tape([0, 'off'], [10_000, 'recording'], [20_000, 'unknown'], [45_000, 'recording'], [60_000, 'over'])
  // the one at 23 s was set before the loss was noticed
  const [before, after, ...others] = markedParts(lost, [12_000, 23_000, 50_000])
  expect(others).toEqual([])
  expect(before).toMatchObject({ began: true, startedAt: 10_000, endedAt: null, place: 0 })
  expect(after).toMatchObject({ began: false, startedAt: 45_000, endedAt: 60_000, place: 0 })
  const whole = { audioMs: 50_000, startedAt: 10_000, spanMs: 50_000 }
  expect(timesIn(before, whole)).toEqual([2000, 13_000])
  expect(timesIn(after, whole)).toEqual([40_000])
  // it was another file after all
  expect(timesIn(after, { audioMs: 20_000, startedAt: 40_000, spanMs: 20_000 })).toEqual([10_000])
})

test('each file has its own; what was set before its end was known is at its end', () => {
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
    [0, [{ stretch: 0, ms: 10_000 }]],
    [1, [{ stretch: 0, ms: 2000 }]],
    [1, [{ stretch: 0, ms: 5000 }]],
  ])
  expect(markedParts(tape([0, 'off'], [9000, 'over']), [5000])).toEqual([])
})

test('no mark is lost or lies outside of the sound, and later marks lie no earlier', () => {
  const maybe = fc.option(fc.nat(60_000))
  const kind = fc.constantFrom<TapeKind>('off', 'recording', 'paused', 'unknown')
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 9000 }), kind), { maxLength: 12 }),
      fc.array(fc.nat(60_000), { maxLength: 6 }),
      fc.record({ audioMs: maybe, startedAt: maybe, spanMs: maybe }),
      (steps, marks, there) => {
        let at = 0
        let made: Tape = []
        for (const [wait, to] of steps) made = put(made, to, (at += wait))
        const parts = markedParts(
          put(made, 'over', at + 1000),
          [...marks].sort((a, b) => a - b),
        )
        const anything = steps.some(([, to]) => to === 'recording' || to === 'paused')
        expect(parts.flatMap(part => part.marks)).toHaveLength(anything ? marks.length : 0)
        for (const part of parts) {
          let last = 0
          for (const mark of part.marks) {
            const time = soundTime(part, mark, there)
            expect(time).toBeGreaterThanOrEqual(last)
            if (there.audioMs !== null) expect(time).toBeLessThanOrEqual(there.audioMs)
            last = time
          }
        }
      },
    ),
  )
})
