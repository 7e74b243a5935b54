/** The calls that the demo company has behind it, with the sound of their recordings. All of them are invented. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { demoExtension } from './callObject.ts'
import { zonedUtc } from './python.ts'
import { stableUuid } from './seed.ts'
import { conversation, wavFile } from './sound.ts'
import { fullName, type Cdr, type Recording, type User, type World } from './world.ts'

interface PastCall {
  readonly hoursAgo: number
  /** The user who took part. */
  readonly login: string
  readonly outgoing: boolean
  readonly peer: { readonly name: string; readonly number: string } | { readonly login: string }
  /** Seconds that it rang, and that they spoke; null: not answered. */
  readonly ringS: number
  readonly talkS: number | null
  /** Stretches of the talk that were recorded, in seconds from the answer. `deleted`, `missing`: no sound any more. */
  readonly takes?: readonly {
    readonly fromS: number
    readonly toS: number
    readonly is?: 'deleted' | 'missing'
  }[]
}

const marie = { name: 'Marie Tremblay', number: '4185550142' }
const supportDesk = { name: 'Support desk', number: demoExtension }

/** Newest first. Two parts; an automatic one (the whole call); a deleted and a missing one. */
const pastCalls: readonly PastCall[] = [
  {
    hoursAgo: 1.2,
    login: 'eve',
    outgoing: false,
    peer: marie,
    ringS: 6,
    talkS: 41,
    takes: [
      { fromS: 9, toS: 21 },
      { fromS: 27, toS: 39 },
    ],
  },
  {
    hoursAgo: 2.6,
    login: 'eve',
    outgoing: true,
    peer: supportDesk,
    ringS: 3,
    talkS: 18,
    takes: [{ fromS: 0, toS: 18 }],
  },
  {
    hoursAgo: 3.1,
    login: 'eve',
    outgoing: false,
    peer: { name: 'Lucie Bergeron', number: '5145550117' },
    ringS: 20,
    talkS: null,
  },
  {
    hoursAgo: 21,
    login: 'eve',
    outgoing: true,
    peer: { login: 'paul' },
    ringS: 4,
    talkS: 63,
    takes: [{ fromS: 12, toS: 26 }],
  },
  { hoursAgo: 22.5, login: 'eve', outgoing: true, peer: { name: '', number: '18005550199' }, ringS: 8, talkS: 35 },
  {
    hoursAgo: 26,
    login: 'eve',
    outgoing: false,
    peer: { login: 'limited' },
    ringS: 5,
    talkS: 28,
    takes: [{ fromS: 3, toS: 12 }],
  },
  {
    hoursAgo: 49,
    login: 'eve',
    outgoing: false,
    peer: { name: 'Éditions du Nord', number: '4185550163' },
    ringS: 7,
    talkS: 95,
    takes: [{ fromS: 20, toS: 34 }],
  },
  { hoursAgo: 52, login: 'eve', outgoing: true, peer: { login: 'desk' }, ringS: 3, talkS: 22 },
  {
    hoursAgo: 98,
    login: 'eve',
    outgoing: true,
    peer: marie,
    ringS: 9,
    talkS: 54,
    takes: [{ fromS: 5, toS: 25, is: 'missing' }],
  },
  {
    hoursAgo: 150,
    login: 'eve',
    outgoing: false,
    peer: supportDesk,
    ringS: 2,
    talkS: 31,
    takes: [{ fromS: 1, toS: 16 }],
  },
  {
    hoursAgo: 400,
    login: 'eve',
    outgoing: false,
    peer: { name: 'Paul-Émile Côté', number: '5145550108' },
    ringS: 11,
    talkS: 47,
    takes: [{ fromS: 4, toS: 40, is: 'deleted' }],
  },
  {
    hoursAgo: 410,
    login: 'paul',
    outgoing: true,
    peer: { login: 'desk' },
    ringS: 4,
    talkS: 20,
    takes: [{ fromS: 2, toS: 9 }],
  },
]

/** Adds the past calls and writes the sound of their recordings into the monitor folder. */
export async function seedCallLog(
  world: World,
  seed: string,
  monitorFolder: string,
  greeting: Uint8Array | null,
): Promise<void> {
  await mkdir(monitorFolder, { recursive: true })
  const oldestFirst = [...pastCalls].reverse()
  for (const [index, call] of oldestFirst.entries()) {
    const start = Math.floor(world.now() / 1000 - call.hoursAgo * 3600) * 1000
    const answer = call.talkS === null ? null : start + call.ringS * 1000
    const recordings: Recording[] = []
    for (const [part, take] of (call.takes ?? []).entries()) {
      if (answer === null) continue
      const uuid = stableUuid(seed, 'take', index, part)
      const path = join(monitorFolder, `${uuid}.wav`)
      if (take.is === undefined) {
        const sound = conversation(take.toS - take.fromS, 220 + 40 * ((index + part) % 8), greeting)
        await writeFile(path, wavFile(sound))
      }
      recordings.push({
        uuid,
        startTime: zonedUtc(answer + take.fromS * 1000),
        endTime: zonedUtc(answer + take.toS * 1000),
        path: take.is === 'deleted' ? null : path,
      })
    }
    const user = world.userByLogin(call.login)
    const peer = 'login' in call.peer ? world.userByLogin(call.peer.login) : call.peer
    if (user === null || peer === null) throw new Error(`A call of the past names nobody: ${JSON.stringify(call)}`)
    const { outgoing, ringS, talkS } = call
    world.callLog.push(pastCdr(world, { user, peer, outgoing, ringS, talkS, start, answer, recordings }))
  }
}

interface Past {
  readonly user: User
  readonly peer: User | { readonly name: string; readonly number: string }
  readonly outgoing: boolean
  readonly ringS: number
  readonly talkS: number | null
  /** Milliseconds since the epoch. */
  readonly start: number
  readonly answer: number | null
  readonly recordings: Recording[]
}

function pastCdr(world: World, past: Past, id = world.nextCdrId()): Cdr {
  const { user, peer, outgoing, start, answer, talkS, ringS, recordings } = past
  const own = sideOfUser(user, world)
  const other =
    'uuid' in peer
      ? sideOfUser(peer, world)
      : { ...outside, extension: peer.number, name: peer.name === '' ? null : peer.name }
  const [source, target] = outgoing ? [own, other] : [other, own]
  const internal = 'uuid' in peer || other.extension === demoExtension
  return {
    id,
    tenant_uuid: world.options.tenantUuid,
    start: zonedUtc(start),
    end: zonedUtc((answer ?? start + ringS * 1000) + (talkS ?? 0) * 1000),
    answered: answer !== null,
    answer: answer === null ? null : zonedUtc(answer),
    duration: talkS,
    call_direction: internal ? 'internal' : outgoing ? 'outbound' : 'inbound',
    call_status: answer === null ? 'unknown' : 'answered',
    conversation_id: `${Math.floor(start / 1000)}.${id}`,
    destination_details:
      target.userUuid === null
        ? { type: 'unknown' }
        : { type: 'user', user_uuid: target.userUuid, user_name: target.name },
    destination_extension: target.extension,
    destination_internal_context: target.context,
    destination_internal_extension: target.internal,
    destination_line_id: target.lineId,
    destination_name: target.name,
    destination_user_uuid: target.userUuid,
    requested_name: target.name,
    requested_context: world.options.context,
    requested_extension: target.extension,
    requested_internal_context: target.context,
    requested_internal_extension: target.internal,
    requested_user_uuid: target.userUuid,
    source_extension: source.extension,
    source_internal_context: source.context,
    source_internal_name: source.userUuid === null ? null : source.name,
    source_internal_extension: source.internal,
    source_line_id: source.lineId,
    source_name: source.name,
    source_user_uuid: source.userUuid,
    recordings,
    participants: [user.uuid, ...('uuid' in peer ? [peer.uuid] : [])],
  }
}

/** People and numbers of the many: enough to be searched for, few enough to come back. */
const FAMILIES = ['Tremblay', 'Côté', 'Roy', 'Gagnon', 'Bouchard', 'Morin', 'Nguyen', 'Okafor', 'Lefèvre', 'Smith']
const GIVEN = ['Marie', 'Jean', 'Lucie', 'Étienne', 'Zoé', 'Omar', 'Anh', 'Grace', 'Noël', 'Ida']
/** One call in so many minutes, by day and by night. */
const EVERY_MS = 7 * 60_000

/** The many end so long ago: what else the demo company has behind it is younger. */
const MANY_AGO_MS = 30 * 24 * 3600_000

/** Adds so many calls of the first user: a log of years. Of some there is a recording; the sound of all is one short file. */
export async function seedManyCalls(world: World, seed: string, monitorFolder: string, count: number): Promise<void> {
  const [user] = world.users
  if (user === undefined || count === 0) return
  await mkdir(monitorFolder, { recursive: true })
  const path = join(monitorFolder, `${stableUuid(seed, 'many')}.wav`)
  await writeFile(path, wavFile(conversation(2, 300, null)))
  const first = Math.floor((world.now() - MANY_AGO_MS) / 1000) * 1000 - count * EVERY_MS
  for (let at = 0; at < count; at++) {
    const start = first + at * EVERY_MS
    const talkS = at % 5 === 4 ? null : 20 + (at % 300)
    const answer = talkS === null ? null : start + 4_000
    const name = `${GIVEN[at % GIVEN.length] ?? ''} ${FAMILIES[(at * 7 + (at >> 4)) % FAMILIES.length] ?? ''}`
    const peer = { name, number: `418555${String((at * 37) % 10_000).padStart(4, '0')}` }
    const recordings: Recording[] =
      answer === null || at % 3 !== 0
        ? []
        : [
            {
              uuid: stableUuid(seed, 'many', at),
              startTime: zonedUtc(answer + 2_000),
              endTime: zonedUtc(answer + (talkS ?? 0) * 1000),
              path,
            },
          ]
    const past = { user, peer, outgoing: at % 2 === 0, ringS: 4, talkS, start, answer, recordings }
    world.callLog.push(pastCdr(world, past, at + 1))
  }
}

export interface PastEntry {
  readonly user: User
  readonly peer: { readonly name: string; readonly number: string }
  readonly outgoing: boolean
  /** Milliseconds since the epoch. */
  readonly endsAt: number
  readonly talkS: number
  readonly recording: { readonly uuid: string; readonly path: string | null; readonly broken: boolean }
}

/** A call that ended at a given moment and was recorded from its first second to its last. */
export function pastEntry(world: World, entry: PastEntry): Cdr {
  const { user, peer, outgoing, endsAt, talkS, recording } = entry
  const ringS = 3
  const answer = endsAt - talkS * 1000
  return pastCdr(world, {
    user,
    peer,
    outgoing,
    ringS,
    talkS,
    start: answer - ringS * 1000,
    answer,
    recordings: [{ ...recording, startTime: zonedUtc(answer), endTime: zonedUtc(endsAt) }],
  })
}

interface PastSide {
  readonly extension: string | null
  readonly name: string | null
  readonly context: string | null
  readonly internal: string | null
  readonly lineId: number | null
  readonly userUuid: string | null
}

const outside: PastSide = { extension: null, name: null, context: null, internal: null, lineId: null, userUuid: null }

const sideOfUser = (user: User, world: World): PastSide => ({
  extension: user.line?.extension ?? null,
  name: fullName(user),
  context: world.options.context,
  internal: user.line?.extension ?? null,
  lineId: user.line?.id ?? null,
  userUuid: user.uuid,
})
