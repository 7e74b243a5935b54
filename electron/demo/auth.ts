/** wazo-auth: tokens, refresh tokens, scopes (wazo.md 1.2 to 1.4). */
import { z } from 'zod'
import {
  badRequest,
  guarded,
  json,
  jsonBody,
  noContent,
  refuseAsService,
  serviceError,
  type Answer,
  type Call,
  type Service,
} from './http.ts'
import { naiveUtc, pythonRepr, pythonTime, zonedUtc } from './python.ts'
import { maxSessions, type RefreshToken, type Token, type User, type World } from './world.ts'

/** The token endpoints' own error shape: everything in lists. */
const reasonError = (status: number, reason: string, world: World): Answer =>
  json(status, { reason: [reason], timestamp: [pythonTime(world.now())], status_code: status })

const invalid = (errors: Readonly<Record<string, unknown>>, world: World): Answer =>
  reasonError(400, pythonRepr(errors), world)

const maxExpirationS = 315_360_000
const defaultExpirationS = 7200

interface TokenRequest {
  readonly expiration: number
  readonly offline: boolean
  readonly clientId: string | null
  readonly refreshToken: string | null
  readonly ldap: boolean
  readonly backend: string | null
}

const Fields = z.object({
  access_type: z.enum(['online', 'offline']).catch('online'),
  client_id: z.string().min(1).max(1024).nullish().catch(null),
  refresh_token: z.string().nullish().catch(null),
  tenant_id: z.string().nullish().catch(null),
  domain_name: z.string().nullish().catch(null),
  backend: z.string().nullish().catch(null),
})

/** Marshmallow's integer: numbers are cut, texts of digits are taken. */
function lenientInt(value: unknown): number | null {
  if (typeof value === 'number') return Math.trunc(value)
  if (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value)) return Number(value)
  return null
}

function parseTokenRequest(body: Record<string, unknown>): TokenRequest | Readonly<Record<string, unknown>> {
  const expiration = body['expiration'] === undefined ? defaultExpirationS : lenientInt(body['expiration'])
  if (expiration === null) {
    return { expiration: { message: 'Not a valid integer.', constraint_id: 'type', constraint: 'integer' } }
  }
  if (expiration < 1 || expiration > maxExpirationS) {
    const message = `Must be greater than or equal to 1 and less than or equal to ${maxExpirationS}.`
    return { expiration: [{ constraint_id: 'range', constraint: { min: 1, max: maxExpirationS }, message }] }
  }
  const fields = Fields.parse(body)
  const offline = fields.access_type === 'offline'
  const refreshToken = fields.refresh_token ?? null
  const clientId = fields.client_id ?? null
  if (refreshToken !== null && offline) {
    return { _schema: ['cannot use the "access_type" "offline" with a refresh token'] }
  }
  if (offline && clientId === null) {
    return { _schema: ['"client_id" must be specified when using "access_type" is "offline"'] }
  }
  if (refreshToken !== null && clientId === null) {
    return { _schema: ['"client_id" must be specified when using a "refresh_token"'] }
  }
  const tenant = fields.tenant_id ?? null
  const domain = fields.domain_name ?? null
  if (tenant !== null && domain !== null) {
    return { _schema: ['"tenant_id" and "domain_name" must be mutually exclusive'] }
  }
  return {
    expiration,
    offline,
    clientId,
    refreshToken,
    ldap: tenant !== null || domain !== null,
    backend: fields.backend ?? null,
  }
}

const isRequest = (parsed: TokenRequest | Readonly<Record<string, unknown>>): parsed is TokenRequest =>
  'offline' in parsed

function basicUser(header: string | undefined, world: World): User | null {
  const match = /^Basic (.+)$/i.exec(header ?? '')
  const decoded = Buffer.from(match?.[1] ?? '', 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  if (colon < 1) return null
  const user = world.userByLogin(decoded.slice(0, colon))
  return user !== null && user.password !== '' && user.password === decoded.slice(colon + 1) ? user : null
}

function tokenBody(token: Token, world: World, refresh: RefreshToken | null, stored: boolean): unknown {
  const { wazoUuid, tenantUuid } = world.options
  const { user } = token
  // What was just made has microseconds; what is read back from the database has lost them.
  const moment = (ms: number): string => naiveUtc(stored ? Math.floor(ms / 1000) * 1000 : ms)
  const local = (ms: number): string => (stored ? moment(ms).slice(0, 19) : moment(ms))
  return {
    data: {
      token: token.id,
      auth_id: user.uuid,
      xivo_user_uuid: user.uuid,
      xivo_uuid: wazoUuid,
      issued_at: local(token.issuedAt),
      expires_at: local(token.expiresAt),
      utc_issued_at: moment(token.issuedAt),
      utc_expires_at: moment(token.expiresAt),
      acl: token.acl,
      metadata: {
        uuid: user.uuid,
        tenant_uuid: tenantUuid,
        auth_id: user.uuid,
        pbx_user_uuid: user.uuid,
        xivo_uuid: wazoUuid,
        purpose: 'user',
        admin: false,
      },
      session_uuid: token.session,
      remote_addr: '127.0.0.1',
      user_agent: token.userAgent,
      ...(refresh === null ? {} : { refresh_token: refresh.value }),
    },
  }
}

function login({ ask, world }: Call): Answer {
  const body = jsonBody(ask)
  if (body === null) return badRequest
  const request = parseTokenRequest(body)
  if (!isRequest(request)) return invalid(request, world)
  const failed = reasonError(401, 'Authentication Failed', world)
  const { refreshToken, clientId } = request
  if (!world.profile.anyBackend && request.backend !== null && request.backend !== 'wazo_user') return failed
  const user =
    refreshToken !== null
      ? (world.refreshTokens.find(known => known.value === refreshToken && known.clientId === clientId)?.user ?? null)
      : request.ldap
        ? null
        : basicUser(ask.headers.authorization, world)
  if (user === null) return failed
  if (world.liveTokens(user).length >= maxSessions) {
    return reasonError(429, `User ${user.uuid} has exceeded the maximum number of active sessions`, world)
  }
  const mobile = ask.headers['wazo-session-type'] === 'mobile'
  const refresh = request.offline && clientId !== null ? world.refreshTokenFor(user, clientId, mobile) : null
  const token = world.issueToken(user, request.expiration, ask.headers['user-agent'] ?? '')
  return json(
    200,
    tokenBody(token, world, refresh, false),
    world.profile.sessionsRevoked ? { 'Wazo-Sessions-Revoked': '0' } : {},
  )
}

/** GET and HEAD of a token: 404, then 403 for a missing right or a foreign tenant. */
function checked(call: Call, onLive: (token: Token) => Answer): Answer {
  const { ask, world, params } = call
  const token = world.token(params['token'] ?? '')
  if (token === null) return reasonError(404, 'No such token', world)
  const scope = ask.query.get('scope')
  if (scope !== null && !world.allows(token, scope)) return reasonError(403, `Unauthorized for ${scope}`, world)
  const tenant = ask.query.get('tenant')
  if (tenant !== null && tenant !== world.options.tenantUuid) {
    return reasonError(403, `Unauthorized for tenant ${tenant}`, world)
  }
  return onLive(token)
}

const ScopesRequest = z.object({ scopes: z.array(z.string()), tenant_uuid: z.string().optional() })

function checkScopes({ ask, world, params }: Call): Answer {
  const body = jsonBody(ask)
  if (body === null) return badRequest
  const request = ScopesRequest.safeParse(body)
  if (!request.success) return invalid({ scopes: ['Missing data for required field.'] }, world)
  const token = world.token(params['token'] ?? '')
  if (token === null) return reasonError(404, 'No such token', world)
  return json(200, {
    scopes: Object.fromEntries(request.data.scopes.map(scope => [scope, world.allows(token, scope)])),
  })
}

function refreshTokens(user: User, world: World): Answer {
  const items = world.refreshTokens
    .filter(token => token.user === user)
    .map(token => ({
      client_id: token.clientId,
      created_at: zonedUtc(token.createdAt),
      mobile: token.mobile,
      user_uuid: user.uuid,
      tenant_uuid: world.options.tenantUuid,
      metadata: {},
    }))
  return json(200, { total: items.length, filtered: items.length, items })
}

function deleteRefreshToken(user: User, clientId: string, world: World): Answer {
  if (world.deleteRefreshToken(user, clientId)) return noContent
  return serviceError(
    404,
    'cannot-find-refresh-token-matching-client-id',
    `unknown refresh_token for client_id "${clientId}"`,
    { client_id: clientId },
    world.now(),
    'tokens',
  )
}

function sessions(user: User, world: World): Answer {
  const items = world.liveTokens(user).map(token => ({
    uuid: token.session,
    user_uuid: user.uuid,
    tenant_uuid: world.options.tenantUuid,
    mobile: false,
  }))
  return json(200, { total: items.length, filtered: items.length, items })
}

export const authService: Service = {
  name: 'auth',
  prefix: '/api/auth/0.1',
  poweredBy: 'wazo-auth',
  corsHeaders: ['authorization', 'content-type', 'wazo-session-type', 'wazo-tenant', 'x-auth-token'],
  refuse: refuseAsService,
  routes: [
    { method: 'POST', path: '/token', acl: null, handle: login },
    {
      method: 'GET',
      path: '/token/{token:uuid}',
      acl: null,
      handle: call => checked(call, token => json(200, tokenBody(token, call.world, null, true))),
    },
    { method: 'HEAD', path: '/token/{token:uuid}', acl: null, handle: call => checked(call, () => noContent) },
    {
      method: 'DELETE',
      path: '/token/{token:uuid}',
      acl: null,
      handle: ({ world, params }) => {
        world.tokens.delete(params['token'] ?? '')
        return json(200, { data: { message: 'success' } })
      },
    },
    { method: 'POST', path: '/token/{token:uuid}/scopes/check', acl: null, handle: checkScopes },
    {
      method: 'GET',
      path: '/users/me/tokens',
      acl: 'auth.users.me.tokens.read',
      handle: ({ token, world }) => refreshTokens(token.user, world),
    },
    {
      method: 'DELETE',
      path: '/users/me/tokens/{client}',
      acl: 'auth.users.me.tokens.{client}.delete',
      handle: ({ token, world, params }) => deleteRefreshToken(token.user, params['client'] ?? '', world),
    },
    {
      method: 'GET',
      path: '/users/{user:uuid}/tokens',
      acl: 'auth.users.{user}.tokens.read',
      handle: ({ token, world }) => refreshTokens(token.user, world),
    },
    {
      method: 'DELETE',
      path: '/users/{user:uuid}/tokens/{client}',
      acl: 'auth.users.{user}.tokens.{client}.delete',
      handle: ({ token, world, params }) => deleteRefreshToken(token.user, params['client'] ?? '', world),
    },
    {
      method: 'GET',
      path: '/users/{user:uuid}/sessions',
      acl: 'auth.users.{user}.sessions.read',
      handle: ({ token, world }) => sessions(token.user, world),
    },
    {
      method: 'DELETE',
      path: '/users/{user:uuid}/sessions/{session:uuid}',
      acl: 'auth.users.{user}.sessions.{session}.delete',
      handle: ({ token, world, params }) => {
        for (const other of world.liveTokens(token.user)) {
          if (other.session === params['session']) world.tokens.delete(other.id)
        }
        return noContent
      },
    },
    { method: 'HEAD', path: '/status', acl: null, handle: () => json(200, '') },
    { method: 'GET', path: '/backends', acl: null, handle: () => json(200, { data: ['ldap_user', 'wazo_user'] }) },
    guarded('GET', '/idp', 'auth.idp.read'),
  ],
}
