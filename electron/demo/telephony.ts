/**
 * The seam between the demo server's two halves: the PBX (`pbx/`: SIP, audio, recording files) and the platform
 * (REST, events, call log). Types only. The PBX knows no HTTP; the platform knows no SIP.
 */
import { type WebSocket } from 'ws'

/** A user's line. A `desk` line has no SIP here: it is a plain phone whose calls appear through the API alone. */
export interface Line {
  /** Numeric line id, as confd gives it. */
  readonly id: number
  readonly kind: 'webrtc' | 'desk'
  readonly userUuid: string
  readonly extension: string
  readonly displayName: string
  /** SIP user name (`auth_section_options`), and its secret. */
  readonly username: string
  readonly secret: string
  /** wazo-phoned knows this phone: it can be answered and held through calld. */
  readonly phoned?: true
}

/** Asterisk's words for a channel that calld repeats as `status`. */
export type ChannelStatus = 'Ring' | 'Ringing' | 'Up' | 'Down'
/** calld's `record_state`. */
export type RecordState = 'inactive' | 'active' | 'paused'
export type RecordAction = 'start' | 'stop' | 'pause' | 'resume'

/** One take: a file from start to stop; pauses append to it. */
export interface Take {
  /** The recording's uuid: the base name of `file`. */
  readonly uuid: string
  /** Absolute path of the WAV, in the monitor folder. */
  readonly file: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  endedAt: number | null
}

/** A user's own channel of a call (his leg), or the demo extension's (`line` null). A live view: read it, do not keep copies. */
export interface Channel {
  /** Asterisk's unique id, `<epoch seconds>.<n>`; calld's `call_id`. */
  readonly id: string
  /** The first channel's id of the conversation; calld's `conversation_id`. */
  readonly linkedId: string
  readonly line: Line | null
  readonly isCaller: boolean
  readonly status: ChannelStatus
  /** What was dialled. */
  readonly dialed: string
  /** Who this channel shows as its own caller id, and who it talks to. */
  readonly self: { readonly name: string; readonly number: string }
  readonly peer: { readonly name: string; readonly number: string }
  /** SIP Call-ID of this leg; null on a desk phone. */
  readonly sipCallId: string | null
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly answeredAt: number | null
  readonly endedAt: number | null
  readonly onHold: boolean
  readonly muted: boolean
  /** The channel that it is bridged with, while it is. */
  readonly bridgedWith: string | null
  readonly bridgeId: string | null
  readonly recordState: RecordState
  readonly takes: readonly Take[]
}

/** A transfer by calld while it lives. */
export interface ApiTransfer {
  readonly id: string
  readonly initiator: Channel
  readonly transferredCall: string
  readonly recipientCall: string | null
  readonly status: 'starting' | 'ringback' | 'answered' | 'blind_transferred' | 'abandoned' | 'ended'
  readonly flow: 'blind' | 'attended'
}

/** A whole conversation, told once its last channel has ended. */
export interface Conversation {
  readonly linkedId: string
  /** In order of creation: the caller first. */
  readonly channels: readonly Channel[]
}

/** What the PBX tells, in the order in which it happens. */
export type PbxEvent =
  | { readonly kind: 'created' | 'updated' | 'answered' | 'held' | 'resumed'; readonly channel: Channel }
  /** `cause`: Q.850, 16 = normal. */
  | { readonly kind: 'ended'; readonly channel: Channel; readonly cause: number }
  | { readonly kind: 'dtmf'; readonly channel: Channel; readonly digit: string }
  /** `resumed` also for a start after an earlier pause and resume on this channel: Wazo's misnomer (wazo 4.5). */
  | {
      readonly kind: 'recording'
      readonly channel: Channel
      readonly what: 'started' | 'paused' | 'resumed' | 'stopped'
    }
  | {
      readonly kind: 'transfer'
      readonly what: 'created' | 'updated' | 'answered' | 'completed' | 'cancelled' | 'abandoned'
      readonly transfer: ApiTransfer
    }
  | { readonly kind: 'conversationEnded'; readonly conversation: Conversation }

/** How the PBX answers a command; the platform turns it into a status and a body. */
export type PbxAnswer = 'ok' | 'no-such-call' | 'recording-unauthorized' | 'recording-not-started' | 'amid-error'

/** What the PBX asks of the platform's data. Read anew at each call, as Asterisk's AGI does. */
export interface Directory {
  lineByUsername(username: string): Line | null
  lineByExtension(extension: string): Line | null
  /** `online_call_record_enabled`: may this line's user record a call on demand? Read when a channel is created. */
  mayRecord(line: Line): boolean
  /** The four permanent flags say that a call of this line is recorded automatically. */
  recordsAutomatically(line: Line, direction: 'outgoing' | 'incoming', zone: 'internal' | 'external'): boolean
  /** `*26`: the new value of all four is NOT(all four are on); returns it. */
  togglePermanent(line: Line): boolean
  /** The codes, as an administrator set them; `permanent` null = the feature is switched off (404). */
  codes(): { readonly permanent: string | null; readonly onDemand: string }
  /** `pause` (25.03 and later): start, then pause and resume. `stop` (before): start, then stop. */
  dialect(): 'pause' | 'stop'
}

export interface PbxOptions {
  readonly directory: Directory
  /** Absolute folder for takes: `<uuid>.wav`. */
  readonly monitorFolder: string
  /** Raw mu-law 8 kHz mono that the demo extension plays. */
  readonly greeting: Uint8Array
  /** Milliseconds that two digits of a code may be apart; Wazo: 1500. */
  readonly featureDigitTimeoutMs: number
  readonly onEvent: (event: PbxEvent) => void
}

export interface Pbx {
  /** Takes a WebSocket whose subprotocol `sip` was already agreed (a `ws` socket). */
  accept(socket: WebSocket): void
  /** Channels that live now. */
  channels(): readonly Channel[]
  channel(id: string): Channel | null
  /** calld record/*; the table of wazo.md 4.3 with section 0a. */
  record(channelId: string, action: RecordAction): PbxAnswer
  /** calld dtmf: the digits go to the peer, never to the feature codes (wazo.md 0a). */
  dtmf(channelId: string, digits: string): PbxAnswer
  hangUp(channelId: string): PbxAnswer
  mute(channelId: string, on: boolean): PbxAnswer
  hold(channelId: string, on: boolean): PbxAnswer
  /** calld transfers: passes the other side of a channel on. */
  readonly transfers: {
    list(): readonly ApiTransfer[]
    start(
      channelId: string,
      extension: string,
      flow: ApiTransfer['flow'],
    ): ApiTransfer | 'no-such-call' | 'invalid-extension'
    end(id: string, userUuid: string, how: 'complete' | 'cancel'): 'ok' | 'no-such-transfer' | 'not-yours'
  }
  /** calld originate: the line's own phone rings first (a desk phone picks up by itself after a moment), then the number is called. */
  originate(line: Line, extension: string): Channel | 'invalid-extension' | 'call-origin-unavailable'
  /** What a person does at a desk phone or what a remote party does: for tests and the demo. */
  deskPhone: {
    /** Dial from a desk line. */
    dial(line: Line, extension: string): Channel | 'invalid-extension'
    answer(channelId: string): PbxAnswer
    /** Digits pressed on the phone's keys: these do trigger the feature codes. */
    press(channelId: string, digits: string): PbxAnswer
  }
  /** A call from outside to a line (or from the demo extension): rings it. */
  ring(line: Line, from: { readonly name: string; readonly number: string }): Channel | 'call-origin-unavailable'
  /** Usernames that are registered now. */
  registered(): readonly string[]
  /** Drops each SIP socket with this close code, or refuses new ones while `refuse` is on. */
  cutSockets(code: number): void
  close(): Promise<void>
}
