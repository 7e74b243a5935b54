/** wazo-confd: the own user and his flags, his line's SIP credentials, services and forwards (wazo.md 2). */
import { z } from 'zod'
import { type BusMessage, message } from './bus.ts'
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
import { forwardNames, fullName, permanentFlags, serviceNames, type User, type World } from './world.ts'

const inputError = (field: string, messages: readonly string[]): Answer =>
  json(400, [`Input Error - ${field}: ${pythonRepr(messages)}`])

const origin = ({ ask }: AuthorizedCall): string => `https://${ask.headers.host ?? '127.0.0.1'}`

function endpointSummary(user: User, base: string): unknown {
  const { line } = user
  if (line === null) return null
  return {
    uuid: line.endpointUuid,
    label: line.label,
    name: line.username,
    auth_section_options: [['username', line.username]],
    links: [{ rel: 'endpoint_sip', href: `${base}/api/confd/1.1/endpoints/sip/${line.endpointUuid}` }],
  }
}

function lineBody(user: User, world: World, base: string): readonly unknown[] {
  const { line, fields } = user
  if (line === null) return []
  const { context, tenantUuid } = world.options
  return [
    {
      id: line.id,
      tenant_uuid: tenantUuid,
      name: line.username,
      protocol: 'sip',
      device_id: null,
      device_slot: 1,
      provisioning_extension: line.provisioningCode,
      context,
      provisioning_code: line.provisioningCode,
      position: 1,
      caller_id_name: line.displayName,
      caller_id_num: line.extension,
      registrar: 'default',
      links: [{ rel: 'lines', href: `${base}/api/confd/1.1/lines/${line.id}` }],
      application: null,
      endpoint_sip: endpointSummary(user, base),
      endpoint_sccp: null,
      endpoint_custom: null,
      extensions: [
        {
          id: line.id - 3,
          exten: line.extension,
          context,
          links: [{ rel: 'extensions', href: `${base}/api/confd/1.1/extensions/${line.id - 3}` }],
        },
      ],
      users: [
        {
          uuid: user.uuid,
          firstname: fields.firstname,
          lastname: fields.lastname,
          links: [{ rel: 'users', href: `${base}/api/confd/1.1/users/${user.id}` }],
        },
      ],
      // Always false here, whatever the line is (wazo.md 2.1): the merged endpoint tells.
      is_webrtc: false,
    },
  ]
}

const servicesBody = (user: User): unknown =>
  Object.fromEntries(serviceNames.map(name => [name, { enabled: user.services[name] }]))

const forwardsBody = (user: User): unknown => Object.fromEntries(forwardNames.map(name => [name, user.forwards[name]]))

const noFallbacks = {
  noanswer_destination: null,
  busy_destination: null,
  congestion_destination: null,
  fail_destination: null,
}

/** The user as confd dumps him. */
export function userBody(user: User, world: World, base: string): unknown {
  const { fields } = user
  return {
    id: user.id,
    uuid: user.uuid,
    firstname: fields.firstname,
    lastname: fields.lastname,
    email: fields.email,
    timezone: null,
    country: null,
    language: fields.language,
    description: null,
    caller_id: fields.caller_id,
    outgoing_caller_id: null,
    mobile_phone_number: null,
    mobile_fallback_enabled: false,
    username: null,
    password: null,
    music_on_hold: null,
    preprocess_subroutine: null,
    userfield: null,
    call_transfer_enabled: false,
    dtmf_hangup_enabled: false,
    call_record_outgoing_external_enabled: fields.call_record_outgoing_external_enabled,
    call_record_outgoing_internal_enabled: fields.call_record_outgoing_internal_enabled,
    call_record_incoming_internal_enabled: fields.call_record_incoming_internal_enabled,
    call_record_incoming_external_enabled: fields.call_record_incoming_external_enabled,
    online_call_record_enabled: fields.online_call_record_enabled,
    supervision_enabled: true,
    ring_seconds: 30,
    simultaneous_calls: 5,
    call_permission_password: null,
    subscription_type: 1,
    created_at: user.createdAt,
    enabled: fields.enabled,
    tenant_uuid: world.options.tenantUuid,
    links: [{ rel: 'users', href: `${base}/api/confd/1.1/users/${user.id}` }],
    agent: null,
    call_permissions: [],
    fallbacks: noFallbacks,
    groups: [],
    incalls: [],
    lines: lineBody(user, world, base),
    forwards: forwardsBody(user),
    schedules: [],
    services: servicesBody(user),
    switchboards: [],
    voicemail: null,
    queues: [],
    func_key_template_id: null,
    call_record_enabled: permanentFlags.every(flag => fields[flag]),
    call_pickup_target_users: [],
  }
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

/** Wazo's default templates (wazo.md 2.3), as the merged view shows them. */
function mergedOptions(user: User, world: World): { readonly aor: unknown; readonly endpoint: unknown } | null {
  const { line } = user
  if (line === null) return null
  const webrtc = line.kind === 'webrtc'
  const common: readonly (readonly [string, string])[] = [
    ['rtp_timeout', '7200'],
    ['allow_transfer', 'yes'],
    ['use_ptime', 'yes'],
    ['callerid', callerId(user)],
    ['direct_media', 'no'],
    ['dtmf_mode', 'rfc4733'],
    ['language', 'en_US'],
    ['inband_progress', 'no'],
    ['rtp_timeout_hold', '0'],
    ['timers_sess_expires', webrtc ? '300' : '600'],
    ['timers_min_se', '90'],
    ['trust_id_inbound', 'no'],
    ['allow_subscribe', 'yes'],
    ['allow', webrtc ? '!all,opus,g722,alaw,ulaw,vp9,vp8,h264' : '!all,ulaw'],
    ['set_var', 'DYNAMIC_FEATURES=togglerecord'],
    ['notify_early_inuse_ringing', 'yes'],
  ]
  const browser: readonly (readonly [string, string])[] = [
    ['webrtc', 'yes'],
    ['dtls_auto_generate_cert', 'yes'],
    ['max_video_streams', '25'],
    ['max_audio_streams', '1'],
    ['timers', 'always'],
  ]
  return {
    aor: [
      ['maximum_expiration', '3600'],
      ['default_expiration', '120'],
      ['minimum_expiration', '60'],
      ['qualify_frequency', '60'],
      ['remove_existing', webrtc ? 'false' : 'true'],
      ['max_contacts', webrtc ? '10' : '1'],
    ],
    endpoint: [...common, ...(webrtc ? browser : []), ['context', world.options.context]],
  }
}

const callerId = (user: User): string => `"${fullName(user)}" <${user.line?.extension ?? ''}>`

/** Two fixed templates of the tenant; a plain line has the global one alone. */
const webrtcTemplate = { uuid: '070d033c-2178-4939-8b33-fc4baad204de', label: 'webrtc' }
const globalTemplate = { uuid: 'ecbe1236-f9c3-49e6-b5bc-3ac64bc58d13', label: 'global' }

function endpoint(call: AuthorizedCall): Answer {
  const { ask, world, params, token } = call
  const view = ask.query.get('view')
  if (view !== null && view !== 'merged') return inputError('view', ['Must be one of: merged.'])
  const { user } = token
  const { line } = user
  const wanted = params['line'] ?? ''
  if (line === null || (wanted !== 'main' && wanted !== String(line.id))) return json(404, 'Resource Not Found.')
  const base = origin(call)
  const merged = view === 'merged' ? mergedOptions(user, world) : null
  return json(200, {
    uuid: line.endpointUuid,
    tenant_uuid: world.options.tenantUuid,
    name: line.username,
    label: line.label,
    aor_section_options: merged?.aor ?? [],
    auth_section_options: [
      ['username', line.username],
      ['password', line.secret],
    ],
    endpoint_section_options: merged?.endpoint ?? [
      ['context', world.options.context],
      ['callerid', callerId(user)],
    ],
    identify_section_options: [],
    registration_section_options: [],
    registration_outbound_auth_section_options: [],
    outbound_auth_section_options: [],
    templates: [line.kind === 'webrtc' ? webrtcTemplate : globalTemplate],
    transport: null,
    asterisk_id: null,
    links: [{ rel: 'endpoint_sip', href: `${base}/api/confd/1.1/endpoints/sip/${line.endpointUuid}` }],
    trunk: null,
    line: { id: line.id, links: [{ rel: 'lines', href: `${base}/api/confd/1.1/lines/${line.id}` }] },
  })
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
