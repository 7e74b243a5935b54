/** `tel:`, `callto:` and `sip:` links of web pages and mail: a number to call, which another program hands over. */
import { cleanNumber } from './number.ts'

export const CALL_SCHEMES = ['tel', 'callto', 'sip'] as const

const LONGEST = 300

/** Is it a call's link at all? What another program hands over may be anything. */
export const isCallLink = (text: string): boolean => /^(?:tel|callto|sip):/i.test(text.slice(0, 10))

/**
 * The number of a link, clean; null: none that a link may bring. Codes of the server (`*`, `#`) are for those who type them: a
 * page that brings one wants something done that its reader does not see.
 */
export function numberOfCallLink(text: string): string | null {
  if (text.length > LONGEST || !isCallLink(text)) return null
  const number = cleanNumber(text)
  return number === null || /[*#]/.test(number) ? null : number
}
