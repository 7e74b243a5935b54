/** This side of the thread in which templates are tried: one for many, ended and made anew when a template takes too long. */
import { type Worker } from 'node:worker_threads'
import { AppFailure } from '../../../shared/failure.ts'
import { type NamingPreview } from '../../../shared/library/naming.ts'
import { type FromTrial, type ToTrial } from './trialMessages.ts'
import { startThread } from '../threads.ts'

/** To check a template and make one name, milliseconds of the thread's time. */
const RENDER_MS = 50
/** To find out what its names tell, and to read the samples. */
const READ_MS = 1_000

export interface TrialClock {
  /** Answers how to give it up. */
  after(ms: number, run: () => void): () => void
}

interface Trial extends ToTrial {
  readonly resolve: (preview: NamingPreview) => void
  readonly reject: (error: Error) => void
}

export class TemplateTrials {
  readonly #script: string | URL
  readonly #clock: TrialClock
  #worker: Worker | null = null
  #ready = false
  #count = 0
  #running: Trial | null = null
  readonly #waiting: Trial[] = []
  #stopTimer: () => void = () => undefined

  /** `script`: the built trialWorker.ts. */
  constructor(script: string | URL, clock: TrialClock) {
    this.#script = script
    this.#clock = clock
  }

  /**
   * What a template makes and tells, and what it reads out of these names. Throws AppFailure `template-unsupported`, or
   * `template-slow` where it takes longer than 50 ms to check and render, or a second to be read backwards.
   */
  try(template: string, paths: readonly string[]): Promise<NamingPreview> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id: ++this.#count, template, paths, resolve, reject })
      this.#next()
    })
  }

  async close(): Promise<void> {
    const waiting = this.#waiting.splice(0)
    for (const { reject } of waiting) reject(new AppFailure('unexpected'))
    await this.#end(new AppFailure('unexpected'))
  }

  #next(): void {
    if (this.#running !== null || this.#waiting.length === 0) return
    if (this.#worker === null) this.#start()
    if (!this.#ready) return
    const trial = this.#waiting.shift()
    if (trial === undefined) return
    this.#running = trial
    const { id, template, paths } = trial
    this.#worker?.postMessage({ id, template, paths } satisfies ToTrial)
  }

  #start(): void {
    const worker = startThread(this.#script)
    this.#worker = worker
    this.#ready = false
    // it must not keep the app alive
    worker.unref()
    worker.on('message', (message: FromTrial) => {
      if (worker === this.#worker) this.#take(message)
    })
    const gone = (error: Error) => {
      if (worker !== this.#worker) return
      // one that cannot even start is not started again and again
      if (!this.#ready) for (const { reject } of this.#waiting.splice(0)) reject(error)
      void this.#end(error)
    }
    worker.on('error', gone)
    worker.on('exit', () => gone(new AppFailure('unexpected')))
  }

  #take(message: FromTrial): void {
    if (message.told === 'ready') {
      this.#ready = true
      return this.#next()
    }
    if (message.id !== this.#running?.id) return
    this.#stopTimer()
    const { resolve, reject } = this.#running
    switch (message.told) {
      case 'begun':
        return this.#limit(RENDER_MS)
      case 'rendered':
        return this.#limit(READ_MS)
      case 'done':
        resolve(message.preview)
        break
      case 'failed':
        reject(new AppFailure(message.failure ?? 'unexpected'))
    }
    this.#running = null
    this.#next()
  }

  #limit(ms: number): void {
    this.#stopTimer = this.#clock.after(ms, () => void this.#end(new AppFailure('template-slow')))
  }

  /** Ends the thread and what runs in it; what waits gets a new one. */
  async #end(error: Error): Promise<void> {
    this.#stopTimer()
    const [worker, running] = [this.#worker, this.#running]
    this.#worker = null
    this.#ready = false
    this.#running = null
    running?.reject(error)
    this.#next()
    await worker?.terminate()
  }
}
