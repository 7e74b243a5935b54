/**
 * Lowest, highest and sum of squares of every stretch of samples (16 bits, one channel or two interleaved): by the vector
 * instructions of WebAssembly where the machine has them, else plainly. Both give the same to the last bit.
 */
import { type Code, get, i32, memory, moduleOf, op, set, simd, whilst, type Fun } from './wasm.ts'

export interface Kernel {
  /** Samples go in here. */
  readonly input: Int16Array
  /** What came out for stretch and channel `i` (channels of a stretch lie side by side): its sum of squares at `2 * i`. */
  readonly squares: Float64Array
  /** The same: the lowest at `8 * i`, the highest at `8 * i + 1`. */
  readonly bounds: Int16Array
  /** Measures `count` stretches of `frames` samples of each channel, from sample `at` of the input on. */
  measure(channels: 1 | 2, at: number, count: number, frames: number): void
}

/** Samples that fit in, and stretches times channels that fit out. */
export const INPUT = 768 * 1024
export const OUTPUT = 64 * 1024
/** Bytes of one result: a sum of 8, lowest and highest of 2 each, and 4 that nobody uses. */
const RESULT = 16
const PAGE = 64 * 1024

// ---- plainly

export function plainKernel(): Kernel {
  const input = new Int16Array(INPUT)
  const results = new ArrayBuffer(OUTPUT * RESULT)
  const squares = new Float64Array(results)
  const bounds = new Int16Array(results, 8)
  const measure: Kernel['measure'] = (channels, at, count, frames) => {
    for (let stretch = 0; stretch < count; stretch++)
      for (let channel = 0; channel < channels; channel++) {
        const first = at + stretch * frames * channels + channel
        const end = first + frames * channels
        let [low, high, sum] = [32_767, -32_768, 0]
        for (let i = first; i < end; i += channels) {
          const sample = input[i] ?? 0
          if (sample < low) low = sample
          if (sample > high) high = sample
          sum += sample * sample
        }
        const result = stretch * channels + channel
        squares[2 * result] = sum
        bounds[8 * result] = low
        bounds[8 * result + 1] = high
      }
  }
  return { input, squares, bounds, measure }
}

// ---- by vectors of eight

/** Parameters and locals of both functions, by their place. */
const [AT, COUNT, FRAMES, OUT] = [0, 1, 2, 3]
const [END, VECTORS, SAMPLE, LOW, HIGH, LOW2, HIGH2] = [4, 5, 6, 7, 8, 9, 10]
const [SUM, SUM2] = [11, 12]
const [V, LOWS, HIGHS, SUMS, SUMS2, DOT] = [13, 14, 15, 16, 17, 18]
const LOCALS: Fun['locals'] = [
  ...(['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const),
  ...(['i64', 'i64'] as const),
  ...(['v128', 'v128', 'v128', 'v128', 'v128', 'v128'] as const),
]

const add = (a: Code, b: Code) => op(0x6a, a, b)
const multiply = (a: Code, b: Code) => op(0x6c, a, b)
const isBelow = (a: Code, b: Code) => op(0x49, a, b)
const select = (a: Code, b: Code, isA: Code) => op(0x1b, a, b, isA)
const splat16 = (value: number) => simd(0x10, [], i32(value))
const min16 = (a: Code, b: Code) => simd(0x96, [], a, b)
const max16 = (a: Code, b: Code) => simd(0x98, [], a, b)
/** Products of 16-bit neighbours, added by twos: at most 2^31, so they are read without a sign. */
const dot = (a: Code, b: Code) => simd(0xba, [], a, b)
const add64 = (a: Code, b: Code) => simd(0xce, [], a, b)
const lane16 = (v: Code, lane: number) => simd(0x18, [lane], v)
const lane64 = (v: Code, lane: number) => simd(0x1d, [lane], v)
const zeros = simd(
  0x0c,
  Array.from({ length: 16 }, () => 0),
)
/** Every second sample, from the first or the second on; the others nought. */
const only = (v: Code, channel: 0 | 1) =>
  simd(
    0x4e,
    [],
    v,
    simd(
      0x0c,
      Array.from({ length: 16 }, (_, byte) => ((byte >> 1) % 2 === channel ? 0xff : 0)),
    ),
  )
/** Adds the four sums of a dot product to two of 64 bits. */
const gather = (sums: number, product: Code): Code => [
  ...set(DOT, product),
  ...set(sums, add64(get(sums), add64(simd(0xc9, [], get(DOT)), simd(0xca, [], get(DOT))))),
]
/** The lanes turned by so many bytes. */
const turned = (v: Code, by: number) =>
  simd(
    0x0d,
    Array.from({ length: 16 }, (_, byte) => (byte + by) % 16),
    v,
    v,
  )
/** Brings lowest and highest of lanes together until `lanes` of them are left. */
const fold = (lanes: 1 | 2): Code =>
  (lanes === 1 ? [8, 4, 2] : [8, 4]).flatMap(by => [
    ...set(LOWS, min16(get(LOWS), turned(get(LOWS), by))),
    ...set(HIGHS, max16(get(HIGHS), turned(get(HIGHS), by))),
  ])
const total = (sums: number): Code => op(0x7c, lane64(get(sums), 0), lane64(get(sums), 1))

/** Takes one sample (at AT and an offset) into the lowest, highest and sum of its channel. */
const takeSample = (offset: number, low: number, high: number, sum: number): Code => [
  ...set(SAMPLE, memory(0x2e, 1, offset, get(AT))),
  ...set(low, select(get(SAMPLE), get(low), op(0x48, get(SAMPLE), get(low)))),
  ...set(high, select(get(SAMPLE), get(high), op(0x4a, get(SAMPLE), get(high)))),
  ...set(sum, op(0x7c, get(sum), op(0xad, multiply(get(SAMPLE), get(SAMPLE))))),
]
const store = (low: number, high: number, sum: number): Code => [
  ...memory(0x39, 3, 0, get(OUT), op(0xba, get(sum))),
  ...memory(0x3b, 1, 8, get(OUT), get(low)),
  ...memory(0x3b, 1, 10, get(OUT), get(high)),
  ...set(OUT, add(get(OUT), i32(RESULT))),
]

/** AT and OUT are addresses in bytes; FRAMES counts samples of each channel. */
function measuring(channels: 1 | 2): Code {
  const frameBytes = 2 * channels
  const onStart: Code = [
    ...set(END, add(get(AT), multiply(get(FRAMES), i32(frameBytes)))),
    // whole vectors of eight samples
    ...set(VECTORS, add(get(AT), op(0x71, multiply(get(FRAMES), i32(frameBytes)), i32(-16)))),
    ...set(LOWS, splat16(32_767)),
    ...set(HIGHS, splat16(-32_768)),
    ...set(SUMS, zeros),
    ...set(SUMS2, zeros),
  ]
  const onVector: Code = [
    ...set(V, simd(0x00, [0, 0], get(AT))),
    ...set(LOWS, min16(get(LOWS), get(V))),
    ...set(HIGHS, max16(get(HIGHS), get(V))),
    ...(channels === 1
      ? gather(SUMS, dot(get(V), get(V)))
      : [...gather(SUMS, dot(get(V), only(get(V), 0))), ...gather(SUMS2, dot(get(V), only(get(V), 1)))]),
    ...set(AT, add(get(AT), i32(16))),
  ]
  const afterVectors: Code = [
    ...fold(channels),
    ...set(LOW, lane16(get(LOWS), 0)),
    ...set(HIGH, lane16(get(HIGHS), 0)),
    ...set(SUM, total(SUMS)),
    ...(channels === 1
      ? []
      : [...set(LOW2, lane16(get(LOWS), 1)), ...set(HIGH2, lane16(get(HIGHS), 1)), ...set(SUM2, total(SUMS2))]),
  ]
  const onFrame: Code = [
    ...takeSample(0, LOW, HIGH, SUM),
    ...(channels === 1 ? [] : takeSample(2, LOW2, HIGH2, SUM2)),
    ...set(AT, add(get(AT), i32(frameBytes))),
  ]
  return whilst(
    get(COUNT),
    onStart,
    whilst(isBelow(get(AT), get(VECTORS)), onVector),
    afterVectors,
    whilst(isBelow(get(AT), get(END)), onFrame),
    store(LOW, HIGH, SUM),
    channels === 1 ? [] : store(LOW2, HIGH2, SUM2),
    set(COUNT, add(get(COUNT), i32(-1))),
  )
}

const INPUT_BYTES = INPUT * 2
const PAGES = Math.ceil((INPUT_BYTES + OUTPUT * RESULT) / PAGE)

type Measuring = (at: number, count: number, frames: number, out: number) => void

/** As much of WebAssembly as is used: Node has it, its types have not. */
interface Engine {
  validate(bytes: Uint8Array): boolean
  readonly Module: new (bytes: Uint8Array) => object
  /** What the module of ours exports. */
  readonly Instance: new (module: object) => {
    readonly exports: {
      readonly memory: { readonly buffer: ArrayBuffer }
      readonly measure1: Measuring
      readonly measure2: Measuring
    }
  }
}

/** Null where this machine has no vectors. */
export function vectorKernel(): Kernel | null {
  const { WebAssembly: engine } = globalThis as unknown as { readonly WebAssembly?: Engine }
  const functions = ([1, 2] as const).map(channels => ({
    name: `measure${channels}`,
    parameters: 4,
    locals: LOCALS,
    body: measuring(channels),
  }))
  const bytes = moduleOf(PAGES, functions)
  if (engine?.validate(bytes) !== true) return null
  const { memory: own, measure1, measure2 } = new engine.Instance(new engine.Module(bytes)).exports
  return {
    input: new Int16Array(own.buffer, 0, INPUT),
    squares: new Float64Array(own.buffer, INPUT_BYTES, 2 * OUTPUT),
    bounds: new Int16Array(own.buffer, INPUT_BYTES + 8, 8 * OUTPUT - 4),
    measure: (channels, at, count, frames) =>
      (channels === 1 ? measure1 : measure2)(2 * at, count, frames, INPUT_BYTES),
  }
}
