/** Who works at the demo company. All of them are invented. */
import { createHash, randomBytes } from 'node:crypto'
import { type User, type World } from './world.ts'

/** A version 4 uuid that is the same for the same words. */
export function stableUuid(...words: readonly (string | number)[]): string {
  const hex = createHash('sha256').update(words.join('\n')).digest('hex')
  const variant = '89ab'.charAt(parseInt(hex.charAt(16), 16) % 4)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

interface Person {
  readonly login: string
  readonly firstname: string
  readonly lastname: string
  readonly extension: string
  readonly kind: 'webrtc' | 'desk'
  readonly mayRecord: boolean
  /** Without the right to change his own flags by the API. */
  readonly limited: boolean
  /** A desk phone that wazo-phoned knows. */
  readonly phoned?: true
}

export const people: readonly Person[] = [
  {
    login: 'eve',
    firstname: 'Eve',
    lastname: 'Gagnon',
    extension: '1042',
    kind: 'webrtc',
    mayRecord: true,
    limited: false,
  },
  {
    login: 'paul',
    firstname: 'Paul',
    lastname: 'Roy',
    extension: '1043',
    kind: 'webrtc',
    mayRecord: true,
    limited: false,
  },
  {
    login: 'norights',
    firstname: 'Nora',
    lastname: 'Wright',
    extension: '1044',
    kind: 'webrtc',
    mayRecord: false,
    limited: false,
  },
  {
    login: 'limited',
    firstname: 'Liam',
    lastname: 'Tremblay',
    extension: '1045',
    kind: 'webrtc',
    mayRecord: true,
    limited: true,
  },
  {
    login: 'desk',
    firstname: 'Denise',
    lastname: 'Fortin',
    extension: '1046',
    kind: 'desk',
    mayRecord: true,
    limited: false,
    phoned: true,
  },
  {
    login: 'plain',
    firstname: 'Otto',
    lastname: 'Berg',
    extension: '1047',
    kind: 'desk',
    mayRecord: true,
    limited: false,
  },
]

export const demoPassword = 'demo'

/** Adds the demo's users. SIP secrets are drawn anew each time. Without `deskPhone` the desk phone's user has a browser's line. */
export function seedUsers(world: World, seed: string, deskPhone: boolean): void {
  people.forEach((person, index) => {
    const id = index + 4
    const uuid = stableUuid(seed, 'user', person.login)
    const email = `${person.login}@demo.example`
    const user: User = {
      id,
      uuid,
      logins: [person.login, email],
      password: demoPassword,
      policy: null,
      fields: {
        firstname: person.firstname,
        lastname: person.lastname,
        email,
        language: 'en_US',
        caller_id: `"${person.firstname} ${person.lastname}"`,
        call_record_outgoing_external_enabled: false,
        call_record_outgoing_internal_enabled: false,
        call_record_incoming_internal_enabled: false,
        call_record_incoming_external_enabled: false,
        online_call_record_enabled: person.mayRecord,
        enabled: true,
      },
      services: { dnd: false, incallfilter: false },
      forwards: {
        busy: { enabled: false, destination: null },
        noanswer: { enabled: false, destination: null },
        unconditional: { enabled: false, destination: null },
      },
      line: {
        id,
        kind: deskPhone ? person.kind : 'webrtc',
        ...(person.phoned === true && deskPhone ? { phoned: true } : {}),
        userUuid: uuid,
        extension: person.extension,
        displayName: `${person.firstname} ${person.lastname}`,
        username: `line${person.extension}`,
        secret: randomBytes(12).toString('base64url'),
        endpointUuid: stableUuid(seed, 'endpoint', person.login),
        label: person.firstname,
        provisioningCode: String(100_000 + index * 7919),
      },
      createdAt: '2026-03-02T09:00:00.000000',
    }
    if (person.limited) user.policy = world.policyOf(user).filter(entry => entry !== 'confd.users.me.update')
    world.users.push(user)
  })
}
