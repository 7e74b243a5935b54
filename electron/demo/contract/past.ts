/** The world that the recorded exchanges presuppose: users, lines, tokens, calls and recordings, all read out of the transcripts. */
import { z } from 'zod'
import { Exchange, header, readFolder, recordedAt, Session, type Named } from './transcripts.ts'

export const uuidPattern = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

const ConfdUser = z.object({
  id: z.number(),
  uuid: z.string(),
  firstname: z.string(),
  lastname: z.string().nullable(),
  email: z.string().nullable(),
  language: z.string().nullable(),
  caller_id: z.string(),
  call_record_outgoing_external_enabled: z.boolean(),
  call_record_outgoing_internal_enabled: z.boolean(),
  call_record_incoming_internal_enabled: z.boolean(),
  call_record_incoming_external_enabled: z.boolean(),
  online_call_record_enabled: z.boolean(),
  created_at: z.string(),
  tenant_uuid: z.string(),
  lines: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      context: z.string(),
      provisioning_code: z.string().nullable(),
      caller_id_name: z.string(),
      endpoint_sip: z.object({ uuid: z.string(), label: z.string() }),
      extensions: z.array(z.object({ exten: z.string() })),
    }),
  ),
})
export type ConfdUser = z.infer<typeof ConfdUser>

const Endpoint = z.object({
  name: z.string(),
  auth_section_options: z.array(z.tuple([z.string(), z.string()])),
  templates: z.array(z.object({ label: z.string() })),
  line: z.object({ id: z.number() }),
})
export type Endpoint = z.infer<typeof Endpoint>

const RecordedRecording = z.object({
  uuid: z.string(),
  start_time: z.string(),
  end_time: z.string().nullable(),
  deleted: z.boolean(),
})
const nullableText = z.string().nullable()
export const RecordedCdr = z.object({
  id: z.number(),
  tenant_uuid: z.string(),
  start: z.string(),
  end: z.string(),
  answered: z.boolean(),
  answer: nullableText,
  duration: z.number().nullable(),
  call_direction: z.enum(['internal', 'inbound', 'outbound']),
  call_status: z.enum(['answered', 'blocked', 'unknown', 'voicemail']),
  conversation_id: z.string(),
  destination_details: z.record(z.string(), z.unknown()),
  destination_extension: nullableText,
  destination_internal_context: nullableText,
  destination_internal_extension: nullableText,
  destination_line_id: z.number().nullable(),
  destination_name: nullableText,
  destination_user_uuid: nullableText,
  requested_name: nullableText,
  requested_context: nullableText,
  requested_extension: nullableText,
  requested_internal_context: nullableText,
  requested_internal_extension: nullableText,
  requested_user_uuid: nullableText,
  source_extension: nullableText,
  source_internal_context: nullableText,
  source_internal_name: nullableText,
  source_internal_extension: nullableText,
  source_line_id: z.number().nullable(),
  source_name: nullableText,
  source_user_uuid: nullableText,
  recordings: z.array(RecordedRecording),
})
export type RecordedCdr = z.infer<typeof RecordedCdr>

const TokenAnswer = z.object({
  data: z.object({
    token: z.string(),
    utc_issued_at: z.string(),
    utc_expires_at: z.string(),
    session_uuid: z.string(),
    user_agent: z.string(),
    refresh_token: z.string().optional(),
    metadata: z.object({ uuid: z.string(), tenant_uuid: z.string(), admin: z.boolean() }),
    xivo_uuid: z.string(),
  }),
})
export type TokenAnswer = z.infer<typeof TokenAnswer>['data']

export interface Login {
  readonly uuid: string
  readonly login: string
  readonly password: string
}

/** A person known only from calls: enough for a line. */
export interface Stranger {
  readonly uuid: string
  readonly name: string
  readonly extension: string
  readonly lineId: number
}

export interface Past {
  readonly exchanges: readonly Named<Exchange>[]
  readonly sessions: readonly Named<Session>[]
  readonly users: readonly ConfdUser[]
  readonly strangers: readonly Stranger[]
  readonly endpoints: readonly Endpoint[]
  readonly logins: readonly Login[]
  readonly cdrs: readonly RecordedCdr[]
  /** Size of each recording that was fetched, and its first bytes. */
  readonly media: ReadonlyMap<string, { readonly size: number; readonly head: Buffer }>
  /** Recordings whose file was missing. */
  readonly missing: ReadonlySet<string>
  readonly issued: readonly TokenAnswer[]
  /** Whose token it is; an administrator's has `admin`. */
  readonly holders: ReadonlyMap<string, string>
  readonly tenantUuid: string
  readonly wazoUuid: string
  readonly context: string
}

const folders = ['wazo-auth', 'wazo-confd', 'wazo-call-logd', 'wazo-calld', 'outages']

/** Every value in a JSON tree that has this form. */
function* findAll<Item>(tree: unknown, schema: z.ZodType<Item>): Generator<Item> {
  const parsed = schema.safeParse(tree)
  if (parsed.success) yield parsed.data
  if (typeof tree !== 'object' || tree === null) return
  for (const inner of Object.values(tree)) yield* findAll(inner, schema)
}

const firstBy = <Item>(items: Iterable<Item>, key: (item: Item) => string | number): Item[] => {
  const seen = new Map<string | number, Item>()
  for (const item of items) if (!seen.has(key(item))) seen.set(key(item), item)
  return [...seen.values()]
}

export const basicCredentials = (authorization: string | null): { login: string; password: string } | null => {
  const encoded = /^Basic (.+)$/.exec(authorization ?? '')?.[1]
  if (encoded === undefined) return null
  const [login = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  return { login, password: rest.join(':') }
}

/** Every token that a request carries: header, query or path. */
export function tokensOf({ request }: Exchange): string[] {
  const inPath = new RegExp(`/token/(${uuidPattern})`).exec(request.path)?.[1]
  return [header(request.headers, 'x-auth-token'), request.query['token'] ?? null, inPath ?? null].filter(
    (token): token is string => token !== null && token !== '',
  )
}

export const adminHolder = 'admin'

function readHolders(
  exchanges: readonly Named<Exchange>[],
  sessions: readonly Named<Session>[],
  issued: readonly TokenAnswer[],
  logins: readonly Login[],
): Map<string, string> {
  const holders = new Map<string, string>()
  const learn = (token: string, holder: string): void => {
    if (!holders.has(token)) holders.set(token, holder)
  }
  for (const answer of issued) learn(answer.token, answer.metadata.admin ? adminHolder : answer.metadata.uuid)
  // What the recording says of itself: "alice (default user policy)", "root (master admin)".
  for (const { item } of exchanges) {
    if (item.as === undefined || item.as === null) continue
    const name = item.as.split(' ')[0] ?? ''
    const login = logins.find(candidate => candidate.login.startsWith(`${name}@`))
    const holder = /admin/.test(item.as) ? adminHolder : login?.uuid
    if (holder !== undefined) for (const token of tokensOf(item)) learn(token, holder)
  }
  // Else by the user that an answer or an event names.
  for (const { item } of exchanges) {
    if (item.response.status >= 400) continue
    const text = JSON.stringify([item.request.path, item.response.body])
    const user = new RegExp(`(?:"user_uuid":"|/users/)(${uuidPattern})`).exec(text)?.[1]
    if (user !== undefined) for (const token of tokensOf(item)) learn(token, user)
  }
  for (const { item } of sessions) {
    const user = new RegExp(`"user_uuid:(${uuidPattern})"`).exec(JSON.stringify(item.frames))?.[1]
    const token = new URLSearchParams(item.request.query).get('token')
    if (user !== undefined && token !== null) learn(token, user)
  }
  // Who was let into an administrator's route is one.
  for (const { item } of exchanges) {
    if (item.response.status !== 200 || !item.request.path.endsWith('/status')) continue
    for (const token of tokensOf(item)) learn(token, adminHolder)
  }
  return holders
}

const Binary = z.object({ $binary: z.object({ length: z.number(), first_64_bytes_base64: z.string() }) })

function readMedia(exchanges: readonly Named<Exchange>[]): Map<string, { size: number; head: Buffer }> {
  const media = new Map<string, { size: number; head: Buffer }>()
  for (const { item } of exchanges) {
    const uuid = new RegExp(`/recordings/(${uuidPattern})/media$`).exec(item.request.path)?.[1]
    const binary = Binary.safeParse(item.response.body)
    const type = header(item.response.headers, 'content-type')
    if (uuid === undefined || item.response.status !== 200 || type !== 'audio/wav') continue
    const size = Number(header(item.response.headers, 'content-length'))
    const head = binary.success ? Buffer.from(binary.data.$binary.first_64_bytes_base64, 'base64') : Buffer.alloc(0)
    const known = media.get(uuid)
    if (known === undefined || known.head.length < head.length) media.set(uuid, { size, head })
  }
  return media
}

/** Reads the whole folder. Throws when it holds no user or no login. */
export function readPast(root: string): Past {
  const exchanges = folders.flatMap(folder => readFolder(root, folder, Exchange))
  const sessions = readFolder(root, 'wazo-websocketd', Session)
  const answers = exchanges.map(({ item }) => item.response.body)
  const users = firstBy(
    answers.flatMap(body => [...findAll(body, ConfdUser)]),
    user => user.uuid,
  )
  const cdrs = firstBy(
    answers.flatMap(body => [...findAll(body, RecordedCdr)]),
    cdr => cdr.id,
  )
  const issued = exchanges.flatMap(({ item }) => {
    const parsed = item.request.method === 'POST' ? TokenAnswer.safeParse(item.response.body) : null
    return parsed?.success === true ? [parsed.data.data] : []
  })
  const logins = firstBy(
    exchanges.flatMap(({ item }) => {
      const credentials = basicCredentials(header(item.request.headers, 'authorization'))
      const parsed = TokenAnswer.safeParse(item.response.body)
      return credentials !== null && parsed.success ? [{ ...credentials, uuid: parsed.data.data.metadata.uuid }] : []
    }),
    login => login.uuid,
  )
  const strangers = firstBy(
    [...cdrs, ...sessions.flatMap(({ item }) => [...findAll(item.frames, RecordedCdr)])]
      .flatMap(cdr => [
        {
          uuid: cdr.source_user_uuid,
          name: cdr.source_name,
          extension: cdr.source_extension,
          lineId: cdr.source_line_id,
        },
        {
          uuid: cdr.destination_user_uuid,
          name: cdr.destination_name,
          extension: cdr.destination_extension,
          lineId: cdr.destination_line_id,
        },
      ])
      .flatMap(({ uuid, name, extension, lineId }) =>
        uuid === null ||
        name === null ||
        extension === null ||
        lineId === null ||
        users.some(user => user.uuid === uuid)
          ? []
          : [{ uuid, name, extension, lineId }],
      ),
    stranger => stranger.uuid,
  )
  const [sample] = users
  const [answer] = issued
  if (sample === undefined || answer === undefined) throw new Error('The transcripts name no user or no login')
  return {
    exchanges,
    sessions,
    users,
    strangers,
    endpoints: firstBy(
      answers.flatMap(body => [...findAll(body, Endpoint)]),
      endpoint => endpoint.line.id,
    ),
    logins,
    cdrs,
    media: readMedia(exchanges),
    missing: new Set(
      exchanges.flatMap(({ item }) => {
        const uuid = new RegExp(`/recordings/(${uuidPattern})/media$`).exec(item.request.path)?.[1]
        return uuid !== undefined && item.response.status === 500 ? [uuid] : []
      }),
    ),
    issued,
    holders: readHolders(exchanges, sessions, issued, logins),
    tenantUuid: sample.tenant_uuid,
    wazoUuid: answer.xivo_uuid,
    context: sample.lines[0]?.context ?? '',
  }
}

/** Recordings that an administrator had deleted before this moment, and refresh tokens and tokens that their user had. */
export function deletedBefore(
  past: Past,
  at: number,
  before: Exchange,
): { recordings: Set<string>; tokens: Set<string> } {
  const recordings = new Set<string>()
  const tokens = new Set<string>()
  for (const { item } of past.exchanges) {
    if (item === before) break
    if (item.request.method !== 'DELETE' || item.response.status >= 300) continue
    if (recordedAt(item.response.headers) > at) continue
    const recording = new RegExp(`/recordings/(${uuidPattern})/media$`).exec(item.request.path)?.[1]
    if (recording !== undefined) recordings.add(recording)
    const token = new RegExp(`/token/(${uuidPattern})$`).exec(item.request.path)?.[1]
    if (token !== undefined) tokens.add(token)
  }
  return { recordings, tokens }
}
