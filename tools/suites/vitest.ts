// The suites that vitest runs, in Node 24: unit tests, the lamp against a model of the server, and the contract tests
// against the recorded transcripts and against Jinja2.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { show } from '../process.ts'
import { inRoot } from '../project.ts'
import { type Result, reportFolder } from './result.ts'

type Report = {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  success: boolean
}

/** Runs one of the projects of vitest.config.ts; `args` go to vitest, `env` to the tests. */
export async function runVitest(
  suite: 'unit' | 'lamp' | 'contract',
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Omit<Result, 'seconds'>> {
  const file = join(reportFolder(suite), 'report.json')
  const words = [
    'run',
    '--project',
    suite,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...args,
  ]
  const code = await show({
    command: process.execPath,
    args: [inRoot('node_modules/vitest/vitest.mjs'), ...words],
    cwd: inRoot(),
    env: { ...process.env, ...env },
  })
  if (!existsSync(file)) return { suite, passed: 0, failed: 0, skipped: 0, problem: 'vitest wrote no report' }
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report
  const result = {
    suite,
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }
  const ran = result.passed + result.failed
  if (ran === 0 && !(suite === 'contract' && result.skipped > 0 && !hasTranscripts()))
    return { ...result, problem: 'no test ran' }
  // A file that cannot be loaded fails without a failing test.
  return code !== 0 && result.failed === 0 ? { ...result, problem: `vitest ended with ${code}` } : result
}

/** Without the recorded transcripts the contract test skips itself, and that is no fault of this clone. */
function hasTranscripts(): boolean {
  return existsSync(process.env['TALLYLIGHT_TRANSCRIPTS'] ?? inRoot('../shared/wazo-transcripts'))
}
