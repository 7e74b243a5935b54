/** The log: one line an entry, on stderr. Whoever logs has redacted before; this takes known secret shapes out once more. */

/** Tokens are UUIDs; `ha1` and SIP secrets never reach an error text, but a header or an address might. */
const SECRETS: readonly [RegExp, string][] = [
  [
    /(x-auth-token|authorization|token|password|secret|ha1|refresh_token)(["']?\s*[:=]\s*["']?)[^\s"',}&]+/gi,
    '$1$2[redacted]',
  ],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '[id]'],
]

export const redact = (text: string): string =>
  SECRETS.reduce((clean, [pattern, put]) => clean.replace(pattern, put), text)

export function log(text: string, error?: unknown): void {
  const detail =
    error instanceof Error ? `${error.name}: ${error.message}` : error === undefined ? '' : JSON.stringify(error)
  console.error(redact(`[tallylight] ${text}${detail === '' ? '' : ` (${detail})`}`))
}
