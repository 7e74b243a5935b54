/** `npm run demo` with a display: a person does the main job; the terminal names the next step and ticks it when it was seen. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { _electron } from '@playwright/test'
import { APP_ORIGIN } from '../../shared/bridge.ts'
import { JOURNEY } from './journey.ts'

const ROOT = join(import.meta.dirname, '../..')
/** How often the app is looked at, milliseconds. */
const LOOK_MS = 300

const profile = await mkdtemp(join(tmpdir(), 'tallylight-demo-'))
const app = await _electron.launch({
  cwd: ROOT,
  chromiumSandbox: process.getuid?.() !== 0,
  args: ['.', `--user-data-dir=${profile}`, '--password-store=basic'],
})
let open = true
app.on('close', () => (open = false))
try {
  let window = await app.firstWindow()
  window = app.windows().find(one => one.url().startsWith(`${APP_ORIGIN}/index.html`)) ?? window
  await window.waitForFunction(() => 'bridge' in globalThis)
  for (const start of [
    () => window.evaluate(() => bridge.request('pair:demo', undefined)),
    () => window.evaluate(() => bridge.request('pair:choose', { use: 'phone' })),
  ]) {
    const outcome = await start()
    if (!outcome.ok) throw new Error(`the demo did not start: ${outcome.failure.code}`)
  }
  console.log('The demo runs on this computer only. Close its window to end it.\n')
  for (const step of JOURNEY) {
    process.stdout.write(`[ ] ${step.todo}\n`)
    let seen: string | null = null
    while (open && seen === null) {
      await after(LOOK_MS)
      seen = await step.seen(window).catch((error: unknown) => {
        if (open) throw error
        return null
      })
    }
    if (!open) break
    process.stdout.write(`[x] ${step.name}: ${seen ?? ''}\n\n`)
  }
  if (open) console.log('That was the whole job. The app stays open: close its window to end the demo.')
  while (open) await after(LOOK_MS)
} finally {
  // in a call the first wish to quit asks, and the second goes
  if (open) await app.evaluate(electron => electron.app.quit()).catch(() => undefined)
  if (open) await app.close()
  await rm(profile, { recursive: true, force: true })
}
