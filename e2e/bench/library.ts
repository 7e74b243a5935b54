/**
 * `npm run bench library`: the index of recordings over both drivers, asked through its own thread, beside what a list in a
 * JSON file (as electron-store keeps one) and an array's filter do with the same calls. `--rows=1000000` for another size,
 * `--means=node` for some of them alone.
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
const said = (name: string) => process.argv.find(word => word.startsWith(`--${name}=`))?.slice(name.length + 3)
const rows = Number(said('rows') ?? ROWS)

const kinds = {
  bulk: 'bulk insert, 1,000 a batch',
  cold: 'cold: open, first page; its thread stands by, as in the app',
  coldAlone: 'cold: thread, open, first page; nothing stands by',
  coldSearch: 'cold: then at once digits of a number',
  page: 'a page of 100',
  middle: 'a page in the middle',
  number: 'search: digits of a number',
  name: 'search: a name, folded',
  file: 'search: part of a file name',
  short: 'search: two letters',
  count: 'days and their counts',
  upsert: 'upsert of 200',
  seal: 'sealing names and numbers too, first page',
  coldSealed: 'cold: open what is sealed, first page',
} as const
type Kind = keyof typeof kinds
type Means = 'node' | 'wasm' | 'list'
/** `In`: what the index's thread itself spends on it; else what it takes for the one who asks. */
type Series = `${Means}.${Kind}` | `${Exclude<Means, 'list'>}.${Exclude<Kind, 'bulk'>}In`

const means: Record<Means, string> = { node: 'node:sqlite', wasm: 'wasm', list: 'JSON list' }
/** `--means=node,list`: those alone. */
const measured = (Object.keys(means) as Means[]).filter(one => said('means')?.split(',').includes(one) ?? true)
const series = Object.fromEntries(
  measured.flatMap(of =>
    (Object.keys(kinds) as Kind[]).flatMap(kind => {
      const what = `${means[of]}: ${kinds[kind]}`
      const seen = [`${of}.${kind}`, what]
      return of === 'list' || kind === 'bulk' ? [seen] : [seen, [`${of}.${kind}In`, `${what}, in the thread`]]
    }),
  ),
) as Record<Series, string>

const p95 = (kind: Exclude<Kind, 'bulk'>) => ({
  what: `${kinds[kind]}, p95 in the thread`,
  most: 5,
  of: (samples: Readonly<Record<Series, readonly number[]>>) => percentile(samples[`node.${kind}In`], 95),
})

export const libraryBenchmark: Benchmark<Series> = {
  name: 'library',
  what: `${rows.toLocaleString('en')} calls: the index in its thread, and a list in a file`,
  series,
  bars:
    rows > ROWS || !measured.includes('node')
      ? []
      : [
          { what: kinds.cold, most: 50, of: samples => percentile(samples['node.cold'], 50) },
          p95('number'),
          p95('name'),
          p95('file'),
          p95('short'),
        ],
  measure: async say => {
    const samples = Object.fromEntries(Object.keys(series).map(key => [key, [] as number[]])) as Record<
      Series,
      number[]
    >
    const memory: string[] = []
    for (const of of measured) {
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
          for (const [kind, values] of Object.entries(figures.samples))
            samples[`${of}.${kind}` as Series].push(...values)
        }
        say(`${means[of]}: filling`)
        add(run('fill'))
        say(`${means[of]}: asking`)
        // before the file is taken out of the system's memory: that is measured by itself
        const asked = run('ask')
        add(asked)
        say(`${means[of]}: opening`)
        for (let time = 0; time < 5; time++) for (const phase of ['open', 'openAlone'] as const) add(run(phase))
        if (of !== 'list') for (const phase of ['seal', 'openSealed', 'openSealed'] as const) add(run(phase))
        memory.push(`${means[of]} ${Math.round(asked.rss / 1e6)} MB, ${Math.round(asked.disk / 1e6)} MB on disk`)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    }
    return { samples, on: `Node ${process.version}; memory of the whole process: ${memory.join('; ')}` }
  },
}
