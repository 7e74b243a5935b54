/** What the event stream says, parsed (wazo.md 6.2). */
import { z } from 'zod'
import { type Call, type CallTransfer, WireCall, WireTransfer } from './calld.ts'
import { type Cdr, WireCdr } from './callLog.ts'
import { parseTime } from './time.ts'

const TransferStep = z.enum(['created', 'updated', 'answered', 'completed', 'cancelled', 'abandoned', 'ended'])
type TransferStep = z.infer<typeof TransferStep>

export type WazoEvent =
  /**
   * A leg as it was when the server made the event. Comes often without a change. `at`: milliseconds of the server's own
   * clock, which order its events among themselves; null where it does not tell.
   */
  | { readonly kind: 'call'; readonly call: Call; readonly at: number | null }
  /** Told once for each leg, though servers send it twice; without names, which are swapped in it (wazo.md 0a). */
  | {
      readonly kind: 'call-ended'
      readonly callId: string
      readonly conversationId: string | null
      readonly dialedExtension: string
      /** Q.850; null before 21.10. */
      readonly reasonCode: number | null
    }
  | { readonly kind: 'hold'; readonly callId: string; readonly on: boolean }
  /** A hint only: 25.03 and later, not at hang-up, and `resumed` for some fresh starts. `call` is the truth. */
  | { readonly kind: 'recording'; readonly callId: string; readonly what: 'started' | 'paused' | 'resumed' | 'stopped' }
  | {
      readonly kind: 'transfer'
      readonly transfer: CallTransfer
      readonly what: TransferStep
    }
  /** A key that the leg's device pressed, or that was sent to it. */
  | { readonly kind: 'key'; readonly callId: string; readonly key: string }
  | { readonly kind: 'call-log'; readonly cdr: Cdr }
  /** Our session ends soon. */
  | { readonly kind: 'session-ending' }

/** The names that are subscribed to; old servers accept unknown ones. */
export const EVENT_NAMES = [
  'call_created',
  'call_answered',
  'call_updated',
  'call_ended',
  'call_held',
  'call_resumed',
  'call_dtmf_created',
  'recording_started',
  'recording_paused',
  'recording_resumed',
  'recording_stopped',
  'transfer_created',
  'transfer_updated',
  'transfer_answered',
  'transfer_completed',
  'transfer_cancelled',
  'transfer_abandoned',
  'transfer_ended',
  'call_log_user_created',
  'auth_session_expire_soon',
] as const

/** A frame of protocol 2. */
export const Frame = z.discriminatedUnion('op', [
  z.object({ op: z.literal('init') }),
  z.object({ op: z.literal('subscribe'), code: z.number() }),
  z.object({ op: z.literal('start'), code: z.number() }),
  z.object({ op: z.literal('token'), code: z.number() }),
  z.object({ op: z.literal('pong') }),
  z.object({
    op: z.literal('event'),
    data: z.object({ name: z.string(), data: z.unknown(), timestamp: z.string().nullish().catch(null) }),
  }),
])

export type Frame = z.infer<typeof Frame>

const CallId = z.object({ call_id: z.string().min(1) })
const Ended = CallId.extend({
  conversation_id: z.string().nullish().catch(null),
  dialed_extension: z.string().nullish().catch(null),
  reason_code: z.number().int().nullish().catch(null),
})

const Key = CallId.extend({ digit: z.string().regex(/^[0-9A-D*#]$/) })

/**
 * An event as data; `timestamp` is the message's own, naive UTC. Null: one that nobody asked for. Throws ZodError where it
 * is not what its name says.
 */
export function parseEvent(name: string, data: unknown, timestamp: string | null = null): WazoEvent | null {
  switch (name) {
    case 'call_created':
    case 'call_answered':
    case 'call_updated':
      return { kind: 'call', call: WireCall.parse(data), at: parseTime(timestamp) }
    case 'call_ended': {
      const ended = Ended.parse(data)
      return {
        kind: 'call-ended',
        callId: ended.call_id,
        conversationId: ended.conversation_id || null,
        dialedExtension: ended.dialed_extension ?? '',
        reasonCode: ended.reason_code ?? null,
      }
    }
    case 'call_held':
      return { kind: 'hold', callId: CallId.parse(data).call_id, on: true }
    case 'call_resumed':
      return { kind: 'hold', callId: CallId.parse(data).call_id, on: false }
    case 'call_dtmf_created': {
      const key = Key.parse(data)
      return { kind: 'key', callId: key.call_id, key: key.digit }
    }
    case 'recording_started':
      return { kind: 'recording', callId: CallId.parse(data).call_id, what: 'started' }
    case 'recording_paused':
      return { kind: 'recording', callId: CallId.parse(data).call_id, what: 'paused' }
    case 'recording_resumed':
      return { kind: 'recording', callId: CallId.parse(data).call_id, what: 'resumed' }
    case 'recording_stopped':
      return { kind: 'recording', callId: CallId.parse(data).call_id, what: 'stopped' }
    case 'transfer_created':
    case 'transfer_updated':
    case 'transfer_answered':
    case 'transfer_completed':
    case 'transfer_cancelled':
    case 'transfer_abandoned':
    case 'transfer_ended':
      return {
        kind: 'transfer',
        transfer: WireTransfer.parse(data),
        what: TransferStep.parse(name.slice('transfer_'.length)),
      }
    case 'call_log_user_created':
      return { kind: 'call-log', cdr: WireCdr.parse(data) }
    case 'auth_session_expire_soon':
      return { kind: 'session-ending' }
    default:
      return null
  }
}
