/** A clock that a test owns: time passes only when it says so. */
import { type Clock } from './clock.ts'

interface Timer {
  at: number
  readonly every: number | null
  readonly run: () => void
}

export class ManualClock implements Clock {
  #now: number
  #timers = new Set<Timer>()

  constructor(now: number) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  every(ms: number, run: () => void): () => void {
    return this.#add({ at: this.#now + ms, every: ms, run })
  }

  after(ms: number, run: () => void): () => void {
    return this.#add({ at: this.#now + ms, every: null, run })
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size
  }

  /** Somebody sets the clock; what is due is due after the same time as before. */
  setBack(ms: number): void {
    this.#now -= ms
    for (const timer of this.#timers) timer.at -= ms
  }

  /** Lets time pass, running what is due on the way, in order. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const due = [...this.#timers].filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.#now = due.at
      if (due.every === null) this.#timers.delete(due)
      else due.at += due.every
      due.run()
    }
    this.#now = end
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }
}
