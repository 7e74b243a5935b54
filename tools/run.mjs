// Runs a script with Node 24, the Node of the Electron that we ship: node tools/run.mjs tools/build.ts [arguments]
// The binary is a package of its own; a running Node of 24 or later will do too. Runs on Node 20.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

function findNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const packaged = join(root, 'node_modules', `node-${platform}-${process.arch}`, 'bin', name)
  if (existsSync(packaged)) return packaged
  return Number(process.versions.node.split('.')[0]) >= 24 ? process.execPath : undefined
}

const node = findNode()
const [script, ...args] = process.argv.slice(2)

if (!script) {
  process.stderr.write('usage: node tools/run.mjs <script> [arguments]\n')
  process.exit(1)
}
if (!node) {
  process.stderr.write(
    existsSync(join(root, 'node_modules'))
      ? `There is no packaged Node 24 for ${process.platform}-${process.arch}, and this is ${process.version}: install Node 24 or later.\n`
      : 'The packages are not installed yet: run npm ci.\n',
  )
  process.exit(1)
}

const child = spawn(node, [script, ...args], {
  stdio: 'inherit',
  // What the script starts (npm, vite, playwright) finds this Node first.
  env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ''}` },
})
// A signal to this process is meant for the script; the terminal's Ctrl-C reaches both, and the script decides.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) child.kill('SIGINT')
})
child.on('error', error => {
  process.stderr.write(`${node} cannot be run: ${error.message}\n`)
  process.exit(1)
})
child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)))
