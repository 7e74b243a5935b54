import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  callTimeToTapeTime,
  pauses,
  put,
  runningSince,
  settledMs,
  stretches,
  type Tape,
  type TapeKind,
  tapeMs,
  tapeTimeToCallTime,
} from './tape.ts'

/** Each entry: what is seen next, and how many milliseconds later. */
const write = (changes: readonly (readonly [TapeKind, number])[], begin = 1_000_000): { tape: Tape; now: number } => {
  let tape: Tape = []
  let now = begin
  for (const [to, after] of changes) {
    now += after
    tape = put(tape, to, now)
  }
  return { tape, now }
}

describe('a tape', () => {
  it('knows its stretches, how each ended, and its pauses', () => {
    const { tape } = write([
      ['off', 0],
      ['recording', 1_000],
      ['paused', 5_000],
      ['recording', 2_000],
      ['unknown', 3_000],
      ['recording', 4_000],
      ['off', 500],
      ['recording', 500],
      ['over', 250],
    ])
    expect(stretches(tape)).toEqual([
      { from: 1_001_000, to: 1_006_000, ended: 'paused' },
      { from: 1_008_000, to: 1_011_000, ended: 'lost' },
      { from: 1_015_000, to: 1_015_500, ended: 'stopped' },
      { from: 1_016_000, to: 1_016_250, ended: 'ended' },
    ])
    expect(pauses(tape)).toBe(1)
    expect(settledMs(tape)).toBe(8_750)
    expect(runningSince(tape)).toBeNull()
  })

  it('runs until its next change', () => {
    const { tape, now } = write([['recording', 0]])
    expect(runningSince(tape)).toBe(now)
    expect(stretches(tape)).toEqual([{ from: now, to: null, ended: null }])
    expect(tapeMs(tape, now + 4_000)).toBe(4_000)
    expect(settledMs(tape)).toBe(0)
  })

  it('is not told twice of one state, and begins with nothing known', () => {
    expect(put([], 'unknown', 5)).toEqual([])
    const once = put([], 'off', 5)
    expect(put(once, 'off', 9)).toBe(once)
  })

  it('finds the moment of the call again: pauses are not on it', () => {
    const answered = 1_000_000
    const { tape } = write([
      ['recording', 10_000],
      ['paused', 5_000],
      ['recording', 20_000],
      ['over', 5_000],
    ])
    expect(callTimeToTapeTime(tape, answered, 12_000)).toBe(2_000)
    expect(callTimeToTapeTime(tape, answered, 30_000)).toBe(5_000)
    expect(tapeTimeToCallTime(tape, answered, 2_000)).toBe(12_000)
    expect(tapeTimeToCallTime(tape, answered, 5_000)).toBe(35_000)
    expect(tapeTimeToCallTime(tape, answered, 10_000)).toBe(40_000)
    expect(tapeTimeToCallTime(tape, answered, 10_001)).toBeNull()
    expect(tapeTimeToCallTime(tape, answered, -1)).toBeNull()
    expect(tapeTimeToCallTime([], answered, 0)).toBeNull()
  })
})

// ---- whatever happens

const kind = fc.constantFrom<TapeKind>('off', 'recording', 'paused', 'unknown')
const forward = fc.array(fc.tuple(kind, fc.nat(100_000)), { maxLength: 30 })
/** The clock is set back now and then. */
const anyhow = fc.array(fc.tuple(kind, fc.integer({ min: -100_000, max: 100_000 })), { maxLength: 30 })

describe('whatever was seen', () => {
  it('tape time never shrinks as time goes on, and is the sum of the stretches', () => {
    fc.assert(
      fc.property(forward, fc.nat(200_000), fc.nat(200_000), (changes, one, more) => {
        const { tape, now } = write(changes)
        const early = now - 100_000 + one
        expect(tapeMs(tape, early + more)).toBeGreaterThanOrEqual(tapeMs(tape, early))
        const end = now + more
        const sum = stretches(tape).reduce((total, { from, to }) => total + (to ?? end) - from, 0)
        expect(tapeMs(tape, end)).toBe(sum)
      }),
    )
  })

  it('a change adds what ran since the one before, and nothing else', () => {
    fc.assert(
      fc.property(forward, kind, fc.nat(100_000), (changes, to, after) => {
        const { tape, now } = write(changes)
        expect(tapeMs(put(tape, to, now + after), now + after)).toBe(tapeMs(tape, now + after))
      }),
    )
  })

  it('a moment of the tape is found in the call and back again, and later stays later', () => {
    fc.assert(
      fc.property(forward, fc.nat(200_000), fc.nat(200_000), (changes, one, more) => {
        const { tape } = write(changes)
        const at = tapeTimeToCallTime(tape, 1_000_000, one)
        const later = tapeTimeToCallTime(tape, 1_000_000, one + more)
        if (at === null) expect(later).toBeNull()
        else expect(callTimeToTapeTime(tape, 1_000_000, at)).toBe(one)
        if (at !== null && later !== null) expect(later).toBeGreaterThanOrEqual(at)
      }),
    )
  })

  it('a clock that is set back changes no length: stretches stay in order and settled time never shrinks', () => {
    fc.assert(
      fc.property(anyhow, changes => {
        let settled = 0
        for (let count = 0; count <= changes.length; count++) {
          const { tape } = write(changes.slice(0, count))
          for (const [index, { at }] of tape.entries()) expect(at).toBeGreaterThanOrEqual(tape[index - 1]?.at ?? at)
          expect(settledMs(tape)).toBeGreaterThanOrEqual(settled)
          settled = settledMs(tape)
        }
      }),
    )
  })
})
