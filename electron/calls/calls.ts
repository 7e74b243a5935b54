/**
 * The live calls: merges the server's events and reads with the phone's reports into one state, and carries out what
 * the recording reducer asks for. One state, in main; everything on screen is derived from it.
 */
import { randomUUID } from 'node:crypto'
import { type CallView, type LastCall } from '../../shared/call.ts'
import { AppFailure, type Failure } from '../../shared/failure.ts'
import { cleanNumber } from '../../shared/number.ts'
import { type PhoneSession } from '../../shared/phone.ts'
import { audioAfter, type AudioReading } from '../../shared/quality.ts'
import { goal, isToggle } from '../../shared/recording/dialect.ts'
import { FACTS } from '../../shared/recording/facts.ts'
import { initial } from '../../shared/recording/reducer.ts'
import { step } from '../../shared/recording/settle.ts'
import {
  type RecordingCommand,
  type RecordingEvent,
  type RecordingState,
  type Want,
} from '../../shared/recording/state.ts'
import { put, type Tape } from '../../shared/recording/tape.ts'
import { type Press } from '../../shared/recording/view.ts'
import { type Settings } from '../../shared/settings.ts'
import { callFailure } from '../../shared/sip.ts'
import { carry } from './commands.ts'
import { askedAfter, Endings } from './ending.ts'
import { codeGoesOut } from './files.ts'
import { FolderEvidence } from './folderEvidence.ts'
import { Handling, newTalk } from './handling.ts'
import { callView, isCode, sameLeg, withoutTwins, type Leg } from './leg.ts'
import { KEYS_AT_FIRST, meansOf, sameMeans, unmet, type Offer } from './means.ts'
import { Order } from './order.ts'
import { type CallPhone, type CallServer, type Clock, isLive, type LiveCall, type ServerCall } from './ports.ts'
import { Reader } from './reader.ts'

export interface CallsOptions {
  readonly clock: Clock
  readonly settings: () => Settings
  /** Something to show changed. */
  readonly onChange: () => void
  /**
   * A call to the permanent code ended, on any of the user's devices: the flags may have changed. With a refusal where
   * it was not even answered.
   */
  readonly onCodeCall: (refusal: 'code-disabled' | 'server-trouble' | 'not-picked-up' | null) => void
  /** A call with the other side ended: its recording may appear soon. */
  readonly onEnded: () => void
  /** A leg that was marked ended; comes before `onEnded`. */
  readonly onMarked?: (leg: MarkedLeg) => void
  /** Was automatic recording set for this live call? Null: not known. */
  readonly dueOf: (id: string) => LastCall['due']
  readonly log: (text: string, error?: unknown) => void
}

/** A leg with the moments that the user marked in it: milliseconds since the epoch. */
export interface MarkedLeg {
  readonly conversation: string | null
  readonly startedAt: number
  readonly endedAt: number
  readonly tape: Tape
  readonly marks: readonly number[]
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
/** Time that passes between two such looks is no more than that, unless somebody set the clock. */
const JUMP_MS = 2_000
/** A phone that has not told of its call's end by then will not: its socket is gone. */
const PHONE_TELLS_MS = 3_000
/** A call to the permanent code that the server has not ended by then will not be ended by it (scenario 09: 1 to 5 s). */
const CODE_ENDS_MS = 8_000
/** A server that still shows a leg so long after our phone told its end has not ended it. */
const SERVER_TELLS_MS = 5_000
/** Typed keys that are remembered: no code is longer. */
const TYPED_KEPT = 16
/** A channel that is no call yet is one so soon. */
const SOON_MS = 1_000
/** Keys of ended legs that are remembered. */
const ENDED_KEPT = 100

/** What was known as a read began. */
interface Mark {
  readonly events: ReadonlyMap<Leg, number>
  /** The stream's number; null = it was cut. */
  readonly stream: number | null
}

export class Calls {
  readonly #options: CallsOptions
  readonly handling: Handling
  readonly folder: FolderEvidence
  #line: CallsLine | null = null
  #legs: Leg[] = []
  #endings = new Endings()
  #failure: { failure: Failure; number: string; at: number } | null = null
  #stopTicking: (() => void) | null = null
  #stopPolling: (() => void) | null = null
  /** Null: there is no server to read. */
  #reader: Reader<Mark> | null = null
  readonly #order = new Order()
  /** When the newest read that answered began, by our clock. */
  #readBegan = 0
  /** Counts the times that the event stream came to life; null while it is cut. */
  #stream: number | null = null
  #streams = 0
  /** All was read since the stream came to life, so its silence means that nothing changed. */
  #current = false
  #unreadTold = false
  #tickedAt = 0
  /** Whether digits through this server press the code. */
  #keys = KEYS_AT_FIRST
  /** Sessions and server ids of calls that are to be recorded, and whose leg has not begun yet. */
  readonly #planned = new Set<string>()
  /** What our phone had as it stopped: the server may show it only afterwards. */
  #orphans: readonly PhoneSession[] = []
  /** Server ids and SIP Call-IDs of legs that ended, and until when what still comes of them is no new call. */
  #ended = new Map<string, number>()

  constructor(options: CallsOptions) {
    this.#options = options
    this.handling = new Handling({
      clock: options.clock,
      log: options.log,
      legs: () => this.#legs,
      leg: id => this.#leg(id),
      open: () => {
        const { server, phone, offer } = this.#open()
        return { server, phone, wazo: offer.evidence === 'calls' }
      },
      hangUp: id => this.hangUp(id),
      changed: () => this.#changed(),
    })
    this.folder = new FolderEvidence({
      clock: options.clock,
      legs: () => this.#legs,
      watched: () => {
        const line = this.#line
        return line?.offer.evidence === 'folder' ? { dialect: line.offer.dialect, own: line.own } : null
      },
      step: (leg, event) => this.#step(leg, event),
    })
  }

  /** Starts on an account's line, or stops with null; what was known is forgotten. */
  use(line: CallsLine | null): void {
    this.#line = line
    this.handling.reset()
    this.#legs = []
    this.#endings = new Endings()
    this.#failure = null
    this.#reader?.close()
    this.#reader = line?.server ? this.#newReader(line.server) : null
    this.#order.forget()
    this.#readBegan = 0
    this.#stream = null
    this.#keys = KEYS_AT_FIRST
    this.#planned.clear()
    this.#orphans = []
    this.#current = this.#unreadTold = false
    this.folder.reset()
    this.#stopTicking?.()
    this.#stopPolling?.()
    this.#stopTicking = this.#stopPolling = null
    if (line?.offer.evidence === 'calls') {
      // without a stream nothing else tells of a call that begins on another device
      this.#stopPolling = this.#options.clock.every(FACTS.readEveryCutMs, () => {
        if (!this.busy && !this.#current) this.#read(false)
      })
    }
    this.#changed()
  }

  views(): CallView[] {
    const { permanentCode } = this.#options.settings()
    return withoutTwins(this.#legs).map(leg =>
      callView(leg, this.handling.view(leg), permanentCode, this.#options.clock.now()),
    )
  }

  /** Changes with every proof that the lamp shows; cheaper than what is shown. */
  get proofs(): string {
    return withoutTwins(this.#legs)
      .map(({ id, recording }) => `${id} ${recording.proof.kind}`)
      .join()
  }

  /** A call lives: its evidence must be fresh. */
  get busy(): boolean {
    return this.#legs.length > 0
  }

  /** This computer carries one. */
  get here(): boolean {
    return this.#legs.some(leg => leg.phone !== null)
  }

  /** How the last call ended, until the next one begins. */
  get last(): LastCall | null {
    return this.#endings.last
  }

  /** The last calls of this session, newest first. */
  get recent(): LastCall[] {
    return this.#endings.recent
  }

  /** The user has seen how that call ended. */
  dismiss(id: string): void {
    this.#endings.dismiss(id)
    this.#changed()
  }

  get failure(): { failure: Failure; number: string; at: number } | null {
    return this.#failure
  }

  /** The routes may differ now. */
  settingsChanged(): void {
    for (const leg of this.#legs) this.#refresh(leg)
  }

  /** The account changed: what it offers may differ. Permissions of calls that live stay as they were. */
  offerChanged(offer: Offer): void {
    if (this.#line === null) return
    this.#line = { ...this.#line, offer }
    for (const leg of this.#legs) this.#refresh(leg)
  }

  // ---- what the user does

  /**
   * Calls a number as people write it; `record`: and records it once connected. Throws AppFailure when it is none, or
   * when nothing here can call.
   */
  async dial(written: string, { record = false }: { readonly record?: boolean } = {}): Promise<void> {
    const number = cleanNumber(written)
    if (number === null) throw new AppFailure({ code: 'number-invalid', subject: written.slice(0, 40) })
    this.#failure = null
    const { phone, server } = this.#open()
    if (phone !== null) {
      const session = `s-${randomUUID()}`
      if (record) this.#planned.add(session)
      const failure = await phone.send({ do: 'dial', session, number })
      if (failure === null) return
      this.#planned.delete(session)
      throw new AppFailure(failure)
    } else if (server !== null) {
      const call = await server.originate(number)
      if (record && call !== null) this.#planFor(call)
    } else throw new AppFailure('phone-off')
  }

  /** `record`: and records it once connected. */
  async answer(id: string, { record = false }: { readonly record?: boolean } = {}): Promise<void> {
    const leg = this.#leg(id)
    // planned first: the answer may be connected before it is acknowledged
    if (record) this.#step(leg, { kind: 'plan', on: true })
    try {
      await this.handling.answer(id)
    } catch (error) {
      if (record) this.#step(leg, { kind: 'plan', on: false })
      throw error
    }
  }

  #planFor(call: string): void {
    const leg = this.#legs.find(one => one.server?.id === call)
    if (leg === undefined) this.#planned.add(call)
    else this.#step(leg, { kind: 'plan', on: true })
  }

  async decline(id: string): Promise<void> {
    const leg = this.#leg(id)
    // a call that rings on another device is ended through the server
    if (leg.phone === null) return this.hangUp(id)
    leg.endedByUs = true
    const { phone } = this.#open()
    if (phone === null) throw new AppFailure('phone-off')
    const failure = await phone.send({ do: 'decline', session: leg.phone.session })
    if (failure !== null) throw new AppFailure(failure)
  }

  async hangUp(id: string): Promise<void> {
    const leg = this.#leg(id)
    leg.endedByUs = true
    const { server, phone } = this.#open()
    if (leg.phone !== null && phone !== null) {
      const failure = await phone.send({ do: 'hang-up', session: leg.phone.session })
      if (failure === null) return
      // our phone has lost its socket: the server can end the leg for it
      if (server === null || leg.server === null) throw new AppFailure(failure)
    }
    if (server === null || leg.server === null) throw new AppFailure('call-gone')
    await server.hangUp(leg.server.id)
  }

  /** Marks this moment. False: it is not being recorded, so nothing was marked. */
  mark(id: string): boolean {
    const leg = this.#leg(id)
    const { kind } = leg.recording.proof
    if (kind !== 'recording' && kind !== 'paused') return false
    leg.marks.push(this.#options.clock.now())
    this.#changed()
    return true
  }

  async digits(id: string, digits: string): Promise<void> {
    const leg = this.#leg(id)
    const { phone, server } = this.#open()
    if (leg.phone !== null && phone !== null) {
      const { digits: way, recordCode } = this.#options.settings()
      const via = way === 'info' || !leg.phone.canInsertDigits ? 'info' : 'rfc4733'
      leg.typed = (leg.typed + digits).slice(-TYPED_KEPT)
      const sending = phone.send({ do: 'digits', session: leg.phone.session, via, digits })
      // typed by hand, it is the code all the same
      const failure = await (leg.typed.endsWith(recordCode) ? this.#asCode(leg, sending) : sending)
      if (failure !== null) throw new AppFailure(failure)
    } else if (leg.server !== null && server !== null) await server.digits(leg.server.id, digits)
    else throw new AppFailure('phone-off')
  }

  /**
   * A press of one of the two recording places. What comes of it shows in the snapshot. `asked`: the user was told what
   * it may do where the state is not known.
   */
  press(id: string, press: Press, asked = false): void {
    const leg = this.#leg(id)
    switch (press) {
      case 'check':
      case 'try':
        return this.#step(leg, { kind: press })
      case 'plan':
      case 'unplan':
        if (this.#options.clock.now() < leg.recording.inertUntil) return
        return this.#step(leg, { kind: 'plan', on: press === 'plan' })
      default:
        return this.#step(leg, { kind: 'press', want: press === 'send-code' ? 'start' : press, asked })
    }
  }

  /** Ends what this computer carries, in order: before the app goes. `ended`: told of each call that really was. */
  async hangUpHere(ended: (call: string) => void = () => undefined): Promise<void> {
    const phone = this.#line?.phone
    if (!phone) return
    const { permanentCode } = this.#options.settings()
    // a call to the code is the server's to end: cut before, it may leave the key of a phone wrong (wazo.md 3.1)
    const here = this.#legs.filter(leg => leg.phone !== null && !isCode(leg, permanentCode))
    await Promise.all(
      here.map(leg =>
        this.hangUp(leg.id).then(
          () => ended(leg.id),
          (error: unknown) => this.#options.log('hang-up before the end', error),
        ),
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
    if (known === undefined && this.#isOver(session.sipCallId)) return
    const leg = known ?? this.#begin({ phone: session, server: null })
    leg.phone = session
    leg.stopped = false
    if (session.status === 'up') leg.answeredAt ??= this.#options.clock.now()
    this.#refresh(leg)
    if (known === undefined && this.#line?.server) this.#read()
  }

  /** What the phone measured of a call's sound. */
  phoneAudio(session: string, reading: AudioReading): void {
    const leg = this.#legs.find(one => one.phone?.session === session)
    if (leg?.phone === undefined || leg.phone === null) return
    const { hold, muted } = leg.phone
    leg.audio = audioAfter(leg.audio, reading, { held: hold !== 'no', muted }, this.#options.clock.now())
    this.#changed()
  }

  /** The server told of this leg first. */
  #adopt(session: PhoneSession): Leg | undefined {
    return this.#legs.find(leg => leg.phone === null && leg.server !== null && sameLeg(session, leg.server))
  }

  #phoneEnded(leg: Leg, session: PhoneSession): void {
    leg.phone = session
    // a BYE that went into a dead socket ended nothing: after a while the server's word counts again
    this.#remember([session.sipCallId, session.serverId, leg.server?.id], SERVER_TELLS_MS)
    this.#options.clock.after(SERVER_TELLS_MS, () => this.#read())
    const refused = leg.answeredAt === null && session.outgoing && !leg.endedByUs ? session.endStatus : null
    if (refused !== null && !isCode(leg, this.#options.settings().permanentCode)) {
      this.#failure = { failure: callFailure(refused), number: session.peer.number, at: this.#options.clock.now() }
    }
    this.#end(leg, refused)
  }

  /** The phone page died without a word to the server: its calls go on there until somebody ends them or the server notices. */
  phoneGone(): void {
    const had = this.#legs.filter(one => one.phone !== null)
    this.#orphans = had.flatMap(leg => leg.phone ?? [])
    for (const leg of had) {
      leg.stopped = true
      leg.audio = null
      if (leg.server === null) this.#end(leg)
      else {
        leg.phone = null
        this.#refresh(leg)
      }
    }
    this.#read()
    this.#changed()
  }

  // ---- what the server says

  /** The event stream is live (again): what happened before it was is not told, so everything is read. */
  streamLive(): void {
    this.#stream = ++this.#streams
    this.#order.forget()
    this.#read()
  }

  /** The live stream gave a sign of life: an event, a pong. */
  streamAlive(): void {
    if (!this.#current || this.#line?.offer.evidence !== 'calls') return
    for (const leg of this.#legs) if (leg.server !== null) this.#step(leg, { kind: 'alive' })
  }

  /** It is cut: reads take its place. */
  streamCut(): void {
    this.#stream = null
    this.#current = false
    if (this.#legs.length > 0) this.#read()
  }

  /** A call as an event shows it. */
  serverCall(call: ServerCall): void {
    const now = this.#options.clock.now()
    const stamp = call.stamp ?? null
    if (stamp !== null) this.#order.arrived(stamp, now)
    if (this.#isOver(call.id, call.sipCallId)) return
    const known = this.#bound(call)
    if (!isLive(call)) {
      // what comes next may be lost
      if (known === undefined) this.#options.clock.after(SOON_MS, () => this.#read(false))
      return
    }
    if (stamp !== null && this.#isOld(known, stamp)) return this.#read()
    const leg = known ?? this.#begin({ phone: null, server: call })
    // one that was made before the read under way began does not make that read too old
    const began = this.#reader?.began ?? null
    if (stamp === null || began === null || !this.#order.isBefore(stamp, began)) leg.events++
    if (stamp !== null) leg.stamp = stamp
    this.#takeServerCall(leg, call, true)
  }

  /** Made before what is known: a later event of this leg, or a read of it, or of all, that began afterwards. */
  #isOld(leg: Leg | undefined, stamp: number): boolean {
    if (leg === undefined) return this.#order.isBefore(stamp, this.#readBegan)
    return (leg.stamp !== null && stamp < leg.stamp) || this.#order.isBefore(stamp, leg.readBegan)
  }

  /** The server heard a key of a leg, whichever device pressed it. */
  serverKey(id: string, key: string): void {
    const leg = this.#legs.find(one => one.server?.id === id)
    if (leg !== undefined) this.#step(leg, { kind: 'key', key, code: this.#options.settings().recordCode })
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
    this.#options.clock.after(PHONE_TELLS_MS, () => {
      if (!this.#legs.includes(leg)) return
      this.#remember([leg.phone?.sipCallId])
      this.#end(leg)
    })
  }

  #isOver(...keys: readonly (string | null)[]): boolean {
    const now = this.#options.clock.now()
    return keys.some(key => key !== null && now < (this.#ended.get(key) ?? 0))
  }

  #remember(keys: readonly (string | null | undefined)[], forMs = Infinity): void {
    const now = this.#options.clock.now()
    for (const key of keys) if (typeof key === 'string' && !this.#isOver(key)) this.#ended.set(key, now + forMs)
    for (const oldest of [...this.#ended.keys()].slice(0, -ENDED_KEPT)) this.#ended.delete(oldest)
  }

  /** The computer goes to sleep: what it showed does not stand, whatever the clock says afterwards. */
  sleep(): void {
    for (const leg of this.#legs) this.#step(leg, { kind: 'asleep' })
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

  #takeServerCall(leg: Leg, call: LiveCall, byEvent: boolean): void {
    const now = this.#options.clock.now()
    // one that we saw ringing is answered now; of another the server tells, by its own clock
    const rang = byEvent && leg.server !== null && leg.server.status !== 'up'
    leg.server = call
    leg.conversation = call.conversation ?? leg.conversation
    if (call.peer.name !== '' || call.peer.number !== '') leg.named = call.peer
    if (call.status === 'up') leg.answeredAt ??= rang ? now : Math.min(call.answeredAt ?? now, now)
    this.#refresh(leg)
    if (call.seen !== null && this.#line?.offer.evidence === 'calls') {
      this.#step(leg, { kind: 'evidence', seen: call.seen, at: this.#options.clock.now() })
    }
  }

  /** Asks anew what is true. `anew`: a read that began before will not do. */
  #read(anew = true): void {
    if (this.#line?.offer.evidence === 'folder') this.folder.read()
    else this.#reader?.ask(anew)
  }

  #newReader(server: CallServer): Reader<Mark> {
    return new Reader<Mark>({
      clock: this.#options.clock,
      read: () => server.calls(),
      mark: () => ({ events: new Map(this.#legs.map(leg => [leg, leg.events])), stream: this.#stream }),
      took: (calls, mark, began) => this.#took(calls, mark, began),
      failed: error => this.#unread(error),
      outdated: mark => this.#legs.some(leg => overtook(leg, mark)),
    })
  }

  #took(calls: readonly ServerCall[], mark: Mark, began: number): void {
    this.#unreadTold = false
    this.#readBegan = began
    if (mark.stream !== null && mark.stream === this.#stream) this.#current = true
    for (const call of calls) {
      if (!isLive(call)) continue
      const known = this.#bound(call)
      if (known === undefined && this.#isOver(call.id, call.sipCallId)) continue
      const leg = known ?? this.#begin({ phone: null, server: call })
      if (known === undefined || !overtook(leg, mark)) this.#takeServerCall(leg, call, false)
    }
    for (const leg of this.#legs) {
      // what a slow answer shows is as old as its question
      leg.lastReadAt = began
      if (overtook(leg, mark)) continue
      leg.readBegan = began
      if (leg.server === null || !calls.some(call => call.id === leg.server?.id)) this.#notShown(leg)
    }
  }

  /** The server answered, and knows nothing of this leg. */
  #notShown(leg: Leg): void {
    if (leg.phone === null) return this.#end(leg)
    // our phone has it still: what the server showed of it once does not stand for long
    leg.server = null
    this.#refresh(leg)
    this.#step(leg, { kind: 'unreadable', why: 'no-answer' })
  }

  #unread(error: unknown): void {
    if (!this.#unreadTold) this.#options.log('the calls could not be read', error)
    this.#unreadTold = true
    for (const leg of this.#legs) {
      leg.lastReadAt = this.#options.clock.now()
      this.#step(leg, { kind: 'unreadable', why: 'no-answer' })
    }
  }

  // ---- legs

  #begin(known: Pick<Leg, 'phone' | 'server'>): Leg {
    const now = this.#options.clock.now()
    const { offer } = this.#open()
    if ((known.phone ?? known.server)?.outgoing === true) this.#failure = null
    const bare: Leg = {
      ...known,
      id: randomUUID(),
      conversation: null,
      named: null,
      asked: null,
      recording: initial(unmet(offer), now),
      mayRecord: offer.mayRecord ?? null,
      startedAt: now,
      answeredAt: null,
      events: 0,
      lastReadAt: now,
      stamp: null,
      readBegan: 0,
      stopped: this.#orphans.some(session => known.server !== null && sameLeg(session, known.server)),
      endedByUs: false,
      files: new Map(),
      unclaimed: new Map(),
      codes: [],
      typed: '',
      marks: [],
      talk: newTalk(),
      audio: null,
    }
    if (known.phone !== null) bare.talk.consultFor = this.handling.consultFor(known.phone)
    this.#legs.push(bare)
    this.#endings.began()
    if (this.#stopTicking === null) this.#tickedAt = now
    this.#stopTicking ??= this.#options.clock.every(TICK_MS, () => this.#tick())
    const planned = [known.phone?.session, known.server?.id].filter(
      key => key !== undefined && this.#planned.delete(key),
    )
    if (planned.length > 0) this.#step(bare, { kind: 'plan', on: true })
    if (offer.evidence === 'folder') this.folder.read()
    this.#changed()
    return bare
  }

  /** `refused`: the SIP status that ended it before it was answered. */
  #end(leg: Leg, refused: number | null = null): void {
    const code = isCode(leg, this.#options.settings().permanentCode)
    this.#legs = this.#legs.filter(one => one !== leg)
    this.handling.ended(leg)
    if (this.#legs.length === 0) {
      this.#stopTicking?.()
      this.#stopTicking = null
    }
    if (code) this.#options.onCodeCall(codeRefusal(leg, refused))
    else {
      const goesOn = this.#legs.some(one => one.conversation !== null && one.conversation === leg.conversation)
      const due = this.#options.dueOf(leg.id)
      const endedAt = this.#options.clock.now()
      this.#endings.ended(leg, { at: endedAt, refused, due }, goesOn)
      if (leg.marks.length > 0) {
        const { conversation, startedAt, marks, recording } = leg
        this.#options.onMarked?.({
          conversation,
          startedAt,
          endedAt,
          marks,
          tape: put(recording.tape, 'over', endedAt),
        })
      }
      this.#options.onEnded()
    }
    this.#changed()
  }

  #refresh(leg: Leg): void {
    this.handling.seen(leg)
    const { offer } = this.#open()
    const means = meansOf(leg, offer, this.#options.settings().digits, this.#keys)
    if (!sameMeans(means, leg.recording.means)) this.#step(leg, { kind: 'means', means })
    this.#changed()
  }

  #tick(): void {
    const now = this.#options.clock.now()
    // the clock was set, or the computer slept: by the clock of before, every event would be older than the last read
    if (Math.abs(now - this.#tickedAt) > JUMP_MS) this.#order.forget()
    this.#tickedAt = now
    const cut = this.#line?.offer.evidence === 'calls' && !this.#current
    for (const leg of [...this.#legs]) {
      this.folder.tick(leg)
      this.#step(leg, { kind: 'tick' })
      this.#endCode(leg, now)
      const { proof, aliveAt } = leg.recording
      // an overdue sign of life may be a dead stream; a read that failed is made up for, since an event may be lost
      const silent = now - aliveAt >= FACTS.overdueMs
      const quick = cut || silent || this.#unreadTold || proof.kind === 'unknown'
      // set back, it would be read in an hour
      leg.lastReadAt = Math.min(leg.lastReadAt, now)
      if (now - leg.lastReadAt >= (quick ? FACTS.readEveryCutMs : FACTS.readEveryMs)) {
        leg.lastReadAt = now
        this.#read(false)
      }
    }
  }

  #endCode(leg: Leg, now: number): void {
    if (leg.phone?.status !== 'up' || leg.endedByUs || now - (leg.answeredAt ?? now) < CODE_ENDS_MS) return
    if (!isCode(leg, this.#options.settings().permanentCode)) return
    this.hangUp(leg.id).catch((error: unknown) => this.#options.log('the call to the code was not ended', error))
  }

  // ---- the reducer and its commands

  /** An answer to what was sent for a leg that has ended meanwhile leads to nothing more. */
  #step(leg: Leg, event: RecordingEvent): void {
    if (!this.#legs.includes(leg)) return
    const before = leg.recording
    const { state, commands } = step(before, event, this.#options.clock.now())
    leg.recording = state
    leg.asked = askedAfter(leg.asked, before, state, this.#options.clock.now())
    if (before.wish?.route === 'calld-dtmf' && state.wish === null) this.#learnKeys(before.wish.want, state)
    for (const command of commands) this.#carryOut(leg, command)
    if (state !== before && event.kind !== 'alive') this.#changed()
    if (state.inertUntil !== before.inertUntil) this.#options.clock.after(FACTS.inertMs, () => this.#changed())
  }

  /** Digits through the server changed the state, or they did not: that holds for all calls of this session. */
  #learnKeys(want: Want, { refusal, proof }: RecordingState): void {
    if (proof.kind === goal(want)) this.#keys = 'works'
    else if (refusal?.reason === 'nothing-happened') this.#keys = 'barred'
    else return
    for (const leg of this.#legs) this.#refresh(leg)
  }

  #carryOut(leg: Leg, command: RecordingCommand): void {
    if (command.do === 'read') {
      // one that is under way began too early to show what the wish has led to
      leg.events++
      return this.#read()
    }
    const { want, route } = command
    const { server, phone } = this.#open()
    const carriers = { server, phone, code: this.#options.settings().recordCode, log: this.#options.log }
    const sending = carry(want, route, leg, carriers)
    void (isToggle(route) ? this.#asCode(leg, sending) : sending).then(failure =>
      this.#step(leg, failure === null ? { kind: 'acknowledged', want } : { kind: 'refused', want, ...failure }),
    )
  }

  /** A file that appears while a code goes out, or just after, is the one that it began. */
  async #asCode<Outcome>(leg: Leg, sending: Promise<Outcome>): Promise<Outcome> {
    const out = codeGoesOut(leg, this.#open().offer.dialect, () => this.#options.clock.now())
    try {
      return await sending
    } finally {
      out()
    }
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

/** Why a call to the permanent code came to nothing, as far as the call itself tells. */
function codeRefusal(leg: Leg, refused: number | null): 'code-disabled' | 'server-trouble' | 'not-picked-up' | null {
  if (refused !== null) return refused === 404 || refused === 484 ? 'code-disabled' : 'server-trouble'
  // the server rang the user's own phone first, and nobody took it
  return leg.phone === null && leg.answeredAt === null && leg.server?.dialed === 's' ? 'not-picked-up' : null
}

/** Something newer than a read that began so is known of the leg. */
const overtook = (leg: Leg, { events }: Mark): boolean => (events.get(leg) ?? 0) !== leg.events
