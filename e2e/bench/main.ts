/** Runs benchmarks on the stage that tools/bench.ts made: figures on stdout, progress on stderr, 1 when a bar is missed. */
import { availableParallelism, loadavg } from 'node:os'
import { type Benchmark, judge, type Report } from './benchmark.ts'
import { asJson, asText } from './format.ts'
import { callsBenchmark } from './calls.ts'
import { lampBenchmark } from './lamp.ts'
import { libraryBenchmark } from './library.ts'
import { playerBenchmark } from './player.ts'
import { screenBenchmark } from './screen.ts'
import { silenceBenchmark } from './silence.ts'

const all: readonly Benchmark[] = [
  lampBenchmark,
  callsBenchmark,
  libraryBenchmark,
  screenBenchmark,
  playerBenchmark,
  silenceBenchmark,
]

const words = process.argv.slice(2)
const json = words.includes('--json')
const names = words.filter(word => !word.startsWith('--'))
const chosen = names.length === 0 ? all : all.filter(one => names.includes(one.name))
const unknown = names.filter(name => !all.some(one => one.name === name))

const load = () => loadavg()[0] ?? 0
const say = (text: string) => process.stderr.write(`${text}\n`)

if (unknown.length > 0) {
  say(`There is no benchmark ${unknown.join(', ')}. There are: ${all.map(one => one.name).join(', ')}`)
  process.exitCode = 2
} else {
  const before = load()
  const reports: Report[] = []
  for (const benchmark of chosen) reports.push(judge(benchmark, await benchmark.measure(say)))
  const run = { processors: availableParallelism(), load: [before, load()] } as const
  process.stdout.write(json ? asJson(reports, run) : asText(reports, run))
  process.exitCode = reports.every(report => report.met) ? 0 : 1
}
