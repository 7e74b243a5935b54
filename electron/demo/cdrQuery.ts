/** The call log's query: parameters with call-logd's checks and errors, then filter, order and page (wazo.md 5.1). Pure. */
import { type Cdr } from './world.ts'

/** Every output field but `end`, `tags` and `recordings`; in the order in which call-logd lists them. */
export const orderFields = [
  'requested_extension',
  'source_name',
  'requested_name',
  'id',
  'answer',
  'destination_internal_context',
  'destination_name',
  'requested_context',
  'destination_details',
  'source_internal_name',
  'duration',
  'tenant_uuid',
  'conversation_id',
  'requested_internal_context',
  'requested_user_uuid',
  'destination_user_uuid',
  'source_internal_extension',
  'call_status',
  'destination_line_id',
  'call_direction',
  'source_internal_context',
  'destination_internal_extension',
  'answered',
  'requested_internal_extension',
  'start',
  'source_extension',
  'source_line_id',
  'destination_extension',
  'source_user_uuid',
] as const
export type OrderField = (typeof orderFields)[number]

export interface CdrFilter {
  /** Milliseconds since the epoch; inclusive and exclusive. */
  readonly from: number | null
  readonly until: number | null
  /** 0: no limit. */
  readonly limit: number
  readonly offset: number
  readonly order: OrderField
  readonly direction: 'asc' | 'desc'
  readonly search: string | null
  readonly number: string | null
  readonly callDirection: string | null
  readonly callStatus: string | null
  readonly recorded: boolean | null
  readonly userUuids: readonly string[]
  readonly fromId: number | null
  readonly distinctPeers: boolean
  readonly conversationId: string | null
  readonly csv: boolean
}

export type ParsedQuery =
  | { readonly kind: 'filter'; readonly filter: CdrFilter }
  | { readonly kind: 'invalid'; readonly details: Readonly<Record<string, unknown>> }

const truthy = ['t', 'T', 'true', 'True', 'TRUE', 'on', 'On', 'ON', 'y', 'Y', 'yes', 'Yes', 'YES', '1']
const falsy = ['f', 'F', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF', 'n', 'N', 'no', 'No', 'NO', '0']

const isoDateTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$/

/** Milliseconds; null when it is no date with a time. Without a zone it is UTC. */
export function parseDateTime(value: string): number | null {
  const match = isoDateTime.exec(value)
  if (match === null) return null
  const ms = Date.parse(match[1] === undefined ? `${value.replace(' ', 'T')}Z` : value.replace(' ', 'T'))
  return Number.isNaN(ms) ? null : ms
}

const typeError = (message: string, constraint: string): unknown => ({ message, constraint_id: 'type', constraint })
const enumError = (choices: readonly string[]): unknown => [
  { constraint_id: 'enum', constraint: { choices }, message: `Must be one of: ${choices.join(', ')}.` },
]
const regexError = (constraint: string): unknown => [
  { constraint_id: 'regex', constraint, message: 'String does not match expected pattern.' },
]

export interface QueryAbilities {
  /** 24.09: `conversation_id`. An unknown parameter is ignored. */
  readonly conversationId: boolean
  /** 25.07: `call_status`. */
  readonly callStatus: boolean
}

/** Checks every parameter; all complaints come together. `acceptsCsv`: the Accept header asked for CSV. */
export function parseCdrQuery(query: URLSearchParams, acceptsCsv: boolean, abilities: QueryAbilities): ParsedQuery {
  const details: Record<string, unknown> = {}
  const complain = (name: string, error: unknown): null => {
    details[name] = error
    return null
  }
  const integer = (name: string, min: number | null): number | null => {
    const value = query.get(name)
    if (value === null) return null
    if (!/^\s*[+-]?\d+\s*$/.test(value)) return complain(name, typeError('Not a valid integer.', 'integer'))
    const parsed = Number(value)
    if (min !== null && parsed < min) {
      const message = `Must be greater than or equal to ${min}.`
      return complain(name, [{ constraint_id: 'range', constraint: { min }, message }])
    }
    return parsed
  }
  const dateTime = (name: string): number | null => {
    const value = query.get(name)
    if (value === null) return null
    return parseDateTime(value) ?? complain(name, typeError('Not a valid datetime', 'datetime'))
  }
  const choice = <Choice extends string>(name: string, choices: readonly Choice[]): Choice | null => {
    const value = query.get(name)
    if (value === null) return null
    return choices.find(candidate => candidate === value) ?? complain(name, enumError(choices))
  }
  const pattern = (name: string, regex: RegExp): string | null => {
    const value = query.get(name)
    if (value === null || regex.test(value)) return value
    return complain(name, regexError(regex.source))
  }
  const boolean = (name: string): boolean | null => {
    const value = query.get(name)
    if (value === null) return null
    if (truthy.includes(value)) return true
    return falsy.includes(value) ? false : complain(name, typeError('Not a valid boolean.', 'boolean'))
  }
  const status = (): string | null => {
    const value = abilities.callStatus ? query.get('call_status') : null
    const choices = ['answered', 'blocked', 'voicemail', 'unknown']
    if (value === null || choices.includes(value)) return value
    return complain('call_status', typeError(`Must be one of: ${choices.join(', ')}.`, 'enum'))
  }
  const filter: CdrFilter = {
    from: dateTime('from'),
    until: dateTime('until'),
    limit: integer('limit', 0) ?? 1000,
    offset: integer('offset', 0) ?? 0,
    order: choice('order', orderFields) ?? 'start',
    direction: choice('direction', ['asc', 'desc']) ?? 'desc',
    search: query.get('search'),
    number: pattern('number', /^_?[0-9]+_?$/),
    callDirection: choice('call_direction', ['internal', 'inbound', 'outbound']),
    callStatus: status(),
    recorded: boolean('recorded'),
    userUuids: (query.get('user_uuid') ?? '').split(',').filter(uuid => uuid !== ''),
    fromId: integer('from_id', null),
    distinctPeers: choice('distinct', ['peer_exten']) !== null,
    conversationId: abilities.conversationId ? pattern('conversation_id', /^[0-9]+\.[0-9]+$/) : null,
    csv: (choice('format', ['csv', 'json']) ?? (acceptsCsv ? 'csv' : 'json')) === 'csv',
  }
  return Object.keys(details).length > 0 ? { kind: 'invalid', details } : { kind: 'filter', filter }
}

/** SQL's LIKE with any case: `%` and `_` stay wildcards, since call-logd does not escape them. */
export function likeRegex(pattern: string): RegExp {
  const source = pattern.replace(/[.*+?^${}()|[\]\\%_]/g, found =>
    found === '%' ? '[\\s\\S]*' : found === '_' ? '[\\s\\S]' : `\\${found}`,
  )
  return new RegExp(`^${source}$`, 'iu')
}

const recordingFile = /^.+-(\d+)-([a-z0-9-]{36})(.*)?$/

function searches(cdr: Cdr, term: string): boolean {
  const file = recordingFile.exec(term)
  if (file !== null) return cdr.id === Number(file[1])
  const regex = likeRegex(`%${term}%`)
  const fields = [cdr.source_name, cdr.source_extension, cdr.destination_name, cdr.destination_extension]
  return fields.some(field => field !== null && regex.test(field))
}

function hasNumber(cdr: Cdr, number: string): boolean {
  const regex = likeRegex(number.replace(/^_/, '%').replace(/_$/, '%'))
  return [cdr.source_extension, cdr.destination_extension].some(field => field !== null && regex.test(field))
}

/** The other side's number, seen by this user. */
const peerNumber = (cdr: Cdr, userUuid: string): string | null =>
  cdr.source_user_uuid === userUuid ? cdr.destination_extension : cdr.source_extension

const starts = new WeakMap<Cdr, number>()
/** Milliseconds since the epoch. */
function startOf(cdr: Cdr): number {
  const known = starts.get(cdr)
  if (known !== undefined) return known
  const start = Date.parse(cdr.start)
  starts.set(cdr, start)
  return start
}

type Sortable = string | number | boolean | null
const sortValue = (cdr: Cdr, field: OrderField): Sortable => {
  const value = cdr[field]
  if (field === 'start') return startOf(cdr)
  if (field === 'answer') return typeof value === 'string' ? Date.parse(value) : null
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}

/** Ascending or descending; what is not known comes last in both. */
function compare(one: Sortable, other: Sortable, descending: boolean): number {
  if (one === other) return 0
  if (one === null) return 1
  if (other === null) return -1
  return (one < other ? -1 : 1) * (descending ? -1 : 1)
}

export interface Page {
  readonly items: readonly Cdr[]
  /** Without filters. */
  readonly total: number
  /** After filters, before the page was cut out. */
  readonly filtered: number
}

/** This user's call log, filtered, ordered and cut. */
export function selectCdrs(log: readonly Cdr[], userUuid: string, filter: CdrFilter): Page {
  const mine = log.filter(cdr => cdr.participants.includes(userUuid))
  const passing = mine.filter(cdr => {
    const start = startOf(cdr)
    return (
      (filter.from === null || start >= filter.from) &&
      (filter.until === null || start < filter.until) &&
      (filter.search === null || searches(cdr, filter.search)) &&
      (filter.number === null || hasNumber(cdr, filter.number)) &&
      (filter.callDirection === null || cdr.call_direction === filter.callDirection) &&
      (filter.callStatus === null ? cdr.call_status !== 'blocked' : cdr.call_status === filter.callStatus) &&
      (filter.recorded === null || cdr.recordings.length > 0 === filter.recorded) &&
      (filter.userUuids.length === 0 || filter.userUuids.some(uuid => cdr.participants.includes(uuid))) &&
      (filter.fromId === null || cdr.id >= filter.fromId) &&
      (filter.conversationId === null || cdr.conversation_id === filter.conversationId)
    )
  })
  const newestFirst = (one: Cdr, other: Cdr): number => startOf(other) - startOf(one) || other.id - one.id
  const seen = new Set<string | null>()
  const distinct = filter.distinctPeers
    ? [...passing].sort(newestFirst).filter(cdr => {
        const peer = peerNumber(cdr, userUuid)
        return seen.has(peer) ? false : seen.add(peer)
      })
    : passing
  const descending = filter.direction === 'desc'
  // values once each: a log of years is sorted for every page
  const ordered = distinct
    .map(cdr => ({ cdr, value: sortValue(cdr, filter.order) }))
    .sort((one, other) => compare(one.value, other.value, descending) || newestFirst(one.cdr, other.cdr))
  const end = filter.limit === 0 ? undefined : filter.offset + filter.limit
  return {
    items: ordered.slice(filter.offset, end).map(({ cdr }) => cdr),
    total: mine.length,
    filtered: distinct.length,
  }
}
