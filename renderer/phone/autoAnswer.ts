/** Calls that the server asks to be answered at once: intercoms, and calls that the user himself had placed elsewhere. */

/** One who sits there must hear that his room is about to be heard. Milliseconds. */
const LEAST_MS = 1000
const MOST_SECONDS = 60

export interface Headers {
  getHeaders(name: string): readonly string[]
}

/**
 * After how many milliseconds it is to be answered by itself; null = by hand. `answer-after` in Alert-Info (Wazo, wazo.md 8)
 * or Call-Info (Cisco, Linksys), `info=alert-autoanswer` in Alert-Info (Snom, Yealink), `Answer-Mode: Auto` (RFC 5373).
 */
export function answersAfter(headers: Headers): number | null {
  for (const name of ['alert-info', 'call-info'])
    for (const value of headers.getHeaders(name)) {
      const seconds = /[;?]\s*answer-after\s*=\s*"?(\d{1,3})"?\s*(?:[;,>]|$)/i.exec(value)?.[1]
      if (seconds !== undefined) return Math.max(LEAST_MS, Math.min(MOST_SECONDS, Number(seconds)) * 1000)
    }
  const alerted = headers
    .getHeaders('alert-info')
    .some(value => /;\s*info\s*=\s*"?alert-autoanswer"?\s*(?:[;,]|$)/i.test(value))
  const moded = headers.getHeaders('answer-mode').some(value => /^\s*auto\s*(?:;|$)/i.test(value))
  return alerted || moded ? LEAST_MS : null
}
