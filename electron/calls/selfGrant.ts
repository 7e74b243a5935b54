/** Lets the user allow himself recording on demand, where server and policy let him; read back, and undone on a press. */
import { AppFailure } from '../../shared/failure.ts'
import { type PolicyView } from '../../shared/policy.ts'
import { type SelfGrantView } from '../../shared/selfGrant.ts'
import { type Clock } from './ports.ts'
import { Settling } from './settling.ts'

/** The permission on the server. Throws AppFailure. */
export interface RecordRight {
  set(on: boolean): Promise<void>
  /** As the server has it now; null = it does not tell. */
  read(): Promise<boolean | null>
}

export interface SelfGrantOptions {
  readonly clock: Clock
  /** As the file is now, read anew. */
  readonly policy: () => PolicyView
  readonly onChange: () => void
}

export class SelfGrant {
  readonly #options: SelfGrantOptions
  #right: RecordRight | null = null
  #grantedAt: number | null = null
  readonly #settling: Settling
  #busy = false

  constructor(options: SelfGrantOptions) {
    this.#options = options
    this.#settling = new Settling(options.clock, () => options.onChange())
  }

  /** Null: this server has no such permission that its user could set. */
  use(right: RecordRight | null): void {
    this.#settling.forget()
    this.#right = right
    this.#grantedAt = null
    this.#busy = false
  }

  view(): SelfGrantView {
    return { offered: this.#right !== null, grantedAt: this.#grantedAt, settling: this.#settling.on }
  }

  /**
   * Allows it, or takes back what was allowed here. Throws AppFailure: `policy-locked`, `right-unchanged` where the
   * server kept the old value, and what the server says.
   */
  async set(on: boolean): Promise<void> {
    const right = this.#right
    if (right === null || this.#busy) throw new AppFailure('not-allowed')
    if (on && this.#options.policy().selfGrant === 'locked') throw new AppFailure('policy-locked')
    // never more than the way back: what an administrator allowed is not ours to take
    if (!on && this.#grantedAt === null) throw new AppFailure('not-allowed')
    this.#busy = true
    try {
      await right.set(on)
      if (this.#right !== right) return
      this.#settling.begin()
      // taken, as far as is known: even where it cannot be read back now, there is a way back
      if (on) this.#grantedAt = this.#options.clock.now()
      const now = await right.read()
      if (this.#right !== right) return
      if (now === false) this.#grantedAt = null
      if (now !== on) throw new AppFailure('right-unchanged')
    } finally {
      if (this.#right === right) this.#busy = false
      this.#options.onChange()
    }
  }
}
