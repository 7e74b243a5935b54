/** All calls of the phone, and the commands to them. */
import { type Invitation, Inviter, UserAgent } from 'sip.js'
import { AppFailure } from '../../shared/failure.ts'
import { type PhoneCommand, type PhoneReport } from '../../shared/phone.ts'
import { Call, type CallHost } from './call.ts'
import { addressOf } from './peer.ts'

/** More at once is no person's doing: the rest hears busy. */
const MOST_CALLS = 10
const BUSY = 486
const FAULT = 500

export interface Line {
  readonly agent: UserAgent
  /** Domain of the addresses that are called. */
  readonly host: string
  registered(): boolean
  connected(ms: number): Promise<boolean>
}

export class Sessions {
  readonly #line: Line
  readonly #report: (report: PhoneReport) => void
  readonly #calls = new Map<string, Call>()
  /** Ended for the user, and still to be cancelled at the server. */
  readonly #lost = new Set<Call>()

  constructor(line: Line, report: (report: PhoneReport) => void) {
    this.#line = line
    this.#report = report
  }

  /** Carries a command out. Rejects with an AppFailure. */
  async run(command: PhoneCommand): Promise<void> {
    switch (command.do) {
      case 'dial':
        return this.#dial(command.session, command.number)
      case 'answer':
        return this.#call(command.session).answer()
      case 'decline':
        return this.#call(command.session).decline()
      case 'hang-up':
        return this.#call(command.session).hangUp()
      case 'mute':
        return this.#call(command.session).mute(command.on)
      case 'digits':
        return this.#call(command.session).digits(command.digits, command.via)
      case 'record-info':
        return this.#call(command.session).recordInfo(command.on)
    }
  }

  /** A call comes in. Must not throw: sip.js would leave it ringing. */
  incoming(invitation: Invitation): void {
    if (this.#calls.size >= MOST_CALLS) return refuse(invitation, BUSY)
    try {
      this.#add(id => new Call(id, invitation, null, this.#host), crypto.randomUUID())
    } catch (error) {
      console.error('A call could not be taken', error)
      refuse(invitation, FAULT)
    }
  }

  lost(): void {
    for (const call of [...this.#calls.values()]) {
      call.lost()
      if (call.over) this.#lost.add(call)
    }
  }

  back(): void {
    const calls = [...this.#lost, ...this.#calls.values()]
    this.#lost.clear()
    for (const call of calls)
      call.back().catch((error: unknown) => console.error('A call was not taken up again', error))
  }

  /** Ends every call; resolves when the server was told. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#calls.values()].map(call => call.hangUp()))
  }

  /** Ends what `close` could not. */
  abandon(): void {
    for (const call of [...this.#calls.values()]) call.abandon()
  }

  async #dial(session: string, number: string): Promise<void> {
    if (!this.#line.registered()) throw new AppFailure('not-registered')
    if (this.#calls.has(session)) throw new AppFailure({ code: 'invalid', subject: 'session' })
    const target = UserAgent.makeURI(addressOf(number, this.#line.host))
    if (target === undefined) throw new AppFailure('number-invalid')
    const inviter = new Inviter(this.#line.agent, target, { earlyMedia: true })
    await this.#add(id => new Call(id, inviter, number, this.#host), session).invite()
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

  readonly #host: CallHost = {
    report: report => this.#report(report),
    ended: call => void this.#calls.delete(call.id),
    connected: ms => this.#line.connected(ms),
  }
}

function refuse(invitation: Invitation, statusCode: number): void {
  invitation.reject({ statusCode }).catch((error: unknown) => console.error('A call was not refused', error))
}
