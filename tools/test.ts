// Runs test suites with their own set-up: node tools/run.mjs tools/test.ts [unit|lamp|contract|e2e|pbx|packaged ...] [arguments]
// Without a suite: unit, lamp, contract and e2e. Further arguments go to the runner. The last line is the sum.
import { rmSync } from 'node:fs'
import { build } from './build.ts'
import { inRoot, Missing, runTool, say } from './project.ts'
import { chromiumExecutable } from './runtime/chromium.ts'
import { electronRuntime } from './runtime/electron.ts'
import { needJinja } from './runtime/jinja.ts'
import { counts, isGreen, line, reportFolder, type Result, type SuiteName, writeResult } from './suites/result.ts'
import { runPlaywright } from './suites/playwright.ts'
import { runVitest } from './suites/vitest.ts'
import { PACKAGED, packageApp } from './package.ts'

type Run = (args: readonly string[]) => Promise<Omit<Result, 'seconds'>>

const suites: Record<SuiteName, Run> = {
  unit: args => runVitest('unit', args),
  lamp: args => runVitest('lamp', args),
  contract: async args => runVitest('contract', args, { TALLYLIGHT_PYTHON: await needJinja() }),
  e2e: async args => {
    const env = { ...(await electronEnvironment()), TALLYLIGHT_CHROMIUM: await chromiumExecutable() }
    await build()
    return runPlaywright('e2e', { projects: ['electron', 'chromium'], env, args })
  },
  pbx: async args => {
    const env = await electronEnvironment()
    await build()
    return runPlaywright('pbx', { projects: ['pbx'], env, args, before: ['e2e/pbx/asterisk/install.ts'] })
  },
  packaged: async args => {
    await packageApp()
    return runPlaywright('packaged', { projects: ['packaged'], env: { TALLYLIGHT_EXECUTABLE: PACKAGED }, args })
  },
}

async function electronEnvironment(): Promise<Record<string, string>> {
  const runtime = await electronRuntime()
  say(`Electron: ${runtime.version} (${runtime.kind})`)
  return { ELECTRON_OVERRIDE_DIST_PATH: runtime.folder }
}

function isSuite(word: string): word is SuiteName {
  return word in suites
}

async function runSuite(suite: SuiteName, args: readonly string[]): Promise<Result> {
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1000
  say(`\n== ${suite}`)
  rmSync(reportFolder(suite), { recursive: true, force: true })
  try {
    return { ...(await suites[suite](args)), seconds: seconds() }
  } catch (error) {
    // A suite that cannot be set up is reported as such, and the others still run.
    say(error instanceof Missing ? error.message : String(error instanceof Error ? error.stack : error))
    return { suite, passed: 0, failed: 0, skipped: 0, seconds: seconds(), problem: 'its set-up failed, see above' }
  }
}

async function main(): Promise<number> {
  const words = process.argv.slice(2)
  const split = words.findIndex(word => !isSuite(word))
  const named = words.slice(0, split === -1 ? undefined : split).filter(isSuite)
  const args = split === -1 ? [] : words.slice(split)
  const results: Result[] = []
  for (const suite of named.length > 0 ? named : (['unit', 'lamp', 'contract', 'e2e'] as const)) {
    const result = await runSuite(suite, args)
    writeResult(result)
    results.push(result)
  }
  console.log(`\n${results.map(line).join('\n')}\nReports and pictures: ${inRoot('out/reports')}\n${counts(results)}`)
  return results.every(isGreen) ? 0 : 1
}

await runTool(main)
