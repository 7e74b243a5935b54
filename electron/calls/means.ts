/** What is known of a leg's ways and rights, from what was found at pairing and from what phone and server say of it. */
import { SERVER } from '../../shared/recording/facts.ts'
import { type Dialect, type Means } from '../../shared/recording/state.ts'
import { type Settings } from '../../shared/settings.ts'
import { outgoing, status, type Leg } from './leg.ts'

/** What the server was found to offer. */
export interface Offer {
  readonly recordApi: boolean
  /** What `*3` means there. */
  readonly dialect: Dialect
  /** The API can pause and resume, too. Left out: as `*3` does. */
  readonly pauseApi?: boolean
  /** Where evidence comes from: the server's calls, a watched folder, or nowhere. */
  readonly evidence: 'calls' | 'folder' | 'none'
  /** `Record:` INFO is worth trying: no Wazo. Left out: it is not. */
  readonly recordInfo?: boolean
  /** The API can send digits to a call. Left out: it cannot. */
  readonly digitsApi?: boolean
  /** The user's own permission for recording on demand; null or left out = not known, or it does not govern here. */
  readonly mayRecord?: boolean | null
}

/** Whether digits through this server press the code, as far as it was tried. */
export type KeysTried = 'untried' | 'works' | 'barred'
export const KEYS_AT_FIRST: KeysTried = SERVER.dtmfByApiPressesCode.value ? 'works' : 'untried'

export function meansOf(leg: Leg, offer: Offer, digits: Settings['digits'], keys: KeysTried): Means {
  const pauses = offer.pauseApi ?? offer.dialect === 'start-pause-resume'
  const now = status(leg)
  const up = leg.phone === null || leg.phone.status === 'up'
  return {
    api: offer.recordApi ? (pauses ? 'start-pause-resume' : 'start-stop') : 'none',
    shown: leg.server !== null,
    phone: leg.phone !== null && leg.phone.status !== 'ended',
    insertsDigits: leg.phone?.canInsertDigits === true,
    digits,
    dialect: offer.dialect,
    recordInfo: offer.recordInfo === true && offer.dialect === 'start-stop',
    keysByApi: offer.digitsApi === true ? keys : 'none',
    // a call that the server does not show cannot be proven by it, but may be in a moment: it stays provable
    provable: offer.evidence !== 'none' && !tellsNothing(leg, offer),
    ringing: now !== 'up',
    bridged: up && (leg.server === null ? now === 'up' : leg.server.bridged),
    mayRecord: SERVER.permissionFromNextLeg.value ? leg.mayRecord : (offer.mayRecord ?? null),
    callee: !outgoing(leg),
  }
}

/** A leg before phone or server have said anything of it. */
export const unmet = ({ dialect, evidence }: Offer): Means => ({
  api: 'none',
  shown: false,
  phone: false,
  insertsDigits: false,
  digits: 'auto',
  dialect,
  recordInfo: false,
  keysByApi: 'none',
  provable: evidence !== 'none',
  ringing: true,
  bridged: false,
  mayRecord: null,
  callee: false,
})

/** A server that shows the call and never said whether it is recorded (before 21.01). */
function tellsNothing({ server, recording: { proof } }: Leg, offer: Offer): boolean {
  if (offer.evidence !== 'calls' || server === null || server.seen !== null) return false
  return proof.kind === 'unprovable' || (proof.kind === 'unknown' && proof.last === null)
}

export const sameMeans = (a: Means, b: Means): boolean =>
  Object.entries(a).every(([key, value]) => value === b[key as keyof Means])
