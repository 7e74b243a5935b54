import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type WebSocket } from 'ws'
import { z } from 'zod'
import { type Failure } from '../../shared/failure.ts'
import { createCheckedAgent } from './certificate.ts'
import { EVENT_NAMES, type WazoEvent } from './eventMessages.ts'
import { backOff, createEventStream, type EventStream, type StreamState } from './events.ts'
import { type Reach } from './http.ts'
import { fakeClock, type FakeClock } from './testing/clock.ts'
import { type FakeServer, startFakeServer } from './testing/fakeServer.ts'
import { fakeTokens, type FakeTokens } from './testing/tokens.ts'

const Op = z.object({ op: z.string(), data: z.unknown().optional() })
const A = '00000000-0000-4000-8000-00000000000a'
const B = '00000000-0000-4000-8000-00000000000b'

/** The server's end of one connection. */
interface End {
  readonly socket: WebSocket
  readonly token: unknown
  readonly ops: z.infer<typeof Op>[]
}

let server: FakeServer
let reach: Reach
let clock: FakeClock
let tokens: FakeTokens
let stream: EventStream
let ends: End[]
let pongs: boolean
let onOpen: (end: End) => void
const events: WazoEvent[] = []
const states: [StreamState, string | undefined][] = []
const troubles: string[] = []

beforeEach(async () => {
  server = await startFakeServer()
  reach = { origin: server.origin, version: '0', agent: createCheckedAgent({ pinFor: () => server.fingerprint }) }
  clock = fakeClock()
  tokens = fakeTokens(A, B)
  for (const list of [events, states, troubles]) list.length = 0
  ends = []
  pongs = true
  onOpen = ({ socket }) => send(socket, { op: 'init', code: 0, data: { version: 2 } })
  server.onSocket((socket, request) => {
    const end: End = { socket, token: request.headers['x-auth-token'], ops: [] }
    ends.push(end)
    socket.on('message', (data: Buffer) => {
      const frame = Op.parse(JSON.parse(data.toString('utf8')))
      end.ops.push(frame)
      if (frame.op === 'ping' && pongs) send(socket, { op: 'pong', code: 0, data: frame.data })
      else if (frame.op !== 'ping') send(socket, { op: frame.op, code: 0, data: null })
    })
    onOpen(end)
  })
  stream = makeStream()
})
afterEach(async () => {
  stream.close()
  reach.agent.destroy()
  await server.close()
})

const send = (socket: WebSocket, frame: unknown) => socket.send(JSON.stringify(frame))
const tell = (name: string, data: unknown) => {
  const end = ends.at(-1)
  if (end) send(end.socket, { op: 'event', code: 0, data: { name, data } })
}
const makeStream = () =>
  createEventStream({
    reach,
    tokens,
    clock,
    random: () => 1,
    listener: {
      event: event => events.push(event),
      state: (state: StreamState, failure: Failure | null) => states.push([state, failure?.code]),
      alive: () => undefined,
      trouble: text => troubles.push(text),
    },
  })
const live = async () => {
  stream.start()
  await vi.waitFor(() => expect(stream.state).toBe('live'))
}
const pings = (end: End | undefined) => end?.ops.filter(({ op }) => op === 'ping').length ?? 0

test('it subscribes before it starts, and hides the token from the address', async () => {
  await live()
  const [end] = ends
  expect(end?.token).toBe(A)
  const names = z.object({ event_name: z.string() })
  const subscribed = end?.ops.filter(({ op }) => op === 'subscribe').map(({ data }) => names.parse(data).event_name)
  expect(subscribed).toEqual([...EVENT_NAMES])
  await vi.waitFor(() => expect(pings(end)).toBe(1))
  expect(end?.ops.map(({ op }) => op).slice(-2)).toEqual(['start', 'ping'])
  expect(states).toEqual([
    ['cut', undefined],
    ['live', undefined],
  ])
})

test('events are parsed, and the second call_ended of a leg is not told', async () => {
  await live()
  tell('call_updated', { call_id: '1.1', record_state: 'active', status: 'Up' })
  tell('recording_started', { call_id: '1.1' })
  tell('call_held', { call_id: '1.1' })
  tell('call_ended', { call_id: '1.1', dialed_extension: '*26', reason_code: 16 })
  tell('call_ended', { call_id: '1.1', dialed_extension: '*26', reason_code: 16 })
  tell('users_services_dnd_updated', { enabled: true })
  tell('call_updated', { status: 'a call without an id' })
  tell('call_log_user_created', { id: 86, start: '2026-11-23T13:49:55.455034+00:00' })
  await vi.waitFor(() => expect(events.at(-1)?.kind).toBe('call-log'))
  expect(events.map(({ kind }) => kind)).toEqual(['call', 'recording', 'hold', 'call-ended', 'call-log'])
  expect(events[3]).toEqual({
    kind: 'call-ended',
    callId: '1.1',
    conversationId: null,
    dialedExtension: '*26',
    reasonCode: 16,
  })
  expect(troubles).toEqual(['an event "call_updated" of another shape'])
})

test('without a pong it is dead after 10 s, in a call after 5 s, whatever was pinged since', async () => {
  await live()
  pongs = false
  clock.pass(15_000) // the next ping
  await vi.waitFor(() => expect(pings(ends[0])).toBe(2))
  clock.pass(9_999)
  expect(stream.state).toBe('live')
  clock.pass(1)
  expect(states.at(-1)).toEqual(['cut', 'unreachable'])

  pongs = true
  clock.pass(1_000)
  await vi.waitFor(() => expect(stream.state).toBe('live'))
  await vi.waitFor(() => expect(pings(ends[1])).toBe(1))
  pongs = false
  stream.setInCall(true)
  clock.pass(4_999)
  expect(stream.state).toBe('live')
  clock.pass(1)
  expect(stream.state).toBe('cut')
})

test('in a call it pings every 2 s, otherwise every 15 s', async () => {
  await live()
  await vi.waitFor(() => expect(pings(ends[0])).toBe(1))
  clock.pass(14_999)
  stream.setInCall(true) // at once
  await vi.waitFor(() => expect(pings(ends[0])).toBe(2))
  for (const count of [3, 4]) {
    clock.pass(2_000)
    await vi.waitFor(() => expect(pings(ends[0])).toBe(count))
  }
  expect(stream.aliveAt).toBe(clock.now())
})

test('a cut is told, and tried again later and later, up to 30 s', async () => {
  await live()
  onOpen = ({ socket }) => socket.close(1011)
  ends[0]?.socket.close(1011)
  for (const [index, wait] of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
    await vi.waitFor(() => expect(clock.waiting()).toContain(wait))
    expect(ends).toHaveLength(index + 1)
    expect(stream.state).toBe('cut')
    clock.pass(wait)
    await vi.waitFor(() => expect(ends).toHaveLength(index + 2))
  }
  expect([backOff(0, 0), backOff(0, 1), backOff(99, 0), backOff(99, 1)]).toEqual([500, 1_000, 15_000, 30_000])
})

test('closed for its token: renewed where it is over', async () => {
  await live()
  server.on('HEAD', `/api/auth/0.1/token/${A}`, { status: 404, json: {} })
  ends[0]?.socket.close(4003)
  await vi.waitFor(() => expect(clock.waiting()).toContain(0))
  clock.pass(0)
  await vi.waitFor(() => expect(ends[1]?.token).toBe(B))
  await vi.waitFor(() => expect(stream.state).toBe('live'))
  expect(tokens.refused).toEqual([A])
})

test('closed for its token: not renewed where wazo-auth is down', async () => {
  await live()
  server.on('HEAD', `/api/auth/0.1/token/${A}`, { status: 502, html: '' })
  ends[0]?.socket.close(4002)
  await vi.waitFor(() => expect(clock.waiting()).toContain(1_000))
  expect(tokens.refused).toEqual([])
  expect(states.at(-1)).toEqual(['cut', 'server-trouble'])
})

test('no right: given up after the second refusal of a living token, and startable again', async () => {
  server.on('HEAD', `/api/auth/0.1/token/${A}`, { status: 204 })
  onOpen = ({ socket }) => socket.close(4002)
  stream.start()
  await vi.waitFor(() => expect(clock.waiting()).toContain(1_000))
  expect(stream.state).toBe('cut')
  clock.pass(1_000)
  await vi.waitFor(() => expect(stream.state).toBe('no-right'))
  onOpen = ({ socket }) => send(socket, { op: 'init', code: 0, data: { version: 2 } })
  await live()
})

test('a session that ends during a running stream with a living token is no missing right', async () => {
  server.on('HEAD', `/api/auth/0.1/token/${A}`, { status: 204 })
  await live()
  ends[0]?.socket.close(4003)
  await vi.waitFor(() => expect(clock.waiting()).toContain(1_000))
  expect(stream.state).toBe('cut')
})

test('a renewed token goes to the running stream', async () => {
  await live()
  tokens.push(B)
  await vi.waitFor(() => expect(ends[0]?.ops.at(-1)).toEqual({ op: 'token', data: { token: B } }))
  tell('auth_session_expire_soon', { uuid: 'x' })
  await vi.waitFor(() => expect(tokens.refused).toEqual([B]))
})

test('an untrusted certificate is the reason of the cut', async () => {
  await server.close()
  const { port } = server
  server = await startFakeServer(port)
  // No WebSocket here: the certificate is another one now, so this is refused before anything is sent.
  reach.agent.destroy()
  reach = { ...reach, agent: createCheckedAgent({ pinFor: () => null }) }
  stream = makeStream()
  stream.start()
  await vi.waitFor(() => expect(states.at(-1)).toEqual(['cut', 'certificate-untrusted']))
  expect(server.received()).toBe(0)
})

test('hurry ends the wait; close ends everything', async () => {
  await live()
  ends[0]?.socket.terminate()
  await vi.waitFor(() => expect(clock.waiting()).toContain(1_000))
  stream.hurry()
  await vi.waitFor(() => expect(stream.state).toBe('live'))
  stream.close()
  const closed = new Promise(resolve => ends[1]?.socket.on('close', resolve))
  expect(await closed).toBe(1000)
  const told = states.length
  clock.pass(60_000)
  expect(ends).toHaveLength(2)
  expect(states).toHaveLength(told)
})
