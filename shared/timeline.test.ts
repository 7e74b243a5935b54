import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { put, type Tape, type TapeKind, tapeMs } from './recording/tape.ts'
import { lengthOf, type Segment, timeline } from './timeline.ts'

const tape = (...changes: readonly (readonly [TapeKind, number])[]): Tape =>
  changes.reduce<Tape>((before, [to, at]) => put(before, to, at), [])
const segment = (
  answeredAt: number,
  endedAt: number,
  ...changes: readonly (readonly [TapeKind, number])[]
): Segment => ({
  answeredAt,
  endedAt,
  tape: tape(...changes, ['over', endedAt]),
})
const words = (segments: readonly Segment[]) =>
  timeline(segments).map(({ fromMs, toMs, kind }) => `${fromMs}-${toMs} ${kind}`)

describe('the timeline of a call', () => {
  it('tells recorded, paused and not recorded apart', () => {
    expect(
      words([segment(1_000, 9_000, ['off', 500], ['recording', 3_000], ['paused', 5_000], ['recording', 6_000])]),
    ).toEqual(['0-2000 not-recorded', '2000-4000 recorded', '4000-5000 paused', '5000-8000 recorded'])
  })

  it('begins with the answer, also of a recording that began before', () => {
    expect(words([segment(1_000, 9_000, ['recording', 500], ['off', 2_000])])).toEqual([
      '0-1000 recorded',
      '1000-8000 not-recorded',
    ])
  })

  it('knows what it does not know: before the first sight, and after a loss', () => {
    expect(words([segment(1_000, 9_000, ['recording', 3_000], ['unknown', 5_000], ['off', 6_000])])).toEqual([
      '0-2000 not-known',
      '2000-4000 recorded',
      '4000-5000 not-known',
      '5000-8000 not-recorded',
    ])
    expect(words([segment(1_000, 9_000)])).toEqual(['0-8000 not-known'])
  })

  it('joins a call that went to another device and came back, with its gap', () => {
    expect(
      words([
        segment(1_000, 4_000, ['recording', 500]),
        segment(4_000, 6_000, ['off', 4_000]),
        segment(7_000, 9_000, ['off', 6_500], ['recording', 8_000]),
      ]),
    ).toEqual([
      '0-3000 recorded',
      '3000-5000 not-recorded',
      '5000-6000 not-known',
      '6000-7000 not-recorded',
      '7000-8000 recorded',
    ])
  })

  it('of two devices at once: recorded by one is recorded, and not known by one is not "not recorded"', () => {
    expect(
      words([
        segment(0, 9_000, ['off', 0], ['recording', 3_000], ['off', 5_000]),
        segment(0, 9_000, ['off', 0], ['unknown', 4_000], ['paused', 7_000]),
      ]),
    ).toEqual(['0-3000 not-recorded', '3000-5000 recorded', '5000-7000 not-known', '7000-9000 paused'])
  })

  it('of no time is empty', () => {
    expect(timeline([])).toEqual([])
    expect(timeline([segment(5_000, 5_000, ['recording', 5_000])])).toEqual([])
  })
})

// ---- whatever happens

const kind = fc.constantFrom<TapeKind>('off', 'recording', 'paused', 'unknown')
const anySegment = fc
  .record({
    answeredAt: fc.nat(1_000),
    lasts: fc.nat(1_000),
    changes: fc.array(fc.tuple(kind, fc.nat(2_000)), { maxLength: 8 }),
  })
  .map(({ answeredAt, lasts, changes }) => ({
    answeredAt,
    endedAt: answeredAt + lasts,
    tape: tape(...changes.toSorted((a, b) => a[1] - b[1])),
  }))
const anySegments = fc.array(anySegment, { minLength: 1, maxLength: 4 })

describe('whatever was seen', () => {
  it('the timeline covers the call from the first answer to the last end, without holes or repetition', () => {
    fc.assert(
      fc.property(anySegments, segments => {
        const spans = timeline(segments)
        const start = Math.min(...segments.map(({ answeredAt }) => answeredAt))
        const end = Math.max(...segments.map(({ endedAt }) => endedAt))
        expect(spans.at(0)?.fromMs ?? 0).toBe(0)
        expect(spans.at(-1)?.toMs ?? 0).toBe(end - start)
        for (const [index, span] of spans.entries()) {
          expect(span.toMs).toBeGreaterThan(span.fromMs)
          const next = spans[index + 1]
          if (next === undefined) break
          expect(next.fromMs).toBe(span.toMs)
          expect(next.kind).not.toBe(span.kind)
        }
      }),
    )
  })

  it('the recorded time of one leg is its tape time within the call; another leg never makes it less', () => {
    fc.assert(
      fc.property(anySegment, anySegments, (one, others) => {
        const own = tapeMs(one.tape, one.endedAt) - tapeMs(one.tape, one.answeredAt)
        expect(lengthOf(timeline([one]), 'recorded')).toBe(own)
        expect(lengthOf(timeline([one, ...others]), 'recorded')).toBeGreaterThanOrEqual(own)
      }),
    )
  })

  it('the order in which legs are told does not matter', () => {
    fc.assert(
      fc.property(anySegments, segments => {
        expect(timeline(segments.toReversed())).toEqual(timeline(segments))
      }),
    )
  })
})
