/** Replays a recorded event stream: says what the client said, causes what had caused the events, compares every frame. */
import { WebSocket } from 'ws'
import { z } from 'zod'
import { type Certificate } from '../certificate.ts'
import { type Channel, type PbxEvent, type Take } from '../telephony.ts'
import { differences, freshCallLogTimes } from './compare.ts'
import { channelOf, partnerOf, RecordedCall } from './fakePbx.ts'
import { adminHolder, RecordedCdr, type Past } from './past.ts'
import { replay } from './replay.ts'
import { openStage, type Stage } from './stage.ts'
import { header, type Frame, type Session } from './transcripts.ts'

const Message = z.object({ name: z.string(), timestamp: z.string(), data: z.record(z.string(), z.unknown()) })
type Message = z.infer<typeof Message>
const Wrapped = z.object({ op: z.literal('event'), data: Message })
const Renewal = z.object({ op: z.literal('token'), data: z.object({ token: z.string() }) })
const Bytes = z.object({ $binary: z.string() })

/** The event in a frame of either protocol; null: something else. */
function messageIn(json: unknown): Message | null {
  const wrapped = Wrapped.safeParse(json)
  if (wrapped.success) return wrapped.data.data
  const bare = Message.safeParse(json)
  return bare.success ? bare.data : null
}

/** How long anything may take that the server does at once. */
const patienceMs = 3000

/** A client's end of one connection, with its frames in order. */
class Client {
  readonly socket: WebSocket
  readonly #frames: unknown[] = []
  #wake: () => void = () => undefined
  closed: { readonly code: number; readonly reason: string } | null = null
  /** HTTP status of a refused upgrade. */
  refused: number | null = null
  opened = false
  ponged = false
  /** Why the connection failed. */
  #failure: Error | null = null

  constructor(url: string, headers: Readonly<Record<string, string>>, ca: string, protocols: readonly string[] = []) {
    this.socket = new WebSocket(url, [...protocols], { headers, ca })
    this.socket.on('open', () => {
      this.opened = true
      this.#wake()
    })
    this.socket.on('message', data => {
      this.#frames.push(JSON.parse(Buffer.isBuffer(data) ? data.toString('utf8') : ''))
      this.#wake()
    })
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString('utf8') }
      this.#wake()
    })
    this.socket.on('unexpected-response', (_request, response) => {
      this.refused = response.statusCode ?? 0
      response.resume()
      this.#wake()
    })
    this.socket.on('pong', () => {
      this.ponged = true
      this.#wake()
    })
    this.socket.on('error', error => {
      this.#failure = error
      this.#wake()
    })
  }

  /** Waits until the server has answered the upgrade. @returns its status; 0, told in `found`, when it does not answer */
  async status(found: string[]): Promise<number> {
    const answered = (): boolean => this.opened || this.refused !== null || this.closed !== null
    if (!(await this.until(answered, patienceMs))) found.push(`handshake: none within ${patienceMs} ms`)
    if (this.#failure !== null && this.refused === null) found.push(`handshake: ${this.#failure.message}`)
    return this.refused ?? (this.opened ? 101 : 0)
  }

  /** Waits until something is true; false when it is not within `ms`. */
  async until(holds: () => boolean, ms: number): Promise<boolean> {
    const end = Date.now() + ms
    while (!holds()) {
      const left = end - Date.now()
      if (left <= 0) return false
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, left)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    return true
  }

  /** Waits for the next frame. @returns undefined, told in `found`, when none comes */
  async next(found: string[], what: string): Promise<unknown> {
    const came = await this.until(() => this.#frames.length > 0 || this.closed !== null, patienceMs)
    if (!came) found.push(`${what}: none came within ${patienceMs} ms`)
    else if (this.#frames.length === 0) found.push(`${what}: the stream was closed with ${this.closed?.code}`)
    return this.#frames.shift()
  }

  /** Frames that nobody expected. */
  get left(): readonly unknown[] {
    return this.#frames
  }
}

const userIn = (message: Message): string | null => {
  const parsed = z.object({ user_uuid: z.string() }).safeParse(message.data)
  return parsed.success ? parsed.data.user_uuid : null
}

/** Makes happen what an event tells: a change by REST, or something at the PBX. */
class Causes {
  readonly #past: Past
  readonly #stage: Stage
  /** Calls whose end was already told: it comes twice for one cause. */
  readonly #ended = new Set<string>()
  /** The newest state of each call, and its other party. */
  readonly #calls = new Map<string, { readonly call: RecordedCall; readonly partner: Channel | null }>()

  constructor(past: Past, stage: Stage) {
    this.#past = past
    this.#stage = stage
  }

  async cause(message: Message): Promise<void> {
    const change = /^users_(services|forwards)_(\w+)_updated$/.exec(message.name)
    if (change !== null) {
      const [, kind = '', name = ''] = change
      await this.#put(kind, name, message)
      return
    }
    if (message.name === 'call_log_user_created') {
      this.#conversationEnds(RecordedCdr.parse(message.data))
      return
    }
    const event = this.#pbxEvent(message)
    if (event !== null) this.#stage.pbx.tell(event)
  }

  /** The user changes it himself, with a token of his own. */
  async #put(kind: string, name: string, message: Message): Promise<void> {
    const { demo } = this.#stage
    const user = demo.world.userByUuid(userIn(message) ?? '')
    if (user === null) throw new Error(`${message.name} names no known user`)
    const token = demo.world.issueToken(user, 60, '')
    const { enabled, destination } = message.data
    await replay(demo, {
      request: {
        method: 'PUT',
        path: `/api/confd/1.1/users/${user.uuid}/${kind}/${name}`,
        query: {},
        headers: { 'X-Auth-Token': token.id, 'Content-Type': 'application/json' },
        body: destination === undefined ? { enabled } : { enabled, destination },
      },
      response: { status: 204, headers: {}, body: '' },
    })
  }

  #pbxEvent(message: Message): PbxEvent | null {
    const { pbx, demo } = this.#stage
    const recorded = RecordedCall.safeParse(message.data)
    if (recorded.success) {
      const call = recorded.data
      const channel = channelOf(call, demo.world)
      const partner = partnerOf(call, demo.world) ?? this.#calls.get(call.call_id)?.partner ?? null
      this.#calls.set(call.call_id, { call, partner })
      if (partner !== null) pbx.calls.set(partner.id, partner)
      pbx.calls.set(channel.id, channel)
      if (message.name !== 'call_ended') {
        const kind = z.enum(['created', 'updated', 'answered']).parse(message.name.replace('call_', ''))
        return { kind, channel }
      }
      if (this.#ended.has(call.call_id)) return null
      this.#ended.add(call.call_id)
      return { kind: 'ended', channel, cause: call.reason_code ?? 0 }
    }
    const id = z.object({ call_id: z.string() }).parse(message.data).call_id
    const channel = pbx.channel(id)
    if (channel === null) throw new Error(`${message.name} names an unknown call`)
    const what = z.enum(['started', 'paused', 'resumed', 'stopped']).safeParse(message.name.replace('recording_', ''))
    if (what.success) return { kind: 'recording', channel, what: what.data }
    throw new Error(`Nothing is known to cause ${message.name}`)
  }

  /** Both channels as they were at the end, with the times and takes that the call log tells. */
  #conversationEnds(cdr: RecordedCdr): void {
    const { pbx, demo } = this.#stage
    demo.world.callLog.push(
      ...this.#past.cdrs.slice(0, 1).map(sample => ({ ...sample, id: cdr.id - 1, recordings: [], participants: [] })),
    )
    const known = [...this.#calls.values()].find(({ call }) => call.conversation_id === cdr.conversation_id)
    if (known === undefined) throw new Error('The call log tells of an unknown call')
    const takes: Take[] = cdr.recordings.map(recording => ({
      uuid: recording.uuid,
      file: `${recording.uuid}.wav`,
      startedAt: Date.parse(recording.start_time),
      endedAt: recording.end_time === null ? null : Date.parse(recording.end_time),
    }))
    const times = {
      createdAt: Date.parse(cdr.start),
      answeredAt: cdr.answer === null ? null : Date.parse(cdr.answer),
      endedAt: Date.parse(cdr.end),
    }
    const own = { ...channelOf(known.call, demo.world, takes), ...times }
    const partner = known.partner === null ? [] : [{ ...known.partner, ...times, takes: [] }]
    const channels = own.isCaller ? [own, ...partner] : [...partner, own]
    pbx.tell({ kind: 'conversationEnded', conversation: { linkedId: cdr.conversation_id, channels } })
  }
}

/** Tokens that the session presupposes: its own, unless it was refused; those that it was renewed with. */
function seedTokens(past: Past, stage: Stage, session: Session): void {
  const { world, faults } = stage.demo
  const accepted = session.frames.length > 0 || session.close?.code === 4004 || session.close?.code === 1011
  const give = (token: string, lifeMs: number): void => {
    const holder = past.holders.get(token)
    const user = holder === undefined || holder === adminHolder ? world.users[0] : world.userByUuid(holder)
    if (user === undefined || user === null) return
    const issued = world.issueToken(user, lifeMs / 1000, '', token)
    issued.expiresAt = issued.issuedAt + lifeMs
  }
  const first =
    new URLSearchParams(session.request.query).get('token') ?? header(session.request.headers, 'x-auth-token')
  const { close } = session
  // Ended by the server as expired: then it lived that long.
  const expired = close?.code === 4003
  if (first !== null && (accepted || past.holders.has(first)))
    give(first, expired ? Math.ceil(close.at) * 1000 : 7_200_000)
  // A good token that was refused: wazo-auth did not answer.
  if (close?.code === 4002 && first !== null && !accepted && past.holders.has(first)) faults.apply({ down: ['auth'] })
  if (session.handshake.status === 502) faults.apply({ down: ['websocketd'] })
  session.frames.forEach((frame, index) => {
    const renewal = frame.from === 'client' ? Renewal.safeParse(frame.json) : null
    if (renewal?.success !== true) return
    const last = index === session.frames.length - 1
    if (!last || close?.by === 'client') give(renewal.data.data.token, 7_200_000)
  })
}

function speak(client: Client, frame: Frame): void {
  const bytes = Bytes.safeParse(frame.json)
  if (bytes.success) client.socket.send(Buffer.from(bytes.data.$binary, 'hex'))
  else client.socket.send(typeof frame.text === 'string' ? frame.text : JSON.stringify(frame.json))
}

/** Everything in which our stream differs from the recorded one. */
export async function judgeSession(
  past: Past,
  session: Session,
  options: { readonly certificate: Certificate; readonly folder: string },
): Promise<string[]> {
  const stage = await openStage(past, Date.now(), options)
  try {
    seedTokens(past, stage, session)
    return await follow(past, session, stage)
  } finally {
    await stage.close()
  }
}

async function follow(past: Past, session: Session, stage: Stage): Promise<string[]> {
  const { demo } = stage
  const headers = Object.fromEntries(
    Object.entries(session.request.headers).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  )
  const url = `${demo.url.replace('https', 'wss')}${session.request.path}${session.request.query}`
  const client = new Client(url, headers, demo.certificatePem)
  const found: string[] = []
  const status = await client.status(found)
  if (status !== session.handshake.status) found.push(`handshake: recorded ${session.handshake.status}, got ${status}`)
  const causes = new Causes(past, stage)
  for (const [index, frame] of session.frames.entries()) {
    if (frame.from === 'client') {
      speak(client, frame)
      continue
    }
    const message = messageIn(frame.json)
    if (message !== null) await causes.cause(message)
    const got = await client.next(found, `frame ${index}`)
    const loose = message?.name === 'call_log_user_created' ? freshCallLogTimes : new Set<string>()
    found.push(...differences(frame.json, got, { seeded: new Set(), loose }, `frame ${index}`))
  }
  await finish(client, session, found)
  if (client.left.length > 0) found.push(`${client.left.length} more frames: ${JSON.stringify(client.left[0])}`)
  return found
}

/** The end: ours when the client closed, else the server's code and reason. */
async function finish(client: Client, session: Session, found: string[]): Promise<void> {
  const { close } = session
  if (close === null) return
  if (close.by === 'client') {
    // A silent answer is one, too: whatever is still on its way comes before the answer to a WebSocket ping.
    if (client.socket.readyState === WebSocket.OPEN) {
      client.socket.ping()
      const answered = await client.until(() => client.ponged || client.closed !== null, patienceMs)
      if (!answered) found.push(`ping: no answer within ${patienceMs} ms`)
    }
    if (client.closed !== null) found.push(`close: recorded by the client, got ${client.closed.code} from the server`)
    client.socket.close(1000)
    const ended = await client.until(() => client.closed !== null, patienceMs)
    if (!ended) found.push(`close: ours was not answered within ${patienceMs} ms`)
    return
  }
  const waitMs = close.at * 1000 + patienceMs
  await client.until(() => client.closed !== null, waitMs)
  const { closed } = client
  if (closed === null) found.push(`close: recorded ${close.code}, got none within ${waitMs} ms`)
  else if (closed.code !== close.code || closed.reason !== close.reason) {
    found.push(`close: recorded ${close.code} "${close.reason}", got ${closed.code} "${closed.reason}"`)
  }
}

/** The upgrade of a SIP socket: its status and its subprotocol. */
export async function judgeHandshake(
  stage: Stage,
  path: string,
  protocol: string | null,
  expected: { readonly status: number; readonly subprotocol: string | null },
): Promise<string[]> {
  const protocols = protocol === null ? [] : protocol.split(', ')
  const url = `${stage.demo.url.replace('https', 'wss')}${path}`
  const client = new Client(url, {}, stage.demo.certificatePem, protocols)
  const found: string[] = []
  const status = await client.status(found)
  const subprotocol = status === 101 ? client.socket.protocol : null
  client.socket.terminate()
  if (status !== expected.status) found.push(`status: recorded ${expected.status}, got ${status}`)
  if (subprotocol !== expected.subprotocol) {
    found.push(`subprotocol: recorded ${String(expected.subprotocol)}, got ${String(subprotocol)}`)
  }
  return found
}
