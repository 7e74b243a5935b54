/**
 * Stays registered: one WebSocket, one registration on it, both begun anew whenever either is gone.
 * sip.js's Registerer still says "Registered" when its socket is gone, so the socket's word comes first (asterisk.md 7).
 */
import { Registerer, RegistererState, RequestPendingError, type UserAgent } from 'sip.js'
import { backOff } from './backOff.ts'
import { isRefusal, isWrongPassword } from './statuses.ts'

export type RegistrationState =
  | { readonly state: 'connecting' | 'registered' | 'lost'; readonly status: null }
  | { readonly state: 'refused'; readonly status: number }

export interface RegistrationListener {
  state(state: RegistrationState): void
  /** The registration stands, for the first time or again on a new socket. */
  up(): void
  /** The socket is gone. */
  down(): void
}

/** Wazo's own figure (wazo.md 8). Asked again after half of it: that also finds a socket whose other end is dead. */
const EXPIRES_SECONDS = 120
const REFRESH_EVERY_MS = 60_000
/** Patience for an answer to REGISTER: a WebSocket loses nothing, so SIP's own 32 s are for other transports. */
const ANSWER_WITHIN_MS = 10_000
/** A refusal that may pass: a line that is full gets room when an old phone expires. */
const ASK_AGAIN_MS = 60_000

export class Registration {
  readonly #agent: UserAgent
  readonly #listener: RegistrationListener
  #state: RegistrationState = { state: 'connecting', status: null }
  #registerer: Registerer | null = null
  /** Until the answer must be there, or the next question is due. */
  #timer: ReturnType<typeof setTimeout> | undefined
  #failures = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #stopped = false
  #waiting = new Set<() => void>()

  constructor(agent: UserAgent, listener: RegistrationListener) {
    this.#agent = agent
    this.#listener = listener
  }

  get registered(): boolean {
    return this.#state.state === 'registered'
  }

  start(): void {
    this.#listener.state(this.#state)
    void this.#connect(() => this.#agent.start())
  }

  /** The socket closed. */
  disconnected(): void {
    this.#lose()
  }

  /** The machine has a network again: no need to wait. */
  hurry(): void {
    if (this.#retry === undefined) return
    this.#failures = 0
    this.#again(0)
  }

  /** Whether it is registered now, or within `ms`. */
  within(ms: number): Promise<boolean> {
    if (this.registered) return Promise.resolve(true)
    return new Promise(resolve => {
      const settle = () => {
        clearTimeout(late)
        this.#waiting.delete(settle)
        resolve(this.registered)
      }
      const late = setTimeout(settle, ms)
      this.#waiting.add(settle)
    })
  }

  /** Unregisters; resolves when the server answered, or at once when it cannot be reached. Once is as good as twice. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#retry)
    clearTimeout(this.#timer)
    for (const settle of [...this.#waiting]) settle()
    await this.#registerer?.dispose()
  }

  async #connect(open: () => Promise<void>): Promise<void> {
    try {
      await open()
    } catch {
      // why a socket did not open is hidden from a page; that it did not is what is reported
      this.#lose()
      return
    }
    if (!this.#stopped) this.#register()
  }

  #register(): void {
    this.#drop()
    const registerer = new Registerer(this.#agent, { expires: EXPIRES_SECONDS, logConfiguration: false })
    this.#registerer = registerer
    // sip.js also asks by itself (after a 423, before a short registration ends), and tells only here what came of it
    registerer.stateChange.addListener(state => {
      if (registerer !== this.#registerer) return
      if (state === RegistererState.Registered) this.#accepted(registerer)
      // our own refusal is told just after, with its status
      if (state === RegistererState.Unregistered) {
        queueMicrotask(() => {
          if (registerer === this.#registerer) this.#reopen()
        })
      }
    })
    this.#ask(registerer)
  }

  /** Sends a REGISTER. One that is not answered in time, or not as it should be, means a socket that leads nowhere. */
  #ask(registerer: Registerer): void {
    this.#timer = setTimeout(() => this.#reopen(), ANSWER_WITHIN_MS)
    const refused = (status: number | undefined) => {
      if (registerer === this.#registerer) this.#refused(status ?? 500)
    }
    registerer
      .register({
        requestDelegate: {
          onAccept: () => {
            if (registerer === this.#registerer) this.#accepted(registerer)
          },
          onRedirect: ({ message }) => refused(message.statusCode),
          onReject: ({ message }) => refused(message.statusCode),
        },
      })
      .catch((error: unknown) => {
        if (registerer !== this.#registerer) return
        // sip.js is asking by itself just now
        if (!(error instanceof RequestPendingError)) console.error('REGISTER could not be sent', error)
        clearTimeout(this.#timer)
        this.#timer = setTimeout(() => this.#ask(registerer), ANSWER_WITHIN_MS)
      })
  }

  #accepted(registerer: Registerer): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#ask(registerer), REFRESH_EVERY_MS)
    if (this.registered) return
    this.#failures = 0
    this.#become({ state: 'registered', status: null })
    for (const settle of [...this.#waiting]) settle()
    this.#listener.up()
  }

  #refused(status: number): void {
    // no answer, or a server in trouble: on a new socket
    if (!isRefusal(status)) return this.#reopen()
    this.#drop()
    this.#become({ state: 'refused', status })
    if (!isWrongPassword(status)) this.#again(ASK_AGAIN_MS)
  }

  #reopen(): void {
    if (!this.#agent.isConnected()) return this.#lose()
    // tells us that it is disconnected, at once; its end may never come when the other end is dead
    this.#agent.transport.disconnect().catch((error: unknown) => console.warn('A dead socket was left behind', error))
  }

  #lose(): void {
    if (this.#stopped) return
    this.#drop()
    this.#listener.down()
    if (this.#state.state === 'refused') {
      // the server's last word; the same password again and again would only get us banned
      if (isWrongPassword(this.#state.status)) return
    } else this.#become({ state: 'lost', status: null })
    this.#again(backOff(this.#failures++, Math.random()))
  }

  #again(ms: number): void {
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      // at once where it still stands
      void this.#connect(() => this.#agent.reconnect())
    }, ms)
  }

  /** Lets the old registration go. On a socket that is gone its farewell goes nowhere, at once. */
  #drop(): void {
    clearTimeout(this.#timer)
    const old = this.#registerer
    this.#registerer = null
    old?.dispose().catch((error: unknown) => console.error('A registration was not let go', error))
  }

  #become(state: RegistrationState): void {
    if (state.state === this.#state.state && state.status === this.#state.status) return
    this.#state = state
    this.#listener.state(state)
  }
}
