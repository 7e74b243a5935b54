/** One channel as the switchboard keeps it: its state, its leg, and the way of its audio. */
import { type Channel, type ChannelStatus, type Line, type RecordState, type Take } from '../telephony.ts'
import { decodeMulaw, encodeMulaw } from './g711.ts'
import { type HeldDigits, nothingHeld } from './features.ts'
import { type AudioFrame, type Leg } from './leg.ts'
import { type Player } from './player.ts'
import { type Recorder } from './recorder.ts'
import { neverRecorded, type RecordingState } from './recordingState.ts'
import { type Party } from './routes.ts'

export interface ChannelSetup {
  readonly id: string
  readonly linkedId: string
  readonly line: Line | null
  readonly isCaller: boolean
  readonly dialed: string
  readonly self: Party
  readonly peer: Party
  /** May its user record on demand? As it was when the channel was made. */
  readonly mayRecord: boolean
}

export class CallChannel implements Channel {
  readonly id: string
  readonly linkedId: string
  readonly line: Line | null
  readonly isCaller: boolean
  readonly mayRecord: boolean
  readonly self: Party
  readonly createdAt = Date.now()
  dialed: string
  peer: Party
  status: ChannelStatus = 'Down'
  answeredAt: number | null = null
  endedAt: number | null = null
  onHold = false
  muted = false
  bridgeId: string | null = null
  readonly takes: Take[] = []
  /** `created` was told. */
  announced = false
  partner: CallChannel | null = null
  recording: RecordingState = neverRecorded
  recorder: Recorder | null = null
  held: HeldDigits = nothingHeld
  heldTimer: NodeJS.Timeout | null = null
  /** Plays to this channel while its partner holds the call. */
  music: Player | null = null
  #leg: Leg | null = null
  /** A sound that is laid over what the phone hears. */
  #overlay: Int16Array = new Int16Array(0)

  constructor(setup: ChannelSetup) {
    this.id = setup.id
    this.linkedId = setup.linkedId
    this.line = setup.line
    this.isCaller = setup.isCaller
    this.mayRecord = setup.mayRecord
    this.dialed = setup.dialed
    this.self = setup.self
    this.peer = setup.peer
  }

  get sipCallId(): string | null {
    return this.#leg?.sipCallId ?? null
  }

  get bridgedWith(): string | null {
    return this.partner?.id ?? null
  }

  get recordState(): RecordState {
    return this.endedAt === null ? this.recording.state : 'inactive'
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
