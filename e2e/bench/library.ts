/**
 * `npm run bench library`: the index of recordings over both drivers, asked through its own thread, beside what a list in a
 * JSON file (as electron-store keeps one) and an array's filter do with the same calls. `--rows=1000000` for another size.
 */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Benchmark } from './benchmark.ts'
import type { Figures, Phase } from './libraryRun.ts'
import { percentile } from './statistics.ts'

/** The size that the bars are for. */
const ROWS = 100_000
const asked = process.argv.find(word => word.startsWith('--rows='))
const rows = asked === undefined ? ROWS : Number(asked.slice('--rows='.length))

const kinds = {
  bulk: 'bulk insert, 1,000 a batch',
  cold: 'cold: thread, open, first page',
  page: 'a page of 100',
  middle: 'a page in the middle',
  number: 'search: digits of a number',
  name: 'search: a name, folded',
  file: 'search: part of a file name',
  short: 'search: two letters',
  count: 'days and their counts',
  upsert: 'upsert of 200',
} as const
type Kind = keyof typeof kinds
type Means = 'node' | 'wasm' | 'list'
type Series = `${Means}.${Kind}`

const means: Record<Means, string> = { node: 'node:sqlite', wasm: 'wasm', list: 'JSON list' }
const series = Object.fromEntries(
  (Object.keys(means) as Means[]).flatMap(of =>
    (Object.keys(kinds) as Kind[]).map(kind => [`${of}.${kind}`, `${means[of]}: ${kinds[kind]}`]),
  ),
) as Record<Series, string>

const p95 = (kind: Kind) => ({
  what: `${kinds[kind]}, p95`,
  most: 5,
  of: (samples: Readonly<Record<Series, readonly number[]>>) => percentile(samples[`node.${kind}`], 95),
})

export const libraryBenchmark: Benchmark<Series> = {
  name: 'library',
  what: `${rows.toLocaleString('en')} calls: the index in its thread, and a list in a file`,
  series,
  bars:
    rows > ROWS
      ? []
      : [
          { what: kinds.cold, most: 50, of: samples => percentile(samples['node.cold'], 50) },
          p95('number'),
          p95('name'),
          p95('file'),
        ],
  measure: async say => {
    const samples = Object.fromEntries(Object.keys(series).map(key => [key, [] as number[]])) as Record<
      Series,
      number[]
    >
    const memory: string[] = []
    for (const of of Object.keys(means) as Means[]) {
      const folder = await mkdtemp(join(tmpdir(), 'tallylight-bench-'))
      try {
        const run = (phase: Phase): Figures => {
          const script = join(import.meta.dirname, 'libraryRun.ts')
          const child = spawnSync(process.execPath, [script, of, phase, folder, String(rows)], {
            encoding: 'utf8',
            stdio: ['ignore', 'pipe', 'inherit'],
            maxBuffer: 64 * 1024 * 1024,
          })
          if (child.status !== 0) throw new Error(`${of}, ${phase}: ended with ${child.status ?? child.signal ?? ''}`)
          return JSON.parse(child.stdout) as Figures
        }
        const add = (figures: Figures) => {
          for (const [kind, values] of Object.entries(figures.samples)) samples[`${of}.${kind as Kind}`].push(...values)
        }
        say(`${means[of]}: filling`)
        add(run('fill'))
        say(`${means[of]}: asking`)
        for (let time = 0; time < 5; time++) add(run('open'))
        const asked = run('ask')
        add(asked)
        memory.push(`${means[of]} ${Math.round(asked.rss / 1e6)} MB, ${Math.round(asked.disk / 1e6)} MB on disk`)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    }
    return { samples, on: `Node ${process.version}; memory of the whole process: ${memory.join('; ')}` }
  },
}
