/** What `calls/` asks of the world: a server, a phone, a folder. main.ts joins them. Plain Node. */
import { type Flags, type Zone } from '../../shared/automatic.ts'
import { type Failure } from '../../shared/failure.ts'
import { type Transfer } from '../../shared/phone.ts'
import { type RefusalReason, type Seen, type Want } from '../../shared/recording/state.ts'

/** A live call as the server shows it, one for each of the user's legs. */
export interface ServerCall {
  readonly id: string
  /** What all legs of one conversation share. */
  readonly conversation: string | null
  readonly outgoing: boolean
  /** `down`: the channel is no call (yet), so it neither begins a leg nor ends one. */
  readonly status: 'down' | 'ringing-out' | 'ringing-in' | 'up'
  readonly peer: { readonly name: string; readonly number: string }
  readonly dialed: string
  readonly zone: Zone
  readonly sipCallId: string | null
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly answeredAt: number | null
  readonly bridged: boolean
  readonly onHold: boolean
  readonly muted: boolean
  /** Its line there, which tells one of the user's phones from another. */
  readonly line: number | null
  /** Null: this server does not tell (before 21.01). */
  readonly seen: Seen | null
  /** When an event was made, in milliseconds of the server's own clock; left out or null = not told, or no event. */
  readonly stamp?: number | null
}
/** One that is a call. */
export type LiveCall = ServerCall & { readonly status: Exclude<ServerCall['status'], 'down'> }
export const isLive = (call: ServerCall): call is LiveCall => call.status !== 'down'

/** Why a command to the server failed; `certain`: it surely did not happen. */
export interface CommandFailure {
  readonly reason: RefusalReason
  readonly certain: boolean
}

/** The server's side of calls. A rejected promise of `calls` means that nothing could be read. */
export interface CallServer {
  calls(): Promise<readonly ServerCall[]>
  /** Null: acknowledged, which proves nothing. */
  record(call: string, want: Want): Promise<CommandFailure | null>
  /** Rings the user's own phone, then calls. Answers the id of his leg, where the server tells it. Throws AppFailure. */
  originate(number: string): Promise<string | null>
  hangUp(call: string): Promise<void>
  digits(call: string, digits: string): Promise<void>
  /** Throw `phone-by-hand` where the phone obeys its own keys only. */
  answer(call: string): Promise<void>
  hold(call: string, on: boolean): Promise<void>
  mute(call: string, on: boolean): Promise<void>
  /** Passes the other side on. Answers the transfer's id; an attended one waits to be completed or taken back. */
  transfer(call: string, number: string, kind: Transfer['kind']): Promise<string>
  completeTransfer(transfer: string): Promise<void>
  cancelTransfer(transfer: string): Promise<void>
}

/** A transfer by the server, as it tells of it. */
export interface ServerTransfer {
  readonly id: string
  /** The call of the user who passes it on. */
  readonly call: string
  /** `over`: taken back, or the target was not reached. */
  readonly state: 'asked' | 'ringing' | 'answered' | 'done' | 'over'
}

/** The phone page. Null: done. */
export interface CallPhone {
  send(
    command:
      | { do: 'dial'; session: string; number: string }
      | { do: 'answer' | 'decline' | 'hang-up'; session: string }
      | { do: 'mute' | 'hold'; session: string; on: boolean }
      | { do: 'transfer'; session: string; number: string }
      | { do: 'join'; session: string; to: string }
      | { do: 'digits'; session: string; via: 'rfc4733' | 'info'; digits: string }
      | { do: 'record-info'; session: string; on: boolean },
  ): Promise<Failure | null>
}

/** The four flags on the server. Throws AppFailure. */
export interface FlagServer {
  /** `single`: a server before 21.01, whose one flag stands for all four. */
  read(): Promise<{ readonly flags: Flags; readonly single: boolean }>
  write(flags: Partial<Flags>): Promise<void>
}

/** Time, so that tests own it. */
export interface Clock {
  now(): number
  /** Calls back every `ms`; answers the way to stop it. */
  every(ms: number, run: () => void): () => void
  after(ms: number, run: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  every: (ms, run) => {
    const timer = setInterval(run, ms)
    return () => clearInterval(timer)
  },
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
