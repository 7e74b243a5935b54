/** The recording state of a leg: proof, wish and refusal, which never mix (design: the lamp never lies). */
import { z } from 'zod'
import { type HeldKeys } from './keys.ts'
import { type Tape } from './tape.ts'

/** What a user may ask for. `check` reads again and changes nothing. */
export type Want = 'start' | 'pause' | 'resume' | 'stop'

/**
 * One way to carry a command to the server. `calld` names what it wants; all others toggle. `record-info`: SIP INFO with
 * `Record:`. `calld-dtmf`: the code's digits through the server.
 */
export type Route = 'calld' | 'rfc4733' | 'info' | 'record-info' | 'calld-dtmf'

/** What `*3` means here: start and stop only, or start, pause and resume (facts.ts: star3Pauses). */
export const Dialect = z.enum(['start-stop', 'start-pause-resume'])
export type Dialect = z.infer<typeof Dialect>

export type Seen = 'off' | 'recording' | 'paused'

/**
 * Why the state is not known. `stuck-file`: this call's file is open and nobody writes it. `unclaimed-file`: a file is
 * being written that may be this call's recording or another's.
 */
export type Unknown = 'not-read' | 'no-answer' | 'asleep' | 'stuck-file' | 'unclaimed-file'

/** What the server or the file showed. Only evidence moves it. All times: milliseconds since the epoch. */
export type Proof =
  | {
      readonly kind: Seen
      /** When this state was first seen. */
      readonly since: number
      /** When it was last confirmed. */
      readonly at: number
    }
  | {
      readonly kind: 'unknown'
      readonly why: Unknown
      readonly since: number
      readonly last: { readonly kind: Seen; readonly at: number } | null
    }
  /** Known at pairing: a bare Asterisk without a folder shows nothing. No alarm. */
  | { readonly kind: 'unprovable' }

/** What the user asked for and what is not yet proven. At most one. */
export interface Wish {
  readonly want: Want
  readonly since: number
  readonly route: Route
  /** `sending`: not acknowledged. `sent`: acknowledged, which proves nothing. `reading`: the one read after 2 s is under way. */
  readonly phase: 'sending' | 'sent' | 'reading'
  /** When the phase must have ended. */
  readonly due: number
  /** A stop from `paused` resumes first, since stop while paused does not stop (facts.ts). */
  readonly resumingFirst: boolean
  /** A toggle from `unknown`, after asking: it has no goal of its own, and newer evidence ends it, whatever it shows. */
  readonly asked: boolean
  /** Why its route could not tell whether it worked; null = the route said nothing against it. */
  readonly doubt: RefusalReason | null
}

export type RefusalReason =
  | 'not-allowed' // 403 recording-unauthorized: final for this leg
  | 'not-this-queue' // the same, although the user's own flag says yes: the queue's or group's says no
  | 'by-policy' // the same for pause or stop of a recording: it was begun automatically
  | 'not-yours' // 403 user-permission-denied
  | 'no-bridge' // 400 recording-not-started and the like: not connected yet
  | 'not-offered' // HTML 404, 401 without the right
  | 'server-trouble' // 5xx
  | 'phone-cannot' // the phone could not send it
  | 'nothing-happened' // acknowledged, and the old state is still there
  | 'not-proven' // nothing but a toggle is left, and the state is not known
  | 'no-route' // nothing else reaches this call
  | 'pressed-elsewhere' // the code was pressed on some phone, and nothing changed

/** The last refusal, in words' terms. A later proof overrules it. */
export interface Refusal {
  readonly want: Want
  readonly reason: RefusalReason
  readonly route: Route | null
  /** The route tried next, if any. */
  readonly next: Route | null
  readonly at: number
}

/** What is known of a leg from outside of its recording: how it may be reached, what it can show, what is allowed. */
export interface Means {
  /** What the server's record API can do for this user; `none`: not offered. */
  readonly api: 'none' | Dialect
  /** The server shows this leg, so that its API can name it. */
  readonly shown: boolean
  /** A phone of ours carries the leg. */
  readonly phone: boolean
  /** RFC 4733 was negotiated there: `canInsertDTMF`. Not before it is up. */
  readonly insertsDigits: boolean
  /** The user's setting. */
  readonly digits: 'auto' | 'rfc4733' | 'info'
  readonly dialect: Dialect
  /** `Record:` INFO is worth trying: a bare Asterisk of the start-stop dialect. */
  readonly recordInfo: boolean
  /** Digits through the server: whether that presses the code is only found out by trying, once for each server and session. */
  readonly keysByApi: 'none' | 'untried' | 'works' | 'barred'
  readonly provable: boolean
  /** Nobody has answered yet. */
  readonly ringing: boolean
  /** The leg is connected to another; before that `*3` is not heard. */
  readonly bridged: boolean
  /** The user's own permission as it was when the leg began; null = not known. */
  readonly mayRecord: boolean | null
  /** We were called: then a queue's or group's permission may count instead of the user's. */
  readonly callee: boolean
}

/** "Record once connected": becomes a wish by itself. */
export interface Plan {
  readonly since: number
  /** When the leg was connected; null = not yet. */
  readonly bridgedAt: number | null
}

/** The code was pressed on some device of the user's: does anything come of it? */
export interface Pressed {
  readonly phase: 'waiting' | 'reading'
  readonly due: number
}

/** The whole recording state of one leg. */
export interface RecordingState {
  readonly means: Means
  readonly proof: Proof
  readonly wish: Wish | null
  readonly plan: Plan | null
  readonly refusal: Refusal | null
  /** Routes that refused for good on this leg, and `not-allowed` for all of them. */
  readonly barred: readonly Route[]
  readonly forbidden: boolean
  /** Toggles that were sent and changed nothing: tried again after the others. */
  readonly silent: readonly Route[]
  /** The last sign of life of the evidence's source (event stream, read, watched file). */
  readonly aliveAt: number
  /** A read is under way since; null = none. */
  readonly readingSince: number | null
  /** What the proof was, change by change. */
  readonly tape: Tape
  /** When a command by a route that proves nothing was last sent. */
  readonly sentAt: number | null
  /** A toggle is on its way since then, and what carries it has not answered; null = none. It may outlive its wish. */
  readonly sending: number | null
  /** No press is taken before this: 800 ms after a place's label changed. */
  readonly inertUntil: number
  readonly keys: HeldKeys
  readonly pressed: Pressed | null
}

export type RecordingEvent =
  | { readonly kind: 'means'; readonly means: Means }
  /** `asked`: the user was told what a toggle from `unknown` may do. */
  | { readonly kind: 'press'; readonly want: Want; readonly asked?: boolean }
  /** Record once connected, or not any more. */
  | { readonly kind: 'plan'; readonly on: boolean }
  /** The user wants to know whether digits through the server press the code. */
  | { readonly kind: 'try' }
  /** The server or the file showed the state; `at` is when it did. */
  | { readonly kind: 'evidence'; readonly seen: Seen; readonly at: number }
  /** Something answered (a ping, a read of another kind): the source lives, the state as last shown stands. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'acknowledged'; readonly want: Want }
  /** `certain`: the server refused. Else (time-out, cut) the command may have worked: read first. */
  | { readonly kind: 'refused'; readonly want: Want; readonly reason: RefusalReason; readonly certain: boolean }
  | { readonly kind: 'unreadable'; readonly why: Unknown }
  /** The server heard a key of this leg, whichever device pressed it. `code`: the one that controls recording. */
  | { readonly kind: 'key'; readonly key: string; readonly code: string }
  /** This computer goes to sleep. */
  | { readonly kind: 'asleep' }
  | { readonly kind: 'check' }
  | { readonly kind: 'tick' }

export type RecordingCommand =
  { readonly do: 'send'; readonly want: Want; readonly route: Route } | { readonly do: 'read' }

export interface Step {
  readonly state: RecordingState
  readonly commands: readonly RecordingCommand[]
}
