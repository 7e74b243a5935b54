/** Reads file names back: who talked with whom, and when. Asterisk's `auto-...` names and those of a plain template. */
import { extname } from 'node:path'
import { type FileSight } from '../../shared/sight.ts'
import { months, parseTemplate, type Piece, type TemplateVariable } from './template.ts'

/** What a name tells. */
export interface NameParts {
  readonly kind: FileSight['kind']
  /** On demand: who pressed, then the other. Permanent: caller, then called. As many as the name holds. */
  readonly numbers: readonly string[]
  /** Milliseconds since the epoch, whole seconds; null where the name does not tell. */
  readonly startedAt: number | null
}

export interface TemplateParts {
  readonly srcnum: string | null
  readonly dstnum: string | null
  readonly startedAt: number | null
}

export interface TemplateReader {
  /** Some segment of the template can be read in more than one way; names of such a template are not read. */
  readonly ambiguous: boolean
  /** `path` is relative to the watched folder, with `/`, without extension. Null: not a name of this template. */
  read(path: string): TemplateParts | null
}

export interface NameReader {
  /** `path` is relative to the watched folder, with `/`. Null: no pattern explains it. */
  read(path: string): NameParts | null
}

/** What Asterisk writes (audio-and-storage.md 1), and what people convert it to. */
const types: Readonly<Record<string, string>> = {
  wav: 'audio/wav',
  wav16: 'audio/wav',
  wav49: 'audio/wav',
  gsm: 'audio/gsm',
  ulaw: 'audio/basic',
  pcm: 'audio/basic',
  alaw: 'application/octet-stream',
  au: 'audio/basic',
  g722: 'audio/G722',
  sln: 'application/octet-stream',
  sln16: 'application/octet-stream',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  mp3: 'audio/mpeg',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
}

/** The media type of an audio file's name; null: not audio, or hidden. */
export function audioType(name: string): string | null {
  return name.startsWith('.') ? null : (types[extname(name).slice(1).toLowerCase()] ?? null)
}

/** Reader for a folder; an empty template means that only `auto-...` names are known. Throws as `parseTemplate`. */
export function nameReader(template: string): NameReader {
  const reader = template.trim() === '' ? null : templateReader(template)
  return {
    read: path => {
      const bare = path.slice(0, path.length - extname(path).length)
      const automatic = readAutomatic(bare.slice(bare.lastIndexOf('/') + 1))
      if (automatic !== null) return automatic
      const parts = reader?.read(bare) ?? null
      if (parts === null) return null
      const numbers = [parts.srcnum, parts.dstnum].filter(number => number !== null)
      return { kind: 'permanent', numbers, startedAt: parts.startedAt }
    },
  }
}

/**
 * `auto-<epoch>-<presser>-<peer>` of automixmon (asterisk.md 4). Where TOUCH_MIXMONITOR replaces the two numbers, the
 * rest cannot be told apart and no numbers are given.
 */
function readAutomatic(name: string): NameParts | null {
  const found = /^auto-(\d{9,11})-(.+)$/.exec(name)
  if (found === null) return null
  const pair = /^([0-9A-Za-z+*#_.]*)-([0-9A-Za-z+*#_.]*)$/.exec(found[2] ?? '')
  const numbers = pair === null ? [] : [pair[1] ?? '', pair[2] ?? '']
  return { kind: 'on-demand', numbers, startedAt: Number(found[1]) * 1000 }
}

interface Shape {
  readonly pattern: string
  /** Every value is as long, or the values tell their own end from either side. */
  readonly closed: boolean
  /** Characters that a value may hold. */
  readonly alphabet: RegExp
}

const moment = '[A-Z][a-z]{2} [A-Z][a-z]{2} [ 123][0-9] [0-9]{6} [0-9]{4}'
const shapes: Readonly<Record<TemplateVariable, Shape>> = {
  // A number may be empty (hidden caller). Dashes and spaces in it are not expected: they separate.
  srcnum: { pattern: '[0-9A-Za-z]*', closed: false, alphabet: /[0-9A-Za-z]/ },
  dstnum: { pattern: '[0-9A-Za-z]*', closed: false, alphabet: /[0-9A-Za-z]/ },
  // Ten digits from 2001 to 2286.
  timestamp: { pattern: '[0-9]{10}', closed: true, alphabet: /[0-9]/ },
  local_time: { pattern: moment, closed: true, alphabet: /[0-9A-Za-z ]/ },
  utc_time: { pattern: moment, closed: true, alphabet: /[0-9A-Za-z ]/ },
  base_context: { pattern: '[0-9A-Za-z_-]+', closed: false, alphabet: /[0-9A-Za-z_-]/ },
  tenant_uuid: { pattern: '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}', closed: true, alphabet: /[0-9a-f-]/ },
  dest_type: { pattern: '(?:user|group|queue|outcall)', closed: true, alphabet: /[a-z]/ },
  side: { pattern: '(?:caller|callee)', closed: true, alphabet: /[a-z]/ },
}

/**
 * The way back from names to values. Only as many folders of the template are compared as the path has: the watched
 * folder may lie anywhere on it. Server time zone: `local_time` is read as this computer's, for want of better.
 */
export function templateReader(template: string): TemplateReader {
  const { segments } = parseTemplate(template)
  const ambiguous = segments.some(segment => !plain(segment))
  const readers = segments.map(segment => ({ segment, pattern: new RegExp(`^${segment.map(patternOf).join('')}$`) }))
  return {
    ambiguous,
    read: path => {
      const found = path.split('/')
      const depth = Math.min(found.length, readers.length)
      if (ambiguous || depth === 0) return null
      const values = new Map<TemplateVariable, string>()
      for (let back = 1; back <= depth; back++) {
        const reader = readers.at(-back)
        const match = reader?.pattern.exec(found.at(-back) ?? '')
        if (!reader || !match) return null
        if (!collect(reader.segment, match, values)) return null
      }
      return { srcnum: values.get('srcnum') ?? null, dstnum: values.get('dstnum') ?? null, startedAt: momentOf(values) }
    },
  }
}

function patternOf(piece: Piece): string {
  // Sanitised text holds no character that a pattern minds, but `-`, and that only inside brackets.
  return 'text' in piece ? piece.text : `(${shapes[piece.variable].pattern})`
}

/** Notes a match's values; false where one variable stands twice with two values. */
function collect(segment: readonly Piece[], match: RegExpExecArray, values: Map<TemplateVariable, string>): boolean {
  const variables = segment.flatMap(piece => ('variable' in piece ? [piece.variable] : []))
  return variables.every((variable, index) => {
    const value = match[index + 1] ?? ''
    if (values.has(variable)) return values.get(variable) === value
    values.set(variable, value)
    return true
  })
}

/**
 * Can a segment be read in one way only? From the left, every value must tell its own end: by its length, or because
 * the text after it begins with a character that it cannot hold; the same from the right; one open value may remain.
 */
function plain(segment: readonly Piece[]): boolean {
  const fromLeft = told(segment, text => text[0])
  const rest = segment.slice(fromLeft)
  const fromRight = told([...rest].reverse(), text => text.at(-1))
  return rest.length - fromRight <= 1
}

/** How many pieces, from the start, have an end that can be told. */
function told(pieces: readonly Piece[], border: (text: string) => string | undefined): number {
  const open = pieces.findIndex((piece, index) => {
    if ('text' in piece) return false
    const { closed, alphabet } = shapes[piece.variable]
    if (closed) return false
    const next = pieces[index + 1]
    const edge = next !== undefined && 'text' in next ? border(next.text) : undefined
    return edge === undefined || alphabet.test(edge)
  })
  return open < 0 ? pieces.length : open
}

function momentOf(values: ReadonlyMap<TemplateVariable, string>): number | null {
  const timestamp = values.get('timestamp')
  if (timestamp !== undefined) return Number(timestamp) * 1000
  const utc = values.get('utc_time')
  const text = utc ?? values.get('local_time')
  const found = text === undefined ? null : /^\w+ (\w+) ([ \d]\d) (\d\d)(\d\d)(\d\d) (\d{4})$/.exec(text)
  if (found === null) return null
  const month = months.indexOf(found[1] ?? '')
  const [day = NaN, hour = NaN, minute = NaN, second = NaN, year = NaN] = found.slice(2).map(Number)
  if (month < 0) return null
  return utc === undefined
    ? new Date(year, month, day, hour, minute, second).getTime()
    : Date.UTC(year, month, day, hour, minute, second)
}
