// Puts Debian's Asterisk with every library that it needs into a private folder. Nothing of the machine is changed, no root
// is needed, and no package's script is run. Also a program: node e2e/pbx/asterisk/install.ts
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { capture } from '../../../tools/process.ts'
import { fetchPackages, ownMirrors } from './apt.ts'
import {
  findInstallation,
  findParts,
  type Installation,
  installationFolder,
  LAYOUT,
  type Note,
  noteOf,
  ownEnvironment,
  type Parts,
  rootOf,
} from './installation.ts'
import { withLock } from './lock.ts'
import { parseModules } from './modules.ts'

/** sid has Asterisk 22, bullseye 16; the releases between have none. */
const SUITES = ['sid', 'bullseye']

/** Neither needed nor small; usr/bin also holds programs that must not lie about with root's rights. */
const LEFT_OUT = [
  './etc/*',
  './var/*',
  './usr/bin/*',
  './usr/lib/*/perl/*',
  './usr/share/doc/*',
  './usr/share/info/*',
  './usr/share/locale/*',
  './usr/share/man/*',
  './usr/share/perl/*',
  './usr/share/zoneinfo/*',
]

/**
 * The installation: the one that is there, else a new one (some 10 s, 80 MB to fetch, 190 MB on disk).
 * Throws with the reason when no suite has an Asterisk that runs here.
 */
export async function installAsterisk(say = speak, folder = installationFolder()): Promise<Installation> {
  const there = findInstallation(folder)
  if (there) return there
  mkdirSync(folder, { recursive: true })
  return withLock(join(folder, 'install.lock'), async () => findInstallation(folder) ?? (await install(folder, say)))
}

async function install(folder: string, say: (sentence: string) => void): Promise<Installation> {
  const began = performance.now()
  const log = join(folder, 'install.log')
  writeFileSync(log, '')
  const failures: string[] = []
  const mirrors = await ownMirrors()
  for (const suite of SUITES) {
    for (const mirror of mirrors) {
      try {
        await tryOne(folder, suite, mirror, say)
        const installation = findInstallation(folder)
        if (!installation) throw new Error('What was installed cannot be found again')
        say(`${installation.version} is in ${folder} (${seconds(began)} in all)`)
        return installation
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        failures.push(`${suite}: ${reason}`)
        appendFileSync(log, `${reason}\n`)
        say(`Asterisk from ${suite} did not do; ${log} says why`)
      }
    }
  }
  throw new Error(`No Asterisk could be installed.\n${failures.join('\n')}`)
}

async function tryOne(folder: string, suite: string, mirror: string, say: (sentence: string) => void): Promise<void> {
  const began = performance.now()
  const log = (text: string) => appendFileSync(join(folder, 'install.log'), text)
  say(`Fetching Asterisk from Debian ${suite} into ${folder}`)
  const apt = join(folder, 'apt')
  const archives = await fetchPackages({ folder: apt, mirror, suite, packages: ['asterisk'], log })
  say(`${archives.length} packages fetched (${seconds(began)})`)
  await unpack(archives, rootOf(folder))
  const note: Note = { layout: LAYOUT, suite, version: await check(rootOf(folder), folder) }
  rmSync(apt, { recursive: true })
  // Written last: who finds it finds all of it.
  writeFileSync(noteOf(folder), `${JSON.stringify(note)}\n`)
}

async function unpack(archives: readonly string[], root: string): Promise<void> {
  rmSync(root, { recursive: true, force: true })
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true })
    // Older packages still ship files outside usr.
    symlinkSync(`usr/${name}`, join(root, name))
  }
  const script = 'dpkg-deb --fsys-tarfile "$1" | tar --extract --directory "$2" "${@:3}"'
  const options = ['--no-same-owner', '--no-same-permissions', '--keep-directory-symlink']
  const words = ['-o', 'pipefail', '-c', script, 'unpack']
  const left = [...archives]
  const worker = async () => {
    for (let archive = left.shift(); archive !== undefined; archive = left.shift()) {
      const excluded = LEFT_OUT.map(pattern => `--exclude=${pattern}`)
      const { code, output } = await capture('bash', [...words, archive, root, ...options, ...excluded])
      if (code !== 0) throw new Error(`${archive} cannot be unpacked:\n${output}`)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
}

/** Runs it, and asks for the libraries of every module that we load; returns the version. */
async function check(root: string, home: string): Promise<string> {
  const parts = findParts(root)
  if (!parts) throw new Error('The packages do not hold what they should')
  const [program, ...words] = parts.command
  const { code, output } = await capture(program, [...words, '-V'], { env: ownEnvironment(home) })
  if (code !== 0) throw new Error(`Asterisk does not run:\n${output}`)
  const missing = await missingLibraries(parts, home)
  if (missing.length > 0) throw new Error(`Missing: ${missing.join(', ')}`)
  return output.trim()
}

async function missingLibraries(parts: Parts, home: string): Promise<string[]> {
  const [program, ...words] = parts.loader
  const missing: string[] = []
  for (const { name, required } of ownModules()) {
    const file = join(parts.moduleFolder, `${name}.so`)
    if (existsSync(file)) {
      const { output } = await capture(program, [...words, '--list', file], { env: ownEnvironment(home) })
      for (const [, library] of output.matchAll(/^\s*(\S+) => not found/gm)) missing.push(`${library} of ${name}`)
    } else if (required) missing.push(name)
  }
  return missing
}

/** The modules of our list. */
export function ownModules(): ReturnType<typeof parseModules> {
  return parseModules(readFileSync(join(import.meta.dirname, 'modules.list'), 'utf8'))
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`
}

function speak(sentence: string): void {
  process.stderr.write(`${sentence}\n`)
}

if (import.meta.main) {
  const began = performance.now()
  const { version, suite } = await installAsterisk()
  console.log(`${version} of ${suite} in ${installationFolder()} (${seconds(began)})`)
}
