// What a suite came to, and how suites are summed: one line at the end that tells passed from failed from skipped.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { inRoot } from '../project.ts'

export type SuiteName = 'unit' | 'lamp' | 'contract' | 'e2e' | 'pbx' | 'packaged'

export type Result = {
  suite: SuiteName
  passed: number
  failed: number
  skipped: number
  seconds: number
  /** Why the suite does not count as green although no test failed: it ran none, or it lacks its runtime. */
  problem?: string
}

/** A folder for the reports of a suite; each run of the suite makes it anew. */
export function reportFolder(suite: SuiteName): string {
  return inRoot('out/reports', suite)
}

export function isGreen(result: Result): boolean {
  return result.failed === 0 && result.problem === undefined
}

/** `N passed, N failed, N skipped`, of one suite or of the sum of several. */
export function counts(results: readonly Pick<Result, 'passed' | 'failed' | 'skipped'>[]): string {
  const sum = (part: 'passed' | 'failed' | 'skipped') => results.reduce((total, result) => total + result[part], 0)
  return `${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`
}

export function line(result: Result): string {
  const problem = result.problem === undefined ? '' : `, NOT GREEN: ${result.problem}`
  return `${result.suite}: ${counts([result])} (${result.seconds.toFixed(0)} s)${problem}`
}

const file = (suite: SuiteName) => `${reportFolder(suite)}.json`

export function writeResult(result: Result): void {
  mkdirSync(dirname(file(result.suite)), { recursive: true })
  writeFileSync(file(result.suite), `${JSON.stringify(result, null, 2)}\n`)
}

/** The last result of a suite. Throws when there is none. */
export function readResult(suite: SuiteName): Result {
  return JSON.parse(readFileSync(file(suite), 'utf8')) as Result
}
