import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { AppFailure, type CertificateView, CertificateView as Schema } from '../../shared/failure.ts'
import { createAuth } from './auth.ts'
import { createCheckedAgent, hostKey } from './certificate.ts'
import { toFailure } from './errors.ts'
import { type FakeServer, startFakeServer } from './testing/fakeServer.ts'

let server: FakeServer
beforeEach(async () => {
  server = await startFakeServer()
  server.on('HEAD', '/api/auth/0.1/status', {})
})
afterEach(() => server.close())

const reach = (pin: string | null, offered: CertificateView[] = []) => ({
  origin: server.origin,
  version: '1.2.3',
  agent: createCheckedAgent({
    pinFor: host => (host === server.host ? pin : null),
    offered: view => offered.push(view),
  }),
})

test('a self-signed certificate is refused before one byte of a request leaves', async () => {
  const offered: CertificateView[] = []
  const error: unknown = await createAuth(reach(null, offered))
    .signIn('alice', 'secret-alice', 'client')
    .catch((caught: unknown) => caught)
  const failure = toFailure(error)
  expect(failure.code).toBe('certificate-untrusted')
  expect(Schema.parse(failure.certificate)).toMatchObject({
    host: server.host,
    fingerprint: server.fingerprint,
    subject: 'CN=pbx.test, O=Test',
    issuer: 'CN=pbx.test, O=Test',
  })
  expect(offered.map(view => view.fingerprint)).toEqual([server.fingerprint])
  expect(server.received()).toBe(0)
  expect(server.requests).toEqual([])
})

test('a WebSocket does not get through either', async () => {
  const socket = new WebSocket(server.origin.replace('https', 'wss'), {
    agent: reach(null).agent,
    headers: { 'X-Auth-Token': 'secret' },
  })
  const error = await new Promise<unknown>(resolve => socket.on('error', resolve))
  expect(error).toBeInstanceOf(AppFailure)
  expect(server.received()).toBe(0)
})

test('the pinned certificate passes, and its connection is used again', async () => {
  const auth = createAuth(reach(server.fingerprint))
  await auth.probe()
  await auth.probe()
  expect(server.requests).toHaveLength(2)
  expect(server.requests[0]?.headers['user-agent']).toBe('Tallylight/1.2.3')
})

test('a certificate that an authority vouches for passes without a pin, for its own name only', async () => {
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, server.certificate])
  try {
    await createAuth(reach(null)).probe()
    expect(server.requests).toHaveLength(1)
    const elsewhere = { ...reach(null), origin: server.origin.replace('127.0.0.1', 'localhost') }
    const error: unknown = await createAuth(elsewhere)
      .probe()
      .catch((caught: unknown) => caught)
    expect(toFailure(error).code).toBe('certificate-untrusted')
    expect(server.requests).toHaveLength(1)
  } finally {
    setDefaultCACertificates(before)
  }
})

test('with a pin, no other certificate passes', async () => {
  const other = 'AA:'.repeat(31) + 'AA'
  const error: unknown = await createAuth(reach(other))
    .probe()
    .catch((caught: unknown) => caught)
  expect(toFailure(error)).toMatchObject({
    code: 'certificate-changed',
    certificate: { fingerprint: server.fingerprint },
  })
  expect(server.received()).toBe(0)
})

test('nobody there, and something there that does not speak TLS', async () => {
  const { createServer } = await import('node:net')
  const plain = createServer(socket => socket.resume().end('220 hello\r\n'))
  await new Promise<void>(resolve => plain.listen(0, '127.0.0.1', resolve))
  const address = plain.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const at = (origin: string) =>
    createAuth({ ...reach(null), origin })
      .probe()
      .catch((caught: unknown) => caught)
  expect(toFailure(await at(`https://127.0.0.1:${port}`)).code).toBe('not-wazo')
  await new Promise<void>(resolve => plain.close(() => resolve()))
  expect(toFailure(await at(`https://127.0.0.1:${port}`)).code).toBe('unreachable')
})

test('hosts are filed with their port', () => {
  expect(hostKey('PBX.example', 443)).toBe('pbx.example:443')
  expect(hostKey('::1', 8443)).toBe('[::1]:8443')
  expect(hostKey('[::1]', 8443)).toBe('[::1]:8443')
})
