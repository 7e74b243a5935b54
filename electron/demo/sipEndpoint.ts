/** The SIP endpoint of a line: credentials, and in the merged view what Wazo's templates add (wazo.md 2.3). */
import { fullName, type User, type UserLine, type World } from './world.ts'

/** Wazo's default templates (wazo.md 2.3), as the merged view shows them. */
function mergedOptions(
  user: User,
  line: UserLine,
  world: World,
): { readonly aor: unknown; readonly endpoint: unknown } {
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

/** The endpoint's body. `base`: `https://host`, for its links; `view` merged: with the templates' options. */
export function endpointBody(user: User, line: UserLine, world: World, base: string, view: 'own' | 'merged'): unknown {
  const merged = view === 'merged' ? mergedOptions(user, line, world) : null
  return {
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
  }
}
