/** How the library's search reads texts: folded letters, bare numbers. Pure, and the same for what is stored and asked. */

/** After each text of an entry: no search holds it, so that none is found across two. */
const BORDER = '\n'

/** Letters as people type them in a search: no accents, no case, one space for any blank or control character. */
export function folded(text: string): string {
  const lower = text.toLowerCase()
  // most names are plain
  const plain = /[^\u0000-\u007f]/.test(lower) ? lower.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase() : lower
  return plain.replace(/[\s\p{C}]+/gu, ' ').trim()
}

/** A number without its spaces and signs. */
export const bareNumber = (text: string): string => text.replace(/[\s+().\-/\u2010-\u2015]/g, '')

/** The digits of a search that is a number; null where it is not one. */
export function searchedDigits(search: string): string | null {
  const digits = bareNumber(search)
  return /^[\s+().\-/\u2010-\u2015\d*#]+$/.test(search) && digits !== '' ? digits : null
}

/** A number with spaces and signs inside a longer text. */
const WRITTEN_NUMBER = /\+?[\d(][\d\s().\-/\u2010-\u2015]{0,40}\d/g

/** The names that servers give to recordings: their digits are nobody's number. */
const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g

/** All that a search may find of some texts, as one; nothing that is inside another part of it. */
export function searchText(texts: readonly string[]): string {
  const folds = texts.map(folded)
  const numbers = folds.flatMap(fold => fold.replace(UUID, '_').match(WRITTEN_NUMBER) ?? []).map(bareNumber)
  const parts: string[] = []
  for (const part of [...folds, ...numbers].sort((a, b) => b.length - a.length)) {
    if (part !== '' && !parts.some(longer => longer.includes(part))) parts.push(part)
  }
  return parts.map(part => part + BORDER).join('')
}

/** What has to be in such a text, any of it; empty: all are meant. */
export function wantedTexts(search: string): string[] {
  const fold = folded(search)
  if (fold === '') return []
  const digits = searchedDigits(search)
  return digits === null || digits === fold ? [fold] : [fold, digits]
}
