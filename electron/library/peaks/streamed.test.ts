import fc from 'fast-check'
import { beforeAll, expect, test, vi } from 'vitest'
import { AppFailure } from '../../../shared/failure.ts'
import { BUCKET_BYTES, PER_SECOND, signedByte } from '../../../shared/peaks.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { flac, flatFlac, mp3, opus, speex, tone, vorbis } from '../audio/compressed.testing.ts'
import * as decoders from '../audio/decoders.ts'
import { type OpenDecoder, StreamedSound } from '../audio/streamed.ts'
import { virtualWav } from '../audio/virtual.ts'
import { writeWavHead } from '../audio/wav.ts'
import { concat, failureOf, memorySource } from '../testing.ts'
import { plainKernel } from './kernel.ts'
import { measure, type Measured } from './measure.ts'
import { StreamedShape } from './streamed.ts'

const SECONDS = 5
const openDecoder: OpenDecoder = kind => decoders.openDecoder(kind, 16_000)
const kernel = plainKernel()
const shapeOf = (bytes: () => Uint8Array) => {
  const { source, reads } = memorySource(bytes)
  return { shape: new StreamedShape(virtualWav(source), openDecoder, kernel), reads }
}

async function all(shape: StreamedShape, enough = () => false): Promise<Measured> {
  let values: number[] = []
  for (let second = 0; ;) {
    const measured = await shape.measure(second, enough)
    if (measured === null) throw new Error('not measured')
    const before = measured.fromSecond * PER_SECOND * measured.channels * BUCKET_BYTES
    values = [...values.slice(0, before), ...measured.values]
    if (measured.frames === measured.of) return { ...measured, fromSecond: 0, values: Uint8Array.from(values) }
    second = measured.frames / measured.rate
  }
}

/** Lowest, highest and level of each stretch of one side. */
const stretches = ({ values, channels }: Measured, side = 0) =>
  Array.from({ length: values.length / channels / BUCKET_BYTES }, (_, stretch) => {
    const at = (stretch * channels + side) * BUCKET_BYTES
    return { low: signedByte(values[at] ?? 0), high: signedByte(values[at + 1] ?? 0), level: values[at + 2] ?? 0 }
  })

let files: Record<'mp3' | 'vorbis' | 'flac' | 'opus', Uint8Array>
beforeAll(async () => {
  files = { mp3: await mp3(SECONDS), vorbis: await vorbis(SECONDS), flac: flac(SECONDS), opus: opus(SECONDS) }
})

test('what loses nothing has the shape of its samples, to the last bit', async () => {
  const samples = tone(SECONDS)
  const head = writeWavHead(
    { tag: 1, channels: 1, rate: 8000, bits: 16, blockAlign: 2, byteRate: 16_000 },
    2 * samples.length,
  )
  const wav = virtualWav(memorySource(() => concat([head, new Uint8Array(samples.buffer)])).source)
  const { shape } = shapeOf(() => files.flac)
  expect(await all(shape)).toEqual(await measure(wav, kernel, 0, () => false))
  shape.close()
})

test.each(['mp3', 'vorbis'] as const)('%s: one side, as long and as loud as the tone that is in it', async kind => {
  const { shape } = shapeOf(() => files[kind])
  const measured = await all(shape)
  shape.close()
  expect(measured.channels).toBe(1)
  expect(measured.frames / measured.rate).toBeCloseTo(SECONDS, 1)
  const inside = stretches(measured).slice(5, -5)
  // 8000 of 32,768, which is 31 of 128
  for (const { low, high, level } of inside) {
    expect(low).toBeGreaterThanOrEqual(-34)
    expect(low).toBeLessThanOrEqual(-29)
    expect(high).toBeGreaterThanOrEqual(29)
    expect(high).toBeLessThanOrEqual(34)
    expect(Math.abs(level - 151)).toBeLessThanOrEqual(2)
  }
})

test('two sides are told apart, and silence is silent', async () => {
  const two = await vorbis(2, 2)
  const sides = shapeOf(() => two).shape
  const measured = await all(sides)
  sides.close()
  expect(measured.channels).toBe(2)
  expect(Math.max(...stretches(measured, 1).map(({ level }) => level))).toBeLessThan(60)
  expect(
    Math.min(
      ...stretches(measured, 0)
        .slice(5, -5)
        .map(({ level }) => level),
    ),
  ).toBeGreaterThan(140)
  const quiet = shapeOf(() => files.opus).shape
  const silence = await all(quiet)
  quiet.close()
  expect(silence).toMatchObject({ channels: 1, frames: SECONDS * silence.rate })
  expect(stretches(silence).every(({ level }) => level === 0)).toBe(true)
})

test('stopped after every second it is the same, and nothing is decoded twice', async () => {
  for (const bytes of Object.values(files)) {
    const whole = shapeOf(() => bytes)
    const parts = shapeOf(() => bytes)
    const measured = await all(whole.shape)
    expect(await all(parts.shape, () => true)).toEqual(measured)
    expect(parts.reads).toEqual(whole.reads)
    // asked for its end again, as a page does that looks whether there is more
    const second = Math.floor(measured.frames / measured.rate)
    for (let i = 0; i < 2; i++) {
      const again = await parts.shape.measure(second, () => true)
      expect(again).toMatchObject({ fromSecond: second, frames: measured.frames, of: measured.of })
      expect(again?.values).toEqual(measured.values.subarray(second * PER_SECOND * BUCKET_BYTES))
    }
    expect(parts.reads).toEqual(whole.reads)
    whole.shape.close()
    parts.shape.close()
  }
})

test('one that has grown begins anew', async () => {
  const [short, long] = [await vorbis(2), await vorbis(4)]
  let now = short
  const { shape } = shapeOf(() => now)
  const before = await all(shape)
  now = long
  const after = await all(shape)
  shape.close()
  const fresh = shapeOf(() => long).shape
  expect(after).toEqual(await all(fresh))
  fresh.close()
  expect(after.frames).toBeGreaterThan(before.frames)
})

test('what is not decoded has no shape', async () => {
  const aac = concat([Buffer.from('\0\0\0\x20ftypM4A '), new Uint8Array(400)])
  for (const bytes of [aac, Buffer.from('fLaC'), Buffer.from('ID3\x04\0\0\x7f\x7f\x7f\x7f')]) {
    const { shape } = shapeOf(() => bytes)
    expect(await shape.measure(0, () => false)).toBeNull()
    shape.close()
  }
  const { shape } = shapeOf(() => speex())
  await expect(shape.measure(0, () => false)).rejects.toMatchObject({ failure: { code: 'recording-format' } })
})

test('a failure of the source is told, and the next try begins anew', async () => {
  // longer than what is read at once
  const long = flac(20)
  const { source } = memorySource(() => long)
  let fails = true
  const read: AudioSource['read'] = (from, to) =>
    fails && from > 0 ? Promise.reject(new AppFailure('unreachable')) : source.read(from, to)
  const shape = new StreamedShape({ ...source, contentType: 'audio/flac', read }, openDecoder, kernel)
  expect(await failureOf(all(shape))).toEqual({ code: 'unreachable' })
  fails = false
  expect((await all(shape)).frames).toBe(20 * 8000)
  shape.close()
})

test('a decoder that breaks down is the end of the sound, and no fault', async () => {
  const broken: OpenDecoder = async kind => {
    const decoder = await openDecoder(kind)
    let steps = 0
    const down = () => {
      throw new Error('unreachable executed')
    }
    return {
      decode: bytes => (steps++ < 40 ? decoder.decode(bytes) : Promise.reject(new Error('trap'))),
      finish: down,
      free: down,
    }
  }
  const shape = new StreamedShape(
    { ...memorySource(() => files.flac).source, contentType: 'audio/flac' },
    broken,
    kernel,
  )
  const measured = await all(shape)
  expect(measured.frames / measured.rate).toBeGreaterThan(2)
  expect(measured.frames / measured.rate).toBeLessThan(3)
  shape.close()
})

test('two kilobytes that hold a quarter of an hour are decoded in steps that fit into memory', async () => {
  const bomb = flatFlac(127)
  expect(bomb.length).toBeLessThan(2_000)
  const sound = await StreamedSound.of(virtualWav(memorySource(() => bomb).source), openDecoder)
  if (sound === null) throw new Error('not decoded')
  const steps: number[] = []
  for (let pcm = await sound.next(); pcm !== null; pcm = await sound.next()) steps.push(pcm.length)
  sound.close()
  expect(Math.max(...steps)).toBeLessThan(5_500_000)
  const samples = steps.reduce((sum, some) => sum + some, 0)
  expect(samples).toBeGreaterThan(126 * 65_534)
  const { shape } = shapeOf(() => bomb)
  expect((await all(shape)).values.length).toBe(Math.ceil((samples * PER_SECOND) / 8000) * BUCKET_BYTES)
  shape.close()
})

test('whatever is in it, it ends, and tells of no more than it holds', { timeout: 120_000 }, async () => {
  // what begins as its kind does is given to its decoder
  const KEPT = 48
  const mutated = fc.record({
    kind: fc.constantFrom('mp3' as const, 'vorbis' as const, 'flac' as const, 'opus' as const),
    changes: fc.array(fc.record({ at: fc.nat(1_000_000), to: fc.nat(255) }), { maxLength: 12 }),
    cut: fc.nat(1_000_000),
  })
  const told = new Set<string>()
  // the decoders tell of each broken frame; where the app is built, that is dropped
  const telling = vi.spyOn(console, 'error').mockReturnValue()
  await fc.assert(
    fc.asyncProperty(mutated, async ({ kind, changes, cut }) => {
      const file = files[kind]
      const bytes = Uint8Array.from(file.subarray(0, cut % 3 === 0 ? KEPT + (cut % (file.length - KEPT)) : file.length))
      for (const { at, to } of changes) bytes[KEPT + (at % (bytes.length - KEPT))] = to
      const { shape } = shapeOf(() => bytes)
      const measured = await shape.measure(0, () => false)
      shape.close()
      if (measured === null) return
      told.add(kind)
      expect(measured.frames).toBe(measured.of)
      expect(measured.values.length).toBe(
        Math.ceil((measured.frames * PER_SECOND) / measured.rate) * measured.channels * BUCKET_BYTES,
      )
    }),
    { numRuns: 300 },
  )
  telling.mockRestore()
  expect([...told].sort()).toEqual(Object.keys(files).sort())
})
