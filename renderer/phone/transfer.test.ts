import { describe, expect, test } from 'vitest'
import { statusOfFragment } from './transfer.ts'

describe('what a NOTIFY says of a transfer', () => {
  test('is the status line of its fragment', () => {
    expect(statusOfFragment('SIP/2.0 100 Trying\r\n')).toBe(100)
    expect(statusOfFragment('SIP/2.0 180 Ringing')).toBe(180)
    expect(statusOfFragment('SIP/2.0 200 OK\r\nContact: <sip:x@y>\r\n')).toBe(200)
    expect(statusOfFragment('SIP/2.0 503 Service Unavailable\r\n')).toBe(503)
    expect(statusOfFragment('SIP/2.0 486')).toBe(486)
  })
  test('is nothing where there is none', () => {
    for (const body of ['', 'hello', 'SIP/2.0 9999 x', 'SIP/2.0 700 x', 'X SIP/2.0 200 OK', '\r\nSIP/2.0 200 OK'])
      expect(statusOfFragment(body)).toBeNull()
  })
})
