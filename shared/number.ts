/** Numbers as people write them, made dialable. */

/** Longest number that is dialled. */
const LONGEST = 64
/** Longest text that is looked at: a card's line with a name beside it is shorter. */
const LONGEST_WRITTEN = 200
/** From so many characters on, letters behind digits are a word to be typed on the keys: 1-800-FLOWERS. Fewer are a name. */
const LEAST_WITH_WORD = 7
/** What copying brings along: marks of direction, zero-width spaces, the soft hyphen. */
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g
/** A label before it, as on cards and in signatures. */
const LABEL = /^(?:tel|tél|téléphone|telephone|phone|mobile|mob|cell|cellulaire|bureau|office)[\s.:]*(?=[+(\d*#])/i
/** An extension behind it cannot be dialled with it: the switchboard answers first. */
const EXTENSION = /(\d\D*(?:\d\D*){6,}?)(?:\bext(?:ension)?|\bposte|\bx)[\s.:]*\d{1,6}$/i
const KEYS = ['abc', 'def', 'ghi', 'jkl', 'mno', 'pqrs', 'tuv', 'wxyz']

/**
 * Cleans a number that was typed or pasted, or that a link names: spaces, brackets, dots, dashes and slashes go, a leading `+`
 * stays, a `tel:`, `callto:` or `sip:` prefix and everything after `@`, `;` or `?` go, and so does the `(0)` of a number with its
 * country code. Null when nothing dialable is left, or when it holds something that no number has.
 */
export function cleanNumber(text: string): string | null {
  if (text.length > LONGEST_WRITTEN) return null
  const link = /^\s*(?:tel|callto|sips?):/i.test(text)
  const written = (link ? decoded(text) : text)
    .normalize('NFKC')
    .replace(UNSEEN, '')
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, digit => String((digit.codePointAt(0) ?? 0) & 15))
    .trim()
    .replace(/^(?:tel|callto|sips?):(?:\/\/)?/i, '')
    .replace(/[@;?].*$/s, '')
    .replace(LABEL, '')
    .replace(EXTENSION, '$1')
  const abroad = /^\s*\(?\s*(?:\+|00)/.test(written)
  const bare = (abroad ? written.replace(/\(0\)/, '') : written).replace(/[\s().\-/\u2010-\u2015]/g, '')
  const number = /^\+?\d+[A-Za-z][0-9A-Za-z]*$/.test(bare) && bare.length >= LEAST_WITH_WORD ? typed(bare) : bare
  return number.length <= LONGEST && /^\+?[0-9A-Za-z*#_]+$/.test(number) ? number : null
}

/** Letters as the keys of a telephone have them (ITU-T E.161). */
const typed = (word: string): string =>
  word.replace(/[a-z]/gi, letter => String(2 + KEYS.findIndex(key => key.includes(letter.toLowerCase()))))

function decoded(link: string): string {
  try {
    return decodeURIComponent(link)
  } catch {
    // not percent signs of a link: nothing dialable has any
    return link
  }
}
