/** The demo's nginx: hands each request to its service, speaks for those that are down, and takes the tests' orders. */
import { timingSafeEqual } from 'node:crypto'
import { type IncomingMessage, type ServerResponse } from 'node:http'
import { ControlError, ControlRequest, type SeenRequest } from './control.ts'
import { faultyAnswer, type DownName, type Faults } from './faults.ts'
import { nginxPage, upgradeRequired } from './html.ts'
import {
  internalError,
  json,
  nginxAnswer,
  serve,
  text,
  withServiceHeaders,
  type Answer,
  type Ask,
  type Service,
} from './http.ts'
import { send } from './send.ts'
import { type World } from './world.ts'

const maxBodyBytes = 8 * 1024 * 1024
const maxSeenRequests = 1000

export interface FrontParts {
  readonly services: readonly Service[]
  readonly world: World
  readonly faults: Faults
  readonly seen: SeenRequest[]
  readonly controlKey: string
  readonly control: (request: ControlRequest) => Promise<unknown>
  readonly onError: (error: unknown) => void
}

export class Front {
  readonly #parts: FrontParts

  constructor(parts: FrontParts) {
    this.#parts = parts
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { faults, seen } = this.#parts
    const ask = await readAsk(request)
    if (ask === null) {
      response.writeHead(413).end()
      return
    }
    const answer = await this.#answerTo(ask)
    if (answer === 'cut') {
      response.destroy()
      return
    }
    if (!ask.path.startsWith('/demo/')) {
      seen.push({
        at: Date.now(),
        method: ask.method,
        path: ask.path,
        query: ask.query.toString(),
        status: answer.status,
      })
      if (seen.length > maxSeenRequests) seen.shift()
    }
    await send(response, answer, ask.method === 'HEAD', {
      bytesPerSecond: faults.mediaBytesPerSecond,
      cutAfterBytes: faults.mediaCutAfterBytes,
    })
  }

  async #answerTo(ask: Ask): Promise<Answer | 'cut'> {
    const { services, world, faults, onError } = this.#parts
    if (ask.path === '/demo/control') return this.#control(ask)
    if (ask.path === '/api/websocketd') {
      const location = `https://${ask.headers.host ?? '127.0.0.1'}/api/websocketd/`
      return text(301, 'text/html', nginxPage(301), { Location: location })
    }
    if (ask.path === '/api/websocketd/') {
      return faults.down.has('websocketd')
        ? nginxAnswer(502)
        : text(426, 'text/plain', upgradeRequired, { Upgrade: 'websocket' })
    }
    if (ask.path === '/api/asterisk/ws') return nginxAnswer(403)
    const service = services.find(candidate => ask.path.startsWith(`${candidate.prefix}/`))
    if (service === undefined) return nginxAnswer(404)
    const rule = faults.http(ask)
    if (rule?.delayMs !== undefined) await after(rule.delayMs)
    if (rule?.cut === true) return 'cut'
    if (isDown(faults, service.name)) return this.#badGateway(service)
    const faulty = rule === null ? null : faultyAnswer(rule, service, ask, world)
    if (faulty !== null)
      return faulty.status === 502 ? this.#badGateway(service) : withServiceHeaders(faulty, service, ask)
    try {
      const heard = faults.mediaRanges ? ask : withoutRange(ask)
      return await serve(service, heard, { world, authDown: faults.down.has('auth') })
    } catch (error) {
      onError(error)
      return withServiceHeaders(internalError, service, ask)
    }
  }

  /** nginx's own page: no CORS, but the header that auth's location adds. */
  #badGateway(service: Service): Answer {
    const answer = nginxAnswer(502)
    if (service.poweredBy === undefined) return answer
    return { ...answer, headers: { ...answer.headers, 'X-Powered-By': service.poweredBy } }
  }

  async #control(ask: Ask): Promise<Answer> {
    const { controlKey } = this.#parts
    const key = Buffer.from(String(ask.headers['x-demo-key'] ?? ''))
    const expected = Buffer.from(controlKey)
    if (ask.method !== 'POST' || key.length !== expected.length || !timingSafeEqual(key, expected)) {
      return nginxAnswer(403)
    }
    try {
      const request = ControlRequest.safeParse(JSON.parse(ask.body.toString('utf8')))
      if (!request.success) return json(400, { error: request.error.message })
      return json(200, (await this.#parts.control(request.data)) ?? {})
    } catch (error) {
      if (error instanceof ControlError || error instanceof SyntaxError) return json(409, { error: error.message })
      throw error
    }
  }
}

const isDown = (faults: Faults, name: DownName): boolean => faults.down.has(name)

/** As a server that knows no ranges hears it. */
const withoutRange = (ask: Ask): Ask => ({ ...ask, headers: { ...ask.headers, range: undefined } })

const after = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** Null: the body is too large. */
async function readAsk(request: IncomingMessage): Promise<Ask | null> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk as Uint8Array)
    length += bytes.length
    if (length > maxBodyBytes) return null
    chunks.push(bytes)
  }
  const [path = '/', ...query] = (request.url ?? '/').split('?')
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query.join('?')),
    headers: request.headers,
    body: Buffer.concat(chunks),
    remote: request.socket.remoteAddress ?? '',
  }
}
