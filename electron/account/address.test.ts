import { expect, test } from 'vitest'
import { AppFailure } from '../../shared/failure.ts'
import { parseAddress, parseWebSocketAddress } from './address.ts'

test.each([
  ['pbx', 'pbx', 'https://pbx', 'pbx:443'],
  ['  PBX.Example ', 'pbx.example', 'https://pbx.example', 'pbx.example:443'],
  ['pbx.example:443', 'pbx.example', 'https://pbx.example', 'pbx.example:443'],
  ['pbx.example:8443', 'pbx.example:8443', 'https://pbx.example:8443', 'pbx.example:8443'],
  ['HTTPS://pbx.example/login?x=1#y', 'pbx.example', 'https://pbx.example', 'pbx.example:443'],
  ['10.0.0.5:9443/', '10.0.0.5:9443', 'https://10.0.0.5:9443', '10.0.0.5:9443'],
  ['::1', '[::1]', 'https://[::1]', '[::1]:443'],
  ['[::1]:8443', '[::1]:8443', 'https://[::1]:8443', '[::1]:8443'],
  ['bücher.example', 'xn--bcher-kva.example', 'https://xn--bcher-kva.example', 'xn--bcher-kva.example:443'],
])('%s', (typed, display, origin, host) => expect(parseAddress(typed)).toMatchObject({ display, origin, host }))

test.each([
  '',
  ' ',
  'http://pbx.example',
  'ftp://pbx',
  'https://https://pbx',
  'user:pass@pbx',
  'https://user@pbx.example',
  'pbx example',
  'pbx:0',
  'pbx:99999',
  'pbx\\evil',
  '/path',
  'a..b',
  'javascript:alert(1)',
])('%s is refused', typed => expect(() => parseAddress(typed)).toThrow(new AppFailure('address-invalid')))

test('Asterisk’s WebSocket', () => {
  expect(parseWebSocketAddress(' ws://127.0.0.1:8088 ')).toEqual({
    webSocket: 'ws://127.0.0.1:8088/ws',
    hostname: '127.0.0.1',
  })
  expect(parseWebSocketAddress('WSS://PBX/asterisk/ws').webSocket).toBe('wss://pbx/asterisk/ws')
  for (const typed of ['https://pbx', 'pbx', 'ws://u:p@pbx/ws', ''])
    expect(() => parseWebSocketAddress(typed)).toThrow('address-invalid')
})
