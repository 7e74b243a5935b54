/**
 * `npm run bench silence`: what the player skips, beside what libfvad would have it skip, in recordings whose truth is known:
 * made here, spoken by espeak-ng where that is installed, and the samples where there is a folder of them. Both get the same
 * 20 ms, the same shortest silence and the same edges.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { z } from 'zod'
import { AppFailure } from '../../shared/failure.ts'
import { BUCKET_MS } from '../../shared/peaks.ts'
import { SHORTEST_MS, silencesOf, skippedOf, type Span } from '../../renderer/player/quiet.ts'
import { type Benchmark } from './benchmark.ts'
import { type Mode, openFvad, type Voices } from './fvad.ts'
import { type Recording, silenceMaterial, spokenMaterial } from './silenceMaterial.ts'
import { shaped, type Shaped } from './silenceShape.ts'
import { inOrder, type Judged, judged } from './silenceTruth.ts'
import { percentile } from './statistics.ts'

const SECONDS = 240
const HOUR_MS = 3_600_000
const TIMES = 10
const METHODS = ['gate', 'fvad 0', 'fvad 3'] as const
const MODES: Readonly<Record<(typeof METHODS)[number], Mode | null>> = { gate: null, 'fvad 0': 0, 'fvad 3': 3 }

type Series = 'gateHour' | 'shapeHour' | 'fvadHour' | 'gateCut' | 'fvad0Cut' | 'fvad3Cut'

const samplesFolder =
  process.env['TALLYLIGHT_AUDIO_SAMPLES'] ?? join(import.meta.dirname, '../../../shared/audio-samples')

export const silenceBenchmark: Benchmark<Series> = {
  name: 'silence',
  what: 'skipped silence: the player’s gate beside libfvad',
  series: {
    gateHour: 'the gate, an hour of sound of two channels',
    shapeHour: 'the shape that it needs, which is measured anyway',
    fvadHour: 'libfvad, the same hour',
    gateCut: 'longest run of speech skipped in a recording, by the gate',
    fvad0Cut: 'the same, by libfvad’s mode 0',
    fvad3Cut: 'the same, by libfvad’s mode 3',
  },
  bars: [
    { what: 'the longest run of speech that the gate skips', most: 200, of: ({ gateCut }) => percentile(gateCut, 100) },
    { what: 'the gate, an hour of two channels, median', most: 50, of: ({ gateHour }) => percentile(gateHour, 50) },
  ],
  measure: async say => {
    const voices = await openFvad()
    const material = [...silenceMaterial(SECONDS), ...spoken(say), ...(await samples(say))]
    say(`silence: ${material.length} recordings`)
    const rows: { name: string; judged: Judged[] }[] = []
    for (const { name, bytes, extension, truth } of material) {
      const sound = await shaped(bytes, extension)
      if (sound === null) continue
      rows.push({
        name,
        judged: METHODS.map(method => judged(skippedBy(MODES[method], sound, voices), truth, sound.ms)),
      })
    }
    say('silence: compared')
    const longest = (method: number) => rows.map(row => row.judged[method]?.longestCut ?? NaN)
    return {
      samples: { ...(await hours(voices)), gateCut: longest(0), fvad0Cut: longest(1), fvad3Cut: longest(2) },
      on: `Node ${process.versions.node}`,
      table: {
        headings: ['saved, s', 'speech skipped, ms', 'longest run of it, ms', 'silence left in, s'],
        columns: METHODS,
        rows: rows.map(({ name, judged: some }) => ({
          name,
          values: [
            ...some.map(({ saved }) => saved / 1000),
            ...some.map(({ cut }) => cut),
            ...some.map(({ longestCut }) => longestCut),
            ...some.map(({ left }) => left / 1000),
          ],
        })),
      },
    }
  },
}

/** `mode`: of libfvad; null: by the player's gate. */
function skippedBy(mode: Mode | null, { shape, channels }: Shaped, voices: Voices): Span[] {
  if (mode === null) return skippedOf(silencesOf(shape.values, shape.channels))
  const found = channels.map(samples => voices(samples, shape.rate, mode))
  const spans: Span[] = []
  let start: number | null = null
  const count = Math.max(0, ...found.map(({ length }) => length))
  for (let at = 0; at <= count; at++) {
    if (at < count && found.every(one => one[at] !== 1)) start ??= at
    else if (start !== null) {
      if ((at - start) * BUCKET_MS >= SHORTEST_MS) spans.push({ from: start * BUCKET_MS, to: at * BUCKET_MS })
      start = null
    }
  }
  return skippedOf(spans)
}

/** What an hour costs: of one recording of two channels, again and again. */
async function hours(voices: Voices): Promise<Record<'gateHour' | 'shapeHour' | 'fvadHour', number[]>> {
  const two = silenceMaterial(60).find(({ name }) => name.startsWith('one leg'))
  const minute = async () => {
    const sound = two === undefined ? null : await shaped(two.bytes, two.extension)
    if (sound?.channels.length !== 2) throw new Error('no recording of two channels')
    return sound
  }
  const { shape, channels, ms } = await minute()
  const minutes = Math.round(HOUR_MS / ms)
  const values = new Uint8Array(shape.values.length * minutes)
  for (let at = 0; at < values.length; at += shape.values.length) values.set(shape.values, at)
  const took = (work: () => void) =>
    Array.from({ length: TIMES }, () => {
      const began = performance.now()
      work()
      return performance.now() - began
    })
  const shapes: number[] = []
  for (let time = 0; time < TIMES; time++) shapes.push((await minute()).tookMs * minutes)
  return {
    gateHour: took(() => void skippedOf(silencesOf(values, shape.channels))),
    shapeHour: shapes,
    fvadHour: took(() => channels.forEach(samples => void voices(samples, shape.rate, 0))).map(one => one * minutes),
  }
}

function spoken(say: (text: string) => void): Recording[] {
  try {
    return spokenMaterial()
  } catch (error) {
    say(`silence: nothing is spoken here (${error instanceof Error ? error.message : String(error)})`)
    return []
  }
}

const Turns = z.object({ A: z.array(z.tuple([z.number(), z.number()])), B: z.array(z.tuple([z.number(), z.number()])) })
/** What is quiet at each end of what is said in the samples, seconds. */
const SAMPLE_EDGE_S = 0.2

/** One of each sound. */
async function samples(say: (text: string) => void): Promise<Recording[]> {
  if (!existsSync(samplesFolder)) {
    say('silence: no folder of samples here (TALLYLIGHT_AUDIO_SAMPLES names one)')
    return []
  }
  const { A, B } = Turns.parse(JSON.parse(readFileSync(join(samplesFolder, 'turns.json'), 'utf8')))
  const turns = inOrder(
    [...A, ...B].map(([from, to]) => ({ from: (from + SAMPLE_EDGE_S) * 1000, to: (to - SAMPLE_EDGE_S) * 1000 })),
  )
  const seen = new Set<string>()
  const found: Recording[] = []
  for (const file of readdirSync(samplesFolder).sort()) {
    if (['.md', '.json'].includes(extname(file))) continue
    const bytes = new Uint8Array(readFileSync(join(samplesFolder, file)))
    const extension = extname(file).slice(1)
    const sound = await shaped(bytes, extension).catch((error: unknown) => {
      if (error instanceof AppFailure) return null
      throw error
    })
    const key = sound?.channels
      .map(channel => Buffer.from(channel.buffer, channel.byteOffset, channel.byteLength).toString('base64'))
      .join()
    if (key === undefined || seen.has(key)) continue
    seen.add(key)
    const said = file.startsWith('odd_digital_silence') ? [] : turns
    found.push({ name: file, bytes, extension, truth: { spoken: said, other: [] } })
  }
  return found
}
