/** Which routes reach a leg, in order of trust, and what it can prove. Chosen from what was found, never guessed. */
import { type Dialect, type Means, type Route } from '../../shared/recording/state.ts'
import { type Settings } from '../../shared/settings.ts'
import { status, type Leg } from './leg.ts'

/** What the server was found to offer. */
export interface Offer {
  readonly recordApi: boolean
  readonly dialect: Dialect
  /** Where evidence comes from: the server's calls, a watched folder, or nowhere. */
  readonly evidence: 'calls' | 'folder' | 'none'
}

export function meansOf(leg: Leg, offer: Offer, digits: Settings['digits']): Means {
  const routes: Route[] = []
  const here = leg.phone !== null && leg.phone.status === 'up'
  if (offer.recordApi && leg.server !== null) routes.push('calld')
  if (here && leg.phone?.canInsertDigits === true && digits !== 'info') routes.push('rfc4733')
  if (here && digits !== 'rfc4733') routes.push('info')
  return {
    routes,
    dialect: offer.dialect,
    // a call that the server does not show cannot be proven by it, but may be in a moment: it stays provable
    provable: offer.evidence !== 'none' && !tellsNothing(leg, offer),
    bridged: leg.server === null ? status(leg) === 'up' : leg.server.bridged,
  }
}

/** A server that shows the call and never said whether it is recorded (before 21.01). */
function tellsNothing({ server, recording: { proof } }: Leg, offer: Offer): boolean {
  if (offer.evidence !== 'calls' || server === null || server.seen !== null) return false
  return proof.kind === 'unprovable' || (proof.kind === 'unknown' && proof.last === null)
}

export const sameMeans = (a: Means, b: Means): boolean =>
  a.dialect === b.dialect &&
  a.provable === b.provable &&
  a.bridged === b.bridged &&
  a.routes.length === b.routes.length &&
  a.routes.every((route, index) => route === b.routes[index])
