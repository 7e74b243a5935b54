/** Requests to one Wazo service: token, one renewal, time limits, and errors that hold no secret. */
import { type Agent } from 'node:https'
import { Readable } from 'node:stream'
import axios, { type AxiosInstance } from 'axios'
import { type z } from 'zod'
import { AppFailure } from '../../shared/failure.ts'
import { type Answered, errorOf, meaningOf401, redact, type Service, WazoError } from './errors.ts'

/** A whole answer, or the next piece of a stream, has to be there within this many milliseconds. */
export const TIMEOUT_MS = 10_000
/** Answers that are read whole are never longer than this many bytes: a page of the call log is about 1 MB. */
const LONGEST_ANSWER = 32 * 1024 * 1024

const BASE: Readonly<Record<Exclude<Service, 'websocketd'>, string>> = {
  auth: '/api/auth/0.1',
  confd: '/api/confd/1.1',
  calld: '/api/calld/1.0',
  'call-logd': '/api/call-logd/1.0',
}

/** How a server is reached. */
export interface Reach {
  /** `https://host` or `https://host:port`. */
  readonly origin: string
  /** Of `createCheckedAgent`. */
  readonly agent: Agent
  /** The app's version, for `User-Agent`. */
  readonly version: string
}

export interface TokenSource {
  /** A token that should be alive. Throws AppFailure `session-over`, or what the renewal met. */
  current(): Promise<string>
  /** A newer token than the refused one. Throws as `current`. */
  renew(refused: string): Promise<string>
}

export interface Call {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  /** After the service's base; its parts are encoded already. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Cut out of every error, beside the token. */
  readonly secrets?: readonly string[]
}

export interface Answer extends Answered {
  readonly headers: Readonly<Record<string, string>>
}

/** The body as it comes; `close` ends it early. A silence of TIMEOUT_MS is an error of the iteration. */
export interface StreamAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly chunks: AsyncIterable<Uint8Array>
  close(): void
}

export interface Http {
  /** Any answer but a 401. Throws WazoError (`expired` and `no-right` for a 401) or AppFailure. */
  send(call: Call): Promise<Answer>
  /** As `send`, and also throws for every status that is not in `ok`. */
  expect(call: Call, ...ok: number[]): Promise<Answer>
  /** The parsed body of a 200 or 201. */
  read<T>(call: Call, schema: z.ZodType<T>): Promise<T>
  /** A body piece by piece for the statuses in `ok`; any other throws. */
  stream(call: Call, ...ok: number[]): Promise<StreamAnswer>
  /** The error of an answer that the caller cannot use. */
  error(call: Call, answer: Answered): WazoError
}

/** `tokens` null: requests carry none (wazo-auth's own routes). */
export function createHttp(service: Exclude<Service, 'websocketd'>, reach: Reach, tokens: TokenSource | null): Http {
  const client = axios.create({
    baseURL: reach.origin + BASE[service],
    adapter: 'http',
    httpsAgent: reach.agent,
    proxy: false,
    maxRedirects: 0,
    maxContentLength: LONGEST_ANSWER,
    validateStatus: () => true,
    headers: { 'User-Agent': `Tallylight/${reach.version}`, Accept: 'application/json' },
  })
  const perform = (call: Call, token: string | null) => whole(client, service, call, token)

  /** Runs a request with a token, and once more with a newer one when the first was over. */
  const withToken = async <A>(
    call: Call,
    run: (token: string | null) => Promise<A>,
    refusal: (answer: A) => Promise<Answer | null>,
  ): Promise<A> => {
    if (!tokens) return run(null)
    const token = await tokens.current()
    const first = await run(token)
    const refused = await refusal(first)
    if (!refused) return first
    if (!(await isExpired(reach, refused, token)))
      throw errorOf(service, routeOf(call), refused, secretsOf(call, token))
    const fresh = await tokens.renew(token)
    const second = await run(fresh)
    const again = await refusal(second)
    if (!again) return second
    const error = errorOf(service, routeOf(call), again, secretsOf(call, fresh))
    if (!(await isExpired(reach, again, fresh))) throw error
    throw new WazoError({ service, kind: 'expired', route: redact(routeOf(call), secretsOf(call, fresh)), status: 401 })
  }

  const send: Http['send'] = call =>
    withToken(
      call,
      token => perform(call, token),
      answer => Promise.resolve(answer.status === 401 ? answer : null),
    )
  const error: Http['error'] = (call, answer) => errorOf(service, routeOf(call), answer, secretsOf(call, null))
  const expect: Http['expect'] = async (call, ...ok) => {
    const answer = await send(call)
    if (!ok.includes(answer.status)) throw error(call, answer)
    return answer
  }
  return {
    send,
    error,
    expect,
    read: async (call, schema) => {
      const answer = await expect(call, 200, 201)
      const parsed = schema.safeParse(answer.body)
      if (parsed.success) return parsed.data
      throw new WazoError({
        service,
        kind: 'invalid',
        route: redact(routeOf(call), call.secrets ?? []),
        status: answer.status,
        // Paths and codes of what does not fit, never its values.
        details: parsed.error.issues
          .map(issue => `${issue.path.join('.')}: ${issue.code}`)
          .join('; ')
          .slice(0, 500),
      })
    },
    stream: async (call, ...ok) => {
      const answer = await withToken(
        call,
        token => pieces(client, service, call, token),
        async streamed => (streamed.status === 401 ? gather(service, call, streamed) : null),
      )
      if (ok.includes(answer.status)) return answer
      throw error(call, await gather(service, call, answer))
    },
  }
}

/** Whether wazo-auth knows this token (wazo.md 1.4). Throws WazoError where it does not say. */
export async function isTokenAlive(reach: Reach, token: string): Promise<boolean> {
  const http = createHttp('auth', reach, null)
  const call: Call = { method: 'HEAD', path: `/token/${encodeURIComponent(token)}`, secrets: [token] }
  const answer = await http.send(call)
  if (answer.status === 204 || answer.status === 200 || answer.status === 403) return true
  if (answer.status === 404) return false
  throw http.error(call, answer)
}

async function isExpired(reach: Reach, answer: Answered, token: string): Promise<boolean> {
  const meaning = meaningOf401(answer.body)
  return meaning === 'ask' ? !(await isTokenAlive(reach, token)) : meaning === 'expired'
}

const routeOf = (call: Call): string => `${call.method} ${call.path}`
const secretsOf = (call: Call, token: string | null): readonly string[] => [
  ...(call.secrets ?? []),
  ...(token === null ? [] : [token]),
]

async function whole(client: AxiosInstance, service: Service, call: Call, token: string | null): Promise<Answer> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), TIMEOUT_MS)
  try {
    const answer = await client.request<unknown>({
      ...configOf(call, token),
      responseType: 'text',
      signal: limit.signal,
    })
    const text = typeof answer.data === 'string' ? answer.data : ''
    return answered(answer.status, headersOf(answer.headers), text)
  } catch (cause) {
    throw transportError(service, call, token, cause, limit.signal.aborted)
  } finally {
    clearTimeout(timer)
  }
}

async function pieces(
  client: AxiosInstance,
  service: Service,
  call: Call,
  token: string | null,
): Promise<StreamAnswer> {
  const limit = new AbortController()
  let timer = setTimeout(() => limit.abort(), TIMEOUT_MS)
  const fail = (cause: unknown) => transportError(service, call, token, cause, limit.signal.aborted)
  const answer = await client
    .request<unknown>({
      ...configOf(call, token),
      responseType: 'stream',
      maxContentLength: Infinity,
      signal: limit.signal,
    })
    .catch((cause: unknown) => {
      clearTimeout(timer)
      throw fail(cause)
    })
  const body = answer.data
  if (!(body instanceof Readable)) throw fail(new Error('no stream'))
  // The time limit is for silence from here on: a long recording over a slow line is no fault.
  async function* chunks(stream: Readable): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of stream) {
        clearTimeout(timer)
        if (chunk instanceof Uint8Array) yield chunk
        timer = setTimeout(() => limit.abort(), TIMEOUT_MS)
      }
    } catch (cause) {
      throw fail(cause)
    } finally {
      clearTimeout(timer)
      stream.destroy()
    }
  }
  return {
    status: answer.status,
    headers: headersOf(answer.headers),
    chunks: chunks(body),
    close: () => {
      clearTimeout(timer)
      body.on('error', () => undefined) // ended by us
      body.destroy()
    },
  }
}

/** The whole of a streamed answer that turned out to be an error. */
async function gather(service: Service, call: Call, streamed: StreamAnswer): Promise<Answer> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of streamed.chunks) {
    length += chunk.length
    if (length > LONGEST_ANSWER)
      throw new WazoError({ service, kind: 'invalid', route: redact(routeOf(call), call.secrets ?? []) })
    parts.push(chunk)
  }
  return answered(streamed.status, streamed.headers, Buffer.concat(parts).toString('utf8'))
}

function configOf(call: Call, token: string | null) {
  const query = new URLSearchParams(call.query).toString()
  return {
    method: call.method,
    url: query === '' ? call.path : `${call.path}?${query}`,
    headers: {
      ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(token === null ? {} : { 'X-Auth-Token': token }),
      ...call.headers,
    },
    ...(call.body === undefined ? {} : { data: JSON.stringify(call.body) }),
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
  }
}

function headersOf(headers: unknown): Record<string, string> {
  const plain: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers ?? {}))
    if (typeof value === 'string') plain[name.toLowerCase()] = value
  return plain
}

function answered(status: number, headers: Record<string, string>, text: string): Answer {
  const contentType = headers['content-type'] ?? ''
  let body: unknown = text
  if (contentType.includes('json') && text !== '') {
    try {
      body = JSON.parse(text)
    } catch {
      body = text // the reader's schema refuses it, and the error's words are then this text
    }
  }
  return { status, headers, contentType, body }
}

/** Codes of something that answers, and speaks neither TLS nor HTTP. */
const NOT_HTTPS = /^(EPROTO$|HPE_|ERR_SSL|ERR_TLS)/

/** The network's error without the request that axios hangs on it. */
function transportError(service: Service, call: Call, token: string | null, cause: unknown, late: boolean): Error {
  const route = redact(routeOf(call), secretsOf(call, token))
  if (late) return new WazoError({ service, kind: 'timeout', route })
  const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause
  for (const error of [inner, cause]) if (error instanceof AppFailure) return new AppFailure(error.failure)
  const code = [inner, cause].map(codeOf).find(found => found !== null) ?? null
  return new WazoError({
    service,
    kind: code === 'ETIMEDOUT' ? 'timeout' : code !== null && NOT_HTTPS.test(code) ? 'invalid' : 'unreachable',
    route,
    errorId: code,
  })
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}
