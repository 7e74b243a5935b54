/** Sets the stage for one exchange: a fresh server in the state that the recording presupposes. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Certificate } from '../certificate.ts'
import { type DownName } from '../faults.ts'
import { startDemo, type Demo } from '../server.ts'
import { maxSessions, type Cdr, type User, type World } from '../world.ts'
import { channelOf, fakePbx, partnerOf, RecordedCall, type FakePbx } from './fakePbx.ts'
import { deletedBefore, tokensOf, adminHolder, type ConfdUser, type Past, type Stranger } from './past.ts'
import { header, recordedAt, type Exchange } from './transcripts.ts'
import { z } from 'zod'

export interface Stage {
  readonly demo: Demo
  readonly pbx: FakePbx
  close(): Promise<void>
}

const services = { dnd: false, incallfilter: false }
const forwards = () => ({
  busy: { enabled: false, destination: null },
  noanswer: { enabled: false, destination: null },
  unconditional: { enabled: false, destination: null },
})

function addUser(world: World, past: Past, user: ConfdUser): void {
  const [line] = user.lines
  const endpoint = past.endpoints.find(candidate => candidate.line.id === line?.id)
  const secrets = new Map(endpoint?.auth_section_options ?? [])
  const login = past.logins.find(candidate => candidate.uuid === user.uuid)
  world.users.push({
    id: user.id,
    uuid: user.uuid,
    logins: [login?.login ?? user.email ?? user.uuid],
    password: login?.password ?? '',
    policy: null,
    fields: {
      firstname: user.firstname,
      lastname: user.lastname,
      email: user.email,
      language: user.language,
      caller_id: user.caller_id,
      call_record_outgoing_external_enabled: user.call_record_outgoing_external_enabled,
      call_record_outgoing_internal_enabled: user.call_record_outgoing_internal_enabled,
      call_record_incoming_internal_enabled: user.call_record_incoming_internal_enabled,
      call_record_incoming_external_enabled: user.call_record_incoming_external_enabled,
      online_call_record_enabled: user.online_call_record_enabled,
      enabled: true,
    },
    services: { ...services },
    forwards: forwards(),
    line:
      line === undefined
        ? null
        : {
            id: line.id,
            kind: endpoint?.templates.some(template => template.label === 'webrtc') === true ? 'webrtc' : 'desk',
            userUuid: user.uuid,
            extension: line.extensions[0]?.exten ?? '',
            displayName: line.caller_id_name,
            username: line.name,
            secret: secrets.get('password') ?? '',
            endpointUuid: line.endpoint_sip.uuid,
            label: line.endpoint_sip.label,
            provisioningCode: line.provisioning_code ?? '',
          },
    createdAt: user.created_at,
  })
}

function addStranger(world: World, stranger: Stranger): void {
  const [firstname = '', lastname = null] = stranger.name.split(' ')
  world.users.push({
    id: stranger.lineId,
    uuid: stranger.uuid,
    logins: [stranger.uuid],
    password: '',
    policy: null,
    fields: {
      firstname,
      lastname,
      email: null,
      language: null,
      caller_id: `"${stranger.name}"`,
      call_record_outgoing_external_enabled: false,
      call_record_outgoing_internal_enabled: false,
      call_record_incoming_internal_enabled: false,
      call_record_incoming_external_enabled: false,
      online_call_record_enabled: false,
      enabled: true,
    },
    services: { ...services },
    forwards: forwards(),
    line: {
      id: stranger.lineId,
      kind: 'desk',
      userUuid: stranger.uuid,
      extension: stranger.extension,
      displayName: stranger.name,
      username: `sip${stranger.extension}`,
      secret: '',
      endpointUuid: stranger.uuid,
      label: firstname,
      provisioningCode: '',
    },
    createdAt: '',
  })
}

/** People as confd shows them, and people known only from calls; these have desk phones. */
export function addUsers(world: World, past: Past, users: readonly ConfdUser[], strangers: readonly Stranger[]): void {
  for (const user of users) addUser(world, past, user)
  for (const stranger of strangers) addStranger(world, stranger)
}

/** The call log of that moment, with files of the recorded sizes. */
function addCallLog(world: World, past: Past, folder: string, at: number, deleted: ReadonlySet<string>): void {
  const monitor = join(folder, 'monitor')
  mkdirSync(monitor, { recursive: true })
  for (const cdr of past.cdrs) {
    if (Date.parse(cdr.start) > at) continue
    const recordings = cdr.recordings.map(recording => {
      const path = join(monitor, `${recording.uuid}.wav`)
      const known = past.media.get(recording.uuid)
      if (!past.missing.has(recording.uuid)) {
        const bytes = Buffer.alloc(known?.size ?? 0, 0x55)
        known?.head.copy(bytes)
        writeFileSync(path, bytes)
      }
      return {
        uuid: recording.uuid,
        startTime: recording.start_time,
        endTime: recording.end_time,
        path: recording.deleted || deleted.has(recording.uuid) ? null : path,
      }
    })
    const participants = [cdr.source_user_uuid, cdr.destination_user_uuid].filter(uuid => uuid !== null)
    const entry: Cdr = { ...cdr, recordings, participants }
    world.callLog.push(entry)
  }
}

function addToken(world: World, past: Past, token: string): void {
  const holder = past.holders.get(token)
  const user = holder === undefined || holder === adminHolder ? null : world.userByUuid(holder)
  if (user === null) return
  const known = past.issued.find(answer => answer.token === token)
  const issuedAt = known === undefined ? world.now() - 60_000 : Date.parse(`${known.utc_issued_at}Z`)
  world.tokens.set(token, {
    id: token,
    user,
    session: known?.session_uuid ?? token,
    acl: world.policyOf(user),
    issuedAt,
    expiresAt: known === undefined ? world.now() + 7_200_000 : Date.parse(`${known.utc_expires_at}Z`),
    userAgent: known?.user_agent ?? '',
  })
}

const RefreshRequest = z.object({ client_id: z.string() })

/** Refresh tokens that earlier logins had made and no DELETE had taken away yet. */
function addRefreshTokens(world: World, past: Past, before: Exchange): void {
  for (const { item } of past.exchanges) {
    if (item === before) break
    const body = RefreshRequest.safeParse(item.request.body)
    const made = past.issued.find(
      answer => item.response.status === 200 && JSON.stringify(item.response.body).includes(answer.token),
    )
    if (made?.refresh_token !== undefined && body.success) {
      const user = world.userByUuid(made.metadata.uuid)
      const value = made.refresh_token
      const clientId = body.data.client_id
      if (user !== null && !world.refreshTokens.some(token => token.value === value)) {
        const createdAt = Date.parse(`${made.utc_issued_at}Z`)
        world.refreshTokens.push({ value, user, clientId, createdAt, mobile: false })
      }
    }
    const client = /\/users\/me\/tokens\/([^/]+)$/.exec(item.request.path)?.[1]
    if (item.request.method !== 'DELETE' || client === undefined || item.response.status !== 204) continue
    for (const user of world.users) world.deleteRefreshToken(user, client)
  }
}

const ErrorBody = z.object({ error_id: z.string(), details: z.record(z.string(), z.unknown()).optional() })

/** Which services were down, by the shape of the answer. */
function downOf({ request, response }: Exchange): DownName[] {
  const { status, body } = response
  const service = /^\/api\/(auth|confd|calld|call-logd)\//.exec(request.path)?.[1]
  if (status === 502) return (['auth', 'confd', 'calld', 'call-logd'] as const).filter(name => name === service)
  const parsed = ErrorBody.safeParse(body)
  if (status !== 503 || !parsed.success) return []
  const detail = JSON.stringify(parsed.data.details ?? {})
  switch (parsed.data.error_id) {
    case 'authentication-server-unreachable':
      return ['auth']
    case 'asterisk-ari-unreachable':
      return ['asterisk']
    case 'wazo-amid-error':
      return detail.includes('AJAM') ? ['asterisk'] : detail.includes('Max retries') ? ['amid'] : []
    default:
      return []
  }
}

const CallList = z.object({ items: z.array(RecordedCall) })

/** Calls that the exchange presupposes: those that it lists, and the one that its path names and that was found. */
function addCalls(stage: { readonly pbx: FakePbx; readonly world: World }, past: Past, exchange: Exchange): void {
  const { pbx, world } = stage
  const add = (call: RecordedCall): void => {
    pbx.calls.set(call.call_id, channelOf(call, world))
    const partner = partnerOf(call, world)
    if (partner !== null) pbx.calls.set(partner.id, partner)
  }
  const named = /\/calls\/([^/]+)\//.exec(exchange.request.path)?.[1]
  const lists = past.exchanges.flatMap(({ item }) => {
    const parsed = CallList.safeParse(item.response.body)
    return parsed.success ? parsed.data.items : []
  })
  const own = CallList.safeParse(exchange.response.body)
  if (own.success) own.data.items.forEach(add)
  if (named === undefined || exchange.response.status === 404) return
  const call = lists.find(candidate => candidate.call_id === named)
  if (call === undefined) return
  add(call)
  // Whoever was not refused had the right.
  const user = call.user_uuid === null ? null : world.userByUuid(call.user_uuid)
  if (user !== null) user.fields.online_call_record_enabled = exchange.response.status !== 403
}

function addSessions(user: User | null, world: World): void {
  if (user === null) return
  for (let count = world.liveTokens(user).length; count < maxSessions; count += 1) world.issueToken(user, 300, '')
}

export interface StageOptions {
  readonly certificate: Certificate
  readonly folder: string
}

/** An empty platform with the recorded users and lines, at a recorded moment. */
export async function openStage(past: Past, at: number, { certificate, folder }: StageOptions): Promise<Stage> {
  const startedAt = Date.now()
  const made: { pbx?: FakePbx } = {}
  const demo = await startDemo({
    seeded: false,
    dataFolder: folder,
    certificate,
    tenantUuid: past.tenantUuid,
    wazoUuid: past.wazoUuid,
    context: past.context,
    cdrDelayMs: 0,
    now: () => at + (Date.now() - startedAt),
    createPbx: options => (made.pbx = fakePbx(options)),
  })
  addUsers(demo.world, past, past.users, past.strangers)
  const { pbx } = made
  if (pbx === undefined) throw new Error('The demo made no PBX')
  return { demo, pbx, close: () => demo.close() }
}

/** The stage for one exchange. */
export async function stageFor(past: Past, exchange: Exchange, options: StageOptions): Promise<Stage> {
  const at = recordedAt(exchange.response.headers)
  const stage = await openStage(past, at, options)
  const { world, faults } = stage.demo
  const deleted = deletedBefore(past, at, exchange)
  addCallLog(world, past, options.folder, at, deleted.recordings)
  for (const token of tokensOf(exchange)) {
    if (!deleted.tokens.has(token)) addToken(world, past, token)
  }
  addRefreshTokens(world, past, exchange)
  faults.apply({ down: downOf(exchange) })
  addCalls({ pbx: stage.pbx, world }, past, exchange)
  if (exchange.response.status === 429) {
    const authorization = header(exchange.request.headers, 'authorization')
    const encoded = /^Basic (.+)$/.exec(authorization ?? '')?.[1] ?? ''
    const [login = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
    addSessions(world.userByLogin(login), world)
  }
  return stage
}
