import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { AppFailure } from '../../../shared/failure.ts'
import { BUCKET_BYTES, levelOf, type PeaksAnswer, PER_SECOND, signedByte } from '../../../shared/peaks.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { vorbis } from '../audio/compressed.testing.ts'
import { fileSource } from '../audio/file.ts'
import { ulawSample } from '../audio/g711.ts'
import { virtualWav } from '../audio/virtual.ts'
import { writeWavHead } from '../audio/wav.ts'
import { concat, failureOf, memorySource, privateFolder, until } from '../testing.ts'
import { plainKernel, vectorKernel } from './kernel.ts'
import { fastLevel } from './level.ts'
import { measure } from './measure.ts'
import { PeaksOfParts } from './peaks.ts'
import { PeaksThread } from './thread.ts'
import { readWhole, writeWhole } from './whole.ts'

const kernels = [plainKernel(), vectorKernel() ?? plainKernel()]

function wav(samples: Int16Array, rate: number, channels: number): Uint8Array {
  const blockAlign = 2 * channels
  const head = writeWavHead(
    { tag: 1, channels, rate, bits: 16, blockAlign, byteRate: rate * blockAlign },
    samples.length * 2,
  )
  return concat([head, new Uint8Array(samples.buffer)])
}

/** Sound whose every stretch is different, the same in every run. */
const noise = (length: number, seed = 1) => {
  let state = seed
  return Int16Array.from({ length }, (_, at) => {
    state = (state * 1103515245 + 12345) & 0x7fffffff
    return ((state >> 15) - 32_768) / (1 + (at % 7))
  })
}

/** The shape as its definition says it, one sample after the other. */
function expected(samples: Int16Array, rate: number, channels: number): number[] {
  const frames = samples.length / channels
  const values: number[] = []
  for (let bucket = 0; Math.floor((bucket * rate) / PER_SECOND) < frames; bucket++) {
    const from = Math.floor((bucket * rate) / PER_SECOND)
    const to = Math.min(frames, Math.floor(((bucket + 1) * rate) / PER_SECOND))
    for (let channel = 0; channel < channels; channel++) {
      const some = Array.from({ length: to - from }, (_, i) => samples[(from + i) * channels + channel] ?? 0)
      values.push(Math.trunc(Math.min(...some) / 256), Math.trunc(Math.max(...some) / 256))
      values.push(levelOf(some.reduce((sum, one) => sum + one * one, 0) / some.length))
    }
  }
  return values
}

const shown = (values: Uint8Array) =>
  Array.from(values, (byte, at) => (at % BUCKET_BYTES === 2 ? byte : signedByte(byte)))

test.each([
  [8000, 1, 8000 * 3 + 77],
  [8000, 2, 8000 * 2 + 1],
  [16_000, 1, 16_000 * 70],
  [11_025, 1, 11_025 * 2 + 5],
  [11_025, 2, 11_025 + 4],
  [44_100, 2, 44_100 * 3 + 441],
  [22_050, 1, 22_050],
  [8000, 1, 1],
])('at %i Hz, %i channel(s), %i frames: what the definition says, by either kernel', async (rate, channels, frames) => {
  const samples = noise(frames * channels)
  const source = virtualWav(memorySource(() => wav(samples, rate, channels)).source)
  for (const kernel of kernels) {
    const measured = await measure(source, kernel, 0, () => false)
    expect(measured).toMatchObject({ channels, fromSecond: 0, frames, of: frames, rate })
    expect(shown(measured?.values ?? new Uint8Array())).toEqual(expected(samples, rate, channels))
  }
})

test('stopped after any piece and gone on with from the last whole second, it is the same', async () => {
  const samples = noise(8000 * 200 + 123)
  const source = virtualWav(memorySource(() => wav(samples, 8000, 1)).source)
  const [kernel] = kernels
  if (kernel === undefined) throw new Error('no kernel')
  const whole = expected(samples, 8000, 1)
  let values: number[] = []
  let frames = 0
  for (let of = 1; frames < of;) {
    const from = Math.floor(frames / 8000)
    const measured = await measure(source, kernel, from, () => true)
    if (measured === null) throw new Error('not measured')
    values = [...values.slice(0, from * PER_SECOND * BUCKET_BYTES), ...shown(measured.values)]
    expect(measured.frames).toBeGreaterThan(frames)
    ;({ frames, of } = measured)
  }
  expect(values).toEqual(whole)
})

test('every kind of sample is read', async () => {
  const [kernel] = kernels
  if (kernel === undefined) throw new Error('no kernel')
  const one = async (tag: number, bits: number, data: number[]) => {
    const blockAlign = bits / 8
    const head = writeWavHead(
      { tag, channels: 1, rate: 8000, bits, blockAlign, byteRate: 8000 * blockAlign },
      data.length,
    )
    const source = virtualWav(memorySource(() => concat([head, Uint8Array.from(data)])).source)
    const measured = await measure(source, kernel, 0, () => false)
    return measured === null ? null : shown(measured.values)
  }
  expect(await one(1, 8, [0, 255])).toEqual([-128, 127, levelOf((32_768 ** 2 + 32_512 ** 2) / 2)])
  expect(await one(1, 24, [0, 0, 0x80, 0, 0, 0x40])).toEqual([-128, 64, levelOf((32_768 ** 2 + 16_384 ** 2) / 2)])
  expect(await one(1, 32, [0, 0, 0, 0x40])).toEqual([64, 64, levelOf(16_384 ** 2)])
  expect(await one(3, 32, [...new Uint8Array(Float32Array.of(0.5, -2, NaN).buffer)])).toEqual([
    -128,
    64,
    levelOf((16_384 ** 2 + 32_768 ** 2) / 3),
  ])
  const loud = ulawSample(0x80)
  expect(await one(7, 8, [0x80, 0xff])).toEqual([0, Math.trunc(loud / 256), levelOf(loud ** 2 / 2)])
  expect(await one(6, 8, [0x55])).not.toBeNull()
})

describe('in the thread', () => {
  const thread = new PeaksThread(join(import.meta.dirname, 'worker.ts'))
  afterAll(() => thread.close())

  async function all(peaks: PeaksOfParts, part: string, from = 0) {
    const answers: PeaksAnswer[] = []
    let have = from
    for (;;) {
      const answer = await peaks.more(part, have)
      answers.push(answer)
      if (answer.kind === 'none' || answer.whole) return answers
      have = answer.from + answer.values.length / answer.channels / BUCKET_BYTES
    }
  }
  const sealed = new Map<string, Uint8Array>()
  const kept = {
    open: (name: string) => Promise.resolve(sealed.get(name) ?? null),
    keep: (name: string, bytes: Uint8Array) => Promise.resolve(sealed.set(name, bytes).size > 0),
  }
  const log = (_: string, error: unknown) => expect(error).toBeUndefined()
  const of = (open: (part: string) => Promise<AudioSource>) => new PeaksOfParts({ thread, open, kept, log })
  afterEach(() => sealed.clear())

  test('a recording is measured to its end, and known from then on', async () => {
    const samples = noise(8000 * 150)
    const { source, reads } = memorySource(() => wav(samples, 8000, 1))
    const peaks = of(() => Promise.resolve(source))
    const answers = await all(peaks, 'a')
    const values = answers.flatMap(answer => (answer.kind === 'peaks' ? shown(answer.values) : []))
    expect(values).toEqual(expected(samples, 8000, 1))
    reads.length = 0
    expect(await peaks.more('a', 0)).toMatchObject({ from: 0, whole: true, ms: 150_000 })
    expect(reads).toEqual([])
  })

  test('one that has grown is measured on from where it ended', async () => {
    const samples = noise(8000 * 60)
    let now = 8000 * 20 + 100
    const { source, reads } = memorySource(() => wav(samples.slice(0, now), 8000, 1))
    const peaks = of(() => Promise.resolve(source))
    await all(peaks, 'a')
    now = samples.length
    reads.length = 0
    const answer = await peaks.more('a', 20 * PER_SECOND + 1)
    expect(answer).toMatchObject({ kind: 'peaks', from: 20 * PER_SECOND, whole: true, ms: 60_000 })
    expect(Math.min(...reads.filter(([from]) => from > 64).map(([from]) => from))).toBeGreaterThanOrEqual(
      44 + 20 * 16_000,
    )
    const whole = await peaks.more('a', 0)
    expect(whole.kind === 'peaks' && shown(whole.values)).toEqual(expected(samples, 8000, 1))
  })

  test('a failure is told as it was, and the next try begins anew', async () => {
    let fails = true
    const { source } = memorySource(() => wav(noise(800), 8000, 1))
    const peaks = of(() => (fails ? Promise.reject(new AppFailure('recording-deleted')) : Promise.resolve(source)))
    expect(await failureOf(peaks.more('a', 0))).toEqual({ code: 'recording-deleted' })
    fails = false
    expect(await peaks.more('a', 0)).toMatchObject({ kind: 'peaks', whole: true })
  })

  test('a whole shape is kept, and known at once in a later run; a sound that grew since is measured on', async () => {
    const samples = noise(8000 * 60)
    let now = 8000 * 30 + 11
    const { source, reads } = memorySource(() => wav(samples.slice(0, now), 8000, 1))
    const open = () => Promise.resolve(source)
    await all(of(open), 'a')
    await until(() => sealed.size === 1)
    reads.length = 0
    const again = of(open)
    const answer = await again.more('a', 0)
    expect(answer.kind === 'peaks' && shown(answer.values)).toEqual(expected(samples.slice(0, now), 8000, 1))
    expect(answer).toMatchObject({ whole: true, ms: 30_001 })
    // nothing but the head
    expect(reads.filter(([, to]) => to > 64)).toEqual([])

    now = samples.length
    const later = of(open)
    const [first] = await all(later, 'a')
    expect(first).toMatchObject({ whole: false, ms: 30_001 })
    const whole = await later.more('a', 0)
    expect(whole.kind === 'peaks' && shown(whole.values)).toEqual(expected(samples, 8000, 1))
    await until(() => (sealed.get('peaks a')?.length ?? 0) > 60 * PER_SECOND * BUCKET_BYTES)
  })

  test('what is decoded from its beginning on is measured, kept, and known in a later run', async () => {
    const ogg = await vorbis(90)
    const { source, reads } = memorySource(() => ogg, 'audio/ogg')
    const open = () => Promise.resolve(virtualWav(source))
    const answers = await all(of(open), 'a')
    expect(answers.at(-1)).toMatchObject({ kind: 'peaks', channels: 1, whole: true })
    await until(() => sealed.size === 1)
    const read = reads.length
    const later = await of(open).more('a', 0)
    expect(later.kind === 'peaks' && later.ms).toBeCloseTo(90_000, -2)
    expect(later.kind === 'peaks' && later.values.length).toBe(90 * PER_SECOND * BUCKET_BYTES)
    // no more than what tells its kind
    expect(reads.slice(read).every(([, to]) => to <= 64 * 1024)).toBe(true)
    expect(reads.length - read).toBeLessThan(4)
  })

  test('two legs that were taken for one while they were silent are measured anew, in this run and in a later one', async () => {
    const folder = await privateFolder()
    try {
      const place = join(folder.path, 'a.raw')
      const legs = noise(16_000 * 10)
      // neighbours in one leg are alike
      for (let i = 0; i < legs.length; i++)
        legs[i] = i < 16_000 ? 0 : Math.round(9000 * Math.sin((Math.floor(i / 2) * (1 + (i % 2))) / 7))
      const file = (seconds: number) => new Uint8Array(legs.buffer, 0, seconds * 32_000)
      const open = () =>
        virtualWav(
          fileSource(() => Promise.resolve(place), { contentType: 'audio/wav' }),
          {
            extension: 'raw',
            lookForStereo: true,
          },
        )
      await writeFile(place, file(1))
      const source = open()
      const peaks = of(() => Promise.resolve(source))
      expect((await all(peaks, 'a')).at(-1)).toMatchObject({ channels: 1, ms: 2000, whole: true })
      await until(() => sealed.size === 1)

      await writeFile(place, file(10))
      const whole = [{ kind: 'peaks', channels: 2, from: 0, ms: 10_000, whole: true }]
      const grown = await all(peaks, 'a', 2 * PER_SECOND)
      expect(grown).toMatchObject(whole)
      expect(grown.flatMap(one => (one.kind === 'peaks' ? shown(one.values) : []))).toEqual(expected(legs, 8000, 2))

      const later = open()
      expect(
        await all(
          of(() => Promise.resolve(later)),
          'a',
        ),
      ).toMatchObject(whole)
      // as many bytes that were one leg when they were sealed
      const mono = virtualWav(memorySource(() => file(10)).source, { extension: 'raw' })
      sealed.clear()
      await all(
        of(() => Promise.resolve(mono)),
        'a',
      )
      await until(() => sealed.size === 1)
      expect(
        await all(
          of(() => Promise.resolve(later)),
          'a',
        ),
      ).toMatchObject(whole)
    } finally {
      await folder.remove()
    }
  })

  test('at another rate it is another shape: in the thread that read the same file before, and in a later run', async () => {
    const folder = await privateFolder()
    try {
      const place = join(folder.path, 'a.raw')
      const samples = noise(16_000 * 6)
      await writeFile(place, new Uint8Array(samples.buffer))
      const open = (rawRate: number) =>
        virtualWav(
          fileSource(() => Promise.resolve(place), { contentType: 'audio/wav' }),
          { extension: 'raw', rawRate },
        )
      let source = open(8_000)
      const peaks = of(() => Promise.resolve(source))
      const shape = async (of: PeaksOfParts) =>
        (await all(of, 'a')).flatMap(one => (one.kind === 'peaks' ? shown(one.values) : []))
      expect(await shape(peaks)).toEqual(expected(samples, 8_000, 1))
      await until(() => sealed.size === 1)

      source = open(16_000)
      peaks.clear()
      expect(await shape(peaks)).toEqual(expected(samples, 16_000, 1))
      // as many bytes, of which a shape at another rate is kept
      source = open(24_000)
      expect(await shape(of(() => Promise.resolve(source)))).toEqual(expected(samples, 24_000, 1))

      // it grew, and was heard at another rate before that was told
      const more = noise(16_000 * 8, 2)
      await writeFile(place, new Uint8Array(more.buffer))
      source = open(32_000)
      const [grown] = await all(peaks, 'a', 6 * PER_SECOND)
      expect(grown).toMatchObject({ from: 0, ms: 4_000, whole: true })
      expect(grown?.kind === 'peaks' && shown(grown.values)).toEqual(expected(more, 32_000, 1))
    } finally {
      await folder.remove()
    }
  })

  test('a kept shape of another sound, or one that was cut, is not taken', async () => {
    const [long, short] = [noise(8000 * 20, 2), noise(8000 * 10, 3)]
    await all(
      of(() => Promise.resolve(memorySource(() => wav(long, 8000, 1)).source)),
      'a',
    )
    await until(() => sealed.size === 1)
    const answers = await all(
      of(() => Promise.resolve(memorySource(() => wav(short, 8000, 1)).source)),
      'a',
    )
    expect(answers.flatMap(one => (one.kind === 'peaks' ? shown(one.values) : []))).toEqual(expected(short, 8000, 1))
  })

  test('where no shape can be kept, it is measured all the same', async () => {
    const told: string[] = []
    const samples = noise(8000)
    const peaks = new PeaksOfParts({
      thread,
      open: () => Promise.resolve(memorySource(() => wav(samples, 8000, 1)).source),
      kept: { open: () => Promise.reject(new Error('no disk')), keep: () => Promise.reject(new Error('no disk')) },
      log: text => told.push(text),
    })
    expect(await peaks.more('a', 0)).toMatchObject({ kind: 'peaks', whole: true })
    await until(() => told.length === 2)
  })

  test('what a player alone can read has none', async () => {
    const { source } = memorySource(() => new TextEncoder().encode('fLaC and what follows'))
    expect(await of(() => Promise.resolve(source)).more('a', 0)).toEqual({ kind: 'none' })
  })

  test('what lies in a file is read and decoded by the thread, wherever the file is now', async () => {
    const folder = await privateFolder()
    try {
      let place = join(folder.path, 'a.g722')
      const bytes = new Uint8Array(noise(8000 * 20).buffer)
      await writeFile(place, bytes.subarray(0, 8000 * 25))
      const opened = virtualWav(
        fileSource(() => Promise.resolve(place), { contentType: 'audio/wav' }),
        {
          extension: 'g722',
        },
      )
      const notRead: AudioSource = {
        ...opened,
        contentType: 'audio/wav',
        read: () => Promise.reject(new Error('read on this side')),
      }
      const peaks = of(() => Promise.resolve(notRead))
      await all(peaks, 'a')
      // it grows, and is given another name
      place = join(folder.path, 'b.g722')
      await rename(join(folder.path, 'a.g722'), place)
      await writeFile(place, bytes)
      expect((await all(peaks, 'a', 25 * PER_SECOND))[0]).toMatchObject({ from: 25 * PER_SECOND })
      const decodedHere = virtualWav(memorySource(() => bytes).source, { extension: 'g722' })
      const others = of(() => Promise.resolve(decodedHere))
      await all(others, 'b')
      const whole = await peaks.more('a', 0)
      expect(whole).toMatchObject({ whole: true, ms: 40_000 })
      expect(whole).toEqual(await others.more('b', 0))

      await rm(place)
      expect(await failureOf(of(() => Promise.resolve(notRead)).more('c', 0))).toEqual({ code: 'recording-missing' })
    } finally {
      await folder.remove()
    }
  })

  test('several at once do not disturb each other', async () => {
    const sounds = [1, 2, 3].map(seed => noise(8000 * 30, seed))
    const peaks = of(part => Promise.resolve(memorySource(() => wav(sounds[Number(part)] ?? noise(1), 8000, 1)).source))
    await Promise.all(
      sounds.map(async (samples, index) => {
        const values = (await all(peaks, String(index))).flatMap(one => (one.kind === 'peaks' ? shown(one.values) : []))
        expect(values).toEqual(expected(samples, 8000, 1))
      }),
    )
  })
})

test('levels rise with loudness, half a decibel a step', () => {
  expect([levelOf(0), levelOf(1), levelOf(2 ** 30)]).toEqual([0, 1, 182])
  fc.assert(
    fc.property(fc.double({ min: 1, max: 2 ** 30, noNaN: true }), power => {
      expect(Math.abs(10 * Math.log10(power) - (levelOf(power) - 1) / 2)).toBeLessThanOrEqual(0.2501)
    }),
  )
})

test('the table of levels says what their definition says, at every edge too', () => {
  const edges = Array.from({ length: 182 }, (_, step) => 10 ** ((step - 0.5) / 20)).flatMap(edge => [
    edge * (1 - 2 ** -52),
    edge,
    edge * (1 + 2 ** -52),
  ])
  for (const power of [0, 0.5, 1, 2 ** 30, ...edges]) expect(fastLevel(power), String(power)).toBe(levelOf(power))
  fc.assert(
    fc.property(fc.double({ min: 0, max: 2 ** 30, noNaN: true }), power => {
      expect(fastLevel(power)).toBe(levelOf(power))
    }),
    { numRuns: 5_000 },
  )
})

test('bytes that are no whole shape are told, whatever they are', () => {
  const shape = {
    channels: 2,
    rate: 11_025,
    frames: 12_345,
    values: new Uint8Array(56 * 2 * BUCKET_BYTES).fill(9),
  } as const
  const bytes = writeWhole(shape, 99)
  expect(readWhole(bytes)).toEqual({ whole: shape, size: 99 })
  expect(readWhole(bytes.subarray(0, -1))).toBeNull()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(23), fc.nat(255), (junk, at, value) => {
      readWhole(junk)
      const changed = bytes.slice()
      changed[at] = value
      const read = readWhole(changed)
      if (read !== null) expect(read.whole.values).toEqual(shape.values)
    }),
  )
})
