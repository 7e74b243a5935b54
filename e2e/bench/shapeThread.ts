/**
 * The shape of a file in the thread that measures, as it was built and in the app's own runtime, without the app around it:
 * from the question to the answer.
 */
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { z } from 'zod'

/** Runs in the runtime: takes the built thread and files, writes a line of milliseconds, one for each. */
const ALONE = `
const { spawnSync } = require('node:child_process')
const { readFileSync } = require('node:fs')
const { MessageChannel, Worker } = require('node:worker_threads')
const [script, state, ...files] = process.argv.slice(1)
const worker = new Worker(script)
const once = () => new Promise((resolve, reject) => {
  worker.once('message', ({ ok, measured, message }) =>
    ok && measured !== null && measured.frames === measured.of ? resolve() : reject(new Error(message ?? 'not measured')))
})
const shape = async (path, id) => {
  const { port1, port2 } = new MessageChannel()
  const value = { path, hint: { extension: 'wav', lookForStereo: true } }
  port1.on('message', ({ ask }) => port1.postMessage({ ask, ok: true, value, contentType: 'audio/wav' }))
  worker.postMessage({ do: 'open', id, port: port2 }, [port2])
  const began = performance.now()
  const answer = once()
  worker.postMessage({ do: 'measure', id, fromSecond: 0, budgetMs: 60000 })
  await answer
  return performance.now() - began
}
const run = async () => {
  const took = []
  // the first of a process is no figure: nothing of it is compiled
  for (const [id, path] of [files[0], ...files].entries()) {
    if (state === 'cold') spawnSync('dd', ['if=' + path, 'iflag=nocache', 'count=0'], { stdio: 'ignore' })
    else readFileSync(path)
    took.push(await shape(path, id))
  }
  console.log(JSON.stringify(took.slice(1)))
  process.exit(0)
}
run().catch(error => {
  console.error(error)
  process.exit(1)
})
`

/**
 * Milliseconds for each file. `cold`: each leaves the system's memory before (on Linux; elsewhere it stays). Throws what the
 * thread says.
 */
export function shapesInThread(files: readonly string[], state: 'warm' | 'cold'): number[] {
  const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH']
  const executable =
    folder === undefined
      ? z.string().parse(createRequire(import.meta.url)('electron'))
      : join(folder, process.platform === 'win32' ? 'electron.exe' : 'electron')
  const script = join(import.meta.dirname, '../../out/electron/peaks.cjs')
  const output = execFileSync(executable, ['-e', ALONE, script, state, ...files], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return z.array(z.number()).length(files.length).parse(JSON.parse(output))
}
