/**
 * The switchboard: which channels live, who rings whom, who is bridged with whom. It knows legs (leg.ts), no sockets and
 * no codecs. The order of events is that of real Wazo services (scenarios 04, 08, 09, 11, 20).
 */
import { randomUUID } from 'node:crypto'
import {
  type Channel,
  type Directory,
  type Line,
  type PbxAnswer,
  type PbxOptions,
  type RecordAction,
} from '../telephony.ts'
import { CallChannel, type ChannelSetup } from './channel.ts'
import { nothingHeld, press } from './features.ts'
import { encodeMulaw } from './g711.ts'
import { greetingCallee, GreetingCaller } from './greeting.ts'
import { type Dial, type Ending, type Leg, type LegEvents } from './leg.ts'
import { Player } from './player.ts'
import { actionOfCode } from './recordingState.ts'
import { Recordings } from './recordings.ts'
import { type Party, type Route, routeOf, type Zone, zoneOf } from './routes.ts'
import { holdMusic, permanentPrompt } from './tones.ts'
import { ringingDeskPhone, VirtualLeg } from './virtualLeg.ts'

/** A phone that nobody picks up stops ringing after this. */
const ringTimeoutMs = 30_000
/** A desk phone picks up by itself when its user dials in the app. */
const deskPickUpMs = 1000

const normal: Ending = { code: 487, cause: 16 }

/** A caller and the phones that ring for him. */
interface Attempt {
  readonly caller: CallChannel
  readonly zone: Zone
  readonly ringing: Set<CallChannel>
  readonly timer: NodeJS.Timeout
  busy: boolean
}

export interface SwitchboardOptions extends PbxOptions {
  /** One for each phone that is registered for this line now. */
  readonly phonesOf: (line: Line) => readonly Dial[]
}

export class Switchboard {
  readonly #options: SwitchboardOptions
  readonly #directory: Directory
  readonly #recordings: Recordings
  readonly #channels = new Map<string, CallChannel>()
  /** All channels of a conversation, also those that have ended. */
  readonly #conversations = new Map<string, CallChannel[]>()
  readonly #attempts = new Map<CallChannel, Attempt>()
  #lastNumber = 0

  constructor(options: SwitchboardOptions) {
    this.#options = options
    this.#directory = options.directory
    this.#recordings = new Recordings(options.monitorFolder, options.onEvent)
  }

  channels(): readonly CallChannel[] {
    return [...this.#channels.values()]
  }

  channel(id: string): CallChannel | null {
    return this.#channels.get(id) ?? null
  }

  /**
   * A phone dials. The leg is answered or ended in due course.
   * @returns what to call when the phone does something, and the channel id; null: there is no such number
   */
  incoming(line: Line, dialed: string, leg: Leg): { readonly events: LegEvents; readonly channel: CallChannel } | null {
    const route = routeOf(dialed, this.#directory)
    if (route.kind === 'unknown') return null
    const channel = this.#openCaller(line, dialed, partyAt(route, dialed))
    this.#attach(channel, leg)
    return { channel, events: this.#callerEvents(channel) }
  }

  /** Routes a call that `incoming` took; separate, so that the leg knows its channel before it is answered. */
  proceed(channel: CallChannel): void {
    this.#announce(channel, 'Ring')
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
    // Of several registered phones the newest rings.
    const dial = this.#options.phonesOf(line).at(-1)
    if (line.kind === 'webrtc' && dial === undefined) return 'call-origin-unavailable'
    const peer = partyAt(route, dialed)
    // Asterisk's dialplan begins at `s`; the number comes with the answer.
    const channel = this.#openCaller(line, 's', peer)
    const answered = (): void => {
      if (channel.endedAt !== null || channel.status === 'Up') return
      channel.dialed = dialed
      this.#up(channel)
      this.#follow(channel, routeOf(dialed, this.#directory))
    }
    const events: LegEvents = {
      ...this.#callerEvents(channel),
      ringing: () => this.#rings(channel),
      answered,
      refused: code => this.#end(channel, { code, cause: code === 486 ? 17 : 21 }),
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
    if (line.kind === 'webrtc' && this.#options.phonesOf(line).length === 0) return 'call-origin-unavailable'
    const caller = this.#openVoice(from, { name: line.displayName, number: line.extension }, line.extension)
    this.#attach(caller, new GreetingCaller(this.#options.greeting))
    this.#announce(caller, 'Ring')
    this.#ringLine(caller, line, zoneOf(from.number, this.#directory))
    const [callee] = this.#attempts.get(caller)?.ringing ?? []
    return callee ?? 'call-origin-unavailable'
  }

  /** Somebody picks up a desk phone that rings. */
  answerDesk(id: string): PbxAnswer {
    const channel = this.#channels.get(id)
    if (channel === undefined || channel.status === 'Up' || channel.line?.kind !== 'desk') return 'no-such-call'
    const attempt = this.#attemptOf(channel)
    if (attempt === null) return 'no-such-call'
    this.#answered(attempt, channel)
    return 'ok'
  }

  record(id: string, action: RecordAction): PbxAnswer {
    const channel = this.#channels.get(id)
    return channel === undefined ? 'no-such-call' : this.#recordings.act(channel, action, false)
  }

  /** Digits past the feature codes, straight to the other party. */
  dtmf(id: string, digits: string): PbxAnswer {
    const channel = this.#channels.get(id)
    if (channel === undefined) return 'no-such-call'
    for (const digit of digits) {
      this.#options.onEvent({ kind: 'dtmf', channel, digit })
      this.#pass(channel, digit)
    }
    return 'ok'
  }

  /** Digits as a phone presses them. */
  press(id: string, digits: string): PbxAnswer {
    const channel = this.#channels.get(id)
    if (channel === undefined) return 'no-such-call'
    for (const digit of digits) this.#pressed(channel, digit)
    return 'ok'
  }

  hangUp(id: string): PbxAnswer {
    const channel = this.#channels.get(id)
    if (channel === undefined) return 'no-such-call'
    this.#end(channel, { code: 603, cause: 16 })
    return 'ok'
  }

  mute(id: string, on: boolean): PbxAnswer {
    const channel = this.#channels.get(id)
    if (channel === undefined) return 'no-such-call'
    channel.muted = on
    this.#tell('updated', channel)
    return 'ok'
  }

  hold(id: string, on: boolean): PbxAnswer {
    const channel = this.#channels.get(id)
    if (channel === undefined) return 'no-such-call'
    this.#hold(channel, on)
    return 'ok'
  }

  /** Ends every call. */
  close(): void {
    for (const channel of this.channels()) this.#end(channel, normal)
  }

  // Channels

  #open(setup: Omit<ChannelSetup, 'id' | 'linkedId' | 'mayRecord'>, linkedId: string | null): CallChannel {
    const id = `${Math.floor(Date.now() / 1000)}.${++this.#lastNumber}`
    const mayRecord = setup.line !== null && this.#directory.mayRecord(setup.line)
    const channel = new CallChannel({ ...setup, id, linkedId: linkedId ?? id, mayRecord })
    this.#channels.set(id, channel)
    const conversation = this.#conversations.get(channel.linkedId)
    if (conversation === undefined) this.#conversations.set(channel.linkedId, [channel])
    else conversation.push(channel)
    return channel
  }

  #openCaller(line: Line, dialed: string, peer: Party): CallChannel {
    return this.#open({ line, isCaller: true, dialed, self: partyOf(line), peer }, null)
  }

  #openVoice(self: Party, peer: Party, dialed: string): CallChannel {
    return this.#open({ line: null, isCaller: true, dialed, self, peer }, null)
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
      ended: () => this.#end(channel, normal),
      held: on => this.#hold(channel, on),
    }
  }

  // Where a call goes

  #follow(caller: CallChannel, route: Route): void {
    switch (route.kind) {
      case 'unknown':
        return this.#end(caller, { code: 404, cause: 1 })
      case 'refused':
        return this.#end(caller, route)
      case 'permanent':
        return this.#togglePermanent(caller)
      case 'line':
        return this.#ringLine(caller, route.line, 'internal')
      case 'voice': {
        const attempt = this.#attempt(caller, route.zone)
        this.#callee(attempt, { line: null, self: route.party }, events =>
          greetingCallee(this.#options.greeting, events),
        )
      }
    }
  }

  #ringLine(caller: CallChannel, line: Line, zone: Zone): void {
    const dials = line.kind === 'desk' ? [] : this.#options.phonesOf(line)
    if (line.kind === 'webrtc' && dials.length === 0) return this.#end(caller, { code: 480, cause: 20 })
    const attempt = this.#attempt(caller, zone)
    const callee = { line, self: partyOf(line) }
    if (line.kind === 'desk') this.#callee(attempt, callee, events => ringingDeskPhone(events))
    for (const dial of dials) {
      this.#callee(attempt, callee, (events, channelId) => dial({ channelId, from: caller.self }, events))
    }
  }

  #togglePermanent(caller: CallChannel): void {
    if (caller.line === null) return this.#end(caller, { code: 403, cause: 21 })
    // Before the answer, as phone_set_feature runs (wazo.md 3.1).
    const on = this.#directory.togglePermanent(caller.line)
    this.#up(caller)
    caller.music = new Player(encodeMulaw(permanentPrompt(on)), frame => caller.hear(frame), {
      loopAfterMs: null,
      onEnd: () => this.#end(caller, normal),
    })
  }

  // Ringing

  #attempt(caller: CallChannel, zone: Zone): Attempt {
    const timer = setTimeout(() => this.#giveUp(attempt, { code: 480, cause: 19 }), ringTimeoutMs)
    const attempt: Attempt = { caller, zone, ringing: new Set(), timer, busy: false }
    this.#attempts.set(caller, attempt)
    this.#tell('updated', caller)
    return attempt
  }

  #callee(
    attempt: Attempt,
    who: { readonly line: Line | null; readonly self: Party },
    make: (events: LegEvents, channelId: string) => Leg,
  ): void {
    const { caller } = attempt
    const channel = this.#open({ ...who, isCaller: false, dialed: caller.dialed, peer: caller.self }, caller.linkedId)
    attempt.ringing.add(channel)
    const events: LegEvents = {
      ringing: () => {
        this.#rings(channel)
        caller.leg?.ringing()
      },
      answered: () => this.#answered(attempt, channel),
      refused: code => this.#refused(attempt, channel, code),
      ended: () => this.#end(channel, normal),
      held: on => this.#hold(channel, on),
    }
    this.#attach(channel, make(events, channel.id))
  }

  #rings(channel: CallChannel): void {
    if (channel.announced || channel.endedAt !== null) return
    this.#announce(channel, 'Ringing')
    this.#tell('updated', channel)
  }

  #refused(attempt: Attempt, channel: CallChannel, code: number): void {
    if (!attempt.ringing.delete(channel)) return
    attempt.busy ||= code === 486 || code === 600 || code === 603
    this.#end(channel, { code, cause: attempt.busy ? 17 : 19 })
    if (attempt.ringing.size > 0) return
    // Wazo's dialplan tells the caller busy or unavailable, whatever the phone said.
    this.#giveUp(attempt, attempt.busy ? { code: 486, cause: 17 } : { code: 480, cause: 19 })
  }

  #giveUp(attempt: Attempt, how: Ending): void {
    this.#stopRinging(attempt, how)
    this.#end(attempt.caller, how)
  }

  #stopRinging(attempt: Attempt, how: Ending): void {
    clearTimeout(attempt.timer)
    this.#attempts.delete(attempt.caller)
    const others = [...attempt.ringing]
    attempt.ringing.clear()
    for (const other of others) this.#end(other, how)
  }

  #attemptOf(callee: CallChannel): Attempt | null {
    return [...this.#attempts.values()].find(attempt => attempt.ringing.has(callee)) ?? null
  }

  #answered(attempt: Attempt, callee: CallChannel): void {
    if (!attempt.ringing.delete(callee)) return
    this.#stopRinging(attempt, { code: 200, cause: 26, elsewhere: true })
    const { caller, zone } = attempt
    this.#up(callee)
    this.#recordAutomatically(caller, callee, zone)
    this.#bridge(caller, callee)
    if (caller.status === 'Up') this.#tell('updated', caller)
    else this.#up(caller)
    this.#tell('updated', caller)
    this.#tell('updated', callee)
  }

  /** One side records: the caller's flag goes first (wazo.md 4.6). */
  #recordAutomatically(caller: CallChannel, callee: CallChannel, zone: Zone): void {
    const wants = (channel: CallChannel, direction: 'outgoing' | 'incoming'): boolean =>
      channel.line !== null && this.#directory.recordsAutomatically(channel.line, direction, zone)
    if (wants(caller, 'outgoing')) this.#recordings.act(caller, 'start', true)
    else if (wants(callee, 'incoming')) this.#recordings.act(callee, 'start', true)
  }

  #up(channel: CallChannel): void {
    this.#rings(channel)
    channel.leg?.answer()
    channel.status = 'Up'
    this.#tell('updated', channel)
    channel.answeredAt = Date.now()
    this.#tell('answered', channel)
  }

  // Bridged

  #bridge(one: CallChannel, other: CallChannel): void {
    const bridgeId = randomUUID()
    for (const channel of [one, other]) channel.bridgeId = bridgeId
    one.partner = other
    other.partner = one
    this.#tendMusic(one)
    this.#tendMusic(other)
  }

  #hold(channel: CallChannel, on: boolean): void {
    if (channel.onHold === on || channel.endedAt !== null) return
    channel.onHold = on
    this.#tell(on ? 'held' : 'resumed', channel)
    this.#tendMusic(channel)
  }

  /** Music for the partner of a channel on hold, silence otherwise. */
  #tendMusic(channel: CallChannel): void {
    const listener = channel.partner
    if (listener === null) return
    listener.music?.stop()
    listener.music = channel.onHold
      ? new Player(encodeMulaw(holdMusic()), frame => listener.hear(frame), { loopAfterMs: 0 })
      : null
  }

  // Digits

  #pressed(channel: CallChannel, digit: string): void {
    if (channel.endedAt !== null) return
    this.#options.onEvent({ kind: 'dtmf', channel, digit })
    // Feature codes work in a bridge only (wazo.md 4.1).
    if (channel.partner === null) return
    const { featureDigitTimeoutMs } = this.#options
    const code = channel.line === null ? '' : this.#directory.codes().onDemand
    const { held, passed, matched } = press(channel.held, digit, Date.now(), code, featureDigitTimeoutMs)
    channel.held = held
    this.#keepTime(channel, featureDigitTimeoutMs)
    for (const one of passed) this.#pass(channel, one)
    if (matched) {
      this.#recordings.act(channel, actionOfCode(channel.recording.state, this.#directory.dialect()), false)
    }
  }

  /** Held digits that no further digit follows go to the other party after all. */
  #keepTime(channel: CallChannel, timeoutMs: number): void {
    if (channel.heldTimer !== null) clearTimeout(channel.heldTimer)
    channel.heldTimer = null
    if (channel.held.digits === '') return
    channel.heldTimer = setTimeout(() => {
      const { digits } = channel.held
      channel.held = nothingHeld
      for (const digit of digits) this.#pass(channel, digit)
    }, timeoutMs)
  }

  #pass(channel: CallChannel, digit: string): void {
    const { partner } = channel
    if (partner === null) return
    partner.leg?.audio.sendDigit(digit)
    this.#options.onEvent({ kind: 'dtmf', channel: partner, digit })
  }

  // The end

  #end(channel: CallChannel, how: Ending): void {
    if (!this.#channels.delete(channel.id)) return
    channel.endedAt = Date.now()
    if (channel.heldTimer !== null) clearTimeout(channel.heldTimer)
    channel.music?.stop()
    this.#recordings.finish(channel)
    channel.leg?.end(how)
    const { partner } = channel
    channel.partner = null
    channel.bridgeId = null
    if (partner !== null) {
      partner.partner = null
      partner.bridgeId = null
    }
    if (channel.announced) this.#options.onEvent({ kind: 'ended', channel, cause: how.cause })
    this.#leaveAttempts(channel)
    if (partner !== null) this.#end(partner, normal)
    this.#closeConversation(channel.linkedId)
  }

  #leaveAttempts(channel: CallChannel): void {
    const own = this.#attempts.get(channel)
    if (own !== undefined) this.#stopRinging(own, normal)
    const other = this.#attemptOf(channel)
    if (other === null) return
    other.ringing.delete(channel)
    if (other.ringing.size === 0) this.#giveUp(other, { code: 480, cause: 19 })
  }

  #closeConversation(linkedId: string): void {
    const channels = this.#conversations.get(linkedId)
    if (channels === undefined || channels.some(channel => channel.endedAt === null)) return
    this.#conversations.delete(linkedId)
    const announced = channels.filter(channel => channel.announced)
    if (announced.length === 0) return
    this.#options.onEvent({ kind: 'conversationEnded', conversation: { linkedId, channels: announced } })
  }

  #announce(channel: CallChannel, status: 'Ring' | 'Ringing'): void {
    channel.announced = true
    channel.status = status
    this.#tell('created', channel)
  }

  #tell(kind: 'created' | 'updated' | 'answered' | 'held' | 'resumed', channel: CallChannel): void {
    this.#options.onEvent({ kind, channel })
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
