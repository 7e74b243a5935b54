import { describe, expect, it } from 'vitest'
import { loopbackOnly, readAudio, withHoldSpelledOut, withLoopbackAddress } from './sdp.ts'

const offer = (more: { address?: string; direction?: string; port?: number; payloads?: string } = {}): string =>
  [
    'v=0',
    'o=- 42 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `m=audio ${more.port ?? 9} UDP/TLS/RTP/SAVPF ${more.payloads ?? '111 9 0 8 110 126'}`,
    `c=IN IP4 ${more.address ?? '127.0.0.1'}`,
    'a=rtcp:9 IN IP4 0.0.0.0',
    'a=ice-ufrag:abcd',
    'a=ice-pwd:abcdefghijklmnopqrstuvwx',
    'a=fingerprint:sha-256 AB:CD',
    'a=candidate:1 1 udp 2122260223 192.0.2.7 40404 typ host generation 0',
    'a=candidate:2 1 udp 2122260222 127.0.0.1 40405 typ host generation 0',
    'a=candidate:3 1 tcp 1518280447 127.0.0.1 9 typ host tcptype active',
    'a=candidate:4 1 udp 2122260221 0b0d7b0e-1111-4222-8333-444455556666.local 40406 typ host',
    `a=${more.direction ?? 'sendrecv'}`,
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:110 telephone-event/48000',
    'a=rtpmap:126 telephone-event/8000',
    '',
  ].join('\r\n')

describe('a session description', () => {
  it('is read for PCMU, digits and hold', () => {
    expect(readAudio(offer())).toEqual({ pcmu: true, secured: true, telephoneEvent: 126, held: false })
    expect(readAudio(offer().replace('a=ice-pwd', 'a=x'))?.secured).toBe(false)
    expect(readAudio(offer({ payloads: '111 126' }))?.pcmu).toBe(false)
    expect(readAudio(offer({ port: 0 }))).toBeNull()
    expect(readAudio('v=0\r\n')).toBeNull()
    expect(readAudio('')).toBeNull()
  })

  it.each([
    ['sendonly', '127.0.0.1', true],
    ['inactive', '127.0.0.1', true],
    ['recvonly', '127.0.0.1', false],
    ['sendrecv', '0.0.0.0', true],
  ])('%s at %s is held: %s', (direction, address, held) => {
    expect(readAudio(offer({ direction, address }))?.held).toBe(held)
  })

  it('keeps candidates on loopback only, and everything else', () => {
    const kept = loopbackOnly(offer())
    expect(kept.match(/a=candidate.*/g)).toEqual([
      'a=candidate:2 1 udp 2122260222 127.0.0.1 40405 typ host generation 0',
    ])
    expect(kept.split('\r\n')).toHaveLength(offer().split('\r\n').length - 3)
  })

  it('spells out a hold that is told by the address alone', () => {
    expect(withHoldSpelledOut(offer({ address: '0.0.0.0' }))).toContain('\r\na=sendonly\r\n')
    expect(withHoldSpelledOut(offer())).toBe(offer())
    expect(withHoldSpelledOut(offer({ direction: 'inactive' }))).toBe(offer({ direction: 'inactive' }))
  })

  it('says where we are', () => {
    expect(withLoopbackAddress(offer({ address: '0.0.0.0' }))).toBe(offer())
  })
})
