/** A line of the call log from a conversation that has ended, as call-logd writes it from Asterisk's channel events (wazo.md 5.4). */
import { callDirection, isInternal } from './callObject.ts'
import { zonedUtc } from './python.ts'
import { type Channel, type Conversation } from './telephony.ts'
import { type Cdr, type Recording, type World } from './world.ts'

interface Side {
  readonly extension: string | null
  readonly name: string | null
  readonly internalExtension: string | null
  readonly internalContext: string | null
  readonly lineId: number | null
  readonly userUuid: string | null
}

const nobody: Side = {
  extension: null,
  name: null,
  internalExtension: null,
  internalContext: null,
  lineId: null,
  userUuid: null,
}

function sideOf(channel: Channel | undefined, world: World): Side {
  if (channel === undefined) return nobody
  const { line, self } = channel
  if (line === null) return { ...nobody, extension: self.number, name: self.name === '' ? null : self.name }
  return {
    extension: line.extension,
    name: line.displayName,
    internalExtension: line.extension,
    internalContext: world.options.context,
    lineId: line.id,
    userUuid: line.userUuid,
  }
}

/** The line that an extension belongs to, although nobody may have answered there. */
function requested(extension: string, world: World): Side {
  const line = world.directory().lineByExtension(extension)
  if (line === null) return { ...nobody, extension }
  return {
    extension,
    name: line.displayName,
    internalExtension: line.extension,
    internalContext: world.options.context,
    lineId: line.id,
    userUuid: line.userUuid,
  }
}

function recordingsOf(conversation: Conversation): Recording[] {
  return conversation.channels
    .flatMap(channel => channel.takes.map(take => ({ take, end: take.endedAt ?? channel.endedAt })))
    .sort((one, other) => one.take.startedAt - other.take.startedAt)
    .map(({ take, end }) => ({
      uuid: take.uuid,
      startTime: zonedUtc(take.startedAt),
      endTime: end === null ? null : zonedUtc(end),
      path: take.file,
    }))
}

/** Null for a conversation without channels. Recordings of an unanswered call are left out, as 26.08 does. */
export function buildCdr(conversation: Conversation, id: number, world: World): Cdr | null {
  const [caller, ...others] = conversation.channels
  if (caller === undefined) return null
  const callee = others.find(channel => channel.answeredAt !== null) ?? others[0]
  const end = Math.max(...conversation.channels.map(channel => channel.endedAt ?? channel.createdAt))
  // The call is answered when somebody takes it: a feature code or an originate that found nobody never is.
  const answer = callee?.answeredAt ?? null
  const answered = answer !== null
  const direction =
    caller.line === null
      ? isInternal(caller.self.number, world)
        ? 'internal'
        : 'inbound'
      : callDirection({ isCaller: true, dialed: caller.dialed, peer: caller.peer }, world)
  const source = sideOf(caller, world)
  const target = requested(caller.dialed, world)
  const destination = callee === undefined ? target : sideOf(callee, world)
  return {
    id,
    tenant_uuid: world.options.tenantUuid,
    start: zonedUtc(caller.createdAt),
    end: zonedUtc(end),
    answered,
    answer: answer === null ? null : zonedUtc(answer),
    duration: answer === null ? null : Math.max(0, Math.floor((end - answer) / 1000)),
    call_direction: direction,
    call_status: answered ? 'answered' : 'unknown',
    conversation_id: conversation.linkedId,
    destination_details:
      destination.userUuid === null
        ? { type: 'unknown' }
        : { type: 'user', user_uuid: destination.userUuid, user_name: destination.name },
    destination_extension: destination.extension ?? caller.dialed,
    destination_internal_context: destination.internalContext,
    destination_internal_extension: destination.internalExtension,
    destination_line_id: destination.lineId,
    destination_name: destination.name,
    destination_user_uuid: destination.userUuid,
    requested_name: target.name,
    requested_context: world.options.context,
    requested_extension: target.extension,
    requested_internal_context: target.internalContext,
    requested_internal_extension: target.internalExtension,
    requested_user_uuid: target.userUuid,
    source_extension: source.extension,
    source_internal_context: source.internalContext,
    source_internal_name: source.userUuid === null ? null : source.name,
    source_internal_extension: source.internalExtension,
    source_line_id: source.lineId,
    source_name: source.name,
    source_user_uuid: source.userUuid,
    recordings: answered ? recordingsOf(conversation) : [],
    participants: [
      ...new Set(conversation.channels.flatMap(channel => (channel.line === null ? [] : [channel.line.userUuid]))),
    ],
  }
}
