/** One normaliser for the four error shapes of Wazo's services (wazo.md 1.5), without a secret in any of them. */
import { z } from 'zod'
import { AppFailure, type Failure, type FailureCode } from '../../shared/failure.ts'

export type Service = 'auth' | 'confd' | 'calld' | 'call-logd' | 'websocketd'

export type WazoErrorKind =
  | 'unreachable' // no answer at all
  | 'timeout' // none in time: the command may have worked
  | 'expired' // the token is over and could not be renewed
  | 'no-right' // a live token that may not do this
  | 'no-route' // HTML 404 or 405: this server is too old (or not Wazo)
  | 'not-found' // the object is not there
  | 'refused' // any other 4xx
  | 'trouble' // 5xx, with or without a body of theirs
  | 'throttled' // 429
  | 'invalid' // an answer that is not what the service says

/** What went wrong at a Wazo service. Holds no token, no password and no request. */
export class WazoError extends Error {
  readonly service: Service
  readonly kind: WazoErrorKind
  /** HTTP status; null where there was no answer. */
  readonly status: number | null
  /** Their `error_id`, or the network's code (`ECONNREFUSED`); null where there is none. */
  readonly errorId: string | null
  /** Their own words and details, redacted; for the log. */
  readonly details: string | null

  constructor(data: {
    service: Service
    kind: WazoErrorKind
    /** Method and path, redacted. */
    route: string
    status?: number | null
    errorId?: string | null
    details?: string | null
  }) {
    const { service, kind, route, status = null, errorId = null, details = null } = data
    super([service, route, kind, status, errorId].filter(part => part !== null).join(' '))
    this.name = 'WazoError'
    this.service = service
    this.kind = kind
    this.status = status
    this.errorId = errorId
    this.details = details
  }
}

/** What remains of an answer for judging it. `body`: parsed when it was JSON, else text. */
export interface Answered {
  readonly status: number
  readonly contentType: string
  readonly body: unknown
}

const TheirError = z.object({
  message: z.string().optional(),
  error_id: z.string().optional(),
  details: z.unknown().optional(),
})
/** wazo-auth's token routes. */
const Reasons = z.object({ reason: z.array(z.string()) })

/** The error of an answer that is none of the expected ones. `secrets` are cut out of whatever is kept. */
export function errorOf(service: Service, route: string, answer: Answered, secrets: readonly string[]): WazoError {
  const { errorId, words } = wordsOf(answer.body)
  return new WazoError({
    service,
    kind: kindOf(answer),
    route: redact(route, secrets),
    status: answer.status,
    errorId,
    details: words === null ? null : redact(words, secrets).slice(0, 500),
  })
}

function kindOf({ status, contentType }: Answered): WazoErrorKind {
  if (status === 429) return 'throttled'
  if (status >= 500) return 'trouble'
  if (status === 404) return contentType.includes('json') ? 'not-found' : 'no-route'
  if (status === 405 || (status >= 300 && status < 400)) return 'no-route'
  if (status === 401) return 'no-right'
  return status >= 400 ? 'refused' : 'invalid'
}

function wordsOf(body: unknown): { errorId: string | null; words: string | null } {
  const theirs = TheirError.safeParse(body)
  if (theirs.success && (theirs.data.error_id !== undefined || theirs.data.message !== undefined)) {
    const { message = '', error_id = null, details } = theirs.data
    return { errorId: error_id, words: details === undefined ? message : `${message} ${JSON.stringify(details)}` }
  }
  const reasons = Reasons.safeParse(body)
  if (reasons.success) return { errorId: null, words: reasons.data.reason.join('; ') }
  // confd: an array of texts, or one bare text; an HTML page says nothing that the status does not.
  if (Array.isArray(body)) return { errorId: null, words: body.map(String).join('; ') }
  if (typeof body === 'string' && !body.trimStart().startsWith('<')) return { errorId: null, words: body }
  return { errorId: null, words: null }
}

/** What a 401 means: `ask` where an old server does not say, and only the token itself can tell (before 22.05). */
export function meaningOf401(body: unknown): 'expired' | 'no-right' | 'ask' {
  const detailed = z.object({ details: z.object({ reason: z.string() }) }).safeParse(body)
  if (detailed.success) return detailed.data.details.reason === 'not_found_or_expired' ? 'expired' : 'no-right'
  if (z.object({ error_id: z.literal('unauthorized-tenant') }).safeParse(body).success) return 'no-right'
  // confd: a Python tuple as text, of two items for a dead token and of three for a missing right.
  const tuple = z.array(z.string()).min(1).safeParse(body)
  const items = tuple.success ? /^\('[^']*', '[^']*'(, (?:None|'[^']*'))?\)$/.exec(tuple.data[0] ?? '') : null
  if (items) return items[1] === undefined ? 'expired' : 'no-right'
  return 'ask'
}

/** Cuts secrets out of a text: those that are named, and whatever stands where services put a token. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets
    .filter(secret => secret.length > 0)
    .reduce((left, secret) => left.split(secret).join('…'), text)
    .replace(/(token\/|token"?\s*[:=]\s*"?|\(')[0-9a-f]{8}-[0-9a-f-]{27}/gi, '$1…')
}

const BY_ERROR_ID: Readonly<Record<string, FailureCode>> = {
  'recording-unauthorized': 'recording-not-allowed',
  'user-permission-denied': 'not-allowed',
  'no-such-call': 'call-gone',
  'recording-media-not-found': 'recording-deleted',
  'recording-media-filesystem-not-found': 'recording-missing',
  'recording-not-found': 'recording-missing',
  'cdr-not-found-with-given-id': 'recording-missing',
  'recording-media-permission-denied': 'recording-unreadable',
  'invalid-extension': 'call-unknown-number',
  'call-origin-unavailable': 'not-registered',
  'user-missing-main-line': 'no-line',
  'invalid-user-line': 'no-line',
}

const BY_KIND: Readonly<Record<WazoErrorKind, FailureCode>> = {
  unreachable: 'unreachable',
  timeout: 'unreachable',
  expired: 'session-over',
  'no-right': 'not-allowed',
  'no-route': 'not-allowed',
  'not-found': 'unexpected',
  refused: 'unexpected',
  trouble: 'server-trouble',
  throttled: 'throttled',
  invalid: 'not-wazo',
}

const NO_ROUTE: Readonly<Record<Service, FailureCode>> = {
  auth: 'not-wazo',
  confd: 'not-allowed',
  calld: 'recording-no-route',
  'call-logd': 'recording-no-media',
  websocketd: 'not-allowed',
}

/** The failure that a person meets. What is neither ours nor Wazo's is `unexpected`: the caller logs it. */
export function toFailure(error: unknown): Failure {
  if (error instanceof AppFailure) return error.failure
  if (!(error instanceof WazoError)) return { code: 'unexpected' }
  const byId = error.errorId === null ? undefined : BY_ERROR_ID[error.errorId]
  const code = byId ?? (error.kind === 'no-route' ? NO_ROUTE[error.service] : BY_KIND[error.kind])
  return error.status === null ? { code } : { code, status: error.status }
}
