/**
 * Which of two things that a server said is newer. Its events carry its own time, which orders them among themselves; and
 * since none arrives before it was made, an event can be known to be older than a read that began here later.
 */

/** What the clocks' resolutions may add up to, milliseconds. */
const BLUR_MS = 5

export class Order {
  /** Our clock less the server's, plus the way of the quickest event; null = no event carried a time. */
  #lead: number | null = null

  /** An event arrived: `stamp` is the server's time of it, `now` ours; milliseconds. */
  arrived(stamp: number, now: number): void {
    this.#lead = this.#lead === null ? now - stamp : Math.min(this.#lead, now - stamp)
  }

  /** A new stream, or a clock that was set: nothing learnt so far holds. */
  forget(): void {
    this.#lead = null
  }

  /** Was an event surely made before `began`, in our time? False where that cannot be told. */
  isBefore(stamp: number, began: number): boolean {
    return this.#lead !== null && stamp + this.#lead + BLUR_MS < began
  }
}
