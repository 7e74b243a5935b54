/**
 * A model of the server: the demo's own call-and-recording machine with the run's clock, and what of it reaches one user
 * as events, answers and files.
 */
import { type Seen } from '../../shared/recording/state.ts'
import { type ServerCall } from '../calls/ports.ts'
import { serverCall } from '../calls/wazoServer.ts'
import { advance, type ChannelState, idle, type Input, type Machine, type Outcome } from '../demo/pbx/machine.ts'
import { type Line, type PbxAnswer } from '../demo/telephony.ts'
import { BEGAN, type LampClock } from './clock.ts'
import { type Profile } from './profiles.ts'

const line = (id: number, extension: string): Line => ({
  id,
  kind: 'webrtc',
  userUuid: `user-${id}`,
  extension,
  displayName: extension,
  username: extension,
  secret: '',
})
/** The user of the run, and everybody else. */
export const MINE = line(1, '1042')
export const THEIRS = line(2, '1050')

const SEEN: Readonly<Record<ChannelState['recording']['state'], Seen>> = {
  inactive: 'off',
  active: 'recording',
  paused: 'paused',
}

/** What a channel truly is at this moment. */
export const truthOf = (channel: ChannelState): Seen =>
  channel.endedAt === null ? SEEN[channel.recording.state] : 'off'

/** What the event stream says to the user. `seen`: as it was `at` that moment of true time. */
export type Told =
  | {
      readonly kind: 'call'
      readonly id: string
      readonly call: ServerCall
      readonly seen: Seen
      readonly at: number
    }
  | { readonly kind: 'ended' | 'hint'; readonly id: string; readonly at: number }
  | { readonly kind: 'key'; readonly id: string; readonly key: string; readonly at: number }

/** What a call begins with. */
export interface Beginning {
  /** Ours dials. */
  readonly outgoing: boolean
  readonly mayRecord: boolean
  readonly automatic: boolean
  readonly sipCallId: string | null
}

export class ModelServer {
  readonly #profile: Profile
  readonly #clock: LampClock
  readonly #onTold: (told: Told) => void
  readonly #sip = new Map<string, string | null>()
  readonly #automatic = new Set<string>()
  #machine: Machine = idle
  #last = 0

  constructor(profile: Profile, clock: LampClock, onTold: (told: Told) => void) {
    this.#profile = profile
    this.#clock = clock
    this.#onTold = onTold
  }

  /** The user's channels that live, oldest first. */
  mine(): readonly ChannelState[] {
    return [...this.#machine.values()].filter(channel => channel.line === MINE && channel.endedAt === null)
  }

  channel(id: string): ChannelState | null {
    const channel = this.#machine.get(id)
    return channel?.endedAt === null ? channel : null
  }

  /** What `GET /users/me/calls` answers now. */
  list(): readonly ServerCall[] {
    return this.mine().map(channel => this.#shown(channel))
  }

  turn(input: Input): PbxAnswer {
    const { machine, outcomes, answer } = advance(this.#machine, input, this.#clock.elapsed)
    this.#machine = machine
    for (const outcome of outcomes) this.#tell(outcome)
    return answer
  }

  /** A call begins; the other side rings, or ours. @returns the id of the user's channel */
  begin({ outgoing, mayRecord, automatic, sipCallId }: Beginning): string {
    const linkedId = `1795600000.${++this.#last}`
    const other = `1795600000.${++this.#last}`
    const [self, peer] = [
      { name: '', number: MINE.extension },
      { name: '', number: THEIRS.extension },
    ]
    const mine = outgoing ? linkedId : other
    this.#sip.set(mine, sipCallId)
    if (automatic) this.#automatic.add(mine)
    const sides = { mine: { line: MINE, self, peer }, theirs: { line: THEIRS, self: peer, peer: self } }
    const [caller, callee] = outgoing ? [sides.mine, sides.theirs] : [sides.theirs, sides.mine]
    const dialed = callee.self.number
    const common = { linkedId, dialed, mayRecord: mayRecord || !this.#profile.permission }
    this.turn({ do: 'open', channel: { ...common, ...caller, id: linkedId, isCaller: true } })
    this.turn({ do: 'announce', id: linkedId })
    this.turn({ do: 'route', id: linkedId })
    this.turn({ do: 'open', channel: { ...common, ...callee, id: other, isCaller: false } })
    this.turn({ do: 'ring', id: other })
    return mine
  }

  /** The callee picks up, whoever of the two that is. */
  answer(mine: string): void {
    const channel = this.channel(mine)
    if (channel === null || channel.bridgedWith !== null) return
    const other = [...this.#machine.values()].find(one => one.linkedId === channel.linkedId && one.id !== mine)
    if (other === undefined) return
    const [caller, callee] = channel.isCaller ? [channel, other] : [other, channel]
    const records = this.#automatic.has(mine) ? mine : null
    this.turn({ do: 'connect', id: caller.id, callee: callee.id, bridgeId: `b-${caller.id}`, records })
  }

  /** Ends a call, whether it was answered or not. */
  end(mine: string): void {
    const channel = this.channel(mine)
    if (channel === null) return
    for (const one of [...this.#machine.values()]) {
      if (one.linkedId === channel.linkedId) this.turn({ do: 'end', id: one.id, how: { code: 487, cause: 16 } })
    }
  }

  press(id: string, digit: string): void {
    const codes = { onDemand: '*3', dialect: this.#profile.dialect, digitTimeoutMs: 1500 }
    this.turn({ do: 'press', id, digit, codes })
  }

  #shown(channel: ChannelState): ServerCall {
    const call = serverCall(
      {
        id: channel.id,
        conversationId: channel.linkedId,
        status: channel.status,
        isCaller: channel.isCaller,
        onHold: channel.onHold,
        muted: channel.muted,
        recordState: channel.recording.state,
        peerName: channel.peer.name,
        peerNumber: channel.peer.number,
        dialedExtension: channel.dialed,
        sipCallId: this.#sip.get(channel.id) ?? null,
        lineId: MINE.id,
        direction: 'internal',
        talkingTo: channel.bridgedWith === null ? [] : [channel.bridgedWith],
        createdAt: channel.createdAt,
        answeredAt: channel.answeredAt,
      },
      this.#clock.elapsed,
    )
    return call
  }

  #tell(outcome: Outcome): void {
    if (!('channel' in outcome) || outcome.channel.line !== MINE) return
    const { channel } = outcome
    const { id } = channel
    const at = this.#clock.elapsed
    switch (outcome.kind) {
      case 'created':
      case 'updated':
      case 'answered':
        return this.#onTold({
          kind: 'call',
          id,
          call: { ...this.#shown(channel), stamp: BEGAN + at },
          seen: truthOf(channel),
          at,
        })
      case 'held':
      case 'resumed':
        return this.#onTold({ kind: 'hint', id, at })
      case 'recording':
        if (this.#profile.pauseApi) this.#onTold({ kind: 'hint', id, at })
        return
      case 'dtmf':
        return this.#onTold({ kind: 'key', id, key: outcome.digit, at })
      case 'ended':
        // it comes twice
        this.#onTold({ kind: 'ended', id, at })
        return this.#onTold({ kind: 'ended', id, at })
      default:
        return
    }
  }
}
