import { expect, test } from 'vitest'
import { withAddress } from './sdp.ts'

test('an offer without an address is none of hold', () => {
  const offer =
    'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\n'
  expect(withAddress(offer)).toBe(offer.replace('c=IN IP4 0.0.0.0', 'c=IN IP4 127.0.0.1'))
})

test('an address that is there stays', () => {
  const offer = 'm=audio 20000 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 192.0.2.7\r\n'
  expect(withAddress(offer)).toBe(offer)
})
