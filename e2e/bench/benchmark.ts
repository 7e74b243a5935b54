/** A benchmark: a name, a way to measure, and the bars that it is held to. Pure, but for what `measure` does. */
import { summary, type Summary } from './statistics.ts'

/** Measured values by the name of their series: milliseconds, unless its words name another unit. */
export type Samples<Series extends string = string> = Readonly<Record<Series, readonly number[]>>

export type Unit = 'ms' | 'MB'

export interface Bar<Series extends string = string> {
  /** What is held to it, in words. */
  readonly what: string
  /** Met up to and including this. */
  readonly most: number
  /** Of `most`; default: ms. */
  readonly unit?: Unit
  readonly of: (samples: Samples<Series>) => number
}

export interface Benchmark<Series extends string = string> {
  readonly name: string
  /** One line: what is measured. */
  readonly what: string
  /** The series in the order in which they are printed, and each in words. */
  readonly series: Readonly<Record<Series, string>>
  readonly bars: readonly Bar<Series>[]
  /** `say` tells of progress. Throws when it cannot be measured. */
  measure(say: (text: string) => void): Promise<Measured<Series>>
}

export interface Measured<Series extends string = string> {
  readonly samples: Samples<Series>
  /** What it ran on: versions. */
  readonly on: string
  readonly table?: Table
}

/** Figures that are told one by one. */
export interface Table {
  /** The same columns under each of several headings, which name the unit. */
  readonly headings: readonly string[]
  readonly columns: readonly string[]
  /** A value for each column of each heading in turn; NaN where there is none. */
  readonly rows: readonly { readonly name: string; readonly values: readonly number[] }[]
}

export interface Verdict {
  readonly what: string
  readonly most: number
  readonly unit: Unit
  /** NaN where there is nothing to judge. */
  readonly value: number
  readonly met: boolean
}

export interface Report {
  readonly name: string
  readonly what: string
  readonly on: string
  readonly series: readonly (Summary & { readonly name: string; readonly what: string })[]
  readonly bars: readonly Verdict[]
  readonly met: boolean
  readonly table?: Table
}

/** What was measured, held to the bars. A value that could not be had meets none. */
export function judge<Series extends string>(benchmark: Benchmark<Series>, measured: Measured<Series>): Report {
  const { name, what, series } = benchmark
  const bars = benchmark.bars.map((bar): Verdict => {
    const value = bar.of(measured.samples)
    return { what: bar.what, most: bar.most, unit: bar.unit ?? 'ms', value, met: value <= bar.most }
  })
  return {
    name,
    what,
    on: measured.on,
    series: (Object.keys(series) as Series[]).map(key => ({
      name: key,
      what: series[key],
      ...summary(measured.samples[key]),
    })),
    bars,
    met: bars.every(bar => bar.met),
    ...(measured.table === undefined ? {} : { table: measured.table }),
  }
}
