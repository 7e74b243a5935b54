/** Collects pressed digits until they are a feature code or cannot become one (Asterisk: features, featuredigittimeout). Pure. */

/** Digits that may be the beginning of the code, and when the last was pressed (milliseconds). */
export interface HeldDigits {
  readonly digits: string
  readonly at: number
}

export interface Press {
  readonly held: HeldDigits
  /** To the other party, in order. */
  readonly passed: string
  /** The code is complete; its digits are swallowed. */
  readonly matched: boolean
}

export const nothingHeld: HeldDigits = { digits: '', at: 0 }

/**
 * One more digit.
 * @param code for example `*3`; an empty code never matches
 * @param at milliseconds on the clock of `held.at`
 * @param timeoutMs a gap of this much or more begins anew
 */
export function press(held: HeldDigits, digit: string, at: number, code: string, timeoutMs: number): Press {
  const late = held.digits !== '' && at - held.at >= timeoutMs
  const released = late ? held.digits : ''
  const digits = (late ? '' : held.digits) + digit
  if (code === '' || !code.startsWith(digits)) return { held: nothingHeld, passed: released + digits, matched: false }
  if (digits === code) return { held: nothingHeld, passed: released, matched: true }
  return { held: { digits, at }, passed: released, matched: false }
}
