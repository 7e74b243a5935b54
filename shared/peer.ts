/** Names and numbers of others are hostile input: what may be shown of them, and how it is set among our own words. */

/** What steers the direction of text, and control characters: in a name they only serve to deceive. */
const STEERING = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

export const plain = (words: string) => words.replace(STEERING, '').trim()

export function peerName(peer: { readonly name: string; readonly number: string }, unknown: string): string {
  return plain(peer.name) || plain(peer.number) || unknown
}

/** Words of others inside of a sentence: first-strong isolate, as <bdi> does it for elements. */
export const isolated = (words: string) => `\u2068${plain(words)}\u2069`

/** The longest name that a title, a menu or a notification carries, in characters. */
const SHORT = 48

/** A name for places that cut words off where they like: ours is cut first, so that what is true stays to be read. */
export function short(words: string): string {
  const letters = [...plain(words)]
  return letters.length <= SHORT ? letters.join('') : `${letters.slice(0, SHORT - 1).join('')}…`
}
