/**
 * Ringing: a caller and the phones that ring for him. The first that is picked up wins, the others stop; refusals and the
 * time tell the caller busy or unavailable.
 */
import { type CallChannel } from './channel.ts'
import { type Channels } from './channels.ts'
import { type Ending } from './leg.ts'
import { normal } from './machine.ts'
import { type Zone } from './routes.ts'

/** A phone that nobody picks up stops ringing after this. */
const ringTimeoutMs = 30_000

const noAnswer: Ending = { code: 480, cause: 19 }
const busy: Ending = { code: 486, cause: 17 }

/** One caller's. */
export interface Attempt {
  readonly caller: CallChannel
  readonly zone: Zone
  readonly ringing: Set<CallChannel>
  readonly timer: NodeJS.Timeout
  busy: boolean
}

export class Ringing {
  readonly #channels: Channels
  readonly #onWon: (attempt: Attempt, callee: CallChannel) => void
  readonly #onLost: (caller: CallChannel, how: Ending) => void
  readonly #attempts = new Map<CallChannel, Attempt>()

  /**
   * @param onWon a phone was picked up; the others have stopped
   * @param onLost nobody is to be had for a caller
   */
  constructor(
    channels: Channels,
    onWon: (attempt: Attempt, callee: CallChannel) => void,
    onLost: (caller: CallChannel, how: Ending) => void,
  ) {
    this.#channels = channels
    this.#onWon = onWon
    this.#onLost = onLost
  }

  /** Begins; the phones are added one by one. */
  begin(caller: CallChannel, zone: Zone): Attempt {
    const timer = setTimeout(() => this.#giveUp(attempt, noAnswer), ringTimeoutMs)
    const attempt: Attempt = { caller, zone, ringing: new Set(), timer, busy: false }
    this.#attempts.set(caller, attempt)
    this.#channels.route(caller)
    return attempt
  }

  /** What rings for a caller. */
  calleesOf(caller: CallChannel): readonly CallChannel[] {
    return [...(this.#attempts.get(caller)?.ringing ?? [])]
  }

  /** Null: this one does not ring, or no more. */
  attemptOf(callee: CallChannel): Attempt | null {
    return [...this.#attempts.values()].find(attempt => attempt.ringing.has(callee)) ?? null
  }

  /** A phone rings, and says so. */
  rings(attempt: Attempt, callee: CallChannel): void {
    this.#channels.rings(callee)
    attempt.caller.leg?.ringing()
  }

  /** A phone was picked up; nothing when another was sooner. */
  answered(attempt: Attempt, callee: CallChannel): void {
    if (!attempt.ringing.delete(callee)) return
    this.#stop(attempt, { code: 200, cause: 26, elsewhere: true })
    this.#onWon(attempt, callee)
  }

  /** A phone refused. @param code SIP status */
  refused(attempt: Attempt, callee: CallChannel, code: number): void {
    if (!attempt.ringing.delete(callee)) return
    attempt.busy ||= code === 486 || code === 600 || code === 603
    this.#channels.end(callee, { code, cause: attempt.busy ? busy.cause : noAnswer.cause })
    if (attempt.ringing.size > 0) return
    // Wazo's dialplan tells the caller busy or unavailable, whatever the phone said.
    this.#giveUp(attempt, attempt.busy ? busy : noAnswer)
  }

  /** A channel has ended, whichever its part was. */
  leave(channel: CallChannel): void {
    const own = this.#attempts.get(channel)
    if (own !== undefined) this.#stop(own, normal)
    const other = this.attemptOf(channel)
    if (other === null) return
    other.ringing.delete(channel)
    if (other.ringing.size === 0) this.#giveUp(other, noAnswer)
  }

  #giveUp(attempt: Attempt, how: Ending): void {
    this.#stop(attempt, how)
    this.#onLost(attempt.caller, how)
  }

  #stop(attempt: Attempt, how: Ending): void {
    clearTimeout(attempt.timer)
    this.#attempts.delete(attempt.caller)
    const others = [...attempt.ringing]
    attempt.ringing.clear()
    for (const other of others) this.#channels.end(other, how)
  }
}
