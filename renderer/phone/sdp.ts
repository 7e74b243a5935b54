/** Session descriptions as Asterisk needs them. */

/**
 * Names an address where there is none. A browser that hides its addresses (mDNS candidates) writes `c=IN IP4 0.0.0.0`,
 * which Asterisk takes for hold (asterisk.md 3). The address itself does not matter: ICE finds the way.
 */
export function withAddress(sdp: string): string {
  return sdp.replace(/^c=IN IP4 0\.0\.0\.0(\r?)$/gm, 'c=IN IP4 127.0.0.1$1')
}
