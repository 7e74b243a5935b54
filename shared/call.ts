/** A live call of the user, as every window sees it. */
import { z } from 'zod'
import { Due, Zone } from './automatic.ts'
import { PhoneHold, Transfer } from './phone.ts'
import { CallAudio } from './quality.ts'
import { RecordingView } from './recording/view.ts'
import { Span } from './timeline.ts'

/**
 * Where the user's leg lives: on this computer's phone, or on another of his devices. `stopped`: this computer's phone had
 * it and stopped, so that nobody hears anybody; the server has it still.
 */
export const CallDevice = z.enum(['here', 'elsewhere', 'stopped'])

export const CallStatus = z.enum([
  'dialing', // sent, and nobody said yet that it rings
  'ringing-out', // the other side rings
  'ringing-in', // we are called
  'up',
])
export type CallStatus = z.infer<typeof CallStatus>

export const CallAbilities = z.object({
  answer: z.boolean(),
  hold: z.boolean(),
  mute: z.boolean(),
  keypad: z.boolean(),
  transfer: z.boolean(),
})
export type CallAbilities = z.infer<typeof CallAbilities>

export const CallView = z.object({
  /** Ours: stable for the call's life. */
  id: z.string(),
  /** Wazo's name of the conversation, which all its legs share; null where there is none. */
  conversation: z.string().nullable(),
  device: CallDevice,
  status: CallStatus,
  outgoing: z.boolean(),
  /** Hostile input: shown as text only. */
  peer: z.object({ name: z.string(), number: z.string() }),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  answeredAt: z.number().nullable(),
  muted: z.boolean(),
  /** Own hold, from the press on: this is not the call one talks in. */
  onHold: z.boolean(),
  /** How far own hold is, on this computer or on another device. */
  hold: PhoneHold,
  /** When the user last began to talk in it: he placed, answered or resumed it. Null while it only rings. */
  spokenAt: z.number().nullable(),
  /** What works for this call, where it is. */
  can: CallAbilities,
  /** Its sound on this computer; null = it is elsewhere, or nothing can be said of it (yet). */
  audio: CallAudio.nullable(),
  transfer: Transfer.nullable(),
  /** What a transfer by the user does to his recording of this call. */
  recordingAfterTransfer: z.enum(['ends', 'may-go-on']),
  /** Id of the call for whose transfer this one asks; null = it is a call of its own. */
  consultFor: z.string().nullable(),
  /** The code that switches permanent recording was dialled: it is no conversation. */
  isCode: z.boolean(),
  zone: Zone,
  /** Automatic recording, as it was set when this call began. `missing`: due, and surely not there. */
  automatic: Due.extend({ missing: z.boolean() }),
  recording: RecordingView,
  /** Moments of it that the user marked. */
  marks: z.number().int().nonnegative(),
  /** What a Wazo server calls this leg; null where there is none. For Details. */
  serverId: z.string().nullable(),
})
export type CallView = z.infer<typeof CallView>

/** What was asked of a call's recording, and what came of it. */
export const AskedFor = z.object({
  /** When Record was last pressed, and by which way it went; null = it could not be sent. */
  at: z.number(),
  route: RecordingView.shape.route,
  /** Null: nothing was refused; either it was recorded or the call ended before. */
  refusal: RecordingView.shape.refusal,
})
export type AskedFor = z.infer<typeof AskedFor>

/** A call that has ended: all its legs, joined. */
export const LastCall = z.object({
  id: z.string(),
  /** Wazo's name of the conversation, which all its legs share, also in the call log; null where there is none. */
  conversation: z.string().nullable(),
  peer: z.object({ name: z.string(), number: z.string() }),
  outgoing: z.boolean(),
  startedAt: z.number(),
  endedAt: z.number(),
  /**
   * `refused`: by the server or the other side, which `callFailure` tells. `elsewhere`: on another device of the user's.
   * `phone-stopped`: this computer's phone stopped in it, and it may go on at the server.
   */
  end: z.enum(['talked', 'phone-stopped', 'elsewhere', 'not-answered', 'declined', 'refused']),
  /** From the first answer to the last end; 0 = not answered. */
  callMs: z.number(),
  recordedMs: z.number(),
  pauses: z.number(),
  timeline: z.array(Span),
  /** Names of the files that were seen to be written for it, in their order; only where a folder is watched. */
  files: z.array(z.string()),
  /** False: nothing on this server could prove a recording. */
  provable: z.boolean(),
  asked: AskedFor.nullable(),
  /** The user may not record this call: the server said so, or it was known before. */
  forbidden: z.boolean(),
  /** When a code that proves nothing was last sent. */
  sentAt: z.number().nullable(),
  /** Was automatic recording set for this call when it began? Null: not known. */
  due: z.enum(['yes', 'maybe', 'no']).nullable(),
})
export type LastCall = z.infer<typeof LastCall>
