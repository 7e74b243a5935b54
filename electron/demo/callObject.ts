/** calld's call: a user's own leg as the API and the events show it (wazo.md 7.1). */
import { naiveUtc, zonedUtc } from './python.ts'
import { type ApiTransfer, type Channel } from './telephony.ts'
import { type World } from './world.ts'

/** The demo extension; internal although no user has it. */
export const demoExtension = '1050'

export function isInternal(number: string, world: World): boolean {
  return number === demoExtension || number.startsWith('*') || world.directory().lineByExtension(number) !== null
}

export function callDirection(
  channel: Pick<Channel, 'isCaller' | 'dialed' | 'peer'>,
  world: World,
): 'internal' | 'inbound' | 'outbound' {
  if (channel.isCaller) return isInternal(channel.dialed, world) ? 'internal' : 'outbound'
  return isInternal(channel.peer.number, world) ? 'internal' : 'inbound'
}

/** Asterisk's own way: milliseconds, and an offset without colon. */
const asteriskTime = (ms: number): string => `${naiveUtc(ms).slice(0, 23)}+0000`

/** A dead channel keeps the status it had. */
const lastStatus = (channel: Channel): string =>
  channel.endedAt === null ? channel.status : channel.answeredAt !== null ? 'Up' : channel.isCaller ? 'Ring' : 'Ringing'

/** `find`: a channel by its id, to name the user that this one talks to. */
export function callObject(
  channel: Channel,
  world: World,
  find: (id: string) => Channel | null,
): Record<string, unknown> {
  const ended = channel.endedAt !== null
  const partner = ended || channel.bridgedWith === null ? null : channel.bridgedWith
  return {
    bridges: ended || channel.bridgeId === null ? [] : [channel.bridgeId],
    call_id: channel.id,
    caller_id_name: channel.self.name,
    caller_id_number: channel.self.number,
    conversation_id: channel.linkedId,
    peer_caller_id_name: channel.peer.name,
    peer_caller_id_number: channel.peer.number === '' ? channel.dialed : channel.peer.number,
    creation_time: asteriskTime(channel.createdAt),
    status: lastStatus(channel),
    on_hold: channel.onHold,
    muted: channel.muted,
    record_state: ended ? 'inactive' : channel.recordState,
    talking_to: partner === null ? {} : { [partner]: find(partner)?.line?.userUuid ?? null },
    user_uuid: channel.line?.userUuid ?? null,
    is_caller: channel.isCaller,
    is_video: false,
    dialed_extension: channel.dialed,
    sip_call_id: channel.sipCallId,
    line_id: channel.line?.id ?? null,
    answer_time: channel.answeredAt === null ? null : zonedUtc(channel.answeredAt),
    hangup_time: channel.endedAt === null ? null : zonedUtc(channel.endedAt),
    direction: callDirection(channel, world),
    parked: false,
  }
}

/** calld's transfer, as the API and the events show it. */
export const transferBody = (transfer: ApiTransfer, world: World): Record<string, unknown> => ({
  id: transfer.id,
  initiator_uuid: transfer.initiator.line?.userUuid ?? null,
  initiator_tenant_uuid: world.options.tenantUuid,
  transferred_call: transfer.transferredCall,
  initiator_call: transfer.initiator.id,
  recipient_call: transfer.recipientCall,
  status: transfer.status,
  flow: transfer.flow,
})

/** As `call_ended` carries it: the two sides are swapped, and there is a Q.850 cause (wazo.md 0a). */
export function endedCallObject(
  channel: Channel,
  world: World,
  cause: number,
  find: (id: string) => Channel | null,
): Record<string, unknown> {
  return {
    ...callObject(channel, world, find),
    caller_id_name: channel.peer.name,
    caller_id_number: channel.peer.number,
    peer_caller_id_name: channel.self.name,
    peer_caller_id_number: channel.self.number,
    reason_code: cause,
  }
}
