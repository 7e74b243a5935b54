/**
 * Every sample of a folder with genuine files of each format, whole and broken: what comes out of our own path is compared
 * with the SHA-256 of the sound that its README states, made by the formats' own programs.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { plainKernel } from '../peaks/kernel.ts'
import { StreamedShape } from '../peaks/streamed.ts'
import { failureOf, memorySource } from '../testing.ts'
import * as decoders from './decoders.ts'
import { samplesOf } from './pcm.testing.ts'
import { virtualWav } from './virtual.ts'

const folder = process.env['TALLYLIGHT_AUDIO_SAMPLES'] ?? join(import.meta.dirname, '../../../../shared/audio-samples')

interface Row {
  readonly file: string
  readonly seconds: number
  readonly rate: number
  readonly channels: number
  readonly exact: boolean
  /** Null: there is nothing to decode. */
  readonly sha256: string | null
}

function rowsOf(readme: string): Row[] {
  return readme.split('\n').flatMap((line): Row[] => {
    const cells = line.split(' | ').map(cell => cell.replace(/^\| |\|$/g, '').trim())
    const [file = '', , , seconds = '', rate = '', channels = '', kind = ''] = cells
    const name = /^`([^`]+)`$/.exec(file)?.[1]
    if (name === undefined || cells.length < 9) return []
    const sha256 = /^`([0-9a-f]{64})`$/.exec(cells[8] ?? '')?.[1] ?? null
    return [
      {
        file: name,
        seconds: Number(seconds),
        rate: Number(rate),
        channels: Number(channels),
        exact: kind === 'exact',
        sha256,
      },
    ]
  })
}

/** Formats that the browser decodes by itself, and those that nothing here decodes. */
const whole: Readonly<Record<string, string>> = {
  '.ogg': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.mp3': 'audio/mpeg',
  '.flac': 'audio/flac',
  '.m4a': 'audio/mp4',
}
const refused: Readonly<Record<string, string>> = { '.spx': 'Speex' }

if (!existsSync(folder)) {
  test.skip('samples: no folder of them here (TALLYLIGHT_AUDIO_SAMPLES names one)', () => undefined)
} else {
  const rows = rowsOf(readFileSync(join(folder, 'README.md'), 'utf8'))
  let compared = 0
  afterAll(
    () => void process.stdout.write(`Samples: ${compared} files compared with the sound that is stated of them\n`),
  )

  test('the README names samples', () => expect(rows.length).toBeGreaterThan(30))

  describe.each(rows)('$file', row => {
    const bytes = new Uint8Array(readFileSync(join(folder, row.file)))
    const extension = extname(row.file).slice(1)
    // what lies in a headless stereo file is told by nobody: it is looked for
    const served = virtualWav(memorySource(() => bytes).source, { extension, lookForStereo: true })

    if (row.sha256 === null) {
      test('has nothing to hear, and says so', async () => {
        const code = row.file === 'bad_login_page.wav' ? 'recording-broken' : 'recording-empty'
        expect(await failureOf(served.size())).toEqual({ code })
        compared++
      })
      return
    }
    const format = refused[extname(row.file)]
    if (format !== undefined) {
      test('is refused by name', async () => {
        expect(await failureOf(served.size())).toEqual({ code: 'recording-format', subject: format })
        compared++
      })
      return
    }
    const contentType = whole[extname(row.file)]
    if (contentType !== undefined) {
      test('goes to the browser as it is', async () => {
        expect(await served.read(0, await served.size())).toEqual(bytes)
        expect(served.contentType).toBe(contentType)
        compared++
      })
      // nothing here decodes AAC
      if (contentType === 'audio/mp4') return
      test('has a shape as long as the sound that is stated', async () => {
        const shape = new StreamedShape(served, kind => decoders.openDecoder(kind, 16_000), plainKernel())
        const measured = await shape.measure(0, () => false)
        shape.close()
        if (measured === null) throw new Error('It has no shape')
        expect(measured.channels).toBe(row.channels)
        expect(measured.frames / measured.rate).toBeCloseTo(row.seconds, 1)
        expect(measured.values.some(value => value > 0)).toBe(true)
      })
      return
    }
    test('gives the sound that is stated, sample by sample', async () => {
      const wav = await served.read(0, await served.size())
      const pcm = samplesOf(wav)
      expect({ rate: pcm.rate, channels: pcm.channels }).toEqual({ rate: row.rate, channels: row.channels })
      expect(createHash('sha256').update(pcm.bytes).digest('hex')).toBe(row.sha256)
      expect(pcm.bytes.length / (2 * pcm.channels * pcm.rate)).toBeCloseTo(row.seconds, 2)
      compared++
    })
  })
}
