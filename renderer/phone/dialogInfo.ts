/** What a NOTIFY of the dialog package says of a feature's hint (RFC 4235; bodies in asterisk.md 6). */

/** Far above any body of Asterisk's. */
const LONGEST_BODY = 65_536

export type HintState = 'on' | 'off' | 'unavailable'

/** `confirmed` = on, `terminated` = off, anything else says nothing. */
export function hintOf(states: readonly string[]): HintState {
  if (states.includes('confirmed')) return 'on'
  return states.length > 0 && states.every(state => state === 'terminated') ? 'off' : 'unavailable'
}

/** The states of the dialogs of a document; none when it is no such document. */
export function dialogStates(body: string, parser: DOMParser): string[] {
  if (body.length > LONGEST_BODY) return []
  const document = parser.parseFromString(body, 'application/xml')
  if (document.documentElement.localName !== 'dialog-info') return []
  return [...document.documentElement.children]
    .filter(child => child.localName === 'dialog')
    .flatMap(dialog => [...dialog.children].filter(child => child.localName === 'state'))
    .map(state => state.textContent.trim())
}
