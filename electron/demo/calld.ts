/** wazo-calld: the own calls, and what one may do with them (wazo.md 4.3, 7). */
import { z } from 'zod'
import { callObject, transferBody } from './callObject.ts'
import { ajamUnreachable, amidError, amidUnreachable, ariUnreachable, phonedError, type Faults } from './faults.ts'
import {
  badRequest,
  guarded,
  json,
  jsonBody,
  noContent,
  refuseAsService,
  serviceError,
  type Answer,
  type AuthorizedCall,
  type Route,
  type Service,
} from './http.ts'
import { type Profile } from './profile.ts'
import { type Channel, type Pbx, type PbxAnswer, type RecordAction } from './telephony.ts'

const noSuchCall = (id: string, now: number): Answer =>
  serviceError(404, 'no-such-call', 'No such call', { call_id: id }, now)

const invalidData = (details: Readonly<Record<string, unknown>>, now: number): Answer =>
  serviceError(400, 'invalid-data', 'Sent data is invalid', details, now)

const notYours = (details: Readonly<Record<string, unknown>>, now: number): Answer =>
  serviceError(
    403,
    'user-permission-denied',
    'User does not have permission to handle objects of other users',
    details,
    now,
  )

/** The PBX's word as a status and a body. */
function answerOf(answer: PbxAnswer, id: string, now: number): Answer {
  switch (answer) {
    case 'ok':
      return noContent
    case 'no-such-call':
      return noSuchCall(id, now)
    case 'recording-unauthorized':
      return serviceError(403, 'recording-unauthorized', 'Recording unauthorized', { call_id: id }, now)
    case 'recording-not-started':
      return serviceError(400, 'recording-not-started', 'Recording not started', { call_id: id }, now)
    case 'amid-error':
      return amidError('Could not stop monitoring channel', now)
  }
}

/** wazo-amid's action behind each order, as it stands in the error when amid is down. */
const amiActions: Readonly<Record<RecordAction, string>> = {
  start: 'MixMonitor',
  stop: 'StopMixMonitor',
  pause: 'StopMixMonitor',
  resume: 'MixMonitor',
}

const Originate = z.object({
  extension: z.string(),
  line_id: z.number().int().optional(),
  auto_answer_caller: z.boolean().optional(),
})

const TransferRequest = z.object({
  initiator_call: z.string(),
  exten: z.string(),
  flow: z.enum(['blind', 'attended']).default('attended'),
})

export const calldService = (pbx: Pbx, faults: Faults, profile: Profile): Service => {
  const find = (id: string): Channel | null => pbx.channel(id)

  /** The own live channel of the path, or the refusal: unknown, then somebody else's. */
  const own = ({ params, token, world }: AuthorizedCall): Channel | Answer => {
    const id = params['call'] ?? ''
    if (faults.down.has('asterisk')) return ariUnreachable(`channels/${id}`, world.now())
    const channel = pbx.channel(id)
    if (channel === null || channel.endedAt !== null) return noSuchCall(id, world.now())
    if (channel.line?.userUuid !== token.user.uuid) {
      return notYours({ call: id, user: token.user.uuid }, world.now())
    }
    return channel
  }
  const onOwn = (call: AuthorizedCall, act: (channel: Channel) => Answer): Answer => {
    const channel = own(call)
    return 'status' in channel && 'headers' in channel ? channel : act(channel)
  }

  const originate = ({ ask, token, world }: AuthorizedCall): Answer => {
    const now = world.now()
    const body = jsonBody(ask)
    if (body === null) return badRequest
    if (body['extension'] === undefined) {
      return invalidData({ extension: ['Missing data for required field.'] }, now)
    }
    const request = Originate.safeParse(body)
    if (!request.success) return invalidData({ extension: ['Not a valid string.'] }, now)
    const extension = request.data.extension.replace(/\s/g, '')
    if (extension === '') return invalidData({ extension: ['Shorter than minimum length 1.'] }, now)
    const { user } = token
    const { line } = user
    if (line === null) {
      return serviceError(400, 'user-missing-main-line', 'User has no main line', { user_uuid: user.uuid }, now)
    }
    const wanted = request.data.line_id
    if (wanted !== undefined && wanted !== line.id) {
      const details = { user_id: user.uuid, line_id: wanted }
      return serviceError(400, 'invalid-user-line', 'User has no such line', details, now)
    }
    if (faults.down.has('asterisk')) return ajamUnreachable(now)
    if (faults.down.has('amid')) return amidUnreachable('Originate', now)
    const channel = pbx.originate(line, extension)
    if (channel === 'invalid-extension') {
      const details = { context: world.options.context, exten: extension }
      return serviceError(400, 'invalid-extension', 'Invalid extension', details, now)
    }
    if (channel === 'call-origin-unavailable') {
      const details = { line_id: line.id, source_interface: `pjsip/${line.username}` }
      return world.profile.originUnavailable
        ? serviceError(
            400,
            'call-origin-unavailable',
            "Could not connect call: Could not dial caller's requested line",
            details,
            now,
          )
        : serviceError(400, 'call-creation', 'Call creation error', details, now)
    }
    return json(201, callObject(channel, world, find))
  }

  const record = (action: RecordAction): Route => ({
    method: 'PUT',
    path: `/users/me/calls/{call}/record/${action}`,
    acl: `calld.users.me.calls.{call}.record.${action}.update`,
    handle: call =>
      onOwn(call, channel => {
        const now = call.world.now()
        // The permission is asked before amid is.
        const allowed = channel.line !== null && call.world.directory().mayRecord(channel.line)
        if (faults.down.has('amid') && allowed) return amidUnreachable(amiActions[action], now)
        return answerOf(pbx.record(channel.id, action), channel.id, now)
      }),
  })
  // Pause and resume exist from 25.03: before, their paths are as unknown as any other.
  const actions: readonly RecordAction[] = profile.pause ? ['start', 'stop', 'pause', 'resume'] : ['start', 'stop']

  /** Hold and answer go through wazo-phoned, which knows some desk phones. */
  const phoned = (action: string, act: (channel: Channel) => PbxAnswer): Route => ({
    method: 'PUT',
    path: `/users/me/calls/{call}/${action}`,
    acl: `calld.users.me.calls.{call}.${action.replace('/', '.')}.update`,
    handle: call =>
      onOwn(call, channel => {
        const now = call.world.now()
        if (channel.line?.phoned !== true) return phonedError(channel.line?.username ?? '', action, now)
        return answerOf(act(channel), channel.id, now)
      }),
  })

  const transfer = ({ ask, token, world }: AuthorizedCall): Answer => {
    const now = world.now()
    const body = jsonBody(ask)
    if (body === null) return badRequest
    const request = TransferRequest.safeParse(body)
    if (!request.success) return invalidData({ exten: ['Missing data for required field.'] }, now)
    const { initiator_call: id, exten, flow } = request.data
    const creation = (why: string): Answer =>
      serviceError(400, 'transfer-creation-error', 'Transfer creation error', { message: why }, now)
    const channel = pbx.channel(id)
    if (channel === null) return creation('initiator channel not found')
    if (channel.line?.userUuid !== token.user.uuid) return notYours({ call: id, user: token.user.uuid }, now)
    const started = pbx.transfers.start(id, exten, flow)
    if (started === 'no-such-call') return creation('transferred channel not found')
    if (started === 'invalid-extension') {
      return serviceError(400, 'invalid-extension', 'Invalid extension', { context: world.options.context, exten }, now)
    }
    return json(201, transferBody(started, world))
  }

  const endTransfer = ({ params, token, world }: AuthorizedCall, how: 'complete' | 'cancel'): Answer => {
    const id = params['transfer'] ?? ''
    const ended = pbx.transfers.end(id, token.user.uuid, how)
    if (ended === 'ok') return noContent
    return ended === 'not-yours'
      ? notYours({ transfer: id, user: token.user.uuid }, world.now())
      : serviceError(404, 'no-such-transfer', 'No such transfer', { transfer_id: id }, world.now())
  }

  const mute = (action: 'start' | 'stop'): Route => ({
    method: 'PUT',
    path: `/users/me/calls/{call}/mute/${action}`,
    acl: `calld.users.me.calls.{call}.mute.${action}.update`,
    handle: call =>
      onOwn(call, channel => answerOf(pbx.mute(channel.id, action === 'start'), channel.id, call.world.now())),
  })

  const adminActions = actions.map(action =>
    guarded('PUT', `/calls/{call}/record/${action}`, `calld.calls.{call}.record.${action}.update`),
  )

  return {
    name: 'calld',
    prefix: '/api/calld/1.0',
    corsHeaders: ['content-type', 'wazo-tenant', 'x-auth-token'],
    refuse: refuseAsService,
    routes: [
      {
        method: 'GET',
        path: '/users/me/calls',
        acl: 'calld.users.me.calls.read',
        handle: ({ token, world }) => {
          if (faults.down.has('asterisk')) return ariUnreachable('channels', world.now())
          const mine = pbx
            .channels()
            .filter(channel => channel.line?.userUuid === token.user.uuid && channel.endedAt === null)
          return json(200, { items: mine.map(channel => callObject(channel, world, find)) })
        },
      },
      { method: 'POST', path: '/users/me/calls', acl: 'calld.users.me.calls.create', handle: originate },
      {
        method: 'DELETE',
        path: '/users/me/calls/{call}',
        acl: 'calld.users.me.calls.{call}.delete',
        handle: call => onOwn(call, channel => answerOf(pbx.hangUp(channel.id), channel.id, call.world.now())),
      },
      ...actions.map(record),
      {
        method: 'PUT',
        path: '/users/me/calls/{call}/dtmf',
        acl: 'calld.users.me.calls.{call}.dtmf.update',
        handle: call => {
          const digits = call.ask.query.get('digits')
          const now = call.world.now()
          if (digits === null) return invalidData({ digits: ['Missing data for required field.'] }, now)
          if (!/^[0-9*#]+$/.test(digits)) {
            return invalidData({ digits: ['String does not match expected pattern.'] }, now)
          }
          return onOwn(call, channel => answerOf(pbx.dtmf(channel.id, digits), channel.id, now))
        },
      },
      mute('start'),
      mute('stop'),
      phoned('hold/start', channel => pbx.hold(channel.id, true)),
      phoned('hold/stop', channel => pbx.hold(channel.id, false)),
      phoned('answer', channel => pbx.deskPhone.answer(channel.id)),
      {
        method: 'GET',
        path: '/users/me/transfers',
        acl: 'calld.users.me.transfers.read',
        handle: ({ token, world }) => {
          const mine = pbx.transfers.list().filter(({ initiator }) => initiator.line?.userUuid === token.user.uuid)
          return json(200, { items: mine.map(transfer => transferBody(transfer, world)) })
        },
      },
      { method: 'POST', path: '/users/me/transfers', acl: 'calld.users.me.transfers.create', handle: transfer },
      {
        method: 'DELETE',
        path: '/users/me/transfers/{transfer}',
        acl: 'calld.users.me.transfers.{transfer}.delete',
        handle: call => endTransfer(call, 'cancel'),
      },
      {
        method: 'PUT',
        path: '/users/me/transfers/{transfer}/complete',
        acl: 'calld.users.me.transfers.{transfer}.complete.update',
        handle: call => endTransfer(call, 'complete'),
      },
      {
        method: 'GET',
        path: '/users/me/voicemails',
        acl: 'calld.users.me.voicemails.read',
        handle: ({ token, world }) =>
          serviceError(
            404,
            'no-such-user-voicemail',
            'No such user voicemail',
            { user_uuid: token.user.uuid },
            world.now(),
          ),
      },
      guarded('GET', '/calls', 'calld.calls.read'),
      guarded('GET', '/calls/{call}', 'calld.calls.{call}.read'),
      ...adminActions,
      guarded('GET', '/lines', 'calld.lines.read'),
      guarded('GET', '/status', 'calld.status.read'),
      guarded('GET', '/config', 'calld.config.read'),
    ],
  }
}
