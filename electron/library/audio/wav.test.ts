import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat, failureOf, memorySource, sound, telephone, wavOf } from '../testing.ts'
import { virtualWav } from './virtual.ts'
import { readWavHead, soundBytes, soundMs, writeWavHead } from './wav.ts'

const text = (value: string) => new TextEncoder().encode(value)

test('reads a head, also with chunks before the sound', () => {
  expect(readWavHead(wavOf(sound(320)))).toEqual({ ...telephone, declared: 320 })
  const list = concat([text('LIST'), Uint8Array.of(3, 0, 0, 0), text('abc'), Uint8Array.of(0)])
  const plain = wavOf(sound(320))
  const longer = concat([plain.slice(0, 36), list, plain.slice(36)])
  expect(readWavHead(longer)).toEqual({ ...telephone, declared: 320, dataAt: 44 + 12 })
})

test('counts the sound by the file where the head cannot be right', () => {
  const head = { ...telephone, declared: 100 }
  expect(soundBytes(head, 1000)).toBe(100)
  expect(soundBytes(head, 94)).toBe(50)
  expect(soundBytes({ ...telephone, declared: 0 }, 1001)).toBe(956)
  expect(soundBytes({ ...telephone, declared: 0xffffffff }, 1000)).toBe(956)
  expect(soundBytes(head, 10)).toBe(0)
  expect(soundMs({ ...telephone, declared: 16_000 }, 16_044)).toBe(1000)
})

test('no head makes it throw, hang or read outside', () => {
  const real = wavOf(sound(64))
  const spoilt = fc
    .tuple(
      fc.array(fc.tuple(fc.nat(real.length - 1), fc.nat(255)), { maxLength: 12 }),
      fc.nat(real.length),
      fc.uint8Array({ maxLength: 40 }),
    )
    .map(([changes, cut, tail]) => {
      const bytes = real.slice()
      for (const [at, value] of changes) bytes[at] = value
      return concat([bytes.slice(0, cut), tail])
    })
  fc.assert(
    fc.property(fc.oneof(spoilt, fc.uint8Array({ maxLength: 200 })), bytes => {
      // The view lies inside a larger buffer: reading outside of it would show.
      const room = concat([sound(50), bytes, sound(50)])
      const view = room.subarray(50, 50 + bytes.length)
      const head = readWavHead(view)
      if (head === null) return
      expect(readWavHead(bytes)).toEqual(head)
      expect(head.dataAt).toBeLessThanOrEqual(bytes.length)
      const count = soundBytes(head, bytes.length)
      expect(count).toBeGreaterThanOrEqual(0)
      expect(head.dataAt + count).toBeLessThanOrEqual(bytes.length)
      expect(count % head.blockAlign).toBe(0)
    }),
    { numRuns: 5000 },
  )
})

test('a head may say that its rate is not the recording’s own word, and players pass over that', () => {
  const made = writeWavHead(telephone, 320, false)
  expect(readWavHead(made)).toEqual({ ...telephone, declared: 320, dataAt: made.length, rateTold: false })
  const view = new DataView(made.buffer)
  // whole chunks, whose sizes lead from one to the next
  expect(view.getUint32(4, true)).toBe(made.length - 8 + 320)
  expect(20 + view.getUint32(16, true) + 8 + view.getUint32(40, true) + 8).toBe(made.length)
  expect(made.length).toBeLessThanOrEqual(64)
})

test('an own head is read back', () => {
  for (const tag of [1, 3, 6, 7]) {
    const made = writeWavHead({ ...telephone, tag }, 320)
    expect(readWavHead(made)).toEqual({ ...telephone, tag, declared: 320, dataAt: made.length })
  }
})

test('a crashed recording plays to its end, byte for byte', async () => {
  const data = sound(4000)
  const { source } = memorySource(() => wavOf(data, 0))
  const wav = virtualWav(source)
  const size = await wav.size()
  expect(concat([await wav.read(0, 10), await wav.read(10, 100), await wav.read(100, size)])).toEqual(wavOf(data))
})

test('a growing recording grows, with a head that is true each time', async () => {
  let data = sound(1000)
  const wav = virtualWav(memorySource(() => wavOf(data, 0)).source)
  expect(await wav.read(0, await wav.size())).toEqual(wavOf(data))
  data = sound(3001)
  expect(await wav.read(0, await wav.size())).toEqual(wavOf(sound(3000)))
})

test('any stretch of a virtual WAV is that stretch', async () => {
  const list = concat([text('LIST'), Uint8Array.of(4, 0, 0, 0), text('abcd')])
  const stored = wavOf(sound(300), 0)
  const wav = virtualWav(memorySource(() => concat([stored.slice(0, 12), list, stored.slice(12)])).source)
  const whole = wavOf(sound(300))
  const size = await wav.size()
  expect(size).toBe(whole.length)
  await fc.assert(
    fc.asyncProperty(fc.nat(size - 1), fc.nat(size), async (from, length) => {
      const to = Math.min(size, from + length + 1)
      expect(await wav.read(from, to)).toEqual(whole.slice(from, to))
    }),
  )
})

test.each([
  ['nothing', new Uint8Array(0), 'recording-empty'],
  ['a head alone', wavOf(new Uint8Array(0)), 'recording-empty'],
  ['a web page', text('<!DOCTYPE html><html><body>404 Not Found</body></html>'), 'recording-broken'],
  ['half a head', wavOf(sound(100)).slice(0, 20), 'recording-empty'],
])('%s is no sound', async (_, bytes, code) => {
  expect(await failureOf(virtualWav(memorySource(() => bytes).source).size())).toEqual({ code })
})
