/** The secret of a TURN server: sealed by the keyring, or for this run alone where there is none. */
import { type Keyring, type Store } from '../account/ports.ts'

const KEPT = 'turnSecret'

export class TurnSecret {
  readonly #store: Store
  readonly #keyring: Keyring
  #secret: string | null = null

  constructor(store: Store, keyring: Keyring) {
    this.#store = store
    this.#keyring = keyring
    const sealed = store.get(KEPT)
    if (typeof sealed === 'string' && keyring.durable()) this.#secret = keyring.open(sealed)
  }

  get value(): string | null {
    return this.#secret
  }

  set(secret: string | null): void {
    this.#secret = secret
    if (secret !== null && this.#keyring.durable()) this.#store.set(KEPT, this.#keyring.seal(secret))
    else this.#store.delete(KEPT)
  }
}
