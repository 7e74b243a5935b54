// Makes node_modules match package-lock.json; runs on Node 20 with nothing installed. Says what it does on stderr.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const lock = join(root, 'package-lock.json')
const installed = join(root, 'node_modules/.package-lock.json')

function stop(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}

/** npm writes its own lock file into node_modules at the end of an installation. */
function upToDate() {
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs
}

if (Number(process.versions.node.split('.')[0]) < 20)
  stop(`Tallylight needs Node 20 or later; this is ${process.version}.`)

if (!upToDate()) {
  process.stderr.write('Installing the packages of package-lock.json (npm ci)\n')
  // Development packages are wanted whatever NODE_ENV or npm's own settings say: the tools are among them.
  const words = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath
  const [command, args] = npm?.endsWith('npm-cli.js') ? [process.execPath, [npm, ...words]] : ['npm', words]
  const outcome = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && command === 'npm',
  })
  if (outcome.error) stop(`npm cannot be run: ${outcome.error.message}`)
  if (outcome.status !== 0) stop('npm ci failed; its reason is above.')
}
