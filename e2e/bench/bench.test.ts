/** The frame of the benchmarks: figures, verdicts and what is printed of them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Benchmark, judge } from './benchmark.ts'
import { asJson, asText } from './format.ts'
import { percentile, summary } from './statistics.ts'

describe('a percentile', () => {
  it('is the value of the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
    expect([1, 50, 99, 100].map(share => percentile(hundred, share))).toEqual([1, 50, 99, 100])
    expect(percentile([7, 1, 5], 50)).toBe(5)
    expect(percentile([7, 1, 5, 3], 50)).toBe(3)
    expect(percentile([4], 99)).toBe(4)
    expect(percentile([], 50)).toBeNaN()
  })

  it('is one of the values, and so many are not above it', () => {
    const values = fc.array(fc.integer(), { minLength: 1 })
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 100 }), (some, share) => {
        const value = percentile(some, share)
        expect(some).toContain(value)
        expect(some.filter(one => one <= value).length * 100).toBeGreaterThanOrEqual(some.length * share)
        expect(some.filter(one => one < value).length * 100).toBeLessThan(some.length * share)
      }),
    )
  })

  it('leaves the order of what was measured alone', () => {
    const values = [3, 1, 2]
    expect(summary(values)).toEqual({ count: 3, least: 1, p50: 2, p95: 3, p99: 3, most: 3 })
    expect(values).toEqual([3, 1, 2])
  })
})

const benchmark: Benchmark<'app' | 'bare'> = {
  name: 'example',
  what: 'one thing beside another',
  series: { app: 'with the app', bare: 'without' },
  bars: [
    { what: 'the app adds at p50', most: 20, of: ({ app, bare }) => percentile(app, 50) - percentile(bare, 50) },
    { what: 'the app at p99', most: 30, of: ({ app }) => percentile(app, 99) },
  ],
  measure: () => Promise.reject(new Error('not here')),
}
const run = { processors: 2, load: [0.25, 1.5] } as const
const report = (app: number[], bare: number[]) => judge(benchmark, { samples: { app, bare }, on: 'paper' })

describe('a verdict', () => {
  it('is met up to the bar itself', () => {
    expect(report([30], [10])).toMatchObject({ met: true, bars: [{ value: 20, met: true }, { met: true }] })
    expect(report([30.01], [10]).bars.map(bar => bar.met)).toEqual([false, false])
  })

  it('is missed as a whole when one bar is', () => {
    expect(report([31], [29])).toMatchObject({ met: false, bars: [{ met: true }, { met: false }] })
  })

  it('is missed where nothing was measured', () => {
    expect(report([], []).bars.map(bar => bar.met)).toEqual([false, false])
  })
})

describe('what is printed', () => {
  it('names each bar as met or missed', () => {
    const lines = asText([report([31, 22], [12])], run).split('\n')
    expect(lines).toContain('  with the app    22.0    31.0    31.0    22.0    31.0       2')
    expect(lines).toContain('  met     the app adds at p50: 10.0 ms, at most 20 ms')
    expect(lines).toContain('  MISSED  the app at p99: 31.0 ms, at most 30 ms')
    expect(lines.at(-2)).toBe('2 processors, load average 0.25 before and 1.50 after')
  })

  it('tells the figures of a table one by one', () => {
    const table = {
      headings: ['saved, s', 'cut, ms'],
      columns: ['ours', 'theirs'],
      rows: [{ name: 'a line', values: [1.25, 2, 0, NaN] }],
    }
    const told = judge(benchmark, { samples: { app: [1], bare: [1] }, on: 'paper', table })
    const lines = asText([told], run).split('\n')
    expect(lines).toContain('         saved, s          cut, ms')
    expect(lines).toContain('             ours   theirs     ours   theirs')
    expect(lines).toContain('  a line      1.3      2.0      0.0        -')
    expect(JSON.parse(asJson([told], run))).toMatchObject({ benchmarks: [{ table: { columns: ['ours', 'theirs'] } }] })
  })

  it('is for machines one JSON document', () => {
    const parsed: unknown = JSON.parse(asJson([report([31], [12]), report([], [])], run))
    expect(parsed).toMatchObject({
      met: false,
      run: { load: [0.25, 1.5] },
      benchmarks: [{ name: 'example', series: [{ name: 'app', p50: 31 }, {}], bars: [{ met: true }, {}] }, {}],
    })
  })
})
