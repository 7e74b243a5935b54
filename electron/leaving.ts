/** Quitting and signing out in a call: asked first, in words that say what becomes of the call. Plain Node. */
import { type CallView } from '../shared/call.ts'
import { type Snapshot } from '../shared/snapshot.ts'

export type Question = NonNullable<Snapshot['shell']['question']>

export interface LeavingPorts {
  calls(): readonly CallView[]
  /** Shows the question in the window, or takes it away. */
  ask(question: Question | null): void
  /** Brings the window that asks to the front. */
  show(): void
}

export class Leaving {
  readonly #ports: LeavingPorts
  #open: { readonly leaving: Question['leaving']; readonly go: () => void | Promise<void> } | null = null

  constructor(ports: LeavingPorts) {
    this.#ports = ports
  }

  /** Goes at once without a call; else asks. Wished a second time it goes: the page that asks may be dead. */
  async wish(leaving: Question['leaving'], go: () => void | Promise<void>): Promise<void> {
    const again = this.#open?.leaving === leaving
    const calls = this.#ports.calls()
    if (calls.length === 0 || again) {
      this.#close()
      return go()
    }
    this.#open = { leaving, go }
    this.#ports.ask({ leaving, ends: calls.some(call => call.device === 'here') })
    this.#ports.show()
  }

  async answer(leave: boolean): Promise<void> {
    const open = this.#open
    this.#close()
    if (leave && open !== null) await open.go()
  }

  /** The last call ended meanwhile: nothing is left to ask. */
  callsChanged(): void {
    if (this.#open !== null && this.#ports.calls().length === 0) this.#close()
  }

  #close(): void {
    if (this.#open === null) return
    this.#open = null
    this.#ports.ask(null)
  }
}
