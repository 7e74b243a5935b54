/** The log: one line an entry, on stderr. Whoever logs has redacted before; this takes known secret shapes out once more. */

/** Tokens are UUIDs; `ha1` and SIP secrets never reach an error text, but a header or an address might. */
const SECRETS: readonly [RegExp, string][] = [
  // a header's value goes on after its first word: `Basic …`, `Digest username=…, response=…`
  [/(authorization["']?\s*[:=]\s*)[^\n}]+/gi, '$1[redacted]'],
  // in quotes a secret may hold anything
  [/(token|password|secret|ha1)(["']?\s*[:=]\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s"',}&]+)/gi, '$1$2[redacted]'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '[id]'],
]

export const redact = (text: string): string =>
  SECRETS.reduce((clean, [pattern, put]) => clean.replace(pattern, put), text)

export function log(text: string, error?: unknown): void {
  const detail =
    error instanceof Error ? `${error.name}: ${error.message}` : error === undefined ? '' : JSON.stringify(error)
  const line = redact(`[tallylight] ${text}${detail === '' ? '' : ` (${detail})`}`)
  console.error(line.replace(/\s*[\r\n]\s*/g, ' '))
}
