/** What tests and tools may do to a running demo: faults, state, desk phones, tokens, sockets, the call log. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { callObject } from './callObject.ts'
import { FaultsPatch, type Faults } from './faults.ts'
import { type Platform } from './platform.ts'
import { pastEntry } from './pastCalls.ts'
import { conversation, wavFile } from './sound.ts'
import { type Channel, type Line, type Pbx } from './telephony.ts'
import { permanentFlags, type User, type World } from './world.ts'

const login = z.string()

export const ControlRequest = z.discriminatedUnion('do', [
  /** Sets what is named; `clear` first forgets all faults. */
  z.object({ do: z.literal('faults'), clear: z.boolean().optional(), set: FaultsPatch.optional() }),
  z.object({ do: z.literal('state') }),
  /** Everything that must never be seen outside: for tests that look for it. */
  z.object({ do: z.literal('secrets') }),
  /** What an administrator may change: the feature codes. `permanent` null: it is switched off. */
  z.object({
    do: z.literal('codes'),
    permanent: z.string().nullable().optional(),
    onDemand: z.string().optional(),
  }),
  /** A user's line with its SIP credentials, to register another phone on it. */
  z.object({ do: z.literal('line'), login }),
  /** Forgets the requests seen so far. */
  z.object({ do: z.literal('forgetRequests') }),
  z.object({ do: z.literal('dial'), login, extension: z.string() }),
  /** Picks up the desk phone of this user. */
  z.object({ do: z.literal('answer'), login }),
  /** Presses keys on the desk phone of this user. */
  z.object({ do: z.literal('press'), login, digits: z.string().regex(/^[0-9*#]+$/) }),
  /** Hangs up every call of this user. */
  z.object({ do: z.literal('hangUp'), login }),
  /** A call from outside. */
  z.object({ do: z.literal('ring'), login, name: z.string(), number: z.string() }),
  /** Tokens end: removed at once (`refreshTokens` too: the user must sign in again). */
  z.object({ do: z.literal('revokeTokens'), refreshTokens: z.boolean().optional() }),
  /** Every live token ends after so many seconds. */
  z.object({ do: z.literal('expireTokens'), inSeconds: z.number().min(0) }),
  z.object({
    do: z.literal('closeSockets'),
    which: z.enum(['events', 'sip', 'both']),
    code: z.number().int().min(1000).max(4999),
    reason: z.string().optional(),
  }),
  z.object({
    do: z.literal('flags'),
    login,
    set: z.partialRecord(z.enum([...permanentFlags, 'online_call_record_enabled']), z.boolean()),
  }),
  z.object({
    do: z.literal('addRecording'),
    login,
    name: z.string(),
    number: z.string(),
    outgoing: z.boolean().optional(),
    seconds: z.number().min(0).max(3600),
    /** The WAV itself; left out: a melody. */
    wavBase64: z.string().optional(),
    is: z.enum(['normal', 'empty', 'deleted', 'missing', 'broken']).optional(),
  }),
])
export type ControlRequest = z.infer<typeof ControlRequest>

export interface SeenRequest {
  readonly at: number
  readonly method: string
  readonly path: string
  readonly query: string
  readonly status: number
}

export interface ControlParts {
  readonly world: World
  readonly pbx: Pbx
  readonly faults: Faults
  readonly platform: Platform
  readonly monitorFolder: string
  readonly greeting: Uint8Array
  readonly seen: SeenRequest[]
  readonly closeEventSockets: (code: number, reason: string) => number
}

/** Something that cannot be done, in words for the test's author. */
export class ControlError extends Error {}

function userOf(world: World, name: string): User {
  const user = world.userByLogin(name)
  if (user === null) throw new ControlError(`There is no user "${name}"`)
  return user
}

function lineOf(world: World, name: string): Line {
  const { line } = userOf(world, name)
  if (line === null) throw new ControlError(`"${name}" has no line`)
  return line
}

const channelsOf = (pbx: Pbx, user: User): Channel[] =>
  pbx.channels().filter(channel => channel.line?.userUuid === user.uuid && channel.endedAt === null)

function only(channels: readonly Channel[], wanted: string): Channel {
  const [channel] = channels
  if (channel === undefined) throw new ControlError(`There is no ${wanted} call`)
  return channel
}

function done(answer: string): { readonly answer: string } {
  if (answer !== 'ok') throw new ControlError(`The PBX says "${answer}"`)
  return { answer }
}

/** Carries out one request; the result is plain data. Throws ControlError. */
export async function control(request: ControlRequest, parts: ControlParts): Promise<unknown> {
  const { world, pbx, faults } = parts
  switch (request.do) {
    case 'faults':
      if (request.clear === true) faults.clear()
      if (request.set !== undefined) faults.apply(request.set)
      return {}
    case 'state':
      return state(parts)
    case 'secrets':
      return {
        tokens: [...world.tokens.keys(), ...world.refreshTokens.map(token => token.value)],
        lines: world.users.flatMap(({ logins, line }) =>
          line === null ? [] : [{ login: logins[0], username: line.username, secret: line.secret }],
        ),
      }
    case 'codes':
      if (request.permanent !== undefined) world.codes.permanent = request.permanent
      if (request.onDemand !== undefined) world.codes.onDemand = request.onDemand
      return { ...world.codes }
    case 'line':
      return { ...lineOf(world, request.login) }
    case 'forgetRequests':
      parts.seen.length = 0
      return {}
    case 'dial': {
      const line = lineOf(world, request.login)
      const channel = pbx.deskPhone.dial(line, request.extension)
      if (channel === 'invalid-extension') throw new ControlError(`The PBX says "${channel}"`)
      return { callId: channel.id }
    }
    case 'answer': {
      const ringing = channelsOf(pbx, userOf(world, request.login)).filter(channel => channel.status === 'Ringing')
      return done(pbx.deskPhone.answer(only(ringing, 'ringing').id))
    }
    case 'press': {
      const live = channelsOf(pbx, userOf(world, request.login)).filter(channel => channel.status === 'Up')
      return done(pbx.deskPhone.press(only(live, 'live').id, request.digits))
    }
    case 'hangUp': {
      const channels = channelsOf(pbx, userOf(world, request.login))
      only(channels, 'live')
      for (const channel of channels) pbx.hangUp(channel.id)
      return { ended: channels.length }
    }
    case 'ring': {
      const channel = pbx.ring(lineOf(world, request.login), { name: request.name, number: request.number })
      if (channel === 'call-origin-unavailable') throw new ControlError(`No phone of "${request.login}" is registered`)
      return { callId: channel.id }
    }
    case 'revokeTokens': {
      const revoked = world.tokens.size
      world.tokens.clear()
      if (request.refreshTokens === true) world.refreshTokens.length = 0
      return { revoked }
    }
    case 'expireTokens':
      for (const token of world.tokens.values()) token.expiresAt = world.now() + request.inSeconds * 1000
      return {}
    case 'closeSockets': {
      const { which, code, reason } = request
      if (which !== 'events') pbx.cutSockets(code)
      return { events: which === 'sip' ? 0 : parts.closeEventSockets(code, reason ?? '') }
    }
    case 'flags':
      Object.assign(userOf(world, request.login).fields, request.set)
      return {}
    case 'addRecording':
      return addRecording(request, parts)
  }
}

function state({ world, pbx, seen }: ControlParts): unknown {
  return {
    channels: pbx.channels().map(channel => ({
      ...callObject(channel, world, id => pbx.channel(id)),
      takes: channel.takes.map(take => ({ ...take })),
    })),
    registered: pbx.registered(),
    users: world.users.map(user => ({
      login: user.logins[0],
      uuid: user.uuid,
      flags: Object.fromEntries(
        [...permanentFlags, 'online_call_record_enabled' as const].map(flag => [flag, user.fields[flag]]),
      ),
      liveTokens: world.liveTokens(user).length,
      refreshTokens: world.refreshTokens.filter(token => token.user === user).length,
    })),
    callLog: world.callLog.map(cdr => ({
      id: cdr.id,
      conversationId: cdr.conversation_id,
      answered: cdr.answered,
      recordings: cdr.recordings,
    })),
    requests: seen,
  }
}

type AddRecording = Extract<ControlRequest, { do: 'addRecording' }>

async function addRecording(request: AddRecording, parts: ControlParts): Promise<unknown> {
  const { world, platform, monitorFolder, greeting } = parts
  const user = userOf(world, request.login)
  const uuid = randomUUID()
  const path = join(monitorFolder, `${uuid}.wav`)
  const kind = request.is ?? 'normal'
  if (kind === 'normal' || kind === 'broken') {
    const wav =
      request.wavBase64 === undefined
        ? wavFile(conversation(request.seconds, 330, greeting))
        : Buffer.from(request.wavBase64, 'base64')
    await writeFile(path, wav)
  }
  if (kind === 'empty') await writeFile(path, '')
  const cdr = pastEntry(world, {
    user,
    peer: { name: request.name, number: request.number },
    outgoing: request.outgoing ?? false,
    endsAt: world.now(),
    talkS: Math.max(1, Math.ceil(request.seconds)),
    recording: { uuid, path: kind === 'deleted' ? null : path, broken: kind === 'broken' },
  })
  platform.addCdr(cdr)
  return { cdrId: cdr.id, recordingUuid: uuid }
}
