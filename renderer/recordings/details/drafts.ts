/**
 * Notes that are being written. Each is saved a moment after the last letter, at once when it is left, and again after a
 * failure; until main has it, it is kept here, whatever is shown meanwhile.
 */
import { type Failure } from '../../../shared/failure.ts'

export interface Draft {
  readonly text: string
  readonly state: 'waiting' | 'saving' | 'saved' | 'failed'
  readonly failure: Failure | null
}

export interface DraftsPort {
  /** Throws where main did not take it. */
  readonly save: (entry: string, note: string) => Promise<void>
  readonly failureOf: (thrown: unknown) => Failure
}

/** After the last letter. */
const REST_MS = 500
/** After a failure. */
const AGAIN_MS = 5_000

export class Drafts {
  readonly #port: DraftsPort
  readonly #listeners = new Set<() => void>()
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>()
  /** Shown no more, and not saved yet. */
  readonly #left = new Set<string>()
  #drafts: ReadonlyMap<string, Draft> = new Map()

  constructor(port: DraftsPort) {
    this.#port = port
  }

  readonly all = (): ReadonlyMap<string, Draft> => this.#drafts

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What is typed, in whole. */
  write(entry: string, text: string): void {
    this.#left.delete(entry)
    this.#put(entry, { text, state: 'waiting', failure: null })
    this.#saveIn(entry, REST_MS)
  }

  /** The entry has another id from now on: what was typed goes with it, before what there may be under the new one. */
  rename(from: string, to: string): void {
    const draft = this.#drafts.get(from)
    if (draft === undefined || from === to) return
    clearTimeout(this.#timers.get(from))
    this.#timers.delete(from)
    if (this.#left.delete(from)) this.#left.add(to)
    else this.#left.delete(to)
    const next = new Map(this.#drafts)
    next.delete(from)
    // what is on its way under the old id is sent once more: its answer tells nothing of the new one
    this.#drafts = next.set(to, draft.state === 'saving' ? { ...draft, state: 'waiting' } : draft)
    if (draft.state !== 'saved') this.#saveIn(to, draft.state === 'failed' ? AGAIN_MS : REST_MS)
    this.#tell()
  }

  /** Saves now what is not yet saved. */
  flush(): void {
    for (const [entry, { state }] of this.#drafts) if (state === 'waiting' || state === 'failed') this.#save(entry)
  }

  /** It was left: once it is saved it is forgotten here, so that main's own is shown from then on. */
  leave(entry: string): void {
    this.flush()
    if (this.#drafts.get(entry)?.state === 'saved') this.#put(entry, null)
    else if (this.#drafts.has(entry)) this.#left.add(entry)
  }

  #saveIn(entry: string, ms: number): void {
    clearTimeout(this.#timers.get(entry))
    this.#timers.set(
      entry,
      setTimeout(() => this.#save(entry), ms),
    )
  }

  #save(entry: string): void {
    clearTimeout(this.#timers.get(entry))
    this.#timers.delete(entry)
    const draft = this.#drafts.get(entry)
    if (draft === undefined) return
    this.#put(entry, { ...draft, state: 'saving' })
    // what is typed meanwhile is a draft of its own, with its own end
    const isStill = () => this.#drafts.get(entry)?.text === draft.text && this.#drafts.get(entry)?.state === 'saving'
    this.#port.save(entry, draft.text).then(
      () => {
        if (isStill())
          this.#put(entry, this.#left.delete(entry) ? null : { text: draft.text, state: 'saved', failure: null })
      },
      (thrown: unknown) => {
        const failure = this.#port.failureOf(thrown)
        if (!isStill()) return
        this.#put(entry, { text: draft.text, state: 'failed', failure })
        this.#saveIn(entry, AGAIN_MS)
      },
    )
  }

  #put(entry: string, draft: Draft | null): void {
    const next = new Map(this.#drafts)
    if (draft === null) next.delete(entry)
    else next.set(entry, draft)
    this.#drafts = next
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
