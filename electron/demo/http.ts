/** The HTTP of the demo platform: routes with Flask's habits (404 HTML, 405 JSON, HEAD, preflight), and answers as data. */
import { type IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { aclSegment } from './acl.ts'
import { flaskNotFound, nginxPage, type NginxStatus } from './html.ts'
import { pythonJson, pythonTime } from './python.ts'
import { type Token, type World } from './world.ts'

export interface Ask {
  readonly method: string
  /** Without query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly remote: string
}

/** A stretch of a file, sent as it is read. `to` is exclusive. */
export interface FileSlice {
  readonly path: string
  readonly from: number
  readonly to: number
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | FileSlice | null
}

/** JSON with the line feed that flask-restful adds. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = Buffer.from(`${pythonJson(value)}\n`)
  return {
    status,
    headers: { 'Content-Type': 'application/json', 'Content-Length': String(body.length), ...headers },
    body,
  }
}

export function text(
  status: number,
  type: string,
  content: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const body = Buffer.from(content)
  return { status, headers: { 'Content-Type': type, 'Content-Length': String(body.length), ...headers }, body }
}

/** 204: a content type, and no length. */
export const noContent: Answer = { status: 204, headers: { 'Content-Type': 'application/json' }, body: null }

export const notFoundPage: Answer = text(404, 'text/html; charset=utf-8', flaskNotFound)
export const nginxAnswer = (status: NginxStatus): Answer => text(status, 'text/html', nginxPage(status))
export const badRequest: Answer = json(400, {
  message: 'The browser (or proxy) sent a request that this server could not understand.',
})
export const internalError: Answer = json(500, { message: 'Internal Server Error' })

/** The error shape of calld, call-logd and most of auth. `now` in milliseconds. */
export function serviceError(
  status: number,
  errorId: string,
  message: string,
  details: Readonly<Record<string, unknown>>,
  now: number,
  resource?: string,
): Answer {
  return json(status, { message, error_id: errorId, details, timestamp: pythonTime(now), resource })
}

export interface Call {
  readonly ask: Ask
  readonly world: World
  readonly params: Readonly<Record<string, string>>
}
export interface AuthorizedCall extends Call {
  readonly token: Token
}

interface PublicRoute {
  readonly method: string
  readonly path: string
  readonly acl: null
  readonly handle: (call: Call) => Answer | Promise<Answer>
}
interface GuardedRoute {
  readonly method: string
  readonly path: string
  /** Required access; `{name}` is replaced by the path's value. */
  readonly acl: string
  /** The token may also stand in the query (call-logd's listings). */
  readonly tokenInQuery?: boolean
  readonly handle: (call: AuthorizedCall) => Answer | Promise<Answer>
}
/** `path` below the service's prefix; `{name}` is any segment, `{name:int}`, `{name:uuid}`, `{name:user}` (uuid or int). */
export type Route = PublicRoute | GuardedRoute

/** Why a request is refused before its handler. */
export interface Refusal {
  readonly why: 'unknown-token' | 'no-permission' | 'auth-unreachable'
  readonly token: string
  readonly access: string
  readonly tenant: string | null
}

export interface Service {
  readonly name: 'auth' | 'confd' | 'calld' | 'call-logd'
  readonly prefix: string
  readonly routes: readonly Route[]
  /** Request headers that a preflight may name, in lower case. */
  readonly corsHeaders: readonly string[]
  readonly poweredBy?: string
  readonly refuse: (refusal: Refusal, world: World) => Answer
}

const converters: Readonly<Record<string, string>> = {
  int: '[0-9]+',
  uuid: '[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}',
  user: '(?:[0-9]+|[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12})',
}

function pathRegex(path: string): RegExp {
  const source = path.replace(
    /[.*+?^$()|[\]\\]|\{(\w+)(?::(\w+))?\}/g,
    (found: string, name: string | undefined, type: string | undefined) =>
      name === undefined ? `\\${found}` : `(?<${name}>${type === undefined ? '[^/]+' : (converters[type] ?? '[^/]+')})`,
  )
  return new RegExp(`^${source}$`)
}

interface Compiled {
  readonly route: Route
  readonly regex: RegExp
}
const compiled = new WeakMap<readonly Route[], readonly Compiled[]>()

function compile(routes: readonly Route[]): readonly Compiled[] {
  const known = compiled.get(routes)
  if (known !== undefined) return known
  const made = routes.map(route => ({ route, regex: pathRegex(route.path) }))
  compiled.set(routes, made)
  return made
}

const methodNotAllowed = (allowed: readonly string[]): Answer =>
  json(405, { message: 'The method is not allowed for the requested URL.' }, { Allow: allowed.join(', ') })

export interface RouterState {
  readonly world: World
  /** wazo-auth does not answer: every other service says so. */
  readonly authDown: boolean
}

/** Lets one service answer: its route, the token's right, then the handler. Sends nothing. */
export async function serve(service: Service, ask: Ask, state: RouterState): Promise<Answer> {
  const answer = await route(service, ask, state)
  return withServiceHeaders(answer, service, ask)
}

async function route(service: Service, ask: Ask, { world, authDown }: RouterState): Promise<Answer> {
  const below = ask.path.slice(service.prefix.length)
  const matching = compile(service.routes).flatMap(({ route, regex }) => {
    const match = regex.exec(below)
    return match === null ? [] : [{ route, params: decode(match.groups ?? {}) }]
  })
  if (matching.length === 0) return notFoundPage
  const methods = new Set(matching.map(({ route }) => route.method))
  const allowed = [...(methods.has('GET') ? new Set(['HEAD', ...methods]) : methods), 'OPTIONS']
  if (ask.method === 'OPTIONS') {
    return text(200, 'text/html; charset=utf-8', '', { Allow: allowed.join(', ') })
  }
  const found =
    matching.find(({ route }) => route.method === ask.method) ??
    (ask.method === 'HEAD' ? matching.find(({ route }) => route.method === 'GET') : undefined)
  if (found === undefined) return methodNotAllowed(allowed)
  const { route: chosen, params } = found
  if (chosen.acl === null) return chosen.handle({ ask, world, params })

  const header = ask.headers['x-auth-token']
  const inQuery = chosen.tokenInQuery === true ? ask.query.get('token') : null
  const sent = typeof header === 'string' ? header : (inQuery ?? '')
  const access = chosen.acl.replace(/\{(\w+)\}/g, (_all, name: string) => aclSegment(params[name] ?? ''))
  const tenantHeader = ask.headers['wazo-tenant']
  const tenant =
    typeof tenantHeader === 'string' ? tenantHeader : chosen.tokenInQuery === true ? ask.query.get('tenant') : null
  if (authDown && sent !== '') return service.refuse({ why: 'auth-unreachable', token: sent, access, tenant }, world)
  const token = world.token(sent)
  if (token === null) return service.refuse({ why: 'unknown-token', token: sent, access, tenant }, world)
  if (!world.allows(token, access) || (tenant !== null && tenant !== world.options.tenantUuid)) {
    return service.refuse({ why: 'no-permission', token: sent, access, tenant }, world)
  }
  return chosen.handle({ ask, world, params, token })
}

function decode(groups: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, safeDecode(value)]))
}

function safeDecode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    // Not an escape after all: the segment as it was sent.
    return value
  }
}

/** CORS as flask-cors gives it, X-Powered-By of auth, HSTS of nginx on success. */
export function withServiceHeaders(answer: Answer, service: Service, ask: Ask): Answer {
  const origin = ask.headers.origin
  const headers: Record<string, string> = { ...answer.headers }
  headers['Access-Control-Allow-Origin'] = origin ?? '*'
  if (origin !== undefined) headers['Vary'] = 'Origin'
  if (ask.method === 'OPTIONS' && ask.headers['access-control-request-method'] !== undefined) {
    const asked = (ask.headers['access-control-request-headers'] ?? '')
      .split(',')
      .map(name => name.trim().toLowerCase())
    const granted = asked.filter(name => service.corsHeaders.includes(name)).sort()
    if (granted.length > 0) headers['Access-Control-Allow-Headers'] = granted.join(', ')
    headers['Access-Control-Allow-Methods'] = 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'
  }
  if (service.poweredBy !== undefined) headers['X-Powered-By'] = service.poweredBy
  if (answer.status < 400) headers['Strict-Transport-Security'] = 'max-age=31536000'
  return { ...answer, headers }
}

const JsonObject = z.record(z.string(), z.unknown())

/** The body as a JSON object, or null: Flask answers `badRequest` then. */
export function jsonBody(ask: Ask): Record<string, unknown> | null {
  if (!(ask.headers['content-type'] ?? '').toLowerCase().startsWith('application/json')) return null
  try {
    const parsed = JsonObject.safeParse(JSON.parse(ask.body.toString('utf8')))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** The refusals of every service but confd (wazo.md 1.5). */
export function refuseAsService(refusal: Refusal, world: World): Answer {
  const now = world.now()
  if (refusal.why === 'auth-unreachable') {
    return serviceError(
      503,
      'authentication-server-unreachable',
      'Authentication server unreachable',
      {
        auth_server_host: '127.0.0.1',
        auth_server_port: 9497,
        original_error: `HTTPConnectionPool(host='127.0.0.1', port=9497): Max retries exceeded with url: /0.1/token/${refusal.token}?scope=${refusal.access} (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f0000000000>: Failed to establish a new connection: [Errno 111] Connection refused'))`,
      },
      now,
    )
  }
  const details =
    refusal.why === 'unknown-token'
      ? { invalid_token: refusal.token, reason: 'not_found_or_expired', required_access: refusal.access }
      : {
          invalid_token: refusal.token,
          reason: 'missing_permission_or_invalid_tenant',
          required_access: refusal.access,
          tenant_uuid: refusal.tenant,
        }
  return serviceError(401, 'unauthorized', 'Unauthorized', details, now)
}

/** Routes that exist for administrators: a user of the demo gets his 401 there, and nothing else. */
export const guarded = (method: string, path: string, acl: string): Route => ({
  method,
  path,
  acl,
  handle: () => notFoundPage,
})
