/**
 * Stays registered: one WebSocket, one registration on it, both begun anew whenever either is gone.
 * sip.js's Registerer still says "Registered" when its socket is gone, so the socket's word comes first (asterisk.md 7); and a
 * server tells nobody that a registration expired or that another device has taken its place, so its list is read.
 */
import { type Core, NameAddrHeader, Registerer, RegistererState, RequestPendingError, type UserAgent } from 'sip.js'
import { backOff } from './backOff.ts'
import { isShared, standingOf } from './bindings.ts'
import { isRefusal, isWrongPassword } from './statuses.ts'

export type RegistrationState =
  | { readonly state: 'connecting' | 'registered' | 'lost' | 'taken'; readonly status: null }
  | { readonly state: 'refused'; readonly status: number }

export interface RegistrationListener {
  state(state: RegistrationState): void
  /** The server answers on a new socket, whatever it says to our registration: calls need no more than that. */
  reached(): void
  /** The registration stands, for the first time or again on a new socket. */
  up(): void
  /** The socket is gone. */
  down(): void
}

/** Wazo's own figure (wazo.md 8). Registered again after half of it. */
const EXPIRES_SECONDS = 120
const REFRESH_EVERY_MS = 60_000
/**
 * How often the server's list is looked at. With the answer's patience a server that is frozen, or a socket whose other end is
 * dead, is recognised within 30 s: sooner than SIP's own 32 s (asterisk.md 7).
 */
const LOOK_EVERY_MS = 20_000
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
  #refreshedAt = 0
  /** An answer is awaited. */
  #asking = false
  /** The server has answered on this socket. */
  #reached = false
  /** Who wants to know whether the server answers. */
  readonly #doubts = new Set<(answers: boolean) => void>()
  /** Counts what was asked: an answer to an earlier question is old. */
  #question = 0
  /** Another phone was seen beside ours. */
  #several = false
  /** Another device has the line: it is looked at, and not registered. */
  #taken = false
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

  /** Requests within a call get through: another device may have the line, or the server refuse to register us. */
  get #reachable(): boolean {
    return this.#reached && this.#agent.isConnected()
  }

  start(): void {
    this.#listener.state(this.#state)
    void this.#connect(() => this.#agent.start())
  }

  /** The socket closed. */
  disconnected(): void {
    this.#lose()
  }

  /** The machine has a network again, or woke up, or the audio is cut: no need to wait with looking. */
  hurry(): void {
    if (this.#stopped) return
    if (this.#retry !== undefined) {
      this.#failures = 0
      this.#again(0)
    } else if (this.#registerer !== null && this.#reached && !this.#asking) {
      // one that is asked already is not given more time
      this.#look(this.#registerer)
    }
  }

  /** Whether the server answers just now: it is asked. One that refuses us is not asked more often for it: it has answered. */
  answers(): Promise<boolean> {
    if (this.#stopped || !this.#reachable) return Promise.resolve(false)
    if (this.#registerer === null) return Promise.resolve(true)
    return new Promise(resolve => {
      this.#doubts.add(resolve)
      this.hurry()
    })
  }

  #settleDoubts(answers: boolean): void {
    const doubts = [...this.#doubts]
    this.#doubts.clear()
    for (const settle of doubts) settle(answers)
  }

  /** The user wants the line here, whichever device has it. */
  claim(): void {
    if (!this.#taken) return this.hurry()
    this.#taken = false
    if (this.#registerer === null) this.hurry()
    else this.#ask(this.#registerer)
  }

  /** Whether requests within a call get through now, or within `ms`. */
  within(ms: number): Promise<boolean> {
    if (this.#reachable) return Promise.resolve(true)
    return new Promise(resolve => {
      const settle = () => {
        clearTimeout(late)
        this.#waiting.delete(settle)
        resolve(this.#reachable)
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
    this.#settleDoubts(false)
    // an answer that is still on its way means nothing any more
    const registerer = this.#registerer
    this.#registerer = null
    await registerer?.dispose()
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
    if (this.#taken) this.#look(registerer)
    else this.#ask(registerer)
  }

  /** Without an answer in time the socket leads nowhere. */
  #awaitAnswer(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#reopen(), ANSWER_WITHIN_MS)
    this.#asking = true
  }

  /** Sends a REGISTER. One that is not answered in time, or not as it should be, means a socket that leads nowhere. */
  #ask(registerer: Registerer): void {
    this.#awaitAnswer()
    this.#question++
    const refused = (status: number | undefined) => {
      if (registerer === this.#registerer) this.#refused(status ?? 500)
    }
    registerer
      .register({
        requestDelegate: {
          onAccept: ({ message }) => {
            if (registerer !== this.#registerer) return
            this.#refreshedAt = performance.now()
            this.#several ||= isShared(usersOf(message), this.#own)
            this.#accepted(registerer)
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

  /** Asks for the list without changing it (RFC 3261 10.2.3). */
  #look(registerer: Registerer): void {
    this.#awaitAnswer()
    const { userAgentCore: core, configuration } = this.#agent
    const registrar = configuration.uri.clone()
    registrar.user = undefined
    const message = core.makeOutgoingRequestMessage('REGISTER', registrar, configuration.uri, configuration.uri, {})
    const question = ++this.#question
    const isOld = () => registerer !== this.#registerer || question !== this.#question
    const refused = (status: number | undefined) => {
      if (!isOld()) this.#refused(status ?? 500)
    }
    core.register(message, {
      onAccept: ({ message: answer }) => {
        if (!isOld()) this.#looked(registerer, usersOf(answer))
      },
      onRedirect: ({ message: answer }) => refused(answer.statusCode),
      onReject: ({ message: answer }) => refused(answer.statusCode),
    })
  }

  #looked(registerer: Registerer, users: readonly (string | undefined)[]): void {
    this.#settleDoubts(true)
    this.#several ||= isShared(users, this.#own)
    const standing = standingOf(users, this.#own, this.#several)
    if (standing === 'ours') return this.#accepted(registerer)
    if (standing === 'gone') {
      this.#taken = false
      return this.#ask(registerer)
    }
    // taking it back by itself would make the two devices take turns for ever; so would sip.js, before it believes that ours ends
    const first = !this.#taken
    this.#taken = true
    this.#become({ state: 'taken', status: null })
    this.#reach()
    if (first) this.#register()
    else this.#wait(registerer)
  }

  get #own(): string {
    return this.#agent.contact.uri.user ?? ''
  }

  /** Until the server is asked again. */
  #wait(registerer: Registerer): void {
    clearTimeout(this.#timer)
    this.#asking = false
    this.#timer = setTimeout(() => {
      if (this.registered && performance.now() - this.#refreshedAt >= REFRESH_EVERY_MS - LOOK_EVERY_MS / 2)
        this.#ask(registerer)
      else this.#look(registerer)
    }, LOOK_EVERY_MS)
  }

  #accepted(registerer: Registerer): void {
    this.#wait(registerer)
    this.#taken = false
    this.#settleDoubts(true)
    if (this.registered) return
    this.#failures = 0
    this.#become({ state: 'registered', status: null })
    this.#reach()
    this.#listener.up()
  }

  #reach(): void {
    if (this.#reached) return
    this.#reached = true
    for (const settle of [...this.#waiting]) settle()
    this.#listener.reached()
  }

  #refused(status: number): void {
    // no answer, or a server in trouble: on a new socket
    if (!isRefusal(status)) return this.#reopen()
    this.#settleDoubts(true)
    this.#drop()
    this.#become({ state: 'refused', status })
    this.#reach()
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
    this.#reached = false
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
    this.#asking = false
    this.#settleDoubts(false)
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

const usersOf = (message: Core.IncomingResponseMessage): (string | undefined)[] =>
  message.getHeaders('contact').map((_, index) => {
    const contact: unknown = message.parseHeader('contact', index)
    return contact instanceof NameAddrHeader ? contact.uri.user : undefined
  })
