/** The clock of a run: time passes only when the run says so, and somebody may set the computer's clock meanwhile. */
import { type Clock } from '../calls/ports.ts'

interface Timer {
  at: number
  readonly every: number | null
  readonly run: () => void
}

/** Any moment will do: Wednesday, 25 November 2026. */
export const BEGAN = 1_795_600_000_000

export class LampClock implements Clock {
  /** True time since the run began, milliseconds; what the server goes by. */
  elapsed = 0
  #set = 0
  /** In the order in which they are due. */
  readonly #timers: Timer[] = []

  /** What the computer shows. */
  now(): number {
    return BEGAN + this.#set + this.elapsed
  }

  every(ms: number, run: () => void): () => void {
    return this.#add({ at: this.elapsed + ms, every: ms, run })
  }

  after(ms: number, run: () => void): () => void {
    return this.#add({ at: this.elapsed + ms, every: null, run })
  }

  /** Somebody sets the computer's clock; what is due is due after the same time as before. */
  setBy(ms: number): void {
    this.#set += ms
  }

  /** Lets time pass, running what is due on the way. @param settled after each: lets promises go on */
  async run(ms: number, settled: () => Promise<void>): Promise<void> {
    const end = this.elapsed + ms
    for (;;) {
      const [due] = this.#timers
      if (due === undefined || due.at > end) break
      this.elapsed = due.at
      this.#timers.shift()
      if (due.every !== null) {
        due.at += due.every
        this.#insert(due)
      }
      due.run()
      await settled()
    }
    this.elapsed = end
  }

  #add(timer: Timer): () => void {
    this.#insert(timer)
    return () => {
      const at = this.#timers.indexOf(timer)
      if (at >= 0) this.#timers.splice(at, 1)
    }
  }

  #insert(timer: Timer): void {
    const at = this.#timers.findIndex(other => other.at > timer.at)
    this.#timers.splice(at < 0 ? this.#timers.length : at, 0, timer)
  }
}
