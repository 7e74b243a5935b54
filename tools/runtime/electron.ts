// An Electron to run the app in: the official binary if it can be had, else the stand-by runtime (standby.ts).
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { capture } from '../process.ts'
import { inRoot, Missing, say } from '../project.ts'
import { standbyRuntime } from './standby.ts'

export type ElectronRuntime = {
  kind: 'official' | 'standby'
  /** What ELECTRON_OVERRIDE_DIST_PATH takes, and electron-builder's `electronDist`. */
  folder: string
  version: string
}

const DAY = 24 * 60 * 60 * 1000
const TRY_LIMIT = 20_000
const INSIST_LIMIT = 10 * 60_000
const SETUID = 0o4755
const PACKAGE = inRoot('node_modules/electron')
const STAMP = inRoot('.cache/electron-official-tried')

/**
 * The runtime for tests, demo and packaging. TALLYLIGHT_RUNTIME: `standby` skips the official binary, `official` insists
 * on it, anything else tries it for 20 s at most once a day. Throws Missing when neither can be had.
 */
export async function electronRuntime(): Promise<ElectronRuntime> {
  const choice = process.env['TALLYLIGHT_RUNTIME']
  const runtime = (choice === 'standby' ? undefined : await officialRuntime()) ?? standbyOr(choice)
  const found = await runtime
  await letSandboxIn(found.folder)
  return found
}

/** The official binary, if it is here or comes within the time that TALLYLIGHT_RUNTIME gives it. */
export async function officialRuntime(): Promise<ElectronRuntime | undefined> {
  const installed = installedOfficial()
  if (installed) return installed
  const insist = process.env['TALLYLIGHT_RUNTIME'] === 'official'
  if (!insist && triedToday()) return undefined
  mkdirSync(inRoot('.cache'), { recursive: true })
  writeFileSync(STAMP, `${new Date().toISOString()}\n`)
  say(`Electron: trying the official binary (${insist ? 'up to 10 min' : 'at most 20 s, once a day'})`)
  const { code, output } = await capture(process.execPath, [join(PACKAGE, 'install.js')], {
    limit: insist ? INSIST_LIMIT : TRY_LIMIT,
  })
  if (code !== 0) say(`Electron: the official binary cannot be had here (${reasonIn(output)})`)
  // The stamp remembers a failure; a binary that npm ci took away comes back at once from its own cache.
  else rmSync(STAMP)
  return installedOfficial()
}

function standbyOr(choice: string | undefined): Promise<ElectronRuntime> {
  if (choice === 'official')
    throw new Missing('The official Electron binary was asked for (TALLYLIGHT_RUNTIME=official) and cannot be had.')
  return standbyRuntime()
}

function installedOfficial(): ElectronRuntime | undefined {
  const folder = join(PACKAGE, 'dist')
  const executable = join(PACKAGE, 'path.txt')
  // path.txt is what Electron's installer writes last: without it an unpacking was cut short.
  if (!existsSync(executable) || !existsSync(join(folder, readFileSync(executable, 'utf8')))) return undefined
  return { kind: 'official', folder, version: readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '') }
}

function triedToday(): boolean {
  return existsSync(STAMP) && Date.now() - statSync(STAMP).mtimeMs < DAY
}

function reasonIn(output: string): string {
  return /(?:Error|stopped by).*/.exec(output)?.[0] ?? 'no reason given'
}

/**
 * The operating system's sandbox needs either user namespaces or Chromium's setuid helper, which serves an ordinary user
 * only when root owns it with mode 4755. Throws Missing when this user could have neither.
 */
async function letSandboxIn(folder: string): Promise<void> {
  const helper = join(folder, 'chrome-sandbox')
  if (process.platform !== 'linux' || !existsSync(helper)) return
  if (process.getuid?.() === 0) return chmodSync(helper, SETUID)
  const { uid, mode } = statSync(helper)
  if (uid === 0 && (mode & 0o7777) === SETUID) return
  const { code } = await capture('unshare', ['--user', '--map-root-user', 'true'])
  if (code !== 0) {
    throw new Missing(
      `Chromium's sandbox cannot start here. Run this, then try again:\n  sudo chown root:root ${helper} && sudo chmod 4755 ${helper}`,
    )
  }
}
