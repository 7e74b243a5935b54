/**
 * One measured process of `library.ts`: fills, opens cold, or asks an index or a list; prints its figures as JSON.
 * Arguments: node, wasm or list; the phase; the folder; how many calls.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openIndex, StandBy } from '../../electron/library/index/client.ts'
import { type LibraryIndex, type SourceCall } from '../../electron/library/index/port.ts'
import { NO_FILTER } from '../../shared/library/query.ts'
import { callsOf, numbersFrom } from './libraryCalls.ts'
import { atRest } from './libraryRest.ts'

/** `openAlone`: no thread stands by. `seal`: from now on names, numbers and notes are sealed too. */
export type Phase = 'fill' | 'open' | 'openAlone' | 'ask' | 'seal' | 'openSealed'
export interface Figures {
  readonly samples: Readonly<Record<string, readonly number[]>>
  /** Bytes. */
  readonly rss: number
  readonly disk: number
}

const [means = '', phase = '', folder = '', size = '0'] = process.argv.slice(2)
const rows = Number(size)
const call = callsOf(rows)
const BATCH = 1_000
const KEY = Buffer.alloc(32, 7)
const TIMES = 200
/** More than a thread needs to start, milliseconds. */
const STARTED_MS = 500

const samples: Record<string, number[]> = {}
async function timed(kind: string, run: () => unknown): Promise<void> {
  const began = performance.now()
  await run()
  ;(samples[kind] ??= []).push(performance.now() - began)
}

/** Takes a file out of the system's cache, where that can be done. */
const makeCold = (file: string) => spawnSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' })

const some = numbersFrom(42)
const searches = {
  number: () => String(1_000 + some(9_000)),
  name: () => ['helene', 'marti', 'nguyen', 'okafor', 'cote', 'soren'][some(6)] ?? '',
  file: () => `-${String(1 + some(12)).padStart(2, '0')}-${String(1 + some(28)).padStart(2, '0')}T`,
  short: () => ['he', 'sø', 'qz', '55', 'ng', '_'][some(6)] ?? '',
}
/** A hundred lines changed, a hundred new. */
const changes = (time: number) => [
  ...Array.from({ length: 100 }, () => call(1 + some(rows), 'Changed Name')),
  ...Array.from({ length: 100 }, (_, at) => call(rows + time * 100 + at)),
]

/** What the index's thread itself spent on all that it was asked, milliseconds. */
let spent = 0
/** Also what the thread itself spends on it, as `<kind>In`. */
async function timedBoth(kind: string, run: () => unknown): Promise<void> {
  const before = spent
  await timed(kind, run)
  ;(samples[`${kind}In`] ??= []).push(spent - before)
}

const log = (text: string) => process.stderr.write(`${text}\n`)
const worker = join(import.meta.dirname, '../../out/electron/libraryWorker.cjs')
const file = join(folder, 'library.db')
const isSealed = phase === 'seal' || phase === 'openSealed'
const open = (standBy?: StandBy) =>
  openIndex({
    ...(standBy === undefined ? {} : { standBy }),
    onSpent: ms => (spent += ms),
    file,
    notesFile: join(folder, 'notes.db'),
    key: isSealed ? KEY : null,
    sealed: isSealed,
    driver: means === 'wasm' ? 'wasm' : 'node',
    log,
    worker,
  })
const page = (index: LibraryIndex, search: string) =>
  index.list({ filter: { ...NO_FILTER, search, recorded: 'all' }, at: null, limit: 100 })

async function measureIndex(): Promise<void> {
  if (phase === 'fill') {
    const index = await open()
    await timed('bulk', async () => {
      for (let first = 1; first <= rows; first += BATCH) {
        await index.take(Array.from({ length: Math.min(BATCH, rows - first + 1) }, (_, at) => call(first + at)))
      }
    })
    await atRest(file)
    await index.close()
    return
  }
  const opening = { open: 'cold', openAlone: 'coldAlone', seal: 'seal', openSealed: 'coldSealed' }[phase]
  if (opening !== undefined) {
    for (const name of readdirSync(folder)) makeCold(join(folder, name))
    const standBy = phase === 'openAlone' ? undefined : new StandBy(log, worker)
    // the app has it start before it signs in, which takes longer
    if (standBy !== undefined) await pause(STARTED_MS)
    let index: LibraryIndex | null = null
    await timedBoth(opening, async () => {
      index = await open(standBy)
      await page(index, '')
    })
    const opened = index as LibraryIndex | null
    if (opened === null) return
    if (!isSealed) await timedBoth('coldSearch', () => page(opened, searches.number()))
    await opened.close()
    return
  }
  const index = await open()
  await page(index, '')
  const days = (await index.outline({ ...NO_FILTER, recorded: 'all' })).days
  for (let time = 0; time < TIMES; time++) {
    await timedBoth('page', () => page(index, ''))
    const at = { day: days[some(days.length)]?.[0] ?? '', skip: 0 }
    await timedBoth('middle', () => index.list({ filter: { ...NO_FILTER, recorded: 'all' }, at, limit: 100 }))
    for (const [kind, word] of Object.entries(searches)) {
      const search = word()
      await timedBoth(kind, () => page(index, search))
    }
  }
  for (let time = 0; time < 10; time++) {
    await timedBoth('count', () => index.outline(NO_FILTER))
    const calls = changes(time)
    await timedBoth('upsert', () => index.take(calls))
  }
  await index.close()
}

const folded = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
const searched = (it: SourceCall) =>
  folded([it.peer.name, it.peer.number, ...(it.recordings ?? []).map(recording => recording.fileName)].join('\n'))

async function measureList(): Promise<void> {
  const file = join(folder, 'library.json')
  const write = (calls: readonly SourceCall[]) => {
    writeFileSync(`${file}.new`, JSON.stringify({ calls }))
    renameSync(`${file}.new`, file)
  }
  const read = () => (JSON.parse(readFileSync(file, 'utf8')) as { calls: SourceCall[] }).calls
  if (phase === 'fill') {
    const calls = Array.from({ length: rows }, (_, at) => call(at + 1)).reverse()
    return timed('bulk', () => write(calls))
  }
  if (phase === 'open' || phase === 'openAlone') {
    makeCold(file)
    let calls: SourceCall[] = []
    await timed(phase === 'open' ? 'cold' : 'coldAlone', () => (calls = read()).slice(0, 100))
    const wanted = searches.number()
    return timed('coldSearch', () => calls.filter(it => searched(it).includes(wanted)).slice(0, 100))
  }
  const calls = read()
  const texts = calls.map(searched)
  for (let time = 0; time < TIMES; time++) {
    await timed('page', () => calls.slice(0, 100))
    const from = some(rows)
    await timed('middle', () => calls.slice(from, from + 100))
    for (const [kind, word] of Object.entries(searches)) {
      const wanted = folded(word())
      await timed(kind, () => calls.filter((_, at) => texts[at]?.includes(wanted) === true).slice(0, 100))
    }
  }
  for (let time = 0; time < 3; time++) {
    await timed('count', () => {
      const days = new Map<string, number>()
      for (const { startedAt } of calls) {
        const day = new Date(startedAt).toDateString()
        days.set(day, (days.get(day) ?? 0) + 1)
      }
    })
    const changed = changes(time)
    await timed('upsert', () => {
      const at = new Map(calls.map((it, place) => [it.key, place]))
      for (const it of changed) {
        const place = at.get(it.key)
        if (place === undefined) calls.unshift(it)
        else calls[place] = it
      }
      write(calls)
    })
  }
}

await (means === 'list' ? measureList() : measureIndex())
const disk = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
process.stdout.write(JSON.stringify({ samples, rss: process.memoryUsage().rss, disk } satisfies Figures))
