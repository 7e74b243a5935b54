/**
 * The companion: joins account, calls, automatic recording, library and phone into the one state that every window
 * renders, and answers the windows' requests. Plain Node: what needs Electron comes in through `CompanionPorts`.
 */
import { type Link, type Stage, type Use } from '../shared/account.ts'
import { type Alarm, alarmsAfter, answered } from '../shared/alarms.ts'
import { type CallView } from '../shared/call.ts'
import { AppFailure, type Failure } from '../shared/failure.ts'
import { type ExportingView } from '../shared/exporting.ts'
import { type KeepingView } from '../shared/keeping.ts'
import { NO_FILTER } from '../shared/library/query.ts'
import { markedParts } from '../shared/recording/callMarks.ts'
import { type PolicyView } from '../shared/policy.ts'
import { cleanNumber } from '../shared/number.ts'
import { type PhoneLine, type PhoneReport } from '../shared/phone.ts'
import { reminded, remindersAt, type Watched, watchedAfter } from '../shared/reminders.ts'
import { type Settings, type SettingsChange } from '../shared/settings.ts'
import { type Snapshot } from '../shared/snapshot.ts'
import { within } from './account/session.ts'
import { Automatic } from './calls/automatic.ts'
import { Calls } from './calls/calls.ts'
import { DueCalls } from './calls/due.ts'
import { PhoneState } from './calls/phoneState.ts'
import { type CallPhone, type Clock } from './calls/ports.ts'
import { SelfGrant } from './calls/selfGrant.ts'
import { Guide } from './guide.ts'
import { type MarkedCall } from './library/callMarks.ts'
import { Library, type LibraryPorts } from './library/library.ts'
import { type OpenedPart } from './library/source.ts'
import { type Line } from './line.ts'

export interface CompanionPorts {
  readonly clock: Clock
  readonly settings: { current(): Settings; change(change: SettingsChange): void }
  /** What an administrator locked on this computer. */
  readonly policy: { current(): PolicyView; readAgain(): PolicyView }
  readonly phone: CallPhone & { open(line: PhoneLine | null, pin: string | null): void; close(): void }
  readonly language: () => Snapshot['language']
  readonly onSnapshot: (snapshot: Snapshot) => void
  /** A moment passed while something sounds or may be due; a snapshot of its own came where something changed. */
  readonly onMoment: (alarms: readonly Alarm[], from: number, to: number) => void
  /** Where the library lies on this computer. */
  readonly library: Pick<LibraryPorts, 'openIndex' | 'attach' | 'left' | 'eraseIndex' | 'erase' | 'decoding' | 'onRate'>
  /** A call in which the user had marked moments ended. */
  readonly onMarked?: (call: MarkedCall) => void
  /** What the library would answer changed: ask again. At most four times a second. */
  readonly onLibraryChanged: () => void
  /** The session ended without the user's wish, and its line is about to be closed. */
  readonly onOver: (failure: Failure) => void
  /** What goes out of the app, and what links ask for. */
  readonly exporting: () => ExportingView
  /** Copies on this computer. */
  readonly keeping: () => KeepingView
  readonly log: (text: string, error?: unknown) => void
}

/** Snapshots of so many milliseconds are one. What is proven of a recording waits for its own turn of events only. */
const GATHER_MS = 15

/** How long leaving a line waits for its calls to be ended, and for what it has to close, milliseconds. */
const HANG_UP_WITHIN_MS = 2_000
const CLOSE_WITHIN_MS = 5_000
/** A call's recording is listed so long after the call's end at the latest, milliseconds (wazo.md 5.4: 1 to 3 s). */
const LISTED_AFTER_MS = 4_000
/** Of the newest entries, so many are looked at for a new recording. */
const NEWEST = 50
const PHONE_AGAIN_MS = 5_000
/** Statuses of a REGISTER whose secret may be an old one (wazo.md 8, asterisk.md 7). */
const SECRET_REFUSED: ReadonlySet<number> = new Set([401, 403, 407])
/** How often what becomes due by time alone is looked at, while there is a call or an alarm. */
const MOMENT_MS = 1_000

/** What the sign-in page shows of the last time. */
export type SignedOut = Omit<Extract<Stage, { stage: 'signed-out' }>, 'stage'>

export class Companion {
  readonly #ports: CompanionPorts
  readonly calls: Calls
  readonly automatic: Automatic
  readonly selfGrant: SelfGrant
  readonly #due: DueCalls
  readonly #guide: Guide
  readonly library: Library
  readonly #phone = new PhoneState()
  #line: Line | null = null
  #link: Link
  #stage: 'starting' | SignedOut = 'starting'
  /** The snapshot that is due: the way to stop it, and whether it waits for its turn only. */
  #gathering: { readonly stop: () => void; readonly atOnce: boolean } | null = null
  /** What the last snapshot said of proofs. */
  #proofs = ''
  #inCall = false
  /** What the last snapshot showed, for what changed since. */
  #shown: readonly CallView[] = []
  #alarms: readonly Alarm[] = []
  #watched: readonly Watched[] = []
  #shell: Snapshot['shell'] = { question: null, keyed: null, keysRefused: [], callLink: null, slept: null }
  #stopMoments: (() => void) | null = null
  #closing: Promise<void> = Promise.resolve()
  /** The session of this line is over, and its end waits for the calls of this computer. */
  #over: { readonly line: Line; readonly failure: Failure } | null = null
  /** The key of the line that the phone was opened with. */
  #phoneKey: string | null = null
  /** Whether the line was asked for anew since the phone was last registered; `failed`: there was no answer. */
  #lineAsked: 'no' | 'yes' | 'failed' = 'no'
  /** Counts what is wanted of the phone: an answer to an earlier wish opens nothing any more. */
  #phoneWish = 0

  constructor(ports: CompanionPorts) {
    this.#ports = ports
    const { clock, log } = ports
    this.#link = { state: 'none', since: clock.now() }
    const onChange = () => this.#changed()
    const settings = () => ports.settings.current()
    this.calls = new Calls({
      clock,
      log,
      settings,
      onChange,
      onCodeCall: refusal => (refusal === null ? this.automatic.codeCallEnded() : this.automatic.refuse(refusal)),
      dueOf: id => this.#due.dueOf(id),
      onEnded: () => this.#ended(),
      onMarked: ({ conversation, startedAt, endedAt, tape, marks }) =>
        ports.onMarked?.({ conversation, startedAt, endedAt, parts: markedParts(tape, marks) }),
    })
    this.automatic = new Automatic({
      clock,
      log,
      onChange,
      code: () => settings().permanentCode,
      dialCode: () => this.calls.dial(settings().permanentCode),
    })
    this.selfGrant = new SelfGrant({ clock, onChange, policy: () => ports.policy.readAgain() })
    this.library = new Library({
      ...ports.library,
      clock,
      log,
      onView: onChange,
      onChanged: () => {
        ports.onLibraryChanged()
        void this.#guide.recordingsChanged()
      },
    })
    this.#guide = new Guide({
      log,
      onChange,
      wanted: () => settings().guide === 'open',
      list: async () => (await this.library.index()).list({ filter: NO_FILTER, at: null, limit: NEWEST }),
    })
    this.#due = new DueCalls({ clock, onChange, automatic: this.automatic, readCalls: () => this.calls.hurry() })
  }

  // ---- pairing

  /** Nothing was restored, or the session ended: the sign-in page. */
  showSignIn(page: SignedOut): void {
    this.#stage = page
    // whoever sits down next need not read with whom the last one spoke
    if (page.reason === null) this.#alarms = []
    this.#changed()
  }

  /** Opens a line; the one before is closed. Starts at once when it is known where the user talks. */
  async open(line: Line): Promise<void> {
    while (this.#line !== null) await this.close()
    this.#line = line
    this.#guide.begin()
    this.#alarms = []
    // the calls do not wait for it
    this.library.use(line.library).catch((error: unknown) => this.#ports.log('the library', error))
    const { use } = line.account()
    if (use !== null) this.#start(line, use)
    this.#changed()
  }

  get line(): Line | null {
    return this.#line
  }

  /** "Where do you talk?" Changing it later ends what this computer carries, and starts anew. */
  async choose(use: Use): Promise<void> {
    const line = this.#line
    if (line === null) throw new AppFailure('session-over')
    const account = line.account()
    if (use === account.use) return
    if (use === 'phone' && !account.phonePossible) throw new AppFailure('phone-off')
    await this.hangUp()
    if (this.#line !== line) throw new AppFailure('session-over')
    line.choose(use)
    this.#start(line, use)
    this.#changed()
  }

  /** Calls a number. The permanent code is one too: what it did is read back. Throws AppFailure. */
  dial(number: string, options: { readonly record?: boolean } = {}): Promise<void> {
    const code = this.#ports.settings.current().permanentCode
    return cleanNumber(number) === code ? this.automatic.dialCode() : this.calls.dial(number, options)
  }

  /** Ends the calls of this computer in order, as far as there is time. */
  hangUp(ended?: (call: string) => void): Promise<unknown> {
    return within(this.#ports.clock, HANG_UP_WITHIN_MS, this.calls.hangUpHere(ended))
  }

  /** Stops everything that runs on the line. Asked twice, it is done once; a line that is opened after is left alone. */
  close(): Promise<void> {
    const line = this.#line
    this.#closing = this.#closing
      .then(() => (line !== null && this.#line === line ? this.#close(line) : undefined))
      .catch((error: unknown) => this.#ports.log('the line was not closed in order', error))
    return this.#closing
  }

  async #close(line: Line): Promise<void> {
    const { clock, phone } = this.#ports
    this.#over = null
    await this.hangUp()
    this.#line = null
    this.calls.use(null)
    this.automatic.use(null)
    this.selfGrant.use(null)
    this.#phoneWish++
    phone.close()
    this.#phone.closed()
    this.#setLink('none')
    // a folder whose server is gone may never close
    await within(clock, CLOSE_WITHIN_MS, Promise.all([this.library.use(null), line.close()]))
  }

  #start(line: Line, use: Use): void {
    const phone = use === 'phone' ? this.#ports.phone : null
    this.calls.use({ offer: line.offer, server: line.server, phone, own: line.own })
    this.automatic.use({
      means: line.automaticMeans(use),
      codeBy: line.codeBy(use),
      flags: line.flags,
      hinted: line.hinted && phone !== null,
    })
    this.selfGrant.use(line.right)
    line.start({
      link: state => this.#linked(line, state),
      alive: () => this.#line === line && this.calls.streamAlive(),
      call: call => this.#line === line && this.calls.serverCall(call),
      callEnded: (id, dialed) => {
        if (this.#line !== line) return
        this.calls.serverCallEnded(id)
        if (dialed === this.#ports.settings.current().permanentCode) this.automatic.codeCallEnded()
      },
      transfer: transfer => this.#line === line && this.calls.handling.serverTransfer(transfer),
      key: (id, key) => this.#line === line && this.calls.serverKey(id, key),
      hurry: () => this.#line === line && this.calls.hurry(),
      recordingsChanged: () => this.#line === line && this.library.look(),
      sight: sight => this.#line === line && this.calls.folder.sight(sight),
      folderAlive: alive => this.#line === line && this.calls.folder.alive(alive),
      over: failure => this.#sessionOver(line, failure),
      accountChanged: () => {
        if (this.#line === line) this.calls.offerChanged(line.offer)
        this.#changed()
      },
    })
    if (phone === null) {
      this.#phoneWish++
      // the page alone, for its sounds
      this.#ports.phone.open(null, null)
      this.#phone.closed()
    } else void this.#openPhone(line)
  }

  async #openPhone(line: Line): Promise<void> {
    const wish = ++this.#phoneWish
    this.#lineAsked = 'no'
    this.#phone.opened()
    try {
      const { line: phoneLine, pin } = await line.phone()
      // whatever was chosen once: registering on a desk phone's line would put that phone out (wazo.md 2.3)
      if (!line.account().phonePossible) throw new AppFailure('phone-off')
      if (this.#phoneWish === wish) this.#openPage(phoneLine, pin)
    } catch (error) {
      this.#ports.log('the phone line could not be had', error)
      if (this.#phoneWish !== wish) return
      this.#phone.lost()
      this.#ports.clock.after(PHONE_AGAIN_MS, () => {
        if (this.#phoneWish === wish) void this.#openPhone(line)
      })
    }
    this.#changed()
  }

  #openPage(line: PhoneLine, pin: string | null): void {
    this.#phoneKey = line.key
    this.#ports.phone.open(line, pin)
  }

  /**
   * The server refuses the phone: an administrator may have changed its secret (wazo.md 8), so the line is asked for anew,
   * once. The same again, and the refusal stands. A call that lives on the old registration is not ended for it.
   */
  async #lookForNewSecret(): Promise<void> {
    const line = this.#line
    const { state, status } = this.#phone.view
    if (line === null || state !== 'refused' || status === null || !SECRET_REFUSED.has(status)) return
    if (this.#lineAsked !== 'no' || this.calls.here) return
    this.#lineAsked = 'yes'
    const wish = this.#phoneWish
    try {
      const { line: fresh, pin } = await line.phone()
      if (this.#phoneWish !== wish || fresh.key === this.#phoneKey) return
      if (this.calls.here) {
        this.#lineAsked = 'no'
        return
      }
      this.#phone.opened()
      this.#openPage(fresh, pin)
    } catch (error) {
      this.#ports.log('the line of the refused phone could not be read', error)
      if (this.#phoneWish === wish) this.#lineAsked = 'failed'
    }
    this.#changed()
  }

  #linked(line: Line, state: Link['state']): void {
    if (this.#line !== line) return
    if (state === 'live') {
      this.calls.streamLive()
      void this.automatic.read()
      this.library.look()
      if (this.#lineAsked === 'failed') this.#lineAsked = 'no'
    } else this.calls.streamCut()
    if (this.#over === null) this.#setLink(state)
  }

  #setLink(state: Link['state']): void {
    if (this.#link.state !== state) this.#link = { state, since: this.#ports.clock.now() }
    this.#changed()
  }

  /** Calls of this computer go on: SIP and sound need no session. What else there was to read cannot be read any more. */
  #sessionOver(line: Line, failure: Failure): void {
    if (this.#line !== line || this.#over !== null) return
    this.#over = { line, failure }
    if (this.calls.here) {
      this.calls.streamCut()
      this.#setLink('signed-out')
    } else this.#leaveOnceQuiet()
  }

  #leaveOnceQuiet(): void {
    const over = this.#over
    if (over === null || over.line !== this.#line || this.calls.here) return
    this.#over = null
    // the page that comes next is set first: what is closed shows it at once
    this.#ports.onOver(over.failure)
    void this.close()
  }

  /** It is listed at once. Where an event or the folder tells of its recording sooner, that counts. */
  #ended(): void {
    const [last] = this.calls.recent
    if (last !== undefined) this.library.callEnded(last)
    this.#ports.clock.after(LISTED_AFTER_MS, () => this.library.look())
  }

  // ---- the phone

  phoneReport(report: Exclude<PhoneReport, { kind: 'done' }>): void {
    if (this.#line === null) return
    switch (report.kind) {
      case 'registration':
        if (report.registration.state === 'registered') this.#lineAsked = 'no'
        this.#phone.report(report)
        this.#changed()
        return
      case 'microphone':
      case 'devices':
        this.#phone.report(report)
        this.#changed()
        return
      case 'session':
        this.calls.phoneSession(report)
        return
      case 'hint':
        this.automatic.hint(report.state)
        return
      case 'audio':
        this.calls.phoneAudio(report.session, report)
        return
      case 'level':
        return
    }
  }

  /** The user wants it tried again now. A call of this computer goes first: a new phone would end it. */
  async phoneAgain(): Promise<void> {
    const line = this.#line
    if (line === null) throw new AppFailure('session-over')
    if (this.#phone.view.state === 'refused' && !this.calls.here) await this.#openPhone(line)
  }

  /** The phone page died: its calls are gone with it, and a new page takes its place. */
  phoneGone(): void {
    if (this.#line?.account().use === 'companion') return this.#ports.phone.open(null, null)
    this.#phone.lost()
    this.calls.phoneGone()
    if (this.#line !== null) void this.#openPhone(this.#line)
    this.#changed()
  }

  // ---- recordings

  openPart(part: string): Promise<OpenedPart> {
    return this.library.open(part)
  }

  // ---- the state

  /**
   * The computer goes to sleep: its calls are ended in order, and of those elsewhere nothing is known until something is read
   * again. A call is said to be ended once it is: without a network none can be, and there may be no time.
   */
  async sleep(): Promise<void> {
    const from = this.#ports.clock.now()
    const here = this.#views().filter(call => call.device === 'here' && !call.isCode)
    this.calls.sleep()
    if (here.length > 0) this.tell({ slept: { from, to: null, calls: [], left: here.map(({ peer }) => peer) } })
    const ended = new Set<string>()
    await this.hangUp(call => {
      ended.add(call)
      const { slept } = this.#shell
      // seen meanwhile, or of another sleep
      if (slept?.from !== from) return
      const peers = (are: boolean) => here.filter(({ id }) => ended.has(id) === are).map(({ peer }) => peer)
      this.tell({ slept: { ...slept, calls: peers(true), left: peers(false) } })
    })
  }

  /** It woke up: what is true now is read, and from when to when it slept is said. */
  woke(): void {
    const { slept } = this.#shell
    if (slept !== null) this.tell({ slept: { ...slept, to: slept.to ?? this.#ports.clock.now() } })
    this.#lineAsked = 'no'
    this.wake()
  }

  /** A window came to the front, or the computer woke up. */
  wake(): void {
    this.#line?.wake()
    this.library.wake()
    this.#ports.policy.readAgain()
    this.calls.hurry()
    void this.automatic.read()
  }

  settingsChanged(change: SettingsChange): void {
    this.#ports.settings.change(change)
    this.calls.settingsChanged()
    this.#changed()
  }

  // ---- what is asked of the user, and answered

  answerAlarm(id: string): void {
    this.#alarms = answered(this.#alarms, id)
    this.#changed()
  }

  answerReminder(id: string): void {
    this.#watched = reminded(this.#watched, id)
    this.#changed()
  }

  /** What the shell has to ask or to tell. */
  tell(change: Partial<Snapshot['shell']>): void {
    this.#shell = { ...this.#shell, ...change }
    this.#changed()
  }

  snapshot(calls = this.#views()): Snapshot {
    const now = this.#ports.clock.now()
    const settings = this.#ports.settings.current()
    return {
      at: now,
      stage: this.#stageNow(),
      language: this.#ports.language(),
      settings,
      link: this.#link,
      phone: this.#phone.view,
      calls,
      lastCall: this.calls.last,
      recentCalls: this.calls.recent,
      callFailure: this.calls.failure,
      automatic: this.automatic.view(),
      selfGrant: this.selfGrant.view(),
      policy: this.#ports.policy.current(),
      guide: this.#guide.view(),
      library: this.library.view(),
      keeping: this.#ports.keeping(),
      exporting: this.#ports.exporting(),
      alarms: [...this.#alarms],
      reminders: [...remindersAt(this.#watched, settings, now)],
      shell: this.#shell,
    }
  }

  /** The calls, with what automatic recording has to do with each. */
  #views(): CallView[] {
    return this.#due.of(this.calls.views())
  }

  /** Follows the calls to what is shown next: what went wrong since is an alarm. */
  #attend(calls: readonly CallView[]): void {
    const { slept } = this.#shell
    // a call that began after it: what was is past. One of before may be seen to end only now
    const woke = slept?.to ?? null
    if (woke !== null && calls.some(call => call.device === 'here' && call.startedAt >= woke))
      this.#shell = { ...this.#shell, slept: null }
    const now = this.#ports.clock.now()
    this.#alarms = alarmsAfter(this.#alarms, this.#shown, calls, now)
    this.#watched = watchedAfter(this.#watched, calls, now)
    this.#shown = calls
    if (calls.length > 0 || this.#alarms.length > 0) this.#stopMoments ??= this.#moments()
    else {
      this.#stopMoments?.()
      this.#stopMoments = null
    }
  }

  #moments(): () => void {
    const { clock, settings } = this.#ports
    let from = clock.now()
    let told = ''
    return clock.every(MOMENT_MS, () => {
      const to = clock.now()
      this.#ports.onMoment(this.#alarms, from, to)
      from = to
      const due = remindersAt(watchedAfter(this.#watched, this.#views(), to), settings.current(), to)
      const telling = due.map(one => one.id).join()
      if (telling !== told) this.#changed()
      told = telling
    })
  }

  #stageNow(): Stage {
    if (this.#line !== null) {
      const { use, ...account } = this.#line.account()
      return use === null
        ? { stage: 'choosing', account: { ...account, use: 'companion' } }
        : { stage: 'ready', account: { ...account, use } }
    }
    return this.#stage === 'starting' ? { stage: 'starting' } : { stage: 'signed-out', ...this.#stage }
  }

  #changed(): void {
    this.#leaveOnceQuiet()
    void this.#lookForNewSecret()
    const inCall = this.calls.busy
    if (inCall !== this.#inCall) {
      this.#inCall = inCall
      this.#line?.setInCall(inCall)
    }
    const atOnce = this.#proofs !== this.calls.proofs
    if (this.#gathering !== null && (this.#gathering.atOnce || !atOnce)) return
    this.#gathering?.stop()
    const stop = this.#ports.clock.after(atOnce ? 0 : GATHER_MS, () => {
      this.#gathering = null
      this.#proofs = this.calls.proofs
      const calls = this.#views()
      this.#attend(calls)
      const snapshot = this.snapshot(calls)
      this.#ports.onSnapshot(snapshot)
      this.#guide.look(calls)
    })
    this.#gathering = { stop, atOnce }
  }
}
