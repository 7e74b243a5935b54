import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { samplesOf } from '../../electron/library/audio/pcm.testing.ts'
import { virtualWav } from '../../electron/library/audio/virtual.ts'
import { memorySource, privateFolder } from '../../electron/library/testing.ts'
import { find, soundAt, TIME_CODED, writeTimeCoded } from './timeCode.ts'

let folder: Awaited<ReturnType<typeof privateFolder>>
beforeAll(async () => (folder = await privateFolder()))
afterAll(() => folder.remove())

test.each(TIME_CODED)('$name: what stands in the file is what the app serves of it, at any place', async format => {
  const path = join(folder.path, 'sound')
  writeTimeCoded(path, format, 12)
  const bytes = new Uint8Array(readFileSync(path))
  const served = virtualWav(memorySource(() => bytes).source, { extension: format.extension, lookForStereo: true })
  const pcm = samplesOf(await served.read(0, await served.size()))
  expect({ rate: pcm.rate, channels: pcm.channels }).toEqual({ rate: format.rate, channels: format.channels })
  const view = new DataView(pcm.bytes.buffer)
  for (const frame of [0, 1, 4 * format.rate + 77, 11 * format.rate]) {
    const expected = Float32Array.from({ length: 500 }, (_, at) => {
      const sum = Array.from({ length: pcm.channels }, (_, channel) =>
        view.getInt16(2 * ((frame + at) * pcm.channels + channel), true),
      ).reduce((all, each) => all + each, 0)
      return sum / pcm.channels / 32_768
    })
    expect(find(soundAt(path, format, frame, 500), expected, 0, format.rate)).toEqual({
      offMs: 0,
      likeness: expect.closeTo(1, 3) as number,
    })
  }
})

test('a place that is not the one sought is told, and by how much', () => {
  const [format] = TIME_CODED
  if (format === undefined) throw new Error('no format')
  const path = join(folder.path, 'other')
  writeTimeCoded(path, format, 3)
  const there = soundAt(path, format, 8000, 8000)
  expect(find(soundAt(path, format, 8000 + 480, 2000), there, 400, 8000).offMs).toBe(10)
  expect(find(soundAt(path, format, 20_000, 2000), there, 400, 8000).likeness).toBeLessThan(0.4)
})
