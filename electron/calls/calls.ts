/**
 * The live calls: merges the server's events and reads with the phone's reports into one state, and carries out what
 * the recording reducer asks for. One state, in main; everything on screen is derived from it.
 */
import { randomUUID } from 'node:crypto'
import { type CallView, type LastCall } from '../../shared/call.ts'
import { AppFailure, type Failure } from '../../shared/failure.ts'
import { cleanNumber } from '../../shared/number.ts'
import { type PhoneSession } from '../../shared/phone.ts'
import { FACTS } from '../../shared/recording/facts.ts'
import { initial, reduce } from '../../shared/recording/reducer.ts'
import { type RecordingCommand, type RecordingEvent } from '../../shared/recording/state.ts'
import { type Press } from '../../shared/recording/view.ts'
import { type Settings } from '../../shared/settings.ts'
import { type FileSight } from '../../shared/sight.ts'
import { callFailure } from '../../shared/sip.ts'
import { belongs, seenInFiles } from './files.ts'
import { callView, isCode, lastCall, sameLeg, type Leg } from './leg.ts'
import { meansOf, sameMeans, type Offer } from './means.ts'
import { type CallPhone, type CallServer, type Clock, type ServerCall } from './ports.ts'

export interface CallsOptions {
  readonly clock: Clock
  readonly settings: () => Settings
  /** Something to show changed. */
  readonly onChange: () => void
  /**
   * A call to the permanent code ended, on any of the user's devices: the flags may have changed. With a refusal where
   * it was not even answered.
   */
  readonly onCodeCall: (refusal: 'code-disabled' | 'server-trouble' | null) => void
  /** A call with the other side ended: its recording may appear soon. */
  readonly onEnded: () => void
  readonly log: (text: string, error?: unknown) => void
}

/** What the calls run on while an account is open. */
export interface CallsLine {
  readonly offer: Offer
  readonly server: CallServer | null
  readonly phone: CallPhone | null
  /** Own numbers, to tell the user's files in a watched folder. */
  readonly own: readonly string[]
}

/** How often the state of time is looked at while a call lives. */
const TICK_MS = 250
/** A phone that has not told of its call's end by then will not: its socket is gone. */
const PHONE_TELLS_MS = 3_000
/** Keys of ended legs that are remembered. */
const ENDED_KEPT = 100

export class Calls {
  readonly #options: CallsOptions
  #line: CallsLine | null = null
  #legs: Leg[] = []
  #last: LastCall | null = null
  #failure: { failure: Failure; number: string; at: number } | null = null
  #stopTicking: (() => void) | null = null
  #reading: Promise<void> | null = null
  #streamLive = false
  #folderLive = false
  /** Server ids and SIP Call-IDs of legs that ended: what still comes of them is no new call. */
  #ended: string[] = []

  constructor(options: CallsOptions) {
    this.#options = options
  }

  /** Starts on an account's line, or stops with null; what was known is forgotten. */
  use(line: CallsLine | null): void {
    this.#line = line
    this.#legs = []
    this.#last = null
    this.#failure = null
    this.#streamLive = false
    this.#folderLive = line?.offer.evidence === 'folder'
    this.#changed()
  }

  views(): CallView[] {
    const { permanentCode } = this.#options.settings()
    return this.#legs.map(leg => callView(leg, permanentCode, this.#options.clock.now()))
  }

  /** A call lives: its evidence must be fresh. */
  get busy(): boolean {
    return this.#legs.length > 0
  }

  get last(): LastCall | null {
    return this.#last
  }

  get failure(): { failure: Failure; number: string; at: number } | null {
    return this.#failure
  }

  /** The routes may differ now. */
  settingsChanged(): void {
    for (const leg of this.#legs) this.#refresh(leg)
  }

  // ---- what the user does

  /** Calls a number as people write it. Throws AppFailure when it is none, or when nothing here can call. */
  async dial(written: string): Promise<void> {
    const number = cleanNumber(written)
    if (number === null) throw new AppFailure({ code: 'number-invalid', subject: written.slice(0, 40) })
    this.#failure = null
    const { phone, server } = this.#open()
    if (phone !== null) {
      const failure = await phone.send({ do: 'dial', session: `s-${randomUUID()}`, number })
      if (failure !== null) throw new AppFailure(failure)
    } else if (server !== null) {
      await server.originate(number)
    } else throw new AppFailure('phone-off')
  }

  async answer(id: string): Promise<void> {
    await this.#phoneDo(id, 'answer')
  }

  async decline(id: string): Promise<void> {
    const leg = this.#leg(id)
    // a call that rings on another device is ended through the server
    if (leg.phone === null) return this.hangUp(id)
    leg.endedByUs = true
    await this.#phoneDo(id, 'decline')
  }

  async hangUp(id: string): Promise<void> {
    const leg = this.#leg(id)
    leg.endedByUs = true
    if (leg.phone !== null) return this.#phoneDo(id, 'hang-up')
    const { server } = this.#open()
    if (server === null || leg.server === null) throw new AppFailure('call-gone')
    await server.hangUp(leg.server.id)
  }

  async mute(id: string, on: boolean): Promise<void> {
    const leg = this.#leg(id)
    const { phone } = this.#open()
    if (leg.phone === null || phone === null) throw new AppFailure('phone-off')
    const failure = await phone.send({ do: 'mute', session: leg.phone.session, on })
    if (failure !== null) throw new AppFailure(failure)
  }

  async digits(id: string, digits: string): Promise<void> {
    const leg = this.#leg(id)
    const { phone, server } = this.#open()
    if (leg.phone !== null && phone !== null) {
      const info = this.#options.settings().digits === 'info' || !leg.phone.canInsertDigits
      const failure = await phone.send({
        do: 'digits',
        session: leg.phone.session,
        via: info ? 'info' : 'rfc4733',
        digits,
      })
      if (failure !== null) throw new AppFailure(failure)
    } else if (leg.server !== null && server !== null) await server.digits(leg.server.id, digits)
    else throw new AppFailure('phone-off')
  }

  /** A press of one of the two recording places. What comes of it shows in the snapshot. */
  press(id: string, press: Press): void {
    const leg = this.#leg(id)
    if (press === 'check') this.#step(leg, { kind: 'check' })
    else this.#step(leg, { kind: 'press', want: press === 'send-code' ? 'start' : press })
  }

  /** Ends what this computer carries, in order: before the app goes. */
  async hangUpHere(): Promise<void> {
    const phone = this.#line?.phone
    if (!phone) return
    const here = this.#legs.filter(leg => leg.phone !== null)
    await Promise.all(
      here.map(leg =>
        this.hangUp(leg.id).catch((error: unknown) => this.#options.log('hang-up before the end', error)),
      ),
    )
  }

  // ---- what the phone says

  phoneSession(session: PhoneSession): void {
    const known = this.#legs.find(leg => leg.phone?.session === session.session) ?? this.#adopt(session)
    if (session.status === 'ended') {
      if (known !== undefined) this.#phoneEnded(known, session)
      return
    }
    const leg = known ?? this.#begin({ phone: session, server: null })
    leg.phone = session
    if (session.status === 'up') leg.answeredAt ??= this.#options.clock.now()
    this.#refresh(leg)
    if (known === undefined && this.#line?.server) this.#read()
  }

  /** The server told of this leg first. */
  #adopt(session: PhoneSession): Leg | undefined {
    return this.#legs.find(leg => leg.phone === null && leg.server !== null && sameLeg(session, leg.server))
  }

  #phoneEnded(leg: Leg, session: PhoneSession): void {
    leg.phone = session
    this.#remember([session.sipCallId, session.serverId, leg.server?.id])
    const refused = leg.answeredAt === null && session.outgoing && !leg.endedByUs ? session.endStatus : null
    if (refused !== null && !isCode(leg, this.#options.settings().permanentCode)) {
      this.#failure = { failure: callFailure(refused), number: session.peer.number, at: this.#options.clock.now() }
    }
    this.#end(leg, refused)
  }

  /** The phone page died, and its calls with it. */
  phoneGone(): void {
    for (const leg of this.#legs.filter(one => one.phone !== null)) {
      if (leg.server === null) this.#end(leg)
      else leg.phone = null
    }
    this.#read()
    this.#changed()
  }

  // ---- what the server says

  /** The event stream is live (again): what happened before it was is not told, so everything is read. */
  streamLive(): void {
    this.#streamLive = true
    this.#read()
  }

  /** The live stream gave a sign of life: an event, a pong. */
  streamAlive(): void {
    if (!this.#streamLive || this.#line?.offer.evidence !== 'calls') return
    for (const leg of this.#legs) this.#step(leg, { kind: 'alive' })
  }

  /** It is cut: reads take its place. */
  streamCut(): void {
    this.#streamLive = false
    if (this.#legs.length > 0) this.#read()
  }

  /** A call as an event shows it. */
  serverCall(call: ServerCall): void {
    if (this.#isOver(call)) return
    const leg = this.#bound(call) ?? this.#begin({ phone: null, server: call })
    this.#takeServerCall(leg, call, true)
  }

  serverCallEnded(id: string): void {
    this.#remember([id])
    const leg = this.#legs.find(one => one.server?.id === id)
    if (leg === undefined) return
    if (leg.phone === null) return this.#end(leg)
    // our phone knows more of the end (why it was refused, who hung up) and tells it in a moment
    leg.server = null
    if (this.#line?.offer.evidence === 'calls')
      this.#step(leg, { kind: 'evidence', seen: 'off', at: this.#options.clock.now() })
    this.#options.clock.after(PHONE_TELLS_MS, () => this.#legs.includes(leg) && this.#end(leg))
  }

  #isOver(call: ServerCall): boolean {
    return this.#ended.includes(call.id) || (call.sipCallId !== null && this.#ended.includes(call.sipCallId))
  }

  #remember(keys: readonly (string | null | undefined)[]): void {
    this.#ended = [...this.#ended, ...keys.filter(key => typeof key === 'string')].slice(-ENDED_KEPT)
  }

  /** A hint of the recording_* kind: worth a read, no evidence by itself (wazo.md 0, fact 13). */
  hurry(): void {
    this.#read()
  }

  #bound(call: ServerCall): Leg | undefined {
    return (
      this.#legs.find(leg => leg.server?.id === call.id) ??
      this.#legs.find(leg => leg.server === null && leg.phone !== null && sameLeg(leg.phone, call))
    )
  }

  #takeServerCall(leg: Leg, call: ServerCall, byEvent: boolean): void {
    leg.server = call
    if (call.status === 'up') leg.answeredAt ??= call.answeredAt ?? this.#options.clock.now()
    if (byEvent) leg.events++
    this.#refresh(leg)
    if (call.seen !== null && this.#line?.offer.evidence === 'calls') {
      this.#step(leg, { kind: 'evidence', seen: call.seen, at: this.#options.clock.now() })
    }
  }

  /** One read of all calls, shared by whoever asks while it is under way. */
  #read(): void {
    const line = this.#line
    if (line === null || this.#reading !== null) return
    if (line.offer.evidence === 'folder') return this.#readFolder()
    const { server } = line
    if (server === null) return
    const began = new Map(this.#legs.map(leg => [leg, leg.events]))
    this.#reading = server
      .calls()
      .then(
        calls => this.#took(line, calls, began),
        (error: unknown) => this.#unread(line, error),
      )
      .finally(() => {
        this.#reading = null
        // an event came while this was read: what was read is older than what is known
        if (
          this.#line === line &&
          [...began].some(([leg, events]) => this.#legs.includes(leg) && leg.events !== events)
        )
          this.#read()
      })
  }

  #took(line: CallsLine, calls: readonly ServerCall[], began: ReadonlyMap<Leg, number>): void {
    if (this.#line !== line) return
    const now = this.#options.clock.now()
    for (const call of calls) {
      const leg = this.#bound(call)
      if (leg === undefined && this.#isOver(call)) continue
      if (leg === undefined) this.#takeServerCall(this.#begin({ phone: null, server: call }), call, false)
      else if (began.get(leg) === leg.events || !began.has(leg)) this.#takeServerCall(leg, call, false)
    }
    for (const leg of this.#legs) {
      leg.lastReadAt = now
      const shown = leg.server !== null && calls.some(call => call.id === leg.server?.id)
      if (shown) continue
      if (leg.server === null || leg.phone !== null) this.#step(leg, { kind: 'unreadable', why: 'no-answer' })
      else if (began.has(leg)) this.#end(leg)
    }
  }

  #unread(line: CallsLine, error: unknown): void {
    if (this.#line !== line) return
    this.#options.log('the calls could not be read', error)
    for (const leg of this.#legs) {
      leg.lastReadAt = this.#options.clock.now()
      this.#step(leg, { kind: 'unreadable', why: 'no-answer' })
    }
  }

  // ---- what the watched folder shows

  /** One look at a file of the folder. */
  sight(sight: FileSight): void {
    const leg = this.#legs.find(one => belongs(sight, one, this.#line?.own ?? []))
    if (leg === undefined) return
    leg.files.set(sight.name, sight.state)
    this.#judgeFiles(leg)
  }

  /** The folder can be looked at, or not any more. */
  folderAlive(alive: boolean): void {
    this.#folderLive = alive
    if (alive && this.#line?.offer.evidence === 'folder') this.#readFolder()
  }

  #readFolder(): void {
    for (const leg of this.#legs) {
      leg.lastReadAt = this.#options.clock.now()
      if (this.#folderLive) this.#judgeFiles(leg)
      else this.#step(leg, { kind: 'unreadable', why: 'no-answer' })
    }
  }

  #judgeFiles(leg: Leg): void {
    const seen = seenInFiles(leg.files)
    if (seen === 'stuck') this.#step(leg, { kind: 'unreadable', why: 'stuck-file' })
    else this.#step(leg, { kind: 'evidence', seen, at: this.#options.clock.now() })
  }

  // ---- legs

  #begin(known: Pick<Leg, 'phone' | 'server'>): Leg {
    const now = this.#options.clock.now()
    const { offer } = this.#open()
    const bare: Leg = {
      ...known,
      id: randomUUID(),
      recording: initial(
        { routes: [], dialect: offer.dialect, provable: offer.evidence !== 'none', bridged: false },
        now,
      ),
      startedAt: now,
      answeredAt: null,
      events: 0,
      lastReadAt: now,
      endedByUs: false,
      files: new Map(),
    }
    this.#legs.push(bare)
    this.#last = null
    this.#stopTicking ??= this.#options.clock.every(TICK_MS, () => this.#tick())
    if (offer.evidence === 'folder') this.#readFolder()
    this.#changed()
    return bare
  }

  /** `refused`: the SIP status that ended it before it was answered. */
  #end(leg: Leg, refused: number | null = null): void {
    const code = isCode(leg, this.#options.settings().permanentCode)
    this.#legs = this.#legs.filter(one => one !== leg)
    if (this.#legs.length === 0) {
      this.#stopTicking?.()
      this.#stopTicking = null
    }
    if (code)
      this.#options.onCodeCall(
        refused === null ? null : refused === 404 || refused === 484 ? 'code-disabled' : 'server-trouble',
      )
    else {
      this.#last = lastCall(leg, this.#options.clock.now()) ?? this.#last
      this.#options.onEnded()
    }
    this.#changed()
  }

  #refresh(leg: Leg): void {
    const { offer } = this.#open()
    const means = meansOf(leg, offer, this.#options.settings().digits)
    if (!sameMeans(means, leg.recording.means)) this.#step(leg, { kind: 'means', means })
    this.#changed()
  }

  #tick(): void {
    const now = this.#options.clock.now()
    const cut = this.#line?.offer.evidence === 'calls' && !this.#streamLive
    for (const leg of [...this.#legs]) {
      if (this.#line?.offer.evidence === 'folder' && this.#folderLive) this.#step(leg, { kind: 'alive' })
      this.#step(leg, { kind: 'tick' })
      const quick = cut || leg.recording.proof.kind === 'unknown'
      if (now - leg.lastReadAt >= (quick ? FACTS.readEveryCutMs : FACTS.readEveryMs)) {
        leg.lastReadAt = now
        this.#read()
      }
    }
  }

  // ---- the reducer and its commands

  #step(leg: Leg, event: RecordingEvent): void {
    const before = leg.recording
    const { state, commands } = reduce(before, event, this.#options.clock.now())
    leg.recording = state
    for (const command of commands) this.#carryOut(leg, command)
    if (state !== before && event.kind !== 'alive') this.#changed()
    if (state.inertUntil !== before.inertUntil) this.#options.clock.after(FACTS.inertMs, () => this.#changed())
  }

  #carryOut(leg: Leg, command: RecordingCommand): void {
    if (command.do === 'read') return this.#read()
    const { want, route } = command
    const refuse = (reason: Extract<RecordingEvent, { kind: 'refused' }>['reason'], certain: boolean) =>
      this.#step(leg, { kind: 'refused', want, reason, certain })
    const { server, phone } = this.#open()
    if (route === 'calld') {
      if (server === null || leg.server === null) return refuse('not-offered', true)
      void server.record(leg.server.id, want).then(failure => {
        if (failure === null) this.#step(leg, { kind: 'acknowledged', want })
        else refuse(failure.reason, failure.certain)
      })
      return
    }
    if (phone === null || leg.phone === null) return refuse('phone-cannot', true)
    const digits = this.#options.settings().recordCode
    void phone.send({ do: 'digits', session: leg.phone.session, via: route, digits }).then(failure => {
      if (failure === null) this.#step(leg, { kind: 'acknowledged', want })
      // some of the digits may have gone out by INFO: read before anything else is tried
      else refuse('phone-cannot', route === 'rfc4733')
    })
  }

  async #phoneDo(id: string, what: 'answer' | 'decline' | 'hang-up'): Promise<void> {
    const leg = this.#leg(id)
    const { phone } = this.#open()
    if (phone === null || leg.phone === null) throw new AppFailure('phone-off')
    const failure = await phone.send({ do: what, session: leg.phone.session })
    if (failure !== null) throw new AppFailure(failure)
  }

  #leg(id: string): Leg {
    const leg = this.#legs.find(one => one.id === id)
    if (leg === undefined) throw new AppFailure('call-gone')
    return leg
  }

  #open(): CallsLine {
    if (this.#line === null) throw new AppFailure('session-over')
    return this.#line
  }

  #changed(): void {
    this.#options.onChange()
  }
}
