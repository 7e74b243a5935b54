/** All calls of the phone, and the commands to them. */
import { type Invitation, Inviter, type URI, UserAgent } from 'sip.js'
import { AppFailure } from '../../shared/failure.ts'
import { type PhoneCommand, type PhoneReport, type PhoneSession } from '../../shared/phone.ts'
import { answersAfter } from './autoAnswer.ts'
import { Call, type CallHost } from './call.ts'
import { addressOf } from './peer.ts'
import { Ring, ringingOf, ringsBack } from './ring.ts'
import { type Studio } from './studio.ts'

/** More at once is no person's doing: the rest hears busy. */
const MOST_CALLS = 10
const BUSY = 486
const FAULT = 500
/** How long a call that begins waits for the others to be held. */
const HELD_WITHIN_MS = 1500

export interface Line {
  readonly agent: UserAgent
  /** Domain of the addresses that are called. */
  readonly host: string
  readonly studio: Studio
  /** New calls come and go. */
  registered(): boolean
  /** Whether requests within a call get through, or do again within `ms`. */
  connected(ms: number): Promise<boolean>
  /** The audio is cut: is the connection, too? */
  doubt(): void
  /** Whether the server answers just now: it is asked. */
  answers(): Promise<boolean>
}

export class Sessions {
  readonly #line: Line
  readonly #report: (report: PhoneReport) => void
  readonly #calls = new Map<string, Call>()
  /** Ended for the user, and perhaps not for the server: it is told on the next socket. */
  readonly #lost = new Set<Call>()
  readonly #ring: Ring
  readonly #ringBack: Ring
  readonly #statuses = new Map<string, PhoneSession['status']>()

  constructor(line: Line, report: (report: PhoneReport) => void) {
    this.#line = line
    this.#ring = new Ring(line.studio.devices)
    this.#ringBack = new Ring(line.studio.devices)
    this.#report = report
  }

  /** Carries a command out. Rejects with an AppFailure. */
  async run(command: PhoneCommand): Promise<void> {
    switch (command.do) {
      case 'dial':
        return this.#dial(command.session, command.number)
      case 'answer':
        return this.#instead(this.#call(command.session), call => call.answer())
      case 'decline':
        return this.#call(command.session).decline()
      case 'hang-up':
        return this.#call(command.session).hangUp()
      case 'mute':
        return this.#call(command.session).mute(command.on)
      case 'hold': {
        const call = this.#call(command.session)
        return command.on ? call.hold(true) : this.#instead(call, () => call.hold(false))
      }
      case 'transfer':
        return this.#call(command.session).transfer(command.number, this.#target(command.number))
      case 'join':
        return this.#call(command.session).join(this.#call(command.to))
      case 'digits':
        return this.#call(command.session).digits(command.digits, command.via)
      case 'record-info':
        return this.#call(command.session).recordInfo(command.on)
      // no call's, and no line's: the page does it
      case 'test':
      case 'register':
        return
    }
  }

  /** A call comes in. Must not throw: sip.js would leave it ringing. */
  incoming(invitation: Invitation): void {
    if (this.#calls.size >= MOST_CALLS) return refuse(invitation, BUSY)
    try {
      const call = this.#add(id => new Call(id, invitation, null, this.#host), crypto.randomUUID())
      const after = answersAfter(invitation.request)
      if (after !== null) setTimeout(() => this.#answerByItself(call), after)
    } catch (error) {
      console.error('A call could not be taken', error)
      refuse(invitation, FAULT)
    }
  }

  /** Where the user allows it, and is not talking: nobody's call is put on hold for it. */
  #answerByItself(call: Call): void {
    if (!this.#line.studio.preferences.autoAnswer || call.over || this.#calls.size > 1) return
    // answered or declined by hand meanwhile
    call.answer().catch((error: unknown) => console.warn('A call did not answer by itself', error))
  }

  lost(): void {
    for (const call of [...this.#calls.values()]) call.lost()
  }

  back(): void {
    const calls = [...this.#lost, ...this.#calls.values()]
    this.#lost.clear()
    for (const call of calls)
      call.back().catch((error: unknown) => console.error('A call was not taken up again', error))
  }

  /** Ends every call; resolves when the server was told. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#calls.values()].map(call => call.hangUpAtOnce()))
  }

  /** Ends what `close` could not. */
  abandon(): void {
    for (const call of [...this.#calls.values()]) call.abandon()
  }

  async #dial(session: string, number: string): Promise<void> {
    if (!this.#line.registered()) throw new AppFailure('not-registered')
    if (this.#calls.has(session)) throw new AppFailure({ code: 'invalid', subject: 'session' })
    const inviter = new Inviter(this.#line.agent, this.#target(number), { earlyMedia: true })
    await this.#instead(
      this.#add(id => new Call(id, inviter, number, this.#host), session),
      call => call.invite(),
    )
  }

  #target(number: string): URI {
    const target = UserAgent.makeURI(addressOf(number, this.#line.host))
    if (target === undefined) throw new AppFailure('number-invalid')
    return target
  }

  /**
   * One call at a time is spoken in: every other is put on hold before `begin`, and one that is not up yet, as soon as it is.
   * They are silent at once, so a server that is slow to hold holds nothing up. What was left for a call that could not begin
   * is taken up again.
   */
  async #instead(call: Call, begin: (call: Call) => Promise<void>): Promise<void> {
    const others = [...this.#calls.values()].filter(other => other !== call)
    const left = others.filter(other => other.spoken)
    for (const other of others) if (other.begins) other.leave(true)
    call.leave(false)
    await Promise.race([Promise.all(left.map(holdQuietly)), pause(HELD_WITHIN_MS)])
    try {
      await begin(call)
    } catch (error) {
      const [last] = left
      if (last !== undefined && !this.#anySpoken()) resumeQuietly(last)
      else this.#giveBack()
      throw error
    }
  }

  #anySpoken(): boolean {
    return [...this.#calls.values()].some(call => call.spoken)
  }

  /** A call that was left while it rang has its user again once he speaks with nobody else. */
  #giveBack(): void {
    const calls = [...this.#calls.values()]
    if (calls.some(call => call.spoken || call.begins)) return
    calls.findLast(call => call.left)?.leave(false)
  }

  #add(make: (id: string) => Call, id: string): Call {
    const call = make(id)
    this.#calls.set(id, call)
    return call
  }

  #call(id: string): Call {
    const call = this.#calls.get(id)
    if (call === undefined) throw new AppFailure('call-gone')
    return call
  }

  #ringAsDue(told: PhoneSession): void {
    if (told.status === 'ended') this.#statuses.delete(told.session)
    else this.#statuses.set(told.session, told.status)
    this.#ring.sound(ringingOf([...this.#statuses.values()]))
    this.#ringBackAsDue()
  }

  #ringBackAsDue(): void {
    this.#ringBack.sound(ringsBack([...this.#calls.values()]) ? 'back' : 'none')
  }

  readonly #host: CallHost = {
    report: report => {
      this.#report(report)
      if (report.kind === 'session') this.#ringAsDue(report)
    },
    soundComes: () => this.#ringBackAsDue(),
    ended: call => {
      this.#calls.delete(call.id)
      if (!call.settled) this.#lost.add(call)
      this.#giveBack()
    },
    settled: call => void this.#lost.delete(call),
    connected: ms => this.#line.connected(ms),
    doubt: () => this.#line.doubt(),
    answers: () => this.#line.answers(),
  }
}

/** One that could not be held any more has ended. */
async function holdQuietly(call: Call): Promise<void> {
  try {
    await call.hold(true)
  } catch (error) {
    console.warn('A call was not held', error)
  }
}

function resumeQuietly(call: Call): void {
  call.hold(false).catch((error: unknown) => console.error('A call was not taken up again', error))
}

const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

function refuse(invitation: Invitation, statusCode: number): void {
  invitation.reject({ statusCode }).catch((error: unknown) => console.error('A call was not refused', error))
}
