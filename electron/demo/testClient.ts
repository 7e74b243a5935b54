/** A bare client of the demo for its own tests: requests, a login, and an event stream that can be waited for. */
import { request } from 'node:https'
import { type IncomingHttpHeaders } from 'node:http'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { type Demo } from './server.ts'

export interface TestAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** Undefined when it is not JSON. */
  readonly json: unknown
  /** The connection broke off before the promised end. */
  readonly aborted: boolean
}

export interface TestRequest {
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** One request on a connection of its own. Rejects when the connection is closed without an answer. */
export function ask(demo: Demo, method: string, path: string, given: TestRequest = {}): Promise<TestAnswer> {
  const sent = given.body === undefined ? null : JSON.stringify(given.body)
  const headers = {
    ...(sent === null ? {} : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(sent)) }),
    ...(given.token === undefined ? {} : { 'X-Auth-Token': given.token }),
    ...given.headers,
  }
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${demo.url}${path}`,
      { method, headers, ca: demo.certificatePem, agent: false },
      incoming => {
        const chunks: Buffer[] = []
        const done = (aborted: boolean): void => {
          const body = Buffer.concat(chunks)
          const isJson = incoming.headers['content-type'] === 'application/json' && body.length > 0
          const json: unknown = isJson ? JSON.parse(body.toString('utf8')) : undefined
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body, json, aborted })
        }
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('end', () => done(false))
        incoming.on('error', () => done(true))
      },
    )
    outgoing.on('error', reject)
    outgoing.end(sent ?? undefined)
  })
}

const Login = z.object({ data: z.object({ token: z.string(), metadata: z.object({ uuid: z.string() }) }) })

/** Signs in with a password. */
export async function signIn(demo: Demo, login: string, expiration = 7200): Promise<{ token: string; uuid: string }> {
  const Authorization = `Basic ${Buffer.from(`${login}:demo`).toString('base64')}`
  const answer = await ask(demo, 'POST', '/api/auth/0.1/token', { headers: { Authorization }, body: { expiration } })
  const { data } = Login.parse(answer.json)
  return { token: data.token, uuid: data.metadata.uuid }
}

const EventFrame = z.object({
  op: z.literal('event'),
  data: z.object({ name: z.string(), data: z.record(z.string(), z.unknown()) }),
})

export interface SeenEvent {
  readonly name: string
  readonly data: Readonly<Record<string, unknown>>
}

/** An event stream, protocol 2, that has subscribed to everything and has started. */
export class TestStream {
  readonly #socket: WebSocket
  readonly events: SeenEvent[] = []
  readonly replies: string[] = []
  closed: { readonly code: number; readonly reason: string } | null = null
  #wake: (() => void)[] = []
  #failure: Error | null = null

  private constructor(demo: Demo, token: string) {
    const url = `${demo.url.replace('https', 'wss')}/api/websocketd/?version=2&token=${token}`
    this.#socket = new WebSocket(url, { ca: demo.certificatePem })
    this.#socket.on('message', data => {
      const frame: unknown = JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : '')
      const event = EventFrame.safeParse(frame)
      if (event.success) this.events.push(event.data.data)
      else this.replies.push(z.object({ op: z.string() }).parse(frame).op)
      this.#notify()
    })
    this.#socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString('utf8') }
      this.#notify()
    })
    this.#socket.on('error', error => {
      this.#failure = error
      this.#notify()
    })
  }

  static async open(demo: Demo, token: string): Promise<TestStream> {
    const stream = new TestStream(demo, token)
    await stream.until(() => stream.replies.includes('init') || stream.closed !== null)
    if (stream.closed !== null) return stream
    stream.say({ op: 'subscribe', data: { event_name: '*' } })
    stream.say({ op: 'start' })
    await stream.until(() => stream.replies.includes('start') || stream.closed !== null)
    return stream
  }

  say(frame: unknown): void {
    this.#socket.send(JSON.stringify(frame))
  }

  names(): string[] {
    return this.events.map(event => event.name)
  }

  #notify(): void {
    const waiting = this.#wake
    this.#wake = []
    for (const wake of waiting) wake()
  }

  /** Waits until something is true. Throws after `ms`, with the condition's own words and what was seen instead. */
  async until(holds: () => boolean, ms = 8000): Promise<void> {
    const end = Date.now() + ms
    while (!holds()) {
      const left = end - Date.now()
      if (left <= 0) throw new Error(`Waited ${ms} ms in vain for ${String(holds)}; ${this.#seen()}`)
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, left)
        this.#wake.push(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }

  #seen(): string {
    const end = this.closed === null ? 'open' : `closed with ${this.closed.code} "${this.closed.reason}"`
    const failure = this.#failure === null ? '' : `, failed: ${this.#failure.message}`
    return `events: ${this.names().join(', ')}; replies: ${this.replies.join(', ')}; ${end}${failure}`
  }

  close(): void {
    this.#socket.terminate()
  }
}
