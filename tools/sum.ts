// Sums the last results of suites for .ci/run: node tools/run.mjs tools/sum.ts unit lamp contract e2e ...
// A suite without a result fails it. The last line is the sum.
import { runTool } from './project.ts'
import { counts, isGreen, line, readResult, type Result, type SuiteName } from './suites/result.ts'

function lastResult(suite: string): Result {
  try {
    return readResult(suite as SuiteName)
  } catch (error) {
    const problem = `it left no result (${error instanceof Error ? error.message : String(error)})`
    return { suite: suite as SuiteName, passed: 0, failed: 0, skipped: 0, seconds: 0, problem }
  }
}

await runTool(() => {
  const results = process.argv.slice(2).map(lastResult)
  console.log(results.map(line).join('\n'))
  console.log(counts(results))
  return Promise.resolve(results.length > 0 && results.every(isGreen) ? 0 : 1)
})
