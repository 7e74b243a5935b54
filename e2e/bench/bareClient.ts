/** The same request and the same event without the app: a plain Node client of the demo server. */
import { Agent, request } from 'node:https'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { type DemoProcess } from '../support/demo.ts'

const LATE_MS = 10_000

const Token = z.object({ data: z.object({ token: z.string() }) })
const Calls = z.object({ items: z.array(z.object({ call_id: z.string() })) })
const Frame = z.object({
  op: z.string(),
  data: z
    .object({ name: z.string(), data: z.object({ call_id: z.string(), record_state: z.string() }) })
    .nullish()
    .catch(null),
})

type Shown = 'active' | 'inactive'

export class BareClient {
  readonly #url: string
  readonly #token: string
  readonly #agent: Agent
  readonly #socket: WebSocket
  #heard: (frame: z.infer<typeof Frame>) => void = () => undefined

  private constructor(url: string, token: string, agent: Agent) {
    this.#url = url
    this.#token = token
    this.#agent = agent
    this.#socket = new WebSocket(`${url.replace('https', 'wss')}/api/websocketd/?version=2`, {
      agent,
      headers: { 'X-Auth-Token': token },
    })
    this.#socket.on('message', data => this.#heard(Frame.parse(JSON.parse(textOf(data)))))
  }

  /** Signs in and listens. */
  static async open(demo: DemoProcess, login: string): Promise<BareClient> {
    // the certificate was made a moment ago on this machine's loopback
    const agent = new Agent({ keepAlive: true, rejectUnauthorized: false })
    const { password } = demo.user(login)
    const answer = await send(agent, `${demo.url}/api/auth/0.1/token`, 'POST', {
      Authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`,
    })
    const client = new BareClient(demo.url, Token.parse(JSON.parse(answer)).data.token, agent)
    await client.#until('the stream', frame => {
      if (frame.op === 'init') {
        client.#socket.send(JSON.stringify({ op: 'subscribe', data: { event_name: 'call_updated' } }))
        client.#socket.send(JSON.stringify({ op: 'start' }))
      }
      return frame.op === 'start'
    })
    return client
  }

  /** The id of the only call. */
  async call(): Promise<string> {
    const { items } = Calls.parse(JSON.parse(await this.#ask('/api/calld/1.0/users/me/calls', 'GET')))
    const [only] = items
    if (only === undefined || items.length > 1) throw new Error(`${items.length} calls, not one`)
    return only.call_id
  }

  /** Milliseconds from the request to the event that shows its effect. */
  async record(call: string, action: 'start' | 'stop'): Promise<number> {
    const wanted: Shown = action === 'start' ? 'active' : 'inactive'
    const began = performance.now()
    let took = 0
    const shown = this.#until(`record_state ${wanted}`, ({ data }) => {
      if (data?.name !== 'call_updated' || data.data.call_id !== call || data.data.record_state !== wanted) return false
      took = performance.now() - began
      return true
    })
    await Promise.all([shown, this.#ask(`/api/calld/1.0/users/me/calls/${call}/record/${action}`, 'PUT')])
    return took
  }

  close(): void {
    this.#socket.terminate()
    this.#agent.destroy()
  }

  #ask(path: string, method: string): Promise<string> {
    return send(this.#agent, this.#url + path, method, { 'X-Auth-Token': this.#token })
  }

  #until(what: string, holds: (frame: z.infer<typeof Frame>) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${what} did not come in ${LATE_MS} ms`)), LATE_MS)
      this.#heard = frame => {
        if (!holds(frame)) return
        this.#heard = () => undefined
        clearTimeout(late)
        resolve()
      }
    })
  }
}

function send(agent: Agent, url: string, method: string, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const body = method === 'POST' ? '{}' : undefined
    const outgoing = request(
      url,
      { method, agent, timeout: LATE_MS, headers: { ...headers, 'Content-Type': 'application/json' } },
      answer => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () => {
          if ((answer.statusCode ?? 0) < 300) resolve(Buffer.concat(parts).toString())
          else reject(new Error(`${method} ${url} was answered ${answer.statusCode ?? 0}`))
        })
        answer.on('error', reject)
      },
    )
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${url} was not answered`)))
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const textOf = (data: WebSocket.RawData): string =>
  (Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data).toString('utf8')
