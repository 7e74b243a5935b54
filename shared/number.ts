/** Numbers as people write them, made dialable. */

/** Longest number that is dialled. */
const LONGEST = 64

/**
 * Cleans a number that was typed or pasted: spaces, brackets, dots, dashes and slashes go, a leading `+` stays, a
 * `tel:` or `sip:` prefix and everything after `@`, `;` or `?` go. Null when nothing dialable is left, or when it holds
 * something that no number has.
 */
export function cleanNumber(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^(tel|sips?):/i, '')
    .replace(/[@;?].*$/s, '')
    .replace(/\(0\)/, '')
    .replace(/[\s().\-/\u00a0\u2010-\u2015\u202f]/g, '')
  return bare.length <= LONGEST && /^\+?[0-9A-Za-z*#_]+$/.test(bare) ? bare : null
}
