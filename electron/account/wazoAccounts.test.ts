/** Signing in, coming back and signing out, against a scripted server. */
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { PhoneLine } from '../../shared/phone.ts'
import { AppFailure } from '../../shared/failure.ts'
import { type FakeServer, type Reply, type Seen, startFakeServer } from '../wazo/testing/fakeServer.ts'
import { type Keyring, systemClock } from './ports.ts'
import { type WazoSession } from './session.ts'
import { memoryKeyring, memoryStore, type MemoryStore } from './testing.ts'
import { createWazoAccounts, type WazoAccounts } from './wazoAccounts.ts'

const UUID = '68d40d60-0551-4f5c-909b-8a955c4d6f26'
const TOKEN = '00000000-0000-4000-8000-00000000000a'
const REFRESH = '00000000-0000-4000-8000-00000000000c'
const SIP = `/api/confd/1.1/users/${UUID}/lines/4/associated/endpoints/sip`
const PASSWORD = 'secret-alice'

let server: FakeServer
let store: MemoryStore
let sessions: WazoSession[]
beforeEach(async () => {
  server = await startFakeServer()
  store = memoryStore()
  sessions = []
  serve(server)
})
afterEach(async () => {
  await Promise.all(sessions.map(session => session.close()))
  await server.close()
})

/** A server of today with one user, all rights and one WebRTC line. */
function serve(to: FakeServer) {
  const noCall: Reply = { status: 404, json: { error_id: 'no-such-call' } }
  to.on('HEAD', '/api/auth/0.1/status', {})
  to.on('POST', '/api/auth/0.1/token', seen => {
    const renewal = seen.body.includes(REFRESH)
    const basic = seen.headers.authorization === `Basic ${Buffer.from(`alice:${PASSWORD}`).toString('base64')}`
    if (!renewal && !basic) return { status: 401, json: { reason: ['Authentication Failed'] } }
    return {
      json: { data: { token: TOKEN, ...(renewal ? {} : { refresh_token: REFRESH }), metadata: { uuid: UUID } } },
    }
  })
  to.on('POST', /\/scopes\/check$/, seen => ({ json: { scopes: grants(seen) } }))
  to.on('DELETE', /^\/api\/auth/, { status: 204 })
  to.on('DELETE', /^\/api\/auth\/0.1\/token\//, { json: {} })
  to.on('GET', '/api/confd/1.1/infos', { json: { wazo_version: '26.08' } })
  to.on('GET', `/api/confd/1.1/users/${UUID}`, { json: user })
  to.on('GET', SIP, {
    json: {
      auth_section_options: [
        ['username', 'sip1001'],
        ['password', 'pw1001'],
      ],
      endpoint_section_options: [['webrtc', 'yes']],
    },
  })
  to.on('PUT', /\/calls\/0\/record\//, noCall)
  to.on('GET', '/api/call-logd/1.0/users/me/cdr', { json: { items: [], filtered: 0 } })
  to.on('GET', /\/cdr\/0\/recordings\//, { status: 404, json: { error_id: 'cdr-not-found-with-given-id' } })
}
const user = {
  id: 4,
  uuid: UUID,
  firstname: 'Alice',
  lastname: 'Durand',
  call_record_outgoing_external_enabled: false,
  call_record_outgoing_internal_enabled: false,
  call_record_incoming_external_enabled: false,
  call_record_incoming_internal_enabled: false,
  online_call_record_enabled: true,
  lines: [{ id: 4, position: 1, protocol: 'sip', extensions: [{ exten: '1001' }] }],
}
const grants = (seen: Seen, denied: readonly string[] = []) => {
  const { scopes } = JSON.parse(seen.body) as { scopes: string[] }
  return Object.fromEntries(scopes.map(scope => [scope, !denied.includes(scope)]))
}

/** The app, once more: its own pins and clients on the same store. */
function app(keyring: Keyring = memoryKeyring()): WazoAccounts {
  return createWazoAccounts({ store, keyring, clock: systemClock, version: '0' })
}
async function signIn(accounts: WazoAccounts, password = PASSWORD): Promise<WazoSession> {
  await accounts.signIn({ server: server.host, username: 'alice', password }).catch(trustIt(accounts))
  const session = await accounts.signIn({ server: server.host, username: 'alice', password })
  sessions.push(session)
  return session
}
/** The user accepts the certificate that he was shown. */
const trustIt = (accounts: WazoAccounts) => (error: unknown) => {
  if (!(error instanceof AppFailure) || !error.failure.certificate) throw error
  accounts.pins.trust(error.failure.certificate.host, error.failure.certificate.fingerprint)
}
const code = async (value: Promise<unknown>): Promise<string> => {
  const error: unknown = await value.then(
    () => null,
    (caught: unknown) => caught,
  )
  if (!(error instanceof AppFailure)) throw new Error('it should have failed', { cause: error })
  return error.failure.code
}

test('sign in: an untrusted certificate first, then who it is and what may be done', async () => {
  const accounts = app()
  expect(await code(accounts.signIn({ server: server.host, username: 'alice', password: PASSWORD }))).toBe(
    'certificate-untrusted',
  )
  expect(server.received()).toBe(0)
  const session = await signIn(accounts)
  expect(session).toMatchObject({
    server: server.host,
    host: server.host,
    name: 'Alice Durand',
    extension: '1001',
    userId: 4,
    userUuid: UUID,
    line: { id: 4, webrtc: true },
    use: null,
    remembered: true,
    trouble: null,
  })
  expect(session.capabilities).toEqual({
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
  expect(accounts.last()).toEqual({ server: server.host, username: 'alice' })
})

test('the phone’s line carries a hash, not the password', async () => {
  const line = PhoneLine.parse(await (await signIn(app())).phoneLine('*26'))
  expect(line).toMatchObject({
    webSocket: `wss://${server.host}/api/asterisk/ws`,
    uri: 'sip:sip1001@127.0.0.1',
  })
  expect(line.hint).toMatch(/^\*735\d+\*\*\*226$/)
  const ha1 = createHash('md5').update('sip1001:asterisk:pw1001').digest('hex')
  expect(line.secret).toEqual({ kind: 'ha1', ha1 })
  expect(JSON.stringify(line)).not.toContain('pw1001')
})

test('a restart comes back signed in, and nothing secret lies in the store', async () => {
  const session = await signIn(app())
  session.use = 'companion'
  await session.close()
  expect(store.text()).not.toMatch(new RegExp([REFRESH, TOKEN, PASSWORD, 'pw1001'].join('|')))
  const again = await app().restore()
  if (again) sessions.push(again)
  expect(again).toMatchObject({ name: 'Alice Durand', use: 'companion', remembered: true, trouble: null })
  const logins = server.requests.filter(({ path, method }) => method === 'POST' && path === '/api/auth/0.1/token')
  expect(logins.at(-1)?.body).toContain(REFRESH)
  expect(logins.at(-1)?.headers.authorization).toBeUndefined()
})

test('a restart without the server shows what is remembered, and recovers', async () => {
  await (await signIn(app())).close()
  const { port } = server
  await server.close()
  const session = await app().restore()
  if (!session) throw new Error('no session')
  sessions.push(session)
  expect(session).toMatchObject({ name: 'Alice Durand', extension: '1001', trouble: { code: 'unreachable' } })
  expect(session.capabilities?.version).toBe('26.08')
  // Another server at the same address: its certificate is not the accepted one.
  server = await startFakeServer(port)
  serve(server)
  expect(await code(session.refresh())).toBe('certificate-changed')
  expect(server.received()).toBe(0)
})

test('without a durable keyring it lasts for this run only', async () => {
  const session = await signIn(app(memoryKeyring(false)))
  expect(session.remembered).toBe(false)
  session.use = 'phone'
  expect(store.text()).not.toContain(UUID)
  expect(await app(memoryKeyring(false)).restore()).toBeNull()
  expect(await app().restore()).toBeNull()
})

test('a keyring that cannot open it asks again', async () => {
  await (await signIn(app())).close()
  const locked = memoryKeyring()
  locked.lock()
  expect(await app(locked).restore()).toBeNull()
})

test('a session revoked while the app was closed', async () => {
  await (await signIn(app())).close()
  server.on('POST', '/api/auth/0.1/token', { status: 401, json: { reason: ['Authentication Failed'] } })
  expect(await code(app().restore())).toBe('session-over')
  expect(store.text()).not.toContain(UUID)
  expect(app().last()).toEqual({ server: server.host, username: 'alice' })
})

test('a session revoked while it runs is told once, and forgotten', async () => {
  const session = await signIn(app())
  const told: unknown[] = []
  session.onOver(reason => told.push(reason))
  server.on('POST', '/api/auth/0.1/token', { status: 401, json: { reason: ['Authentication Failed'] } })
  server.on('GET', '/api/calld/1.0/users/me/calls', {
    status: 401,
    json: { details: { reason: 'not_found_or_expired' } },
  })
  await expect(session.calld.calls()).rejects.toThrow('session-over')
  await expect(session.calld.calls()).rejects.toThrow('session-over')
  expect(told).toEqual([{ code: 'session-over' }])
  const late = vi.fn()
  session.onOver(late)
  await vi.waitFor(() => expect(late).toHaveBeenCalledOnce())
  expect(await app().restore()).toBeNull()
})

test('sign-out ends the refresh token, then the token, then what is kept here', async () => {
  const accounts = app()
  const session = await signIn(accounts)
  server.requests.length = 0
  expect(await accounts.signOut(session)).toBe(true)
  const [first, second] = server.requests
  expect(first).toMatchObject({
    method: 'DELETE',
    path: expect.stringMatching(/\/users\/me\/tokens\/tallylight-[0-9a-f-]{36}$/) as string,
  })
  expect(second).toMatchObject({ method: 'DELETE', path: `/api/auth/0.1/token/${TOKEN}` })
  expect(await app().restore()).toBeNull()
})

test('sign-out without the server forgets all the same', async () => {
  const accounts = app()
  const session = await signIn(accounts)
  await server.close()
  expect(await accounts.signOut(session)).toBe(false)
  expect(await app().restore()).toBeNull()
})

test.each([
  ['wrong-password', () => undefined, 'wrong'],
  [
    'not-a-user',
    (to: FakeServer) => to.on('GET', `/api/confd/1.1/users/${UUID}`, { status: 404, json: ['Resource Not Found'] }),
    PASSWORD,
  ],
  ['not-wazo', (to: FakeServer) => to.on('HEAD', '/api/auth/0.1/status', { status: 404, html: '' }), PASSWORD],
  ['server-trouble', (to: FakeServer) => to.on('HEAD', '/api/auth/0.1/status', { status: 502, html: '' }), PASSWORD],
] as const)('%s', async (wanted, change, password) => {
  change(server)
  expect(await code(signIn(app(), password))).toBe(wanted)
  expect(await app().restore()).toBeNull()
})

test('an account without a telephony user leaves no session behind', async () => {
  server.on('GET', `/api/confd/1.1/users/${UUID}`, { status: 404, json: ['Resource Not Found'] })
  await code(signIn(app()))
  expect(server.requests.filter(({ method }) => method === 'DELETE')).toHaveLength(2)
})

test('an unreachable host, and an address that is none', async () => {
  await server.close()
  expect(await code(app().signIn({ server: server.host, username: 'a', password: 'b' }))).toBe('unreachable')
  expect(await code(app().signIn({ server: 'http://pbx', username: 'a', password: 'b' }))).toBe('address-invalid')
})

test('a user without a line: companion and library only', async () => {
  server.on('GET', `/api/confd/1.1/users/${UUID}`, { json: { ...user, lines: [] } })
  const session = await signIn(app())
  expect([session.line, session.extension]).toEqual([null, ''])
  expect(await code(session.phoneLine(null))).toBe('no-line')
})

test('an older server, and missing rights', async () => {
  server.on('GET', '/api/confd/1.1/infos', { json: { wazo_version: '23.05' } })
  server.on('PUT', /\/record\/pause$/, { status: 404, html: '' })
  server.on('GET', /\/cdr\/0\/recordings\//, { status: 404, html: '' })
  server.on('POST', /\/scopes\/check$/, seen => ({
    json: { scopes: grants(seen, ['confd.users.me.update', 'websocketd', 'calld.users.me.calls.create']) },
  }))
  expect((await signIn(app())).capabilities).toMatchObject({
    version: '23.05',
    recordApi: true,
    pauseApi: false,
    playRecordings: false,
    listRecordings: true,
    permanentRead: true,
    permanentWrite: false,
    events: false,
    originate: false,
  })
})

test('services that are down are judged by the version', async () => {
  server.on('PUT', /\/calls\/0\/record\//, { status: 502, html: '' })
  server.on('GET', /^\/api\/call-logd/, { status: 502, html: '' })
  expect((await signIn(app())).capabilities).toMatchObject({
    recordApi: true,
    pauseApi: true,
    listRecordings: true,
    playRecordings: true,
  })
})

test('a certificate is pinned only when this host offered it in this run', async () => {
  const accounts = app()
  expect(() => accounts.pins.trust(server.host, server.fingerprint)).toThrow('invalid')
  await code(accounts.signIn({ server: server.host, username: 'alice', password: PASSWORD }))
  expect(() => accounts.pins.trust('other:443', server.fingerprint)).toThrow('invalid')
  expect(() => accounts.pins.trust(server.host, 'AA:'.repeat(31) + 'AA')).toThrow('invalid')
  accounts.pins.trust(server.host, server.fingerprint)
  expect(app().pins.pinFor(server.host)).toBe(server.fingerprint)
  expect(app().pins.pinFor('__proto__')).toBeNull()
})
