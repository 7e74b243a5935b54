/** What SIP statuses mean to a person who calls. (RFC 3261 section 21; asterisk.md 7 for what Asterisk and Wazo send) */
import { type Failure, type FailureCode } from './failure.ts'

const CODES: Readonly<Record<number, FailureCode>> = {
  403: 'call-forbidden',
  404: 'call-unknown-number',
  408: 'call-no-answer',
  480: 'call-unavailable',
  484: 'call-unknown-number',
  486: 'call-busy',
  487: 'call-no-answer',
  600: 'call-busy',
  603: 'call-declined',
  604: 'call-unknown-number',
}

/** The failure of a call that a final SIP status (300 to 699) ended before it was up. */
export const callFailure = (status: number): Failure => ({ code: CODES[status] ?? 'call-failed', status })
