/** A session at a Wazo server: who is signed in, and the clients that speak for him. */
import { createHash } from 'node:crypto'
import { type Agent } from 'node:https'
import { z } from 'zod'
import { Capabilities, Use } from '../../shared/account.ts'
import { AppFailure, type Failure } from '../../shared/failure.ts'
import { type PhoneLine } from '../../shared/phone.ts'
import { wazoHintNumber } from '../../shared/wazoHint.ts'
import { type Auth } from '../wazo/auth.ts'
import { type Calld, createCalld } from '../wazo/calld.ts'
import { type CallLog, createCallLog } from '../wazo/callLog.ts'
import { type Confd, createConfd, type WazoUser } from '../wazo/confd.ts'
import { toFailure, WazoError } from '../wazo/errors.ts'
import { createEventStream, type EventStream, type StreamListener } from '../wazo/events.ts'
import { type Reach } from '../wazo/http.ts'
import { type Address } from './address.ts'
import { detectCapabilities } from './capabilities.ts'
import { type Clock } from './ports.ts'
import { type Tokens } from './tokens.ts'

/** What is known of the account, none of it secret: kept, so that a session comes back without its server. */
export const Facts = z.object({
  userUuid: z.string(),
  /** The name that was typed. */
  username: z.string(),
  userId: z.number().int().nullable(),
  name: z.string(),
  extension: z.string(),
  line: z.object({ id: z.number().int(), webrtc: z.boolean() }).nullable(),
  capabilities: Capabilities.nullable(),
  use: Use.nullable(),
})
export type Facts = z.infer<typeof Facts>

export interface WazoSession extends Readonly<Omit<Facts, 'line' | 'use'>> {
  /** For people: `pbx.example:8443`. */
  readonly server: string
  /** `host:port`, as pins name it. */
  readonly host: string
  /** The main SIP line; null = companion and library only. `webrtc`: this computer's phone may use it. */
  readonly line: Facts['line']
  /** Where the user talks; null = not chosen yet. */
  use: Facts['use']
  /** Kept by the keyring; else it lasts for this run. */
  readonly remembered: boolean
  /** Why the last `refresh` failed; null = it did not. */
  readonly trouble: Failure | null
  readonly auth: Auth
  readonly confd: Confd
  readonly calld: Calld
  readonly callLog: CallLog
  readonly tokens: Tokens
  /** An event stream, not yet started. The session's end closes it. */
  events(listener: StreamListener): EventStream
  /** Reads the account and what it may do anew. Throws AppFailure, which is kept in `trouble`. */
  refresh(): Promise<void>
  /** Told after each `refresh` that changed something. Answers the way to stop listening. */
  onChange(listener: () => void): () => void
  /** Told once when the session is over without the user's wish (also when it was already). */
  onOver(listener: (reason: Failure) => void): () => void
  /**
   * What the phone page needs; the secret is hashed. `code`: the permanent one, whose hint may be followed. Throws
   * AppFailure, `no-line` where the line is not WebRTC.
   */
  phoneLine(code: string | null): Promise<PhoneLine>
  /** Ends streams, timers and connections, and the access token as far as the server answers within 2 s. */
  close(): Promise<void>
}

export interface SessionOptions {
  readonly address: Address
  readonly reach: Reach & { readonly agent: Agent }
  readonly auth: Auth
  readonly tokens: Tokens
  readonly clock: Clock
  readonly facts: Facts
  readonly remembered: boolean
  /** Keeps facts that changed. */
  readonly save: (facts: Facts) => void
}

/** How long the end of a session may wait for the server, milliseconds. */
const FAREWELL_MS = 2_000

export class LiveSession implements WazoSession {
  readonly #options: SessionOptions
  #facts: Facts
  #trouble: Failure | null = null
  #over: Failure | null = null
  readonly #streams = new Set<EventStream>()
  readonly #changed = new Set<() => void>()
  readonly #ended = new Set<(reason: Failure) => void>()
  readonly auth: Auth
  readonly confd: Confd
  readonly calld: Calld
  readonly callLog: CallLog
  readonly tokens: Tokens

  constructor(options: SessionOptions) {
    this.#options = options
    this.#facts = options.facts
    this.auth = options.auth
    this.tokens = options.tokens
    this.confd = createConfd(options.reach, options.tokens)
    this.calld = createCalld(options.reach, options.tokens)
    this.callLog = createCallLog(options.reach, options.tokens)
  }

  get server() {
    return this.#options.address.display
  }
  get host() {
    return this.#options.address.host
  }
  get remembered() {
    return this.#options.remembered
  }
  get trouble() {
    return this.#trouble
  }
  get userUuid() {
    return this.#facts.userUuid
  }
  get username() {
    return this.#facts.username
  }
  get userId() {
    return this.#facts.userId
  }
  get name() {
    return this.#facts.name
  }
  get extension() {
    return this.#facts.extension
  }
  get line() {
    return this.#facts.line
  }
  get capabilities() {
    return this.#facts.capabilities
  }
  get use() {
    return this.#facts.use
  }
  set use(use: Facts['use']) {
    this.#learn({ ...this.#facts, use })
  }

  events(listener: StreamListener): EventStream {
    const { reach, tokens, clock } = this.#options
    const stream = createEventStream({ reach, tokens, clock, listener })
    this.#streams.add(stream)
    return stream
  }

  async refresh(): Promise<void> {
    try {
      const user = await this.#user()
      const [line, capabilities] = await Promise.all([
        this.#line(user),
        detectCapabilities({ ...this.#clients(), tokens: this.tokens, user }),
      ])
      this.#trouble = null
      this.#learn({
        ...this.#facts,
        ...(user
          ? {
              userId: user.id,
              name: [user.firstname, user.lastname].filter(part => part !== '').join(' ') || this.#facts.username,
              extension: user.lines[0]?.extension ?? '',
            }
          : {}),
        line,
        capabilities,
      })
    } catch (error) {
      this.#trouble = toFailure(error)
      throw error instanceof AppFailure ? error : new AppFailure(this.#trouble, { cause: error })
    }
  }

  onChange(listener: () => void): () => void {
    this.#changed.add(listener)
    return () => this.#changed.delete(listener)
  }

  onOver(listener: (reason: Failure) => void): () => void {
    this.#ended.add(listener)
    const over = this.#over
    if (over) queueMicrotask(() => this.#ended.has(listener) && listener(over))
    return () => this.#ended.delete(listener)
  }

  /** The token source found it over. */
  end(reason: Failure): void {
    if (this.#over) return
    this.#over = reason
    for (const listener of this.#ended) listener(reason)
  }

  async phoneLine(code: string | null): Promise<PhoneLine> {
    const { address } = this.#options
    const line = this.#facts.line
    const sip = line ? await asFailure(this.confd.sipLine(this.userUuid, line.id)) : null
    if (!sip?.webrtc) throw new AppFailure('no-line')
    const ha1 = createHash('md5').update(`${sip.username}:${sip.realm}:${sip.secret}`).digest('hex')
    const rest = {
      webSocket: `${address.origin.replace(/^https/, 'wss')}/api/asterisk/ws`,
      uri: `sip:${sip.username}@${address.hostname}`,
      username: sip.username,
      displayName: sip.displayName || this.name,
      secret: { kind: 'ha1', ha1 },
      hint: code === null || this.userId === null ? null : wazoHintNumber(this.userId, code),
    } as const
    return { key: keyOf(rest), ...rest }
  }

  async close(): Promise<void> {
    for (const stream of this.#streams) stream.close()
    this.#streams.clear()
    this.callLog.forget()
    const token = this.tokens.stop()
    try {
      // Best effort: 100 live tokens would make the next sign-in a 429. It ends by itself within the hour.
      if (token) await within(this.#options.clock, FAREWELL_MS, this.auth.revoke(token))
    } catch (error) {
      this.#trouble = toFailure(error)
    } finally {
      this.#options.reach.agent.destroy()
    }
  }

  #clients() {
    return { auth: this.auth, confd: this.confd, calld: this.calld, callLog: this.callLog }
  }

  async #user(): Promise<WazoUser | null> {
    try {
      return await this.confd.user(this.userUuid)
    } catch (error) {
      // An account that only administers: wazo-auth knows it, telephony does not (wazo.md 1.2).
      if (error instanceof WazoError && error.kind === 'not-found') throw new AppFailure('not-a-user', { cause: error })
      if (error instanceof WazoError && error.kind === 'no-right') return null
      throw error
    }
  }

  async #line(user: WazoUser | null): Promise<Facts['line']> {
    const line = user?.lines.find(({ protocol }) => protocol === null || protocol === 'sip')
    if (!line) return null
    try {
      return { id: line.id, webrtc: (await this.confd.sipLine(this.userUuid, line.id))?.webrtc ?? false }
    } catch (error) {
      // He may not see his own credentials: the line is there, and this computer's phone cannot use it.
      if (error instanceof WazoError && error.kind === 'no-right') return { id: line.id, webrtc: false }
      throw error
    }
  }

  #learn(facts: Facts): void {
    if (JSON.stringify(facts) === JSON.stringify(this.#facts)) return
    this.#facts = facts
    this.#options.save(facts)
    for (const listener of this.#changed) listener()
  }
}

/** Changes whenever anything in it changes, and tells nothing of it. */
export const keyOf = (line: Omit<PhoneLine, 'key'>): string =>
  createHash('sha256').update(JSON.stringify(line)).digest('hex').slice(0, 16)

/** Every failure as AppFailure, for those who show it. */
export async function asFailure<T>(value: Promise<T>): Promise<T> {
  try {
    return await value
  } catch (error) {
    throw error instanceof AppFailure ? error : new AppFailure(toFailure(error), { cause: error })
  }
}

/** The value, or undefined after `ms`; then the value's failure is nobody's any more. */
export function within<T>(clock: Clock, ms: number, value: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = clock.after(ms, () => resolve(undefined))
    value.then(resolve, reject).finally(stop)
  })
}
