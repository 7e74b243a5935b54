/** What a registrar's list of contacts says of our own registration. Pure. */

/**
 * `ours`: this phone is on the list. `taken`: it is not, another device is, on a line that takes one alone (asterisk.md 7: the
 * older registration is told nothing). `gone`: it expired, or the server has forgotten it.
 */
export type Standing = 'ours' | 'taken' | 'gone'

/**
 * @param users the user part of each contact's address: ours is a random name of this run, which a server keeps even where it
 * rewrites the rest to where the socket came from (Asterisk: rewrite_contact)
 * @param several the line was seen to have several phones at once: then another one takes nobody's place
 */
export function standingOf(users: readonly (string | undefined)[], own: string, several: boolean): Standing {
  if (users.includes(own)) return 'ours'
  return users.length > 0 && !several ? 'taken' : 'gone'
}

/** Two phones stand on the list, ours one of them. */
export const isShared = (users: readonly (string | undefined)[], own: string): boolean =>
  users.includes(own) && users.some(user => user !== own)
