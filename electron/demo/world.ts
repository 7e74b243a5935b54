/** The demo platform's data: users and their rights, tokens, the call log. Plain memory; nothing here speaks HTTP. */
import { randomUUID } from 'node:crypto'
import { defaultUserPolicy, grants, olderUserPolicy } from './acl.ts'
import { type Profile } from './profile.ts'
import { type Directory, type Line } from './telephony.ts'

export const permanentFlags = [
  'call_record_outgoing_external_enabled',
  'call_record_outgoing_internal_enabled',
  'call_record_incoming_internal_enabled',
  'call_record_incoming_external_enabled',
] as const
export type PermanentFlag = (typeof permanentFlags)[number]

/** The fields of confd's user that a PUT may change here. */
export interface UserFields extends Record<PermanentFlag, boolean> {
  firstname: string
  lastname: string | null
  email: string | null
  language: string | null
  caller_id: string
  online_call_record_enabled: boolean
  enabled: boolean
}

export const serviceNames = ['dnd', 'incallfilter'] as const
export const forwardNames = ['busy', 'noanswer', 'unconditional'] as const
export type ServiceName = (typeof serviceNames)[number]
export type ForwardName = (typeof forwardNames)[number]
export interface Forward {
  enabled: boolean
  destination: string | null
}

/** A line with what only confd knows of it. */
export interface UserLine extends Line {
  readonly endpointUuid: string
  readonly label: string
  readonly provisioningCode: string
}

export interface User {
  /** confd's numeric id. */
  readonly id: number
  readonly uuid: string
  /** What he signs in with: his user name, or his e-mail address. */
  readonly logins: readonly string[]
  readonly password: string
  /** Null: `wazo_default_user_policy` of the profile. */
  policy: readonly string[] | null
  readonly fields: UserFields
  readonly services: Record<ServiceName, boolean>
  readonly forwards: Record<ForwardName, Forward>
  readonly line: UserLine | null
  /** Naive UTC, as confd writes it. */
  readonly createdAt: string
}

export interface Token {
  readonly id: string
  readonly user: User
  readonly session: string
  readonly acl: readonly string[]
  /** Milliseconds since the epoch. */
  readonly issuedAt: number
  expiresAt: number
  readonly userAgent: string
}

export interface RefreshToken {
  readonly value: string
  readonly user: User
  readonly clientId: string
  readonly createdAt: number
  readonly mobile: boolean
}

export interface Recording {
  readonly uuid: string
  readonly startTime: string
  readonly endTime: string | null
  /** Where the file is (or should be); null once an administrator or the purge deleted it. */
  path: string | null
  /** A fault: the media answers 500 although the file is there. */
  broken?: boolean
}

/** One line of the call log; the wire's names, since every one of them can be filtered or ordered by. */
export interface Cdr {
  readonly id: number
  readonly tenant_uuid: string
  readonly start: string
  readonly end: string
  readonly answered: boolean
  readonly answer: string | null
  readonly duration: number | null
  readonly call_direction: 'internal' | 'inbound' | 'outbound'
  readonly call_status: 'answered' | 'blocked' | 'unknown' | 'voicemail'
  readonly conversation_id: string
  readonly destination_details: Readonly<Record<string, unknown>>
  readonly destination_extension: string | null
  readonly destination_internal_context: string | null
  readonly destination_internal_extension: string | null
  readonly destination_line_id: number | null
  readonly destination_name: string | null
  readonly destination_user_uuid: string | null
  readonly requested_name: string | null
  readonly requested_context: string | null
  readonly requested_extension: string | null
  readonly requested_internal_context: string | null
  readonly requested_internal_extension: string | null
  readonly requested_user_uuid: string | null
  readonly source_extension: string | null
  readonly source_internal_context: string | null
  readonly source_internal_name: string | null
  readonly source_internal_extension: string | null
  readonly source_line_id: number | null
  readonly source_name: string | null
  readonly source_user_uuid: string | null
  readonly recordings: Recording[]
  /** Users who took part: they see it and hear its recordings. */
  readonly participants: readonly string[]
}

export interface WorldOptions {
  readonly profile: Profile
  readonly tenantUuid: string
  readonly wazoUuid: string
  readonly context: string
  /** `*26` is switched on (a default installation has it off). */
  readonly permanentCode: string | null
  readonly onDemandCode: string
  /** No token lives longer than this, whatever was asked for. Seconds. */
  readonly tokenLifetimeCapS: number | null
  readonly now?: () => number
}

/** `max_user_concurrent_sessions` of wazo-auth. */
export const maxSessions = 100

export class World {
  readonly users: User[] = []
  readonly tokens = new Map<string, Token>()
  readonly refreshTokens: RefreshToken[] = []
  readonly callLog: Cdr[] = []
  readonly options: WorldOptions
  /** As an administrator set them; null: switched off. */
  readonly codes: { permanent: string | null; onDemand: string }
  readonly now: () => number

  constructor(options: WorldOptions) {
    this.options = options
    this.codes = { permanent: options.permanentCode, onDemand: options.onDemandCode }
    this.now = options.now ?? Date.now
  }

  get profile(): Profile {
    return this.options.profile
  }

  userByUuid(uuid: string): User | null {
    return this.users.find(user => user.uuid === uuid) ?? null
  }

  userByLogin(login: string): User | null {
    return this.users.find(user => user.logins.includes(login)) ?? null
  }

  policyOf(user: User): readonly string[] {
    return user.policy ?? (this.profile.userMedia ? defaultUserPolicy : olderUserPolicy)
  }

  liveTokens(user: User): Token[] {
    return [...this.tokens.values()].filter(token => token.user === user && token.expiresAt > this.now())
  }

  /** A live token; null when it is unknown, ended or deleted, which wazo-auth does not tell apart. */
  token(id: string): Token | null {
    const token = this.tokens.get(id)
    return token !== undefined && token.expiresAt > this.now() ? token : null
  }

  /** Gives a token; `lifetimeS` in seconds, at least 1. */
  issueToken(user: User, lifetimeS: number, userAgent: string, id: string = randomUUID()): Token {
    const cap = this.options.tokenLifetimeCapS
    const issuedAt = this.now()
    const token: Token = {
      id,
      user,
      session: randomUUID(),
      acl: this.policyOf(user),
      issuedAt,
      expiresAt: issuedAt + (cap === null ? lifetimeS : Math.min(cap, lifetimeS)) * 1000,
      userAgent,
    }
    this.tokens.set(id, token)
    return token
  }

  /** The refresh token of this user and client: the same one each time (wazo.md 1.3). */
  refreshTokenFor(user: User, clientId: string, mobile: boolean): RefreshToken {
    const known = this.refreshTokens.find(token => token.user === user && token.clientId === clientId)
    if (known !== undefined) return known
    const made = { value: randomUUID(), user, clientId, createdAt: this.now(), mobile }
    this.refreshTokens.push(made)
    return made
  }

  deleteRefreshToken(user: User, clientId: string): boolean {
    const at = this.refreshTokens.findIndex(token => token.user === user && token.clientId === clientId)
    if (at < 0) return false
    this.refreshTokens.splice(at, 1)
    return true
  }

  allows(token: Token, required: string): boolean {
    return grants(token.acl, required, { userUuid: token.user.uuid, sessionUuid: token.session })
  }

  nextCdrId(): number {
    return this.callLog.reduce((highest, cdr) => Math.max(highest, cdr.id), 0) + 1
  }

  /** What the PBX may ask (read anew at each call). */
  directory(): Directory {
    const userOf = (line: Line): User | null => this.userByUuid(line.userUuid)
    return {
      lineByUsername: username => this.users.find(user => user.line?.username === username)?.line ?? null,
      lineByExtension: extension => this.users.find(user => user.line?.extension === extension)?.line ?? null,
      // Before 25.02 the API asked nobody; `*3` did, which is not told apart here.
      mayRecord: line =>
        !this.profile.recordingPermission || (userOf(line)?.fields.online_call_record_enabled ?? false),
      recordsAutomatically: (line, direction, zone) =>
        userOf(line)?.fields[`call_record_${direction}_${zone}_enabled`] ?? false,
      togglePermanent: line => {
        const user = userOf(line)
        if (user === null) return false
        const value = !permanentFlags.every(flag => user.fields[flag])
        for (const flag of permanentFlags) user.fields[flag] = value
        return value
      },
      codes: () => this.codes,
      dialect: () => (this.profile.pause ? 'pause' : 'stop'),
    }
  }
}

/** Name as it is shown: "Eve Gagnon". */
export const fullName = (user: User): string => [user.fields.firstname, user.fields.lastname].filter(Boolean).join(' ')
