import { mkdtempSync, readFileSync, rmSync, unlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import fc from 'fast-check'
import { decodeMulaw, encodeMulaw } from './g711.ts'
import { type AudioFrame } from './leg.ts'
import { mix, Voice } from './mixer.ts'
import { Recorder } from './recorder.ts'
import { beep } from './tones.ts'
import { WavFile } from './wav.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tallylight-take-'))
})
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

const frame = (index: number, level: number, stream = 1): AudioFrame => ({
  payload: encodeMulaw(new Int16Array(160).fill(level)),
  timestamp: (index * 160) >>> 0,
  stream,
})
const heard = (level: number): number => decodeMulaw(encodeMulaw(Int16Array.of(level)))[0] ?? 0
const samplesOf = (wav: Buffer): Int16Array =>
  Int16Array.from({ length: (wav.length - 44) / 2 }, (_, index) => wav.readInt16LE(44 + index * 2))

describe('a voice', () => {
  it('comes out whole under jitter of up to half a second, also across the wrap of the timestamp', () => {
    const delays = fc.array(fc.integer({ min: 0, max: 3900 }), { minLength: 5, maxLength: 30 })
    fc.assert(
      fc.property(delays, fc.constantFrom(0, 2 ** 32 / 160 - 3), (late, from) => {
        const voice = new Voice()
        late.forEach((delay, index) =>
          voice.add(frame(from + index, 100 * (index + 1)), (index + 1) * 160 + (index === 0 ? 0 : delay)),
        )
        const out = mix([voice], 0, late.length * 160)
        late.forEach((_, index) => expect(out[index * 160 + 80]).toBe(heard(100 * (index + 1))))
      }),
    )
  })

  it('is anchored anew when its stream changes or has drifted', () => {
    const voice = new Voice()
    voice.add(frame(0, 1000), 160)
    voice.add(frame(1, 1000), 16_000)
    voice.add(frame(500, 2000, 2), 16_160)
    const out = mix([voice], 0, 16_160)
    expect([out[80], out[8000], out[15_900], out[16_100]]).toEqual([heard(1000), 0, heard(1000), heard(2000)])
  })

  it('is added to the other and clipped', () => {
    const voices = [new Voice(), new Voice()]
    for (const voice of voices) voice.add(frame(0, 30_000), 160)
    expect(mix(voices, 0, 160)[80]).toBe(32767)
  })
})

describe('a WAV file', () => {
  it('has sizes 0 and grows by 32 KiB until it is closed', () => {
    const path = join(folder, 'a.wav')
    const wav = WavFile.create(path)
    const sizes = [0, 16_000, 400, 16_384].map(count => {
      wav.append(new Int16Array(count).fill(5))
      return readFileSync(path).length
    })
    expect(sizes).toEqual([44, 44, 44 + 32_768, 44 + 65_536])
    expect([4, 40].map(at => readFileSync(path).readUInt32LE(at))).toEqual([0, 0])
    wav.close()
    const bytes = 32_784 * 2
    const whole = readFileSync(path)
    expect([whole.length, whole.readUInt32LE(4), whole.readUInt32LE(40)]).toEqual([44 + bytes, 36 + bytes, bytes])
    expect([whole.toString('latin1', 0, 4), whole.readUInt32LE(24), whole.readUInt16LE(34)]).toEqual(['RIFF', 8000, 16])
  })

  it('is never written over', () => {
    const path = join(folder, 'a.wav')
    WavFile.create(path).close()
    expect(() => WavFile.create(path)).toThrow(/EEXIST/)
  })
})

describe('a recorder', () => {
  const fake = (): void => void vi.useFakeTimers()

  /** Both sides speak for some frames of 20 ms. */
  function speak(recorder: Recorder, frames: number, from = 0): void {
    for (let index = 0; index < frames; index++) {
      vi.advanceTimersByTime(20)
      recorder.near(frame(from + index, 1000))
      recorder.far(frame(from + index, 300, 2))
    }
  }

  it('mixes both sides, leaves the pause out and puts a beep there', () => {
    fake()
    const file = join(folder, 'a.wav')
    const recorder = new Recorder(file, error => expect.unreachable(String(error)))
    speak(recorder, 50)
    recorder.pause()
    const atPause = readFileSync(file)
    expect(atPause.readUInt32LE(40)).toBe(atPause.length - 44)
    speak(recorder, 100, 50)
    expect(readFileSync(file).length).toBe(atPause.length)
    recorder.resume()
    speak(recorder, 25, 150)
    recorder.close()
    const samples = samplesOf(readFileSync(file))
    const beepLength = beep().length
    expect(samples.length).toBe(8000 + beepLength + 4000)
    const both = heard(1000) + heard(300)
    expect([samples[80], samples[7900], samples[8000 + beepLength + 80], samples.at(-80)]).toEqual([
      both,
      both,
      both,
      both,
    ])
    expect(samples.slice(8000, 8000 + beepLength)).toEqual(beep())
  })

  it('writes silence while nobody speaks', () => {
    fake()
    const file = join(folder, 'a.wav')
    const recorder = new Recorder(file, error => expect.unreachable(String(error)))
    vi.advanceTimersByTime(3000)
    expect(readFileSync(file).length).toBe(44 + 32_768)
    recorder.close()
    expect(samplesOf(readFileSync(file))).toEqual(new Int16Array(24_000))
    recorder.close()
  })

  it('throws when it cannot begin or resume', () => {
    fake()
    const file = join(folder, 'a.wav')
    const recorder = new Recorder(file, error => expect.unreachable(String(error)))
    recorder.pause()
    unlinkSync(file)
    expect(() => recorder.resume()).toThrow(/ENOENT/)
    expect(() => new Recorder(join(folder, 'none', 'a.wav'), () => undefined)).toThrow(/ENOENT/)
  })
})
