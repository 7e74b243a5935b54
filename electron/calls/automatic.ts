/**
 * Permanent recording: the four flags, read back always. Set by the API where the user may, else by a call to the
 * code, which toggles all four (wazo.md 3.1). Where nothing can be read, a hint tells all or none, or nothing does.
 */
import { type AutomaticMeans, type AutomaticView, FLAGS, type Flags } from '../../shared/automatic.ts'
import { AppFailure } from '../../shared/failure.ts'
import { type Clock, type FlagServer } from './ports.ts'

/** Changes within this time go out in one PUT: each PUT reloads the server's SIP configuration (wazo.md 2.1). */
const GATHER_MS = 500
/** Nothing tells of a change made elsewhere: read this often. (wazo.md 3.3) */
const POLL_MS = 300_000

type Refusal = NonNullable<AutomaticView['refusal']>['reason']

export interface AutomaticOptions {
  readonly clock: Clock
  readonly code: () => string
  readonly onChange: () => void
  /** Calls the code: by the phone, or through the server. Throws AppFailure when it cannot. */
  readonly dialCode: () => Promise<void>
  readonly log: (text: string, error?: unknown) => void
}

export interface AutomaticLine {
  readonly means: AutomaticMeans
  /** Null: the flags cannot be read here. */
  readonly flags: FlagServer | null
  /** A hint is watched. */
  readonly hinted: boolean
}

export class Automatic {
  readonly #options: AutomaticOptions
  #line: AutomaticLine | null = null
  #proof: AutomaticView['proof'] = { kind: 'unknown', last: null, at: null }
  #wish: Partial<Flags> | null = null
  #refusal: AutomaticView['refusal'] = null
  #before: Flags | null = null
  #gather: (() => void) | null = null
  #stopPolling: (() => void) | null = null
  #reading: Promise<void> | null = null
  /** One write after the other: of two at once, nobody knows which the server takes last. */
  #writing: Promise<void> = Promise.resolve()
  /** What the code is expected to have changed, until it is read back. */
  #codeFrom: Flags | null = null

  constructor(options: AutomaticOptions) {
    this.#options = options
  }

  use(line: AutomaticLine | null): void {
    this.#gather?.()
    this.#stopPolling?.()
    this.#gather = this.#stopPolling = null
    this.#line = line
    // what is under way was asked for another line
    this.#reading = null
    this.#writing = Promise.resolve()
    this.#wish = this.#refusal = this.#before = this.#codeFrom = null
    this.#proof =
      line !== null && line.flags === null && !line.hinted
        ? { kind: 'unprovable', sentAt: null }
        : { kind: 'unknown', last: null, at: null }
    if (line?.flags) {
      this.#stopPolling = this.#options.clock.every(POLL_MS, () => void this.read())
      void this.read()
    }
    this.#options.onChange()
  }

  view(): AutomaticView {
    return {
      means: this.#line?.means ?? 'none',
      proof: this.#proof,
      wish: this.#wish,
      refusal: this.#refusal,
      before: this.#before,
      code: this.#options.code(),
    }
  }

  /** Sets the flags that are named, 500 ms after the last change, in one request; then reads back. */
  set(flags: Partial<Flags>): void {
    if (this.#line?.means !== 'api') throw new AppFailure('not-allowed')
    if (this.#wish === null) this.#before = this.#known()
    this.#wish = { ...this.#wish, ...flags }
    this.#refusal = null
    this.#gather?.()
    this.#gather = this.#options.clock.after(GATHER_MS, () => {
      this.#gather = null
      this.#writing = this.#writing.then(() => this.#write())
    })
    this.#options.onChange()
  }

  /** Calls the code. What it did shows when the call has ended: `codeCallEnded`. */
  async dialCode(): Promise<void> {
    this.#refusal = null
    this.#codeFrom = this.#before = this.#known()
    if (this.#proof.kind === 'unprovable') this.#proof = { kind: 'unprovable', sentAt: this.#options.clock.now() }
    this.#options.onChange()
    try {
      await this.#options.dialCode()
    } catch (error) {
      this.refuse(refusalOf(error))
      throw error
    }
  }

  /** A call to the code ended, on whichever device: read back (wazo.md 3.3). */
  codeCallEnded(): void {
    void this.#judgeCode()
  }

  async #judgeCode(): Promise<void> {
    const line = this.#line
    const from = this.#codeFrom
    this.#codeFrom = null
    await this.#readBack()
    const now = this.#known()
    if (this.#line !== line || from === null || now === null || this.#refusal !== null) return
    if (!FLAGS.every(flag => from[flag] === now[flag])) return
    this.#refusal = { reason: 'nothing-changed', at: this.#options.clock.now() }
    this.#options.onChange()
  }

  /** The call to the code was refused: nothing changed. */
  refuse(reason: Refusal): void {
    this.#codeFrom = null
    this.#refusal = { reason, at: this.#options.clock.now() }
    if (this.#proof.kind === 'unprovable') this.#proof = { kind: 'unprovable', sentAt: null }
    this.#options.onChange()
  }

  /** The function key's hint told all or none. */
  hint(state: 'on' | 'off' | 'unavailable'): void {
    if (this.#line === null || this.#line.flags !== null) {
      if (state !== 'unavailable') void this.read()
      return
    }
    const now = this.#options.clock.now()
    this.#proof =
      state === 'unavailable' ? { kind: 'unprovable', sentAt: null } : { kind: 'hint', on: state === 'on', at: now }
    this.#options.onChange()
  }

  /** Reads the flags; one read at a time. */
  read(): Promise<void> {
    const line = this.#line
    if (!line?.flags) return Promise.resolve()
    if (this.#reading !== null) return this.#reading
    const reading = line.flags
      .read()
      .then(
        flags => this.#line === line && this.#took(flags),
        (error: unknown) => this.#line === line && this.#unread(error),
      )
      .then(() => {
        if (this.#reading === reading) this.#reading = null
      })
    this.#reading = reading
    return reading
  }

  /** A read that began before what is to be proven proves nothing of it. */
  async #readBack(): Promise<void> {
    await this.#reading
    await this.read()
  }

  #known(): Flags | null {
    return this.#proof.kind === 'known' ? this.#proof.flags : null
  }

  #took(flags: Flags): void {
    this.#proof = { kind: 'known', flags, at: this.#options.clock.now() }
    this.#options.onChange()
  }

  #unread(error: unknown): void {
    this.#options.log('the automatic recording flags could not be read', error)
    if (this.#proof.kind === 'known') this.#proof = { kind: 'unknown', last: this.#proof.flags, at: this.#proof.at }
    this.#options.onChange()
  }

  async #write(): Promise<void> {
    const line = this.#line
    const wish = this.#wish
    if (!line?.flags || wish === null) return
    let refusal: Refusal | null = null
    try {
      await line.flags.write(wish)
    } catch (error) {
      this.#options.log('the automatic recording flags could not be set', error)
      const code = error instanceof AppFailure ? error.failure.code : 'unexpected'
      refusal = code === 'not-allowed' ? 'not-allowed' : 'server-trouble'
    }
    if (this.#line !== line) return
    await this.#readBack()
    // another wish came meanwhile: it is written next, and judged then
    if (this.#line !== line || this.#wish !== wish) return
    this.#wish = null
    const flags = this.#known()
    if (flags === null || !FLAGS.every(flag => wish[flag] === undefined || wish[flag] === flags[flag])) {
      const reason = refusal ?? (flags === null ? 'server-trouble' : 'nothing-changed')
      this.#refusal = { reason, at: this.#options.clock.now() }
    }
    this.#options.onChange()
  }
}

/** Why the code could not be called. */
function refusalOf(error: unknown): Refusal {
  const code = error instanceof AppFailure ? error.failure.code : 'unexpected'
  if (code === 'call-unknown-number') return 'code-disabled'
  if (code === 'phone-off' || code === 'not-registered' || code === 'no-line') return 'phone-off'
  return code === 'not-allowed' ? 'not-allowed' : 'server-trouble'
}
