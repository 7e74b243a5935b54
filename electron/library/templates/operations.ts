/**
 * What a template may do with values: operators, filters and methods of texts, each as Python 3 and Jinja 3 do it. Pure
 * and bounded: no operation makes more than LONGEST_TEXT of text, so a template ends by itself. Judge: judge.test.ts.
 */
import {
  asCount,
  asInt,
  asText,
  bounded,
  boundedInt,
  compare,
  contains,
  equal,
  isList,
  isTrue,
  letters,
  list,
  sliceIndexes,
  toText,
  Unusable,
  UNDEFINED,
  type Value,
} from './value.ts'

export interface Operation {
  /** Arguments that it takes, the value that it works on not counted. */
  readonly least: number
  readonly most: number
  /** Throws Unusable where Python fails, or where the result would be too large. */
  readonly run: (value: Value, ...args: readonly (Value | undefined)[]) => Value
  /** Names of arguments, for those that are given by name. */
  readonly names?: readonly string[]
}

type Run = Operation['run']
const none = (run: Run): Operation => ({ least: 0, most: 0, run })

export type Operator =
  '~' | '+' | '-' | '*' | '/' | '//' | '%' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in'

export function operate(operator: Operator, a: Value, b: Value): Value {
  switch (operator) {
    case '~':
      return bounded(toText(a) + toText(b))
    case '==':
      return equal(a, b)
    case '!=':
      return !equal(a, b)
    case '<':
      return compare(a, b) < 0
    case '<=':
      return compare(a, b) <= 0
    case '>':
      return compare(a, b) > 0
    case '>=':
      return compare(a, b) >= 0
    case 'in':
      return contains(b, a)
    case 'not in':
      return !contains(b, a)
    default:
      return calculate(operator, a, b)
  }
}

function calculate(operator: '+' | '-' | '*' | '/' | '//' | '%', a: Value, b: Value): Value {
  if (operator === '+' && typeof a === 'string' && typeof b === 'string') return bounded(a + b)
  if (operator === '*' && typeof a === 'string') return repeated(a, b)
  if (operator === '*' && typeof b === 'string') return repeated(b, a)
  if (typeof a === 'bigint' && typeof b === 'bigint') return wholly(operator, a, b)
  const [x, y] = [asFloat(a), asFloat(b)]
  switch (operator) {
    case '+':
      return finite(x + y)
    case '-':
      return finite(x - y)
    case '*':
      return finite(x * y)
    case '/':
      if (y === 0) throw new Unusable('divided by nothing')
      return finite(x / y)
    default:
      throw new Unusable('not of broken numbers')
  }
}

function wholly(operator: '+' | '-' | '*' | '/' | '//' | '%', a: bigint, b: bigint): Value {
  if (operator === '+') return boundedInt(a + b)
  if (operator === '-') return boundedInt(a - b)
  if (operator === '*') return boundedInt(a * b)
  if (b === 0n) throw new Unusable('divided by nothing')
  if (operator === '/') return Number(a) / Number(b)
  // Python rounds down, JavaScript towards nothing.
  const rest = a % b
  const off = rest !== 0n && rest < 0n !== b < 0n
  if (operator === '//') return off ? a / b - 1n : a / b
  return off ? rest + b : rest
}

function asFloat(value: Value): number {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'number') throw new Unusable('not a number')
  return value
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new Unusable('too large')
  return value
}

function repeated(text: string, times: Value): string {
  const count = Math.max(asCount(times), 0)
  // Before it is made, not after.
  if (text.length * count > 4096) throw new Unusable('too long')
  return text.repeat(count)
}

export function negative(value: Value): Value {
  if (typeof value === 'bigint') return -value
  if (typeof value === 'number') return -value
  throw new Unusable('not a number')
}

export function positive(value: Value): Value {
  if (typeof value === 'bigint' || typeof value === 'number') return value
  throw new Unusable('not a number')
}

/** `value[index]`; Jinja gives undefined for what is not there. */
export function itemOf(value: Value, index: Value): Value {
  const items = isList(value) ? value : letters(asText(value))
  const at = asCount(index)
  return items[at < 0 ? at + items.length : at] ?? UNDEFINED
}

/** `value[start:stop:step]`; null = left out, as None. */
export function sliceOf(value: Value, start: Value, stop: Value, step: Value): Value {
  const place = (given: Value) => (given === null ? null : asCount(given))
  const items: readonly Value[] = isList(value) ? value : letters(asText(value))
  const taken = sliceIndexes(items.length, place(start), place(stop), place(step)).map(at => items[at] ?? UNDEFINED)
  return isList(value) ? taken : taken.map(toText).join('')
}

/** `value is name`. */
export const tests: Readonly<Record<string, (value: Value) => boolean>> = {
  defined: value => value !== UNDEFINED,
  undefined: value => value === UNDEFINED,
  none: value => value === null,
  string: value => typeof value === 'string',
  number: value => typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean',
  odd: value => asInt(value) % 2n !== 0n,
  even: value => asInt(value) % 2n === 0n,
}

/** Python's white space. */
const spaces =
  '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'

function stripped(text: string, given: Value | undefined, ends: 'both' | 'left' | 'right'): string {
  const away = new Set(letters(given === undefined || given === null ? spaces : asText(given)))
  const all = letters(text)
  let from = 0
  let to = all.length
  if (ends !== 'right') while (from < to && away.has(all[from] ?? '')) from++
  if (ends !== 'left') while (to > from && away.has(all[to - 1] ?? '')) to--
  return all.slice(from, to).join('')
}

function replaced(text: string, from: string, to: string, most: Value | undefined): string {
  const count = most === undefined || most === null ? -1 : asCount(most)
  const pieces = from === '' ? ['', ...letters(text), ''] : text.split(from)
  const times = count < 0 ? pieces.length - 1 : Math.min(count, pieces.length - 1)
  if (text.length + times * to.length > 4 * 4096) throw new Unusable('too long')
  const head = pieces.slice(0, times + 1)
  const rest = pieces.slice(times + 1)
  const made = head.join(to) + (rest.length === 0 ? '' : from + rest.join(from))
  return bounded(made)
}

function split(text: string, separator: Value | undefined, most: Value | undefined): Value {
  const limit = most === undefined ? -1 : asCount(most)
  if (separator !== undefined && separator !== null) {
    const by = asText(separator)
    if (by === '') throw new Unusable('split by nothing')
    const pieces = text.split(by)
    if (limit < 0 || pieces.length <= limit + 1) return list(pieces)
    return list([...pieces.slice(0, limit), pieces.slice(limit).join(by)])
  }
  const words: string[] = []
  let rest = stripped(text, undefined, 'left')
  while (rest !== '' && (limit < 0 || words.length < limit)) {
    const end = letters(rest).findIndex(letter => spaces.includes(letter))
    const word = end < 0 ? rest : letters(rest).slice(0, end).join('')
    words.push(word)
    rest = stripped(rest.slice(word.length), undefined, 'left')
    if (words.length > 500) throw new Unusable('too many items')
  }
  return list(rest === '' ? words : [...words, rest])
}

function padded(text: string, width: Value, fill: Value | undefined, side: 'left' | 'right' | 'both'): string {
  const letter = fill === undefined ? ' ' : asText(fill)
  if (letters(letter).length !== 1) throw new Unusable('not one letter')
  const wanted = asCount(width)
  const missing = Math.max(wanted - letters(text).length, 0)
  if (missing > 4096) throw new Unusable('too long')
  // As Python's center puts the odd one.
  const half = Math.floor(missing / 2) + (missing & wanted & 1)
  const left = side === 'left' ? missing : side === 'right' ? 0 : half
  return bounded(letter.repeat(left) + text + letter.repeat(missing - left))
}

function zeroFilled(text: string, width: Value): string {
  const sign = /^[+-]/.test(text) ? text.slice(0, 1) : ''
  const missing = Math.max(asCount(width) - letters(text).length, 0)
  if (missing > 4096) throw new Unusable('too long')
  return bounded(sign + '0'.repeat(missing) + text.slice(sign.length))
}

function capitalized(text: string): string {
  const [first = '', ...rest] = letters(text)
  return first.toUpperCase() + rest.join('').toLowerCase()
}

/** `str.title`: a letter after no letter is a capital. */
function titled(text: string): string {
  return plain(text).replace(/[A-Za-z]+/g, capitalized)
}

/** Where Python's tables of letters would be needed, only ASCII is answered. */
function plain(text: string): string {
  if (!/^[\x00-\x7f]*$/.test(text)) throw new Unusable('not only plain letters')
  return text
}

const whole = /^\s*[+-]?\d+(?:_\d+)*\s*$/
const broken = /^\s*[+-]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?\s*$/i

/** Jinja's `int`: `42.9` is 42, what is no number is the default. */
function integer(value: Value, otherwise: Value | undefined): Value {
  if (typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'number') return boundedInt(BigInt(Math.trunc(value)))
  const text = plain(asText(value))
  if (whole.test(text)) return boundedInt(BigInt(text.replace(/[_\s+]/g, '')))
  if (broken.test(text)) return boundedInt(BigInt(Math.trunc(finite(Number(text.replace(/[_\s]/g, ''))))))
  if (/^\s*[+-]?(?:inf|infinity)\s*$/i.test(text)) throw new Unusable('too large')
  return otherwise ?? 0n
}

/** Jinja's own `title`, which counts only spaces, dashes and brackets as borders. */
function jinjaTitled(text: string): string {
  return text
    .split(/([-\s({[<]+)/)
    .map(capitalized)
    .join('')
}

function truncated(text: string, length: number, killWords: boolean, end: string, leeway: number): string {
  const all = letters(text)
  const kept = length - letters(end).length
  if (kept < 0 || leeway < 0) throw new Unusable('too short')
  if (all.length <= length + leeway) return text
  const cut = all.slice(0, kept).join('')
  if (killWords) return cut + end
  const space = cut.lastIndexOf(' ')
  return (space < 0 ? cut : cut.slice(0, space)) + end
}

/** A filter takes what it works on for a text, as Jinja does; undefined is refused, but by `default`. */
function soft(run: (text: string, ...args: readonly (Value | undefined)[]) => Value): Run {
  return (value, ...args) => {
    if (value === UNDEFINED || value === null) throw new Unusable('nothing there')
    return run(toText(value), ...args)
  }
}

function lengthOf(value: Value): Value {
  return BigInt(isList(value) ? value.length : letters(asText(value)).length)
}

function itemsOf(value: Value): readonly Value[] {
  return isList(value) ? value : letters(asText(value))
}

export const filters: Readonly<Record<string, Operation>> = {
  upper: none(soft(text => bounded(text.toUpperCase()))),
  lower: none(soft(text => bounded(text.toLowerCase()))),
  capitalize: none(soft(text => bounded(capitalized(text)))),
  title: none(soft(text => jinjaTitled(plain(text)))),
  string: none(soft(text => text)),
  trim: { least: 0, most: 1, names: ['chars'], run: soft((text, chars) => stripped(text, chars, 'both')) },
  replace: {
    least: 2,
    most: 3,
    names: ['old', 'new', 'count'],
    run: soft((text, from = '', to = '', most) => replaced(text, toText(from), toText(to), most)),
  },
  default: { least: 0, most: 2, names: ['default_value', 'boolean'], run: defaulted },
  d: { least: 0, most: 2, names: ['default_value', 'boolean'], run: defaulted },
  length: none(lengthOf),
  count: none(lengthOf),
  int: { least: 0, most: 1, names: ['default'], run: (value, otherwise) => integer(value, otherwise) },
  abs: none(value => (typeof value === 'number' ? Math.abs(value) : asInt(value) < 0n ? -asInt(value) : asInt(value))),
  first: none(value => itemsOf(value)[0] ?? UNDEFINED),
  last: none(value => itemsOf(value).at(-1) ?? UNDEFINED),
  reverse: none(value => letters(asText(value)).reverse().join('')),
  join: {
    least: 0,
    most: 1,
    names: ['d'],
    run: (value, by = '') => joined(toText(by), itemsOf(value).map(toText)),
  },
  center: {
    least: 0,
    most: 1,
    names: ['width'],
    run: soft((text, width = 80n) => padded(text, width, undefined, 'both')),
  },
  truncate: {
    least: 0,
    most: 4,
    names: ['length', 'killwords', 'end', 'leeway'],
    run: (value, length = 255n, kill = false, end = '...', leeway = null) =>
      truncated(asText(value), asCount(length), isTrue(kill), asText(end), leeway === null ? 5 : asCount(leeway)),
  },
}

function defaulted(value: Value, otherwise: Value = '', whenFalse: Value = false): Value {
  return value === UNDEFINED || (isTrue(whenFalse) && !isTrue(value)) ? otherwise : value
}

function joined(by: string, items: readonly string[]): string {
  if (items.length * by.length > 4096) throw new Unusable('too long')
  return bounded(items.join(by))
}

function found(text: string, part: string, last: boolean): bigint {
  const at = last ? text.lastIndexOf(part) : text.indexOf(part)
  return at < 0 ? -1n : BigInt(letters(text.slice(0, at)).length)
}

/** A method works on a text and nothing else. */
function method(
  least: number,
  most: number,
  run: (text: string, ...args: readonly (Value | undefined)[]) => Value,
): Operation {
  return { least, most, run: (value, ...args) => run(asText(value), ...args) }
}

/** Methods of Python's str that a file name has a use for. */
export const methods: Readonly<Record<string, Operation>> = {
  upper: method(0, 0, text => bounded(text.toUpperCase())),
  lower: method(0, 0, text => bounded(text.toLowerCase())),
  capitalize: method(0, 0, text => bounded(capitalized(text))),
  title: method(0, 0, titled),
  strip: method(0, 1, (text, chars) => stripped(text, chars, 'both')),
  lstrip: method(0, 1, (text, chars) => stripped(text, chars, 'left')),
  rstrip: method(0, 1, (text, chars) => stripped(text, chars, 'right')),
  replace: method(2, 3, (text, from, to, most) =>
    replaced(text, asText(from), asText(to), most === undefined ? undefined : asInt(most)),
  ),
  split: method(0, 2, split),
  join: method(1, 1, (text, items) => joined(text, itemsOf(items ?? null).map(asText))),
  startswith: method(1, 1, (text, part) => text.startsWith(asText(part))),
  endswith: method(1, 1, (text, part) => text.endsWith(asText(part))),
  find: method(1, 1, (text, part) => found(text, asText(part), false)),
  rfind: method(1, 1, (text, part) => found(text, asText(part), true)),
  count: method(1, 1, (text, part) => {
    const wanted = asText(part)
    return BigInt(wanted === '' ? letters(text).length + 1 : text.split(wanted).length - 1)
  }),
  zfill: method(1, 1, (text, width) => zeroFilled(text, width ?? null)),
  ljust: method(1, 2, (text, width, fill) => padded(text, width ?? null, fill, 'right')),
  rjust: method(1, 2, (text, width, fill) => padded(text, width ?? null, fill, 'left')),
  center: method(1, 2, (text, width, fill) => padded(text, width ?? null, fill, 'both')),
  isdigit: method(0, 0, text => /^\d+$/.test(plain(text))),
  isalpha: method(0, 0, text => /^[A-Za-z]+$/.test(plain(text))),
  isalnum: method(0, 0, text => /^[A-Za-z0-9]+$/.test(plain(text))),
}
