/**
 * The event stream (wazo.md 6): protocol 2 of websocketd, kept alive, renewed and reconnected. A stream that was cut
 * has lost what happened meanwhile: whoever listens reads anew each time it is live.
 */
import { WebSocket } from 'ws'
import { AppFailure, type Failure } from '../../shared/failure.ts'
import { type Clock } from './clock.ts'
import { EVENT_NAMES, Frame, parseEvent, type WazoEvent } from './eventMessages.ts'
import { toFailure } from './errors.ts'
import { isTokenAlive, type Reach, type TokenSource } from './http.ts'

/** A ping this often, and dead after so long without its pong; in a call, and otherwise. (design.md 3) */
const PULSE = { inCall: { everyMs: 2_000, deadMs: 5_000 }, idle: { everyMs: 15_000, deadMs: 10_000 } } as const
/** From the first byte to the acknowledged start. */
const OPEN_MS = 10_000
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

/** Tokens whose renewal is told, so that a running stream outlives its first token. */
export interface RenewedTokens extends TokenSource {
  /** Answers the way to stop listening. */
  onRenewed(listener: (token: string) => void): () => void
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

interface ConnectionListener {
  live(): void
  alive(): void
  /** A pong came: this connection holds. */
  steady(): void
  event(event: WazoEvent): void
  trouble(text: string): void
  /** Once. `code` null: it was not closed by a close frame. */
  closed(code: number | null, failure: Failure | null): void
}

/** One WebSocket, from its opening to its end. */
class Connection {
  readonly #listener: ConnectionListener
  readonly #clock: Clock
  readonly #socket: WebSocket
  readonly #stopTokens: () => void
  /** The token that the socket was opened with. */
  readonly #opened: string
  token: string
  #pulse: { readonly everyMs: number; readonly deadMs: number }
  #live = false
  #over = false
  #stopTimer: () => void
  #stopDeath: (() => void) | null = null
  #failure: Failure | null = null
  #pings = 0

  constructor(
    { reach, tokens, clock, token, inCall }: StreamOptions & { token: string; inCall: boolean },
    listener: ConnectionListener,
  ) {
    this.#listener = listener
    this.#clock = clock
    this.token = token
    this.#opened = token
    this.#pulse = inCall ? PULSE.inCall : PULSE.idle
    this.#socket = new WebSocket(`${reach.origin.replace(/^https/, 'wss')}/api/websocketd/?version=2`, {
      agent: reach.agent,
      followRedirects: false,
      headers: { 'X-Auth-Token': token, 'User-Agent': `Tallylight/${reach.version}` },
    })
    this.#stopTimer = clock.after(OPEN_MS, () => this.#drop({ code: 'unreachable' }))
    this.#stopTokens = tokens.onRenewed(renewed => {
      this.token = renewed
      if (this.#live) this.#send({ op: 'token', data: { token: renewed } })
    })
    this.#socket.on('message', (data, binary) => this.#message(binary ? '' : textOf(data)))
    // The server's own pings, every 60 s; ws answers them.
    this.#socket.on('ping', () => listener.alive())
    this.#socket.on('error', error => {
      this.#failure ??= error instanceof AppFailure ? error.failure : { code: 'unreachable' }
    })
    this.#socket.on('unexpected-response', (request, response) => {
      const status = response.statusCode ?? 0
      this.#failure = status >= 500 ? { code: 'server-trouble', status } : { code: 'not-allowed', status }
      this.#finish(null)
      request.destroy()
    })
    this.#socket.on('close', code => this.#finish(code === 1006 ? null : code))
  }

  setPulse(inCall: boolean): void {
    this.#pulse = inCall ? PULSE.inCall : PULSE.idle
    this.prove()
  }

  /** Pings at once, with a full term for the pong. */
  prove(): void {
    if (!this.#live) return
    this.#stopDeath?.()
    this.#stopDeath = null
    this.#ping()
  }

  /** Ends it without telling. */
  end(): void {
    this.#release()
    this.#socket.close(1000)
    // A server that does not answer the close must not hold the socket.
    this.#clock.after(1_000, () => this.#socket.terminate())
  }

  #drop(failure: Failure): void {
    this.#failure ??= failure
    this.#socket.terminate()
    this.#finish(null)
  }

  #finish(code: number | null): void {
    if (this.#over) return
    this.#release()
    this.#listener.closed(code, this.#failure)
  }

  #release(): void {
    this.#over = true
    this.#live = false
    this.#stopTimer()
    this.#stopDeath?.()
    this.#stopTokens()
  }

  #send(message: unknown): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  #message(text: string): void {
    if (this.#over) return
    this.#listener.alive()
    const frame = Frame.safeParse(jsonOf(text))
    if (!frame.success) {
      this.#listener.trouble('a frame that is none of protocol 2')
      return
    }
    switch (frame.data.op) {
      case 'init':
        for (const name of EVENT_NAMES) this.#send({ op: 'subscribe', data: { event_name: name } })
        this.#send({ op: 'start' })
        return
      case 'start':
        if (this.#live) return
        this.#live = true
        // It may have been renewed while this was opening.
        if (this.token !== this.#opened) this.#send({ op: 'token', data: { token: this.token } })
        this.#ping()
        this.#listener.live()
        return
      case 'pong':
        this.#stopDeath?.()
        this.#stopDeath = null
        this.#listener.steady()
        return
      case 'event':
        this.#event(frame.data.data.name, frame.data.data.data)
        return
      case 'subscribe':
      case 'token':
        return
    }
  }

  #event(name: string, data: unknown): void {
    let event: WazoEvent | null
    try {
      event = parseEvent(name, data)
    } catch {
      // Its values stay out of the log; its name tells which shape is not as expected.
      this.#listener.trouble(`an event ${JSON.stringify(name).slice(0, 60)} of another shape`)
      return
    }
    if (event) this.#listener.event(event)
  }

  #ping(): void {
    this.#stopTimer()
    this.#pings += 1
    this.#send({ op: 'ping', data: { payload: String(this.#pings) } })
    // The term runs from the first ping that has no pong: later pings do not prolong it.
    this.#stopDeath ??= this.#clock.after(this.#pulse.deadMs, () => this.#drop({ code: 'unreachable' }))
    this.#stopTimer = this.#clock.after(this.#pulse.everyMs, () => this.#ping())
  }
}

const textOf = (data: WebSocket.RawData): string =>
  (Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data).toString('utf8')

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // no frame: the caller's schema says so
  }
}
