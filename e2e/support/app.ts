/** The whole app in a real Electron, with a profile of its own and a demo server of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, expect, test as base, type ElectronApplication, type Page } from '@playwright/test'
import { APP_ORIGIN, PHONE_ORIGIN } from '../../shared/bridge.ts'
import { type Bridge } from '../../shared/bridge.ts'
import { startDemoProcess, type DemoProcess } from './demo.ts'
import { writeTone } from './tone.ts'

declare global {
  /** In a page: what the preload hands over. */
  var bridge: Bridge
}

const ROOT = join(import.meta.dirname, '../..')
/** Of a test that runs in the packed app too: files out of the archive, schemes, workers, keyring, fuses. */
export const PACKED = { tag: '@packed' } as const

/** What the fake microphone says, in hertz. */
export const SPOKEN_HERTZ = 620

export interface Launch {
  readonly profile: string
  /** `basic`: no keyring. `gnome-libsecret`: the one of the test's own D-Bus session. */
  readonly keyring?: 'basic' | 'gnome-libsecret'
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface Running {
  readonly app: ElectronApplication
  /** Everything that the app wrote to its streams. */
  readonly output: () => string
  window(): Promise<Page>
  phone(): Promise<Page>
  close(): Promise<void>
}

/** Starts the app; packaged where TALLYLIGHT_EXECUTABLE names it. */
export async function launch({ profile, keyring = 'basic', args = [], env = {} }: Launch): Promise<Running> {
  const packaged = process.env['TALLYLIGHT_EXECUTABLE']
  // Playwright's own way to start Electron appends `--password-store=basic`, and the last one counts
  const runtime = keyring === 'basic' ? undefined : process.env['ELECTRON_OVERRIDE_DIST_PATH']
  const executablePath = packaged ?? (runtime === undefined ? undefined : join(runtime, 'electron'))
  const voice = join(profile, 'voice.wav')
  writeTone(voice, SPOKEN_HERTZ, 20)
  const app = await _electron.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    cwd: ROOT,
    chromiumSandbox: process.getuid?.() !== 0,
    env: { ...process.env, LANG: 'en_GB.UTF-8', LANGUAGE: 'en', ...env },
    args: [
      ...(packaged === undefined ? ['.'] : []),
      `--user-data-dir=${profile}`,
      `--password-store=${keyring}`,
      '--lang=en-GB',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${voice}`,
      ...args,
    ],
  })
  const heard: string[] = []
  for (const stream of [app.process().stdout, app.process().stderr])
    stream?.on('data', (part: Buffer) => heard.push(part.toString()))
  const page = async (address: string): Promise<Page> => {
    const find = () => app.windows().find(one => one.url().startsWith(address))
    await expect.poll(() => find() !== undefined, { message: `the page ${address}`, timeout: 20_000 }).toBe(true)
    const found = find()
    if (found === undefined) throw new Error(`no page ${address}`)
    return found
  }
  return {
    app,
    output: () => heard.join(''),
    window: () => page(`${APP_ORIGIN}/index.html`),
    phone: () => page(`${PHONE_ORIGIN}/`),
    close: async () => {
      // in a call the first wish asks, and the second goes; it may be gone before it can answer
      await app.evaluate(electron => electron.app.quit()).catch(() => undefined)
      await app.close()
    },
  }
}

interface Fixtures {
  profile: string
  demoOptions: Record<string, unknown>
  demo: DemoProcess
  running: Running
  window: Page
}

/** `window`: the main window at the sign-in page; `demo`: a server of this test alone. */
export const test = base.extend<Fixtures>({
  demoOptions: [{}, { option: true }],
  // Playwright reads out of this pattern which fixtures are wanted: none
  profile: async ({}, hand) => {
    const folder = await mkdtemp(join(tmpdir(), 'tallylight-'))
    await hand(folder)
    await rm(folder, { recursive: true, force: true })
  },
  demo: async ({ demoOptions }, hand) => {
    const demo = await startDemoProcess(demoOptions)
    await hand(demo)
    await demo.stop()
  },
  running: async ({ profile }, hand) => {
    const running = await launch({ profile })
    await hand(running)
    await running.close()
  },
  window: async ({ running }, hand) => hand(await running.window()),
})

export { expect }
