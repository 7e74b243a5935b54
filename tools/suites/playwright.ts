// The suites that Playwright runs: the whole app, as an ordinary user, on a display and a message bus of its own.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot } from '../project.ts'
import { needDisplay } from '../runtime/display.ts'
import { openStage, type Stage } from '../runtime/stage.ts'
import { type Result, reportFolder, type SuiteName } from './result.ts'

type Report = {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number }
  errors: { message?: string }[]
}

export type Lane = {
  /** Projects of e2e/playwright.config.ts. */
  projects: readonly string[]
  /** Variables for the tests; a path below the clone is given as the clone sees it. */
  env: Readonly<Record<string, string>>
  /** What must be there before the first test, run as the one who plays; its first word is a file of the clone. */
  before?: readonly string[]
  args: readonly string[]
}

/** Runs Playwright; reports and pictures come back to out/reports. */
export async function runPlaywright(suite: SuiteName, lane: Lane): Promise<Omit<Result, 'seconds'>> {
  await needDisplay()
  const stage = await openStage()
  try {
    const env = Object.fromEntries(Object.entries(lane.env).map(([name, value]) => [name, stage.seen(value)]))
    if (lane.before && (await prepare(stage, lane.before, env)) !== 0) {
      return { suite, passed: 0, failed: 0, skipped: 0, problem: `${lane.before.join(' ')} failed` }
    }
    const code = await playwright(stage, lane, env)
    stage.keep(reportFolder(suite))
    return judge(suite, code)
  } finally {
    stage.close()
  }
}

/** Playwright on the stage, under a display and a message bus that end with it; returns its exit code. */
export function playwright(
  stage: Stage,
  lane: Pick<Lane, 'projects' | 'args'>,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const config = ['-c', stage.seen(inRoot('e2e/playwright.config.ts'))]
  const projects = lane.projects.map(name => `--project=${name}`)
  const cli = [stage.seen(inRoot('node_modules/@playwright/test/cli.js')), 'test', ...config, ...projects, ...lane.args]
  return runHeadless(stage, stage.seen(process.execPath), cli, env)
}

/** On Linux a display and a message bus of its own around a program; elsewhere the program alone. */
export function runHeadless(
  stage: Stage,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  if (process.platform !== 'linux') return stage.run(command, args, env)
  // between two tests nobody is connected: a display that is just beginning anew turns the next one away
  const display = '--server-args=-screen 0 1280x800x24 -nolisten tcp -noreset'
  const screen = ['xvfb-run', '--auto-servernum', display, '--']
  const bus = `--config-file=${stage.seen(inRoot('tools/runtime/session-bus.conf'))}`
  return stage.run('dbus-run-session', [bus, '--', ...screen, command, ...args], env)
}

/** What fetches something may need the machine's proxy; the tests speak to nobody outside, so they never see it. */
export function prepare(
  stage: Stage,
  [script = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const proxies = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^(https?|no|all)_proxy$/i.test(name)),
  )
  return stage.run(process.execPath, [stage.seen(inRoot(script)), ...args], { ...env, ...proxies })
}

function judge(suite: SuiteName, code: number): Omit<Result, 'seconds'> {
  const file = join(reportFolder(suite), 'report.json')
  if (!existsSync(file))
    return { suite, passed: 0, failed: 0, skipped: 0, problem: `Playwright ended with ${code} and no report` }
  const { stats, errors } = JSON.parse(readFileSync(file, 'utf8')) as Report
  const result = { suite, passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped }
  if (result.passed + result.failed === 0)
    return { ...result, problem: errors[0]?.message?.split('\n')[0] ?? 'no test ran' }
  return code !== 0 && result.failed === 0 ? { ...result, problem: `Playwright ended with ${code}` } : result
}
