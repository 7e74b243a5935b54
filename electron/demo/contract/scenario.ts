/**
 * Replays a recorded call on the demo's own PBX, by desk phones: the same presses, answers and requests in the same order.
 * Compared: each REST answer, and what each user's event stream told of the recording and of the call.
 */
import { z } from 'zod'
import { type Certificate } from '../certificate.ts'
import { startDemo, type Demo } from '../server.ts'
import { ask, TestStream, type TestAnswer } from '../testClient.ts'
import { permanentFlags } from '../world.ts'
import { differences } from './compare.ts'
import { type Past, type Stranger } from './past.ts'
import { addUsers } from './stage.ts'

const Message = z.object({ name: z.string(), data: z.record(z.string(), z.unknown()) })
const Seen = z.object({ t: z.number(), frame: z.object({ op: z.literal('event'), data: Message }) })
type Seen = z.infer<typeof Seen>

const Step = z.object({
  t: z.number(),
  what: z.string().optional(),
  as: z.string().optional(),
  request: z
    .object({ method: z.string(), path: z.string(), query: z.record(z.string(), z.string()), body: z.unknown() })
    .optional(),
  response: z.object({ status: z.number(), headers: z.record(z.string(), z.string()), body: z.unknown() }).optional(),
})
type Step = z.infer<typeof Step>

export interface Scenario {
  readonly steps: readonly Step[]
  /** Each user's events, by the name under which he appears. */
  readonly streams: ReadonlyMap<string, readonly Seen[]>
}

/** Null when the file is no recorded call. */
export function parseScenario(file: unknown): Scenario | null {
  const parsed = z.looseObject({ steps: z.array(Step) }).safeParse(file)
  if (!parsed.success) return null
  const streams = new Map<string, readonly Seen[]>()
  for (const [key, value] of Object.entries(parsed.data)) {
    const name = /^websocket_(\w+)$/.exec(key)?.[1]
    if (name === undefined || !Array.isArray(value)) continue
    const events = value.flatMap((entry: unknown) => {
      const seen = Seen.safeParse(entry)
      return seen.success ? [seen.data] : []
    })
    streams.set(name, events)
  }
  return { steps: parsed.data.steps, streams }
}

const CallSides = z.object({
  call_id: z.string(),
  conversation_id: z.string(),
  is_caller: z.boolean(),
  user_uuid: z.string(),
  dialed_extension: z.string(),
  caller_id_number: z.string(),
  line_id: z.number(),
  caller_id_name: z.string(),
})
type CallSides = z.infer<typeof CallSides>

interface Party {
  readonly name: string
  readonly call: CallSides
  readonly events: readonly Seen[]
}

/** The two ends of the only call; null when there is another number of them. */
export function partiesOf(scenario: Scenario): { readonly caller: Party; readonly callee: Party } | null {
  const parties = [...scenario.streams].flatMap(([name, events]) => {
    const created = events.filter(event => event.frame.data.name === 'call_created')
    const call = CallSides.safeParse(created[0]?.frame.data.data)
    return created.length === 1 && call.success ? [{ name, call: call.data, events }] : []
  })
  const caller = parties.find(party => party.call.is_caller)
  const callee = parties.find(party => !party.call.is_caller)
  return caller !== undefined && callee !== undefined && parties.length === 2 ? { caller, callee } : null
}

const said = /^(answered$|confd flags|(caller|callee) presses ([0-9*#]+))/

/** Why a scenario is not replayed; null: it is. */
export function unplayable(scenario: Scenario): string | null {
  const parties = partiesOf(scenario)
  if (parties === null) return 'not one call between two users'
  const names = [...scenario.streams.keys(), 'user', 'nobody']
  for (const step of scenario.steps) {
    if (step.what !== undefined && !said.test(step.what)) return 'steps that only a SIP phone does'
    if (step.request === undefined) continue
    if (!names.includes(step.as ?? 'nobody')) return 'administration'
    if (/\/(hold|answer|transfers)(\/|$)/.test(step.request.path)) return 'wazo-phoned'
  }
  const told = [...scenario.streams.values()].flat().map(event => event.frame.data.name)
  return told.includes('call_held') || told.includes('user_missed_call') ? 'steps that only a SIP phone does' : null
}

/** Fields that are drawn or measured anew in each call. */
const loose = new Set([
  'bridges',
  'creation_time',
  'answer_time',
  'start',
  'end',
  'answer',
  'duration',
  'id',
  'uuid',
  'start_time',
  'end_time',
  'filename',
  'total',
  'line_id',
  'destination_line_id',
  'source_line_id',
])

/** How long a read may differ from the recorded one: digits in RTP, a call log that is written. */
const agreementMs = 2500
const askAgainMs = 50

/**
 * Asks again and again until nothing is found wrong; only a server's answer can tell, so there is nothing to listen to.
 * @returns empty; or, after `ms`, what was wrong the last time, and for how long
 */
async function untilEmpty(find: () => Promise<string[]>, ms: number): Promise<string[]> {
  const end = Date.now() + ms
  for (;;) {
    const found = await find()
    if (found.length === 0) return found
    if (Date.now() >= end) return found.map(text => `${text} (still so after ${ms} ms)`)
    await new Promise(resolve => setTimeout(resolve, askAgainMs))
  }
}

const CdrPage = z.object({
  items: z.array(z.object({ id: z.number(), recordings: z.array(z.object({ uuid: z.string() })) })),
})

class Replay {
  readonly #demo: Demo
  readonly #scenario: Scenario
  readonly #tokens: ReadonlyMap<string, string>
  readonly #streams: ReadonlyMap<string, TestStream>
  readonly #caller: Party
  readonly #callee: Party
  /** Recorded words and ours: call ids, recordings, tokens. */
  readonly #words = new Map<string, string>()
  readonly found: string[] = []

  constructor(
    demo: Demo,
    scenario: Scenario,
    parties: { readonly caller: Party; readonly callee: Party },
    tokens: ReadonlyMap<string, string>,
    streams: ReadonlyMap<string, TestStream>,
  ) {
    this.#demo = demo
    this.#scenario = scenario
    this.#caller = parties.caller
    this.#callee = parties.callee
    this.#tokens = tokens
    this.#streams = streams
  }

  async run(): Promise<void> {
    const { steps } = this.#scenario
    const dialledAt = this.#caller.events.find(event => event.frame.data.name === 'call_created')?.t ?? 0
    for (const step of steps.filter(step => step.t < dialledAt)) await this.#request(step)
    await this.#dial()
    const endsAt =
      this.#caller.events.find(event => event.frame.data.name === 'call_ended')?.t ?? Number.POSITIVE_INFINITY
    let live = true
    for (const step of steps.filter(step => step.t >= dialledAt)) {
      if (live && step.t >= endsAt) live = await this.#hangUp()
      if (step.what !== undefined) await this.#act(step.what)
      else await this.#request(step)
    }
    if (live) await this.#hangUp()
    await this.#compareStreams()
  }

  async #dial(): Promise<void> {
    const { call } = this.#caller
    await this.#demo.control({ do: 'dial', login: call.user_uuid, extension: call.dialed_extension })
    const own = this.#streamOf(this.#caller)
    const other = this.#streamOf(this.#callee)
    for (const [party, stream] of [
      [this.#caller, own],
      [this.#callee, other],
    ] as const) {
      await stream.until(() => stream.names().includes('call_created'))
      const created = stream.events.find(event => event.name === 'call_created')
      this.#words.set(party.call.call_id, String(created?.data['call_id']))
    }
  }

  #streamOf(party: Party): TestStream {
    const stream = this.#streams.get(party.name)
    if (stream === undefined) throw new Error(`Nobody listens for ${party.name}`)
    return stream
  }

  async #act(what: string): Promise<void> {
    const press = /^(caller|callee) presses ([0-9*#]+)/.exec(what)
    if (press !== null) {
      const party = press[1] === 'caller' ? this.#caller : this.#callee
      await this.#demo.control({ do: 'press', login: party.call.user_uuid, digits: press[2] ?? '' })
    }
    if (what !== 'answered') return
    await this.#demo.control({ do: 'answer', login: this.#callee.call.user_uuid })
    for (const stream of this.#streams.values()) await stream.until(() => stream.names().includes('call_answered'))
  }

  /** Ends the call unless it has ended by itself; always false: it lives no more. */
  async #hangUp(): Promise<false> {
    const stream = this.#streamOf(this.#caller)
    if (!stream.names().includes('call_ended')) {
      await this.#demo.control({ do: 'hangUp', login: this.#caller.call.user_uuid })
    }
    await stream.until(() => stream.names().includes('call_log_user_created'))
    return false
  }

  /** A recorded text with our ids in it. */
  #ours(text: string): string {
    let words = text
    for (const [recorded, own] of this.#words) words = words.split(recorded).join(own)
    return words
  }

  async #request(step: Step): Promise<void> {
    const { request, response } = step
    if (request === undefined || response === undefined) return
    const path = this.#ours(request.path)
    const query = this.#ours(new URLSearchParams(request.query).toString())
    const owner = /\/users\/([0-9a-f-]{36})/.exec(path)?.[1]
    const token = this.#tokens.get(step.as === 'user' ? (owner ?? '') : (step.as ?? ''))
    const send = (): Promise<TestAnswer> =>
      ask(this.#demo, request.method, `${path}${query === '' || path.includes('?') ? '' : `?${query}`}`, {
        ...(token === undefined ? {} : { token }),
        ...(request.body === null || request.body === undefined ? {} : { body: request.body }),
      })
    const judged = async (): Promise<string[]> => this.#compare(step, await send())
    // What was pressed takes a moment: a read is repeated until it agrees.
    const found = request.method === 'GET' ? await untilEmpty(judged, agreementMs) : await judged()
    this.found.push(...found.map(text => `${request.method} ${request.path}: ${text}`))
  }

  #compare(step: Step, answer: TestAnswer): string[] {
    const { response } = step
    if (response === undefined) return []
    if (answer.status !== response.status) return [`status: recorded ${response.status}, got ${answer.status}`]
    const type = String(answer.headers['content-type'] ?? '')
    if (type !== (response.headers['Content-Type'] ?? '')) return [`content type: got ${type}`]
    if (type === 'audio/wav' || response.body === '') return []
    this.#learnCdrs(response.body, answer.json)
    const expected: unknown = JSON.parse(this.#ours(JSON.stringify(response.body)))
    const actual = answer.json ?? answer.body.toString('utf8')
    const seeded = new Set<string>()
    return differences(withoutSipCallId(expected), withoutSipCallId(actual), { seeded, loose })
  }

  /** Pairs the recordings of the two call logs, in their order. */
  #learnCdrs(recorded: unknown, own: unknown): void {
    const one = CdrPage.safeParse(recorded)
    const other = CdrPage.safeParse(own)
    if (!one.success || !other.success) return
    one.data.items.forEach((item, index) => {
      const match = other.data.items[index]
      if (match === undefined) return
      this.#words.set(`/cdr/${item.id}/`, `/cdr/${match.id}/`)
      item.recordings.forEach((recording, part) => {
        const uuid = match.recordings[part]?.uuid
        if (uuid !== undefined) this.#words.set(recording.uuid, uuid)
      })
    })
  }

  async #compareStreams(): Promise<void> {
    for (const party of [this.#caller, this.#callee]) {
      const stream = this.#streamOf(party)
      await stream.until(() => stream.names().includes('call_log_user_created'))
      const recorded = outline(party.events.map(event => event.frame.data))
      const own = outline(stream.events)
      if (recorded !== own) this.found.push(`${party.name}'s stream: recorded ${recorded}; got ${own}`)
    }
  }
}

/** A desk phone has no SIP dialog that a client could know of. */
function withoutSipCallId(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) => (key === 'sip_call_id' ? undefined : inner)),
  ) as unknown
}

const told = /^(call_answered|call_ended|call_log_user_created|recording_\w+)$/

/** What was told, in order: milestones and recording events, and each change of `record_state` while the call lives. */
function outline(
  events: readonly { readonly name: string; readonly data: Readonly<Record<string, unknown>> }[],
): string {
  const words: string[] = []
  let state = 'inactive'
  for (const { name, data } of events) {
    const next = data['record_state']
    if (name === 'call_updated' && typeof next === 'string' && next !== state) {
      state = next
      words.push(state)
    }
    if (told.test(name)) words.push(name)
  }
  return words.join(' ')
}

/** Who was let record something had the right to; the others are said to have none. */
function mayRecord(scenario: Scenario, party: Party): boolean {
  const acted = scenario.steps.some(
    step => step.as === party.name && /\/record\/\w+$/.test(step.request?.path ?? '') && step.response?.status === 204,
  )
  return acted || party.events.some(event => event.frame.data.name.startsWith('recording_'))
}

/** Everything in which the replayed call differs from the recorded one. */
export async function judgeScenario(past: Past, scenario: Scenario, certificate: Certificate): Promise<string[]> {
  const parties = partiesOf(scenario)
  if (parties === null) throw new Error('This is no call between two users')
  const { tenantUuid, wazoUuid, context } = past
  const demo = await startDemo({ seeded: false, certificate, tenantUuid, wazoUuid, context, cdrDelayMs: 50 })
  const streams = new Map<string, TestStream>()
  try {
    const tokens = new Map<string, string>()
    for (const party of [parties.caller, parties.callee]) {
      const { call } = party
      const known = past.users.find(user => user.uuid === call.user_uuid)
      const stranger: Stranger = {
        uuid: call.user_uuid,
        name: known === undefined ? call.caller_id_name : `${known.firstname} ${known.lastname ?? ''}`,
        extension: call.caller_id_number,
        lineId: call.line_id,
      }
      addUsers(demo.world, past, [], [stranger])
      const user = demo.world.userByUuid(call.user_uuid)
      if (user === null) throw new Error(`${party.name} could not be added`)
      user.fields.online_call_record_enabled = mayRecord(scenario, party)
      for (const flag of permanentFlags) user.fields[flag] = false
      const token = demo.world.issueToken(user, 600, '').id
      tokens.set(party.name, token)
      tokens.set(call.user_uuid, token)
      streams.set(party.name, await TestStream.open(demo, token))
    }
    const replay = new Replay(demo, scenario, parties, tokens, streams)
    await replay.run()
    return replay.found
  } finally {
    for (const stream of streams.values()) stream.close()
    await demo.close()
  }
}
