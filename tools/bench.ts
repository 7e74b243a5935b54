// npm run bench [name ...] [-- --json]: the benchmarks of e2e/bench in a real Electron; 1 when a bar is missed.
import { build } from './build.ts'
import { inRoot, runTool, say } from './project.ts'
import { needDisplay } from './runtime/display.ts'
import { electronRuntime } from './runtime/electron.ts'
import { openStage } from './runtime/stage.ts'
import { runHeadless } from './suites/playwright.ts'

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
    const env = { ELECTRON_OVERRIDE_DIST_PATH: stage.seen(runtime.folder) }
    return await runHeadless(stage, stage.seen(process.execPath), script, env)
  } finally {
    stage.close()
  }
})
