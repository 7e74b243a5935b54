/** What must hold at every moment of a run, whatever the core does and the world does to it. */
import { type CallView } from '../../shared/call.ts'
import { goal } from '../../shared/recording/dialect.ts'
import { type Seen, type Want } from '../../shared/recording/state.ts'
import { type Press } from '../../shared/recording/view.ts'
import { type Rig } from './rig.ts'
import { truthOf } from './server.ts'

/** Something that showed the app a state. `at`: when it was so. `asked`: of a read, when it began; of an event, its arrival. */
interface Receipt {
  readonly by: 'event' | 'read'
  readonly seen: Seen
  readonly at: number
  readonly asked: number
  readonly came: number
  /** The app asked anew at once: it had reasons to think that this one began too early. */
  void?: true
}

interface Leg {
  /** As it was last looked at. */
  view: CallView
  /** When the label of the main place was last another one; of the stop place. */
  labelAt: number
  stopAt: number
  wishSince: number | null
  /** The wish is a toggle from the unknown, which has no goal. */
  asked: boolean
  /** Every read of its life was answered at once, and the clock was left alone. */
  fine: boolean
  /** It ended at the server. */
  over: boolean
}

/** A place settles for so long (design 5). */
const INERT_MS = 800
/** Unknown after 6 s without a sign of life; the state of time is looked at four times a second. */
const LIFE_MS = 6_600
/** A wish: 5 s until it is acknowledged, 2 s and a read of 3 s; twice, and by the next route. */
const WISH_MS = 32_000
/** Quiet for so long, the lamp is right, whatever was lost: 6 s, and the time of a read. */
export const QUIET_MS = 6_500
/** A read that has not answered by then is none. */
const READ_MS = 3_000
/** A file is seen so long after it changed. */
const FILE_MS = 1_200

const isSeen = (kind: CallView['recording']['proof']['kind']): kind is Seen =>
  kind !== 'unknown' && kind !== 'unprovable'

export class Watch {
  readonly #rig: Rig
  readonly #receipts = new Map<string, Receipt[]>()
  readonly #legs = new Map<string, Leg>()
  /** What was true of each channel, change by change. */
  readonly #truth = new Map<string, { readonly seen: Seen; readonly at: number }[]>()
  /** The server's id of each call that is shown; a call that is over has none to show. */
  readonly #channels = new Map<string, string>()
  #aliveAt = 0
  #badReads = 0
  /** When the app's last read began, and whether it is still to be answered. */
  #readAt = 0
  #readOpen = false
  #folderLost = false
  #clockSetAt = Number.NEGATIVE_INFINITY
  #sent = 0
  /** What the app sent, and when. */
  readonly #log: string[] = []
  /** Presses so far, and what was sent. */
  #presses = 0
  #out: {
    readonly channel: string | null
    readonly toggle: boolean
    readonly press: number
    readonly at: number
    open: boolean
    doubtful: boolean
  }[] = []
  #broken: Error | null = null
  #before = 0
  /** Of the last press. */
  #asked = false
  /** How often each kind of thing was judged: a property that never speaks proves nothing. */
  readonly judged: Record<string, number> = {}

  constructor(rig: Rig) {
    this.#rig = rig
  }

  // ---- what the rig tells

  event(id: string, seen: Seen, at: number): void {
    this.#receive(id, { by: 'event', seen, at, asked: this.#rig.clock.elapsed, came: this.#rig.clock.elapsed })
  }

  read(truth: ReadonlyMap<string, Seen>, began: number, at: number): void {
    this.alive()
    const came = this.#rig.clock.elapsed
    // one that takes so long is given up for another
    const late = came - began >= READ_MS
    for (const [id, seen] of truth) {
      this.#receive(id, { by: 'read', seen, at, asked: began, came, ...(late ? { void: true } : {}) })
    }
  }

  /** A read that began then has its answer, or none. */
  readOver(began: number): void {
    if (began === this.#readAt) this.#readOpen = false
  }

  /** The app reads. */
  reading(): void {
    this.#readAt = this.#rig.clock.elapsed
    this.#readOpen = true
    for (const list of this.#receipts.values()) {
      for (const one of list) if (one.by === 'read' && one.came === this.#rig.clock.elapsed) one.void = true
    }
  }

  /** Anything was heard of the server. */
  alive(): void {
    this.#aliveAt = this.#rig.clock.elapsed
  }

  folderGone(): void {
    this.#folderLost = true
  }

  /** A read that will not be answered at once. @returns to be called when it is */
  badRead(): () => void {
    this.#badReads += 1
    this.#readsFail()
    return () => {
      this.#badReads -= 1
    }
  }

  #readsFail(): void {
    for (const leg of this.#legs.values()) leg.fine = false
  }

  clockWasSet(): void {
    this.#readsFail()
    this.#clockSetAt = this.#rig.clock.elapsed
  }

  restarted(): void {
    this.#receipts.clear()
    this.#legs.clear()
    this.#out = []
    this.#folderLost = true
    this.alive()
  }

  truth(): void {
    const { server, clock } = this.#rig
    const live = new Map(server.mine().map(channel => [channel.id, truthOf(channel)]))
    for (const [id, list] of this.#truth) {
      if (live.has(id) || list.at(-1)?.seen === 'off') continue
      list.push({ seen: 'off', at: clock.elapsed })
    }
    for (const [id, seen] of live) {
      const list = this.#truth.get(id) ?? []
      if (list.at(-1)?.seen !== seen) list.push({ seen, at: clock.elapsed })
      this.#truth.set(id, list)
    }
  }

  /** A command goes out that names what it wants. @returns to be called when it was answered */
  command(channel: string, want: Want): (mayHaveWorked: boolean) => void {
    this.#log.push(`${this.#rig.clock.elapsed} ${want}`)
    const view = this.#viewOf(channel)
    if (want === 'stop' && this.#rig.profile.pauseApi) {
      this.#judge('no stop while paused', view?.recording.proof.kind !== 'paused')
    }
    return this.#send(channel, false)
  }

  /** A toggle goes out. @returns to be called when it was answered */
  toggle(channel: string | null, via: string): (mayHaveWorked: boolean) => void {
    this.#log.push(`${this.#rig.clock.elapsed} ${via}`)
    const view = channel === null ? undefined : this.#viewOf(channel)
    const known = view?.recording.proof.kind !== 'unknown'
    this.#judge('no toggle from unknown unless asked', known || this.#asked, via)
    const own = this.#out.filter(one => one.channel === channel)
    // by a clock that was set an hour ahead, the phone has not answered for an hour
    const out = own.filter(one => one.toggle && one.open && one.at > this.#clockSetAt)
    this.#judge('never two toggles outstanding', out.length === 0, via)
    // one that names what it wants, and is still to be answered, undoes no toggle that wants the same
    const may = (one: (typeof own)[number]) => one.doubtful && (one.toggle || !one.open)
    const before = own.some(one => one.press === this.#presses && may(one))
    this.#judge('no toggle after what may have worked', !before, `${via} ${this.#log.slice(-4).join()}`)
    return this.#send(channel, true)
  }

  #send(channel: string | null, toggle: boolean): (mayHaveWorked: boolean) => void {
    this.#sent += 1
    const out = { channel, toggle, press: this.#presses, at: this.#rig.clock.elapsed, open: true, doubtful: true }
    this.#out.push(out)
    return mayHaveWorked => {
      out.open = false
      out.doubtful = mayHaveWorked
    }
  }

  /** The app threw what it should not. */
  broke(error: unknown): void {
    this.#broken ??= error instanceof Error ? error : new Error(String(error))
  }

  /** Throws the first thing that did not hold: not where it was found, since the app would take it for its own. */
  check(): void {
    if (this.#broken !== null) throw this.#broken
  }

  pressing(view: CallView, press: Press, asked: boolean): void {
    if (view.recording.wish === null) {
      this.#presses += 1
      this.#asked = asked
    }
    this.#before = this.#sent
    const leg = this.#legs.get(view.id)
    const where = placeOf(view, press)
    if (leg === undefined || where === null || press === 'check') return
    const ago = this.#rig.clock.elapsed - (where === 'main' ? leg.labelAt : leg.stopAt)
    // a clock that is set in that moment ends it, or makes it longer
    if (ago >= INERT_MS || this.#clockSetAt >= this.#rig.clock.elapsed - ago) return
    const barred = view.recording[where]?.barred ?? null
    this.#judge('no press for 800 ms after a new label', barred !== null, `${where} ${ago} ms ${this.#tale(view)}`)
  }

  pressed(view: CallView, press: Press, asked: boolean): void {
    const after = this.#rig.calls.views().find(one => one.id === view.id)?.recording
    const where = placeOf(view, press)
    const place = where === null ? null : view.recording[where]
    if (after === undefined || press === 'check' || press === 'try') return
    const sent = this.#sent > this.#before
    const offered = place !== null && place.barred === null && (place.ask === null || asked)
    // a start that names itself does what it says, whatever the place says just then
    const named = (press === 'start' || press === 'send-code') && this.#log.at(-1)?.endsWith(' start') === true
    const plain =
      press === 'plan' || view.recording.planned || named || (asked && view.recording.proof.kind === 'unknown')
    if (!offered) {
      return this.#judge('what is not offered does nothing', !sent || plain, `${press} ${this.#tale(view)}`)
    }
    const told = after.wish !== null || after.refusal !== null || after.planned !== view.recording.planned
    this.#judge('what is offered does something', sent || told, this.#tale(view))
  }

  #receive(id: string, receipt: Receipt): void {
    const list = this.#receipts.get(id) ?? []
    list.push(receipt)
    this.#receipts.set(id, list)
  }

  // ---- what is judged

  /** Looks at everything that is shown. @param time also at what only time does */
  look(time: boolean): void {
    const views = this.#rig.calls.views()
    const shown = new Set(views.map(view => view.id))
    for (const id of [...this.#legs.keys()]) if (!shown.has(id)) this.#legs.delete(id)
    for (const view of views) {
      const before = this.#legs.get(view.id)
      const leg = before ?? {
        view,
        labelAt: Number.NEGATIVE_INFINITY,
        stopAt: Number.NEGATIVE_INFINITY,
        wishSince: null,
        asked: false,
        fine: this.#badReads === 0 && this.#rig.hasStream,
        over: false,
      }
      this.#legs.set(view.id, leg)
      if (before !== undefined) this.#compare(leg, before.view, view)
      leg.view = view
      this.#evidence(view)
      if (time) this.#time(leg, view)
    }
  }

  #compare(leg: Leg, from: CallView, to: CallView): void {
    const elapsed = this.#rig.clock.elapsed
    const [one, other] = [from.recording, to.recording]
    if (one.main?.label !== other.main?.label) leg.labelAt = elapsed
    if (one.stop?.label !== other.stop?.label) leg.stopAt = elapsed
    if (other.wish === null) leg.wishSince = null
    else if (one.wish === null || one.wish.since !== other.wish.since) {
      leg.wishSince ??= elapsed
      leg.asked = this.#asked && other.proof.kind === 'unknown'
    }
    const channel = this.#channelOf(to)
    if (channel === null || this.#rig.server.channel(channel) === null) leg.over = true
    if (leg.fine && !leg.over && isSeen(one.proof.kind)) {
      this.#judge('no unknown while reads answer', other.proof.kind !== 'unknown', this.#tale(to))
    }
    if (one.wish !== null && other.wish === null && !leg.over && !leg.asked) {
      const { kind } = other.proof
      const met = kind === goal(one.wish.want) || kind === 'unknown' || kind === 'unprovable'
      const void_ = kind === 'off' && (one.wish.want === 'pause' || one.wish.want === 'resume')
      this.#judge(
        'a wish ends proven or told',
        met || void_ || other.refusal !== null,
        `${one.wish.want} ${this.#tale(to)}`,
      )
    }
  }

  /** Nothing is shown that something newer contradicts. */
  #evidence(view: CallView): void {
    const { kind } = view.recording.proof
    if (!isSeen(kind)) return
    if (this.#rig.profile.offer.evidence === 'folder') return this.#files(view, kind)
    const channel = this.#channelOf(view)
    // what is still shown of a call that is over is gone when it is quiet
    if (channel !== null && this.#rig.server.channel(channel) === null) return
    const receipts = channel === null ? [] : (this.#receipts.get(channel) ?? [])
    const support = receipts.filter(one => one.seen === kind)
    const against = receipts.filter(one => one.seen !== kind)
    // where it cannot tell which event is newer, the app reads anew at once; by a clock that was set, it can never tell
    const excused = (one: Receipt, other: Receipt) =>
      this.#clockSetAt > 0 || (this.#readOpen && !(one.by === 'read' && other.by === 'event'))
    const stands = support.some(one => !against.some(other => overrules(other, one) && !excused(one, other)))
    this.#judge('proof has evidence, and nothing newer against it', stands, this.#tale(view))
  }

  #files(view: CallView, kind: Seen): void {
    const since = this.#rig.clock.elapsed - FILE_MS
    if (!this.#rig.folder.alive) return
    const channel = this.#channelOf(view)
    const list = channel === null ? [] : (this.#truth.get(channel) ?? [])
    // a file that was closed while nobody could look is no news: what it shows is off, though it may go on
    const fits = (seen: Seen) => seen === kind || (this.#folderLost && kind === 'off' && seen === 'paused')
    const recent = list.filter((one, at) => fits(one.seen) && (list[at + 1]?.at ?? Number.POSITIVE_INFINITY) >= since)
    this.#judge('what a file showed was so a moment ago', recent.length > 0 || channel === null, this.#tale(view))
  }

  #time(leg: Leg, view: CallView): void {
    const { elapsed } = this.#rig.clock
    if (leg.wishSince !== null) {
      this.#judge('a wish ends', elapsed - leg.wishSince < WISH_MS, this.#tale(view))
    }
    if (this.#rig.profile.offer.evidence !== 'none' && elapsed - this.#aliveAt > LIFE_MS) {
      this.#judge('unknown after 6 s without a sign of life', !isSeen(view.recording.proof.kind), this.#tale(view))
    }
  }

  /** It has been quiet: the lamp is as the server is. */
  quiet(): void {
    const views = this.#rig.calls.views()
    const { server, profile } = this.#rig
    const tells = profile.offer.evidence
    for (const channel of server.mine()) {
      const view = views.find(one => this.#channelOf(one) === channel.id)
      // a call of which every word was lost is not known; without a server only our phone tells of calls
      if (view === undefined && (tells !== 'calls' || !this.#receipts.has(channel.id))) continue
      const kind = view?.recording.proof.kind
      const right =
        tells === 'none'
          ? kind === 'unprovable'
          : kind === truthOf(channel) || (this.#folderLost && this.#mayBe(kind, truthOf(channel)))
      this.#judge('quiet: the lamp is right', right, `${kind ?? 'no call'}, truly ${truthOf(channel)}`)
    }
    const over = views.filter(view => {
      const channel = this.#channelOf(view)
      return channel === null || server.channel(channel) === null
    })
    this.#judge('quiet: no call that is over', over.length === 0, over.map(one => one.id).join())
  }

  /** After a time without looking at the folder, what became of a file meanwhile is not known. */
  #mayBe(kind: CallView['recording']['proof']['kind'] | undefined, truth: Seen): boolean {
    if (this.#rig.profile.offer.evidence !== 'folder') return false
    return kind === 'unknown' || (kind === 'off' && truth === 'paused')
  }

  // ---- helpers

  #viewOf(channel: string): CallView | undefined {
    return this.#rig.calls.views().find(view => this.#channelOf(view) === channel)
  }

  #channelOf(view: CallView): string | null {
    if (view.serverId !== null) this.#channels.set(view.id, view.serverId)
    else if (!this.#rig.hasStream && !this.#channels.has(view.id)) {
      const [only] = this.#rig.server.mine()
      if (only !== undefined) this.#channels.set(view.id, only.id)
    }
    return this.#channels.get(view.id) ?? null
  }

  #tale(view: CallView): string {
    const { proof, wish, refusal } = view.recording
    const channel = this.#channelOf(view)
    const receipts = channel === null ? [] : (this.#receipts.get(channel) ?? []).slice(-6)
    return JSON.stringify({ proof, wish, refusal, receipts, sent: this.#log.slice(-6), now: this.#rig.clock.elapsed })
  }

  #judge(what: string, holds: boolean, tale = ''): void {
    this.judged[what] = (this.judged[what] ?? 0) + 1
    if (!holds) this.#broken ??= new Error(`${what}: ${tale}`)
  }
}

/** The place that a press is of. `send-code` is a start by another label. */
function placeOf({ recording: { main, stop } }: CallView, press: Press): 'main' | 'stop' | null {
  const plain = (one: Press | undefined) => (one === 'send-code' ? 'start' : one)
  if (plain(press) === plain(main?.press)) return 'main'
  return press === stop?.press ? 'stop' : null
}

/** Is one receipt newer than the other, and could the app know? */
function overrules(one: Receipt, other: Receipt): boolean {
  if (one.at <= other.at || one.void === true) return false
  if (one.by === 'event' && other.by === 'event') return one.asked > other.asked
  return one.by === 'read' ? one.asked > other.asked : one.asked >= other.asked
}
