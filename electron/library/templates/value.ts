/** Values of a template and what Python does with them: what cannot be done as Python does it is refused, never guessed. */

/** What Jinja gives for something that is not there: prints as nothing, is false, and most uses of it fail. */
export const UNDEFINED = Symbol('undefined')

/** Python's str, int (bigint), float (number), bool, None, list and Jinja's undefined. */
export type Value = string | bigint | number | boolean | null | typeof UNDEFINED | readonly Value[]

/** A use of a value that Python fails at, or that goes beyond our bounds; the evaluator says where. */
export class Unusable extends Error {}

/** Longest text that an expression may make, in UTF-16 units: file names are shorter than 256 bytes. */
export const LONGEST_TEXT = 4096
/** Most items of a list. */
const LONGEST_LIST = 500
/** Beyond, JavaScript's numbers are not exact. */
const LARGEST_INT = 2n ** 53n

export function bounded(text: string): string {
  if (text.length > LONGEST_TEXT) throw new Unusable('too long')
  return text
}

export function boundedInt(value: bigint): bigint {
  if (value > LARGEST_INT || value < -LARGEST_INT) throw new Unusable('too large')
  return value
}

export function list(items: readonly Value[]): readonly Value[] {
  if (items.length > LONGEST_LIST) throw new Unusable('too many items')
  return items
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}

/** `str(value)`. A list is not spelled: its look is no name. */
export function toText(value: Value): string {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number') return floatText(value)
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (value === null) return 'None'
  if (value === UNDEFINED) return ''
  throw new Unusable('a list is no text')
}

/** `repr(float)`: the shortest digits that give the same number, as JavaScript finds them, laid out as Python does. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) throw new Unusable('no number')
  if (Object.is(value, -0)) return '-0.0'
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e')
  const exponent = Number(exponentText)
  if (value === 0 || (exponent >= -4 && exponent < 16)) {
    const plain = plainDigits(mantissa, exponent)
    return plain.includes('.') ? plain : `${plain}.0`
  }
  const size = String(Math.abs(exponent)).padStart(2, '0')
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${size}`
}

/** A number with this mantissa (`-1.234`) and exponent, without an exponent. */
function plainDigits(mantissa: string, exponent: number): string {
  const sign = mantissa.startsWith('-') ? '-' : ''
  const digits = mantissa.replace(/[-.]/g, '')
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  const rest = digits.slice(exponent + 1)
  return rest === '' ? `${sign}${whole}` : `${sign}${whole}.${rest}`
}

export function isTrue(value: Value): boolean {
  if (typeof value === 'string' || isList(value)) return value.length > 0
  if (typeof value === 'bigint') return value !== 0n
  return value !== null && value !== UNDEFINED && value !== false && value !== 0
}

/** The letters of a text as Python counts them: code points. */
export function letters(text: string): string[] {
  return Array.from(text)
}

export function asText(value: Value | undefined): string {
  if (typeof value !== 'string') throw new Unusable('not a text')
  return value
}

export function asInt(value: Value | undefined): bigint {
  if (typeof value !== 'bigint') throw new Unusable('not a whole number')
  return value
}

/** A whole number that fits a text's length: what lies beyond is as far as the end. */
export function asCount(value: Value | undefined): number {
  const count = asInt(value)
  return Number(count > 1_000_000n ? 1_000_000n : count < -1_000_000n ? -1_000_000n : count)
}

/** `==`. */
export function equal(a: Value, b: Value): boolean {
  if (isList(a) && isList(b)) {
    return (
      a.length === b.length &&
      a.every((item, index) => {
        const other = b[index]
        return other !== undefined && equal(item, other)
      })
    )
  }
  const [x, y] = [asNumber(a), asNumber(b)]
  // By their values, as Python does int with float; `===` would tell the two kinds apart.
  if (x !== null && y !== null) return !(x < y) && !(x > y)
  return a === b
}

/** `<` is -1, `==` is 0, `>` is 1: of two numbers or two texts, by code points. */
export function compare(a: Value, b: Value): number {
  const [x, y] = [asNumber(a), asNumber(b)]
  if (x !== null && y !== null) return x < y ? -1 : x > y ? 1 : 0
  if (typeof a !== 'string' || typeof b !== 'string') throw new Unusable('cannot be compared')
  const [left, right] = [letters(a), letters(b)]
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const difference = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0)
    if (difference !== 0) return Math.sign(difference)
  }
  return Math.sign(left.length - right.length)
}

/** Numbers, and truths as the numbers that Python takes them for. */
function asNumber(value: Value): bigint | number | null {
  if (typeof value === 'boolean') return value ? 1n : 0n
  return typeof value === 'bigint' || typeof value === 'number' ? value : null
}

/** `needle in hay`. */
export function contains(hay: Value, needle: Value): boolean {
  if (isList(hay)) return hay.some(item => equal(item, needle))
  return asText(hay).includes(asText(needle))
}

/** Python's `start:stop:step` over so many items: their indexes, in order. Null = left out. */
export function sliceIndexes(
  length: number,
  start: number | null,
  stop: number | null,
  step: number | null,
): readonly number[] {
  const by = step ?? 1
  if (by === 0) throw new Unusable('a step of nothing')
  const [low, high] = by > 0 ? [0, length] : [-1, length - 1]
  const place = (given: number | null, otherwise: number) =>
    given === null ? otherwise : Math.min(Math.max(given < 0 ? given + length : given, low), high)
  const from = place(start, by > 0 ? low : high)
  const to = place(stop, by > 0 ? high : low)
  const indexes: number[] = []
  for (let at = from; by > 0 ? at < to : at > to; at += by) indexes.push(at)
  return indexes
}
