/** A live call of the user, as every window sees it. */
import { z } from 'zod'
import { Failure } from './failure.ts'
import { RecordingView } from './recording/view.ts'

/** Where the user's leg lives: on this computer's phone, or on another of his devices. */
export const CallDevice = z.enum(['here', 'elsewhere'])

export const CallStatus = z.enum([
  'dialing', // sent, nothing heard yet
  'ringing-out', // the other side rings
  'ringing-in', // we are called
  'up',
])
export type CallStatus = z.infer<typeof CallStatus>

export const CallView = z.object({
  /** Ours: stable for the call's life. */
  id: z.string(),
  device: CallDevice,
  status: CallStatus,
  outgoing: z.boolean(),
  /** Hostile input: shown as text only. */
  peer: z.object({ name: z.string(), number: z.string() }),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  answeredAt: z.number().nullable(),
  /** Only for a call on this computer. */
  muted: z.boolean(),
  onHold: z.boolean(),
  /** The code that switches permanent recording was dialled: it is no conversation. */
  isCode: z.boolean(),
  recording: RecordingView,
  /** What a Wazo server calls this leg; null where there is none. For Details. */
  serverId: z.string().nullable(),
})
export type CallView = z.infer<typeof CallView>

/** How the last call ended, until the next one begins. */
export const LastCall = z.object({
  peer: z.object({ name: z.string(), number: z.string() }),
  endedAt: z.number(),
  callMs: z.number(),
  recordedMs: z.number(),
  /** Call time at which recording first began; null = never. */
  recordedFromMs: z.number().nullable(),
  pauses: z.number(),
  /** Nothing on this server could prove a recording. */
  provable: z.boolean(),
  /** Why it never came to be. */
  failure: Failure.nullable(),
})
export type LastCall = z.infer<typeof LastCall>
