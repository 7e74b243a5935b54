/** wazo-confd: the user himself, his four flags, and the SIP account of his line (wazo.md 2). */
import { z } from 'zod'
import { allFlags, type Flag, type Flags, FLAGS } from '../../shared/automatic.ts'
import { WazoError } from './errors.ts'
import { createHttp, type Reach, type TokenSource } from './http.ts'

export interface UserLine {
  readonly id: number
  /** Number of the line; null where it has none. */
  readonly extension: string | null
  readonly protocol: string | null
}

export interface WazoUser {
  /** The numeric one: in hints only, never in a path. */
  readonly id: number | null
  readonly uuid: string
  readonly firstname: string
  readonly lastname: string
  /** The main line first. */
  readonly lines: readonly UserLine[]
  /** Null = not told. */
  readonly flags: Flags | null
  /** `one`: a server before 21.01, whose single flag stands for all four. */
  readonly flagsAre: 'four' | 'one' | 'none'
  /** `online_call_record_enabled`: may he start a recording by API or `*3`; null = not told. */
  readonly mayRecord: boolean | null
}

export interface SipLine {
  readonly username: string
  readonly secret: string
  /** Asterisk's default where the account names none. */
  readonly realm: string
  readonly webrtc: boolean
  /** Of the caller id; empty where there is none. */
  readonly displayName: string
}

export interface Confd {
  /** `wazo_version`, e.g. `26.08`; null where it is not told. */
  version(): Promise<string | null>
  user(uuid: string): Promise<WazoUser>
  /** Sets the flags that are named (one PUT). Before 21.01 the single flag stands for all: the last one named wins. */
  setFlags(uuid: string, flags: Partial<Flags>): Promise<void>
  /** Sets `online_call_record_enabled`, which holds for calls that begin a few seconds later (wazo.md 0a). */
  setMayRecord(uuid: string, on: boolean): Promise<void>
  /** Null: no such line, or not a SIP one. `main` is the first line. */
  sipLine(uuid: string, line: number | 'main'): Promise<SipLine | null>
}

const KEYS: Readonly<Record<Flag, string>> = {
  outgoingExternal: 'call_record_outgoing_external_enabled',
  outgoingInternal: 'call_record_outgoing_internal_enabled',
  incomingExternal: 'call_record_incoming_external_enabled',
  incomingInternal: 'call_record_incoming_internal_enabled',
}

const text = z.string().nullish().catch(null)
const bool = z.boolean().nullish().catch(null)
const Line = z.object({
  id: z.number().int(),
  position: z.number().nullish().catch(null),
  protocol: text,
  extensions: z
    .array(z.object({ exten: text }))
    .nullish()
    .catch(null),
})
const User = z.object({
  id: z.number().int().nullish().catch(null),
  uuid: z.string(),
  firstname: text,
  lastname: text,
  online_call_record_enabled: bool,
  call_record_outgoing_external_enabled: bool,
  call_record_outgoing_internal_enabled: bool,
  call_record_incoming_external_enabled: bool,
  call_record_incoming_internal_enabled: bool,
  call_record_enabled: bool,
  lines: z.array(Line).nullish().catch(null),
})
const Infos = z.object({ wazo_version: z.string().nullish().catch(null) })

const Options = z
  .array(z.array(z.unknown()))
  .catch([])
  .transform(pairs =>
    pairs.flatMap(([key, value]) =>
      typeof key === 'string' && typeof value === 'string' ? [[key, value] as const] : [],
    ),
  )
const Endpoint = z.object({
  auth_section_options: Options.optional(),
  endpoint_section_options: Options.optional(),
  // Before 20.13 the account is flat.
  username: text,
  secret: text,
  options: Options.optional(),
})

export function createConfd(reach: Reach, tokens: TokenSource): Confd {
  const http = createHttp('confd', reach, tokens)
  /** As last read: a server does not turn back into an old one while it is asked. */
  let flagsAre: WazoUser['flagsAre'] | null = null
  const user = async (uuid: string): Promise<WazoUser> => {
    const raw = await http.read({ method: 'GET', path: `/users/${encodeURIComponent(uuid)}` }, User)
    const found = userOf(raw)
    flagsAre = found.flagsAre
    return found
  }
  return {
    version: async () => (await http.read({ method: 'GET', path: '/infos' }, Infos)).wazo_version ?? null,
    user,
    setFlags: async (uuid, flags) => {
      const named = FLAGS.flatMap(flag => {
        const value = flags[flag]
        return value === undefined ? [] : [[flag, value] as const]
      })
      const last = named.at(-1)
      if (!last) return
      if (flagsAre === null) await user(uuid)
      const body =
        flagsAre === 'one'
          ? { call_record_enabled: last[1] }
          : Object.fromEntries(named.map(([flag, value]) => [KEYS[flag], value]))
      await http.expect({ method: 'PUT', path: `/users/${encodeURIComponent(uuid)}`, body }, 204)
    },
    setMayRecord: async (uuid, on) => {
      const path = `/users/${encodeURIComponent(uuid)}`
      await http.expect({ method: 'PUT', path, body: { online_call_record_enabled: on } }, 204)
    },
    sipLine: async (uuid, line) => {
      const path = `/users/${encodeURIComponent(uuid)}/lines/${line}/associated/endpoints/sip`
      try {
        return sipLineOf(await http.read({ method: 'GET', path, query: { view: 'merged' } }, Endpoint))
      } catch (error) {
        if (error instanceof WazoError && error.kind === 'not-found') return null
        throw error
      }
    },
  }
}

function userOf(raw: z.infer<typeof User>): WazoUser {
  const outgoingExternal = raw.call_record_outgoing_external_enabled ?? null
  const outgoingInternal = raw.call_record_outgoing_internal_enabled ?? null
  const incomingExternal = raw.call_record_incoming_external_enabled ?? null
  const incomingInternal = raw.call_record_incoming_internal_enabled ?? null
  const one = raw.call_record_enabled ?? null
  const told =
    outgoingExternal !== null && outgoingInternal !== null && incomingExternal !== null && incomingInternal !== null
      ? { outgoingExternal, outgoingInternal, incomingExternal, incomingInternal }
      : null
  const flags = told ?? (one === null ? null : allFlags(one))
  return {
    id: raw.id ?? null,
    uuid: raw.uuid,
    firstname: raw.firstname ?? '',
    lastname: raw.lastname ?? '',
    lines: [...(raw.lines ?? [])]
      .sort((a, b) => (a.position ?? Infinity) - (b.position ?? Infinity))
      .map(line => ({
        id: line.id,
        extension: line.extensions?.find(extension => extension.exten)?.exten ?? null,
        protocol: line.protocol ?? null,
      })),
    flags,
    flagsAre: told ? 'four' : flags ? 'one' : 'none',
    mayRecord: raw.online_call_record_enabled ?? null,
  }
}

function sipLineOf(endpoint: z.infer<typeof Endpoint>): SipLine | null {
  const account = new Map(endpoint.auth_section_options ?? [])
  const options = new Map(endpoint.endpoint_section_options ?? endpoint.options ?? [])
  const username = account.get('username') ?? endpoint.username
  const secret = account.get('password') ?? endpoint.secret
  if (!username || !secret) return null
  const callerId = /^\s*"?([^"<]*?)"?\s*(?:<[^>]*>)?\s*$/.exec(options.get('callerid') ?? '')
  return {
    username,
    secret,
    realm: account.get('realm') || 'asterisk',
    webrtc: options.get('webrtc') === 'yes' || (options.get('transport') ?? '').includes('ws'),
    displayName: callerId?.[1] ?? '',
  }
}
