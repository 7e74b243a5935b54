/**
 * The switchboard: what phones and the API order, and where a call goes. It knows legs (leg.ts), no sockets and no codecs.
 * The order of events is that of real Wazo services (scenarios 04, 08, 09, 11, 20).
 */
import {
  type ApiTransfer,
  type Channel,
  type Directory,
  type Line,
  type PbxAnswer,
  type PbxOptions,
  type RecordAction,
} from '../telephony.ts'
import { type CallChannel } from './channel.ts'
import { Channels } from './channels.ts'
import { encodeMulaw } from './g711.ts'
import { greetingCallee, GreetingCaller } from './greeting.ts'
import { type Dial, type Ending, type Leg, type LegEvents, type ReferTarget } from './leg.ts'
import { normal } from './machine.ts'
import { Player } from './player.ts'
import { type Attempt, Ringing } from './ringing.ts'
import { type Party, type Route, routeOf, type Zone, zoneOf } from './routes.ts'
import { Transfers } from './transfers.ts'
import { permanentPrompt } from './tones.ts'
import { ringingDeskPhone, VirtualLeg } from './virtualLeg.ts'

/** A desk phone picks up by itself when its user dials in the app. */
const deskPickUpMs = 1000

export interface SwitchboardOptions extends PbxOptions {
  /** One for each phone that is registered for this line now. */
  readonly phonesOf: (line: Line) => readonly Dial[]
}

export class Switchboard {
  readonly #options: SwitchboardOptions
  readonly #directory: Directory
  readonly #channels: Channels
  readonly #ringing: Ringing
  readonly transfers: Transfers
  /** Who was passed on and waits for an answer, with what to tell the one who did it. */
  readonly #passedOn = new Map<CallChannel, (status: number) => void>()
  #closed = false

  constructor(options: SwitchboardOptions) {
    this.#options = options
    this.#directory = options.directory
    this.#channels = new Channels(options, channel => {
      this.#ringing.leave(channel)
      this.#tellPassed(channel, 503)
    })
    this.#ringing = new Ringing(
      this.#channels,
      (attempt, callee) => this.#connect(attempt, callee),
      (caller, how) => this.#lose(caller, how),
    )
    this.transfers = new Transfers({
      channels: this.#channels,
      onEvent: options.onEvent,
      call: (caller, number) => {
        this.#channels.redirect(caller, number)
        this.#follow(caller, routeOf(number, this.#directory))
      },
      stopRinging: caller => this.#ringing.leave(caller),
      passOn: (channel, number, told) => this.#passOn(channel, number, told),
    })
  }

  channels(): readonly CallChannel[] {
    return this.#channels.all()
  }

  channel(id: string): CallChannel | null {
    return this.#channels.get(id)
  }

  /**
   * A phone dials. The leg is answered or ended in due course.
   * @returns what to call when the phone does something, and the channel id; null: there is no such number, or the house is closed
   */
  incoming(line: Line, dialed: string, leg: Leg): { readonly events: LegEvents; readonly channel: CallChannel } | null {
    const route = routeOf(dialed, this.#directory)
    if (route.kind === 'unknown' || this.#closed) return null
    const channel = this.#openCaller(line, dialed, partyAt(route, dialed))
    this.#attach(channel, leg)
    return { channel, events: this.#callerEvents(channel) }
  }

  /** Routes a call that `incoming` took; separate, so that the leg knows its channel before it is answered. */
  proceed(channel: CallChannel): void {
    this.#channels.announce(channel)
    this.#follow(channel, routeOf(channel.dialed, this.#directory))
  }

  /** Somebody dials at a desk phone. */
  dialFromDesk(line: Line, dialed: string): Channel | 'invalid-extension' {
    const taken = this.incoming(line, dialed, new VirtualLeg())
    if (taken === null) return 'invalid-extension'
    this.proceed(taken.channel)
    return taken.channel
  }

  /** Rings the line's own phone, then dials. */
  originate(line: Line, dialed: string): Channel | 'invalid-extension' | 'call-origin-unavailable' {
    const route = routeOf(dialed, this.#directory)
    if (route.kind === 'unknown') return 'invalid-extension'
    if (this.#closed) return 'call-origin-unavailable'
    // Of several registered phones the newest rings.
    const dial = this.#options.phonesOf(line).at(-1)
    if (line.kind === 'webrtc' && dial === undefined) return 'call-origin-unavailable'
    const peer = partyAt(route, dialed)
    // Asterisk's dialplan begins at `s`; the number comes with the answer.
    const channel = this.#openCaller(line, 's', peer)
    const answered = (): void => {
      if (channel.endedAt !== null || channel.status === 'Up') return
      this.#channels.redirect(channel, dialed)
      this.#channels.up(channel)
      this.#follow(channel, routeOf(dialed, this.#directory))
    }
    const events: LegEvents = {
      ...this.#callerEvents(channel),
      ringing: () => this.#channels.rings(channel),
      answered,
      refused: code => this.#channels.end(channel, { code, cause: code === 486 ? 17 : 21 }),
    }
    if (line.kind === 'webrtc' && dial !== undefined) {
      this.#attach(channel, dial({ channelId: channel.id, from: peer }, events))
    } else {
      const desk = ringingDeskPhone(events)
      desk.later(deskPickUpMs, answered)
      this.#attach(channel, desk)
    }
    return channel
  }

  /** A call from outside, or from the demo extension. */
  ring(line: Line, from: Party): Channel | 'call-origin-unavailable' {
    if (this.#closed) return 'call-origin-unavailable'
    if (line.kind === 'webrtc' && this.#options.phonesOf(line).length === 0) return 'call-origin-unavailable'
    const caller = this.#openVoice(from, { name: line.displayName, number: line.extension }, line.extension)
    this.#attach(caller, new GreetingCaller(this.#options.greeting))
    this.#channels.announce(caller)
    this.#ringLine(caller, line, zoneOf(from.number, this.#directory))
    const [callee] = this.#ringing.calleesOf(caller)
    return callee ?? 'call-origin-unavailable'
  }

  /** Somebody picks up a desk phone that rings. */
  answerDesk(id: string): PbxAnswer {
    const channel = this.#channels.get(id)
    if (channel === null || channel.status === 'Up' || channel.line?.kind !== 'desk') return 'no-such-call'
    const attempt = this.#ringing.attemptOf(channel)
    if (attempt === null) return 'no-such-call'
    this.#ringing.answered(attempt, channel)
    return 'ok'
  }

  record(id: string, action: RecordAction): PbxAnswer {
    const channel = this.#channels.get(id)
    return channel === null ? 'no-such-call' : this.#channels.record(channel, action)
  }

  /** Digits past the feature codes, straight to the other party. */
  dtmf(id: string, digits: string): PbxAnswer {
    const channel = this.#channels.get(id)
    return channel === null ? 'no-such-call' : this.#channels.send(channel, digits)
  }

  /** Digits as a phone presses them. */
  press(id: string, digits: string): PbxAnswer {
    const channel = this.#channels.get(id)
    if (channel === null) return 'no-such-call'
    for (const digit of digits) this.#pressed(channel, digit)
    return 'ok'
  }

  hangUp(id: string): PbxAnswer {
    const channel = this.#channels.get(id)
    if (channel === null) return 'no-such-call'
    this.#hangUp(channel, { code: 603, cause: 16 })
    return 'ok'
  }

  /** calld: passes the other side of a channel on. */
  transfer(id: string, number: string, flow: ApiTransfer['flow']): ApiTransfer | 'no-such-call' | 'invalid-extension' {
    const channel = this.#channels.get(id)
    if (channel === null) return 'no-such-call'
    if (routeOf(number, this.#directory).kind === 'unknown') return 'invalid-extension'
    return this.transfers.start(channel, number, flow) ?? 'no-such-call'
  }

  #hangUp(channel: CallChannel, how: Ending): void {
    if (!this.transfers.hungUp(channel)) this.#channels.end(channel, how)
  }

  /** Nobody is to be had for a caller. */
  #lose(caller: CallChannel, how: Ending): void {
    if (!this.transfers.lost(caller)) this.#channels.end(caller, how)
  }

  mute(id: string, on: boolean): PbxAnswer {
    const channel = this.#channels.get(id)
    return channel === null ? 'no-such-call' : this.#channels.mute(channel, on)
  }

  hold(id: string, on: boolean): PbxAnswer {
    const channel = this.#channels.get(id)
    return channel === null ? 'no-such-call' : this.#channels.hold(channel, on)
  }

  /** No call is taken any more. */
  get closed(): boolean {
    return this.#closed
  }

  /** Ends every call; none is taken any more. */
  close(): void {
    this.#closed = true
    for (const channel of this.channels()) this.#channels.end(channel, normal)
  }

  // Channels

  #openCaller(line: Line, dialed: string, peer: Party): CallChannel {
    return this.#channels.open({ line, isCaller: true, dialed, self: partyOf(line), peer }, null)
  }

  #openVoice(self: Party, peer: Party, dialed: string): CallChannel {
    return this.#channels.open({ line: null, isCaller: true, dialed, self, peer }, null)
  }

  #attach(channel: CallChannel, leg: Leg): void {
    channel.attach(leg, digit => this.#pressed(channel, digit))
  }

  #callerEvents(channel: CallChannel): LegEvents {
    const ignore = (): void => undefined
    return {
      ringing: ignore,
      answered: ignore,
      refused: ignore,
      ended: () => this.#hangUp(channel, normal),
      held: on => this.#channels.hold(channel, on),
      referred: (target, told) => this.#refer(channel, target, told),
    }
  }

  /** A phone passes its other side on. Where that cannot be, the call is as it was. */
  #refer(channel: CallChannel, target: ReferTarget, told: (status: number) => void): void {
    if (target.kind === 'number') return this.#passOn(channel, target.number, told)
    const other = this.channels().find(one => one.sipCallId === target.sipCallId && one.line === channel.line)
    told(other !== undefined && this.#channels.join(channel, other) === 'ok' ? 200 : 503)
  }

  /** Blind: the other side becomes a caller, and is hung up where nobody answers; the one who did it is out at once. */
  #passOn(channel: CallChannel, number: string, told: (status: number) => void): void {
    const route = routeOf(number, this.#directory)
    if (route.kind === 'unknown' || channel.partner === null) return told(404)
    const passed = this.#channels.passOn(channel, partyAt(route, number))
    if (passed === null) return told(404)
    this.#passedOn.set(passed, told)
    this.#channels.redirect(passed, number)
    this.#follow(passed, route)
  }

  // Where a call goes

  #follow(caller: CallChannel, route: Route): void {
    switch (route.kind) {
      case 'unknown':
        return this.#lose(caller, { code: 404, cause: 1 })
      case 'refused':
        this.#tellPassed(caller, route.code)
        return this.#lose(caller, route)
      case 'permanent':
        return this.#togglePermanent(caller)
      case 'line':
        return this.#ringLine(caller, route.line, 'internal')
      case 'voice': {
        const attempt = this.#ringing.begin(caller, route.zone)
        this.#callee(attempt, { line: null, self: route.party }, events =>
          greetingCallee(this.#options.greeting, events),
        )
      }
    }
  }

  #ringLine(caller: CallChannel, line: Line, zone: Zone): void {
    const dials = line.kind === 'desk' ? [] : this.#options.phonesOf(line)
    if (line.kind === 'webrtc' && dials.length === 0) return this.#lose(caller, { code: 480, cause: 20 })
    const attempt = this.#ringing.begin(caller, zone)
    const callee = { line, self: partyOf(line) }
    if (line.kind === 'desk') this.#callee(attempt, callee, events => ringingDeskPhone(events))
    for (const dial of dials) {
      this.#callee(attempt, callee, (events, channelId) => dial({ channelId, from: caller.self }, events))
    }
  }

  #togglePermanent(caller: CallChannel): void {
    if (caller.line === null) return this.#channels.end(caller, { code: 403, cause: 21 })
    // Before the answer, as phone_set_feature runs (wazo.md 3.1).
    const on = this.#directory.togglePermanent(caller.line)
    this.#channels.up(caller)
    caller.music = new Player(encodeMulaw(permanentPrompt(on)), frame => caller.hear(frame), {
      loopAfterMs: null,
      onEnd: () => this.#channels.end(caller, normal),
    })
  }

  #callee(
    attempt: Attempt,
    who: { readonly line: Line | null; readonly self: Party },
    make: (events: LegEvents, channelId: string) => Leg,
  ): void {
    const { caller } = attempt
    const channel = this.#channels.open(
      { ...who, isCaller: false, dialed: caller.dialed, peer: caller.self },
      caller.linkedId,
    )
    attempt.ringing.add(channel)
    const events: LegEvents = {
      ringing: () => {
        this.#ringing.rings(attempt, channel)
        this.#passedOn.get(caller)?.(180)
      },
      answered: () => this.#ringing.answered(attempt, channel),
      refused: code => this.#ringing.refused(attempt, channel, code),
      ended: () => this.#hangUp(channel, normal),
      held: on => this.#channels.hold(channel, on),
      referred: (target, told) => this.#refer(channel, target, told),
    }
    this.#attach(channel, make(events, channel.id))
  }

  /** The winner speaks with the caller. */
  #connect({ caller, zone }: Attempt, callee: CallChannel): void {
    this.#channels.connect(caller, callee, this.#recordedAutomatically(caller, callee, zone))
    this.#tellPassed(caller, 200)
    this.transfers.answered(caller)
  }

  #tellPassed(passed: CallChannel, status: number): void {
    this.#passedOn.get(passed)?.(status)
    this.#passedOn.delete(passed)
  }

  /** One side records: the caller's flag goes first (wazo.md 4.6). */
  #recordedAutomatically(caller: CallChannel, callee: CallChannel, zone: Zone): CallChannel | null {
    const wants = (channel: CallChannel, direction: 'outgoing' | 'incoming'): boolean =>
      channel.line !== null && this.#directory.recordsAutomatically(channel.line, direction, zone)
    if (wants(caller, 'outgoing')) return caller
    return wants(callee, 'incoming') ? callee : null
  }

  #pressed(channel: CallChannel, digit: string): void {
    this.#channels.press(channel, digit, {
      onDemand: this.#directory.codes().onDemand,
      dialect: this.#directory.dialect(),
      digitTimeoutMs: this.#options.featureDigitTimeoutMs,
    })
  }
}

function partyOf(line: Line): Party {
  return { name: line.displayName, number: line.extension }
}

/** Whom a caller sees as the other party. */
function partyAt(route: Route, dialed: string): Party {
  if (route.kind === 'line') return partyOf(route.line)
  return route.kind === 'voice' ? route.party : { name: '', number: dialed }
}
