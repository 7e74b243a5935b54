/** Signing in at a Wazo server, coming back after a restart, and signing out. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type WazoSignIn } from '../../shared/account.ts'
import { createAuth, type Token } from '../wazo/auth.ts'
import { createCheckedAgent } from '../wazo/certificate.ts'
import { toFailure } from '../wazo/errors.ts'
import { type Address, parseAddress } from './address.ts'
import { createPins, type Pins } from './pins.ts'
import { type Clock, type Keyring, type Store } from './ports.ts'
import { asFailure, Facts, LiveSession, type WazoSession, within } from './session.ts'
import { createTokens } from './tokens.ts'

/** Keys of the store. Only the sealed one holds a secret, and only sealed. */
const KEYS = { installation: 'installation', sealed: 'wazo.sealed', facts: 'wazo.facts', last: 'wazo.last' } as const

/** How long a start of the app waits for the server before it shows what is remembered, milliseconds. */
const PATIENCE_MS = 3_000

const Sealed = z.object({ origin: z.string(), refreshToken: z.string(), clientId: z.string(), userUuid: z.string() })
type Sealed = z.infer<typeof Sealed>
const Last = z.object({ server: z.string(), username: z.string() })

export interface WazoAccounts {
  readonly pins: Pins
  /** What was typed last time, for the sign-in page. */
  last(): { readonly server: string; readonly username: string }
  /**
   * Throws AppFailure: `address-invalid`, `unreachable`, `not-wazo`, `certificate-untrusted` and `-changed`,
   * `wrong-password`, `too-many-sessions`, `throttled`, `server-trouble`, `not-a-user`.
   */
  signIn(wanted: WazoSignIn): Promise<WazoSession>
  /**
   * The session of the last run; null = there is none. Without an answer of the server within 3 s it comes back as it
   * was (`trouble` tells why, once that is known). Throws AppFailure `session-over` or `not-a-user` after forgetting it.
   */
  restore(): Promise<WazoSession | null>
  /** Revokes what the server will still take, and forgets everything but the typed names. False = not revoked. */
  signOut(session: WazoSession): Promise<boolean>
}

export interface AccountOptions {
  readonly store: Store
  readonly keyring: Keyring
  readonly clock: Clock
  /** The app's version. */
  readonly version: string
}

export function createWazoAccounts({ store, keyring, clock, version }: AccountOptions): WazoAccounts {
  const pins = createPins(store)

  const clientId = (): string => {
    const known = z.uuid().safeParse(store.get(KEYS.installation))
    const installation = known.success ? known.data : randomUUID()
    if (!known.success) store.set(KEYS.installation, installation)
    return `tallylight-${installation}`
  }
  const forget = () => {
    store.delete(KEYS.sealed)
    store.delete(KEYS.facts)
  }
  const reachOf = (address: Address) => ({ origin: address.origin, agent: createCheckedAgent(pins), version })

  const build = (
    address: Address,
    reach: ReturnType<typeof reachOf>,
    facts: Facts,
    session: { clientId: string; refreshToken: string | null; first: Token | null; remembered: boolean },
  ): LiveSession => {
    const auth = createAuth(reach)
    const tokens = createTokens({
      auth,
      ...session,
      clock,
      over: () => {
        forget()
        live.end({ code: 'session-over' })
      },
    })
    const live: LiveSession = new LiveSession({
      address,
      reach,
      auth,
      tokens,
      clock,
      facts,
      remembered: session.remembered,
      save: changed => {
        if (session.remembered) store.set(KEYS.facts, changed)
      },
    })
    return live
  }

  const signOut: WazoAccounts['signOut'] = async session => {
    forget()
    let revoked = true
    try {
      const token = await session.tokens.current()
      await session.auth.revokeRefresh(token, clientId())
    } catch {
      revoked = false // unreachable, or over already: nothing of it is kept here in any case
    }
    await session.close()
    return revoked
  }

  const signIn = async ({ server, username, password }: WazoSignIn): Promise<WazoSession> => {
    const address = parseAddress(server)
    store.set(KEYS.last, { server, username })
    const reach = reachOf(address)
    const auth = createAuth(reach)
    const id = clientId()
    let token: Token
    try {
      await auth.probe()
      token = await auth.signIn(username, password, id)
    } catch (error) {
      reach.agent.destroy()
      throw error
    }
    const { refreshToken, userUuid } = token
    const remembered = keyring.durable() && refreshToken !== null
    const facts: Facts = {
      userUuid,
      username,
      userId: null,
      name: username,
      extension: '',
      line: null,
      capabilities: null,
      use: null,
    }
    const session = build(address, reach, facts, { clientId: id, refreshToken, first: token, remembered })
    try {
      await session.refresh()
    } catch (error) {
      await signOut(session)
      throw error
    }
    if (remembered) {
      const secret: Sealed = { origin: address.origin, refreshToken, clientId: id, userUuid }
      store.set(KEYS.sealed, keyring.seal(JSON.stringify(secret)))
    } else {
      forget()
    }
    return session
  }

  const restore = async (): Promise<WazoSession | null> => {
    // A keyring that is away may come back: what it sealed is left for then.
    if (!keyring.durable()) return null
    const sealed = openSealed(keyring, store.get(KEYS.sealed))
    const stored = Facts.safeParse(store.get(KEYS.facts))
    if (!sealed || !stored.success || stored.data.userUuid !== sealed.userUuid) {
      forget()
      return null
    }
    const address = parseAddress(sealed.origin)
    const session = build(address, reachOf(address), stored.data, { ...sealed, first: null, remembered: true })
    const fresh = session.refresh().catch((error: unknown) => {
      const { code } = toFailure(error)
      if (code !== 'session-over' && code !== 'not-a-user') return // offline: `trouble` tells
      forget()
      session.end({ code })
      throw error
    })
    // Beyond our patience its failure reaches the listeners of `onOver` alone.
    fresh.catch(() => undefined)
    try {
      await within(clock, PATIENCE_MS, fresh)
    } catch (error) {
      await session.close()
      throw error
    }
    return session
  }

  return {
    pins,
    last: () => {
      const last = Last.safeParse(store.get(KEYS.last))
      return last.success ? last.data : { server: '', username: '' }
    },
    signIn: wanted => asFailure(signIn(wanted)),
    restore: () => asFailure(restore()),
    signOut,
  }
}

function openSealed(keyring: Keyring, stored: unknown): Sealed | null {
  const text = typeof stored === 'string' ? keyring.open(stored) : null
  if (text === null) return null
  try {
    return Sealed.parse(JSON.parse(text))
  } catch {
    return null // of another version of ours: the user signs in again
  }
}
