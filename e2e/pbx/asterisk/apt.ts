// Fetches Debian packages with apt, but a state of its own in which no package counts as installed, so that every library
// comes too. The machine's own apt says which mirror and which proxy, so no host name is in the project. Signatures are
// checked with Debian's keyring; release dates are not, since a mirror of sid may stand still.
import { accessSync, constants, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { capture } from '../../../tools/process.ts'

const KEYRINGS = ['/usr/share/keyrings/debian-archive-keyring.gpg', '/usr/share/keyrings/debian-archive-keyring.pgp']

export type Request = {
  /** Emptied and used for the lists and the archives. */
  folder: string
  mirror: string
  suite: string
  packages: readonly string[]
  /** What apt says. */
  log: (text: string) => void
}

/** The mirrors of the machine's own apt that have a Debian-like `main`, in their order. Throws where there is no apt. */
export async function ownMirrors(): Promise<string[]> {
  const format = '$(RELEASE) $(COMPONENT) $(REPO_URI)'
  const words = ['indextargets', '--no-release-info', '--format', format, 'Created-By: Packages']
  const { code, output } = await capture('apt-get', words)
  if (code !== 0) throw new Error(`This machine's apt cannot be asked for its mirror (Debian is needed):\n${output}`)
  const mirrors = parseTargets(output)
  if (mirrors.length === 0) throw new Error('The sources of this machine’s apt have no Debian mirror')
  return mirrors
}

/** Lines of `release component address`; a whole release has neither "-" (updates) nor "/" in its name. */
export function parseTargets(text: string): string[] {
  const addresses = text.split('\n').flatMap(line => {
    const [release, component, address] = line.trim().split(' ')
    return release && /^[a-z]+$/.test(release) && component === 'main' && address ? [address] : []
  })
  return [...new Set(addresses)]
}

/** Downloads packages and all that they depend on; returns the archives. Throws with apt's last words. */
export async function fetchPackages(request: Request): Promise<string[]> {
  const { folder, suite, mirror, packages, log } = request
  const keyring = KEYRINGS.find(file => existsSync(file))
  if (keyring === undefined) throw new Error('Debian’s keyring is missing (package debian-archive-keyring)')
  rmSync(folder, { recursive: true, force: true })
  for (const name of ['lists/partial', 'cache/archives/partial', 'etc/apt.conf.d', 'etc/preferences.d']) {
    mkdirSync(join(folder, name), { recursive: true })
  }
  writeFileSync(join(folder, 'status'), '')
  writeFileSync(join(folder, 'sources.list'), `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`)
  writeFileSync(join(folder, 'apt.conf'), await configuration(folder))
  const env = { ...process.env, APT_CONFIG: join(folder, 'apt.conf'), LC_ALL: 'C.UTF-8' }
  for (const words of [['update'], ['install', '--download-only', ...packages]]) {
    const { code, output } = await capture('apt-get', ['-q', ...words], { env })
    log(output)
    if (code !== 0) throw new Error(`apt-get ${words[0]} of ${suite} failed:\n${lastLines(output, 5)}`)
  }
  return globSync('*.deb', { cwd: join(folder, 'cache/archives') })
    .sort()
    .map(name => join(folder, 'cache/archives', name))
}

async function configuration(folder: string): Promise<string> {
  const architecture = (await ask('dpkg', ['--print-architecture'])).trim()
  const own = {
    'Dir::State': folder,
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc': join(folder, 'etc'),
    'Dir::Etc::SourceList': join(folder, 'sources.list'),
    'Dir::Etc::SourceParts': '-',
    'APT::Architecture': architecture,
    'APT::Install-Recommends': 'false',
    'APT::Get::Assume-Yes': 'true',
    'APT::Sandbox::User': '',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    'Acquire::Check-Valid-Until': 'false',
    'Acquire::Check-Date': 'false',
  }
  const lines = Object.entries(own).map(([name, value]) => `${name} "${value}";`)
  return [...(await ownTransport()), `APT::Architectures { "${architecture}"; };`, ...lines, ''].join('\n')
}

/** How the machine's apt reaches its mirror: proxy, certificates, passwords. */
async function ownTransport(): Promise<string[]> {
  const settings = (await ask('apt-config', ['dump'])).split('\n').filter(line => /^Acquire::https?::/i.test(line))
  const files = { netrc: 'Dir::Etc::netrc/f', netrcparts: 'Dir::Etc::netrcparts/d' }
  for (const [name, option] of Object.entries(files)) {
    const path = /^P='(.+)'$/m.exec(await ask('apt-config', ['shell', 'P', option]))?.[1]
    if (path !== undefined && isReadable(path)) settings.push(`Dir::Etc::${name} "${path}";`)
  }
  return settings
}

async function ask(command: string, words: readonly string[]): Promise<string> {
  const { code, output } = await capture(command, words)
  if (code !== 0) throw new Error(`${command} ${words.join(' ')} failed:\n${output}`)
  return output
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    // Not there, or not for us: then the mirror needs no password that we could give.
    return false
  }
}

/** The end of an output, for a message. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}

/** The end of a log file, for a message; nothing when it is not there. */
export function tail(file: string, count: number): string {
  return existsSync(file) ? lastLines(readFileSync(file, 'utf8'), count) : ''
}
