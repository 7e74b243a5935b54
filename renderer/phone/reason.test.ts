import { expect, test } from 'vitest'
import { isAnsweredElsewhere } from './reason.ts'

test.each([
  // as Asterisk 22 writes it
  [['SIP;cause=200;text="Call completed elsewhere"'], true],
  [['Q.850 ;cause=16', 'sip ; text="x" ; cause = 200'], true],
  [['Q.850;cause=26, SIP;cause=200'], true],
  [['SIP;cause=487;text="ORIGINATOR_CANCEL"'], false],
  [['SIP;cause=2000'], false],
  [['Q.850;cause=200'], false],
  // a text is whatever somebody writes
  [['Q.850;cause=16;text=", SIP;cause=200"'], false],
  [['SIP;text=", SIP;cause=200"'], false],
  [[], false],
])('%j: answered elsewhere is %s', (reasons, expected) => {
  expect(isAnsweredElsewhere(reasons)).toBe(expected)
})
