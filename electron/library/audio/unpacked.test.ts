import fc from 'fast-check'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type AudioSource } from '../../../shared/recordings.ts'
import { concat, failureOf, memorySource } from '../testing.ts'
import { flac, tone, unpackedHere, vorbis } from './compressed.testing.ts'
import { DecodingThread } from './decoding.ts'
import { readWavHead } from './wav.ts'

const thread = new DecodingThread(join(import.meta.dirname, 'decodingWorker.ts'))
afterAll(() => thread.close())

const whole = async (source: AudioSource) => source.read(0, await source.size())
const of = (bytes: () => Uint8Array) => memorySource(bytes, 'application/octet-stream').source

describe.each([
  { where: 'here', unpack: unpackedHere },
  { where: 'in the thread', unpack: thread.unpack },
])('$where', ({ unpack }) => {
  test('what loses nothing gives the very samples, under a true head', async () => {
    const wav = unpack(of(() => flac(3)))
    const bytes = await whole(wav)
    expect(readWavHead(bytes)).toMatchObject({ tag: 1, bits: 16, channels: 1, rate: 8000, declared: 48_000 })
    expect(bytes.subarray(44)).toEqual(new Uint8Array(tone(3).buffer))
    await wav.close()
  })

  test('read in pieces of any length it is the same, and after a step back too', async () => {
    const file = await vorbis(2, 2)
    const wav = unpack(of(() => file))
    const all = await whole(wav)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 8 }), async lengths => {
        let from = 0
        for (const length of lengths) {
          const to = Math.min(all.length, from + length)
          if (from < to) expect(Buffer.compare(await wav.read(from, to), all.subarray(from, to))).toBe(0)
          from = to
        }
      }),
      { numRuns: 25 },
    )
    await wav.close()
  })

  test('what is not decoded is refused by name of the failure, as is a source that fails', async () => {
    const aac = concat([Buffer.from('\0\0\0\x20ftypM4A '), new Uint8Array(400)])
    expect(await failureOf(unpack(of(() => aac)).size())).toEqual({ code: 'recording-format' })
    expect(await failureOf(unpack(of(() => Buffer.from('ID3\x04\0\0\0\0\0\0nothing'))).size())).toEqual({
      code: 'recording-format',
    })
  })

  test('one that was cut between two readings says so', async () => {
    const file = await vorbis(4)
    let there = file
    const wav = unpack(of(() => there))
    const size = await wav.size()
    there = Uint8Array.from(file, (byte, at) => (at < file.length / 2 ? byte : 0))
    expect(await failureOf(wav.read(0, size))).toEqual({ code: 'recording-broken' })
    await wav.close()
  })
})
