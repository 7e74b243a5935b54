/**
 * One run: the app's own live calls on a model of the server, with everything between the two in the run's hand: the event
 * stream, reads, commands, the phone, the watched folder, the clock.
 */
import { type CallView } from '../../shared/call.ts'
import { AppFailure, type Failure } from '../../shared/failure.ts'
import { type PhoneSession } from '../../shared/phone.ts'
import { type Press } from '../../shared/recording/view.ts'
import { type Want } from '../../shared/recording/state.ts'
import { Settings } from '../../shared/settings.ts'
import { type Calls, type CallsLine } from '../calls/calls.ts'
import { type CallPhone, type CallServer, type CommandFailure, type ServerCall } from '../calls/ports.ts'
import { commandFailure } from '../calls/wazoServer.ts'
import { type PbxAnswer } from '../demo/telephony.ts'
import { WazoError, type WazoErrorKind } from '../wazo/errors.ts'
import { LampClock } from './clock.ts'
import { Folder } from './folder.ts'
import { type Profile } from './profiles.ts'
import { MINE, ModelServer, THEIRS, type Told, truthOf } from './server.ts'
import { Watch } from './watch.ts'

/** The product, or a mutant of it. */
export type Product = new (...options: ConstructorParameters<typeof Calls>) => Calls

export type EventFault = { readonly how: 'lose' | 'double' | 'delay' | 'swap'; readonly ms: number }
/** `old`: answered with what was true when it was asked, late. `hang`: no answer in ten seconds. */
export type ReadFault = { readonly how: 'fail' | 'slow' | 'old' | 'hang'; readonly ms: number }
/** `late`: it arrives late. `slow`: its answer does. `worked`, `lost`: no answer, and it did happen, or not. */
export type CommandFault = {
  readonly how: '403' | '404' | '503' | '401' | 'late' | 'slow' | 'worked' | 'lost'
  readonly ms: number
}
/** `fail`: it cannot. `deaf`: no digit is heard, `half`: not the last one. `broken`: it stops after the first and says so. */
export type PhoneFault = { readonly how: 'fail' | 'deaf' | 'half' | 'broken' | 'slow'; readonly ms: number }

const DIGIT_MS = 240
const HANGING_MS = 10_000
/** A stream that has fallen silent is given up 5 s after a ping, which comes 2 s after the last answer. */
const SILENT_MS = 6_500

interface Session {
  report: PhoneSession
  readonly channel: string
}

const failed = (kind: WazoErrorKind, status: number | null, errorId: string | null = null): WazoError =>
  new WazoError({ service: 'calld', kind, route: 'a model', status, errorId })

/** Its words as calld's status and body. */
const ANSWERS: Readonly<Record<Exclude<PbxAnswer, 'ok'>, WazoError>> = {
  'no-such-call': failed('not-found', 404, 'no-such-call'),
  'recording-unauthorized': failed('refused', 403, 'recording-unauthorized'),
  'recording-not-started': failed('refused', 400, 'recording-not-started'),
  'amid-error': failed('trouble', 503, 'wazo-amid-error'),
}
const REFUSALS: Readonly<Record<'403' | '404' | '503' | '401', WazoError>> = {
  '403': failed('refused', 403, 'recording-unauthorized'),
  '404': failed('no-route', 404),
  '503': failed('trouble', 503, 'asterisk-ari-unreachable'),
  '401': failed('no-right', 401),
}

export class Rig {
  readonly profile: Profile
  readonly clock = new LampClock()
  readonly server: ModelServer
  readonly folder: Folder
  readonly watch: Watch
  readonly #product: Product
  calls: Calls
  #changed = false
  #promised = false
  #sessions = new Map<string, Session>()
  /** Counts connections of the event stream: what an earlier one still carries is lost. */
  #connection = 0
  #stream: 'live' | 'silent' | 'cut' = 'cut'
  #lastDelivery = 0
  /** Until when something is on its way. */
  busyUntil = 0
  readonly #faults = {
    events: [] as EventFault[],
    reads: [] as ReadFault[],
    commands: [] as CommandFault[],
    phone: [] as PhoneFault[],
  }
  /** Ends what hangs. */
  readonly #hanging = new Set<() => void>()
  #mayRecord = true
  #calls = 0

  constructor(profile: Profile, product: Product) {
    this.profile = profile
    this.#product = product
    this.watch = new Watch(this)
    this.folder = new Folder(this)
    this.server = new ModelServer(profile, this.clock, told => this.#told(told))
    this.calls = this.#open()
    this.clock.every(2_000, () => this.#pong())
  }

  get hasStream(): boolean {
    return this.profile.offer.evidence === 'calls'
  }

  /** Starts the app: its stream comes up a moment later. */
  #open(): Calls {
    const calls = new this.#product({
      clock: this.clock,
      settings: () => settings,
      onChange: () => {
        this.#changed = true
      },
      onCodeCall: () => undefined,
      onEnded: () => undefined,
      dueOf: () => null,
      log: () => undefined,
    })
    const line: CallsLine = {
      offer: this.profile.offer,
      server: this.hasStream ? this.#api() : null,
      phone: this.#phone(),
      own: [MINE.extension],
    }
    calls.use(line)
    if (this.hasStream) this.connect(300)
    return calls
  }

  // ---- time

  async run(ms: number): Promise<void> {
    const end = this.clock.elapsed + ms
    await this.#settle()
    await this.clock.run(end - this.clock.elapsed, () => this.#settle())
    this.watch.look(true)
    this.watch.check()
  }

  /** Lets promises go on where one was kept, and looks at what has come of it. */
  async #settle(): Promise<void> {
    if (this.#promised) {
      this.#promised = false
      for (let turn = 0; turn < 12; turn += 1) await Promise.resolve()
    }
    if (!this.#changed) return
    this.#changed = false
    this.watch.look(false)
  }

  later(ms: number, act: () => void): void {
    this.busyUntil = Math.max(this.busyUntil, this.clock.elapsed + ms)
    this.clock.after(ms, act)
  }

  // ---- what goes wrong

  breakEvents(fault: EventFault): void {
    this.#faults.events.push(fault)
  }

  breakReads(fault: ReadFault): void {
    this.#faults.reads.push(fault)
  }

  breakCommands(fault: CommandFault): void {
    this.#faults.commands.push(fault)
  }

  breakPhone(fault: PhoneFault): void {
    this.#faults.phone.push(fault)
  }

  /** From now on all goes well. */
  heal(): void {
    for (const list of Object.values(this.#faults)) list.length = 0
    for (const end of [...this.#hanging]) end()
    if (this.hasStream && this.#stream !== 'live') this.connect(100)
    this.folder.bring(true)
  }

  setMayRecord(may: boolean): void {
    this.#mayRecord = may
  }

  /** Somebody sets the clock. */
  setClock(ms: number): void {
    this.clock.setBy(ms)
    this.watch.clockWasSet()
  }

  // ---- the event stream

  connect(afterMs: number): void {
    const connection = ++this.#connection
    this.#stream = 'cut'
    this.later(afterMs, () => {
      if (connection !== this.#connection) return
      this.#stream = 'live'
      this.#lastDelivery = 0
      this.calls.streamLive()
    })
  }

  cut(backAfterMs: number): void {
    if (!this.hasStream) return
    this.#stream = 'cut'
    this.calls.streamCut()
    this.connect(backAfterMs)
  }

  /** It says nothing more, and nobody knows. */
  silence(backAfterMs: number): void {
    if (!this.hasStream || this.#stream !== 'live') return
    this.#stream = 'silent'
    const connection = ++this.#connection
    this.later(SILENT_MS, () => {
      if (connection === this.#connection) this.cut(backAfterMs)
    })
  }

  #pong(): void {
    if (this.#stream !== 'live') return
    this.watch.alive()
    this.calls.streamAlive()
  }

  #told(told: Told): void {
    this.watch.truth()
    if (!this.hasStream) return this.folder.follow()
    const fault = this.#faults.events.shift()
    const connection = this.#connection
    if (this.#stream !== 'live') return
    if (fault?.how === 'lose') return
    const elapsed = this.clock.elapsed
    const held = fault?.how === 'swap' || fault?.how === 'delay' ? fault.ms : 20
    const at = fault?.how === 'swap' ? elapsed + held : Math.max(elapsed + held, this.#lastDelivery)
    if (fault?.how !== 'swap') this.#lastDelivery = at
    const deliver = () => {
      if (connection === this.#connection && this.#stream === 'live') this.#deliver(told)
    }
    this.later(at - elapsed, deliver)
    if (fault?.how === 'double') this.later(at - elapsed + fault.ms, deliver)
  }

  #deliver(told: Told): void {
    this.watch.alive()
    this.calls.streamAlive()
    switch (told.kind) {
      case 'call':
        this.watch.event(told.id, told.seen, told.at)
        this.calls.serverCall(told.call)
        return
      case 'ended':
        this.watch.event(told.id, 'off', told.at)
        return this.calls.serverCallEnded(told.id)
      case 'hint':
        return this.calls.hurry()
      case 'key':
        return this.calls.serverKey(told.id, told.key)
    }
  }

  // ---- the API

  #api(): CallServer {
    // an answer to an app that was started anew meanwhile reaches nobody
    return {
      calls: () => this.#read(),
      record: (call, want) => this.#record(call, want),
      originate: () => Promise.reject(new AppFailure('server-trouble')),
      hangUp: call => this.#soon(() => this.server.end(call)),
      digits: (call, digits) => this.#keysByServer(call, digits),
      answer: call => this.#soon(() => this.server.answer(call)),
      hold: (call, on) => this.#soon(() => void this.server.turn({ do: 'hold', id: call, on })),
      mute: (call, on) => this.#soon(() => void this.server.turn({ do: 'mute', id: call, on })),
      // transfers are not this model's
      transfer: () => Promise.reject(new AppFailure('server-trouble')),
      completeTransfer: () => Promise.reject(new AppFailure('server-trouble')),
      cancelTransfer: () => Promise.reject(new AppFailure('server-trouble')),
    }
  }

  #soon(act: () => void): Promise<void> {
    return new Promise(resolve => {
      this.later(30, () => {
        act()
        this.#keep(resolve)
      })
    })
  }

  /** They reach the other party, and press nothing (scenario 19). */
  async #keysByServer(call: string, digits: string): Promise<void> {
    const settled = this.watch.toggle(call, 'calld-dtmf')
    await this.#soon(() => void this.server.turn({ do: 'send', id: call, digits }))
    settled(true)
  }

  /** Keeps a promise: what waits for it goes on before anything else happens. */
  #keep(resolve: () => void): void {
    this.#promised = true
    resolve()
  }

  #read(): Promise<readonly ServerCall[]> {
    const fault = this.#faults.reads.shift()
    const began = this.clock.elapsed
    const reader = this.calls
    this.watch.reading()
    const over = fault === undefined ? () => undefined : this.watch.badRead()
    return new Promise<readonly ServerCall[]>((resolve, reject) => {
      if (fault?.how === 'fail') {
        return this.later(20, () => this.#keep(() => reject(failed('trouble', 503))))
      }
      if (fault?.how === 'hang') {
        const end = () => {
          if (this.#hanging.delete(end)) this.#keep(() => reject(failed('timeout', null)))
        }
        this.#hanging.add(end)
        return void this.clock.after(HANGING_MS, end)
      }
      this.later(fault?.how === 'slow' ? fault.ms : 15, () => {
        const list = this.server.list()
        const truth = new Map(this.server.mine().map(channel => [channel.id, truthOf(channel)]))
        const at = this.clock.elapsed
        this.later(fault?.how === 'old' ? fault.ms : 15, () => {
          if (reader === this.calls) this.watch.read(truth, began, at)
          this.#keep(() => resolve(list))
        })
      })
    }).finally(() => {
      over()
      this.watch.readOver(began)
    })
  }

  #record(call: string, want: Want): Promise<CommandFailure | null> {
    const fault = this.#faults.commands.shift()
    const settled = this.watch.command(call, want)
    const act = (): WazoError | null => {
      if (!this.profile.pauseApi && (want === 'pause' || want === 'resume')) return failed('no-route', 404)
      const answer = this.server.turn({ do: 'record', id: call, action: want })
      return answer === 'ok' ? null : ANSWERS[answer]
    }
    return new Promise(resolve => {
      const answer = (error: WazoError | null, ms: number) =>
        this.later(ms, () => {
          const failure = error === null ? null : commandFailure(error)
          settled(failure?.certain === false)
          this.#keep(() => resolve(failure))
        })
      switch (fault?.how) {
        case '403':
        case '404':
        case '503':
        case '401':
          return answer(REFUSALS[fault.how], 30)
        case 'lost':
          return answer(failed('timeout', null), fault.ms)
        case 'worked':
          return this.later(20, () => {
            act()
            answer(failed('timeout', null), fault.ms)
          })
        default:
          return this.later(fault?.how === 'late' ? fault.ms : 15, () =>
            answer(act(), fault?.how === 'slow' ? fault.ms : 15),
          )
      }
    })
  }

  // ---- the phone

  #phone(): CallPhone {
    return {
      send: command => {
        switch (command.do) {
          case 'dial': {
            this.#dial(command.session)
            return Promise.resolve(null)
          }
          case 'digits':
            return this.#digits(command.session, command.via, command.digits)
          case 'answer':
            return this.#onSession(command.session, ({ channel }) => {
              this.server.answer(channel)
              this.#report(command.session, { status: 'up' })
            })
          case 'decline':
          case 'hang-up':
            return this.#onSession(command.session, ({ channel }) => {
              this.server.end(channel)
              this.#report(command.session, { status: 'ended' })
            })
          case 'mute':
          case 'hold':
          case 'transfer':
          case 'join':
            return Promise.resolve(null)
          case 'record-info':
            return this.#recordInfo(command.session)
        }
      },
    }
  }

  #onSession(name: string, act: (session: Session) => void): Promise<Failure | null> {
    return new Promise(resolve => {
      this.later(30, () => {
        const session = this.#sessions.get(name)
        if (session !== undefined) act(session)
        this.#keep(() => resolve(session === undefined ? { code: 'call-gone' } : null))
      })
    })
  }

  #report(name: string, change: Partial<PhoneSession>): void {
    const session = this.#sessions.get(name)
    if (session === undefined || session.report.status === 'ended') return
    session.report = { ...session.report, ...change }
    if (change.status === 'ended') this.#sessions.delete(name)
    this.calls.phoneSession(session.report)
  }

  #carry(name: string, outgoing: boolean, status: PhoneSession['status'], automatic: boolean): void {
    const sipCallId = `${name}@here`
    const channel = this.server.begin({ outgoing, mayRecord: this.#mayRecord, automatic, sipCallId })
    const report: PhoneSession = {
      kind: 'session',
      session: name,
      status,
      outgoing,
      peer: { name: '', number: THEIRS.extension },
      sipCallId,
      serverId: this.profile.callId ? channel : null,
      muted: false,
      hold: 'no',
      transfer: null,
      canInsertDigits: true,
      endStatus: null,
      elsewhere: false,
      byRemote: false,
    }
    this.#sessions.set(name, { report, channel })
    this.calls.phoneSession(report)
  }

  #dial(name: string): void {
    this.#carry(name, true, 'dialing', false)
    this.later(100, () => this.#report(name, { status: 'ringing-out' }))
  }

  #digits(name: string, via: 'rfc4733' | 'info', digits: string): Promise<Failure | null> {
    const fault = this.#faults.phone.shift()
    const settled = this.watch.toggle(this.channelOf(name), via)
    return new Promise(resolve => {
      const answer = (failure: Failure | null, ms: number) =>
        this.later(ms, () => {
          settled(failure === null || via !== 'rfc4733')
          this.#keep(() => resolve(failure))
        })
      if (fault?.how === 'fail') return answer({ code: 'recording-no-route' }, 30)
      const first = fault?.how === 'slow' ? fault.ms : 60
      const heard = fault?.how === 'deaf' ? 0 : fault?.how === 'half' ? digits.length - 1 : digits.length
      // RFC 4733 fails as a whole, before anything was sent
      const broken = fault?.how === 'broken' && via === 'info'
      const keys = [...digits].slice(0, broken ? 1 : heard)
      for (const [at, key] of keys.entries()) {
        this.later(first + at * DIGIT_MS, () => {
          const channel = this.#sessions.get(name)?.channel
          if (channel !== undefined) this.server.press(channel, key)
        })
      }
      answer(broken ? { code: 'recording-no-route' } : null, first + digits.length * DIGIT_MS)
    })
  }

  /** A toggle, whatever it says; a server that does not know it refuses. */
  #recordInfo(name: string): Promise<Failure | null> {
    const settled = this.watch.toggle(this.channelOf(name), 'record-info')
    return new Promise(resolve => {
      this.later(60, () => {
        const channel = this.#sessions.get(name)?.channel
        const takes = this.profile.oneTouch && channel !== undefined
        if (takes) for (const key of '*3') this.server.press(channel, key)
        settled(takes)
        this.#keep(() => resolve(takes ? null : { code: 'recording-no-route', status: 403 }))
      })
    })
  }

  channelOf(session: string): string | null {
    return this.#sessions.get(session)?.channel ?? null
  }

  get hasSessions(): boolean {
    return this.#sessions.size > 0
  }

  // ---- what people do

  /** Another call, here or on another device of the user's; never more than two. */
  async begin(what: {
    readonly outgoing: boolean
    readonly here: boolean
    readonly automatic: boolean
  }): Promise<void> {
    const most = this.hasStream ? 2 : 1
    if (this.server.mine().length >= most) return
    // a file that begins as one call ends could be either's where the same two talk again at once
    if (this.profile.offer.evidence === 'folder' && this.#calls > 0) await this.run(4_000)
    // without a server only our own phone tells of calls
    if (!what.here && this.hasStream) {
      this.server.begin({ ...what, mayRecord: this.#mayRecord, sipCallId: null })
      return
    }
    this.#calls += 1
    if (what.outgoing) {
      await this.calls.dial(THEIRS.extension)
    } else this.#carry(`in-${this.#calls}`, false, 'ringing-in', what.automatic)
  }

  /** Who is called picks up, on whatever device. */
  answer(at: number): void {
    const ringing = this.server.mine().filter(channel => channel.bridgedWith === null)
    const channel = pick(ringing, at)
    if (channel === undefined) return
    this.server.answer(channel.id)
    for (const [name, session] of this.#sessions) {
      if (session.channel === channel.id) this.#report(name, { status: 'up' })
    }
  }

  /** Somebody hangs up: the other side, or the user at another device. */
  hangUp(at: number): void {
    const channel = pick(this.server.mine(), at)
    if (channel === undefined) return
    this.server.end(channel.id)
    for (const [name, session] of this.#sessions) {
      if (session.channel === channel.id) this.later(20, () => this.#report(name, { status: 'ended', byRemote: true }))
    }
  }

  /** The user hangs up in the app. */
  async hangUpHere(at: number): Promise<void> {
    const view = pick(this.calls.views(), at)
    if (view !== undefined) await this.#refusable(this.calls.hangUp(view.id))
  }

  /** What is refused is told to the user, who may do what he wants. */
  async #refusable(done: Promise<void>): Promise<void> {
    this.#promised = true
    // it is kept while time goes on; a mutant's failures are of its own class
    done.catch((error: unknown) => {
      if (!(error instanceof Error) || error.name !== 'AppFailure') this.watch.broke(error)
    })
    await this.#settle()
  }

  /** Another device of the user's, or another program of his. */
  elsewhere(at: number, what: 'code' | Want): void {
    const channel = pick(this.server.mine(), at)
    if (channel === undefined) return
    const { pauseApi } = this.profile
    const offered = this.hasStream && (pauseApi || what === 'start' || what === 'stop')
    if (what !== 'code' && offered) return void this.server.turn({ do: 'record', id: channel.id, action: what })
    for (const [index, key] of [...'*3'].entries()) {
      this.later(index * DIGIT_MS, () => this.server.press(channel.id, key))
    }
  }

  press(at: number, press: Press, asked: boolean): void {
    const view = pick(this.calls.views(), at)
    if (view !== undefined) this.pressOn(view, press, asked)
  }

  /** @param asked the user was told what it may do, where there is anything to ask */
  pressOn(view: CallView, press: Press, asked: boolean): void {
    this.watch.pressing(view, press, asked)
    this.calls.press(view.id, press, asked)
    this.#promised = true
    this.watch.pressed(view, press, asked)
  }

  /** The app ends without a word and starts anew; a call that its phone carried lives on at the server. */
  restart(): void {
    this.calls.use(null)
    this.#sessions.clear()
    this.#stream = 'cut'
    this.watch.restarted()
    this.calls = this.#open()
    this.folder.restarted()
  }
}

const settings = Settings.parse({})

const pick = <T>(from: readonly T[], at: number): T | undefined => from[at % Math.max(1, from.length)]
