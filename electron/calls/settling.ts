/** The time that a server takes to load a changed user: calls that are placed meanwhile wait. */
import { type Clock } from './ports.ts'

/** Wazo's SIP reload takes 3 to 5 s (wazo.md 0a), milliseconds. */
export const SETTLE_MS = 5_000

export class Settling {
  readonly #clock: Clock
  readonly #onOver: () => void
  #stop: (() => void) | null = null

  /** `onOver`: the time has passed. */
  constructor(clock: Clock, onOver: () => void) {
    this.#clock = clock
    this.#onOver = onOver
  }

  get on(): boolean {
    return this.#stop !== null
  }

  /** A change was taken; one that is still being loaded begins anew. */
  begin(): void {
    this.#stop?.()
    this.#stop = this.#clock.after(SETTLE_MS, () => {
      this.#stop = null
      this.#onOver()
    })
  }

  /** It is nobody's any more. */
  forget(): void {
    this.#stop?.()
    this.#stop = null
  }
}
