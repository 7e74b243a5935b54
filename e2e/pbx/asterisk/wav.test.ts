import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { measureWav, parseWav } from './wav.ts'

const RATE = 8000

function wav(samples: readonly number[], options: { open?: boolean; channels?: number; bits?: number } = {}): Buffer {
  const { open = false, channels = 1, bits = 16 } = options
  const bytes = Buffer.alloc(44 + samples.length * 2)
  bytes.write('RIFF', 0)
  bytes.write('WAVEfmt ', 8)
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(channels, 22)
  bytes.writeUInt32LE(RATE, 24)
  bytes.writeUInt16LE(bits, 34)
  bytes.write('data', 36)
  samples.forEach((sample, index) => bytes.writeInt16LE(Math.round(sample * 32767), 44 + index * 2))
  if (open) return bytes
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.writeUInt32LE(samples.length * 2, 40)
  return bytes
}

function tone(frequency: number, seconds: number, amplitude = 0.5): number[] {
  return Array.from(
    { length: seconds * RATE },
    (_, index) => amplitude * Math.sin((2 * Math.PI * frequency * index) / RATE),
  )
}

describe('parseWav', () => {
  it('measures length, loudness and tone of a closed recording', () => {
    const measured = parseWav(wav(tone(440, 2)))
    expect(measured).toMatchObject({ rate: RATE, channels: 1, seconds: 2, closed: true })
    expect(measured.rms).toBeCloseTo(0.5 / Math.SQRT2, 3)
    expect(measured.peak).toBeCloseTo(0.5, 3)
    expect(measured.share(440)).toBeGreaterThan(0.99)
    expect(measured.share(880)).toBeLessThan(0.01)
  })

  it('divides the power between two tones', () => {
    const [low, high] = [tone(500, 1, 0.4), tone(900, 1, 0.4)]
    const measured = parseWav(wav(low.map((sample, index) => sample + (high[index] ?? 0))))
    expect(measured.share(500)).toBeCloseTo(0.5, 2)
    expect(measured.share(900)).toBeCloseTo(0.5, 2)
  })

  it('finds a tone again after a break in its phase', () => {
    const measured = parseWav(wav([...tone(440, 1), ...tone(440, 1).slice(7)]))
    expect(measured.share(440)).toBeGreaterThan(0.95)
  })

  it('reads a recording that is under way: lengths of 0 in the header', () => {
    const measured = parseWav(wav(tone(440, 1), { open: true }))
    expect(measured).toMatchObject({ seconds: 1, closed: false })
    expect(measured.share(440)).toBeGreaterThan(0.99)
  })

  it('knows a fresh one, which is nothing but its header', () => {
    const measured = parseWav(wav([], { open: true }))
    expect(measured).toMatchObject({ seconds: 0, rms: 0, peak: 0, closed: false })
    expect(measured.share(440)).toBe(0)
  })

  it('calls a recording open whose header tells another length than the file has', () => {
    const cut = wav(tone(440, 1)).subarray(0, 8044)
    expect(parseWav(cut)).toMatchObject({ seconds: 0.5, closed: false })
  })

  it('calls silence silence', () => {
    const measured = parseWav(wav(Array<number>(RATE).fill(0)))
    expect(measured).toMatchObject({ seconds: 1, rms: 0, closed: true })
    expect(measured.share(440)).toBe(0)
  })

  it('passes over chunks that it does not know', () => {
    const plain = wav(tone(440, 1))
    const extra = Buffer.from('LIST\x03\0\0\0abc\0', 'latin1')
    const bytes = Buffer.concat([plain.subarray(0, 36), extra, plain.subarray(36)])
    bytes.writeUInt32LE(bytes.length - 8, 4)
    expect(parseWav(bytes)).toMatchObject({ seconds: 1, closed: true })
  })

  it.each([
    ['nothing', Buffer.alloc(0), 'no WAV'],
    ['something else', Buffer.from('OggS, and so on and so on'), 'no WAV'],
    ['half a header', wav([]).subarray(0, 30), 'incomplete'],
    ['8 bit sound', wav([0], { bits: 8 }), '16 bit'],
  ])('refuses %s', (_, bytes, reason) => {
    expect(() => parseWav(bytes)).toThrow(reason)
  })
})

it('measureWav reads a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tallylight-wav-'))
  const file = join(folder, 'a.wav')
  writeFileSync(file, wav(tone(1004, 1)))
  expect(measureWav(file).share(1004)).toBeGreaterThan(0.95)
  rmSync(folder, { recursive: true })
})
