/** Where a dialled number leads: the demo's dial plan. Pure. */
import { type Directory, type Line } from '../telephony.ts'

export type Zone = 'internal' | 'external'

export interface Party {
  readonly name: string
  readonly number: string
}

export type Route =
  /** No such number: refused before a channel exists. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly code: number; readonly cause: number }
  | { readonly kind: 'line'; readonly line: Line }
  /** A voice that answers by itself: the demo extension, or somebody outside. */
  | { readonly kind: 'voice'; readonly party: Party; readonly zone: Zone }
  | { readonly kind: 'permanent' }

export const supportDesk: Party = { name: 'Support desk', number: '1050' }

const testNumbers = new Map([
  ['610', { code: 486, cause: 17 }],
  ['611', { code: 403, cause: 21 }],
  ['612', { code: 503, cause: 34 }],
  ['614', { code: 480, cause: 19 }],
  ['615', { code: 488, cause: 58 }],
  ['616', { code: 500, cause: 41 }],
])

const namesOutside = new Map([['14185550142', 'Marie Tremblay']])

/** A number with 7 digits or more after a `+` or a leading 9. */
const outside = /^(?:\+\d{7,15}|9\d{6,15})$/

export function routeOf(number: string, directory: Directory): Route {
  if (number === directory.codes().permanent) return { kind: 'permanent' }
  const line = directory.lineByExtension(number)
  if (line !== null) return { kind: 'line', line }
  const refused = testNumbers.get(number)
  if (refused !== undefined) return { kind: 'refused', ...refused }
  if (number === supportDesk.number) return { kind: 'voice', party: supportDesk, zone: 'internal' }
  if (outside.test(number)) {
    const name = namesOutside.get(number.replace(/^(?:\+|9)/, '')) ?? ''
    return { kind: 'voice', party: { name, number }, zone: 'external' }
  }
  return { kind: 'unknown' }
}

/** Whether a party that calls in is one of the house. */
export function zoneOf(number: string, directory: Directory): Zone {
  return number === supportDesk.number || directory.lineByExtension(number) !== null ? 'internal' : 'external'
}
