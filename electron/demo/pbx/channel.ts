/** One channel as the PBX keeps it: what the machine says of it, its leg, its file, and the way of its audio. */
import { type Channel, type ChannelStatus, type Line, type RecordState, type Take } from '../telephony.ts'
import { decodeMulaw, encodeMulaw } from './g711.ts'
import { type AudioFrame, type Leg } from './leg.ts'
import { type ChannelState } from './machine.ts'
import { type Player } from './player.ts'
import { type Recorder } from './recorder.ts'
import { type Party } from './routes.ts'

export class CallChannel implements Channel {
  readonly takes: Take[] = []
  recorder: Recorder | null = null
  heldTimer: NodeJS.Timeout | null = null
  /** Plays to this channel while its partner holds the call. */
  music: Player | null = null
  /** As of the event that is told just now. */
  state: ChannelState
  readonly #find: (id: string) => CallChannel | null
  #leg: Leg | null = null
  /** A sound that is laid over what the phone hears. */
  #overlay: Int16Array = new Int16Array(0)

  constructor(state: ChannelState, find: (id: string) => CallChannel | null) {
    this.state = state
    this.#find = find
  }

  get id(): string {
    return this.state.id
  }

  get linkedId(): string {
    return this.state.linkedId
  }

  get line(): Line | null {
    return this.state.line
  }

  get isCaller(): boolean {
    return this.state.isCaller
  }

  get dialed(): string {
    return this.state.dialed
  }

  get self(): Party {
    return this.state.self
  }

  get peer(): Party {
    return this.state.peer
  }

  get status(): ChannelStatus {
    return this.state.status
  }

  get createdAt(): number {
    return this.state.createdAt
  }

  get answeredAt(): number | null {
    return this.state.answeredAt
  }

  get endedAt(): number | null {
    return this.state.endedAt
  }

  get onHold(): boolean {
    return this.state.onHold
  }

  get muted(): boolean {
    return this.state.muted
  }

  get bridgeId(): string | null {
    return this.state.bridgeId
  }

  get bridgedWith(): string | null {
    return this.state.bridgedWith
  }

  get partner(): CallChannel | null {
    return this.state.bridgedWith === null ? null : this.#find(this.state.bridgedWith)
  }

  get sipCallId(): string | null {
    return this.#leg?.sipCallId ?? null
  }

  get recordState(): RecordState {
    return this.endedAt === null ? this.state.recording.state : 'inactive'
  }

  /** Null until `attach`. */
  get leg(): Leg | null {
    return this.#leg
  }

  /** Joins the leg; its speech flows from now on. */
  attach(leg: Leg, onDigit: (digit: string) => void): void {
    this.#leg = leg
    leg.audio.onFrame = frame => this.#speaks(frame)
    leg.audio.onDigit = onDigit
  }

  /** Speech to the phone. It is recorded also while the phone holds the call. */
  hear(frame: AudioFrame): void {
    this.recorder?.far(frame)
    if (!this.onHold) this.#leg?.audio.send(this.#overlaid(frame))
  }

  /** Lays a sound over what the phone hears next. */
  overlay(sound: Int16Array): void {
    this.#overlay = sound
  }

  #speaks(frame: AudioFrame): void {
    if (this.muted) return
    this.recorder?.near(frame)
    if (!this.onHold) this.partner?.hear(frame)
  }

  #overlaid(frame: AudioFrame): AudioFrame {
    if (this.#overlay.length === 0) return frame
    const over = this.#overlay
    const mixed = decodeMulaw(frame.payload).map((sample, at) =>
      Math.max(-32768, Math.min(32767, sample + (over[at] ?? 0))),
    )
    this.#overlay = over.subarray(mixed.length)
    return { ...frame, payload: encodeMulaw(mixed) }
  }
}
