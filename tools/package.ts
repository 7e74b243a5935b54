// Packages the app with the runtime at hand into out/package, for the tests; installers are made by `npx electron-builder`
// on a release machine after `npm run build`. What differs from a release is said here, the rest is electron-builder.yml.
import { build as pack, Platform } from 'electron-builder'
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.ts'
import { inRoot, runTool, say } from './project.ts'
import { electronRuntime, type ElectronRuntime } from './runtime/electron.ts'

const OUTPUT = inRoot('out/package')
const FOLDERS: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'linux-unpacked',
  win32: 'win-unpacked',
  darwin: `mac${process.arch === 'arm64' ? '-arm64' : ''}`,
}
const EXECUTABLES: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'tallylight',
  win32: 'Tallylight.exe',
  darwin: 'Tallylight.app/Contents/MacOS/Tallylight',
}

/** The packaged app's executable, after `packageApp`. */
export const PACKAGED = join(OUTPUT, FOLDERS[process.platform] ?? '', EXECUTABLES[process.platform] ?? '')

export async function packageApp(): Promise<void> {
  const runtime = await electronRuntime()
  await build()
  rmSync(OUTPUT, { recursive: true, force: true })
  await pack({
    projectDir: inRoot(),
    targets: Platform.current().createTarget('dir'),
    config: testConfiguration(runtime),
    publish: 'never',
  })
  if (!existsSync(PACKAGED)) throw new Error(`electron-builder made no ${PACKAGED}`)
  const sandbox = join(PACKAGED, '../chrome-sandbox')
  if (process.getuid?.() === 0 && existsSync(sandbox)) chmodSync(sandbox, 0o4755)
  say(`Packaged with Electron ${runtime.version} (${runtime.kind}): ${PACKAGED}`)
}

/** electron-builder.yml with the fuses that a test needs, and with the runtime at hand; a file in out/. */
function testConfiguration(runtime: ElectronRuntime): string {
  // Playwright drives the app over --inspect.
  const inspected = replaceLine('enableNodeCliInspectArguments: false', 'enableNodeCliInspectArguments: true')
  // Electron 25 has no such fuse yet, and electron-builder cannot be told to leave one alone.
  const fitting = replaceLine('grantFileProtocolExtraPrivileges: false', '# no such fuse in this runtime')
  const release = readFileSync(inRoot('electron-builder.yml'), 'utf8')
  const file = inRoot('out/electron-builder.yml')
  const fuses = runtime.kind === 'standby' ? fitting(inspected(release)) : inspected(release)
  writeFileSync(file, `${fuses}electronDist: ${JSON.stringify(runtime.folder)}\nelectronVersion: ${runtime.version}\n`)
  return file
}

function replaceLine(from: string, to: string): (text: string) => string {
  return text => {
    if (!text.includes(from)) throw new Error(`electron-builder.yml no longer says ${from}`)
    return text.replace(from, to)
  }
}

if (import.meta.main) await runTool(() => packageApp().then(() => 0))
