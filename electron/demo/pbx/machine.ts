/**
 * The call-and-recording machine: channels, what they record and which digits they hold, as data. Pure:
 * `(machine, input, now) -> machine + what then happens, in order`. The PBX carries it out on phones and files
 * (channels.ts). The order of events is that of real Wazo services (scenarios 04, 08, 09, 11, 13, 20).
 */
import { type ChannelStatus, type Line, type PbxAnswer, type RecordAction } from '../telephony.ts'
import { type HeldDigits, nothingHeld, press } from './features.ts'
import { type Ending } from './leg.ts'
import { actionOfCode, type Effect, neverRecorded, type RecordingState, step } from './recordingState.ts'
import { type Party } from './routes.ts'

/** What is known of a channel when it is made. */
export interface ChannelSetup {
  readonly id: string
  /** The conversation; the channel's own id begins one. */
  readonly linkedId: string
  readonly line: Line | null
  readonly isCaller: boolean
  readonly dialed: string
  readonly self: Party
  readonly peer: Party
  /** May its user record on demand? As it was when the channel was made. */
  readonly mayRecord: boolean
}

export interface ChannelState extends ChannelSetup {
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly status: ChannelStatus
  readonly answeredAt: number | null
  readonly endedAt: number | null
  readonly onHold: boolean
  readonly muted: boolean
  readonly bridgeId: string | null
  readonly bridgedWith: string | null
  /** `created` was told. */
  readonly announced: boolean
  readonly recording: RecordingState
  readonly held: HeldDigits
}

/** By id, in order of creation; one that ended stays until its conversation does. */
export type Machine = ReadonlyMap<string, ChannelState>

export const idle: Machine = new Map()

/** What the digits mean. */
export interface Codes {
  readonly onDemand: string
  readonly dialect: 'pause' | 'stop'
  /** Milliseconds that two digits of a code may be apart. */
  readonly digitTimeoutMs: number
}

export type Input =
  | { readonly do: 'open'; readonly channel: ChannelSetup }
  /** `announce`: a phone dials. `route`: phones are sought for it. `ring`: one of them rings; only the first time counts. */
  | { readonly do: 'announce' | 'route' | 'ring' | 'answer'; readonly id: string }
  /** What was dialled is known only now. */
  | { readonly do: 'redirect'; readonly id: string; readonly dialed: string }
  /** A callee was picked up. `records`: the channel that is recorded by a permanent flag. */
  | {
      readonly do: 'connect'
      readonly id: string
      readonly callee: string
      readonly bridgeId: string
      readonly records: string | null
      readonly fileFails?: true
    }
  /** Passes the other side on: it stays, alone, and this channel ends. `to`: whom the other side sees from now on. */
  | { readonly do: 'pass on'; readonly id: string; readonly to: Party }
  /** Passes the other side on to that of another call; both channels of the one who does it end. */
  | { readonly do: 'join'; readonly id: string; readonly other: string; readonly bridgeId: string }
  /** Leaves the other side alone, on hold, or comes back to it. */
  | { readonly do: 'leave'; readonly id: string }
  | { readonly do: 'return'; readonly id: string; readonly to: string; readonly bridgeId: string }
  | { readonly do: 'hold' | 'mute'; readonly id: string; readonly on: boolean }
  /** `fileFails`: what it does to the file cannot be done. */
  | { readonly do: 'record'; readonly id: string; readonly action: RecordAction; readonly fileFails?: true }
  /** Its file takes nothing more. */
  | { readonly do: 'break'; readonly id: string }
  /** A digit of a phone. */
  | {
      readonly do: 'press'
      readonly id: string
      readonly digit: string
      readonly codes: Codes
      readonly fileFails?: true
    }
  /** No further digit followed in time: what is held goes to the other party. */
  | { readonly do: 'release'; readonly id: string }
  /** Digits past the feature codes, straight to the other party. */
  | { readonly do: 'send'; readonly id: string; readonly digits: string }
  | { readonly do: 'end'; readonly id: string; readonly how: Ending }

/** An event, with the channel as it was at that moment; or an order to the phone or the file of a channel. */
export type Outcome =
  | { readonly kind: 'created' | 'updated' | 'answered' | 'held' | 'resumed'; readonly channel: ChannelState }
  | { readonly kind: 'ended'; readonly channel: ChannelState; readonly cause: number }
  | { readonly kind: 'dtmf'; readonly channel: ChannelState; readonly digit: string }
  | {
      readonly kind: 'recording'
      readonly channel: ChannelState
      readonly what: 'started' | 'paused' | 'resumed' | 'stopped'
    }
  /** All channels of it, also those of which nothing was told. */
  | { readonly kind: 'conversationEnded'; readonly linkedId: string; readonly channels: readonly ChannelState[] }
  | { readonly kind: 'bridge'; readonly channels: readonly [ChannelState, ChannelState] }
  | { readonly kind: 'hang up'; readonly channel: ChannelState; readonly how: Ending }
  | { readonly kind: 'answer' | 'beep' | 'left'; readonly channel: ChannelState }
  | { readonly kind: 'file'; readonly channel: ChannelState; readonly effect: Effect }
  | { readonly kind: 'digit'; readonly channel: ChannelState; readonly digit: string }

export interface Turn {
  readonly machine: Machine
  readonly outcomes: readonly Outcome[]
  readonly answer: PbxAnswer
}

/** A leg that is hung up: the code for one that was not answered yet. */
export const normal: Ending = { code: 487, cause: 16 }

/** One input. On a channel that does not live it changes nothing and answers `no-such-call`. */
export function advance(machine: Machine, input: Input, now: number): Turn {
  const work = new Work(machine, now)
  const answer = work.take(input)
  return { machine: work.channels, outcomes: work.outcomes, answer }
}

/** One turn while it is worked out. */
class Work {
  readonly channels: Map<string, ChannelState>
  readonly outcomes: Outcome[] = []
  readonly #now: number

  constructor(machine: Machine, now: number) {
    this.channels = new Map(machine)
    this.#now = now
  }

  take(input: Input): PbxAnswer {
    if (input.do === 'open') {
      this.#open(input.channel)
      return 'ok'
    }
    const channel = this.#live(input.id)
    if (channel === null) return 'no-such-call'
    switch (input.do) {
      case 'announce':
        this.#announce(channel, 'Ring')
        return 'ok'
      case 'route':
        this.#tell('updated', channel)
        return 'ok'
      case 'ring':
        this.#ring(channel)
        return 'ok'
      case 'answer':
        this.#answer(channel)
        return 'ok'
      case 'redirect':
        this.#set(channel, { dialed: input.dialed })
        return 'ok'
      case 'connect':
        return this.#connect(channel, input)
      case 'pass on': {
        const other = this.#part(channel)
        if (other === null) return 'no-such-call'
        this.#end(this.#change(channel.id, {}), normal)
        this.#tell('updated', this.#change(other.id, { peer: input.to }))
        return 'ok'
      }
      case 'join':
        return this.#join(channel, input.other, input.bridgeId)
      case 'leave':
        return this.#part(channel) === null ? 'no-such-call' : 'ok'
      case 'return': {
        const other = this.#live(input.to)
        if (other === null) return 'no-such-call'
        this.#bridge(channel, other, input.bridgeId)
        return 'ok'
      }
      case 'hold':
        if (channel.onHold !== input.on) {
          this.#tell(input.on ? 'held' : 'resumed', this.#set(channel, { onHold: input.on }))
        }
        return 'ok'
      case 'mute':
        this.#tell('updated', this.#set(channel, { muted: input.on }))
        return 'ok'
      case 'record':
        return channel.mayRecord
          ? this.#record(channel, input.action, input.fileFails ?? false)
          : 'recording-unauthorized'
      case 'break':
        this.#break(channel)
        return 'ok'
      case 'press':
        this.#press(channel, input.digit, input.codes, input.fileFails ?? false)
        return 'ok'
      case 'release':
        this.#set(channel, { held: nothingHeld })
        for (const digit of channel.held.digits) this.#pass(channel, digit)
        return 'ok'
      case 'send':
        for (const digit of input.digits) {
          this.outcomes.push({ kind: 'dtmf', channel, digit })
          this.#pass(channel, digit)
        }
        return 'ok'
      case 'end':
        this.#end(channel, input.how)
        return 'ok'
    }
  }

  #live(id: string): ChannelState | null {
    const channel = this.channels.get(id)
    return channel?.endedAt === null ? channel : null
  }

  #set(channel: ChannelState, change: Partial<ChannelState>): ChannelState {
    const next = { ...channel, ...change }
    this.channels.set(channel.id, next)
    return next
  }

  #tell(kind: 'created' | 'updated' | 'answered' | 'held' | 'resumed', channel: ChannelState): void {
    this.outcomes.push({ kind, channel })
  }

  #open(setup: ChannelSetup): void {
    this.channels.set(setup.id, {
      ...setup,
      createdAt: this.#now,
      status: 'Down',
      answeredAt: null,
      endedAt: null,
      onHold: false,
      muted: false,
      bridgeId: null,
      bridgedWith: null,
      announced: false,
      recording: neverRecorded,
      held: nothingHeld,
    })
  }

  #announce(channel: ChannelState, status: 'Ring' | 'Ringing'): ChannelState {
    const announced = this.#set(channel, { announced: true, status })
    this.#tell('created', announced)
    return announced
  }

  #ring(channel: ChannelState): ChannelState {
    if (channel.announced) return channel
    // A channel that is called is told of before it rings, and before it was told that it was created.
    this.#tell('updated', channel)
    const ringing = this.#announce(channel, 'Ringing')
    this.#tell('updated', ringing)
    return ringing
  }

  #answer(channel: ChannelState): ChannelState {
    const ringing = this.#ring(channel)
    this.outcomes.push({ kind: 'answer', channel: ringing })
    const up = this.#set(ringing, { status: 'Up' })
    this.#tell('updated', up)
    const answered = this.#set(up, { answeredAt: this.#now })
    this.#tell('answered', answered)
    return answered
  }

  #connect(
    from: ChannelState,
    input: {
      readonly callee: string
      readonly bridgeId: string
      readonly records: string | null
      readonly fileFails?: true
    },
  ): PbxAnswer {
    const called = this.#live(input.callee)
    if (called === null) return 'no-such-call'
    this.#answer(called)
    const recorded = input.records === null ? null : this.#live(input.records)
    if (recorded !== null) this.#record(recorded, 'start', input.fileFails ?? false)
    const { id } = from
    const { callee, bridgeId } = input
    const caller = this.#change(id, { bridgeId, bridgedWith: callee })
    this.outcomes.push({ kind: 'bridge', channels: [caller, this.#change(callee, { bridgeId, bridgedWith: id })] })
    const up = caller.status === 'Up' ? caller : this.#answer(caller)
    if (caller.status === 'Up') this.#tell('updated', up)
    this.#tell('updated', up)
    this.#tell('updated', this.#change(callee, {}))
    return 'ok'
  }

  /** Changes a channel that is there. */
  #change(id: string, change: Partial<ChannelState>): ChannelState {
    const channel = this.channels.get(id)
    if (channel === undefined) throw new Error(`There is no channel ${id}`)
    return this.#set(channel, change)
  }

  /**
   * A file that cannot be opened answers `amid-error` and changes nothing, as when MixMonitor fails; one that cannot be
   * written to its end answers the same, and that recording is over.
   */
  #record(channel: ChannelState, action: RecordAction, fileFails: boolean): PbxAnswer {
    const { answer, next, effect, tell } = step(channel.recording, action)
    if (effect === null || tell === null) return answer
    if (fileFails) {
      if (effect === 'suspend' || effect === 'close') this.#break(channel)
      return 'amid-error'
    }
    this.outcomes.push({ kind: 'file', channel, effect })
    const recorded = this.#set(channel, { recording: next })
    this.#tell('updated', recorded)
    this.outcomes.push({ kind: 'recording', channel: recorded, what: tell }, { kind: 'beep', channel: recorded })
    return answer
  }

  #break(channel: ChannelState): void {
    const broken = this.#set(channel, { recording: { ...channel.recording, state: 'inactive' } })
    this.#tell('updated', broken)
    this.outcomes.push({ kind: 'recording', channel: broken, what: 'stopped' })
  }

  /** Takes a channel and its other side out of their bridge; both live on. */
  #part(channel: ChannelState): ChannelState | null {
    const other = channel.bridgedWith === null ? null : this.#live(channel.bridgedWith)
    if (other === null) return null
    const alone = { bridgeId: null, bridgedWith: null }
    this.outcomes.push({ kind: 'bridge', channels: [this.#set(channel, alone), this.#set(other, alone)] })
    return other
  }

  #bridge(one: ChannelState, other: ChannelState, bridgeId: string): void {
    const first = this.#change(one.id, { bridgeId, bridgedWith: other.id })
    const second = this.#change(other.id, { bridgeId, bridgedWith: one.id })
    this.outcomes.push({ kind: 'bridge', channels: [first, second] })
    this.#tell('updated', first)
    this.#tell('updated', second)
  }

  /** The two who are left speak with each other, as one conversation: that of the older call (Asterisk's linked id). */
  #join(channel: ChannelState, id: string, bridgeId: string): PbxAnswer {
    const asking = this.#live(id)
    if (asking === null) return 'no-such-call'
    const passed = this.#part(channel)
    const asked = this.#part(asking)
    if (passed === null || asked === null) return 'no-such-call'
    for (const one of [...this.channels.values()])
      if (one.linkedId === asking.linkedId) this.#set(one, { linkedId: channel.linkedId })
    this.#end(this.#change(channel.id, {}), normal)
    this.#end(this.#change(id, {}), normal)
    const one = this.#change(passed.id, { peer: asked.self })
    this.#bridge(one, this.#change(asked.id, { peer: passed.self }), bridgeId)
    return 'ok'
  }

  #press(channel: ChannelState, digit: string, codes: Codes, fileFails: boolean): void {
    this.outcomes.push({ kind: 'dtmf', channel, digit })
    // Feature codes work in a bridge only (wazo.md 4.1).
    if (channel.bridgedWith === null) return
    const code = channel.line === null ? '' : codes.onDemand
    const { held, passed, matched } = press(channel.held, digit, this.#now, code, codes.digitTimeoutMs)
    const pressed = this.#set(channel, { held })
    for (const one of passed) this.#pass(pressed, one)
    if (!matched || !pressed.mayRecord) return
    this.#record(pressed, actionOfCode(pressed.recording.state, codes.dialect), fileFails)
  }

  #pass({ bridgedWith }: ChannelState, digit: string): void {
    const partner = bridgedWith === null ? null : this.#live(bridgedWith)
    if (partner === null) return
    this.outcomes.push({ kind: 'digit', channel: partner, digit }, { kind: 'dtmf', channel: partner, digit })
  }

  /** Ends a channel and the one that it is bridged with. */
  #end(channel: ChannelState, how: Ending): void {
    const partner = channel.bridgedWith === null ? null : this.#live(channel.bridgedWith)
    const ended = this.#set(channel, { endedAt: this.#now, bridgedWith: null, bridgeId: null })
    this.outcomes.push({ kind: 'hang up', channel: ended, how })
    if (channel.announced) this.outcomes.push({ kind: 'ended', channel: ended, cause: how.cause })
    this.outcomes.push({ kind: 'left', channel: ended })
    if (partner !== null) this.#end(this.#set(partner, { bridgedWith: null, bridgeId: null }), normal)
    this.#closeConversation(channel.linkedId)
  }

  #closeConversation(linkedId: string): void {
    const channels = [...this.channels.values()].filter(channel => channel.linkedId === linkedId)
    if (channels.length === 0 || channels.some(channel => channel.endedAt === null)) return
    for (const { id } of channels) this.channels.delete(id)
    this.outcomes.push({ kind: 'conversationEnded', linkedId, channels })
  }
}
