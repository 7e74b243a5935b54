/** One WebSocket to websocketd, from its opening to its end: protocol 2, its pulse and its token. */
import { WebSocket } from 'ws'
import { AppFailure, type Failure } from '../../shared/failure.ts'
import { type Clock } from './clock.ts'
import { EVENT_NAMES, Frame, parseEvent, type WazoEvent } from './eventMessages.ts'
import { type Reach, type TokenSource } from './http.ts'

/** A ping this often, and dead after so long without its pong; in a call, and otherwise. (design.md 3) */
const PULSE = { inCall: { everyMs: 2_000, deadMs: 5_000 }, idle: { everyMs: 15_000, deadMs: 10_000 } } as const
/** From the first byte to the acknowledged start. */
const OPEN_MS = 10_000
/** Tokens whose renewal is told, so that a running stream outlives its first token. */
export interface RenewedTokens extends TokenSource {
  /** Answers the way to stop listening. */
  onRenewed(listener: (token: string) => void): () => void
}

export interface ConnectionOptions {
  readonly reach: Reach
  readonly tokens: RenewedTokens
  readonly clock: Clock
  /** The one to open with. */
  readonly token: string
  readonly inCall: boolean
}

export interface ConnectionListener {
  live(): void
  alive(): void
  /** A pong came: this connection holds. */
  steady(): void
  event(event: WazoEvent): void
  trouble(text: string): void
  /** Once. `code` null: it was not closed by a close frame. */
  closed(code: number | null, failure: Failure | null): void
}

export class Connection {
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

  constructor({ reach, tokens, clock, token, inCall }: ConnectionOptions, listener: ConnectionListener) {
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
        this.#event(frame.data.data)
        return
      case 'subscribe':
      case 'token':
        return
    }
  }

  #event({ name, data, timestamp }: Extract<Frame, { op: 'event' }>['data']): void {
    let event: WazoEvent | null
    try {
      event = parseEvent(name, data, timestamp ?? null)
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
