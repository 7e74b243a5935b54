/** The one source of access tokens of a session: renewed early, by one request that all share, and never logged. */
import { AppFailure } from '../../shared/failure.ts'
import { type Auth, type Token } from '../wazo/auth.ts'
import { type RenewedTokens } from '../wazo/eventSocket.ts'
import { type Clock } from './ports.ts'

/** Renewed when this part of its life is over. One that cannot be renewed is used to its end. */
const RENEW_AT = 0.75
/** A renewal by the timer that failed is tried again after this long. */
const AGAIN_MS = 30_000
/** A token with less than this left is not used any more, where there will be another. */
const MARGIN_MS = 5_000

export interface Tokens extends RenewedTokens {
  /** Ends the timer. Answers the last token, for its revocation; null = there is none. */
  stop(): string | null
}

export interface TokenOptions {
  readonly auth: Pick<Auth, 'refresh'>
  readonly clientId: string
  /** Null: this server gave none, and the session ends with its token. */
  readonly refreshToken: string | null
  /** The token of the sign-in; null at a restore. */
  readonly first: Token | null
  readonly clock: Clock
  /** Told once, when the session is revoked or cannot be renewed. */
  readonly over: () => void
}

export function createTokens({ auth, clientId, refreshToken, first, clock, over }: TokenOptions): Tokens {
  let held: { readonly token: string; readonly until: number } | null = null
  let flight: Promise<string> | null = null
  let ended = false
  let stopped = false
  let stopTimer: () => void = () => undefined
  const listeners = new Set<(token: string) => void>()

  const arm = (ms: number) => {
    stopTimer()
    // What fails here is met again by the next request, which tells it to whoever asked.
    if (!stopped && !ended) stopTimer = clock.after(ms, () => void renewal().catch(() => arm(AGAIN_MS)))
  }
  const hold = (fresh: Token): string => {
    held = { token: fresh.token, until: clock.now() + fresh.lifeMs }
    arm(fresh.lifeMs * (refreshToken === null ? 1 : RENEW_AT))
    return fresh.token
  }
  const finish = (): AppFailure => {
    if (!ended) {
      ended = true
      stopTimer()
      over()
    }
    return new AppFailure('session-over')
  }
  const refresh = async (): Promise<string> => {
    if (ended || refreshToken === null) throw finish()
    try {
      const token = hold(await auth.refresh(refreshToken, clientId))
      for (const listener of listeners) listener(token)
      return token
    } catch (error) {
      if (error instanceof AppFailure && error.failure.code === 'session-over') throw finish()
      throw error
    }
  }
  const renewal = (): Promise<string> => {
    flight ??= refresh().finally(() => {
      flight = null
    })
    return flight
  }

  if (first) hold(first)
  return {
    current: () => {
      // By the clock too: timers stand still while a computer sleeps.
      const margin = refreshToken === null ? 0 : MARGIN_MS
      if (held && !ended && clock.now() < held.until - margin) return Promise.resolve(held.token)
      return renewal()
    },
    renew: refused => {
      if (!flight && held && held.token !== refused && !ended) return Promise.resolve(held.token)
      return renewal()
    },
    onRenewed: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: () => {
      stopped = true
      stopTimer()
      return held?.token ?? null
    },
  }
}
