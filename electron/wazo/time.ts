/** Times as Wazo and Asterisk write them. */

/**
 * Milliseconds since the epoch of an ISO time with an offset (`Z`, `+00:00`, or Asterisk's `+0000`) or without one
 * (UTC: wazo.md 1.2); null for anything else.
 */
export function parseTime(text: string | null | undefined): number | null {
  if (!text || !/^\d{4}-\d\d-\d\dT/.test(text)) return null
  const normal = text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2').replace(/(\.\d{3})\d+/, '$1')
  const time = Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(normal) ? normal : `${normal}Z`)
  return Number.isNaN(time) ? null : time
}
