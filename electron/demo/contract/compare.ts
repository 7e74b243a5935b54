/** Compares an answer with its recording: values exactly; what is drawn or measured anew, by its shape. */
import { type IncomingHttpHeaders } from 'node:http'
import { pythonJson } from '../python.ts'
import { uuidPattern } from './past.ts'
import { header, type Exchange } from './transcripts.ts'

export interface Received {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?([+-]\d{2}:?\d{2})?$/
const uuid = new RegExp(`^${uuidPattern}$`)

/** Fields that are new each time; the shape that they must have. */
const shapes: Readonly<Record<string, (value: unknown) => boolean>> = {
  token: value => typeof value === 'string' && uuid.test(value),
  session_uuid: value => typeof value === 'string' && uuid.test(value),
  refresh_token: value => typeof value === 'string' && uuid.test(value),
  user_agent: value => typeof value === 'string',
  recording_path: value => typeof value === 'string' && value.endsWith('.wav'),
}
const momentFields = new Set([
  'issued_at',
  'expires_at',
  'utc_issued_at',
  'utc_expires_at',
  'created_at',
  'answer_time',
  'hangup_time',
])
/** Times of a call log that was just written; those of a listing are compared exactly. */
export const freshCallLogTimes = new Set(['start', 'end', 'answer', 'start_time', 'end_time', 'filename'])

/** Addresses of Python objects, ports of the recording machine, its secrets. */
const plainError = (text: string): string =>
  text
    .replace(/0x[0-9a-f]+/g, '0x')
    .replace(/port=\d+/g, 'port=')
    .replace(/(127\.0\.0\.1|localhost):\d+/g, '$1:')
    .replace(/secret=\w+/g, 'secret=')

export interface CompareOptions {
  /** Values that were seeded: these are compared although their field is usually new each time. */
  readonly seeded: ReadonlySet<string>
  /** Fields of which only the type counts here. */
  readonly loose: ReadonlySet<string>
}

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value)

/** Differences between two JSON trees, each with its place. Empty when they agree. */
export function differences(
  expected: unknown,
  actual: unknown,
  options: CompareOptions,
  place = '$',
  field = '',
): string[] {
  const differ = (): string[] => [`${place}: recorded ${short(expected)}, got ${short(actual)}`]
  const isSeeded = typeof expected === 'string' && options.seeded.has(expected)
  if (options.loose.has(field)) return kindOf(expected) === kindOf(actual) ? [] : differ()
  if (field === 'timestamp') {
    if (Array.isArray(expected)) return Array.isArray(actual) && typeof actual[0] === 'number' ? [] : differ()
    if (typeof expected === 'number') return typeof actual === 'number' ? [] : differ()
    return typeof actual === 'string' && moment.test(actual) ? [] : differ()
  }
  if (momentFields.has(field) && typeof expected === 'string') {
    const same = typeof actual === 'string' && moment.test(actual) && shapeOfMoment(actual) === shapeOfMoment(expected)
    return same ? [] : differ()
  }
  const shape = shapes[field]
  if (shape !== undefined && typeof expected === 'string' && !isSeeded) return shape(actual) ? [] : differ()
  if (typeof expected === 'string' && typeof actual === 'string') {
    if (field === 'original_error' || field === 'base_url') {
      return plainError(expected) === plainError(actual) ? [] : differ()
    }
    if (field === 'message' && expected.startsWith('Must be one of: ')) {
      return sortedWords(expected) === sortedWords(actual) ? [] : differ()
    }
    return expected === actual ? [] : differ()
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const [one, other] = unordered(field, expected) ? [sorted(expected), sorted(actual)] : [expected, actual]
    if (one.length !== other.length) return [`${place}: recorded ${one.length} items, got ${other.length}`]
    return one.flatMap((item, index) => differences(item, other[index], options, `${place}[${index}]`, field))
  }
  if (isRecord(expected) && isRecord(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)])
    return [...keys].flatMap(key => {
      if (!(key in actual)) return [`${place}.${key}: missing`]
      if (!(key in expected)) return [`${place}.${key}: not in the recording`]
      return differences(expected[key], actual[key], options, `${place}.${key}`, key)
    })
  }
  return Object.is(expected, actual) ? [] : differ()
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const short = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 160)
const shapeOfMoment = (text: string): string => text.replace(/\d/g, '0')
const sortedWords = (text: string): string =>
  text
    .replace(/\.$/, '')
    .split(/[ ,:]+/)
    .sort()
    .join(' ')
const sorted = (list: readonly unknown[]): unknown[] =>
  [...list].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
/** Python sets and dictionaries come in any order. */
const unordered = (field: string, list: readonly unknown[]): boolean =>
  field === 'choices' || field.endsWith('_section_options') || (field === 'bridges' && list.length > 1)

const listHeaders = new Set(['allow', 'access-control-allow-headers', 'access-control-allow-methods'])
const comparedHeaders = [
  'content-type',
  'content-range',
  'content-disposition',
  'accept-ranges',
  'allow',
  'location',
  'access-control-allow-origin',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-credentials',
  'access-control-expose-headers',
  'access-control-max-age',
]
const asList = (value: string): string =>
  value
    .split(',')
    .map(part => part.trim())
    .sort()
    .join(', ')

function headerDifferences(exchange: Exchange, received: Received, origin: readonly [string, string]): string[] {
  const { headers } = exchange.response
  return comparedHeaders.flatMap(name => {
    const recorded = header(headers, name)?.replace(origin[0], origin[1]) ?? null
    const got = received.headers[name]
    const actual = got === undefined ? null : String(got)
    const same =
      recorded !== null && actual !== null && listHeaders.has(name)
        ? asList(recorded) === asList(actual)
        : recorded === actual
    return same ? [] : [`${name}: recorded ${String(recorded)}, got ${String(actual)}`]
  })
}

/**
 * Content-Length: bodies hold numbers of varying length, so what is compared is what the service adds to the JSON itself
 * (nothing, or a line feed); without JSON the number itself.
 */
function lengthDifferences(exchange: Exchange, received: Received, ours: unknown): string[] {
  const recorded = header(exchange.response.headers, 'content-length')
  const actual = received.headers['content-length'] ?? null
  if ((recorded === null) !== (actual === null))
    return [`content-length: recorded ${String(recorded)}, got ${String(actual)}`]
  if (recorded === null || actual === null) return []
  const { body } = exchange.response
  const isJson = header(exchange.response.headers, 'content-type') === 'application/json'
  if (isJson && body !== '' && body !== null && received.body.length > 0) {
    const added = (length: string, value: unknown): number => Number(length) - Buffer.byteLength(pythonJson(value))
    // Python writes floats such as 1e-05 differently from JavaScript; times of the recording are the only floats.
    return Math.abs(added(recorded, body) - added(actual, ours)) <= 1
      ? []
      : [`content-length: recorded ${recorded}, got ${actual}`]
  }
  if (exchange.request.method === 'HEAD' && isJson && exchange.response.status >= 400) {
    return Math.abs(Number(recorded) - Number(actual)) <= 4
      ? []
      : [`content-length: recorded ${recorded}, got ${actual}`]
  }
  return recorded === actual ? [] : [`content-length: recorded ${recorded}, got ${actual}`]
}

const isBinary = (value: unknown): value is { $binary: { length: number; first_64_bytes_base64: string } } =>
  isRecord(value) && isRecord(value['$binary'])

/** The recorded address of the server, in bodies and headers, as ours. */
function relocate(value: unknown, [from, to]: readonly [string, string]): unknown {
  const text = JSON.stringify(value)
  return text === undefined ? value : JSON.parse(text.split(from).join(to))
}

/** Everything in which an answer differs from its recording. `origin`: recorded and own `https://host:port`. */
export function compareAnswer(
  exchange: Exchange,
  received: Received,
  origin: readonly [string, string],
  options: CompareOptions,
): string[] {
  const { response } = exchange
  const found: string[] = []
  if (response.status !== received.status) found.push(`status: recorded ${response.status}, got ${received.status}`)
  found.push(...headerDifferences(exchange, received, origin))
  const expected = relocate(response.body, origin)
  const isJson = String(received.headers['content-type'] ?? '') === 'application/json'
  const text = received.body.toString('utf8')
  const ours: unknown = isJson && text !== '' ? JSON.parse(text) : text
  if (isBinary(expected)) {
    const { length, first_64_bytes_base64: first } = expected.$binary
    if (received.body.length !== length) found.push(`body: recorded ${length} bytes, got ${received.body.length}`)
    const range = header(response.headers, 'content-range')
    const fromStart = range === null || range.startsWith('bytes 0-')
    if (fromStart && received.body.subarray(0, 64).toString('base64') !== first) found.push('body: other first bytes')
  } else if (expected === null || expected === '') {
    if (text !== '') found.push(`body: recorded none, got ${short(text)}`)
  } else {
    found.push(...differences(expected, ours, options))
    found.push(...lifetimeDifferences(expected, ours))
  }
  found.push(...lengthDifferences(exchange, received, ours))
  return found
}

const lifetime = (value: unknown): number | null => {
  const data = isRecord(value) ? value['data'] : null
  if (!isRecord(data)) return null
  const { utc_issued_at: issued, utc_expires_at: expires } = data
  return typeof issued === 'string' && typeof expires === 'string'
    ? Date.parse(`${expires}Z`) - Date.parse(`${issued}Z`)
    : null
}

/** A token's times are new, but how long it lives is not. */
function lifetimeDifferences(expected: unknown, actual: unknown): string[] {
  const one = lifetime(expected)
  const other = lifetime(actual)
  return one === null || one === other ? [] : [`lifetime: recorded ${one} ms, got ${String(other)}`]
}
