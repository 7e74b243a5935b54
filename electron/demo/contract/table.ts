/** Which exchanges are compared, by route and role: the rest is not imitated, and counted. */
import { adminHolder, basicCredentials, tokensOf, type Past } from './past.ts'
import { header, type Exchange } from './transcripts.ts'

export type Role = 'user' | 'nobody' | 'administrator'

/** Who asked: by the token's holder, or by the credentials of a login. */
export function roleOf(past: Past, { request, response, as }: Exchange): Role {
  if (/admin/.test(as ?? '')) return 'administrator'
  const holders = tokensOf({ request, response }).map(token => past.holders.get(token))
  if (holders.includes(adminHolder)) return 'administrator'
  const credentials = basicCredentials(header(request.headers, 'authorization'))
  if (credentials !== null) {
    const login = past.logins.find(candidate => candidate.login === credentials.login)
    if (login !== undefined && !past.users.some(user => user.uuid === login.uuid)) return 'administrator'
    return login === undefined ? 'nobody' : 'user'
  }
  return holders.some(holder => holder !== undefined) ? 'user' : 'nobody'
}

interface Omission {
  readonly role: Role | 'anyone'
  readonly route: RegExp
  readonly why: string
}

const omissions: readonly Omission[] = [
  { role: 'administrator', route: /./, why: 'administration' },
  { role: 'anyone', route: /^\/api\/auth\/0\.1\/users\/password\//, why: 'password reset by e-mail' },
  { role: 'anyone', route: /\/meetings(\/|$)/, why: 'meetings' },
]

/** Why the demo does not imitate it; null: it is compared. */
export function omitted(past: Past, exchange: Exchange): string | null {
  const role = roleOf(past, exchange)
  const found = omissions.find(
    omission => (omission.role === 'anyone' || omission.role === role) && omission.route.test(exchange.request.path),
  )
  return found?.why ?? null
}
