/** Which phones are registered for a user, and until when (RFC 3261 10.3; limits of Wazo's WebRTC template, wazo.md 2.3). */

export const maxContacts = 10
const minSeconds = 60
const maxSeconds = 3600
const defaultSeconds = 120

/** One registered phone. `Via` is the socket behind which it sits. */
export interface Binding<Via> {
  /** The contact's address as the phone wrote it, without parameters of the header. */
  readonly uri: string
  readonly via: Via
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** The seconds that are granted for those asked; 0 stays 0 (RFC 3261: removal). */
export function grantedSeconds(asked: number | null): number {
  if (asked === null) return defaultSeconds
  return asked === 0 ? 0 : Math.min(maxSeconds, Math.max(minSeconds, asked))
}

export class Registrar<Via> {
  readonly #users = new Map<string, Binding<Via>[]>()

  /**
   * Registers, refreshes or (with `seconds` 0) removes one phone.
   * @returns false: the user has as many phones as are allowed
   */
  bind(username: string, uri: string, via: Via, seconds: number): boolean {
    const others = this.bindings(username).filter(binding => binding.uri !== uri)
    if (seconds === 0) {
      this.#set(username, others)
      return true
    }
    if (others.length >= maxContacts) return false
    this.#set(username, [...others, { uri, via, expiresAt: Date.now() + seconds * 1000 }])
    return true
  }

  /** Removes all of a user's phones (`Contact: *`). */
  clear(username: string): void {
    this.#users.delete(username)
  }

  /** Removes the phones behind a socket that is gone. */
  drop(via: Via): void {
    for (const [username, bindings] of this.#users) {
      this.#set(
        username,
        bindings.filter(binding => binding.via !== via),
      )
    }
  }

  /** A user's phones, the newest last. */
  bindings(username: string): readonly Binding<Via>[] {
    return (this.#users.get(username) ?? []).filter(binding => binding.expiresAt > Date.now())
  }

  /** Users with a phone. */
  usernames(): string[] {
    return [...this.#users.keys()].filter(username => this.bindings(username).length > 0)
  }

  #set(username: string, bindings: Binding<Via>[]): void {
    if (bindings.length === 0) this.#users.delete(username)
    else this.#users.set(username, bindings)
  }
}
