/** The account and the Wazo clients against the demo server: over TLS, without a window. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createWazoAccounts } from '../../electron/account/wazoAccounts.ts'
import { systemClock } from '../../electron/account/ports.ts'
import { type WazoSession } from '../../electron/account/session.ts'
import { memoryKeyring, memoryStore, type MemoryStore } from '../../electron/account/testing.ts'
import { type Demo, type DemoOptions, startDemo } from '../../electron/demo/server.ts'
import { type WazoEvent } from '../../electron/wazo/eventMessages.ts'
import { type EventStream, type StreamState } from '../../electron/wazo/events.ts'
import { toFailure } from '../../electron/wazo/errors.ts'
import { allFlags } from '../../shared/automatic.ts'
import { AppFailure } from '../../shared/failure.ts'

let demo: Demo | null = null
let session: WazoSession | null = null
afterEach(async () => {
  await session?.close()
  await demo?.close()
  session = demo = null
})

let store: MemoryStore
beforeEach(() => {
  store = memoryStore()
})
const makeAccounts = () => createWazoAccounts({ store, keyring: memoryKeyring(), clock: systemClock, version: '0.1.0' })

async function signIn(username: string, options: Partial<DemoOptions> = {}, password = 'demo') {
  demo ??= await startDemo(options)
  const accounts = makeAccounts()
  const wanted = { server: demo.url, username, password }
  const refused: unknown = await accounts.signIn(wanted).catch((error: unknown) => error)
  const certificate = refused instanceof AppFailure ? refused.failure.certificate : undefined
  expect(certificate?.fingerprint).toBe(demo.fingerprint)
  accounts.pins.trust(certificate?.host ?? '', demo.fingerprint)
  session = await accounts.signIn(wanted)
  return { demo, accounts, session }
}

function listen(to: WazoSession): {
  stream: EventStream
  events: WazoEvent[]
  states: StreamState[]
  troubles: string[]
} {
  const events: WazoEvent[] = []
  const troubles: string[] = []
  const states: StreamState[] = []
  const stream = to.events({
    event: event => events.push(event),
    state: state => states.push(state),
    alive: () => undefined,
    trouble: text => troubles.push(text),
  })
  stream.start()
  return { stream, events, states, troubles }
}

test('today’s server: who it is, what may be done, and the phone’s line', async () => {
  const { session: eve } = await signIn('eve')
  expect(eve).toMatchObject({ name: 'Eve Gagnon', extension: '1042', line: { webrtc: true } })
  expect(eve.capabilities).toEqual({
    version: '26.08',
    recordApi: true,
    pauseApi: true,
    readCalls: true,
    events: true,
    permanentRead: true,
    permanentWrite: true,
    originate: true,
    listRecordings: true,
    playRecordings: true,
    mayRecord: true,
  })
  expect((await eve.phoneLine(null)).secret.kind).toBe('ha1')
})

test('a server of 24.06: no pause, and nothing to hear', async () => {
  const { session: eve } = await signIn('eve', { profile: '24.06' })
  expect(eve.capabilities).toMatchObject({
    version: '24.06',
    recordApi: true,
    pauseApi: false,
    listRecordings: true,
    playRecordings: false,
  })
})

test('rights that are missing are found', async () => {
  const { session: limited } = await signIn('limited')
  expect(limited.capabilities).toMatchObject({ permanentWrite: false, permanentRead: true })
})

test('a desk phone’s line carries no calls of this computer', async () => {
  const { session: desk } = await signIn('desk')
  expect(desk.line?.webrtc).toBe(false)
})

test('the four flags are set one by one and read back', async () => {
  const { session: eve } = await signIn('eve')
  const before = (await eve.confd.user(eve.userUuid)).flags
  expect(before).not.toBeNull()
  await eve.confd.setFlags(eve.userUuid, allFlags(false))
  await eve.confd.setFlags(eve.userUuid, { incomingExternal: true })
  expect((await eve.confd.user(eve.userUuid)).flags).toEqual({ ...allFlags(false), incomingExternal: true })
})

test('a call of a desk phone: recorded, paused, ended, listed and heard', async () => {
  const { session: desk, demo: server } = await signIn('desk')
  const { stream, events, troubles } = listen(desk)
  await vi.waitFor(() => expect(stream.state).toBe('live'))
  stream.setInCall(true)
  await server.control({ do: 'ring', login: 'desk', name: 'Marie Tremblay', number: '4185550142' })
  await vi.waitFor(async () => expect(await desk.calld.calls()).toHaveLength(1))
  await server.control({ do: 'answer', login: 'desk' })
  await vi.waitFor(async () => expect((await desk.calld.calls())[0]?.status).toBe('Up'))
  const call = (await desk.calld.calls())[0]
  if (!call) throw new Error('no call')
  expect(call).toMatchObject({ isCaller: false, peerName: 'Marie Tremblay', recordState: 'inactive' })
  const state = () =>
    events.flatMap(event => (event.kind === 'call' && event.call.id === call.id ? [event.call.recordState] : [])).at(-1)
  for (const [action, wanted] of [
    ['start', 'active'],
    ['pause', 'paused'],
    ['resume', 'active'],
    ['stop', 'inactive'],
  ] as const) {
    await desk.calld.record(call.id, action)
    await vi.waitFor(() => expect(state()).toBe(wanted), 5_000)
  }
  await desk.calld.hangUp(call.id)
  await vi.waitFor(() => expect(events.some(({ kind }) => kind === 'call-log')).toBe(true), 5_000)
  expect(events.filter(({ kind }) => kind === 'call-ended')).toHaveLength(1)
  expect(troubles).toEqual([])
  const gone: unknown = await desk.calld.record(call.id, 'start').catch((error: unknown) => error)
  expect(toFailure(gone).code).toBe('call-gone')

  const [cdr] = (await desk.callLog.list({ recorded: true, limit: 1 })).items
  const [recording] = cdr?.recordings ?? []
  if (!cdr || !recording) throw new Error('no recording')
  expect(cdr.sourceNumber).toBe('4185550142')
  const size = await desk.callLog.mediaSize(cdr.id, recording.uuid)
  const head = await desk.callLog.media(cdr.id, recording.uuid, { from: 0, to: 44 })
  expect(Buffer.from(head.bytes.subarray(0, 4)).toString()).toBe('RIFF')
  expect(head.size).toBe(size)
  expect((await desk.callLog.media(cdr.id, recording.uuid, { from: size - 10, to: size })).bytes).toHaveLength(10)
}, 30_000)

test('a token that ends is renewed unseen; a revoked session is over', async () => {
  const { session: eve, demo: server } = await signIn('eve')
  const over: unknown[] = []
  eve.onOver(reason => over.push(reason))
  await server.control({ do: 'revokeTokens' })
  expect(await eve.calld.calls()).toEqual([])
  expect((await eve.confd.user(eve.userUuid)).uuid).toBe(eve.userUuid)
  expect(over).toEqual([])
  await server.control({ do: 'revokeTokens', refreshTokens: true })
  const error: unknown = await eve.calld.calls().catch((caught: unknown) => caught)
  expect(toFailure(error).code).toBe('session-over')
  expect(over).toEqual([{ code: 'session-over' }])
})

test('the stream comes back after a restart of its service, and after an authentication that failed', async () => {
  const { session: eve, demo: server } = await signIn('eve')
  const { stream, states } = listen(eve)
  await vi.waitFor(() => expect(stream.state).toBe('live'))
  await server.control({ do: 'closeSockets', which: 'events', code: 1011 })
  await vi.waitFor(() => expect(states).toEqual(['cut', 'live', 'cut', 'live']), 5_000)
  await server.control({ do: 'revokeTokens' })
  await server.control({ do: 'closeSockets', which: 'events', code: 4003 })
  await vi.waitFor(() => expect(states).toEqual(['cut', 'live', 'cut', 'live', 'cut', 'live']), 5_000)
}, 20_000)

test('services that are down, each in its own words', async () => {
  const { session: eve, demo: server } = await signIn('eve')
  await server.control({ do: 'faults', set: { down: ['calld', 'confd', 'call-logd'] } })
  for (const refused of [eve.calld.calls(), eve.confd.user(eve.userUuid), eve.callLog.list({})]) {
    const error: unknown = await refused.catch((caught: unknown) => caught)
    expect(toFailure(error)).toEqual({ code: 'server-trouble', status: 502 })
  }
})

test('a wrong password; then a sign-out that leaves nothing', async () => {
  const { session: eve, demo: server, accounts } = await signIn('eve')
  const error: unknown = await accounts
    .signIn({ server: server.url, username: 'eve', password: 'x' })
    .catch((caught: unknown) => caught)
  expect(toFailure(error).code).toBe('wrong-password')
  expect(await accounts.signOut(eve)).toBe(true)
  expect(await makeAccounts().restore()).toBeNull()
})

test('a restart comes back signed in', async () => {
  const { session: eve } = await signIn('eve')
  await eve.close()
  session = await makeAccounts().restore()
  expect(session).toMatchObject({ name: 'Eve Gagnon', trouble: null })
  expect(await session?.calld.calls()).toEqual([])
})

test.each([
  ['deleted', 'recording-deleted'],
  ['missing', 'recording-missing'],
  ['empty', 'recording-empty'],
] as const)('a recording that is %s', async (is, code) => {
  const { session: eve, demo: server } = await signIn('eve')
  await server.control({ do: 'addRecording', login: 'eve', name: 'X', number: '5551234', seconds: 1, is })
  const [cdr] = (await eve.callLog.list({ recorded: true, limit: 1, number: '5551234' })).items
  const [recording] = cdr?.recordings ?? []
  if (!cdr || !recording) throw new Error('no recording')
  const error: unknown = await eve.callLog
    .media(cdr.id, recording.uuid, { from: 0, to: 44 })
    .catch((caught: unknown) => caught)
  expect(toFailure(error).code).toBe(code)
})
