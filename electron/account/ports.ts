/** What `account/` asks of the computer: a place for settings, a keyring and a clock. main.ts gives them. */

export { type Clock, systemClock } from '../wazo/clock.ts'

/** Kept in clear: never a secret. */
export interface Store {
  /** Undefined = not there. What comes back is parsed by whoever asked. */
  get(key: string): unknown
  set(key: string, value: unknown): void
  delete(key: string): void
}

export interface Keyring {
  /** False: what is sealed could be read by anyone on this computer, so nothing is kept. */
  durable(): boolean
  seal(text: string): string
  /** Null: it cannot be opened (another user, another computer, a new keyring). */
  open(sealed: string): string | null
}
