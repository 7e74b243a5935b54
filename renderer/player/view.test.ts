import fc from 'fast-check'
import { expect, test } from 'vitest'
import { following, isWhole, scrolled, wholeOf, within, zoomed } from './view.ts'

const MS = 600_000

test('zoom keeps what is under the pointer in its place', () => {
  const view = zoomed(wholeOf(MS), 0.5, 300_000, MS)
  expect(view).toEqual({ from: 150_000, to: 450_000 })
  expect(zoomed(view, 2, 300_000, MS)).toEqual(wholeOf(MS))
  expect(isWhole(view, MS)).toBe(false)
})

test('no zoom or scroll leaves the recording, and none shows less than 0.8 s', () => {
  const step = fc.oneof(
    fc.record({
      factor: fc.double({ min: 0.01, max: 50, noNaN: true }),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({ by: fc.integer({ min: -MS, max: MS }) }),
  )
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MS }), fc.array(step, { maxLength: 20 }), (ms, steps) => {
      let view = wholeOf(ms)
      for (const one of steps)
        view =
          'by' in one
            ? scrolled(view, one.by, ms)
            : zoomed(view, one.factor, view.from + one.at * (view.to - view.from), ms)
      expect(view.from).toBeGreaterThanOrEqual(0)
      expect(view.to).toBeLessThanOrEqual(wholeOf(ms).to + 0.001)
      expect(view.to - view.from).toBeGreaterThanOrEqual(799.999)
    }),
  )
})

test('the page is turned when what is played leaves it, and only then', () => {
  const view = { from: 10_000, to: 20_000 }
  expect(following(view, 15_000, MS)).toBe(view)
  expect(following(view, 20_001, MS)).toEqual({ from: 20_001, to: 30_001 })
  expect(following(view, 0, MS)).toEqual({ from: 0, to: 10_000 })
})

test('a recording that grew keeps the stretch that is shown', () => {
  expect(within({ from: 1000, to: 5000 }, 9000)).toEqual({ from: 1000, to: 5000 })
  expect(within({ from: 1000, to: 50_000 }, 9000)).toEqual({ from: 0, to: 9000 })
})
