/**
 * The event stream (wazo.md 6): protocol 2 of websocketd, kept alive, renewed and reconnected. A stream that was cut
 * has lost what happened meanwhile: whoever listens reads anew each time it is live.
 */
import { type Failure } from '../../shared/failure.ts'
import { type Clock } from './clock.ts'
import { type WazoEvent } from './eventMessages.ts'
import { Connection, type RenewedTokens } from './eventSocket.ts'
import { toFailure } from './errors.ts'
import { isTokenAlive, type Reach } from './http.ts'

const BACK_OFF = { firstMs: 1_000, mostMs: 30_000 } as const
/** Ended calls that are remembered, so that their second `call_ended` is not told. */
const ENDED_KEPT = 200

/** `cut`: not (yet) or no longer live, and trying. `no-right`: this token may not listen; it is not tried again. */
export type StreamState = 'live' | 'cut' | 'no-right'

export interface StreamListener {
  event(event: WazoEvent): void
  /** `failure`: why it is not live, where that is known. */
  state(state: StreamState, failure: Failure | null): void
  /** Anything was heard of the server, milliseconds since the epoch. */
  alive(at: number): void
  /** A frame that cannot be read, for the log. Its text holds no secret. */
  trouble(text: string): void
}

export interface EventStream {
  readonly state: StreamState
  /** Milliseconds since the epoch; null = never. */
  readonly aliveAt: number | null
  /** Connects, also again after `no-right`; does nothing while it runs. */
  start(): void
  /** A call is up: a dead stream has to be noticed within seconds. */
  setInCall(inCall: boolean): void
  /** The computer woke up, or its network changed: ends a wait, and asks a live stream for a sign of life. */
  hurry(): void
  close(): void
}

export interface StreamOptions {
  readonly reach: Reach
  readonly tokens: RenewedTokens
  readonly clock: Clock
  readonly listener: StreamListener
  /** 0 to 1, for the jitter of the back-off. */
  readonly random?: () => number
}

export function createEventStream(options: StreamOptions): EventStream {
  return new Stream(options)
}

class Stream implements EventStream {
  readonly #options: StreamOptions
  state: StreamState = 'cut'
  aliveAt: number | null = null
  #running = false
  /** Counts starts: what an earlier run still waits for is no longer ours. */
  #run = 0
  #told: { readonly state: StreamState; readonly code: string | undefined } | null = null
  #inCall = false
  /** Tries since the last sign that a connection holds. */
  #tries = 0
  /** 4002 with a living token may be wazo-auth that was away for a moment; twice in a row it is a missing right. */
  #denied = 0
  #connection: Connection | null = null
  #stopWaiting: (() => void) | null = null
  readonly #ended = new Set<string>()

  constructor(options: StreamOptions) {
    this.#options = options
  }

  start(): void {
    if (this.#running) return
    this.#running = true
    this.#run += 1
    this.#tries = 0
    this.#denied = 0
    this.#tell('cut', null)
    void this.#connect()
  }

  setInCall(inCall: boolean): void {
    if (this.#inCall === inCall) return
    this.#inCall = inCall
    this.#connection?.setPulse(inCall)
  }

  hurry(): void {
    this.#connection?.prove()
    if (!this.#stopWaiting) return
    this.#stopWaiting()
    this.#stopWaiting = null
    this.#tries = 0
    void this.#connect()
  }

  close(): void {
    this.#running = false
    this.#stopWaiting?.()
    this.#stopWaiting = null
    this.#connection?.end()
    this.#connection = null
  }

  #tell(state: StreamState, failure: Failure | null): void {
    if (this.#told?.state === state && this.#told.code === failure?.code) return
    this.#told = { state, code: failure?.code }
    this.state = state
    this.#options.listener.state(state, failure)
  }

  async #connect(): Promise<void> {
    const run = this.#run
    let token: string
    try {
      token = await this.#options.tokens.current()
    } catch (error) {
      if (run === this.#run) this.#retry(toFailure(error))
      return
    }
    if (!this.#running || run !== this.#run) return
    const { listener, clock } = this.#options
    const connection = new Connection(
      { ...this.#options, token, inCall: this.#inCall },
      {
        live: () => {
          this.#denied = 0
          this.#tell('live', null)
        },
        alive: () => {
          this.aliveAt = clock.now()
          listener.alive(this.aliveAt)
        },
        steady: () => {
          this.#tries = 0
        },
        event: event => this.#event(event),
        trouble: text => listener.trouble(text),
        closed: (code, failure) => {
          this.#connection = null
          void this.#closed(code, failure, connection.token)
        },
      },
    )
    this.#connection = connection
  }

  #event(event: WazoEvent): void {
    if (event.kind === 'call-ended') {
      if (this.#ended.has(event.callId)) return
      this.#ended.add(event.callId)
      const [oldest] = this.#ended
      if (this.#ended.size > ENDED_KEPT && oldest !== undefined) this.#ended.delete(oldest)
    }
    if (event.kind === 'session-ending' && this.#connection) {
      // A hint only: the token source renews by its own timer, and a failure shows at the next close.
      this.#options.tokens.renew(this.#connection.token).catch((error: unknown) => {
        this.#options.listener.trouble(`renewal: ${toFailure(error).code}`)
      })
    }
    this.#options.listener.event(event)
  }

  async #closed(code: number | null, failure: Failure | null, token: string): Promise<void> {
    if (!this.#running) return
    if (code !== 4002 && code !== 4003) {
      this.#retry(failure)
      return
    }
    // Neither code proves anything about the token: both come, too, when wazo-auth is down.
    this.#tell('cut', failure)
    const run = this.#run
    try {
      const alive = await isTokenAlive(this.#options.reach, token)
      if (!alive) await this.#options.tokens.renew(token)
      if (run !== this.#run) return
      if (!alive) {
        this.#retry(failure, this.#tries === 0)
        return
      }
      this.#denied = code === 4002 ? this.#denied + 1 : 0
      if (this.#denied < 2) {
        this.#retry(failure)
        return
      }
      if (!this.#running) return
      this.#running = false
      this.#tell('no-right', { code: 'not-allowed' })
    } catch (error) {
      if (run === this.#run) this.#retry(toFailure(error))
    }
  }

  #retry(failure: Failure | null, atOnce = false): void {
    if (!this.#running) return
    if (failure?.code === 'session-over') {
      this.#running = false
      this.#tell('cut', failure)
      return
    }
    this.#tell('cut', failure)
    const random = this.#options.random ?? Math.random
    const wait = atOnce ? 0 : backOff(this.#tries, random())
    this.#tries += 1
    this.#stopWaiting = this.#options.clock.after(wait, () => {
      this.#stopWaiting = null
      void this.#connect()
    })
  }
}

/** Milliseconds before try number `tries` (from 0): 1 s doubled up to 30 s, of which the last half is by chance. */
export function backOff(tries: number, random: number): number {
  const full = Math.min(BACK_OFF.mostMs, BACK_OFF.firstMs * 2 ** Math.min(tries, 10))
  return Math.round(full / 2 + (full / 2) * random)
}
