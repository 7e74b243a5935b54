import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { type AudioSource } from '../../../shared/recordings.ts'
import { concat, memorySource } from '../testing.ts'
import { type BlockDecoder } from './decoder.ts'
import { decodedHere, DecodingThread } from './decoding.ts'
import { g722Decoder } from './g722.ts'
import { gsmDecoder } from './gsm.ts'
import { virtualWav } from './virtual.ts'
import { voxDecoder } from './vox.ts'
import { writeWavHead } from './wav.ts'

/** Bytes as a codec might send them, the same in every run. */
const noise = (length: number, seed: number) => {
  let state = seed
  return Uint8Array.from({ length }, () => (state = (state * 1103515245 + 12345) & 0x7fffffff) >> 16)
}
const signed = (bytes: Uint8Array) => bytes.map((value, at) => (at % 33 === 0 ? 0xd0 | (value & 15) : value))

interface Codec {
  readonly name: string
  readonly extension: string
  readonly make: () => BlockDecoder
  /** A file of at least so many seconds. */
  readonly file: (seconds: number) => Uint8Array
  readonly dataAt: number
}

const codecs: Codec[] = [
  {
    name: 'gsm',
    extension: 'gsm',
    make: () => gsmDecoder('plain'),
    file: s => signed(noise(33 * 50 * s, 1)),
    dataAt: 0,
  },
  {
    name: 'wav49',
    extension: 'WAV',
    make: () => gsmDecoder('microsoft'),
    file: s => {
      const head = writeWavHead(
        { tag: 49, channels: 1, rate: 8000, bits: 0, byteRate: 1625, blockAlign: 65 },
        65 * 25 * s,
      )
      return concat([head, noise(65 * 25 * s, 2)])
    },
    dataAt: 58,
  },
  { name: 'g722', extension: 'g722', make: g722Decoder, file: s => noise(8000 * s, 3), dataAt: 0 },
  { name: 'vox', extension: 'vox', make: voxDecoder, file: s => noise(4000 * s, 4), dataAt: 0 },
]

function decodeAll(file: Uint8Array, { make, dataAt }: Codec): Uint8Array {
  const decoder = make()
  const count = Math.floor((file.length - dataAt) / decoder.blockBytes)
  const out = new Int16Array(count * decoder.blockSamples)
  decoder.decode(file.subarray(dataAt), count, out)
  return new Uint8Array(out.buffer)
}

const thread = new DecodingThread(join(import.meta.dirname, 'decodingWorker.ts'))
afterAll(() => thread.close())
const ways = [
  { where: 'here', decoding: decodedHere },
  { where: 'in the thread', decoding: thread.decode },
] as const

describe.each(codecs.flatMap(codec => ways.map(way => ({ ...codec, ...way }))))('$name, $where', codec => {
  const file = codec.file(35)
  const whole = decodeAll(file, codec)
  const opened = (source: AudioSource) => virtualWav(source, { extension: codec.extension }, codec.decoding)
  const open = () => opened(memorySource(() => file).source)

  test('read from the start, in pieces of any size, it is what its decoder gives', async () => {
    const wav = open()
    const size = await wav.size()
    expect(size).toBe(44 + whole.length)
    const pieces: Uint8Array[] = []
    for (let at = 44, step = 1; at < size; at += step, step = (step * 7) % 90_001)
      pieces.push(await wav.read(at, Math.min(size, at + step)))
    expect(Buffer.compare(concat(pieces), whole)).toBe(0)
  })

  test('once it was read through, any stretch is exact', async () => {
    const wav = open()
    const size = await wav.size()
    await wav.read(0, size)
    await fc.assert(
      fc.asyncProperty(fc.nat(size - 45), fc.nat(5000), async (from, length) => {
        const to = Math.min(whole.length, from + length + 1)
        expect(Buffer.compare(await wav.read(44 + from, 44 + to), whole.subarray(from, to))).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  test('reads that overlap in time do not disturb each other', async () => {
    const wav = open()
    const size = await wav.size()
    const places = [0, 300_000, 40_000, 120_000, 8_000].map(at => at % (size - 10_044))
    await wav.read(0, size)
    const pieces = await Promise.all(places.map(at => wav.read(44 + at, 44 + at + 10_000)))
    pieces.forEach((piece, index) => {
      const at = places[index] ?? 0
      expect(Buffer.compare(piece, whole.subarray(at, at + 10_000))).toBe(0)
    })
  })

  test('a jump reads no more than it has to', async () => {
    const { source, reads } = memorySource(() => file)
    const wav = opened(source)
    const size = await wav.size()
    reads.length = 0
    await wav.read(size - 4000, size)
    const bytes = reads.reduce((sum, [from, to]) => sum + to - from, 0)
    expect(bytes).toBeLessThan((file.length / 35) * 3)
  })

  test('from any place on, piece after piece, no more is read than lies there, but for the way to the first', async () => {
    const { source, reads } = memorySource(() => file)
    const wav = opened(source)
    const size = await wav.size()
    const bytesPerSecond = file.length / 35
    reads.length = 0
    const pieces: Uint8Array[] = []
    const start = 44 + 2 * Math.floor(whole.length / 2 / 2)
    for (let at = start; at < size; at += 10_002) pieces.push(await wav.read(at, Math.min(size, at + 10_002)))
    const bytes = reads.reduce((sum, [from, to]) => sum + to - from, 0)
    expect(bytes).toBeLessThan(file.length / 2 + 2.1 * bytesPerSecond)
    expect(concat(pieces)).toHaveLength(size - start)
  })

  test('a failed read leaves nothing behind', async () => {
    let fails = true
    const { source } = memorySource(() => file)
    const flaky = {
      ...source,
      read: (from: number, to: number) =>
        fails && from > 40_000 ? Promise.reject(new Error('gone')) : source.read(from, to),
    }
    const wav = opened(flaky)
    const size = await wav.size()
    await expect(wav.read(44, size)).rejects.toThrow('gone')
    fails = false
    expect(Buffer.compare(await wav.read(44, size), whole)).toBe(0)
  })

  test('what grows goes on where it ended', async () => {
    let length = codec.dataAt + 1000
    const wav = opened(memorySource(() => file.subarray(0, length)).source)
    const before = await wav.size()
    const first = await wav.read(44, before)
    length = file.length
    const size = await wav.size()
    expect(Buffer.compare(concat([first, await wav.read(before, size)]), whole)).toBe(0)
  })
})

describe.each(ways)('two places at a time, $where', ({ decoding }) => {
  test('each goes on where it was, and nothing is decoded twice', async () => {
    const file = noise(8000 * 90, 5)
    const { source, reads } = memorySource(() => file)
    const wav = virtualWav(source, { extension: 'g722' }, decoding)
    await wav.size()
    const second = 32_000
    await wav.read(44, 44 + 60 * second)
    reads.length = 0
    for (let at = 0; at < 8; at++) {
      await wav.read(44 + (60 + at) * second, 44 + (61 + at) * second)
      await wav.read(44 + (20 + at) * second, 44 + (21 + at) * second)
    }
    // one second of the file is 8,000 bytes; the way back to the second 20 is known exactly
    expect(reads.reduce((sum, [from, to]) => sum + to - from, 0)).toBe(16 * 8000)
    await wav.close()
  })
})

test('a thread that ended is started anew for the next read', async () => {
  const own = new DecodingThread(join(import.meta.dirname, 'decodingWorker.ts'))
  const file = noise(8000, 6)
  const wav = virtualWav(memorySource(() => file).source, { extension: 'g722' }, own.decode)
  const size = await wav.size()
  const whole = await wav.read(44, size)
  await own.close()
  expect(await wav.read(44, size)).toEqual(whole)
  await wav.close()
  await own.close()
})

test('damaged frames of GSM stay sound: a lag that cannot be is passed over', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 33, maxLength: 33 * 8 }), bytes => {
      const decoder = gsmDecoder('plain')
      const count = Math.floor(bytes.length / 33)
      const out = new Int16Array(count * 160).fill(1)
      decoder.decode(bytes, count, out)
      // 13 bits in 16: the three lowest are nought
      expect(out.every(sample => (sample & 7) === 0)).toBe(true)
    }),
  )
})
