/** What many measurements come to. Pure. */

/**
 * The value that `share` percent of the values do not exceed, by nearest rank: one that was really measured.
 * @param share above 0, up to 100
 * @returns NaN where there are no values
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(1, Math.ceil((sorted.length * share) / 100)) - 1] ?? NaN
}

export interface Summary {
  readonly count: number
  readonly least: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly most: number
}

export function summary(values: readonly number[]): Summary {
  return {
    count: values.length,
    least: percentile(values, Number.MIN_VALUE),
    p50: percentile(values, 50),
    p95: percentile(values, 95),
    p99: percentile(values, 99),
    most: percentile(values, 100),
  }
}
