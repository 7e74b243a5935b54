/**
 * The channels that live: gives the machine its inputs, and carries out on legs, audio and files what comes of them. Who
 * rings whom is decided elsewhere (ringing.ts).
 */
import { randomUUID } from 'node:crypto'
import { type PbxAnswer, type PbxOptions, type RecordAction } from '../telephony.ts'
import { CallChannel } from './channel.ts'
import { encodeMulaw } from './g711.ts'
import { type Ending } from './leg.ts'
import {
  advance,
  type ChannelSetup,
  type ChannelState,
  type Codes,
  idle,
  type Input,
  type Machine,
  type Outcome,
  type Turn,
} from './machine.ts'
import { Player } from './player.ts'
import { type Party } from './routes.ts'
import { Recordings } from './recordings.ts'
import { beep, holdMusic } from './tones.ts'

export class Channels {
  readonly #options: PbxOptions
  readonly #recordings: Recordings
  readonly #onEnded: (channel: CallChannel) => void
  #machine: Machine = idle
  /** All that the machine knows of. */
  readonly #known = new Map<string, CallChannel>()
  /** What legs said while an input was carried out: it comes after it. */
  #waiting: Input[] | null = null
  #lastNumber = 0

  /** @param onEnded called once for each channel, when its end was told */
  constructor(options: PbxOptions, onEnded: (channel: CallChannel) => void) {
    this.#options = options
    this.#recordings = new Recordings(options.monitorFolder, ({ id }) => this.#apply({ do: 'break', id }))
    this.#onEnded = onEnded
  }

  all(): readonly CallChannel[] {
    return [...this.#known.values()].filter(channel => channel.endedAt === null)
  }

  get(id: string): CallChannel | null {
    const channel = this.#known.get(id)
    return channel?.endedAt === null ? channel : null
  }

  /** Makes a channel, of which nothing is told yet. @param linkedId the conversation; null begins one */
  open(setup: Omit<ChannelSetup, 'id' | 'linkedId' | 'mayRecord'>, linkedId: string | null): CallChannel {
    const id = `${Math.floor(Date.now() / 1000)}.${++this.#lastNumber}`
    const mayRecord = setup.line !== null && this.#options.directory.mayRecord(setup.line)
    this.#apply({ do: 'open', channel: { ...setup, id, linkedId: linkedId ?? id, mayRecord } })
    const state = this.#machine.get(id)
    if (state === undefined) throw new Error('A channel was opened in the middle of a turn')
    const channel = new CallChannel(state, other => this.get(other))
    this.#known.set(id, channel)
    return channel
  }

  /** A phone dials. */
  announce({ id }: CallChannel): void {
    this.#apply({ do: 'announce', id })
  }

  /** Phones are sought for a caller. */
  route({ id }: CallChannel): void {
    this.#apply({ do: 'route', id })
  }

  /** What an originated channel dials is known once it is answered. */
  redirect({ id }: CallChannel, dialed: string): void {
    this.#apply({ do: 'redirect', id, dialed })
  }

  /** The phone of a channel rings; only the first time counts. */
  rings({ id }: CallChannel): void {
    this.#apply({ do: 'ring', id })
  }

  /** Answers. */
  up({ id }: CallChannel): void {
    this.#apply({ do: 'answer', id })
  }

  /** A caller speaks with who picked up. @param records whose permanent flag has the call recorded */
  connect({ id }: CallChannel, callee: CallChannel, records: CallChannel | null): void {
    this.#apply({ do: 'connect', id, callee: callee.id, bridgeId: randomUUID(), records: records?.id ?? null })
  }

  /** Passes the other side on; it is the one that is answered. Null: there is none. */
  passOn(channel: CallChannel, to: Party): CallChannel | null {
    const { partner } = channel
    return this.#apply({ do: 'pass on', id: channel.id, to }) === 'ok' ? partner : null
  }

  /** Passes the other side on to that of another call. */
  join({ id }: CallChannel, other: CallChannel): PbxAnswer {
    return this.#apply({ do: 'join', id, other: other.id, bridgeId: randomUUID() })
  }

  /** Leaves the other side waiting, with music. */
  leave(channel: CallChannel): CallChannel | null {
    const { partner } = channel
    if (partner === null || this.#apply({ do: 'leave', id: channel.id }) !== 'ok') return null
    partner.music = this.#musicFor(partner)
    return partner
  }

  return({ id }: CallChannel, to: CallChannel): PbxAnswer {
    return this.#apply({ do: 'return', id, to: to.id, bridgeId: randomUUID() })
  }

  hold({ id }: CallChannel, on: boolean): PbxAnswer {
    return this.#apply({ do: 'hold', id, on })
  }

  mute({ id }: CallChannel, on: boolean): PbxAnswer {
    return this.#apply({ do: 'mute', id, on })
  }

  record({ id }: CallChannel, action: RecordAction): PbxAnswer {
    return this.#apply({ do: 'record', id, action })
  }

  /** A digit of a phone. */
  press(channel: CallChannel, digit: string, codes: Codes): void {
    const { id } = channel
    this.#apply({ do: 'press', id, digit, codes })
    if (channel.heldTimer !== null) clearTimeout(channel.heldTimer)
    channel.heldTimer = null
    if (channel.endedAt !== null || channel.state.held.digits === '') return
    channel.heldTimer = setTimeout(() => this.#apply({ do: 'release', id }), codes.digitTimeoutMs)
  }

  /** Digits past the feature codes. */
  send({ id }: CallChannel, digits: string): PbxAnswer {
    return this.#apply({ do: 'send', id, digits })
  }

  /** Ends a channel and the one that it is bridged with; nothing when it has ended already. */
  end({ id }: CallChannel, how: Ending): void {
    this.#apply({ do: 'end', id, how })
  }

  #apply(input: Input): PbxAnswer {
    if (this.#waiting !== null) {
      this.#waiting.push(input)
      return 'ok'
    }
    const waiting: Input[] = []
    this.#waiting = waiting
    try {
      const answer = this.#turn(input)
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) this.#turn(next)
      return answer
    } finally {
      this.#waiting = null
    }
  }

  #turn(input: Input): PbxAnswer {
    const { machine, outcomes, answer } = this.#withFiles(input)
    this.#machine = machine
    for (const outcome of outcomes) this.#carryOut(outcome)
    for (const state of machine.values()) this.#see(state)
    return answer
  }

  /** The files go first: where one fails, something else comes of the input. */
  #withFiles(input: Input): Turn {
    const turn = advance(this.#machine, input, Date.now())
    const done = turn.outcomes.every(outcome => {
      const channel = outcome.kind === 'file' ? this.get(outcome.channel.id) : null
      return outcome.kind !== 'file' || channel === null || this.#recordings.carryOut(channel, outcome.effect)
    })
    if (done || (input.do !== 'record' && input.do !== 'press' && input.do !== 'connect')) return turn
    return advance(this.#machine, { ...input, fileFails: true }, Date.now())
  }

  #see(state: ChannelState): CallChannel | null {
    const channel = this.#known.get(state.id) ?? null
    if (channel !== null) channel.state = state
    return channel
  }

  #carryOut(outcome: Outcome): void {
    const { onEvent } = this.#options
    if (outcome.kind === 'conversationEnded') return this.#forget(outcome.linkedId, outcome.channels)
    if (outcome.kind === 'bridge') {
      const bridged = outcome.channels.map(state => this.#see(state))
      for (const channel of bridged) {
        // who is alone hears what his other side hears no more
        if (channel?.partner === null) this.#quiet(channel)
        if (channel !== null) this.#tendMusic(channel)
      }
      return
    }
    const channel = this.#see(outcome.channel)
    if (channel === null) return
    switch (outcome.kind) {
      case 'created':
      case 'updated':
      case 'answered':
        return onEvent({ kind: outcome.kind, channel })
      case 'held':
      case 'resumed':
        onEvent({ kind: outcome.kind, channel })
        return this.#tendMusic(channel)
      case 'ended':
      case 'dtmf':
      case 'recording':
        return onEvent({ ...outcome, channel })
      case 'answer':
        return channel.leg?.answer()
      case 'beep':
        channel.overlay(beep())
        return channel.partner?.overlay(beep())
      case 'digit':
        return channel.leg?.audio.sendDigit(outcome.digit)
      case 'hang up':
        return this.#hangUp(channel, outcome.how)
      case 'left':
        return this.#onEnded(channel)
      // was done before anything was told
      case 'file':
        return
    }
  }

  #hangUp(channel: CallChannel, how: Ending): void {
    if (channel.heldTimer !== null) clearTimeout(channel.heldTimer)
    channel.music?.stop()
    this.#recordings.finish(channel)
    channel.leg?.end(how)
  }

  #forget(linkedId: string, states: readonly ChannelState[]): void {
    const channels = states.flatMap(state => this.#see(state) ?? [])
    for (const { id } of channels) this.#known.delete(id)
    const told = channels.filter(channel => channel.state.announced)
    if (told.length > 0) {
      this.#options.onEvent({ kind: 'conversationEnded', conversation: { linkedId, channels: told } })
    }
  }

  /** Music for the partner of a channel on hold, silence otherwise. */
  #tendMusic(channel: CallChannel): void {
    const listener = channel.partner
    if (listener === null) return
    listener.music?.stop()
    listener.music = channel.onHold ? this.#musicFor(listener) : null
  }

  #quiet(channel: CallChannel): void {
    channel.music?.stop()
    channel.music = null
  }

  #musicFor(listener: CallChannel): Player {
    listener.music?.stop()
    return new Player(encodeMulaw(holdMusic()), frame => listener.hear(frame), { loopAfterMs: 0 })
  }
}
