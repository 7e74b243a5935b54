// Debian's packages: which are missing, and how they come (by ourselves as root, else by a sentence with the command).
import { capture, show } from '../process.ts'
import { Missing, say } from '../project.ts'

/**
 * Sees to it that these Debian packages are installed; says what it installs on stderr.
 * Throws Missing with the exact command for one who is not root, or with apt's failure.
 */
export async function needPackages(purpose: string, packages: readonly string[]): Promise<void> {
  const missing = await missingPackages(packages)
  if (missing.length === 0) return
  const words = ['install', '--no-install-recommends', '--yes', ...missing]
  if (process.getuid?.() !== 0) {
    throw new Missing(
      `Missing for ${purpose}. Run this, then try again:\n  sudo apt-get update && sudo apt-get ${words.join(' ')}`,
    )
  }
  say(`Installing Debian packages for ${purpose}: ${missing.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const update = await capture('apt-get', ['update', '--quiet'], { env })
  if (update.code !== 0) say(`apt-get update failed, going on with the lists at hand:\n${update.output}`)
  const code = await show({ command: 'apt-get', args: ['-q', ...words], env }, 'stderr')
  const still = await missingPackages(packages)
  if (code !== 0 || still.length > 0)
    throw new Missing(`Debian packages for ${purpose} could not be installed: ${still.join(' ')}`)
}

/** True where packages are managed by dpkg and apt. */
export async function hasApt(): Promise<boolean> {
  const { code } = await capture('apt-get', ['--version'])
  return code === 0
}

/** Since 2024 some libraries carry the suffix t64 (64-bit time), and either name will do. */
async function missingPackages(packages: readonly string[]): Promise<string[]> {
  const names = packages.flatMap(name => [name, `${name}t64`])
  const { output } = await capture('dpkg-query', ['--show', '--showformat=${Package} ${db:Status-Status}\n', ...names])
  const present = new Set(
    output
      .split('\n')
      .filter(line => line.endsWith(' installed'))
      .map(line => line.split(' ')[0]),
  )
  const missing = packages.filter(name => !present.has(name) && !present.has(`${name}t64`))
  return Promise.all(missing.map(async name => ((await isKnown(`${name}t64`)) ? `${name}t64` : name)))
}

async function isKnown(name: string): Promise<boolean> {
  const { code, output } = await capture('apt-cache', ['show', '--no-all-versions', name])
  return code === 0 && output.includes('Package:')
}
