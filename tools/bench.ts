// npm run bench [name ...] [-- --json]: the benchmarks of e2e/bench in a real Electron, that of the calls in Chromium against a
// real Asterisk; 1 when a bar is missed.
import { build } from './build.ts'
import { inRoot, runTool, say } from './project.ts'
import { chromiumExecutable } from './runtime/chromium.ts'
import { needDisplay } from './runtime/display.ts'
import { electronRuntime } from './runtime/electron.ts'
import { openStage } from './runtime/stage.ts'
import { prepare, runHeadless } from './suites/playwright.ts'

await runTool(async () => {
  // npm keeps a `--json` for itself that stands before `--`
  const json = process.argv.includes('--json') || process.env['npm_config_json'] === 'true'
  const names = process.argv.slice(2).filter(word => word !== '--json')
  const runtime = await electronRuntime()
  say(`Electron: ${runtime.version} (${runtime.kind})`)
  await build()
  await needDisplay()
  const stage = await openStage()
  try {
    const script = [stage.seen(inRoot('e2e/bench/main.ts')), ...names, ...(json ? ['--json'] : [])]
    const env = {
      ELECTRON_OVERRIDE_DIST_PATH: stage.seen(runtime.folder),
      TALLYLIGHT_CHROMIUM: await chromiumExecutable(),
    }
    // a first run fetches some 80 MB
    if (
      (names.length === 0 || names.includes('calls')) &&
      (await prepare(stage, ['e2e/pbx/asterisk/install.ts'], env)) !== 0
    )
      return 1
    return await runHeadless(stage, stage.seen(process.execPath), script, env)
  } finally {
    stage.close()
  }
})
