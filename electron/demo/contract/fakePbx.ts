/** A PBX without SIP: it holds the calls that an exchange presupposes and tells what it is told to tell. */
import { z } from 'zod'
import { type World } from '../world.ts'
import { type Channel, type Line, type Pbx, type PbxEvent, type PbxOptions, type Take } from '../telephony.ts'

/** calld's call, as recorded. */
export const RecordedCall = z.object({
  call_id: z.string(),
  conversation_id: z.string(),
  bridges: z.array(z.string()),
  caller_id_name: z.string(),
  caller_id_number: z.string(),
  peer_caller_id_name: z.string(),
  peer_caller_id_number: z.string(),
  creation_time: z.string(),
  status: z.enum(['Ring', 'Ringing', 'Up', 'Down']),
  on_hold: z.boolean(),
  muted: z.boolean(),
  record_state: z.enum(['inactive', 'active', 'paused']),
  talking_to: z.record(z.string(), z.string().nullable()),
  user_uuid: z.string().nullable(),
  is_caller: z.boolean(),
  dialed_extension: z.string(),
  sip_call_id: z.string().nullable(),
  answer_time: z.string().nullable(),
  hangup_time: z.string().nullable(),
  reason_code: z.number().optional(),
})
export type RecordedCall = z.infer<typeof RecordedCall>

const moment = (text: string | null): number | null =>
  text === null ? null : Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'))

/** The channel behind a recorded call; `ended` ones have their two sides swapped. */
export function channelOf(call: RecordedCall, world: World, takes: readonly Take[] = []): Channel {
  const ended = call.hangup_time !== null
  const shown = { name: call.caller_id_name, number: call.caller_id_number }
  const other = { name: call.peer_caller_id_name, number: call.peer_caller_id_number }
  const [partner] = Object.keys(call.talking_to)
  return {
    id: call.call_id,
    linkedId: call.conversation_id,
    line: call.user_uuid === null ? null : (world.userByUuid(call.user_uuid)?.line ?? null),
    isCaller: call.is_caller,
    status: ended ? 'Down' : call.status,
    dialed: call.dialed_extension,
    self: ended ? other : shown,
    peer: ended ? shown : other,
    sipCallId: call.sip_call_id,
    createdAt: moment(call.creation_time) ?? 0,
    answeredAt: moment(call.answer_time),
    endedAt: moment(call.hangup_time),
    onHold: call.on_hold,
    muted: call.muted,
    bridgedWith: partner ?? null,
    bridgeId: call.bridges[0] ?? null,
    recordState: call.record_state,
    takes,
  }
}

export interface FakePbx extends Pbx {
  readonly calls: Map<string, Channel>
  tell(event: PbxEvent): void
}

/** Nobody is registered; orders on calls that exist succeed. */
export function fakePbx(options: PbxOptions): FakePbx {
  const calls = new Map<string, Channel>()
  const ok = (id: string): 'ok' | 'no-such-call' => (calls.has(id) ? 'ok' : 'no-such-call')
  return {
    calls,
    tell: options.onEvent,
    accept: socket => socket.on('error', () => socket.terminate()),
    channels: () => [...calls.values()],
    channel: id => calls.get(id) ?? null,
    record: ok,
    dtmf: ok,
    hangUp: ok,
    mute: ok,
    hold: ok,
    transfers: { list: () => [], start: () => 'no-such-call', end: () => 'no-such-transfer' },
    originate: () => 'call-origin-unavailable',
    deskPhone: { dial: () => 'invalid-extension', answer: ok, press: ok },
    ring: () => 'call-origin-unavailable',
    registered: () => [],
    cutSockets: () => undefined,
    close: () => Promise.resolve(),
  }
}

/** The other end of a recorded call: only who it is. */
export function partnerOf(call: RecordedCall, world: World): Channel | null {
  const [entry] = Object.entries(call.talking_to)
  if (entry === undefined) return null
  const [id, userUuid] = entry
  const line: Line | null = userUuid === null ? null : (world.userByUuid(userUuid)?.line ?? null)
  return { ...channelOf(call, world), id, line, isCaller: !call.is_caller, bridgedWith: call.call_id }
}
