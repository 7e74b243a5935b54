/** Reads of all calls, shared by whoever asks while one is under way. */
import { FACTS } from '../../shared/recording/facts.ts'
import { type Clock, type ServerCall } from './ports.ts'

export interface ReaderPorts<Mark> {
  readonly clock: Clock
  readonly read: () => Promise<readonly ServerCall[]>
  /** What is known as a read begins, to tell afterwards what it is too old for. */
  readonly mark: () => Mark
  readonly took: (calls: readonly ServerCall[], mark: Mark, began: number) => void
  readonly failed: (error: unknown) => void
  /** Something newer than the read is known by now: it must be done again. */
  readonly outdated: (mark: Mark) => boolean
}

interface Read {
  readonly began: number
  /** What it brings is too old for someone who asked meanwhile. */
  again: boolean
}

export class Reader<Mark> {
  readonly #ports: ReaderPorts<Mark>
  #under: Read | null = null
  /** Counts reads: one that answers after a later one is not believed any more. */
  #begun = 0
  #taken = 0
  #closed = false

  constructor(ports: ReaderPorts<Mark>) {
    this.#ports = ports
  }

  /** When the read that is under way began, milliseconds since the epoch; null = none is. */
  get began(): number | null {
    return this.#under?.began ?? null
  }

  /** `anew`: one that began before will not do. One that is too late holds up no other. */
  ask(anew = true): void {
    const { clock, read, mark, took, failed, outdated } = this.#ports
    const now = clock.now()
    if (this.#under !== null && Math.abs(now - this.#under.began) < FACTS.readWithinMs) {
      this.#under.again ||= anew
      return
    }
    const known = mark()
    const mine: Read = { began: now, again: false }
    const number = ++this.#begun
    this.#under = mine
    /** The last word of this read, unless a later one had it. */
    const settle = (tell: () => void) => {
      if (this.#closed || number < this.#taken) return
      this.#taken = number
      tell()
    }
    void read()
      .then(
        calls => settle(() => took(calls, known, mine.began)),
        (error: unknown) => settle(() => failed(error)),
      )
      .finally(() => {
        if (this.#under !== mine) return
        this.#under = null
        if (!this.#closed && (mine.again || outdated(known))) this.ask()
      })
  }

  /** Nothing that is still to come counts. */
  close(): void {
    this.#closed = true
  }
}
