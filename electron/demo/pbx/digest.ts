/** Digest authentication of SIP requests (RFC 3261 22.4, RFC 2617) as Asterisk asks for it: realm "asterisk", MD5, qop auth. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

export const realm = 'asterisk'
/** Seconds for which a nonce is good; Asterisk: 32. */
const nonceLifetime = 32

const hex32 = z.string().regex(/^[0-9a-f]{32}$/i)
const credentialsSchema = z.object({
  username: z.string(),
  realm: z.literal(realm),
  nonce: z.string(),
  uri: z.string(),
  response: hex32,
  cnonce: z.string(),
  nc: z.string().regex(/^[0-9a-f]{8}$/i),
  qop: z.literal('auth'),
})

/** The parameters of an `Authorization: Digest` header; null when it is none or incomplete. */
export function parseCredentials(header: string): z.infer<typeof credentialsSchema> | null {
  const [, list] = /^\s*Digest\s+(.*)$/is.exec(header) ?? []
  if (list === undefined) return null
  const pairs = list.matchAll(/([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi)
  const found = Object.fromEntries(
    [...pairs].map(([, name = '', quoted, bare]) => [name.toLowerCase(), quoted ?? bare]),
  )
  return credentialsSchema.safeParse(found).data ?? null
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}

export class DigestGate {
  readonly #key = randomBytes(32)

  /** The value of a `WWW-Authenticate` header with a fresh nonce. */
  challenge(): string {
    const nonce = this.#nonce(Math.floor(Date.now() / 1000))
    const opaque = randomBytes(8).toString('hex')
    return `Digest realm="${realm}",nonce="${nonce}",opaque="${opaque}",algorithm=MD5,qop="auth"`
  }

  /**
   * Checks a request.
   * @param header its `Authorization`, if it has one
   * @param secretOf a user's password; null when there is no such user
   * @returns the user name, or null: ask with `challenge`
   */
  check(method: string, header: string | undefined, secretOf: (username: string) => string | null): string | null {
    const given = header === undefined ? null : parseCredentials(header)
    const secret = given === null ? null : secretOf(given.username)
    if (given === null || secret === null || !this.#isFresh(given.nonce)) return null
    const ha1 = md5(`${given.username}:${realm}:${secret}`)
    const ha2 = md5(`${method}:${given.uri}`)
    const expected = md5([ha1, given.nonce, given.nc, given.cnonce, given.qop, ha2].join(':'))
    return equal(expected, given.response.toLowerCase()) ? given.username : null
  }

  #nonce(second: number): string {
    return `${second}/${createHmac('md5', this.#key).update(String(second)).digest('hex')}`
  }

  #isFresh(nonce: string): boolean {
    const second = Number.parseInt(nonce, 10)
    const age = Date.now() / 1000 - second
    return equal(nonce, this.#nonce(second)) && age < nonceLifetime + 1
  }
}

function equal(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
