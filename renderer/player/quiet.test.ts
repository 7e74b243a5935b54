import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BUCKET_BYTES, BUCKET_MS, levelOf, STEPS_PER_DB } from '../../shared/peaks.ts'
import { lengthOf, type Span, silencesOf, skippedOf, spanAt } from './quiet.ts'

/** Levels of stretches: so many of 20 ms at a level, one after the other. */
const line = (...runs: readonly (readonly [seconds: number, level: number])[]): number[] =>
  runs.flatMap(([seconds, level]) => Array.from({ length: seconds * 50 }, () => level))

/** A shape whose channels are so loud. */
const shape = (...lanes: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from((lanes[0] ?? []).flatMap((_, at) => lanes.flatMap(lane => [0, 0, lane[at] ?? 0])))
const silences = (...lanes: readonly (readonly number[])[]) => silencesOf(shape(...lanes), lanes.length)

/** Within 100 ms: a level is a mean over 80 ms on either side. */
const near = (span: Span) => [
  { from: expect.closeTo(span.from, -2.3) as number, to: expect.closeTo(span.to, -2.3) as number },
]
const decibels = (db: number) => levelOf(32_768 ** 2) + db * STEPS_PER_DB

describe('silences', () => {
  test('are what lies less than 5 dB above the noise of the line, from 0.6 s on', () => {
    const found = silences(line([2, 60], [3, 140], [1, 62], [2, 150], [0.5, 60], [1, 150]))
    expect(found).toHaveLength(2)
    expect(found.slice(0, 1)).toEqual(near({ from: 0, to: 2000 }))
    expect(found.slice(1)).toEqual(near({ from: 5000, to: 6000 }))
  })
  test('digital silence is always one, among what is heard', () => {
    expect(silences(line([2, 130], [3, 0], [1, 132]))).toEqual([{ from: 2000, to: 5000 }])
    expect(silences(line([3, 0]))).toEqual([])
  })
  test('where all of it is even there are none: there is nothing to skip to', () => {
    expect(silences(line([10, 100]))).toEqual([])
    expect(silences(line([60, 130], [2, 134]))).toEqual([])
  })
  test('what is loud for long is no noise, however even it is', () => {
    expect(silences(line([60, decibels(-25)], [3, 60], [30, decibels(-24)]))).toEqual(
      near({ from: 60_000, to: 63_000 }),
    )
  })
  test('somebody who is far softer than what was heard for long is heard', () => {
    const words = Array.from({ length: 20 }, () => line([0.8, 95], [0.3, 50])).flat()
    expect(silences([...line([600, 140]), ...words])).toEqual([])
  })
  test('the noise of a line may change', () => {
    const talk = (noise: number) => Array.from({ length: 10 }, () => line([2, noise + 50], [2, noise])).flat()
    expect(lengthOf(silences([...talk(50), ...talk(90)]))).toBeGreaterThan(30_000)
  })
  test('each channel is held to its own noise, and all have to be silent', () => {
    const noisy = line([20, 110])
    const soft = line([5, 50], [5, 90], [5, 50], [5, 90])
    const found = silences(noisy, soft)
    expect(found).toHaveLength(2)
    expect(found.slice(0, 1)).toEqual(near({ from: 0, to: 5000 }))
    expect(found.slice(1)).toEqual(near({ from: 10_000, to: 15_000 }))
  })
  test('a click breaks none', () => {
    expect(silences(line([2, 140], [2, 60], [0.02, 90], [2, 60], [2, 140]))).toEqual(near({ from: 2000, to: 6020 }))
  })
  test('what is skipped leaves their ends to be heard, and jumps over nothing short', () => {
    const skipped = skippedOf([
      { from: 1000, to: 3000 },
      { from: 5000, to: 5680 },
    ])
    expect(skipped).toEqual([{ from: 1300, to: 2800 }])
    expect(lengthOf(skipped)).toBe(1500)
  })
})

const levels = fc.array(
  fc.tuple(
    fc.integer({ min: 1, max: 80 }),
    fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 182 })),
    fc.nat({ max: 6 }),
  ),
  { maxLength: 20 },
)
/** Runs of a level that trembles. */
const lanesOf = (runs: readonly (readonly [number, number, number])[]) =>
  runs.flatMap(([count, level, tremor]) =>
    Array.from({ length: count }, (_, at) => (level === 0 ? 0 : Math.min(182, level + (at % (tremor + 1))))),
  )

describe('of any sound', () => {
  test('silences are in order, apart, inside it, and found again', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1200 }), fc.constantFrom(1, 2), fc.nat(8000), (values, channels, ms) => {
        const found = silencesOf(values, channels)
        const length = Math.floor(values.length / (BUCKET_BYTES * channels)) * BUCKET_MS
        let last = -1
        for (const { from, to } of found) {
          expect(from).toBeGreaterThan(last)
          expect(to - from).toBeGreaterThanOrEqual(600)
          expect(to).toBeLessThanOrEqual(length)
          last = to
        }
        expect(spanAt(found, ms)).toEqual(found.find(({ from, to }) => ms >= from && ms < to) ?? null)
        for (const skipped of skippedOf(found)) {
          const whole = spanAt(found, skipped.from)
          expect(skipped.to - skipped.from).toBeGreaterThanOrEqual(200)
          expect(skipped.from - (whole?.from ?? 0)).toBe(300)
          expect((whole?.to ?? 0) - skipped.to).toBe(200)
        }
      }),
    )
  })
  test('what is louder than any line’s noise is never skipped', () => {
    fc.assert(
      fc.property(levels, fc.integer({ min: 9, max: 60 }), levels, (before, long, after) => {
        const loud = Array.from({ length: long }, () => decibels(-29))
        const from = lanesOf(before).length
        const skipped = skippedOf(silences([...lanesOf(before), ...loud, ...lanesOf(after)]))
        const [begins, ends] = [from * BUCKET_MS, (from + long) * BUCKET_MS]
        expect(skipped.filter(span => span.from < ends && span.to > begins)).toEqual([])
      }),
    )
  })
  test('two channels that are the same are one, and a second that is digitally silent changes nothing', () => {
    fc.assert(
      fc.property(levels, runs => {
        const lane = lanesOf(runs)
        const alone = silences(lane)
        expect(silences(lane, lane)).toEqual(alone)
        expect(
          silences(
            lane,
            lane.map(() => 0),
          ),
        ).toEqual(alone)
      }),
    )
  })
  test('a talker beside it only makes less of it silent', () => {
    fc.assert(
      fc.property(levels, levels, (one, other) => {
        const [a, b] = [lanesOf(one), lanesOf(other)]
        const length = Math.min(a.length, b.length)
        const [left, right] = [a.slice(0, length), b.slice(0, length)]
        const alone = silences(left)
        // a whole lane of silence is told as none
        fc.pre(alone.length > 0)
        for (const { from, to } of silences(left, right)) {
          const whole = spanAt(alone, from)
          expect(whole !== null && to <= whole.to).toBe(true)
        }
      }),
    )
  })
})
