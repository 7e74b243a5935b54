/** This side of the thread that measures: starts it when it is first needed, and hands recordings over. */
import { MessageChannel, type Worker } from 'node:worker_threads'
import { AppFailure } from '../../../shared/failure.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { serveSource } from '../audio/remote.ts'
import { type Measured } from './measure.ts'
import { type FromWorker, type ToWorker } from './worker.ts'
import { ThreadOnDemand } from '../threads.ts'

export interface Measuring {
  /** From a second on, for about so long. Null: this is not measured. Throws what the source throws. */
  measure(fromSecond: number, budgetMs: number): Promise<Measured | null>
  close(): void
}

interface Waiting {
  readonly resolve: (measured: Measured | null) => void
  readonly reject: (error: Error) => void
}

export class PeaksThread {
  readonly #thread: ThreadOnDemand
  #opened = 0
  readonly #waiting = new Map<number, Waiting[]>()

  /** `script`: the built worker.ts. */
  constructor(script: string) {
    this.#thread = new ThreadOnDemand(script, worker => this.#listen(worker))
  }

  /**
   * A recording; `source` is asked for each read. What lies in a file is read and decoded by the thread itself: neither this
   * side nor who decodes for a player is held up by two hours of sound.
   */
  open(source: () => Promise<AudioSource>): Measuring {
    const id = ++this.#opened
    const worker = this.#thread.get()
    const { port1, port2 } = new MessageChannel()
    serveSource(port1, source)
    const tell = (message: ToWorker, transfer: MessageChannel['port1'][] = []) => worker.postMessage(message, transfer)
    tell({ do: 'open', id, port: port2 }, [port2])
    return {
      measure: (fromSecond, budgetMs) =>
        new Promise((resolve, reject) => {
          if (!this.#thread.is(worker)) return reject(new AppFailure('unexpected'))
          this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), { resolve, reject }])
          tell({ do: 'measure', id, fromSecond, budgetMs })
        }),
      close: () => {
        if (this.#thread.is(worker)) tell({ do: 'close', id })
        port1.close()
      },
    }
  }

  close(): Promise<void> {
    return this.#thread.close()
  }

  #listen(worker: Worker): void {
    worker.on('message', (answer: FromWorker) => {
      const [first, ...others] = this.#waiting.get(answer.id) ?? []
      this.#waiting.set(answer.id, others)
      if (answer.ok) first?.resolve(answer.measured)
      else first?.reject(answer.failure === null ? new Error(answer.message) : new AppFailure(answer.failure))
    })
    // thrown outside of a measurement, or ended: those who wait are told, and the next one gets a new thread
    const gone = (error: Error) => {
      const waiting = [...this.#waiting.values()].flat()
      this.#waiting.clear()
      for (const { reject } of waiting) reject(error)
    }
    worker.on('error', gone)
    worker.on('exit', () => gone(new AppFailure('unexpected')))
  }
}
