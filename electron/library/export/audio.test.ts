import { describe, expect, it } from 'vitest'
import { mp3, tone, unpackedHere, vorbis } from '../audio/compressed.testing.ts'
import { writeWavHead } from '../audio/wav.ts'
import { concat, failureOf, memorySource, sound, telephone, wavOf } from '../testing.ts'
import { piecesOf, samplesOf, soundLengthMs, spanOf, toWav } from './audio.ts'

const sourceOf = (bytes: Uint8Array, type?: string) => memorySource(() => bytes, type).source
async function all<T>(parts: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const part of parts) found.push(part)
  return found
}
const bytesOf = async (source: Parameters<typeof piecesOf>[0]) => concat(await all(piecesOf(source)))

describe('a WAV to hand out', () => {
  it('has a true head, however the server left it', async () => {
    const data = sound(400_000)
    for (const declared of [data.length, 0, 0xffffffff, data.length * 2])
      expect(await bytesOf((await toWav(sourceOf(wavOf(data, declared)), unpackedHere)).source)).toEqual(wavOf(data))
  })

  it('is refused for what is none, with what there is to say', async () => {
    const ogg = concat([new TextEncoder().encode('OggS'), sound(500)])
    expect((await failureOf(toWav(sourceOf(ogg), unpackedHere))).code).toBe('recording-format')
    expect((await failureOf(toWav(sourceOf(new TextEncoder().encode('<html></html>')), unpackedHere))).code).toBe(
      'recording-broken',
    )
    expect((await failureOf(toWav(sourceOf(new Uint8Array(0)), unpackedHere))).code).toBe('recording-empty')
  })

  it('is decoded where the recording is no WAV that others play', async () => {
    const fmt = { ...telephone, tag: 49, blockAlign: 65, byteRate: 1625, bits: 0 }
    const wav = await toWav(sourceOf(concat([writeWavHead(fmt, 650), sound(650)])), unpackedHere)
    expect(wav.head).toMatchObject({ tag: 1, bits: 16, rate: 8000 })
    expect(soundLengthMs(wav)).toBe(400)
  })

  it('is decoded where a player would decode it, and a span of it is that of the whole', async () => {
    for (const file of [await mp3(4), await vorbis(4), await vorbis(4, 2)]) {
      const wav = await toWav(sourceOf(file), unpackedHere)
      expect(Math.abs(soundLengthMs(wav) - 4000)).toBeLessThan(50)
      const span = spanOf(wav, 1_500, 2_500)
      expect(soundLengthMs(span)).toBe(1000)
      const whole = await bytesOf(wav.source)
      const from = wav.head.dataAt + 1.5 * wav.head.byteRate
      expect((await bytesOf(span.source)).subarray(44)).toEqual(whole.subarray(from, from + wav.head.byteRate))
      const [samples] = await all(samplesOf(span))
      expect(Math.max(...(samples ?? []))).toBeCloseTo(Math.max(...tone(1)) / 32_768 / wav.head.channels, 1)
      await wav.close()
    }
  })

  it('gives a span of it, to the frame', async () => {
    const data = sound(16_000 * 30)
    const whole = await toWav(sourceOf(wavOf(data)), unpackedHere)
    expect(soundLengthMs(whole)).toBe(30_000)
    const cut = spanOf(whole, 10_000, 12_500)
    expect(await bytesOf(cut.source)).toEqual(wavOf(data.subarray(160_000, 200_000)))
    expect(await cut.source.read(40, 48)).toEqual(wavOf(data.subarray(160_000, 200_000)).subarray(40, 48))
    expect(soundLengthMs(spanOf(whole, 29_000, 99_000))).toBe(1000)
    expect(soundLengthMs(spanOf(cut, 500, 1000))).toBe(500)
    expect(spanOf(whole, null, null)).toBe(whole)
    expect(() => spanOf(whole, 31_000, null)).toThrow('recording-empty')
    expect(() => spanOf(whole, 5_000, 5_000)).toThrow('recording-empty')
  })
})

describe('the samples', () => {
  const formats = [
    [{ tag: 1, bits: 16 }, [0x00, 0x40], 0.5],
    [{ tag: 1, bits: 16 }, [0x00, 0x80], -1],
    [{ tag: 1, bits: 8 }, [192], 0.5],
    [{ tag: 1, bits: 24 }, [0, 0, 0xc0], -0.5],
    [{ tag: 1, bits: 32 }, [0, 0, 0, 0x40], 0.5],
    [{ tag: 3, bits: 32 }, [0, 0, 0, 0x3f], 0.5],
    // G.711: the largest of either sign, and zero
    [{ tag: 7, bits: 8 }, [0x80], 32_124 / 32_768],
    [{ tag: 7, bits: 8 }, [0x00], -32_124 / 32_768],
    [{ tag: 7, bits: 8 }, [0xff], 0],
    [{ tag: 6, bits: 8 }, [0xaa], 32_256 / 32_768],
    [{ tag: 6, bits: 8 }, [0x2a], -32_256 / 32_768],
    [{ tag: 6, bits: 8 }, [0xd5], 8 / 32_768],
  ] as const
  it.each(formats)('of %o', async (format, frame, value) => {
    const width = format.bits / 8
    const head = { ...telephone, ...format, blockAlign: width, byteRate: 8000 * width }
    const data = Uint8Array.from([...frame, ...frame])
    const [samples] = await all(
      samplesOf(await toWav(sourceOf(concat([writeWavHead(head, data.length), data])), unpackedHere)),
    )
    expect(samples).toEqual(Float32Array.from([value, value]))
  })

  it('of two channels are mixed, and none is lost between pieces', async () => {
    const head = { ...telephone, channels: 2, blockAlign: 4, byteRate: 32_000 }
    const data = new Uint8Array(new Int16Array(300_000).map((_, at) => (at % 2 === 0 ? 16_384 : -8_192)).buffer)
    const pieces = await all(
      samplesOf(await toWav(sourceOf(concat([writeWavHead(head, data.length), data])), unpackedHere)),
    )
    expect(pieces.length).toBeGreaterThan(1)
    expect(pieces.reduce((sum, piece) => sum + piece.length, 0)).toBe(150_000)
    expect(pieces.every(piece => piece.every(sample => sample === 0.125))).toBe(true)
  })

  it('are refused where the width is none that exists', async () => {
    const head = { ...telephone, bits: 12 }
    expect((await failureOf(toWav(sourceOf(concat([writeWavHead(head, 64), sound(64)])), unpackedHere))).code).toBe(
      'recording-format',
    )
  })
})
