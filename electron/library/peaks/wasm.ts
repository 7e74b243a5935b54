/**
 * As much of the WebAssembly binary format (core specification 2.0, chapter 5) as a kernel needs, so that the module is
 * made from readable code here and no compiled bytes lie in the project. An expression is the bytes of its instructions.
 */

export type Code = readonly number[]

export const TYPES = { i32: 0x7f, i64: 0x7e, f64: 0x7c, v128: 0x7b } as const
export type Type = keyof typeof TYPES

/** LEB128 of a number that is not negative. */
function unsigned(value: number): Code {
  const low = value & 0x7f
  return value > 0x7f ? [low | 0x80, ...unsigned(value >>> 7)] : [low]
}

function signed(value: number): Code {
  const low = value & 0x7f
  const rest = value >> 7
  const ends = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)
  return ends ? [low] : [low | 0x80, ...signed(rest)]
}

const sized = (content: Code): Code => [...unsigned(content.length), ...content]
const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()]
const text = (words: string): Code => sized([...new TextEncoder().encode(words)])

// ---- instructions: operands first, as the machine takes them

export const get = (local: number): Code => [0x20, ...unsigned(local)]
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)]
export const i32 = (value: number): Code => [0x41, ...signed(value)]
/** One instruction of a byte, after its operands. */
export const op = (code: number, ...operands: readonly Code[]): Code => [...operands.flat(), code]
/** A load or store: how its address is aligned (a power of two; a hint alone) and what is added to it. */
export const memory = (code: number, align: number, offset: number, ...operands: readonly Code[]): Code => [
  ...operands.flat(),
  code,
  align,
  ...unsigned(offset),
]
/** A vector instruction; `immediate`: lanes and constants, which follow its number. */
export const simd = (code: number, immediate: Code, ...operands: readonly Code[]): Code => [
  ...operands.flat(),
  0xfd,
  ...unsigned(code),
  ...immediate,
]
/** Runs `body` as long as `condition` is not nought, which is looked at first. */
export const whilst = (condition: Code, ...body: readonly Code[]): Code => [
  ...[0x02, 0x40, 0x03, 0x40],
  ...op(0x45, condition),
  ...[0x0d, 1],
  ...body.flat(),
  ...[0x0c, 0, 0x0b, 0x0b],
]

export interface Fun {
  readonly name: string
  /** All of them i32. */
  readonly parameters: number
  readonly locals: readonly Type[]
  readonly body: Code
}

const section = (id: number, items: readonly Code[]): Code => [id, ...sized(list(items))]

/** A module with one memory of `pages` times 64 KiB, exported as `memory`, and functions that answer nothing. */
export function moduleOf(pages: number, functions: readonly Fun[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [
    0x60,
    ...list(Array.from({ length: parameters }, () => [TYPES.i32])),
    0,
  ])
  const exported = functions.map(({ name }, index) => [...text(name), 0, ...unsigned(index)])
  const bodies = functions.map(({ locals, body }) =>
    sized([...list(locals.map(type => [1, TYPES[type]])), ...body, 0x0b]),
  )
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(
      3,
      functions.map((_, index) => unsigned(index)),
    ),
    ...section(5, [[0, ...unsigned(pages)]]),
    ...section(7, [[...text('memory'), 2, 0], ...exported]),
    ...section(10, bodies),
  ])
}
