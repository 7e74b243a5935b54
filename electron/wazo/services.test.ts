/** The clients against scripted answers, shaped as Wazo's own. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { allFlags } from '../../shared/automatic.ts'
import { createAuth } from './auth.ts'
import { createCalld } from './calld.ts'
import { createCallLog } from './callLog.ts'
import { createCheckedAgent } from './certificate.ts'
import { createConfd } from './confd.ts'
import { toFailure, WazoError } from './errors.ts'
import { type Reach } from './http.ts'
import { type FakeServer, type Seen, startFakeServer } from './testing/fakeServer.ts'
import { fakeTokens } from './testing/tokens.ts'
import { Whole } from './whole.ts'

const OLD = '00000000-0000-4000-8000-00000000000a'
const NEW = '00000000-0000-4000-8000-00000000000b'
const UUID = '68d40d60-0551-4f5c-909b-8a955c4d6f26'
const RECORDING = '73cfad36-c065-46c6-ad64-c21b855bd9aa'
const MEDIA = `/api/call-logd/1.0/users/me/cdr/1/recordings/${RECORDING}/media`
const CALLS = '/api/calld/1.0/users/me/calls'

let server: FakeServer
let reach: Reach
beforeEach(async () => {
  server = await startFakeServer()
  reach = { origin: server.origin, version: '0', agent: createCheckedAgent({ pinFor: () => server.fingerprint }) }
})
afterEach(async () => {
  reach.agent.destroy()
  await server.close()
})

const caught = async (value: Promise<unknown>): Promise<unknown> => {
  try {
    await value
  } catch (error) {
    return error
  }
  throw new Error('it should have failed')
}
const expired = (token: string) => ({
  status: 401,
  json: { details: { invalid_token: token, reason: 'not_found_or_expired' } },
})
const ifToken = (token: string, json: unknown) => (seen: Seen) =>
  seen.headers['x-auth-token'] === token ? { json } : expired(OLD)

test('an expired token is renewed once and the request is sent again', async () => {
  server.on('GET', CALLS, ifToken(NEW, { items: [] }))
  const tokens = fakeTokens(OLD, NEW)
  expect(await createCalld(reach, tokens).calls()).toEqual([])
  expect(tokens.refused).toEqual([OLD])
})

test('a token that stays refused is not renewed for ever', async () => {
  server.on('GET', CALLS, expired(OLD))
  const tokens = fakeTokens(OLD, NEW)
  const error = await caught(createCalld(reach, tokens).calls())
  expect(error).toMatchObject({ kind: 'expired' })
  expect(tokens.refused).toEqual([OLD])
})

test('a missing right is no reason to renew', async () => {
  server.on('GET', CALLS, { status: 401, json: { details: { reason: 'missing_permission_or_invalid_tenant' } } })
  const tokens = fakeTokens(OLD)
  expect(await caught(createCalld(reach, tokens).calls())).toMatchObject({ kind: 'no-right' })
  expect(tokens.refused).toEqual([])
})

test('an old server that does not say why is asked about the token', async () => {
  server.on('GET', CALLS, seen =>
    seen.headers['x-auth-token'] === NEW ? { json: { items: [] } } : { status: 401, json: { message: 'Unauthorized' } },
  )
  server.on('HEAD', `/api/auth/0.1/token/${OLD}`, { status: 404, json: {} })
  await createCalld(reach, fakeTokens(OLD, NEW)).calls()
  server.on('HEAD', `/api/auth/0.1/token/${OLD}`, { status: 204 })
  expect(await caught(createCalld(reach, fakeTokens(OLD, NEW)).calls())).toMatchObject({ kind: 'no-right' })
})

test('errors hold neither token nor password nor the request', async () => {
  server.on('GET', `/api/confd/1.1/users/${UUID}`, { status: 401, json: [`('${OLD}', 'confd.users.x.read', None)`] })
  server.on('POST', '/api/auth/0.1/token', { status: 400, json: { reason: ['bad: hunter2-secret'] } })
  const errors = [
    await caught(createConfd(reach, fakeTokens(OLD)).user(UUID)),
    await caught(createAuth(reach).signIn('alice', 'hunter2-secret', 'c')),
  ]
  server.on('GET', CALLS, () => {
    server.cut()
    return { silent: true }
  })
  errors.push(await caught(createCalld(reach, fakeTokens(OLD)).calls()))
  for (const error of errors) {
    if (!(error instanceof WazoError)) throw error
    const all = JSON.stringify([error, error.message, error.stack, error.cause, Object.getOwnPropertyNames(error)])
    expect(all).not.toMatch(new RegExp(`${OLD}|hunter2|config|Authorization`))
  }
  expect(errors[2]).toMatchObject({ kind: 'unreachable', status: null })
})

test('a redirect is not followed with our token', async () => {
  server.on('GET', CALLS, { status: 302, headers: { Location: `${server.origin}/elsewhere` }, html: '' })
  expect(await caught(createCalld(reach, fakeTokens(OLD)).calls())).toMatchObject({ kind: 'no-route' })
  expect(server.requests).toHaveLength(1)
})

test('sign-in asks for a refresh token of our own, and learns the life from the server’s clock', async () => {
  server.on('POST', '/api/auth/0.1/token', {
    json: {
      data: {
        token: OLD,
        refresh_token: 'r',
        utc_issued_at: '2020-01-01T00:00:00.100000',
        utc_expires_at: '2020-01-01T00:02:00.100000',
        metadata: { uuid: UUID, pbx_user_uuid: UUID },
      },
    },
  })
  const token = await createAuth(reach).signIn('zoé', 'pass:é', 'tallylight-1')
  expect(token).toEqual({ token: OLD, refreshToken: 'r', userUuid: UUID, lifeMs: 120_000 })
  const seen = server.requests[0]
  expect(Buffer.from(seen?.headers.authorization?.slice(6) ?? '', 'base64').toString('utf8')).toBe('zoé:pass:é')
  expect(JSON.parse(seen?.body ?? '')).toEqual({ expiration: 3600, access_type: 'offline', client_id: 'tallylight-1' })
})

test.each([
  [{ status: 401, json: { reason: ['Authentication Failed'] } }, 'wrong-password'],
  [
    { status: 429, json: { reason: ['User … has exceeded the maximum number of active sessions'] } },
    'too-many-sessions',
  ],
  [{ status: 429, html: '<html>' }, 'throttled'],
  [{ status: 502, html: '<html>' }, 'server-trouble'],
  [{ status: 404, html: '<html>' }, 'not-wazo'],
  [{ status: 200, html: '<html>' }, 'not-wazo'],
])('sign-in answered %o', async (reply, code) => {
  server.on('POST', '/api/auth/0.1/token', reply)
  expect(toFailure(await caught(createAuth(reach).signIn('a', 'b', 'c'))).code).toBe(code)
})

test('a server that cannot check scopes says so', async () => {
  expect(await createAuth(reach).scopes(OLD, ['x'])).toBeNull()
  server.on('POST', `/api/auth/0.1/token/${OLD}/scopes/check`, { json: { scopes: { x: true } } })
  expect(await createAuth(reach).scopes(OLD, ['x'])).toEqual({ x: true })
})

test('a user of today: four flags, the main line first', async () => {
  server.on('GET', `/api/confd/1.1/users/${UUID}`, {
    json: {
      id: 4,
      uuid: UUID,
      firstname: 'Alice',
      lastname: null,
      call_record_outgoing_external_enabled: true,
      call_record_outgoing_internal_enabled: false,
      call_record_incoming_external_enabled: false,
      call_record_incoming_internal_enabled: false,
      call_record_enabled: false,
      online_call_record_enabled: true,
      lines: [
        { id: 9, position: 2, protocol: 'sccp', extensions: [] },
        { id: 4, position: 1, protocol: 'sip', extensions: [{ exten: '1001' }], is_webrtc: false },
      ],
    },
  })
  expect(await createConfd(reach, fakeTokens(OLD)).user(UUID)).toEqual({
    id: 4,
    uuid: UUID,
    firstname: 'Alice',
    lastname: '',
    lines: [
      { id: 4, extension: '1001', protocol: 'sip' },
      { id: 9, extension: null, protocol: 'sccp' },
    ],
    flags: { ...allFlags(false), outgoingExternal: true },
    flagsAre: 'four',
    mayRecord: true,
  })
})

test('flags: only the named ones are sent; before 21.01 the single one', async () => {
  const path = `/api/confd/1.1/users/${UUID}`
  server.on('PUT', path, { status: 204 })
  server.on('GET', path, { json: { uuid: UUID, call_record_enabled: true } })
  const old = createConfd(reach, fakeTokens(OLD))
  expect(await old.user(UUID)).toMatchObject({ flags: allFlags(true), flagsAre: 'one', mayRecord: null, lines: [] })
  await old.setFlags(UUID, { incomingInternal: false })
  server.on('GET', path, {
    json: {
      uuid: UUID,
      call_record_outgoing_external_enabled: false,
      call_record_outgoing_internal_enabled: false,
      call_record_incoming_external_enabled: false,
      call_record_incoming_internal_enabled: false,
    },
  })
  const today = createConfd(reach, fakeTokens(OLD))
  await today.setFlags(UUID, { incomingInternal: true, outgoingExternal: false })
  await today.setFlags(UUID, {})
  expect(
    server.requests.filter(({ method }) => method === 'PUT').map(({ body }) => JSON.parse(body) as unknown),
  ).toEqual([
    { call_record_enabled: false },
    { call_record_outgoing_external_enabled: false, call_record_incoming_internal_enabled: true },
  ])
})

test('a SIP line, merged; none; and one of before 20.13', async () => {
  const path = `/api/confd/1.1/users/${UUID}/lines/4/associated/endpoints/sip`
  const confd = createConfd(reach, fakeTokens(OLD))
  server.on('GET', path, { status: 404, json: 'Resource Not Found.' })
  expect(await confd.sipLine(UUID, 4)).toBeNull()
  server.on('GET', path, {
    json: {
      auth_section_options: [
        ['username', 'sip1001'],
        ['password', 'pw1001'],
      ],
      endpoint_section_options: [
        ['set_var', 'A=1'],
        ['set_var', 'B=2'],
        ['callerid', '"Alice Durand" <1001>'],
        ['webrtc', 'yes'],
      ],
    },
  })
  const line = { username: 'sip1001', secret: 'pw1001', realm: 'asterisk', webrtc: true, displayName: 'Alice Durand' }
  expect(await confd.sipLine(UUID, 4)).toEqual(line)
  expect(server.requests.at(-1)?.path).toContain('?view=merged')
  server.on('GET', path, { json: { id: 1, username: 'u', secret: 's', options: [['nat', 'no']] } })
  expect(await confd.sipLine(UUID, 4)).toMatchObject({ username: 'u', secret: 's', webrtc: false })
})

test('calls are read leniently, commands go where they belong', async () => {
  server.on('GET', CALLS, {
    json: {
      items: [
        { call_id: '1.2' },
        {
          call_id: '1795440750.44',
          conversation_id: '1795440750.44',
          status: 'Up',
          is_caller: true,
          record_state: 'paused',
          peer_caller_id_name: null,
          peer_caller_id_number: '',
          dialed_extension: '1004',
          talking_to: { '1795440750.45': null },
          creation_time: '2026-11-23T13:32:30.035+0000',
          answer_time: '2026-11-23T13:32:31.263097+00:00',
          sip_call_id: '22d7',
        },
      ],
    },
  })
  const calld = createCalld(reach, fakeTokens(OLD))
  const [bare, call] = await calld.calls()
  expect(bare).toMatchObject({ id: '1.2', recordState: null, peerNumber: '', talkingTo: [], createdAt: null })
  expect(call).toMatchObject({
    recordState: 'paused',
    peerNumber: '1004',
    talkingTo: ['1795440750.45'],
    createdAt: Date.UTC(2026, 10, 23, 13, 32, 30, 35),
    answeredAt: Date.UTC(2026, 10, 23, 13, 32, 31, 263),
  })
  server.on('PUT', /^\/api\/calld/, { status: 204 })
  server.on('DELETE', `${CALLS}/1.2`, { status: 204 })
  await calld.record('1.2', 'start')
  await calld.dtmf('1.2', '*3#')
  await calld.mute('1.2', true)
  await calld.hangUp('1.2')
  expect(server.requests.slice(1).map(({ method, path }) => `${method} ${path.replace(CALLS, '')}`)).toEqual([
    'PUT /1.2/record/start',
    'PUT /1.2/dtmf?digits=*3%23',
    'PUT /1.2/mute/start',
    'DELETE /1.2',
  ])
})

const WAV = Uint8Array.from({ length: 5000 }, (_value, index) => index % 251)
/** As 26.03 and later serve it. */
const ranged = (bytes: Uint8Array) => (seen: Seen) => {
  const [, from = '', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(seen.headers.range ?? '') ?? []
  if (Number(from) >= bytes.length)
    return { status: 416, json: {}, headers: { 'Content-Range': `bytes */${bytes.length}` } }
  const piece = bytes.subarray(Number(from), Math.min(Number(to) + 1, bytes.length))
  return {
    status: 206,
    bytes: piece,
    headers: { 'Content-Range': `bytes ${from}-${Number(from) + piece.length - 1}/${bytes.length}` },
  }
}

test('media by bounded ranges', async () => {
  server.on('GET', MEDIA, ranged(WAV))
  const log = createCallLog(reach, fakeTokens(OLD))
  expect(await log.mediaSize(1, RECORDING)).toBe(5000)
  const piece = await log.media(1, RECORDING, { from: 100, to: 200 })
  expect(piece.size).toBe(5000)
  expect(Buffer.from(piece.bytes).equals(Buffer.from(WAV.subarray(100, 200)))).toBe(true)
  expect((await log.media(1, RECORDING, { from: 4990, to: 9000 })).bytes).toHaveLength(10)
  expect(toFailure(await caught(log.media(1, RECORDING, { from: 5000, to: 5001 }))).code).toBe('recording-broken')
  expect(server.requests.map(({ headers }) => headers.range)).toEqual([
    'bytes=0-0',
    'bytes=100-199',
    'bytes=4990-8999',
    'bytes=5000-5000',
  ])
})

test('a server without Range sends it whole: fetched once, even when asked twice at a time', async () => {
  server.on('GET', MEDIA, { bytes: WAV })
  const log = createCallLog(reach, fakeTokens(OLD))
  expect(await log.mediaSize(1, RECORDING)).toBe(5000)
  const [one, two] = await Promise.all([
    log.media(1, RECORDING, { from: 10, to: 20 }),
    log.media(1, RECORDING, { from: 4000, to: 5000 }),
  ])
  expect([...one.bytes]).toEqual([...WAV.subarray(10, 20)])
  expect(one.bytes.buffer.byteLength).toBe(10)
  expect([...two.bytes]).toEqual([...WAV.subarray(4000, 5000)])
  const before = server.requests.length
  await log.media(1, RECORDING, { from: 0, to: 5000 })
  expect(server.requests).toHaveLength(before)
  log.forget()
  await log.media(1, RECORDING, { from: 0, to: 1 })
  expect(server.requests).toHaveLength(before + 1)
})

test('what has come of a recording that is sent whole is read while the rest is on its way', async () => {
  let send = () => undefined as void
  const sent = new Promise<void>(resolve => (send = resolve))
  const whole = new Whole(10)
  const filling = whole.fill(
    (async function* () {
      yield WAV.subarray(0, 4)
      await sent
      yield WAV.subarray(4, 8)
    })(),
    filled => new Error(`${filled} came`),
  )
  expect(await whole.read(1, 4)).toEqual(WAV.subarray(1, 4))
  const [later, never] = [whole.read(4, 8), whole.read(7, 100)]
  const failed = Promise.allSettled([filling, never])
  send()
  expect(await later).toEqual(WAV.subarray(4, 8))
  expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await expect(whole.read(8, 9)).rejects.toThrow('8 came')
  expect(await whole.read(0, 2)).toEqual(WAV.subarray(0, 2))
})

test('what is sent whole is told once it is here, as long as it is in memory, and never asked for', async () => {
  server.on('GET', MEDIA, { bytes: WAV })
  const log = createCallLog(reach, fakeTokens(OLD))
  const recording = { cdrId: 1, uuid: RECORDING }
  expect(log.whole(recording)).toBe(null)
  expect(await log.mediaSize(1, RECORDING)).toBe(5000)
  expect([log.whole(recording), server.requests.length]).toEqual([null, 1])
  await log.media(1, RECORDING, { from: 0, to: 10 })
  expect(await log.whole(recording)).toEqual(WAV)
  log.hold(recording)()
  expect([log.whole(recording), server.requests.length]).toEqual([null, 2])
})

test('recordings that come whole and are read in turns are each fetched once, and let go of once nobody holds them', async () => {
  for (const cdr of [1, 2, 3, 4]) server.on('GET', MEDIA.replace('/1/', `/${cdr}/`), { bytes: WAV })
  const log = createCallLog(reach, fakeTokens(OLD))
  const read = async (cdrs: readonly number[]) => {
    const before = server.requests.length
    for (const cdr of cdrs) await log.media(cdr, RECORDING, { from: 0, to: 10 })
    return server.requests.length - before
  }
  expect(await read([1, 2, 3, 1, 2, 3, 1, 2, 3])).toBe(3)
  const [release, releaseToo] = [0, 1].map(() => log.hold({ cdrId: 2, uuid: RECORDING }))
  release?.()
  expect(await read([1, 3, 2])).toBe(0)
  releaseToo?.()
  expect(await read([1, 3, 2])).toBe(1)
  // a fourth puts out the one that was not read for longest
  expect(await read([4, 3, 2])).toBe(1)
  expect(await read([1])).toBe(1)
})

test.each([
  [{ status: 400, json: { error_id: 'recording-media-not-found' } }, 'recording-deleted'],
  [{ status: 500, json: { error_id: 'recording-media-filesystem-not-found' } }, 'recording-missing'],
  [{ status: 404, json: { error_id: 'cdr-not-found-with-given-id' } }, 'recording-missing'],
  [{ status: 404, html: '<html>' }, 'recording-no-media'],
  [{ status: 502, html: '<html>' }, 'server-trouble'],
  [{ bytes: new Uint8Array(0) }, 'recording-empty'],
  [{ status: 416, json: {}, headers: { 'Content-Range': 'bytes */0' } }, 'recording-empty'],
  // Another range than was asked for, and fewer bytes than promised.
  [{ status: 206, bytes: WAV, headers: { 'Content-Range': 'bytes 7-5006/9000' } }, 'not-wazo'],
  [{ status: 206, bytes: WAV.subarray(0, 3), headers: { 'Content-Range': 'bytes 0-9/5000' } }, 'not-wazo'],
])('media answered %o', async (reply, code) => {
  server.on('GET', MEDIA, reply)
  expect(
    toFailure(await caught(createCallLog(reach, fakeTokens(OLD)).media(1, RECORDING, { from: 0, to: 10 }))).code,
  ).toBe(code)
})

test('an empty recording has the size 0, and a token is renewed for media too', async () => {
  server.on('GET', MEDIA, { bytes: new Uint8Array(0) })
  const log = createCallLog(reach, fakeTokens(OLD, NEW))
  expect(await log.mediaSize(1, RECORDING)).toBe(0)
  server.on('GET', MEDIA, seen => (seen.headers['x-auth-token'] === NEW ? ranged(WAV)(seen) : expired(OLD)))
  expect(await log.mediaSize(1, RECORDING)).toBe(5000)
})

test('the call log: lenient items, honest filters', async () => {
  const start = '2026-11-20T14:30:00+00:00'
  server.on('GET', '/api/call-logd/1.0/users/me/cdr', {
    json: {
      items: [
        { id: 1, start },
        { id: 2, start: '2026-11-20T14:30:00.123456-05:00', source_name: null, recordings: [] },
        {
          id: 3,
          start,
          end: 7,
          recordings: [
            { uuid: 'without a start' },
            { uuid: RECORDING, start_time: start, end_time: null, deleted: true, filename: null },
          ],
        },
        { id: 'four' },
      ],
      total: 9,
      filtered: 8,
    },
  })
  const log = createCallLog(reach, fakeTokens(OLD))
  const all = await log.list({
    number: '+1 (418) 555',
    search: 'Éva%',
    from: 0,
    fromId: 7,
    order: 'id',
    direction: 'asc',
  })
  expect(all.items.map(({ id, recordings }) => [id, recordings?.length ?? null])).toEqual([
    [1, null],
    [2, 0],
    [3, 1],
  ])
  expect(all.items[1]?.startedAt).toBe(Date.UTC(2026, 10, 20, 19, 30, 0, 123))
  expect(all.items[2]?.recordings).toEqual([
    {
      uuid: RECORDING,
      startedAt: Date.UTC(2026, 10, 20, 14, 30),
      endedAt: null,
      deleted: true,
      filename: `${RECORDING}.wav`,
    },
  ])
  expect([all.sent, all.filtered]).toEqual([4, 8])
  expect(Object.fromEntries(new URLSearchParams(server.requests[0]?.path.split('?')[1]))).toEqual({
    number: '_1418555_',
    search: 'Éva%',
    from: '1970-01-01T00:00:00.000Z',
    from_id: '7',
    order: 'id',
    direction: 'asc',
  })
  expect((await log.list({ recorded: true })).items.map(({ id }) => id)).toEqual([3])
})

test('whether users may hear recordings here', async () => {
  const log = createCallLog(reach, fakeTokens(OLD))
  expect(await log.mayHear()).toBe(false)
  const probe = /\/cdr\/0\/recordings\//
  server.on('GET', probe, { status: 404, json: { error_id: 'cdr-not-found-with-given-id' } })
  expect(await log.mayHear()).toBe(true)
  server.on('GET', probe, { status: 401, json: { details: { reason: 'missing_permission_or_invalid_tenant' } } })
  expect(await log.mayHear()).toBe(false)
})
