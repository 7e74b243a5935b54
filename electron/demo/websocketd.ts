/** wazo-websocketd: the event stream, protocols 1 and 2, its close codes and its token checks (wazo.md 6.1). */
import { z } from 'zod'
import { type RawData, type WebSocket } from 'ws'
import { type Bus, type BusMessage } from './bus.ts'
import { type Faults } from './faults.ts'
import { type Token, type World } from './world.ts'

const pingIntervalMs = 60_000

const Subscribe = z.object({ op: z.literal('subscribe'), data: z.object({ event_name: z.string() }) })
const Start = z.object({ op: z.literal('start') })
const Renew = z.object({ op: z.literal('token'), data: z.object({ token: z.string() }) })
const Ping = z.object({ op: z.literal('ping'), data: z.object({ payload: z.string() }) })
const Frame = z.discriminatedUnion('op', [Subscribe, Start, Renew, Ping])
type Frame = z.infer<typeof Frame>

/** When the token is looked at next; `leftS`: seconds that it still has (wazo_websocketd/auth.py, "dynamic"). */
export function nextCheckS(leftS: number): number {
  if (leftS < 0) return 15
  if (leftS < 15) return leftS
  if (leftS <= 80) return Math.min(leftS, 60)
  if (leftS <= 57_600) return leftS * 0.75
  return 43_200
}

export interface SessionOptions {
  readonly world: World
  readonly bus: Bus
  readonly faults: Faults
}

interface Hello {
  readonly version: string | null
  readonly token: string | null
}

/** One connection. It refuses by closing, as the real one does, after the upgrade was accepted. */
class Session {
  readonly #socket: WebSocket
  readonly #options: SessionOptions
  readonly #version: 1 | 2
  readonly #subscribed = new Set<string>()
  readonly #stop: () => void
  #token: Token
  #started = false
  #check: NodeJS.Timeout | undefined
  readonly #ping: NodeJS.Timeout

  constructor(socket: WebSocket, version: 1 | 2, token: Token, options: SessionOptions) {
    this.#socket = socket
    this.#options = options
    this.#version = version
    this.#token = token
    this.#stop = options.bus.subscribe(message => this.#forward(message))
    this.#ping = setInterval(() => socket.ping(), pingIntervalMs)
    socket.on('message', (data, isBinary) => this.#received(data, isBinary))
    socket.on('close', () => this.#end())
    this.#schedule()
    this.#reply('init', { version })
  }

  #end(): void {
    this.#stop()
    clearInterval(this.#ping)
    clearTimeout(this.#check)
  }

  #close(code: number, reason = ''): void {
    this.#end()
    this.#socket.close(code, reason)
  }

  #reply(op: string, data: unknown): void {
    this.#socket.send(JSON.stringify({ op, code: 0, data }))
  }

  #schedule(): void {
    clearTimeout(this.#check)
    const leftS = (this.#token.expiresAt - this.#options.world.now()) / 1000
    this.#check = setTimeout(() => this.#checkToken(), nextCheckS(leftS) * 1000)
  }

  #checkToken(): void {
    const { world, faults } = this.#options
    // With wazo-auth down the answer is the same as for an ended token (wazo.md 0a).
    if (faults.down.has('auth') || world.token(this.#token.id) === null) {
      this.#close(4003, 'authentication expired')
      return
    }
    this.#schedule()
  }

  #received(data: RawData, isBinary: boolean): void {
    const frame = isBinary ? null : parseFrame(data)
    if (frame === null) {
      this.#close(4004)
      return
    }
    // Protocol 1 says nothing any more once events may come.
    const silent = this.#version === 1 && this.#started
    switch (frame.op) {
      case 'subscribe':
        this.#subscribed.add(frame.data.event_name)
        if (!silent) this.#reply('subscribe', null)
        return
      case 'start':
        if (!silent) this.#reply('start', null)
        this.#started = true
        return
      case 'token': {
        const { world, faults } = this.#options
        const token = faults.down.has('auth') ? null : world.token(frame.data.token)
        if (token === null || !world.allows(token, 'websocketd')) {
          this.#close(4002, 'authentication failed')
          return
        }
        this.#token = token
        this.#schedule()
        if (!silent) this.#reply('token', null)
        return
      }
      case 'ping':
        if (this.#version === 2) this.#reply('pong', { payload: frame.data.payload })
    }
  }

  #forward(message: BusMessage): void {
    if (!this.#started || message.userUuid !== this.#token.user.uuid) return
    if (!this.#subscribed.has(message.name) && !this.#subscribed.has('*')) return
    if (!this.#options.world.allows(this.#token, message.requiredAcl)) return
    if (this.#version === 1) this.#socket.send(JSON.stringify(message.wire))
    else this.#reply('event', message.wire)
  }
}

function parseFrame(data: RawData): Frame | null {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data
  try {
    const parsed = Frame.safeParse(JSON.parse(bytes.toString('utf8')))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** Takes a socket that was just opened: a session, or its refusal. */
export function openSession(socket: WebSocket, hello: Hello, options: SessionOptions): void {
  const { world, faults } = options
  if (hello.token === null) {
    socket.close(4001, 'no token')
    return
  }
  const token = faults.down.has('auth') ? null : world.token(hello.token)
  if (token === null || !world.allows(token, 'websocketd')) {
    socket.close(4002, 'authentication failed')
    return
  }
  const version = hello.version ?? '1'
  if (!/^\s*[+-]?\d+\s*$/.test(version)) {
    socket.close(1011)
    return
  }
  const number = Number(version)
  if (number !== 1 && number !== 2) {
    socket.close(4004)
    return
  }
  new Session(socket, number, token, options)
}
