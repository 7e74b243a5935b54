/** What a leg of a call is to the switchboard: a phone behind a socket, a desk phone, a voice that is played. Types only. */

/** A piece of speech, as RTP carries it. */
export interface AudioFrame {
  /** Mu-law, 8 kHz; normally 160 bytes, 20 ms. */
  readonly payload: Uint8Array
  /** Position in its stream in samples, modulo 2^32. */
  readonly timestamp: number
  /** Names the stream to which the timestamp belongs. */
  readonly stream: number
}

/** The audio side of a leg. */
export interface AudioPort {
  /** Set by the switchboard: speech from the leg. */
  onFrame: ((frame: AudioFrame) => void) | null
  /** Set by the switchboard: a digit that the leg pressed, once for each press. */
  onDigit: ((digit: string) => void) | null
  /** Speech to the leg; lost while the leg cannot take it yet. */
  send(frame: AudioFrame): void
  /** A digit to the leg, after those sent before. */
  sendDigit(digit: string): void
}

/** How a leg ends. */
export interface Ending {
  /** SIP status for a leg that was not answered yet. */
  readonly code: number
  /** Q.850 cause: 16 normal, 17 busy, 19 no answer, 20 not registered, 21 refused. */
  readonly cause: number
  /** Another phone of the callee took the call (RFC 3326). */
  readonly elsewhere?: boolean
}

/** A leg, as the switchboard commands it. After `end` it tells nothing more. */
export interface Leg {
  readonly audio: AudioPort
  /** Null on a phone without SIP. */
  readonly sipCallId: string | null
  /** Tells a caller that the other side rings. */
  ringing(): void
  /** Answers a caller. */
  answer(): void
  /** Ends the leg in whatever state it is. */
  end(how: Ending): void
}

/** What a leg tells the switchboard. */
export interface LegEvents {
  /** The called phone rings. */
  ringing(): void
  /** The called phone was picked up. */
  answered(): void
  /** The called phone refused, with a SIP status. */
  refused(code: number): void
  /** Hung up, given up, or lost. */
  ended(): void
  held(on: boolean): void
  /** The phone passes its other side on. `told`: a SIP status, 1xx while it is under way, and once a final one. */
  referred(target: ReferTarget, told: (status: number) => void): void
}

/** Where a call is passed on to: a number, or the other side of another call of the phone, by its SIP Call-ID. */
export type ReferTarget =
  { readonly kind: 'number'; readonly number: string } | { readonly kind: 'call'; readonly sipCallId: string }

/** A call to a phone, as it is shown there. */
export interface OutgoingCall {
  readonly channelId: string
  readonly from: { readonly name: string; readonly number: string }
}

/** Calls one phone. */
export type Dial = (call: OutgoingCall, events: LegEvents) => Leg
