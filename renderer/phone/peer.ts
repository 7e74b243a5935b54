/** The other party as SIP names it. A caller chooses his own name: it is cut and stripped before anything shows it. */
import { Dialable } from '../../shared/phone.ts'

const LONGEST = 120
/** Control characters, line separators, and what turns the direction of text round; joiners of scripts stay. */
const UNSAFE = /[\p{Cc}\p{Co}\p{Cs}\u2028\u2029]|(?![\u200c\u200d])\p{Cf}/gu

/** At most 120 characters, none of which controls anything. */
export function cleanText(text: string): string {
  return [...text.replace(UNSAFE, '').trim()].slice(0, LONGEST).join('')
}

export interface Identity {
  readonly displayName: string
  readonly uri: { readonly user: string | undefined }
}

/** @param asserted `P-Asserted-Identity` of the server, which knows better than the caller's own From (RFC 3325) */
export function peerOf(asserted: Identity | undefined, claimed: Identity): { name: string; number: string } {
  const identity = asserted ?? claimed
  const number = cleanText(identity.uri.user ?? '')
  const name = cleanText(identity.displayName)
  return { name: name === number ? '' : name, number }
}

/** The SIP address of a number. `#` is not allowed in a user part as it is (RFC 3261 25.1). Throws on anything undialable. */
export function addressOf(number: string, host: string): string {
  return `sip:${Dialable.parse(number).replaceAll('#', '%23')}@${host}`
}
