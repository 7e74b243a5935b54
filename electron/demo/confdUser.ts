/** confd's user, as it is read: with his line, services and forwards (wazo.md 2.1). */
import { forwardNames, permanentFlags, serviceNames, type User, type World } from './world.ts'

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

export const servicesBody = (user: User): unknown =>
  Object.fromEntries(serviceNames.map(name => [name, { enabled: user.services[name] }]))

export const forwardsBody = (user: User): unknown =>
  Object.fromEntries(forwardNames.map(name => [name, user.forwards[name]]))

export const noFallbacks = {
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
