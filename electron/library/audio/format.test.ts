import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RAW_RATES } from '../../../shared/library/rawRate.ts'
import { type Hint } from '../../../shared/recordings.ts'
import { unpackedHere } from './compressed.testing.ts'
import { concat, failureOf, memorySource, sound, wavOf } from '../testing.ts'
import { readAuHead } from './au.ts'
import { toWav } from '../export/audio.ts'
import { recognise } from './format.ts'
import { samplesOf } from './pcm.testing.ts'
import { virtualWav } from './virtual.ts'
import { readWavHead, soundMs, writeWavHead } from './wav.ts'

const text = (value: string) => new TextEncoder().encode(value)
const served = async (bytes: Uint8Array, extension = '', lookForStereo = false) => {
  const wav = virtualWav(memorySource(() => bytes).source, { extension, lookForStereo })
  return wav.read(0, await wav.size())
}
const soundOf = (bytes: Uint8Array, extension = '') => {
  const found = recognise(bytes, extension)
  if (found.kind !== 'sound') throw new Error(`It is ${found.kind}`)
  return found.sound
}

describe('content comes before the name', () => {
  test('a WAV under any name is a WAV', () => {
    for (const extension of ['wav', 'gsm', 'ulaw', 'g729', '']) {
      expect(soundOf(wavOf(sound(100)), extension)).toMatchObject({ tag: 1, rate: 8000, dataAt: 44, codec: null })
    }
  })

  test('GSM frames are known by their signature, whatever the file is called', () => {
    const frames = Uint8Array.from({ length: 33 * 20 }, (_, at) => (at % 33 === 0 ? 0xd0 | (at & 15) : at & 255))
    expect(soundOf(frames, 'wav')).toMatchObject({ blockBytes: 33, blockFrames: 160 })
    const spoilt = frames.slice()
    spoilt[66] = 0
    expect(recognise(spoilt, 'wav')).toEqual({ kind: 'not-audio' })
  })

  test.each([
    ['<!DOCTYPE html><html>', 'wav'],
    ['\n  <HTML><body>', 'gsm'],
    ['\u00ef\u00bb\u00bf<?xml version="1.0"?>', 'ulaw'],
    ['{"message": "not found"}', 'sln'],
  ])('%s under .%s is no audio', (page, extension) => {
    expect(
      recognise(
        Uint8Array.from(page, letter => letter.charCodeAt(0)),
        extension,
      ),
    ).toEqual({ kind: 'not-audio' })
  })

  test.each([
    ['fLaC', 'audio/flac'],
    ['ID3\u0004', 'audio/mpeg'],
    ['\u00ff\u00fb\u0090\u0044', 'audio/mpeg'],
    ['\u00ff\u00f3\u0040\u00c4', 'audio/mpeg'],
    ['\u00ff\u00f1\u0050\u0080', 'audio/aac'],
    ['\0\0\0\u001cftypM4A ', 'audio/mp4'],
    ['OggS\0\u0002', 'audio/ogg'],
  ])('%j goes to the browser', (start, contentType) => {
    const bytes = Uint8Array.from(start.padEnd(200, '\0'), letter => letter.charCodeAt(0))
    expect(recognise(bytes, '')).toEqual({ kind: 'whole', contentType })
  })
})

describe('headless formats go by the name', () => {
  test.each([
    ['sln', 8000, 2],
    ['raw', 8000, 2],
    ['sln16', 16_000, 2],
    ['sln48', 48_000, 2],
    ['SLN192', 192_000, 2],
    ['ulaw', 8000, 1],
    ['alaw', 8000, 1],
    ['g722', 16_000, 1],
    ['vox', 8000, 1],
  ])('.%s', (extension, rate, blockBytes) => {
    const rateTold = extension !== 'raw'
    expect(soundOf(sound(1000), extension)).toMatchObject({ rate, rateTold, blockBytes, channels: 1, declared: null })
  })

  test.each(['g729', 'ilbc', 'g723', 'siren7', 'spx', 'g726-32'])('.%s is refused by its name', async extension => {
    const failure = await failureOf(virtualWav(memorySource(() => sound(500)).source, { extension }).size())
    expect(failure.code).toBe('recording-format')
    expect(failure.subject).toMatch(/^[A-Z]/i)
  })

  test('mapped sound keeps its bytes under a head of ours', async () => {
    const bytes = sound(1001)
    expect(await served(bytes, 'ulaw')).toEqual(
      concat([writeWavHead({ tag: 7, channels: 1, rate: 8000, bits: 8, byteRate: 8000, blockAlign: 1 }, 1001), bytes]),
    )
    // half a sample at the end is none
    expect((await served(bytes, 'sln')).length).toBe(44 + 1000)
  })
})

describe('heads that tell more than a plain WAV', () => {
  const ds64 = (data: number) => {
    const chunk = new Uint8Array(8 + 28)
    chunk.set(text('ds64'))
    const view = new DataView(chunk.buffer)
    view.setUint32(4, 28, true)
    view.setBigUint64(16, BigInt(data), true)
    return chunk
  }

  test('RF64 tells its length apart: what follows the sound is none', async () => {
    const plain = wavOf(sound(64), 0xffffffff)
    const tail = concat([text('LIST'), Uint8Array.of(4, 0, 0, 0), text('tail')])
    const file = concat([text('RF64'), plain.slice(4, 12), ds64(64), plain.slice(12), tail])
    expect(samplesOf(await served(file)).bytes).toEqual(sound(64))
  })

  test('a head that says half ends there only where a chunk follows', async () => {
    const half = wavOf(sound(2000), 1000)
    expect(samplesOf(await served(half)).bytes).toEqual(sound(2000))
    const tail = concat([text('LIST'), Uint8Array.of(4, 0, 0, 0), text('tail')])
    expect(samplesOf(await served(concat([wavOf(sound(1000)), tail]))).bytes).toEqual(sound(1000))
  })

  test('a head that contradicts itself is refused, not guessed', async () => {
    const file = wavOf(sound(100))
    file[32] = 3
    expect(await failureOf(virtualWav(memorySource(() => file).source).size())).toMatchObject({
      code: 'recording-format',
    })
  })

  const au = (encoding: number, data: Uint8Array, declared = 0xffffffff) => {
    const head = new Uint8Array(28)
    const view = new DataView(head.buffer)
    head.set(text('.snd'))
    for (const [index, value] of [28, declared, encoding, 8000, 1].entries()) view.setUint32(4 + 4 * index, value)
    return concat([head, data])
  }

  test('au: mu-law, A-law, and PCM the other way round', async () => {
    expect(soundOf(au(1, sound(100)))).toMatchObject({ tag: 7, dataAt: 28 })
    expect(soundOf(au(27, sound(100)))).toMatchObject({ tag: 6 })
    expect(recognise(au(24, sound(100)), 'au')).toEqual({ kind: 'unplayable', format: 'AU 24' })
    const turned = Uint8Array.from(sound(100), (_, at) => sound(100)[at ^ 1] ?? 0)
    expect(samplesOf(await served(au(3, turned))).bytes).toEqual(sound(100))
    expect(readAuHead(au(1, sound(10), 0))?.declared).toBeNull()
  })
})

describe('two legs under a head that says mono', () => {
  /** Something like a voice: low tones that come and go. */
  const voice = (hz: number, samples: number, from: number) =>
    Float64Array.from({ length: samples }, (_, i) => {
      const on = Math.sin((i + from) / 1900) > -0.2 ? 1 : 0
      return on * 6000 * (Math.sin((2 * Math.PI * hz * i) / 8000) + 0.4 * Math.sin((2 * Math.PI * hz * 2.7 * i) / 8000))
    })
  const pcm = (samples: ArrayLike<number>) => {
    const view = new DataView(new ArrayBuffer(samples.length * 2))
    for (let i = 0; i < samples.length; i++) view.setInt16(2 * i, Math.round(samples[i] ?? 0), true)
    return new Uint8Array(view.buffer)
  }
  const left = voice(210, 40_000, 0)
  const right = voice(160, 40_000, 5000)
  const both = pcm(Float64Array.from({ length: 80_000 }, (_, i) => (i % 2 === 0 ? left : right)[i >> 1] ?? 0))

  test('are found, and served as two', async () => {
    expect(samplesOf(await served(wavOf(both, 0), 'wav', true))).toEqual({ rate: 8000, channels: 2, bytes: both })
    expect(samplesOf(await served(both, 'raw', true)).channels).toBe(2)
  })

  test('one silent leg makes no difference', async () => {
    const one = pcm(Float64Array.from({ length: 80_000 }, (_, i) => (i % 2 === 0 ? (left[i >> 1] ?? 0) : 0)))
    expect(samplesOf(await served(wavOf(one), 'wav', true)).channels).toBe(2)
  })

  test('one voice, silence, noise and high tones stay mono', async () => {
    const noise = Float64Array.from({ length: 40_000 }, (_, i) => 8000 * Math.sin(i * i * 12.9898))
    const tones = [697 + 1209, 2000, 3000, 3500].map(hz =>
      Float64Array.from({ length: 40_000 }, (_, i) => 8000 * Math.sin((2 * Math.PI * hz * i) / 8000)),
    )
    for (const mono of [left, right, new Float64Array(40_000), noise, ...tones])
      expect(samplesOf(await served(wavOf(pcm(mono)), 'wav', true)).channels).toBe(1)
  })

  test.each(['raw', 'wav'])(
    'a quiet first second decides nothing: a growing %s becomes two once it is heard',
    async end => {
      const quiet = new Uint8Array(32 * 1024)
      const all = concat([quiet, both])
      let there = quiet.length
      const growing = memorySource(() => (end === 'raw' ? all.slice(0, there) : wavOf(all.slice(0, there), 0)))
      const source = { ...growing.source, file: () => Promise.resolve({ path: '/spool/a', hint: {} }) }
      const hint = { extension: end, lookForStereo: true }
      const wav = virtualWav(source, hint)
      const heard = async () => samplesOf(await wav.read(0, await wav.size()))
      expect((await heard()).channels).toBe(1)
      expect(await wav.file?.()).toEqual({ path: '/spool/a', hint: { ...hint, twoLegs: false } })
      growing.reads.length = 0
      await wav.size()
      expect(growing.reads.length).toBeLessThan(3)

      there = all.length
      expect(await heard()).toEqual({ rate: 8000, channels: 2, bytes: all })
      expect(await wav.file?.()).toEqual({ path: '/spool/a', hint: { ...hint, twoLegs: true } })
    },
  )

  test('a few words in a long silence are found', async () => {
    const silence = new Uint8Array(2_000_000)
    const words = concat([silence, both.slice(0, 60_000), silence])
    expect(samplesOf(await served(words, 'raw', true)).channels).toBe(2)
  })

  test('nobody looks again at what another has looked at', async () => {
    const { source, reads } = memorySource(() => both)
    const two = virtualWav(source, { extension: 'raw', lookForStereo: true, twoLegs: true })
    expect(samplesOf(await two.read(0, await two.size())).channels).toBe(2)
    expect(reads.length).toBeLessThan(4)
    const one = virtualWav(source, { extension: 'raw', lookForStereo: true, twoLegs: false })
    expect(samplesOf(await one.read(0, await one.size())).channels).toBe(1)
  })

  test('nobody looks where it costs requests', async () => {
    expect(samplesOf(await served(wavOf(both), 'wav')).channels).toBe(1)
  })

  describe('a raw file tells no rate', () => {
    const at = async (bytes: Uint8Array, hint: Hint) => {
      const wav = virtualWav(memorySource(() => bytes).source, { extension: 'raw', lookForStereo: true, ...hint })
      const whole = await wav.read(0, await wav.size())
      return { wav, whole, head: readWavHead(whole) }
    }
    const rate = fc.constantFrom(...RAW_RATES)
    const raws = fc.record({ samples: fc.constantFrom(pcm(left), both), seconds: fc.integer({ min: 1, max: 5 }) })

    test('whichever is chosen, one leg or two are served whole at that rate, which is not said to be their own', async () => {
      await fc.assert(
        fc.asyncProperty(raws, rate, async ({ samples, seconds }, rawRate) => {
          const channels = samples === both ? 2 : 1
          const bytes = samples.slice(0, seconds * channels * 16_000)
          const { whole, head } = await at(bytes, { rawRate })
          expect(samplesOf(whole)).toEqual({ rate: rawRate, channels, bytes })
          expect(head?.rateTold).toBe(false)
          expect(head === null ? null : soundMs(head, whole.length)).toBe(Math.round((seconds * 8_000_000) / rawRate))
        }),
        { numRuns: 40 },
      )
    })

    test.each(RAW_RATES)('at %i Hz, too, one voice is told from two', async hz => {
      const [one, other] = [voice((210 * 8000) / hz, 80_000, 0), voice((160 * 8000) / hz, 80_000, 5000)]
      const two = Float64Array.from({ length: 160_000 }, (_, i) => (i % 2 === 0 ? one : other)[i >> 1] ?? 0)
      const mix = one.map((sample, i) => (sample + (other[i] ?? 0)) / 2)
      const channels = async (samples: Float64Array) =>
        samplesOf((await at(pcm(samples), { rawRate: hz })).whole).channels
      expect([await channels(one), await channels(mix), await channels(two)]).toEqual([1, 1, 2])
    })

    test('its copy of any rate is the same, to the byte, as if it had been made at the one that is chosen', async () => {
      await fc.assert(
        fc.asyncProperty(raws, rate, rate, async ({ samples }, before, now) => {
          const copy = (await at(samples, { rawRate: before })).whole
          const { whole } = await at(samples, { rawRate: now })
          expect((await at(copy, { rawRate: now, lookForStereo: false })).whole).toEqual(whole)
          // where nobody chose, it is what it was
          expect((await at(copy, { lookForStereo: false })).whole).toEqual(copy)
        }),
        { numRuns: 20 },
      )
    })

    test('where it has a head of its own, that tells', async () => {
      const { head } = await at(wavOf(sound(400)), { rawRate: 48_000 })
      expect(head).toMatchObject({ rate: 8000, rateTold: true, dataAt: 44 })
    })

    test('what leaves the app says nothing of it', async () => {
      const { wav } = await at(both, { rawRate: 24_000 })
      const { source, head } = await toWav(wav, unpackedHere)
      expect(head).toMatchObject({ rate: 24_000, channels: 2, rateTold: true, dataAt: 44 })
      expect(await source.read(44, await source.size())).toEqual(both)
    })

    test('only what is called so is heard at the rate that was chosen', async () => {
      const copy = writeWavHead(
        { tag: 1, channels: 1, rate: 8000, bits: 16, byteRate: 16_000, blockAlign: 2 },
        400,
        false,
      )
      for (const [bytes, extension, heardAt] of [
        [sound(400), 'sln16', 16_000],
        [sound(400), 'ulaw', 8000],
        [concat([copy, sound(400)]), 'wav', 8000],
        [sound(400), 'RAW', 48_000],
      ] as const)
        expect((await at(bytes, { extension, rawRate: 48_000 })).head?.rate).toBe(heardAt)
    })
  })
})

const starts = [
  wavOf(sound(400)),
  writeWavHead({ tag: 49, channels: 1, rate: 8000, bits: 0, byteRate: 1625, blockAlign: 65 }, 650),
  concat([text('RF64'), wavOf(sound(40)).slice(4)]),
  concat([text('.snd'), sound(60)]),
  concat([text('OggS'), sound(80)]),
  concat([text('fLaC'), sound(20)]),
  Uint8Array.from({ length: 330 }, (_, at) => (at % 33 === 0 ? 0xd5 : at & 255)),
]
const extensions = ['', 'wav', 'WAV', 'gsm', 'g722', 'vox', 'sln', 'raw', 'ulaw', 'au', 'g729', '../x', '\0']

test(
  'no file makes it throw anything but a failure in words, hang, or read outside',
  { timeout: 120_000 },
  async () => {
    const spoilt = fc.record({
      start: fc.constantFrom(...starts),
      changes: fc.array(fc.tuple(fc.nat(70), fc.nat(255)), { maxLength: 8 }),
      cut: fc.nat(700),
      tail: fc.uint8Array({ maxLength: 90 }),
    })
    const bytesOf = fc.oneof(
      spoilt.map(({ start, changes, cut, tail }) => {
        const bytes = start.slice()
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        return concat([bytes.slice(0, cut), tail])
      }),
      fc.uint8Array({ maxLength: 200 }),
    )
    await fc.assert(
      fc.asyncProperty(
        bytesOf,
        fc.constantFrom(...extensions),
        fc.boolean(),
        async (bytes, extension, lookForStereo) => {
          // the source refuses every read that is outside
          const wav = virtualWav(memorySource(() => bytes).source, { extension, lookForStereo })
          const size = await wav.size().catch(() => failureOf(wav.size()))
          if (typeof size === 'number') expect((await wav.read(0, size)).length).toBe(size)
          else expect(size.code).toMatch(/^recording-(empty|broken|format)$/)
        },
      ),
      { numRuns: Number(process.env['RUNS'] ?? 5000) },
    )
  },
)
