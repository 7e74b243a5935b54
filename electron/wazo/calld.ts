/** wazo-calld: the user's live calls and what may be done to them (wazo.md 4.3, 7). */
import { z } from 'zod'
import { createHttp, type Reach, type TokenSource } from './http.ts'
import { parseTime } from './time.ts'

/** The user's own leg of a call. Names and numbers are hostile input. */
export interface Call {
  /** Asterisk's channel id, `epoch.N`. */
  readonly id: string
  readonly conversationId: string | null
  /** `Down, Ring` (we call)`, Ringing` (we are called)`, Up` …: Asterisk's words. */
  readonly status: string
  readonly isCaller: boolean
  readonly onHold: boolean
  readonly muted: boolean
  /** Null: this server does not tell (before 21.01). */
  readonly recordState: 'inactive' | 'active' | 'paused' | null
  readonly peerName: string
  /** What was dialled, where the server knows no number of the peer. */
  readonly peerNumber: string
  readonly dialedExtension: string
  /** Call-ID of the leg's SIP dialog; null before 19.09 and where there is none. */
  readonly sipCallId: string | null
  readonly lineId: number | null
  /** Whether the other one is a colleague; null = not told (before 22.15, or `unknown`). */
  readonly direction: 'internal' | 'inbound' | 'outbound' | null
  /** Channels at the other end; empty = not bridged. */
  readonly talkingTo: readonly string[]
  /** Milliseconds since the epoch. */
  readonly createdAt: number | null
  readonly answeredAt: number | null
}

export type RecordAction = 'start' | 'stop' | 'pause' | 'resume'

/** Every method throws WazoError or AppFailure. A resolved command was acknowledged, which proves nothing. */
export interface Calld {
  calls(): Promise<readonly Call[]>
  record(callId: string, action: RecordAction): Promise<void>
  /** Rings the user's own phone first, then calls. `autoAnswer` asks the phone to answer by itself. */
  originate(extension: string, options?: { autoAnswer?: boolean; lineId?: number }): Promise<Call>
  hangUp(callId: string): Promise<void>
  /** `digits`: `0-9*#`. On 26.08 these reach the other party and trigger no feature (wazo.md 0a). */
  dtmf(callId: string, digits: string): Promise<void>
  mute(callId: string, on: boolean): Promise<void>
  /** Both through wazo-phoned: 503 `phoned-error` unless it knows the phone. */
  hold(callId: string, on: boolean): Promise<void>
  answer(callId: string): Promise<void>
  transfer(callId: string, extension: string, flow: 'blind' | 'attended'): Promise<CallTransfer>
  completeTransfer(transferId: string): Promise<void>
  cancelTransfer(transferId: string): Promise<void>
}

export interface CallTransfer {
  readonly id: string
  readonly initiatorCall: string
  /** `starting`, `ringback`, `answered`, `blind_transferred`, `abandoned`, `ended` and the like. */
  readonly status: string
}

/** A transfer as REST and events send it. */
export const WireTransfer = z
  .object({ id: z.string().min(1), initiator_call: z.string().min(1), status: z.string() })
  .transform((raw): CallTransfer => ({ id: raw.id, initiatorCall: raw.initiator_call, status: raw.status }))

const text = z.string().nullish().catch(null)
const bool = z.boolean().nullish().catch(null)

/** A call as REST and events send it. */
export const WireCall = z
  .object({
    call_id: z.string().min(1),
    conversation_id: text,
    status: text,
    is_caller: bool,
    on_hold: bool,
    muted: bool,
    record_state: z.enum(['inactive', 'active', 'paused']).nullish().catch(null),
    peer_caller_id_name: text,
    peer_caller_id_number: text,
    dialed_extension: text,
    sip_call_id: text,
    line_id: z.number().int().nullish().catch(null),
    direction: z.enum(['internal', 'inbound', 'outbound']).nullish().catch(null),
    talking_to: z.record(z.string(), z.unknown()).nullish().catch(null),
    creation_time: text,
    answer_time: text,
  })
  .transform((raw): Call => ({
    id: raw.call_id,
    conversationId: raw.conversation_id || null,
    status: raw.status ?? '',
    isCaller: raw.is_caller ?? false,
    onHold: raw.on_hold ?? false,
    muted: raw.muted ?? false,
    recordState: raw.record_state ?? null,
    peerName: raw.peer_caller_id_name ?? '',
    peerNumber: raw.peer_caller_id_number || (raw.dialed_extension ?? ''),
    dialedExtension: raw.dialed_extension ?? '',
    sipCallId: raw.sip_call_id || null,
    lineId: raw.line_id ?? null,
    direction: raw.direction ?? null,
    talkingTo: Object.keys(raw.talking_to ?? {}),
    createdAt: parseTime(raw.creation_time),
    answeredAt: parseTime(raw.answer_time),
  }))
const Calls = z.object({ items: z.array(WireCall) })

export function createCalld(reach: Reach, tokens: TokenSource): Calld {
  const http = createHttp('calld', reach, tokens)
  const own = '/users/me/calls'
  const transfers = '/users/me/transfers'
  const one = (callId: string) => `${own}/${encodeURIComponent(callId)}`
  const put = async (path: string, query: Record<string, string> = {}) => {
    await http.expect({ method: 'PUT', path, query }, 204)
  }
  return {
    calls: async () => (await http.read({ method: 'GET', path: own }, Calls)).items,
    record: (callId, action) => put(`${one(callId)}/record/${action}`),
    originate: (extension, { autoAnswer = false, lineId } = {}) =>
      http.read(
        {
          method: 'POST',
          path: own,
          body: {
            extension,
            ...(autoAnswer ? { auto_answer_caller: true } : {}),
            ...(lineId === undefined ? {} : { line_id: lineId }),
          },
        },
        WireCall,
      ),
    hangUp: async callId => {
      await http.expect({ method: 'DELETE', path: one(callId) }, 204)
    },
    dtmf: (callId, digits) => put(`${one(callId)}/dtmf`, { digits }),
    mute: (callId, on) => put(`${one(callId)}/mute/${on ? 'start' : 'stop'}`),
    hold: (callId, on) => put(`${one(callId)}/hold/${on ? 'start' : 'stop'}`),
    answer: callId => put(`${one(callId)}/answer`),
    transfer: (callId, exten, flow) =>
      http.read({ method: 'POST', path: transfers, body: { initiator_call: callId, exten, flow } }, WireTransfer),
    completeTransfer: id => put(`${transfers}/${encodeURIComponent(id)}/complete`),
    cancelTransfer: async id => {
      await http.expect({ method: 'DELETE', path: `${transfers}/${encodeURIComponent(id)}` }, 204)
    },
  }
}
