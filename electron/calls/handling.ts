/**
 * What the user does with his calls as with a phone: answer, hold, switch, mute, pass on. By our phone where the call is here,
 * else by the server, as far as it can do that for the phone in question. One call at a time is spoken in.
 */
import { randomUUID } from 'node:crypto'
import { type CallAbilities } from '../../shared/call.ts'
import { AppFailure, type FailureCode } from '../../shared/failure.ts'
import { cleanNumber } from '../../shared/number.ts'
import { type PhoneHold, type PhoneSession, type Transfer } from '../../shared/phone.ts'
import { SERVER } from '../../shared/recording/facts.ts'
import { type Leg, outgoing, status, type Talk, type TalkView } from './leg.ts'
import { type CallPhone, type CallServer, type Clock, type ServerTransfer } from './ports.ts'

export interface HandlingHost {
  readonly clock: Clock
  /** The live legs, oldest first. */
  legs(): readonly Leg[]
  /** Throws `call-gone`. */
  leg(id: string): Leg
  /** Throws `session-over`. */
  open(): { readonly server: CallServer | null; readonly phone: CallPhone | null; readonly wazo: boolean }
  hangUp(id: string): Promise<void>
  changed(): void
  log(text: string, error?: unknown): void
}

/** What only some desk phones let the server do. */
type ByPhone = 'answer' | 'hold'
/** A press that neither phone nor server has shown by then came to nothing. */
const SHOWN_WITHIN_MS = 4_000
/** Failures that will not differ next time. */
const FOR_GOOD: readonly FailureCode[] = ['phone-by-hand', 'not-allowed']

export const newTalk = (): Talk => ({ wish: null, spoken: false, spokenAt: null, transfer: null, consultFor: null })

export class Handling {
  readonly #host: HandlingHost
  /** What was refused for a phone, by its line: not offered again. */
  readonly #byHand = new Set<string>()
  /** Phone sessions that ask on behalf of another call. */
  readonly #consults = new Map<string, string>()
  /** Stops the wait for what was pressed last to be shown. */
  readonly #waits = new WeakMap<Leg, () => void>()

  constructor(host: HandlingHost) {
    this.#host = host
  }

  /** Another account: what was learnt of its phones is forgotten. */
  reset(): void {
    this.#byHand.clear()
    this.#consults.clear()
  }

  view(leg: Leg): TalkView {
    const hold = holdOf(leg)
    return {
      muted: leg.phone?.muted ?? leg.server?.muted ?? false,
      onHold: isAway(hold),
      hold,
      spokenAt: leg.talk.spokenAt,
      can: this.#abilities(leg),
      transfer: leg.phone?.transfer ?? transferShown(leg),
      recordingAfterTransfer: endsWithUs(this.#host.open().wazo) ? 'ends' : 'may-go-on',
      consultFor: leg.talk.consultFor,
    }
  }

  #abilities(leg: Leg): CallAbilities {
    const { server, phone } = this.#host.open()
    const here = leg.phone !== null && phone !== null
    // of a phone that has stopped nothing is left to hold, to mute or to pass on by
    const there = !here && !leg.stopped && server !== null && leg.server !== null
    const up = status(leg) === 'up'
    const byPhone = (what: ByPhone) => here || (there && !this.#byHand.has(keyOf(leg, what)))
    return {
      answer: status(leg) === 'ringing-in' && byPhone('answer'),
      hold: up && byPhone('hold'),
      mute: up && (here || there),
      keypad: up && (here || there),
      transfer: up && (here || (there && !this.#byHand.has(keyOf(leg, 'transfer')))),
    }
  }

  // ---- what the user does

  async answer(id: string): Promise<void> {
    const leg = this.#host.leg(id)
    await this.#instead(leg, 'answer', async () => {
      const { phone } = this.#host.open()
      if (leg.phone !== null && phone !== null) return this.#tell({ do: 'answer', session: leg.phone.session })
      await this.#byServer(leg, 'answer', (server, call) => server.answer(call))
    })
  }

  async hold(id: string, on: boolean): Promise<void> {
    const leg = this.#host.leg(id)
    if (!on) return this.#instead(leg, 'resume', () => this.#hold(leg, false))
    this.#wish(leg, 'hold')
    try {
      await this.#hold(leg, true)
    } catch (error) {
      this.#unwish(leg)
      throw error
    }
  }

  async mute(id: string, on: boolean): Promise<void> {
    const leg = this.#host.leg(id)
    const { phone } = this.#host.open()
    if (leg.phone !== null && phone !== null) return this.#tell({ do: 'mute', session: leg.phone.session, on })
    await this.#byServer(leg, 'mute', (server, call) => server.mute(call, on))
  }

  /** Passes the other side on to `written`, a number as people write it. */
  async transfer(id: string, written: string, kind: Transfer['kind']): Promise<void> {
    const number = cleanNumber(written)
    if (number === null) throw new AppFailure({ code: 'number-invalid', subject: written.slice(0, 40) })
    const leg = this.#host.leg(id)
    const { phone } = this.#host.open()
    if (leg.phone !== null && phone !== null) {
      if (kind === 'blind') return this.#tell({ do: 'transfer', session: leg.phone.session, number })
      const session = `s-${randomUUID()}`
      this.#consults.set(session, id)
      return this.#tell({ do: 'dial', session, number })
    }
    leg.talk.transfer = { id: null, kind, to: number, state: 'asked', status: null }
    this.#host.changed()
    try {
      const transfer = await this.#byServer(leg, 'transfer', (server, call) => server.transfer(call, number, kind))
      if (leg.talk.transfer !== null) leg.talk.transfer = { ...leg.talk.transfer, id: transfer }
    } catch (error) {
      leg.talk.transfer = null
      throw error
    } finally {
      this.#host.changed()
    }
  }

  /** Ends an attended transfer of this call: connects the two others, or goes back to the first. */
  async endTransfer(id: string, how: 'connect' | 'back'): Promise<void> {
    const leg = this.#host.leg(id)
    const { server } = this.#host.open()
    const consult = this.#host.legs().find(other => other.talk.consultFor === id)
    if (consult?.phone && leg.phone !== null) {
      if (how === 'back') return this.#host.hangUp(consult.id)
      return this.#tell({ do: 'join', session: leg.phone.session, to: consult.phone.session })
    }
    const transfer = leg.talk.transfer?.id ?? null
    if (server === null || transfer === null) throw new AppFailure('call-gone')
    if (how === 'connect') return server.completeTransfer(transfer)
    await server.cancelTransfer(transfer)
    leg.talk.transfer = null
    this.#host.changed()
  }

  // ---- what becomes of it

  /** For whose transfer this session of our phone asks. */
  consultFor(session: PhoneSession): string | null {
    return this.#consults.get(session.session) ?? null
  }

  /** Phone or server showed something of this leg. */
  seen(leg: Leg): void {
    const { talk } = leg
    if (talk.wish === 'hold' && isAway(holdShown(leg))) talk.wish = null
    if (talk.wish === 'resume' && !isAway(holdShown(leg))) talk.wish = null
    if (talk.wish === 'answer' && status(leg) !== 'ringing-in') talk.wish = null
    this.#follow(leg)
  }

  serverTransfer({ id, call, state }: ServerTransfer): void {
    const leg = this.#host.legs().find(one => one.server?.id === call && one.talk.transfer !== null)
    const known = leg?.talk.transfer
    if (leg === undefined || !known || (known.id !== null && known.id !== id) || known.state === 'done') return
    leg.talk.transfer = { ...known, id, state: state === 'over' ? 'failed' : state }
    this.#host.changed()
  }

  /** A question on behalf of another call is over without an answer: back to who waits. */
  ended(leg: Leg): void {
    const id = leg.talk.consultFor
    if (leg.phone !== null) this.#consults.delete(leg.phone.session)
    const waiting = this.#host.legs().find(one => one.id === id)
    if (waiting === undefined || this.#host.legs().some(one => speaks(one))) return
    const state = waiting.phone?.transfer?.state
    if (state === 'asked' || state === 'ringing' || state === 'done') return
    this.hold(waiting.id, false).catch((error: unknown) => this.#host.log('a call was not taken up again', error))
  }

  // ---- how

  /** Every other call is put on hold; what is pressed counts at once, before anything proves it. */
  async #instead(leg: Leg, wish: 'resume' | 'answer', act: () => Promise<void>): Promise<void> {
    const left = this.#host.legs().filter(other => other !== leg && speaks(other) && canBeLeft(other))
    for (const other of left) this.#wish(other, 'hold')
    this.#wish(leg, wish)
    try {
      // our phone holds its own by itself
      await Promise.all(left.filter(other => other.phone === null).map(other => this.#leave(other)))
      await act()
    } catch (error) {
      for (const other of [leg, ...left]) this.#unwish(other)
      throw error
    }
  }

  /** A call elsewhere that cannot be held goes on: its phone is not in the user's hand now. */
  async #leave(leg: Leg): Promise<void> {
    try {
      await this.#hold(leg, true)
    } catch (error) {
      this.#host.log('a call was not held', error)
      this.#unwish(leg)
    }
  }

  async #hold(leg: Leg, on: boolean): Promise<void> {
    const { phone } = this.#host.open()
    if (leg.phone !== null && phone !== null) return this.#tell({ do: 'hold', session: leg.phone.session, on })
    await this.#byServer(leg, 'hold', (server, call) => server.hold(call, on))
  }

  async #tell(command: Parameters<CallPhone['send']>[0]): Promise<void> {
    const { phone } = this.#host.open()
    const failure = phone === null ? ({ code: 'phone-off' } as const) : await phone.send(command)
    if (failure !== null) throw new AppFailure(failure)
  }

  async #byServer<T>(
    leg: Leg,
    what: ByPhone | 'mute' | 'transfer',
    run: (server: CallServer, call: string) => Promise<T>,
  ): Promise<T> {
    const { server } = this.#host.open()
    if (server === null || leg.server === null) throw new AppFailure('phone-off')
    try {
      return await run(server, leg.server.id)
    } catch (error) {
      if (error instanceof AppFailure && FOR_GOOD.includes(error.failure.code)) {
        this.#byHand.add(keyOf(leg, what))
        // a phone that does not answer by command does not hold either, and the other way round
        if (what === 'answer' || what === 'hold')
          for (const each of ['answer', 'hold']) this.#byHand.add(keyOf(leg, each))
        this.#host.changed()
      }
      throw error
    }
  }

  #wish(leg: Leg, wish: NonNullable<Talk['wish']>): void {
    leg.talk.wish = wish
    this.#follow(leg)
    // an earlier press of the same kind would take this one back
    this.#waits.get(leg)?.()
    const unshown = () => {
      if (leg.talk.wish === wish) this.#unwish(leg)
    }
    this.#waits.set(leg, this.#host.clock.after(SHOWN_WITHIN_MS, unshown))
    this.#host.changed()
  }

  /** A call that was not left after all is no newer for that: another one that was begun meanwhile stays the one spoken in. */
  #unwish(leg: Leg): void {
    const { talk } = leg
    const { spokenAt, wish } = talk
    talk.wish = null
    this.#follow(leg)
    if (wish === 'hold') talk.spokenAt = spokenAt
    this.#host.changed()
  }

  #follow(leg: Leg): void {
    const { talk } = leg
    const spoken = speaks(leg)
    if (spoken && !talk.spoken) talk.spokenAt = this.#host.clock.now()
    if (!spoken && status(leg) === 'ringing-in') talk.spokenAt = null
    talk.spoken = spoken
  }
}

const keyOf = (leg: Leg, what: string): string => `${leg.server?.line ?? 'one'} ${what}`

const endsWithUs = (wazo: boolean): boolean =>
  wazo ? SERVER.transferEndsRecording.value : !SERVER.transferMayKeepRecording.value

const isAway = (hold: PhoneHold): boolean => hold === 'holding' || hold === 'held' || hold === 'silenced'

/** As phone or server showed it. */
function holdShown(leg: Leg): PhoneHold {
  if (leg.phone !== null) return leg.phone.hold
  return leg.server?.onHold === true ? 'held' : 'no'
}

function holdOf(leg: Leg): PhoneHold {
  const shown = holdShown(leg)
  if (leg.talk.wish === 'hold' && !isAway(shown)) return 'holding'
  if (leg.talk.wish === 'resume' && isAway(shown)) return 'resuming'
  return shown
}

/** Our phone holds one that it placed as soon as it is up; a server, only one that is. */
const canBeLeft = (leg: Leg): boolean => leg.phone !== null || status(leg) === 'up'

/** The user talks in it, or is about to: what he placed, and what he answers just now. */
function speaks(leg: Leg): boolean {
  if (isAway(holdOf(leg))) return false
  return status(leg) === 'up' || outgoing(leg) || leg.talk.wish === 'answer'
}

function transferShown({ talk: { transfer } }: Leg): Transfer | null {
  if (transfer === null) return null
  const { kind, to, state, status: why } = transfer
  return { kind, to, state, status: why }
}
