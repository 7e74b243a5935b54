/** For tests: a store and a keyring in memory. */
import { type Keyring, type Store } from './ports.ts'

export interface MemoryStore extends Store {
  /** Everything in it, as it would lie on the disk. */
  text(): string
}

export function memoryStore(): MemoryStore {
  const values = new Map<string, string>()
  return {
    get: key => {
      const value = values.get(key)
      return value === undefined ? undefined : (JSON.parse(value) as unknown)
    },
    set: (key, value) => void values.set(key, JSON.stringify(value)),
    delete: key => void values.delete(key),
    text: () => JSON.stringify([...values]),
  }
}

/** Seals by base64, which is enough to see that nothing lies about in clear. */
export function memoryKeyring(durable = true): Keyring & { lock(): void } {
  let locked = false
  return {
    durable: () => durable,
    seal: text => Buffer.from(text).toString('base64'),
    open: sealed => (locked ? null : Buffer.from(sealed, 'base64').toString('utf8')),
    lock: () => {
      locked = true
    },
  }
}
