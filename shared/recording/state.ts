/** The recording state of a leg: proof, wish and refusal, which never mix (design: the lamp never lies). */
import { z } from 'zod'
import { type Tape } from './tape.ts'

/** What a user may ask for. `check` reads again and changes nothing. */
export type Want = 'start' | 'pause' | 'resume' | 'stop'

/** One way to carry a command to the server. */
export type Route = 'calld' | 'rfc4733' | 'info'

/** What `*3` and the API mean here: start and stop only, or start, pause and resume (Wazo 25.03 and later). */
export const Dialect = z.enum(['start-stop', 'start-pause-resume'])
export type Dialect = z.infer<typeof Dialect>

export type Seen = 'off' | 'recording' | 'paused'

/**
 * Why the state is not known. `stuck-file`: this call's file is open and nobody writes it. `unclaimed-file`: a file is
 * being written that may be this call's recording or another's.
 */
export type Unknown = 'not-read' | 'no-answer' | 'stuck-file' | 'unclaimed-file'

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
}

export type RefusalReason =
  | 'not-allowed' // 403 recording-unauthorized: final for this leg
  | 'not-yours' // 403 user-permission-denied
  | 'no-bridge' // 400 recording-not-started and the like: not connected yet
  | 'not-offered' // HTML 404, 401 without the right
  | 'server-trouble' // 5xx
  | 'phone-cannot' // the phone could not send it
  | 'nothing-happened' // acknowledged, and the old state is still there
  | 'no-route' // nothing else reaches this call

/** The last refusal, in words' terms. A later proof overrules it. */
export interface Refusal {
  readonly want: Want
  readonly reason: RefusalReason
  readonly route: Route | null
  /** The route tried next, if any. */
  readonly next: Route | null
  readonly at: number
}

/** What is fixed for a leg while it lives: which routes reach it, in order, and what can be done and shown. */
export interface Means {
  readonly routes: readonly Route[]
  readonly dialect: Dialect
  readonly provable: boolean
  /** The leg is connected to another; before that `*3` is not heard. */
  readonly bridged: boolean
}

/** The whole recording state of one leg. */
export interface RecordingState {
  readonly means: Means
  readonly proof: Proof
  readonly wish: Wish | null
  readonly refusal: Refusal | null
  /** Routes that refused for good on this leg, and `not-allowed` for all of them. */
  readonly barred: readonly Route[]
  readonly forbidden: boolean
  /** The last sign of life of the evidence's source (event stream, read, watched file). */
  readonly aliveAt: number
  /** A read is under way since; null = none. */
  readonly readingSince: number | null
  /** What the proof was, change by change. */
  readonly tape: Tape
  /** When a command by a route that proves nothing was last sent. */
  readonly sentAt: number | null
  /** No press is taken before this: 800 ms after a place's label changed. */
  readonly inertUntil: number
}

export type RecordingEvent =
  | { readonly kind: 'means'; readonly means: Means }
  | { readonly kind: 'press'; readonly want: Want }
  /** The server or the file showed the state; `at` is when it did. */
  | { readonly kind: 'evidence'; readonly seen: Seen; readonly at: number }
  /** Something answered (a ping, a read of another kind): the source lives, the state as last shown stands. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'acknowledged'; readonly want: Want }
  /** `certain`: the server refused. Else (time-out, cut) the command may have worked: read first. */
  | { readonly kind: 'refused'; readonly want: Want; readonly reason: RefusalReason; readonly certain: boolean }
  | { readonly kind: 'unreadable'; readonly why: Unknown }
  | { readonly kind: 'check' }
  | { readonly kind: 'tick' }

export type RecordingCommand =
  { readonly do: 'send'; readonly want: Want; readonly route: Route } | { readonly do: 'read' }

export interface Step {
  readonly state: RecordingState
  readonly commands: readonly RecordingCommand[]
}
