/**
 * Permanent recording: the four flags, read back always. Set by the API where the user may, else by a call to the
 * code, which toggles all four (wazo.md 3.1). Where nothing can be read, a hint tells all or none, or nothing does.
 */
import {
  afterCode,
  type AutomaticMeans,
  type AutomaticView,
  changed,
  type CodeBy,
  FLAGS,
  type Flags,
  sameFlags,
} from '../../shared/automatic.ts'
import { AppFailure } from '../../shared/failure.ts'
import { type Clock, type FlagServer } from './ports.ts'
import { SETTLE_MS, Settling } from './settling.ts'

/** Changes within this time go out in one PUT: each PUT reloads the server's SIP configuration (wazo.md 2.1). */
const GATHER_MS = 500
/** Nothing tells of a change made elsewhere: read this often. (wazo.md 3.3) */
const POLL_MS = 300_000
/** Changes that are no further apart belong together: Undo goes back to before the first of them. */
const SITTING_MS = 600_000
/** A call to the code whose end nobody told has ended: the phone rings for 30 s, the announcement takes 5. */
const CODE_CALL_MS = 60_000

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
  readonly codeBy: CodeBy | null
  /** Null: the flags cannot be read here. */
  readonly flags: FlagServer | null
  /** A hint is watched. */
  readonly hinted: boolean
}

export class Automatic {
  readonly #options: AutomaticOptions
  #line: AutomaticLine | null = null
  /** confd took no change, whatever its rights had promised: the code is the way then. */
  #apiRefuses = false
  #single = false
  #proof: AutomaticView['proof'] = { kind: 'unknown', last: null, at: null }
  #wish: Partial<Flags> | null = null
  #refusal: AutomaticView['refusal'] = null
  #undo: AutomaticView['undo'] = null
  #changedAt: number | null = null
  #elsewhere: AutomaticView['elsewhere'] = null
  /** When we last asked for a change. */
  #askedAt = 0
  #gather: (() => void) | null = null
  readonly #settling: Settling
  #stopPolling: (() => void) | null = null
  #reading: Promise<void> | null = null
  /** One write after the other: of two at once, nobody knows which the server takes last. */
  #writing: Promise<void> = Promise.resolve()
  /** What we asked the server for and have not read since: a change to this is ours. */
  #ours: Partial<Flags> | null = null
  /** Our call to the code: what was set before it (null = not known), and the way to stop waiting for its end. */
  #codeCall: { readonly from: Flags | null; readonly forget: () => void } | null = null

  constructor(options: AutomaticOptions) {
    this.#options = options
    this.#settling = new Settling(options.clock, () => options.onChange())
  }

  use(line: AutomaticLine | null): void {
    this.#gather?.()
    this.#settling.forget()
    this.#stopPolling?.()
    this.#codeCall?.forget()
    this.#gather = this.#stopPolling = null
    this.#line = line
    // what is under way was asked for another line
    this.#reading = null
    this.#writing = Promise.resolve()
    this.#wish = this.#refusal = this.#undo = this.#elsewhere = this.#ours = this.#codeCall = null
    this.#changedAt = null
    this.#apiRefuses = this.#single = false
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
      means: this.#means(),
      grid: this.#single ? 'one' : 'four',
      proof: this.#proof,
      wish: this.#wish,
      settling: this.#settling.on,
      refusal: this.#refusal,
      undo: this.#undo,
      changedAt: this.#changedAt,
      elsewhere: this.#elsewhere,
      code: this.#options.code(),
      codeBy: this.#line?.codeBy ?? null,
      calling: this.#codeCall !== null,
    }
  }

  /** A change of ours is under way: what holds for a call that begins now is not known. */
  get changing(): boolean {
    return this.#wish !== null || this.#codeCall !== null
  }

  /**
   * Sets the flags that are named, 500 ms after the last change, in one request with what really changes; then reads
   * back. Throws AppFailure `not-allowed` where the API may not.
   */
  set(flags: Partial<Flags>): void {
    if (this.#means() !== 'api') throw new AppFailure('not-allowed')
    const known = this.#known()
    if (this.#wish === null) this.#remember(known)
    const wanted = { ...this.#wish, ...flags }
    // pressed back before it went out: nothing is asked for any more
    this.#wish = known === null || this.#ours !== null ? wanted : nullIfEmpty(changed(known, wanted))
    this.#refusal = null
    this.#gather?.()
    this.#gather =
      this.#wish === null
        ? null
        : this.#options.clock.after(GATHER_MS, () => {
            this.#gather = null
            this.#writing = this.#writing.then(() => this.#write())
          })
    this.#options.onChange()
  }

  /** Calls the code, once at a time: it toggles. What it did shows when the call has ended: `codeCallEnded`. */
  async dialCode(): Promise<void> {
    if (this.#codeCall !== null) return
    const from = this.#known()
    this.#refusal = null
    this.#remember(from)
    this.#ours = from === null ? null : afterCode(from)
    this.#codeCall = { from, forget: this.#options.clock.after(CODE_CALL_MS, () => this.codeCallEnded()) }
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
    const from = this.#endCodeCall()
    await this.#readBack()
    const now = this.#known()
    if (this.#line !== line || from === null || now === null) return
    const stands = sameFlags(from, now)
    // what was read overrules what the call seemed to say
    if (!stands) this.#refusal = null
    else if (this.#refusal === null) this.#refusal = { reason: 'nothing-changed', at: this.#options.clock.now() }
    if (this.#refusal !== null || !stands) this.#options.onChange()
  }

  #endCodeCall(): Flags | null {
    const from = this.#codeCall?.from ?? null
    this.#codeCall?.forget()
    this.#codeCall = null
    return from
  }

  /** The call to the code was refused, which is believed until the flags are read. */
  refuse(reason: Refusal): void {
    this.#refusal = { reason, at: this.#options.clock.now() }
    if (this.#proof.kind === 'unprovable') this.#proof = { kind: 'unprovable', sentAt: null }
    this.codeCallEnded()
    this.#options.onChange()
  }

  /** The function key's hint told all or none: only where the flags cannot be read is it believed. */
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
        read => this.#line === line && this.#took(read),
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

  #means(): AutomaticMeans {
    const line = this.#line
    if (line === null) return 'none'
    if (line.means !== 'api' || !this.#apiRefuses) return line.means
    return line.codeBy === null ? 'none' : 'code'
  }

  #known(): Flags | null {
    return this.#proof.kind === 'known' ? this.#proof.flags : null
  }

  /** Before a change of ours: what Undo goes back to. */
  #remember(known: Flags | null): void {
    const now = this.#options.clock.now()
    const sitting = this.#undo !== null && Math.abs(now - this.#askedAt) < SITTING_MS
    if (known === null || !sitting) this.#undo = known === null ? null : { to: known, at: now }
    this.#askedAt = now
    this.#elsewhere = null
  }

  #took({ flags, single }: { flags: Flags; single: boolean }): void {
    const now = this.#options.clock.now()
    const before = this.#proof.kind === 'unknown' ? this.#proof.last : this.#known()
    const ours = this.#ours
    this.#single = single
    this.#proof = { kind: 'known', flags, at: now }
    if (before !== null) {
      const news = FLAGS.filter(flag => before[flag] !== flags[flag])
      if (news.some(flag => ours?.[flag] === flags[flag])) this.#changedAt = now
      if (news.some(flag => ours?.[flag] !== flags[flag])) {
        this.#undo = null
        this.#elsewhere = { from: before, at: now }
      }
    }
    if (this.#wish === null && this.#codeCall === null) {
      this.#ours = null
      if (this.#undo !== null && sameFlags(this.#undo.to, flags)) this.#undo = null
    }
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
    const known = this.#known()
    const wanted = known === null ? wish : changed(known, wish)
    this.#ours = { ...this.#ours, ...wanted }
    let refusal: Refusal | null = null
    try {
      if (Object.keys(wanted).length > 0) {
        await line.flags.write(wanted)
        if (this.#line === line) {
          this.#settling.begin()
          this.#options.onChange()
        }
      }
    } catch (error) {
      this.#options.log('the automatic recording flags could not be set', error)
      refusal = error instanceof AppFailure && error.failure.code === 'not-allowed' ? 'not-allowed' : 'server-trouble'
    }
    if (this.#line !== line) return
    await this.#readBack()
    // another wish came meanwhile: it is written next, and judged then
    if (this.#line !== line || this.#wish !== wish) return
    this.#wish = null
    const flags = this.#known()
    if (flags === null || Object.keys(changed(flags, wish)).length > 0) {
      const reason = refusal ?? (flags === null ? 'server-trouble' : 'nothing-changed')
      this.#refusal = { reason, at: this.#options.clock.now() }
      if (refusal === 'not-allowed') this.#apiRefuses = true
      // one that was cut off may still come through
      if (refusal === 'server-trouble') this.#options.clock.after(SETTLE_MS, () => void this.read())
      else this.#ours = null
    } else this.#ours = null
    if (flags !== null && this.#ours === null && this.#undo !== null && sameFlags(this.#undo.to, flags))
      this.#undo = null
    this.#options.onChange()
  }
}

const nullIfEmpty = (flags: Partial<Flags>): Partial<Flags> | null => (Object.keys(flags).length === 0 ? null : flags)

/** Why the code could not be called. */
function refusalOf(error: unknown): Refusal {
  const code = error instanceof AppFailure ? error.failure.code : 'unexpected'
  if (code === 'call-unknown-number') return 'code-disabled'
  if (code === 'phone-off' || code === 'not-registered' || code === 'no-line') return 'phone-off'
  return code === 'not-allowed' ? 'not-allowed' : 'server-trouble'
}
