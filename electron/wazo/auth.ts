/** wazo-auth: tokens, what they may do, and their end (wazo.md 1.2 to 1.4). */
import { z } from 'zod'
import { AppFailure } from '../../shared/failure.ts'
import { type Call, createHttp, isTokenAlive, type Reach } from './http.ts'

/** Life that is asked for, seconds. */
export const EXPIRATION_S = 3600

export interface Token {
  readonly token: string
  /** Only a sign-in tells it; null before 19.13, and in the answer to a renewal. */
  readonly refreshToken: string | null
  readonly userUuid: string
  /** Milliseconds from its issue to its end. */
  readonly lifeMs: number
}

export interface Auth {
  /** Whether wazo-auth answers there. Throws AppFailure `not-wazo`, WazoError, or the certificate's AppFailure. */
  probe(): Promise<void>
  /** Throws AppFailure `wrong-password`, `too-many-sessions`, `throttled` or `not-wazo`; else as `probe`. */
  signIn(username: string, password: string, clientId: string): Promise<Token>
  /** Throws AppFailure `session-over` when the refresh token is no longer known; else as `signIn`. */
  refresh(refreshToken: string, clientId: string): Promise<Token>
  /** False: the token is over or revoked. Throws WazoError when the server does not tell. */
  isAlive(token: string): Promise<boolean>
  /** Which of the ACLs the token grants; null = this server cannot tell (before 20.13). A right is no route yet. */
  scopes(token: string, scopes: readonly string[]): Promise<Readonly<Record<string, boolean>> | null>
  /** Ends the refresh token. One that is gone already is no error. Throws WazoError. */
  revokeRefresh(token: string, clientId: string): Promise<void>
  /** Ends the access token. Throws WazoError. */
  revoke(token: string): Promise<void>
}

const TokenAnswer = z.object({
  data: z.object({
    token: z.string().min(1),
    refresh_token: z.string().min(1).nullish(),
    auth_id: z.string().nullish(),
    xivo_user_uuid: z.string().nullish(),
    utc_issued_at: z.string().nullish().catch(null),
    utc_expires_at: z.string().nullish().catch(null),
    metadata: z.object({ uuid: z.string().nullish(), pbx_user_uuid: z.string().nullish() }).nullish(),
  }),
})
const Scopes = z.object({ scopes: z.record(z.string(), z.boolean()) })

export function createAuth(reach: Reach): Auth {
  const http = createHttp('auth', reach, null)

  const ask = async (call: Call, refused: 'wrong-password' | 'session-over'): Promise<Token> => {
    const answer = await http.send(call)
    if (answer.status === 401) throw new AppFailure({ code: refused, status: 401 })
    if (answer.status === 429) {
      const code = answer.contentType.includes('json') ? 'too-many-sessions' : 'throttled'
      throw new AppFailure({ code, status: 429 })
    }
    if (answer.status !== 200) {
      const error = http.error(call, answer)
      throw error.kind === 'no-route' ? new AppFailure({ code: 'not-wazo', status: answer.status }) : error
    }
    const parsed = TokenAnswer.safeParse(answer.body)
    if (!parsed.success) throw new AppFailure('not-wazo')
    const { data } = parsed.data
    const userUuid = data.metadata?.pbx_user_uuid ?? data.metadata?.uuid ?? data.xivo_user_uuid ?? data.auth_id
    if (!userUuid) throw new AppFailure('not-a-user')
    return {
      token: data.token,
      refreshToken: data.refresh_token ?? null,
      userUuid,
      lifeMs: lifeOf(data.utc_issued_at, data.utc_expires_at),
    }
  }

  return {
    probe: async () => {
      const call: Call = { method: 'HEAD', path: '/status' }
      const answer = await http.send(call)
      if (answer.status === 429 || answer.status >= 500) throw http.error(call, answer)
      // An old server may ask for a token here, or know another method only: that is Wazo, too.
      if (![200, 204, 401, 405].includes(answer.status))
        throw new AppFailure({ code: 'not-wazo', status: answer.status })
    },
    signIn: (username, password, clientId) => {
      const basic = Buffer.from(`${username}:${password}`, 'utf8').toString('base64')
      return ask(
        {
          method: 'POST',
          path: '/token',
          headers: { Authorization: `Basic ${basic}` },
          body: { expiration: EXPIRATION_S, access_type: 'offline', client_id: clientId },
          secrets: [password, basic],
        },
        'wrong-password',
      )
    },
    refresh: (refreshToken, clientId) =>
      ask(
        {
          method: 'POST',
          path: '/token',
          body: { expiration: EXPIRATION_S, refresh_token: refreshToken, client_id: clientId },
          secrets: [refreshToken],
        },
        'session-over',
      ),
    isAlive: token => isTokenAlive(reach, token),
    scopes: async (token, scopes) => {
      const call: Call = {
        method: 'POST',
        path: `/token/${encodeURIComponent(token)}/scopes/check`,
        body: { scopes },
        secrets: [token],
      }
      const answer = await http.send(call)
      const error = answer.status === 200 ? null : http.error(call, answer)
      if (error?.kind === 'no-route') return null
      if (error) throw error
      const parsed = Scopes.safeParse(answer.body)
      return parsed.success ? parsed.data.scopes : null
    },
    revokeRefresh: async (token, clientId) => {
      const path = `/users/me/tokens/${encodeURIComponent(clientId)}`
      await http.expect({ method: 'DELETE', path, headers: { 'X-Auth-Token': token }, secrets: [token] }, 204, 404)
    },
    revoke: async token => {
      await http.expect({ method: 'DELETE', path: `/token/${encodeURIComponent(token)}`, secrets: [token] }, 200, 204)
    },
  }
}

/** From two times of the same clock, the server's: the only use that does not depend on ours (wazo.md 1.2). */
function lifeOf(issued: string | null | undefined, expires: string | null | undefined): number {
  const life = Date.parse(`${expires ?? ''}Z`) - Date.parse(`${issued ?? ''}Z`)
  return Number.isFinite(life) && life > 0 ? life : EXPIRATION_S * 1000
}
