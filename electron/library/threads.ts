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

/** A thread that is started when it is first needed, and anew should it end; it does not keep the app alive. */
export class ThreadOnDemand {
  readonly #script: string
  readonly #begun: (worker: Worker) => void
  #worker: Worker | null = null

  /** `script`: the built bundle. `begun`: hears what each one tells, and of its end. */
  constructor(script: string, begun: (worker: Worker) => void = () => undefined) {
    this.#script = script
    this.#begun = begun
  }

  /** Throws as startThread. */
  get(): Worker {
    return (this.#worker ??= this.#start())
  }

  /** Whether that one is still at work. */
  is(worker: Worker): boolean {
    return worker === this.#worker
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
  }

  #start(): Worker {
    const worker = startThread(this.#script)
    worker.unref()
    const gone = () => {
      if (this.#worker === worker) this.#worker = null
    }
    worker.on('error', gone)
    worker.on('exit', gone)
    this.#begun(worker)
    return worker
  }
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
