/** What may stand in the server's templates (wazo.md 4.7), what values it may have, and what is left of a name. */
import { type Values } from './evaluate.ts'

/** The documented variables; `dest_type` and `side` since 21.03. */
export const templateVariables = [
  'srcnum',
  'dstnum',
  'timestamp',
  'local_time',
  'utc_time',
  'base_context',
  'tenant_uuid',
  'dest_type',
  'side',
] as const
export type TemplateVariable = (typeof templateVariables)[number]

export interface TemplateValues {
  readonly srcnum: string
  readonly dstnum: string
  /** Whole seconds since the epoch. */
  readonly timestamp: number
  readonly base_context: string
  readonly tenant_uuid: string
  readonly dest_type: 'user' | 'group' | 'queue' | 'outcall'
  readonly side: 'caller' | 'callee'
}

/** As the server gives them to a template. */
export function pythonValues(values: TemplateValues): Values {
  return {
    ...values,
    timestamp: BigInt(values.timestamp),
    local_time: asctime(values.timestamp, 'local'),
    utc_time: asctime(values.timestamp, 'utc'),
  }
}

/** Variables with few values. */
export const choices: Readonly<Partial<Record<TemplateVariable, readonly string[]>>> = {
  dest_type: ['user', 'group', 'queue', 'outcall'],
  side: ['caller', 'callee'],
}

const digits = '0123456789'
const small = 'abcdefghijklmnopqrstuvwxyz'
const capitals = small.toUpperCase()

/**
 * Variables of any length: the letters that they may hold. A number's dashes and spaces are not expected: in names they
 * separate. A number may be empty (hidden caller), a context not.
 */
export const open: Readonly<Partial<Record<TemplateVariable, { readonly letters: string; readonly least: 0 | 1 }>>> = {
  srcnum: { letters: `${digits}${small}${capitals}+*#.`, least: 0 },
  dstnum: { letters: `${digits}${small}${capitals}+*#.`, least: 0 },
  base_context: { letters: `${digits}${small}${capitals}_-`, least: 1 },
}

const hex = `${digits}abcdef`
const uuid = [8, 4, 4, 4, 12].map(length => Array.from({ length }, () => hex))
const moment = [
  ['MTWFS', 'aehoru', 'deintu', ' '],
  ['JFMASOND', 'aepuco', 'bcglnprtvy', ' '],
  [' 123', digits, ' '],
  ['012', digits, ':', '012345', digits, ':', '0123456', digits, ' '],
  ['12', digits, digits, digits],
].flat()

/** Variables whose every value is as long: the letters at each place. Ten digits of seconds are 2001 to 2286. */
export const fixed: Readonly<Partial<Record<TemplateVariable, readonly string[]>>> = {
  timestamp: ['123456789', ...Array.from({ length: 9 }, () => digits)],
  local_time: moment,
  utc_time: moment,
  tenant_uuid: uuid.flatMap((part, index) => (index === 0 ? part : ['-', ...part])),
}

/** Letters of names, but for `/`, which makes folders. */
export const nameLetters = `${digits}${small}${capitals}-_ `

/** Letters that have no base letter to fall back to, as Wazo's `unidecode` writes them. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
}

/**
 * What Wazo leaves of a rendered name: ASCII letters, digits, `/`, `-`, `_` and space. Latin letters lose their accents.
 * Other scripts, which the server would spell in Latin letters, are dropped here: such a name is not recognised.
 */
export function sanitize(rendered: string): string {
  return rendered
    .replace(/[ßæÆœŒøØđĐðÐþÞłŁı]/g, letter => letters[letter] ?? '')
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9/\-_ ]/g, '')
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** C's `asctime`, as Python writes it: `Thu Mar  6 14:05:01 2017`. */
export function asctime(seconds: number, zone: 'local' | 'utc'): string {
  const date = new Date(seconds * 1000)
  // The same clock face, read as UTC.
  const face = zone === 'utc' ? date : new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  const two = (value: number) => String(value).padStart(2, '0')
  const clock = [face.getUTCHours(), face.getUTCMinutes(), face.getUTCSeconds()].map(two).join(':')
  const day = String(face.getUTCDate()).padStart(2)
  return `${days[face.getUTCDay()] ?? ''} ${months[face.getUTCMonth()] ?? ''} ${day} ${clock} ${face.getUTCFullYear()}`
}

/** Places in asctime without which the moment is not known. */
export const momentPlaces: readonly number[] = [4, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18, 20, 21, 22, 23]

/**
 * The moment of an asctime, milliseconds since the epoch; of the places in `momentPlaces` alone. Null: there is no such
 * moment. The server's time zone is not known: a local time is read as this computer's.
 */
export function momentOf(text: string, zone: 'local' | 'utc'): number | null {
  const month = months.indexOf(text.slice(4, 7))
  const part = (from: number, to: number) => Number(text.slice(from, to))
  const [day, hour, minute, second] = [part(8, 10), part(11, 13), part(14, 16), part(17, 19)]
  const year = part(20, 24)
  const date =
    zone === 'utc'
      ? new Date(Date.UTC(year, month, day, hour, minute, second))
      : new Date(year, month, day, hour, minute, second)
  const time = date.getTime()
  // The 31st of June is no day, but JavaScript finds one.
  return month >= 0 && asctime(time / 1000, zone).slice(4) === text.slice(4, 13) + text.slice(13) ? time : null
}
