/**
 * The threads that are at work for the library. The app must not end while one runs: the runtime then waits for it, and in
 * some runtimes for ever (seen in Electron 25: a thread that has run WebAssembly waits in its end for tasks of the
 * compiler that nobody runs any more).
 */
import { Worker, type WorkerOptions } from 'node:worker_threads'

const running = new Set<Worker>()
let ended = false

/** Starts a thread. Throws once the app is ending, and what Node says. */
export function startThread(script: string | URL, options?: WorkerOptions): Worker {
  if (ended) throw new Error('the app is ending: no thread is started any more')
  const worker = new Worker(script, options)
  running.add(worker)
  worker.once('exit', () => running.delete(worker))
  return worker
}

/**
 * Ends those that still run, and lets none begin. Whatever they do may be cut off at any moment, as by a kill. Answers
 * whether all are gone, after `withinMs` at the latest.
 */
export async function endThreads(withinMs: number): Promise<boolean> {
  ended = true
  const all = Promise.all([...running].map(worker => worker.terminate()))
  await Promise.race([all, new Promise(resolve => setTimeout(resolve, withinMs))])
  return running.size === 0
}
