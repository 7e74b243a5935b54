/** Switches that make the demo fail as real servers do: answers, events, sockets, tokens, recordings. Judged by the recorded outages. */
import { z } from 'zod'
import { type BusMessage } from './bus.ts'
import {
  internalError,
  json,
  nginxAnswer,
  noContent,
  refuseAsService,
  serviceError,
  type Answer,
  type Ask,
  type Service,
} from './http.ts'
import { pythonTime } from './python.ts'
import { type World } from './world.ts'

/** One answer that goes wrong. Rules are tried in order; the first that matches and is not used up acts. */
export const HttpRule = z.object({
  /** Upper case; left out: any. */
  method: z.string().optional(),
  /** Regular expression over the whole path, e.g. `/record/start$`. */
  path: z.string(),
  /** 204: taken, and not carried out. Left out: the request is only delayed. */
  status: z.union([204, 401, 403, 429, 500, 502, 503].map(status => z.literal(status))).optional(),
  /** Which of the service's 403 or 503 (`wazo-amid-error`, `recording-unauthorized`, …). */
  errorId: z.string().optional(),
  delayMs: z.number().min(0).optional(),
  /** The connection is closed without an answer. */
  cut: z.boolean().optional(),
  /** How often; left out: always. */
  times: z.number().int().min(1).optional(),
})
export type HttpRule = z.infer<typeof HttpRule>

export const EventRule = z.object({
  /** Regular expression over the event's name; left out: any. */
  name: z.string().optional(),
  /** Only call events whose `record_state` is this. */
  recordState: z.enum(['inactive', 'active', 'paused']).optional(),
  userUuid: z.string().optional(),
  /** `reorder`: it is held until the next event has passed. */
  action: z.enum(['delay', 'drop', 'duplicate', 'reorder']),
  delayMs: z.number().min(0).optional(),
  times: z.number().int().min(1).optional(),
})
export type EventRule = z.infer<typeof EventRule>

export const downNames = ['auth', 'confd', 'calld', 'call-logd', 'websocketd', 'amid', 'asterisk'] as const
export type DownName = (typeof downNames)[number]

/** What is left out of a patch stays as it is. */
export const FaultsPatch = z.object({
  http: z.array(HttpRule).optional(),
  events: z.array(EventRule).optional(),
  down: z.array(z.enum(downNames)).optional(),
  /** Takes that end from now on: `empty` = a file of 0 bytes; `empty-500` = the same, and its media answers 500. */
  recordings: z.enum(['normal', 'empty', 'empty-500']).optional(),
  /** `dropped`: automatic recording does not begin, whatever the flags say. */
  automatic: z.enum(['normal', 'dropped']).optional(),
  /** Null: as fast as it goes. */
  mediaBytesPerSecond: z.number().int().min(1).nullable().optional(),
  /** The connection is cut after so many bytes of media; null: never. */
  mediaCutAfterBytes: z.number().int().min(0).nullable().optional(),
  /** False: media is sent whole, whatever range was asked for. */
  mediaRanges: z.boolean().optional(),
})
export type FaultsPatch = z.infer<typeof FaultsPatch>

/** Counts down the uses of rules. */
class Uses<Rule extends { readonly times?: number | undefined }> {
  #rules: { readonly rule: Rule; left: number }[] = []

  set(rules: readonly Rule[]): void {
    this.#rules = rules.map(rule => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }))
  }

  take(matches: (rule: Rule) => boolean): Rule | null {
    const found = this.#rules.find(entry => entry.left > 0 && matches(entry.rule))
    if (found === undefined) return null
    found.left -= 1
    return found.rule
  }
}

const CallData = z.object({ data: z.object({ record_state: z.string() }) })

export interface Passed {
  readonly message: BusMessage
  readonly delayMs: number
}

/** What happens to an event on its way. */
export class EventFaults {
  readonly #uses = new Uses<EventRule>()
  #held: BusMessage[] = []

  set(rules: readonly EventRule[]): void {
    this.#uses.set(rules)
  }

  /** The messages to send now (or later), in this order; none when it is dropped or held back. */
  pass(message: BusMessage): Passed[] {
    const data = CallData.safeParse(message.wire)
    const state = data.success ? data.data.data.record_state : null
    const rule = this.#uses.take(
      candidate =>
        (candidate.name === undefined || new RegExp(candidate.name).test(message.name)) &&
        (candidate.recordState === undefined || candidate.recordState === state) &&
        (candidate.userUuid === undefined || candidate.userUuid === message.userUuid),
    )
    const now = { message, delayMs: 0 }
    switch (rule?.action) {
      case 'drop':
        return []
      case 'reorder':
        this.#held.push(message)
        return []
      case 'delay':
        return [{ message, delayMs: rule.delayMs ?? 0 }]
      case 'duplicate':
        return [now, { message, delayMs: rule.delayMs ?? 0 }, ...this.#release()]
      case undefined:
        return [now, ...this.#release()]
    }
  }

  #release(): Passed[] {
    const released = this.#held.map(message => ({ message, delayMs: 0 }))
    this.#held = []
    return released
  }
}

export class Faults {
  readonly events = new EventFaults()
  readonly #http = new Uses<HttpRule>()
  readonly down = new Set<DownName>()
  recordings: 'normal' | 'empty' | 'empty-500' = 'normal'
  automatic: 'normal' | 'dropped' = 'normal'
  mediaBytesPerSecond: number | null = null
  mediaCutAfterBytes: number | null = null
  mediaRanges = true

  apply(patch: FaultsPatch): void {
    if (patch.http !== undefined) this.#http.set(patch.http)
    if (patch.events !== undefined) this.events.set(patch.events)
    if (patch.down !== undefined) {
      this.down.clear()
      for (const name of patch.down) this.down.add(name)
    }
    if (patch.recordings !== undefined) this.recordings = patch.recordings
    if (patch.automatic !== undefined) this.automatic = patch.automatic
    if (patch.mediaBytesPerSecond !== undefined) this.mediaBytesPerSecond = patch.mediaBytesPerSecond
    if (patch.mediaCutAfterBytes !== undefined) this.mediaCutAfterBytes = patch.mediaCutAfterBytes
    if (patch.mediaRanges !== undefined) this.mediaRanges = patch.mediaRanges
  }

  clear(): void {
    this.apply({
      http: [],
      events: [],
      down: [],
      recordings: 'normal',
      automatic: 'normal',
      mediaBytesPerSecond: null,
      mediaCutAfterBytes: null,
      mediaRanges: true,
    })
  }

  http(ask: Ask): HttpRule | null {
    return this.#http.take(
      rule => (rule.method === undefined || rule.method === ask.method) && new RegExp(rule.path).test(ask.path),
    )
  }
}

const amidConfig = { wazo_amid_config: { host: '127.0.0.1', port: 9491, timeout: 10 } }

/** calld's 503 when wazo-amid refuses or cannot be reached; `error` is amid's or the HTTP library's own text. */
export const amidError = (error: string, now: number): Answer =>
  serviceError(503, 'wazo-amid-error', 'wazo-amid request error', { ...amidConfig, original_error: error }, now)

const refused = (port: number, url: string): string =>
  `HTTPConnectionPool(host='127.0.0.1', port=${port}): Max retries exceeded with url: ${url} (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f0000000000>: Failed to establish a new connection: [Errno 111] Connection refused'))`

export const amidUnreachable = (action: string, now: number): Answer =>
  amidError(refused(9491, `/1.0/action/${action}`), now)

/** amid is there, Asterisk behind it is not. */
export const ajamUnreachable = (now: number): Answer =>
  amidError(
    `AJAM server unreachable: {'ajam_url': 'http://127.0.0.1:5039/rawman', 'original_error': "${refused(5039, '/rawman?action=login&username=wazo_amid&secret=demo')}"}`,
    now,
  )

export const ariUnreachable = (path: string, now: number): Answer =>
  serviceError(
    503,
    'asterisk-ari-unreachable',
    'Asterisk ARI server unreachable',
    {
      asterisk_ari_config: { base_url: 'http://127.0.0.1:5039' },
      original_error: `${refused(5039, `/ari/${path}`)}: None`,
    },
    now,
  )

export const phonedError = (endpoint: string, action: string, now: number): Answer =>
  serviceError(
    503,
    'phoned-error',
    'Phoned internal error',
    {
      phoned_config: { host: 'localhost', https: false, port: 9498, prefix: null },
      original_error: `500 Server Error: INTERNAL SERVER ERROR for url: http://localhost:9498/0.1/endpoints/${endpoint}/${action}`,
    },
    now,
  )

/** The answer of a rule, in the shape in which this service refuses. Null: the rule only delays. */
export function faultyAnswer(rule: HttpRule, service: Service, ask: Ask, world: World): Answer | null {
  const now = world.now()
  const token = ask.headers['x-auth-token']
  const refusal = { token: typeof token === 'string' ? token : '', access: `${service.name}.fault`, tenant: null }
  switch (rule.status) {
    case undefined:
      return null
    case 204:
      return noContent
    case 401:
      if (service.name === 'auth' && ask.path.endsWith('/token')) {
        return json(401, { reason: ['Authentication Failed'], timestamp: [pythonTime(now)], status_code: 401 })
      }
      return service.refuse(
        { why: rule.errorId === 'no-permission' ? 'no-permission' : 'unknown-token', ...refusal },
        world,
      )
    case 403: {
      if (service.name === 'auth') {
        return json(403, { reason: ['Unauthorized for fault'], timestamp: [pythonTime(now)], status_code: 403 })
      }
      const id = /\/calls\/([^/]+)\//.exec(ask.path)?.[1] ?? ''
      return serviceError(403, rule.errorId ?? 'recording-unauthorized', 'Recording unauthorized', { call_id: id }, now)
    }
    case 429:
      if (service.name === 'auth' && ask.path.endsWith('/token')) {
        const reason = 'User has exceeded the maximum number of active sessions'
        return json(429, { reason: [reason], timestamp: [pythonTime(now)], status_code: 429 })
      }
      return nginxAnswer(429)
    case 500:
      return service.name === 'confd' ? json(500, 'Internal Server Error') : internalError
    case 502:
      return nginxAnswer(502)
    case 503:
      if (rule.errorId === 'authentication-server-unreachable') {
        return refuseAsService({ why: 'auth-unreachable', ...refusal }, world)
      }
      if (service.name !== 'calld') return nginxAnswer(502)
      return rule.errorId === 'asterisk-ari-unreachable'
        ? ariUnreachable('channels', now)
        : amidUnreachable('MixMonitor', now)
    default:
      return internalError
  }
}
