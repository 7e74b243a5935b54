/** What SIP statuses mean to a phone that registers. What they mean to a person who calls is in shared/sip.ts. */

/** These say "later", though they are of the 4xx kind (RFC 3261 21.4). */
const LATER: ReadonlySet<number> = new Set([408, 423, 429, 480, 491])

/** The server will not have us: a wrong name or password, a line that is full or unknown. */
export const isRefusal = (status: number): boolean =>
  (status >= 400 && status < 500 && !LATER.has(status)) || status >= 600

/** Asked for proof again after we gave it: only another password helps (asterisk.md 7). */
export const isWrongPassword = (status: number): boolean => status === 401 || status === 407
