import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DigestGate, parseCredentials } from './digest.ts'

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

/** A header as a phone makes it from a challenge. */
function proof(challenge: string, method: string, password: string, more: Record<string, string> = {}): string {
  const nonce = /nonce="([^"]+)"/.exec(challenge)?.[1] ?? ''
  const ha1 = md5(`alice:asterisk:${password}`)
  const ha2 = md5(`${method}:sip:127.0.0.1`)
  const response = md5([ha1, nonce, '00000001', 'c0ffee', 'auth', ha2].join(':'))
  const given = { nonce, response, ...more }
  return `Digest username="alice", realm="asterisk", nonce="${given.nonce}", uri="sip:127.0.0.1", response="${given.response}", algorithm=MD5, cnonce="c0ffee", qop=auth, nc=00000001`
}

const secrets = (name: string): string | null => (name === 'alice' ? 'right' : null)

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('digest', () => {
  it('lets the right password in', () => {
    const gate = new DigestGate()
    expect(gate.check('REGISTER', proof(gate.challenge(), 'REGISTER', 'right'), secrets)).toBe('alice')
  })

  it.each<[string, (gate: DigestGate) => string | undefined]>([
    ['no header', () => undefined],
    ['another scheme', () => 'Basic YWxpY2U6cmlnaHQ='],
    ['a wrong password', gate => proof(gate.challenge(), 'REGISTER', 'wrong')],
    ['another method', gate => proof(gate.challenge(), 'INVITE', 'right')],
    ['a foreign nonce', () => proof(new DigestGate().challenge(), 'REGISTER', 'right')],
    ['a nonce of nonsense', gate => proof(gate.challenge(), 'REGISTER', 'right', { nonce: 'x/y' })],
    ['a short response', gate => proof(gate.challenge(), 'REGISTER', 'right', { response: 'ab' })],
    ['an unknown user', gate => proof(gate.challenge(), 'REGISTER', 'right').replace('"alice"', '"bob"')],
  ])('keeps %s out', (_what, header) => {
    const gate = new DigestGate()
    expect(gate.check('REGISTER', header(gate), secrets)).toBeNull()
  })

  it('asks again after half a minute', () => {
    const gate = new DigestGate()
    const header = proof(gate.challenge(), 'REGISTER', 'right')
    vi.advanceTimersByTime(31_000)
    expect(gate.check('REGISTER', header, secrets)).toBe('alice')
    vi.advanceTimersByTime(3000)
    expect(gate.check('REGISTER', header, secrets)).toBeNull()
  })

  it('asks as Asterisk does', () => {
    expect(new DigestGate().challenge()).toMatch(
      /^Digest realm="asterisk",nonce="\d{10}\/[0-9a-f]{32}",opaque="[0-9a-f]{16}",algorithm=MD5,qop="auth"$/,
    )
  })

  it('reads quoted and bare values', () => {
    const read = parseCredentials(proof('nonce="n"', 'REGISTER', 'right'))
    expect(read).toMatchObject({ username: 'alice', nonce: 'n', nc: '00000001', qop: 'auth' })
    expect(parseCredentials('Digest username="alice"')).toBeNull()
  })
})
