/** One leg of the user: what the phone and the server each say of it, and its recording state. */
import { NOT_DUE } from '../../shared/automatic.ts'
import { type AskedFor, type CallStatus, type CallView } from '../../shared/call.ts'
import { type PhoneSession, type Transfer } from '../../shared/phone.ts'
import { audioView, type AudioWatch } from '../../shared/quality.ts'
import { type RecordingState } from '../../shared/recording/state.ts'
import { view } from '../../shared/recording/view.ts'
import { type CodeSent } from './files.ts'
import { type LiveCall, type ServerCall } from './ports.ts'

/** What the user does with a leg as a phone. */
export interface Talk {
  /** Pressed, and not yet shown by phone or server. */
  wish: 'hold' | 'resume' | 'answer' | null
  /** As it was when last looked at, and since when. */
  spoken: boolean
  spokenAt: number | null
  /** A transfer by the server; `id` null until it has one. */
  transfer: (Transfer & { readonly id: string | null }) | null
  consultFor: string | null
}

export interface Leg {
  readonly id: string
  phone: PhoneSession | null
  server: LiveCall | null
  recording: RecordingState
  /** Remembered when the server has forgotten the leg, which it does before our phone tells its end. */
  conversation: string | null
  named: ServerCall['peer'] | null
  /** What was asked of its recording. */
  asked: AskedFor | null
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** The user's permission as this leg began: a change counts for later ones. */
  readonly mayRecord: boolean | null
  answeredAt: number | null
  /** Counts what makes a read that began before it too old to be believed: an event, a wish to know anew. */
  events: number
  lastReadAt: number
  /** The newest event that was believed: its time by the server's clock; null = none told it. */
  stamp: number | null
  /** When the newest read that was believed began, by ours. */
  readBegan: number
  /** Our phone had it, and stopped. */
  stopped: boolean
  /** The user ended it himself: its end is no failure. */
  endedByUs: boolean
  /** This call's files by name, as they were last seen. */
  readonly files: Map<string, 'writing' | 'closed' | 'stuck'>
  /** Files that may be this call's, or another's. */
  readonly unclaimed: Map<string, 'writing' | 'closed' | 'stuck'>
  /** Recording codes that went out on this leg. */
  readonly codes: CodeSent[]
  /** The last keys that the user typed. */
  typed: string
  /** Moments that the user marked: milliseconds since the epoch. */
  readonly marks: number[]
  readonly talk: Talk
  /** What our phone measured of its sound. */
  audio: AudioWatch | null
}

/** Is this server call the leg of that phone session? By call_id (26.08), else by SIP Call-ID (19.09); wazo.md 7.3. */
export function sameLeg(session: PhoneSession, call: ServerCall): boolean {
  if (session.serverId !== null) return session.serverId === call.id
  return call.sipCallId !== null && call.sipCallId === session.sipCallId
}

export function status(leg: Leg): CallStatus {
  if (leg.phone !== null && leg.phone.status !== 'ended') return leg.phone.status
  return leg.server?.status ?? 'dialing'
}

export function peer(leg: Leg): { name: string; number: string } {
  const phone = leg.phone?.peer
  return { name: leg.named?.name || phone?.name || '', number: leg.named?.number || phone?.number || '' }
}

/**
 * A call that rings on several devices of the user is one call to answer: here, where it rings here too, and not on a phone
 * that has stopped. The server shows a leg for each (wazo.md 7.1).
 */
export function withoutTwins(legs: readonly Leg[]): readonly Leg[] {
  const rings = (leg: Leg) => status(leg) === 'ringing-in'
  const before = (one: Leg, leg: Leg) =>
    one.phone !== null || (one.stopped === leg.stopped ? legs.indexOf(one) < legs.indexOf(leg) : leg.stopped)
  const isTwin = (leg: Leg) =>
    leg.phone === null &&
    leg.conversation !== null &&
    rings(leg) &&
    legs.some(one => one !== leg && one.conversation === leg.conversation && rings(one) && before(one, leg))
  return legs.filter(leg => !isTwin(leg))
}

export const outgoing = (leg: Leg): boolean => leg.phone?.outgoing ?? leg.server?.outgoing ?? true

/** The number that was dialled, or of who calls. */
const dialed = (leg: Leg): string => leg.server?.dialed || leg.phone?.peer.number || ''

/** An originated leg shows whom it will call before it has dialled anything (`s`; scenario 20). */
export const isCode = (leg: Leg, code: string): boolean =>
  outgoing(leg) &&
  (dialed(leg) === code ||
    leg.phone?.peer.number === code ||
    (leg.server?.dialed === 's' && leg.server.peer.number === code))

/** What `handling.ts` knows of a call. */
export type TalkView = Pick<
  CallView,
  'muted' | 'onHold' | 'hold' | 'spokenAt' | 'can' | 'transfer' | 'recordingAfterTransfer' | 'consultFor'
>

export function callView(leg: Leg, talk: TalkView, code: string, now: number): CallView {
  return {
    id: leg.id,
    conversation: leg.conversation,
    device: leg.phone !== null ? 'here' : leg.stopped ? 'stopped' : 'elsewhere',
    status: status(leg),
    outgoing: outgoing(leg),
    peer: peer(leg),
    startedAt: leg.startedAt,
    answeredAt: leg.answeredAt,
    ...talk,
    audio: leg.phone === null || leg.audio === null || talk.onHold ? null : audioView(leg.audio),
    isCode: isCode(leg, code),
    zone: leg.server?.zone ?? 'unknown',
    // told by DueCalls, who knows the flags
    automatic: { ...NOT_DUE, missing: false },
    recording: view(leg.recording, now),
    marks: leg.marks.length,
    serverId: leg.server?.id ?? leg.phone?.serverId ?? null,
  }
}
