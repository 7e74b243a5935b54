/**
 * The threads that are at work for the library. The app must not end while one runs: the runtime then waits for the thread,
 * which may wait for what the runtime has stopped already (a WebAssembly module being compiled, say), and neither ends.
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

/** Ends those that still run, and lets none begin. Whatever they do may be cut off at any moment, as by a kill. */
export async function endThreads(): Promise<void> {
  ended = true
  await Promise.all([...running].map(worker => worker.terminate()))
}
