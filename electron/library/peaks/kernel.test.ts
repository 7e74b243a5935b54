import fc from 'fast-check'
import { expect, test } from 'vitest'
import { INPUT, type Kernel, OUTPUT, plainKernel, vectorKernel } from './kernel.ts'

const plain = plainKernel()
const vector = vectorKernel()
if (vector === null) throw new Error('This machine has no vectors')

function results(
  kernel: Kernel,
  samples: readonly number[],
  channels: 1 | 2,
  at: number,
  count: number,
  frames: number,
) {
  kernel.input.set(samples, at)
  kernel.measure(channels, at, count, frames)
  return Array.from({ length: count * channels }, (_, i) => [
    kernel.squares[2 * i],
    kernel.bounds[8 * i],
    kernel.bounds[8 * i + 1],
  ])
}

const extremes = fc.constantFrom(-32_768, 32_767, 0, -1, 1)
const sample = fc.oneof(fc.integer({ min: -32_768, max: 32_767 }), extremes)

test('both kernels give the same, to the last bit, for stretches of any length, one channel or two', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<1 | 2>(1, 2),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 6 }),
      fc.nat(20),
      fc.array(sample, { minLength: 480, maxLength: 480 }),
      (channels, frames, count, at, samples) => {
        expect(results(vector, samples, channels, at, count, frames)).toEqual(
          results(plain, samples, channels, at, count, frames),
        )
      },
    ),
    { numRuns: 1000 },
  )
})

test('the loudest of sounds overflows nothing', () => {
  const loudest = Array.from({ length: 2 * 882 }, () => -32_768)
  for (const kernel of [plain, vector])
    for (const channels of [1, 2] as const)
      expect(results(kernel, loudest, channels, 0, 1, 882)[0]).toEqual([882 * 2 ** 30, -32_768, -32_768])
})

test('nothing to measure changes nothing, and the last places can be used', () => {
  for (const kernel of [plain, vector]) {
    const before = kernel.squares[0]
    kernel.measure(1, 0, 0, 160)
    expect(kernel.squares[0]).toBe(before)
    kernel.input.set([7, -7], INPUT - 2)
    kernel.measure(2, INPUT - 2, 1, 1)
    expect([kernel.squares[0], kernel.squares[2]]).toEqual([49, 49])
    kernel.input.fill(1)
    kernel.measure(1, 0, OUTPUT, 3)
    expect(kernel.squares[2 * (OUTPUT - 1)]).toBe(3)
    expect(kernel.bounds[8 * (OUTPUT - 1) + 1]).toBe(1)
  }
})
