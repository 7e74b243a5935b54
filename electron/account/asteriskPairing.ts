/** Pairing with a bare Asterisk: kept as a Wazo session is, its password sealed or not at all. */
import { z } from 'zod'
import { type AsteriskPairing } from '../../shared/account.ts'
import { type PhoneLine } from '../../shared/phone.ts'
import { Dialect } from '../../shared/recording/state.ts'
import { parseWebSocketAddress } from './address.ts'
import { type Keyring, type Store } from './ports.ts'
import { keyOf } from './session.ts'

const KEY = 'asterisk.sealed'

const Kept = z.object({
  webSocket: z.string(),
  extension: z.string(),
  password: z.string(),
  /** Number whose hint tells permanent recording; empty = none. */
  hint: z.string(),
  /** Path of the watched folder; null = none. */
  folder: z.string().nullable(),
  template: z.string(),
  /** Missing in what was kept before it was asked for. */
  dialect: Dialect.default('start-stop'),
})
export type KeptPairing = z.infer<typeof Kept>

export interface AsteriskPairings {
  /** Checks and keeps a pairing. `folder`: the path that main's dialog gave. Throws AppFailure `address-invalid`. */
  pair(wanted: AsteriskPairing, folder: string | null): { readonly pairing: KeptPairing; readonly remembered: boolean }
  /** Keeps one that was changed. Answers whether it survives a restart. */
  keep(pairing: KeptPairing): boolean
  /** That of the last run; null = there is none, or it cannot be opened. */
  restore(): KeptPairing | null
  forget(): void
}

export function createAsteriskPairings(store: Store, keyring: Keyring): AsteriskPairings {
  const keep = (pairing: KeptPairing) => {
    const remembered = keyring.durable()
    if (remembered) store.set(KEY, keyring.seal(JSON.stringify(pairing)))
    else store.delete(KEY)
    return remembered
  }
  return {
    keep,
    pair: (wanted, folder) => {
      const pairing: KeptPairing = {
        webSocket: parseWebSocketAddress(wanted.webSocket).webSocket,
        extension: wanted.extension,
        password: wanted.password,
        hint: wanted.hint,
        folder: wanted.useFolder ? folder : null,
        template: wanted.template,
        dialect: wanted.dialect,
      }
      return { pairing, remembered: keep(pairing) }
    },
    restore: () => {
      const stored = store.get(KEY)
      const text = typeof stored === 'string' ? keyring.open(stored) : null
      if (text === null) return null
      try {
        return Kept.parse(JSON.parse(text))
      } catch {
        return null // of another version of ours: the user pairs again
      }
    },
    forget: () => store.delete(KEY),
  }
}

/** The line of a pairing. The realm is Asterisk's to choose, so the password goes along as it is. */
export function asteriskLine(pairing: KeptPairing): PhoneLine {
  const { webSocket, hostname } = parseWebSocketAddress(pairing.webSocket)
  const rest = {
    webSocket,
    uri: `sip:${pairing.extension}@${hostname}`,
    username: pairing.extension,
    displayName: '',
    secret: { kind: 'password', password: pairing.password },
    hint: pairing.hint === '' ? null : pairing.hint,
  } as const
  return { key: keyOf(rest), ...rest }
}
