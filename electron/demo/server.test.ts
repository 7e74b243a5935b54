import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { makeCertificate, type Certificate } from './certificate.ts'
import { startDemo, type Demo, type DemoOptions } from './server.ts'
import { ask, signIn, TestStream } from './testClient.ts'
import { nextCheckS } from './websocketd.ts'

let certificate: Certificate
beforeAll(() => {
  certificate = makeCertificate()
})

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function start(options: Partial<DemoOptions> = {}): Promise<Demo> {
  const demo = await startDemo({ certificate, cdrDelayMs: 50, ...options })
  closers.push(() => demo.close())
  return demo
}

async function listen(demo: Demo, token: string): Promise<TestStream> {
  const stream = await TestStream.open(demo, token)
  closers.push(() => stream.close())
  return stream
}

const Page = z.object({
  items: z.array(
    z.object({
      id: z.number(),
      recordings: z.array(z.object({ uuid: z.string(), deleted: z.boolean(), filename: z.string() })),
    }),
  ),
  total: z.number(),
  filtered: z.number(),
})
const mediaPath = (id: number, uuid: string): string => `/api/call-logd/1.0/users/me/cdr/${id}/recordings/${uuid}/media`
const logPath = '/api/call-logd/1.0/users/me/cdr'
const callsPath = '/api/calld/1.0/users/me/calls'
const Added = z.object({ cdrId: z.number(), recordingUuid: z.string() })
const Dialled = z.object({ callId: z.string() })

/** A call of the desk phone that is up. */
async function talk(demo: Demo, stream: TestStream, extension = '1050'): Promise<string> {
  const { callId } = Dialled.parse(await demo.control({ do: 'dial', login: 'desk', extension }))
  await stream.until(() =>
    stream.events.some(event => event.name === 'call_answered' && event.data['call_id'] === callId),
  )
  return callId
}

describe('the seeded company', () => {
  test('each user signs in, sees his line, and only one lacks a right', async () => {
    const demo = await start()
    for (const user of demo.users) {
      const { token, uuid } = await signIn(demo, user.login)
      const lines = await ask(
        demo,
        'GET',
        `/api/confd/1.1/users/${uuid}/lines/main/associated/endpoints/sip?view=merged`,
        { token },
      )
      const { endpoint_section_options: options } = z
        .object({ endpoint_section_options: z.array(z.tuple([z.string(), z.string()])) })
        .parse(lines.json)
      expect(options.some(([key, value]) => key === 'webrtc' && value === 'yes')).toBe(user.kind === 'webrtc')
      const flag = { call_record_outgoing_internal_enabled: true }
      const put = await ask(demo, 'PUT', `/api/confd/1.1/users/${uuid}`, { token, body: flag })
      expect(put.status).toBe(user.login === 'limited' ? 401 : 204)
    }
  })

  test('the past has recordings with sound, in two parts, one deleted and one missing', async () => {
    const demo = await start()
    const { token } = await signIn(demo, 'eve@demo.example')
    const page = Page.parse((await ask(demo, 'GET', `${logPath}?recorded=true`, { token })).json)
    const statuses: number[] = []
    for (const { id, recordings } of page.items) {
      for (const recording of recordings) {
        const media = await ask(demo, 'GET', mediaPath(id, recording.uuid), { token })
        statuses.push(media.status)
        if (media.status !== 200) continue
        expect(media.body.toString('latin1', 0, 4)).toBe('RIFF')
        expect(media.body.readUInt32LE(40)).toBe(media.body.length - 44)
        const loudest = new Int16Array(
          media.body.buffer.slice(media.body.byteOffset + 44, media.body.byteOffset + media.body.length),
        )
        expect(loudest.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)).toBeGreaterThan(1000)
      }
    }
    expect(statuses.filter(status => status === 200).length).toBeGreaterThanOrEqual(6)
    expect(statuses.filter(status => status === 400)).toHaveLength(1)
    expect(statuses.filter(status => status === 500)).toHaveLength(1)
    expect(page.items.some(item => item.recordings.length === 2)).toBe(true)
  })
})

describe('a desk phone’s call', () => {
  test('*3 records, the API pauses, and the recording is in the call log of who took part', async () => {
    const demo = await start()
    const { token } = await signIn(demo, 'desk')
    const stream = await listen(demo, token)
    const callId = await talk(demo, stream)
    await demo.control({ do: 'press', login: 'desk', digits: '*3' })
    await stream.until(() => stream.names().includes('recording_started'))
    const states = stream.events.filter(event => event.name === 'call_updated').map(event => event.data['record_state'])
    expect(states.at(-1)).toBe('active')

    expect((await ask(demo, 'PUT', `${callsPath}/${callId}/record/pause`, { token })).status).toBe(204)
    expect((await ask(demo, 'GET', callsPath, { token })).json).toMatchObject({ items: [{ record_state: 'paused' }] })
    expect((await ask(demo, 'PUT', `${callsPath}/${callId}/record/stop`, { token })).json).toMatchObject({
      error_id: 'wazo-amid-error',
    })
    expect((await ask(demo, 'PUT', `${callsPath}/${callId}/record/resume`, { token })).status).toBe(204)

    expect((await ask(demo, 'DELETE', `${callsPath}/${callId}`, { token })).status).toBe(204)
    await stream.until(() => stream.names().includes('call_log_user_created'))
    const ended = stream.events.filter(event => event.name === 'call_ended')
    expect(ended).toHaveLength(2)
    expect(ended[0]?.data).toMatchObject({ caller_id_number: '1050', peer_caller_id_number: '1046', reason_code: 16 })
    const [newest] = Page.parse((await ask(demo, 'GET', `${logPath}?limit=1`, { token })).json).items
    const recording = newest?.recordings[0]
    const media = await ask(demo, 'GET', mediaPath(newest?.id ?? 0, recording?.uuid ?? ''), {
      token,
      headers: { Range: 'bytes=0-43' },
    })
    expect([media.status, media.headers['content-length']]).toEqual([206, '44'])
    const stranger = await signIn(demo, 'norights')
    expect(
      (await ask(demo, 'GET', mediaPath(newest?.id ?? 0, recording?.uuid ?? ''), { token: stranger.token })).status,
    ).toBe(404)
  })

  test('*26 turns all four flags on, without an event about them, and leaves a line in the call log', async () => {
    const demo = await start()
    const { token, uuid } = await signIn(demo, 'desk')
    const stream = await listen(demo, token)
    await demo.control({ do: 'flags', login: 'desk', set: { call_record_incoming_external_enabled: true } })
    await demo.control({ do: 'dial', login: 'desk', extension: '*26' })
    await stream.until(() => stream.names().includes('call_log_user_created'))
    expect((await ask(demo, 'GET', `/api/confd/1.1/users/${uuid}`, { token })).json).toMatchObject({
      call_record_enabled: true,
    })
    expect(stream.names().filter(name => !name.startsWith('call_'))).toEqual([])
    expect(stream.events.at(-1)?.data).toMatchObject({ destination_extension: '*26', answered: false, recordings: [] })
  })

  test('*26 that is switched off is no number', async () => {
    const demo = await start({ star26: false })
    const { token } = await signIn(demo, 'desk')
    const answer = await ask(demo, 'POST', callsPath, { token, body: { extension: '*26' } })
    expect(answer.json).toMatchObject({ error_id: 'invalid-extension', details: { exten: '*26' } })
  })

  test('a colleague’s call is not mine to record, and without the right my own is not either', async () => {
    const demo = await start()
    const { token } = await signIn(demo, 'desk')
    const stream = await listen(demo, token)
    const callId = await talk(demo, stream)
    const eve = await signIn(demo, 'eve')
    const record = `${callsPath}/${callId}/record/start`
    expect((await ask(demo, 'PUT', record, { token: eve.token })).json).toMatchObject({
      error_id: 'user-permission-denied',
    })
    await demo.control({ do: 'hangUp', login: 'desk' })
    await demo.control({ do: 'flags', login: 'desk', set: { online_call_record_enabled: false } })
    const second = await talk(demo, stream)
    expect((await ask(demo, 'PUT', `${callsPath}/${second}/record/start`, { token })).json).toMatchObject({
      error_id: 'recording-unauthorized',
    })
  })
})

describe('an older server', () => {
  test('has no media for users, no pause, and no conversation ids', async () => {
    const demo = await start({ profile: '24.06' })
    const { token } = await signIn(demo, 'desk')
    const stream = await listen(demo, token)
    expect((await ask(demo, 'GET', '/api/confd/1.1/infos', { token })).json).toMatchObject({ wazo_version: '24.06' })
    const page = await ask(demo, 'GET', `${logPath}?recorded=true`, { token })
    expect(page.json).not.toHaveProperty('items.0.conversation_id')
    const { items } = Page.parse(page.json)
    const media = await ask(demo, 'GET', mediaPath(items[0]?.id ?? 0, items[0]?.recordings[0]?.uuid ?? ''), { token })
    expect([media.status, media.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
    const callId = await talk(demo, stream)
    const pause = await ask(demo, 'PUT', `${callsPath}/${callId}/record/pause`, { token })
    expect([pause.status, pause.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
    expect((await ask(demo, 'PUT', `${callsPath}/${callId}/record/start`, { token })).status).toBe(204)
    await stream.until(() => stream.events.some(event => event.data['record_state'] === 'active'))
    await demo.control({ do: 'press', login: 'desk', digits: '*3' })
    await stream.until(() => stream.events.at(-1)?.data['record_state'] === 'inactive')
    expect(stream.names().filter(name => name.startsWith('recording_'))).toEqual([])
  })
})

describe('faults', () => {
  test('each service refuses in its own shape, as often as was said', async () => {
    const demo = await start()
    const { token, uuid } = await signIn(demo, 'eve')
    const confd = `/api/confd/1.1/users/${uuid}`
    const broken = async (path: string, status: 401 | 429 | 500 | 502 | 503, errorId?: string) => {
      demo.faults.apply({
        http: [{ path: `^${path}$`, status, times: 1, ...(errorId === undefined ? {} : { errorId }) }],
      })
      return ask(demo, 'GET', path, { token })
    }
    expect((await broken(confd, 401)).json).toEqual([`('${token}', 'confd.fault')`])
    expect((await broken(confd, 401, 'no-permission')).json).toEqual([`('${token}', 'confd.fault', None)`])
    expect((await broken(callsPath, 401)).json).toMatchObject({ details: { reason: 'not_found_or_expired' } })
    expect((await broken(callsPath, 429)).headers['content-type']).toBe('text/html')
    expect((await broken(callsPath, 500)).json).toEqual({ message: 'Internal Server Error' })
    expect((await broken(callsPath, 502)).body.toString()).toContain('502 Bad Gateway')
    expect((await broken(callsPath, 503, 'asterisk-ari-unreachable')).json).toMatchObject({
      error_id: 'asterisk-ari-unreachable',
    })
    expect((await ask(demo, 'GET', callsPath, { token })).status).toBe(200)
  })

  test('an answer can be late, or never come', async () => {
    const demo = await start()
    const { token } = await signIn(demo, 'eve')
    demo.faults.apply({
      http: [
        { path: 'calls$', delayMs: 150, times: 1 },
        { path: 'calls$', cut: true, times: 1 },
      ],
    })
    const before = performance.now()
    expect((await ask(demo, 'GET', callsPath, { token })).status).toBe(200)
    expect(performance.now() - before).toBeGreaterThanOrEqual(145)
    await expect(ask(demo, 'GET', callsPath, { token })).rejects.toThrow()
  })

  test('events are lost, doubled, late or out of order', async () => {
    const demo = await start()
    const { token, uuid } = await signIn(demo, 'eve')
    const stream = await listen(demo, token)
    const dnd = (enabled: boolean) =>
      ask(demo, 'PUT', `/api/confd/1.1/users/${uuid}/services/dnd`, { token, body: { enabled } })
    const filter = (enabled: boolean) =>
      ask(demo, 'PUT', `/api/confd/1.1/users/${uuid}/services/incallfilter`, { token, body: { enabled } })
    demo.faults.apply({
      events: [
        { name: 'dnd', action: 'drop', times: 1 },
        { name: 'dnd', action: 'duplicate', times: 1 },
        { name: 'dnd', action: 'reorder', times: 1 },
      ],
    })
    for (const enabled of [true, false, true]) await dnd(enabled)
    await filter(true)
    await stream.until(() => stream.events.length === 4)
    const seen = stream.events.map(event => [event.name.replace('users_services_', ''), event.data['enabled']])
    expect(seen).toEqual([
      ['dnd_updated', false],
      ['dnd_updated', false],
      ['incallfilter_updated', true],
      ['dnd_updated', true],
    ])
    demo.faults.apply({ events: [{ name: 'dnd', action: 'delay', delayMs: 200, times: 1 }] })
    await dnd(false)
    await filter(false)
    await stream.until(() => stream.events.length === 6)
    expect(stream.events.slice(-2).map(event => event.name)).toEqual([
      'users_services_incallfilter_updated',
      'users_services_dnd_updated',
    ])
  })

  test('media come slowly, or break off', async () => {
    const demo = await start()
    const { token } = await signIn(demo, 'eve')
    const added = Added.parse(
      await demo.control({ do: 'addRecording', login: 'eve', name: 'Zoé', number: '5145550100', seconds: 1 }),
    )
    const path = mediaPath(added.cdrId, added.recordingUuid)
    demo.faults.apply({ mediaBytesPerSecond: 64_000 })
    const before = performance.now()
    const slow = await ask(demo, 'GET', path, { token })
    expect([slow.body.length, slow.aborted]).toEqual([16_044, false])
    expect(performance.now() - before).toBeGreaterThan(190)
    demo.faults.apply({ mediaBytesPerSecond: null, mediaCutAfterBytes: 1000 })
    const cut = await ask(demo, 'GET', path, { token })
    expect([cut.body.length, cut.aborted]).toEqual([1000, true])
  })

  test('takes can end empty, and their media can answer 500', async () => {
    const demo = await start()
    const { token } = await signIn(demo, 'desk')
    const stream = await listen(demo, token)
    for (const [kind, status] of [
      ['empty', 200],
      ['empty-500', 500],
    ] as const) {
      demo.faults.apply({ recordings: kind })
      const callId = await talk(demo, stream)
      await ask(demo, 'PUT', `${callsPath}/${callId}/record/start`, { token })
      const known = stream.names().filter(name => name === 'call_log_user_created').length
      await demo.control({ do: 'hangUp', login: 'desk' })
      await stream.until(() => stream.names().filter(name => name === 'call_log_user_created').length > known)
      const [newest] = Page.parse((await ask(demo, 'GET', `${logPath}?limit=1`, { token })).json).items
      const media = await ask(demo, 'GET', mediaPath(newest?.id ?? 0, newest?.recordings[0]?.uuid ?? ''), { token })
      expect(media.status).toBe(status)
      if (status === 200) expect(media.headers['content-length']).toBe('0')
    }
  })

  test('with wazo-auth down everybody else says so, and streams are refused as if the token were bad', async () => {
    const demo = await start()
    const { token } = await signIn(demo, 'eve')
    demo.faults.apply({ down: ['auth'] })
    expect((await ask(demo, 'GET', callsPath, { token })).json).toMatchObject({
      error_id: 'authentication-server-unreachable',
    })
    expect((await ask(demo, 'HEAD', `/api/auth/0.1/token/${token}`)).status).toBe(502)
    expect((await listen(demo, token)).closed).toEqual({ code: 4002, reason: 'authentication failed' })
    demo.faults.clear()
    expect((await ask(demo, 'GET', callsPath, { token })).status).toBe(200)
  })
})

describe('tokens and streams', () => {
  test('the next check of a token', () => {
    expect([-1, 4, 14.5, 20, 80, 100, 57_600, 100_000].map(nextCheckS)).toEqual([
      15, 4, 14.5, 20, 60, 75, 43_200, 43_200,
    ])
  })

  test('an ended token closes its stream, a renewed one does not', async () => {
    const demo = await start()
    const short = await signIn(demo, 'eve', 1)
    const renewed = await signIn(demo, 'eve', 1)
    const long = await signIn(demo, 'eve')
    const [first, second] = await Promise.all([listen(demo, short.token), listen(demo, renewed.token)])
    second.say({ op: 'token', data: { token: long.token } })
    await second.until(() => second.replies.includes('token'))
    await first.until(() => first.closed !== null)
    expect(first.closed).toEqual({ code: 4003, reason: 'authentication expired' })
    expect((await ask(demo, 'GET', callsPath, { token: short.token })).status).toBe(401)
    second.say({ op: 'ping', data: { payload: 'still there' } })
    await second.until(() => second.replies.includes('pong'))
    expect(second.closed).toBeNull()
  })

  test('a cap shortens every token', async () => {
    const demo = await start({ tokenLifetimeCapS: 1 })
    const { token } = await signIn(demo, 'eve', 7200)
    const stream = await listen(demo, token)
    await stream.until(() => stream.closed !== null)
    expect((await ask(demo, 'HEAD', `/api/auth/0.1/token/${token}`)).status).toBe(404)
  })

  test('one client keeps its refresh token, another gets its own', async () => {
    const demo = await start()
    const Authorization = `Basic ${Buffer.from('eve:demo').toString('base64')}`
    const offline = async (client: string): Promise<string> => {
      const body = { access_type: 'offline', client_id: client }
      const answer = await ask(demo, 'POST', '/api/auth/0.1/token', { headers: { Authorization }, body })
      return z.object({ data: z.object({ refresh_token: z.string() }) }).parse(answer.json).data.refresh_token
    }
    const [one, again, other] = [await offline('a'), await offline('a'), await offline('b')]
    expect(one).toBe(again)
    expect(one).not.toBe(other)
    const refreshed = await ask(demo, 'POST', '/api/auth/0.1/token', { body: { refresh_token: one, client_id: 'a' } })
    expect(refreshed.status).toBe(200)
    expect(refreshed.json).not.toHaveProperty('data.refresh_token')
    const stolen = await ask(demo, 'POST', '/api/auth/0.1/token', { body: { refresh_token: one, client_id: 'b' } })
    expect(stolen.status).toBe(401)
  })
})

describe('control', () => {
  const control = (demo: Demo, body: unknown, key = demo.controlKey) =>
    ask(demo, 'POST', '/demo/control', { body, headers: { 'X-Demo-Key': key } })

  test('needs its key and a request that it knows', async () => {
    const demo = await start()
    expect((await control(demo, { do: 'state' }, 'x'.repeat(demo.controlKey.length))).status).toBe(403)
    expect((await control(demo, { do: 'explode' })).status).toBe(400)
    expect((await control(demo, { do: 'press', login: 'desk', digits: '1' })).json).toEqual({
      error: 'There is no live call',
    })
    expect((await control(demo, { do: 'answer', login: 'nobody' })).json).toEqual({
      error: 'There is no user "nobody"',
    })
  })

  test('shows what was asked of the server, revokes tokens and closes streams', async () => {
    const demo = await start()
    const { token } = await signIn(demo, 'eve')
    const stream = await listen(demo, token)
    await ask(demo, 'GET', '/api/confd/1.1/infos', { token })
    const state = (await control(demo, { do: 'state' })).json
    expect(state).toMatchObject({
      channels: [],
      requests: [
        { method: 'POST', path: '/api/auth/0.1/token', status: 200 },
        { method: 'GET', path: '/api/confd/1.1/infos', status: 200 },
      ],
    })
    await control(demo, { do: 'closeSockets', which: 'events', code: 1011 })
    await stream.until(() => stream.closed !== null)
    expect(stream.closed?.code).toBe(1011)
    expect((await control(demo, { do: 'revokeTokens' })).json).toEqual({ revoked: 1 })
    expect((await ask(demo, 'GET', callsPath, { token })).status).toBe(401)
  })

  test('adds recordings of every kind, and tells of them', async () => {
    const demo = await start()
    const { token } = await signIn(demo, 'eve')
    const stream = await listen(demo, token)
    const statuses: number[] = []
    for (const is of ['normal', 'empty', 'deleted', 'missing', 'broken']) {
      const added = Added.parse(
        (await control(demo, { do: 'addRecording', login: 'eve', name: 'Zoé', number: '5145550100', seconds: 1, is }))
          .json,
      )
      statuses.push((await ask(demo, 'GET', mediaPath(added.cdrId, added.recordingUuid), { token })).status)
    }
    expect(statuses).toEqual([200, 200, 400, 500, 500])
    await stream.until(() => stream.events.length === 5)
    expect(new Set(stream.names())).toEqual(new Set(['call_log_user_created']))
  })

  test('changes the codes, and tells the credentials of a line', async () => {
    const demo = await start()
    expect((await control(demo, { do: 'codes', permanent: null })).json).toEqual({ permanent: null, onDemand: '*3' })
    expect((await control(demo, { do: 'dial', login: 'desk', extension: '*26' })).status).toBe(409)
    const line = (await control(demo, { do: 'line', login: 'eve' })).json
    expect(line).toMatchObject({ username: demo.world.userByLogin('eve')?.line?.username, extension: '1042' })
  })
})
