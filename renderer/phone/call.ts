/** One call of the phone: follows its SIP session, carries out its commands and reports every change. */
import { type Bye, Invitation, type Inviter, type Referral, type Session, SessionState, type URI } from 'sip.js'
import { AppFailure } from '../../shared/failure.ts'
import { type PhoneHold, type PhoneReport, type PhoneSession, type Transfer } from '../../shared/phone.ts'
import { DigitQueue, type Sent, type Turn, sendInfos, sendRecordInfo, sendTones } from './digits.ts'
import { CallMedia } from './media.ts'
import { peerOf } from './peer.ts'
import { isAnsweredElsewhere } from './reason.ts'
import { reinvite } from './reinvite.ts'
import { refer } from './transfer.ts'

const MEASURE_EVERY_MS = 1000
/** A CANCEL that nobody answers: the call is over for the user all the same. */
const CANCEL_WITHIN_MS = 5000
/** How long a hang-up waits for a lost connection; it is sent when the connection is back, however late. */
const HANG_UP_WITHIN_MS = 10_000
/** Only this phone is busy: 603 would stop the user's other phones too (RFC 3261 21.6.2). */
const DECLINED = 486
const CANCELLED = 487
const RINGING = 180
const CONNECTION_LOST = 503
const REFER_DECLINED = 603

export interface CallHost {
  report(report: PhoneReport): void
  /** The server sends sound before the answer: its own ringing, or an announcement. */
  soundComes(): void
  /** It is over for the user; for the server perhaps not yet. */
  ended(call: Call): void
  /** It is over on both sides, as far as can be known. */
  settled(call: Call): void
  /** Whether requests within a call get through, or do again within `ms`. */
  connected(ms: number): Promise<boolean>
  /** The audio is cut: is the connection, too? */
  doubt(): void
  /** Whether the server answers just now: it is asked. */
  answers(): Promise<boolean>
}

interface Ending {
  readonly status: number | null
  readonly byRemote: boolean
  /** Another device of the user's has answered it. */
  readonly elsewhere?: boolean
}

export class Call {
  readonly id: string
  readonly #session: Inviter | Invitation
  readonly #host: CallHost
  readonly #dialed: string | null
  readonly #over = new AbortController()
  #serverId: string | null = null
  #ringing = false
  /** Sound of the server's before the answer. */
  #early = false
  #up = false
  /** Placed, or answered. */
  #begun: boolean
  #muted = false
  #hold: PhoneHold = 'no'
  #wantsHold = false
  #transfer: Transfer | null = null
  #ending: Ending | null = null
  #meter: ReturnType<typeof setInterval> | undefined
  readonly #digits = new DigitQueue()
  #offers: Promise<unknown> = Promise.resolve()
  #told = ''
  /** The user wants it to end; the server may not have heard of it. */
  #endWhenBack = false
  #repairing = false

  /** @param dialed the number of an outgoing call, null for an incoming one */
  constructor(id: string, session: Inviter | Invitation, dialed: string | null, host: CallHost) {
    this.id = id
    this.#session = session
    this.#dialed = dialed
    this.#begun = dialed !== null
    this.#host = host
    if (session instanceof Invitation) this.#learn(session.request.getHeader('x-wazo-call-id'))
    session.delegate = {
      onBye: (bye: Bye) => {
        this.#ending ??= { status: null, byRemote: true }
        settle(bye.accept(), 'BYE')
      },
      onCancel: ({ request }) => {
        const elsewhere = isAnsweredElsewhere(request.getHeaders('reason'))
        this.#ending ??= { status: CANCELLED, byRemote: true, elsewhere }
      },
      // sip.js would follow it, and place a call that nobody sees
      onRefer: (referral: Referral) => settle(referral.reject({ statusCode: REFER_DECLINED }), 'REFER'),
    }
    session.stateChange.addListener(state => this.#onState(state))
    this.#tell()
  }

  get over(): boolean {
    return this.#over.signal.aborted
  }

  /** SIP has no more to say of it. */
  get settled(): boolean {
    return this.#session.state === SessionState.Terminated
  }

  /** The user can speak and hear in it. */
  get spoken(): boolean {
    return this.#up && this.#claims
  }

  /** He placed or answered it, and will speak in it as soon as it is up. */
  get begins(): boolean {
    return !this.#up && this.#begun && this.#claims
  }

  /** It rings at the other side, and the server sends no sound of that. */
  get ringsOut(): boolean {
    return this.#status() === 'ringing-out' && this.#hold === 'no' && !this.#early
  }

  /** He speaks elsewhere while it is not up yet. */
  get left(): boolean {
    return !this.#up && !this.over && this.#hold === 'holding'
  }

  get #claims(): boolean {
    return !this.over && (this.#hold === 'no' || this.#hold === 'resuming')
  }

  /** Sends the INVITE; what becomes of it is reported. Rejects when it could not be sent. */
  async invite(): Promise<void> {
    const session = this.#session
    if (session instanceof Invitation) throw new AppFailure('invalid')
    const refused = (status: number | undefined) => {
      this.#ending ??= { status: status ?? CONNECTION_LOST, byRemote: true }
    }
    try {
      await session.invite({
        requestDelegate: {
          onProgress: ({ message }) => {
            this.#learn(message.getHeader('x-wazo-call-id'))
            this.#ringing ||= message.statusCode === RINGING
            this.#tell()
            if (message.body === '' || this.#early) return
            this.#early = true
            this.#host.soundComes()
          },
          onAccept: ({ message }) => {
            this.#learn(message.getHeader('x-wazo-call-id'))
            this.#tell()
          },
          onRedirect: ({ message }) => refused(message.statusCode),
          onReject: ({ message }) => refused(message.statusCode),
        },
      })
    } catch (cause) {
      if (this.#ending !== null) throw new AppFailure('call-gone', { cause })
      console.error('A call could not be placed', cause)
      this.#finish({ status: null, byRemote: false })
      throw new AppFailure('call-failed', { cause })
    }
  }

  /** Rejects with `call-gone` when it stopped ringing meanwhile. */
  async answer(): Promise<void> {
    const session = this.#session
    if (!(session instanceof Invitation) || session.state !== SessionState.Initial) throw new AppFailure('call-gone')
    this.#begun = true
    try {
      await session.accept()
    } catch (cause) {
      this.#begun = false
      if (this.#ending !== null) throw new AppFailure('call-gone', { cause })
      console.error('A call could not be answered', cause)
      throw new AppFailure('call-failed', { cause })
    }
    // sip.js keeps quiet about an error that followed a CANCEL
    if (!this.#up) throw new AppFailure('call-gone')
  }

  async decline(): Promise<void> {
    const session = this.#session
    if (!(session instanceof Invitation) || this.#up || this.over) throw new AppFailure('call-gone')
    this.#ending ??= { status: DECLINED, byRemote: false }
    await session.reject({ statusCode: DECLINED })
  }

  /**
   * Ends the call in whatever state it is. Rejects with `not-registered` when that must wait for the connection. sip.js
   * forgets a call with the request that ends it, whether or not that arrives: so the server is asked first whether it
   * answers, and if not, it is told on the next socket.
   */
  hangUp(): Promise<void> {
    return this.#hangUp(async () => (await this.#host.answers()) || this.#host.connected(HANG_UP_WITHIN_MS))
  }

  /** The same without a question first: there is no time for one, and no other socket to come. */
  hangUpAtOnce(): Promise<void> {
    return this.#hangUp(() => this.#host.connected(HANG_UP_WITHIN_MS))
  }

  async #hangUp(reaches: () => Promise<boolean>): Promise<void> {
    const session = this.#session
    if (this.over) throw new AppFailure('call-gone')
    switch (session.state) {
      case SessionState.Initial:
      case SessionState.Establishing:
        if (session instanceof Invitation) return this.decline()
        this.#ending ??= { status: CANCELLED, byRemote: false }
        setTimeout(() => this.#finish({ status: CANCELLED, byRemote: false }), CANCEL_WITHIN_MS)
        // nothing was sent yet
        if (session.state === SessionState.Initial) return session.cancel()
        break
      case SessionState.Established:
        break
      case SessionState.Terminating:
      case SessionState.Terminated:
        return
    }
    this.#media?.silence(true)
    this.#endWhenBack = true
    if (await reaches()) return this.#end()
    if (this.over) return
    // nothing of it is left on this side, and the server is told as soon as it is back
    if (this.#media?.failed === true) return this.#finish({ status: null, byRemote: false })
    throw new AppFailure('not-registered')
  }

  /** Tells the server that the user has hung up. */
  async #end(): Promise<void> {
    const session = this.#session
    if (session.state !== SessionState.Establishing) return this.#bye()
    if (!(session instanceof Invitation)) await session.cancel()
  }

  mute(on: boolean): void {
    if (this.over) throw new AppFailure('call-gone')
    this.#muted = on
    this.#media?.mute(on)
    this.#tell()
  }

  /**
   * The user speaks elsewhere before this one is up: it is silent, and held as soon as the server can do that. `on` false: he
   * is back with it.
   */
  leave(on: boolean): void {
    if (this.#up || this.over) return
    this.#media?.silence(on)
    this.#settleHold(on ? 'holding' : 'no')
  }

  /**
   * Own hold. Nothing is spoken or heard from the press on, until the server has taken up a resume. One that it does not hold
   * stays silent here and says so, which is no failure. Rejects with `hold-refused` when it does not resume one: that one
   * stays held.
   */
  async hold(on: boolean): Promise<void> {
    if (!this.#up || this.over) throw new AppFailure('call-gone')
    if (on !== this.spoken) return
    await this.#changeHold(on)
  }

  async #changeHold(on: boolean): Promise<void> {
    const wasHere = this.#hold === 'silenced'
    if (on) this.#media?.silence(true)
    // the server was never told of it
    if (!on && wasHere) return this.#settleHold('no')
    this.#wantsHold = on
    this.#settleHold(on ? 'holding' : 'resuming')
    const status = await this.#offer()
    // pressed again meanwhile: that press says how it ends
    if (this.#wantsHold !== on || this.over) return
    if (status === 200) return this.#settleHold(on ? 'held' : 'no')
    this.#wantsHold = !on
    this.#settleHold(on ? 'silenced' : 'held')
    if (on) return
    throw new AppFailure({ code: 'hold-refused', status })
  }

  #settleHold(hold: PhoneHold): void {
    this.#hold = hold
    if (hold === 'no') this.#media?.silence(false)
    this.#tell()
  }

  /** Blind transfer. Resolves when the server has taken it up or refused it; what becomes of it is reported. */
  transfer(number: string, target: URI): Promise<void> {
    return this.#refer('blind', number, target, [this])
  }

  /** Attended transfer: our other side gets that of another call, which must be up. */
  join(other: Call): Promise<void> {
    if (!other.#up || other.over) throw new AppFailure('call-gone')
    return this.#refer('attended', other.#view().peer.number, other.#session, [this, other])
  }

  async #refer(kind: Transfer['kind'], to: string, target: URI | Session, ends: readonly Call[]): Promise<void> {
    if (!this.#up || this.over) throw new AppFailure('call-gone')
    const tell = (state: Transfer['state'], status: number | null = null) => {
      this.#transfer = { kind, to, state, status }
      this.#tell()
    }
    tell('asked')
    await refer(
      this.#session,
      target,
      {
        ringing: () => tell('ringing'),
        done: confirmed => {
          tell(confirmed ? 'done' : 'unknown')
          // whoever passes a call on ends his part of it (RFC 5589 6)
          for (const call of ends) settle(call.#bye(), 'BYE')
        },
        failed: status => tell('failed', status),
      },
      this.#over.signal,
    )
  }

  /** Resolves when the last digit is out. Strings of digits never overtake one another, nor run into one another. */
  digits(digits: string, via: 'rfc4733' | 'info'): Promise<void> {
    return this.#queue(digits.length > 1 ? 'code' : 'keys', async turn => {
      if (via === 'rfc4733') await this.#media?.flowing(this.#over.signal)
      turn.begin()
      if (via === 'info') return sendInfos(this.#session, digits, turn)
      return sendTones(this.#media?.digits ?? null, digits, this.#over.signal)
    })
  }

  /** Asks by `Record: on` or `off`; resolves when that is answered 200. Asterisk plays the code to itself, so it queues as one. */
  recordInfo(on: boolean): Promise<void> {
    return this.#queue('code', turn => {
      turn.begin()
      return sendRecordInfo(this.#session, on, turn)
    })
  }

  #queue(what: Sent['what'], send: (turn: Turn) => Promise<void>): Promise<void> {
    return this.#digits.send(what, this.#over.signal, turn => {
      if (!this.#up || this.over) throw new AppFailure('call-gone')
      return send(turn)
    })
  }

  /** The connection is lost. A call that is up goes on without it; one that rings is lost with it (asterisk.md 7). */
  lost(): void {
    if (this.#up || this.over) return
    if (this.#session instanceof Invitation) settle(this.#session.reject(), 'INVITE')
    else if (this.#session.state === SessionState.Initial) settle(this.#session.cancel(), 'INVITE')
    else this.#endWhenBack = true
    this.#finish({ status: CONNECTION_LOST, byRemote: true })
  }

  /** Nothing more can be said to the server. */
  abandon(): void {
    this.#finish({ status: this.#up ? null : CONNECTION_LOST, byRemote: false })
  }

  /** There is a connection again. The server must learn our new address, or its BYE never reaches us (asterisk.md 7). */
  async back(): Promise<void> {
    if (this.#endWhenBack) await this.#end()
    else if (this.#session.state === SessionState.Established) await this.#renew()
  }

  /** Offers the same again. */
  async #renew(): Promise<void> {
    const status = await this.#offer()
    // the server knows this call no more (RFC 3261 12.2.1.2)
    if (status !== 481 && status !== 404) return
    this.#ending ??= { status: null, byRemote: true }
    settle(this.#bye(), 'BYE')
  }

  /** One offer after the other; with another way through the network where the present one is broken (RFC 8445 9). */
  #offer(): Promise<number> {
    const options = () => ({
      hold: this.#wantsHold,
      ...(this.#media?.stranded === true ? { offerOptions: { iceRestart: true } } : {}),
    })
    const offering = this.#offers.then(() => reinvite(this.#session, options, this.#over.signal))
    this.#offers = offering.catch(() => undefined)
    return offering
  }

  async #bye(): Promise<void> {
    if (this.#session.state !== SessionState.Established) return
    this.#ending ??= { status: null, byRemote: false }
    await this.#session.bye()
  }

  get #media(): CallMedia | null {
    const media = this.#session.sessionDescriptionHandler
    return media instanceof CallMedia ? media : null
  }

  #learn(header: string | undefined): void {
    // what an API path may carry; a server's id is `<seconds>.<number>`
    if (header !== undefined && /^[0-9A-Za-z._-]{1,64}$/.test(header)) this.#serverId = header
  }

  /** Must not throw: sip.js would leave the session as it is for ever. */
  #onState(state: SessionState): void {
    if (state === SessionState.Established) {
      this.#up = true
      const media = this.#media
      media?.mute(this.#muted)
      // answered just as it was given up
      if (this.#endWhenBack) media?.silence(true)
      if (media) {
        media.onFailed = () => this.#repair()
        media.onCut = () => this.#host.doubt()
      }
      this.#meter = setInterval(() => void this.#measure(), MEASURE_EVERY_MS)
      if (this.#hold === 'holding' && !this.#endWhenBack)
        this.#changeHold(true).catch((error: unknown) => console.warn('A call was not held', error))
    }
    // who refused it and how is told just after
    if (state !== SessionState.Terminated) return this.#tell()
    queueMicrotask(() => {
      this.#finish(null)
      this.#host.settled(this)
    })
  }

  #repair(): void {
    if (this.#repairing) return
    this.#repairing = true
    this.#host
      .answers()
      // else `back` does it, as soon as there is a connection; an offer into a dead one would stand in its way for half a minute
      .then(answers => (answers && !this.over ? this.#renew() : undefined))
      .catch((error: unknown) => console.error('The audio could not be repaired', error))
      .finally(() => (this.#repairing = false))
  }

  async #measure(): Promise<void> {
    try {
      const measured = await this.#media?.measure()
      if (this.over || measured === undefined || measured === null) return
      this.#host.report({ kind: 'audio', session: this.id, ...measured })
      this.#tell()
    } catch (error) {
      if (!this.over) console.error('The audio could not be measured', error)
    }
  }

  #finish(how: Ending | null): void {
    if (this.over) return
    this.#ending ??= how ?? (this.#up ? { status: null, byRemote: true } : { status: 500, byRemote: false })
    clearInterval(this.#meter)
    // sip.js keeps a call that nobody answers any more, and its microphone with it
    this.#media?.close()
    this.#over.abort()
    this.#tell()
    this.#host.ended(this)
  }

  #tell(): void {
    const report = this.#view()
    const text = JSON.stringify(report)
    if (text === this.#told) return
    this.#told = text
    this.#host.report(report)
  }

  #view(): PhoneSession {
    const session = this.#session
    const peer = peerOf(session.assertedIdentity, session.remoteIdentity)
    return {
      kind: 'session',
      session: this.id,
      status: this.#status(),
      outgoing: this.#dialed !== null,
      // who was dialled stays who was dialled, whatever the server makes of it
      peer: this.#dialed === null ? peer : { name: session.assertedIdentity ? peer.name : '', number: this.#dialed },
      sipCallId: session.request.callId,
      serverId: this.#serverId,
      muted: this.#muted,
      hold: this.#hold,
      transfer: this.#transfer,
      canInsertDigits: this.#up && !this.over && this.#media?.digits?.canInsertDTMF === true,
      endStatus: this.over && !this.#up ? (this.#ending?.status ?? null) : null,
      elsewhere: this.over && this.#ending?.elsewhere === true,
      byRemote: this.over && (this.#ending?.byRemote ?? false),
    }
  }

  #status(): PhoneSession['status'] {
    if (this.over) return 'ended'
    if (this.#up) return 'up'
    if (this.#dialed === null) return 'ringing-in'
    return this.#ringing ? 'ringing-out' : 'dialing'
  }
}

function settle(answer: Promise<unknown>, what: string): void {
  answer.catch((error: unknown) => console.error(`${what} was not answered`, error))
}
