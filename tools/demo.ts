// npm run demo: the app with its embedded demo server, leading through the main job. Without a display it does the job by
// itself and leaves a picture of each step in demo-output/.
import { rmSync } from 'node:fs'
import { build } from './build.ts'
import { show } from './process.ts'
import { inRoot, runTool, say } from './project.ts'
import { needDisplay } from './runtime/display.ts'
import { electronRuntime } from './runtime/electron.ts'
import { openStage } from './runtime/stage.ts'
import { isRoot } from './runtime/user.ts'
import { playwright } from './suites/playwright.ts'

const OUTPUT = inRoot('demo-output')

/** A screen that a person looks at. Root's is not used: the app runs as an ordinary user, who may not draw on it. */
function hasScreen(): boolean {
  if (process.platform !== 'linux') return true
  return !isRoot() && (process.env['DISPLAY'] !== undefined || process.env['WAYLAND_DISPLAY'] !== undefined)
}

/** The journey by itself, on a display of its own. */
async function alone(env: Record<string, string>): Promise<number> {
  await needDisplay()
  rmSync(OUTPUT, { recursive: true, force: true })
  const stage = await openStage()
  try {
    const here = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, stage.seen(value)]))
    const code = await playwright(
      stage,
      { projects: ['demo'], args: ['--reporter=list', ...process.argv.slice(2)] },
      here,
    )
    stage.keep(OUTPUT)
    say(`What was seen: ${OUTPUT}`)
    return code
  } finally {
    stage.close()
  }
}

/** The journey led by a person, on this screen and with this machine's sound. */
function led(env: Record<string, string>): Promise<number> {
  const script = inRoot('e2e/demo/led.ts')
  return show({
    command: process.execPath,
    args: [script, ...process.argv.slice(2)],
    cwd: inRoot(),
    env: { ...process.env, ...env },
  })
}

await runTool(async () => {
  const runtime = await electronRuntime()
  await build()
  const env = { ELECTRON_OVERRIDE_DIST_PATH: runtime.folder }
  return hasScreen() ? led(env) : alone(env)
})
