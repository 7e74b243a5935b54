/** The tags of a call with one more. Case and accents do not make another tag. */
const MOST = 50

const fold = (tag: string) => tag.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()

export function withTag(tags: readonly string[], tag: string): string[] {
  if (tags.length >= MOST || tags.some(known => fold(known) === fold(tag))) return [...tags]
  return [...tags, tag]
}
