/** wazo-confd: the own user and his flags, his line's SIP credentials, services and forwards (wazo.md 2). */
import { z } from 'zod'
import { type BusMessage, message } from './bus.ts'
import { forwardsBody, noFallbacks, servicesBody, userBody } from './confdUser.ts'
import {
  badRequest,
  guarded,
  json,
  jsonBody,
  noContent,
  refuseAsService,
  type Answer,
  type AuthorizedCall,
  type Route,
  type Service,
} from './http.ts'
import { pythonRepr } from './python.ts'
import { endpointBody } from './sipEndpoint.ts'
import { forwardNames, permanentFlags, serviceNames, type User, type World } from './world.ts'

const inputError = (field: string, messages: readonly string[]): Answer =>
  json(400, [`Input Error - ${field}: ${pythonRepr(messages)}`])

const origin = ({ ask }: AuthorizedCall): string => `https://${ask.headers.host ?? '127.0.0.1'}`

function endpoint(call: AuthorizedCall): Answer {
  const { ask, world, params, token } = call
  const view = ask.query.get('view')
  if (view !== null && view !== 'merged') return inputError('view', ['Must be one of: merged.'])
  const { line } = token.user
  const wanted = params['line'] ?? ''
  if (line === null || (wanted !== 'main' && wanted !== String(line.id))) return json(404, 'Resource Not Found.')
  return json(200, endpointBody(token.user, line, world, origin(call), view ?? 'own'))
}

const booleanFields = [...permanentFlags, 'online_call_record_enabled', 'enabled', 'call_record_enabled'] as const
const textFields = ['firstname', 'lastname', 'email', 'language', 'caller_id'] as const
const nullableTexts: readonly string[] = ['lastname', 'email', 'language']

/** PUT of the own user: partial, strict booleans, unknown fields ignored. */
function putUser({ ask, token }: AuthorizedCall): Answer {
  const body = jsonBody(ask)
  if (body === null) return badRequest
  for (const field of [...booleanFields, ...textFields]) {
    if (!(field in body)) continue
    const value = body[field]
    const isText = textFields.some(name => name === field)
    if (value === null && !nullableTexts.includes(field)) return inputError(field, ['Field may not be null.'])
    if (value === null) continue
    if (!isText && typeof value !== 'boolean') return inputError(field, ['Not a valid boolean.'])
    if (isText && typeof value !== 'string') return inputError(field, ['Not a valid string.'])
  }
  if ('call_record_enabled' in body && permanentFlags.some(flag => flag in body)) {
    return inputError('_schema', [
      "'call_record_enabled' is deprecated and incompatible with 'call_record_*_enabled' options",
    ])
  }
  const { fields } = token.user
  const all = body['call_record_enabled']
  if (typeof all === 'boolean') for (const flag of permanentFlags) fields[flag] = all
  for (const name of [...permanentFlags, 'online_call_record_enabled', 'enabled'] as const) {
    const value = body[name]
    if (typeof value === 'boolean') fields[name] = value
  }
  for (const name of ['firstname', 'caller_id'] as const) {
    const value = body[name]
    if (typeof value === 'string') fields[name] = value
  }
  for (const name of ['lastname', 'email', 'language'] as const) {
    const value = body[name]
    if (typeof value === 'string' || value === null) fields[name] = value
  }
  return noContent
}

const ServiceRequest = z.object({ enabled: z.boolean() })
const ForwardRequest = z.object({ enabled: z.boolean(), destination: z.string().nullable().optional() })

function serviceEvent(user: User, world: World, kind: 'services' | 'forwards', name: string, data: object): BusMessage {
  return message(
    world,
    `users_${kind}_${name}_updated`,
    user.uuid,
    `events.config.users.${user.uuid}.${kind}.${name}.updated`,
    { user_id: user.id, user_uuid: user.uuid, tenant_uuid: world.options.tenantUuid, ...data },
    kind === 'services' ? { service_name: name } : { forward_name: name },
  )
}

const services = (publish: (event: BusMessage) => void): Route[] =>
  serviceNames.flatMap((name): Route[] => [
    {
      method: 'GET',
      path: `/users/{user:user}/services/${name}`,
      acl: `confd.users.{user}.services.${name}.read`,
      handle: ({ token }) => json(200, { enabled: token.user.services[name] }),
    },
    {
      method: 'PUT',
      path: `/users/{user:user}/services/${name}`,
      acl: `confd.users.{user}.services.${name}.update`,
      handle: ({ ask, token, world }) => {
        const request = ServiceRequest.safeParse(jsonBody(ask))
        if (!request.success) return inputError('enabled', ['Not a valid boolean.'])
        const { user } = token
        user.services[name] = request.data.enabled
        publish(serviceEvent(user, world, 'services', name, { enabled: request.data.enabled }))
        return noContent
      },
    },
  ])

const forwards = (publish: (event: BusMessage) => void): Route[] =>
  forwardNames.flatMap((name): Route[] => [
    {
      method: 'GET',
      path: `/users/{user:user}/forwards/${name}`,
      acl: `confd.users.{user}.forwards.${name}.read`,
      handle: ({ token }) => json(200, token.user.forwards[name]),
    },
    {
      method: 'PUT',
      path: `/users/{user:user}/forwards/${name}`,
      acl: `confd.users.{user}.forwards.${name}.update`,
      handle: ({ ask, token, world }) => {
        const request = ForwardRequest.safeParse(jsonBody(ask))
        if (!request.success) return inputError('enabled', ['Not a valid boolean.'])
        const { user } = token
        const { enabled } = request.data
        const destination = request.data.destination ?? null
        if (enabled && destination === null) {
          return json(400, ['Resource Error - Forward must be disabled to remove destination'])
        }
        user.forwards[name] = { enabled, destination }
        publish(serviceEvent(user, world, 'forwards', name, { enabled, destination }))
        return noContent
      },
    },
  ])

const emptyList = { total: 0, items: [] }
const fixed = (path: string, acl: string, body: (user: User) => unknown): Route => ({
  method: 'GET',
  path: `/users/{user:user}${path}`,
  acl: `confd.users.{user}.${acl}.read`,
  handle: ({ token }) => json(200, body(token.user)),
})

/** confd; `publish` takes the events that its writes cause. */
export const confdService = (publish: (event: BusMessage) => void): Service => ({
  name: 'confd',
  prefix: '/api/confd/1.1',
  corsHeaders: ['content-type', 'wazo-tenant', 'x-auth-token'],
  refuse: (refusal, world) => {
    if (refusal.why === 'auth-unreachable') return refuseAsService(refusal, world)
    const parts: (string | null)[] = [refusal.token, refusal.access]
    if (refusal.why === 'no-permission') parts.push(refusal.tenant)
    return json(401, [`(${parts.map(pythonRepr).join(', ')})`])
  },
  routes: [
    {
      method: 'GET',
      path: '/infos',
      acl: 'confd.infos.read',
      handle: ({ world }) => json(200, { uuid: world.options.wazoUuid, wazo_version: world.profile.version }),
    },
    guarded('GET', '/users', 'confd.users.read'),
    guarded('POST', '/users', 'confd.users.create'),
    {
      method: 'GET',
      path: '/users/{user:user}',
      acl: 'confd.users.{user}.read',
      handle: call => json(200, userBody(call.token.user, call.world, origin(call))),
    },
    { method: 'HEAD', path: '/users/{user:user}', acl: 'confd.users.{user}.read', handle: () => json(200, '') },
    { method: 'PUT', path: '/users/{user:user}', acl: 'confd.users.{user}.update', handle: putUser },
    guarded('DELETE', '/users/{user:user}', 'confd.users.{user}.delete'),
    guarded('PUT', '/users/{user:user}/lines', 'confd.users.{user}.lines.update'),
    {
      method: 'GET',
      path: '/users/{user:user}/lines/{line}/associated/endpoints/sip',
      acl: 'confd.users.{user}.lines.{line}.associated.endpoints.sip.read',
      handle: endpoint,
    },
    fixed('/services', 'services', servicesBody),
    guarded('PUT', '/users/{user:user}/services', 'confd.users.{user}.services.update'),
    ...services(publish),
    fixed('/forwards', 'forwards', forwardsBody),
    ...forwards(publish),
    fixed('/funckeys', 'funckeys', user => ({ id: user.id, name: null, keys: {} })),
    fixed('/fallbacks', 'fallbacks', () => noFallbacks),
    fixed('/voicemails', 'voicemails', () => emptyList),
    fixed('/external/apps', 'external.apps', () => emptyList),
    fixed('/callerids/outgoing', 'callerids.outgoing', () => ({ total: 1, items: [{ type: 'anonymous' }] })),
    guarded('DELETE', '/users/{user:user}/agents', 'confd.users.{user}.agents.delete'),
    guarded('GET', '/lines', 'confd.lines.read'),
    guarded('GET', '/lines/{line:int}', 'confd.lines.{line}.read'),
    guarded('GET', '/endpoints/sip/{endpoint:uuid}', 'confd.endpoints.sip.{endpoint}.read'),
    guarded('GET', '/extensions/features', 'confd.extensions.features.read'),
    guarded('GET', '/asterisk/features/applicationmap', 'confd.asterisk.features.applicationmap.get'),
    guarded('GET', '/asterisk/features/featuremap', 'confd.asterisk.features.featuremap.get'),
    guarded('GET', '/asterisk/features/general', 'confd.asterisk.features.general.get'),
    guarded('GET', '/recordings/announcements', 'confd.recordings.announcements.read'),
    guarded('GET', '/ingresses/http', 'confd.ingresses.http.read'),
    guarded('GET', '/status', 'confd.status.read'),
  ],
})
