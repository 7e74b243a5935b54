/**
 * `npm run bench player`: recordings of two hours in the real player of a real Electron. From the click to the sound, from a
 * click in the waveform to the sound there, the whole shape of a recording, and what the page needs for all that.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, createReadStream, linkSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { chromium, type ElectronApplication, type Page } from '@playwright/test'
import { expect, launch } from '../support/app.ts'
import { startDemoProcess } from '../support/demo.ts'
import { chooseFolder, partOf, recordingName } from '../support/folder.ts'
import { registered, signIn } from '../support/steps.ts'
import { TIME_CODED, writeTimeCoded } from '../support/timeCode.ts'
import { type Benchmark, type Samples } from './benchmark.ts'
import { shapesInThread } from './shapeThread.ts'
import { percentile } from './statistics.ts'

const WAVESURFER = fileURLToPath(import.meta.resolve('wavesurfer.js'))

const SECONDS = 7_200
const TIMES = 20
const SHAPES = 5
/** Decoding takes seconds. */
const CODED_SHAPES = 2
const LATE_MS = 15_000
/** A page of the demo server's own user, so that the folder's names tell whose they are. */
const OWN = 'eve'

const KINDS = ['plain', 'vault', 'gsm', 'g722'] as const
type Kind = (typeof KINDS)[number]
type Series =
  | 'first'
  | `${Kind}Click`
  | `${Kind}Open`
  | `${Kind}Seek`
  | 'warm'
  | 'warmPage'
  | 'cold'
  | 'coldPage'
  | 'gsmShape'
  | 'g722Shape'
  | 'wavesurfer'
  | 'audiowaveform'
  | 'ffmpeg'
  | 'own'
  | 'resident'

const median =
  (key: Series) =>
  (samples: Samples<Series>): number =>
    percentile(samples[key], 50)
const of = (words: string) =>
  ({
    [`${words}Click`]: `${words}: from the click on Play to sound`,
    [`${words}Open`]: `${words}: from a double click in the list to sound`,
    [`${words}Seek`]: `${words}: from a click in the waveform to sound there`,
  }) as Record<`${Kind}Click` | `${Kind}Open` | `${Kind}Seek`, string>

export const playerBenchmark: Benchmark<Series> = {
  name: 'player',
  what: 'recordings of two hours in the player',
  series: {
    first: 'the first of this process, from a double click to sound',
    ...of('plain'),
    ...of('vault'),
    ...of('gsm'),
    ...of('g722'),
    warm: 'the shape of a WAV in its thread, file in memory',
    warmPage: 'the same, until the page has it',
    cold: 'the shape of a WAV in its thread, file on disk',
    coldPage: 'the same, until the page has it',
    gsmShape: 'the shape of gsm, decoded for it',
    g722Shape: 'the shape of g722, decoded for it',
    wavesurfer: 'beside it: wavesurfer.js, which decodes it whole in a page',
    audiowaveform: 'beside it: audiowaveform',
    ffmpeg: 'beside it: ffmpeg (showwavespic)',
    own: 'memory of the page for itself, MB',
    resident: 'memory of the page with what it shares, MB',
  },
  bars: [
    ...KINDS.map(kind => ({
      what: `${kind}: click to sound, median`,
      most: 100,
      of: median(`${kind}Click`),
    })),
    ...KINDS.map(kind => ({ what: `${kind}: seek to sound, median`, most: 50, of: median(`${kind}Seek`) })),
    { what: 'shape of two hours in its thread, warm, median', most: 60, of: median('warm') },
    { what: 'shape of two hours in its thread, cold, median', most: 200, of: median('cold') },
    { what: 'memory of the page', most: 200, unit: 'MB', of: ({ own }) => percentile(own, 100) },
  ],
  measure: async say => {
    const profile = await mkdtemp(join(tmpdir(), 'tallylight-bench-'))
    const demo = await startDemoProcess()
    const running = await launch({ profile })
    try {
      const folder = join(profile, 'recordings')
      const files = await writeFiles(folder, demo.user(OWN).extension)
      say('player: files written')
      const window = await running.window()
      await signIn(window, demo, OWN)
      await registered(window)
      await chooseFolder(running.app, window, folder)
      await window.getByRole('button', { name: 'Recordings' }).click()
      for (const { number } of files.values()) await partOf(window, number)
      await keepCopies(window, files)
      say('player: listed, and two kept in the vault')
      await window.evaluate(watchSound)
      const samples = await inPlayer(window, files, say)
      const shapes = await shapesOf(window, files, say)
      const memory = await memoryOf(running.app, window, files)
      const versions = await window.evaluate(() => bridge.request('app:describe', undefined))
      const beside = await others(profile, files, say)
      return {
        samples: { ...samples, ...shapes, ...memory, ...beside },
        on: versions.ok ? `Electron ${versions.value.electron}` : 'an unknown Electron',
      }
    } finally {
      await running.close()
      await demo.stop()
      await rm(profile, { recursive: true, force: true })
    }
  },
}

interface LongFile {
  readonly number: string
  readonly path: string
}
/** Two of each kind in turns, so that each time another is opened; those whose shape alone is measured. */
type Files = ReadonlyMap<string, LongFile>

async function writeFiles(folder: string, own: string): Promise<Files> {
  await mkdir(folder)
  const files = new Map<string, LongFile>()
  const names = [
    ...KINDS.flatMap(kind => [`${kind} 1`, `${kind} 2`]),
    ...Array.from({ length: SHAPES }, (_, at) => `warm ${at}`),
    ...Array.from({ length: SHAPES }, (_, at) => `cold ${at}`),
    ...Array.from({ length: CODED_SHAPES }, (_, at) => [`shape gsm ${at}`, `shape g722 ${at}`]).flat(),
  ]
  const written = new Map<string, string>()
  for (const [at, name] of names.entries()) {
    const format = TIME_CODED.find(one => name.split(' ').includes(one.name)) ?? TIME_CODED[0]
    if (format === undefined) throw new Error('no format')
    const number = `55502${String(at).padStart(2, '0')}`
    const path = join(folder, recordingName(new Date(Date.UTC(2026, 0, 1 + at)), own, number, format.extension))
    const same = written.get(format.name)
    if (same === undefined) writeTimeCoded(path, format, SECONDS)
    // one that is to lie on the disk alone cannot share its pages with those in memory
    else if (name.startsWith('cold')) copyFileSync(same, path)
    else linkSync(same, path)
    written.set(format.name, path)
    files.set(name, { number, path })
  }
  return files
}

const fileOf = (files: Files, name: string): LongFile => {
  const file = files.get(name)
  if (file === undefined) throw new Error(`no file ${name}`)
  return file
}

async function keepCopies(window: Page, files: Files): Promise<void> {
  const numbers = ['vault 1', 'vault 2'].map(name => fileOf(files, name).number)
  await window.evaluate(async wanted => {
    await bridge.request('keeping:setPassphrase', { passphrase: 'only with words', current: null })
    for (const search of wanted) {
      const page = await bridge.request('library:list', { filter: { search }, at: null })
      const id = page.ok ? page.value.entries[0]?.id : undefined
      if (id === undefined) throw new Error('not listed')
      await bridge.request('keeping:keep', { selection: { kind: 'entries', ids: [id] } })
    }
  }, numbers)
  const kept = () =>
    window.evaluate(async wanted => {
      const flags = await Promise.all(
        wanted.map(async search => {
          const page = await bridge.request('library:list', { filter: { search }, at: null })
          return page.ok && page.value.entries[0]?.parts[0]?.kept === true
        }),
      )
      return flags.every(Boolean)
    }, numbers)
  await expect.poll(kept, { message: 'copies in the vault', timeout: 120_000 }).toBe(true)
}

declare global {
  /** In the page: milliseconds from the last click until the sound moves on, at a place other than where it was. */
  var soundMoves: (() => Promise<number>) | undefined
  /** What the last deed led to. */
  var soundMoved: Promise<number> | undefined
}

/** Runs in the page: notes clicks before any handler of the app's, and waits for the audio element's own clock. */
function watchSound(): void {
  let clicked = 0
  for (const name of ['click', 'dblclick', 'pointerup'])
    addEventListener(name, () => (clicked = performance.now()), { capture: true })
  globalThis.soundMoves = () => {
    clicked = 0
    return new Promise(resolve => {
      const turn = new MessageChannel()
      let seen: { at: number; source: string } | null = null
      turn.port1.onmessage = () => {
        const audio = document.querySelector('audio')
        turn.port2.postMessage(null)
        if (clicked === 0 || audio === null || audio.paused || audio.seeking || audio.readyState < 3) return
        const now = { at: audio.currentTime, source: audio.src }
        // the clock moves: what is at the first look is where it stood
        if (seen === null || seen.source !== now.source || now.at < seen.at || now.at - seen.at > 1) seen = now
        if (now.at === seen.at) return
        turn.port1.close()
        resolve(performance.now() - clicked)
      }
      turn.port2.postMessage(null)
    })
  }
}

/** What happens after a deed with the mouse. */
async function timed(window: Page, deed: () => Promise<void>): Promise<number> {
  await window.evaluate(() => {
    globalThis.soundMoved = globalThis.soundMoves?.()
  })
  await deed()
  const moves = window.evaluate(() => globalThis.soundMoved ?? Promise.reject(new Error('nobody watches')))
  const late = new AbortController()
  const never = setTimeout(LATE_MS, undefined, { signal: late.signal }).then(async () => {
    const state = await window.evaluate(() => {
      const audio = document.querySelector('audio')
      return { at: audio?.currentTime, paused: audio?.paused, ready: audio?.readyState, error: audio?.error?.message }
    })
    throw new Error(`no sound ${LATE_MS / 1000} s after the click: ${JSON.stringify(state)}`)
  })
  try {
    return await Promise.race([moves, never])
  } finally {
    late.abort()
    never.catch(() => undefined)
  }
}

async function inPlayer(window: Page, files: Files, say: (text: string) => void) {
  const samples: Record<`${Kind}Click` | `${Kind}Open` | `${Kind}Seek` | 'first', number[]> = {
    first: [],
    plainClick: [],
    plainOpen: [],
    plainSeek: [],
    vaultClick: [],
    vaultOpen: [],
    vaultSeek: [],
    gsmClick: [],
    gsmOpen: [],
    gsmSeek: [],
    g722Click: [],
    g722Open: [],
    g722Seek: [],
  }
  const search = window.getByRole('searchbox')
  const player = window.getByRole('group', { name: 'Player' })
  const row = window.locator('[role=row][aria-rowindex="2"][data-entry]')
  const show = async (name: string) => {
    const { number } = fileOf(files, name)
    await search.fill(number)
    await expect(row).toContainText(number)
    await expect(window.locator('[role=row][data-entry]')).toHaveCount(1)
  }
  const toggle = (words: string) => player.getByRole('button', { name: words, exact: true })
  for (const kind of KINDS) {
    for (let time = 0; time < TIMES; time++) {
      await show(`${kind} ${1 + (time % 2)}`)
      const opened = await timed(window, () => row.dblclick())
      if (kind === 'plain' && time === 0) samples.first.push(opened)
      else samples[`${kind}Open`].push(opened)
      await toggle('Pause').click()
      // another, and this one anew: what is measured is not what was played a moment ago
      await show(`${kind} ${2 - (time % 2)}`)
      await row.click()
      await window.waitForFunction(() => (document.querySelector('audio')?.readyState ?? 0) >= 1)
      samples[`${kind}Click`].push(await timed(window, () => toggle('Play').click()))
      const box = await player.getByRole('slider', { name: 'Position' }).boundingBox()
      if (box === null) throw new Error('no waveform')
      const x = box.x + box.width * (((time + 1) * 0.618) % 1)
      samples[`${kind}Seek`].push(await timed(window, () => window.mouse.click(x, box.y + box.height / 2)))
      await toggle('Pause').click()
    }
    say(`player: ${kind} opened, played and sought ${TIMES} times`)
  }
  return samples
}

/** Asks as the player does, until all of the shape is there. */
async function shapeOf(window: Page, part: string): Promise<number> {
  return window.evaluate(async id => {
    const began = performance.now()
    for (let have = 0; ;) {
      const answer = await bridge.request('player:peaks', { part: id, have })
      if (!answer.ok || answer.value.kind === 'none') throw new Error('there is no shape')
      const { from, values, channels, whole } = answer.value
      have = from + values.length / (3 * channels)
      if (whole) return performance.now() - began
    }
  }, part)
}

async function shapesOf(window: Page, files: Files, say: (text: string) => void) {
  const measured = {
    warmPage: [] as number[],
    coldPage: [] as number[],
    gsmShape: [] as number[],
    g722Shape: [] as number[],
  }
  const one = async (name: string, to: number[]) => {
    const { number, path } = fileOf(files, name)
    const part = await partOf(window, number)
    // what is to lie on the disk alone leaves the system's memory; elsewhere than on Linux it stays
    if (name.startsWith('cold')) spawnSync('dd', [`if=${path}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' })
    else readFileSync(path)
    to.push(await shapeOf(window, part))
  }
  spawnSync('sync')
  for (let at = 0; at < SHAPES; at++) await one(`warm ${at}`, measured.warmPage)
  for (let at = 0; at < SHAPES; at++) await one(`cold ${at}`, measured.coldPage)
  for (let at = 0; at < CODED_SHAPES; at++) {
    await one(`shape gsm ${at}`, measured.gsmShape)
    await one(`shape g722 ${at}`, measured.g722Shape)
  }
  const alone = (state: 'warm' | 'cold') =>
    shapesInThread(
      Array.from({ length: SHAPES }, (_, at) => fileOf(files, `${state} ${at}`).path),
      state,
    )
  const inThread = { warm: alone('warm'), cold: alone('cold') }
  say('player: shapes measured')
  return { ...measured, ...inThread }
}

/** With two hours open, seen whole and played, as the system counts it (Linux; elsewhere as Electron does). */
async function memoryOf(app: ElectronApplication, window: Page, files: Files) {
  const { number } = fileOf(files, 'plain 1')
  await window.getByRole('searchbox').fill(number)
  const row = window.locator('[role=row][aria-rowindex="2"][data-entry]')
  await expect(row).toContainText(number)
  await timed(window, () => row.dblclick())
  const id = await app.evaluate(({ BrowserWindow }) => {
    const main = BrowserWindow.getAllWindows().find(one => one.webContents.getURL().endsWith('/index.html'))
    return main?.webContents.getOSProcessId() ?? 0
  })
  if (process.platform !== 'linux') {
    const kilobytes = await app.evaluate(
      ({ app: main }, pid) => main.getAppMetrics().find(one => one.pid === pid)?.memory.workingSetSize ?? 0,
      id,
    )
    return { own: [], resident: [kilobytes / 1024] }
  }
  const rollup = readFileSync(`/proc/${id}/smaps_rollup`, 'utf8')
  const megabytes = (line: RegExp) =>
    [...rollup.matchAll(line)].reduce((sum, [, kilobytes]) => sum + Number(kilobytes), 0) / 1024
  return { own: [megabytes(/^Private_(?:Clean|Dirty): +(\d+) kB$/gm)], resident: [megabytes(/^Rss: +(\d+) kB$/gm)] }
}

/** The same file in other hands: wavesurfer.js in a page of its own, and programs that are installed. */
async function others(profile: string, files: Files, say: (text: string) => void) {
  const { path } = fileOf(files, 'plain 1')
  // a browser that has too little memory for that has no figure
  const wavesurfer = await byWavesurfer(path).then(
    ms => [ms],
    (error: unknown) => {
      say(`player: not drawn by wavesurfer.js: ${String(error)}`)
      return []
    },
  )
  const run = (command: string, args: readonly string[]): number[] => {
    const began = performance.now()
    const { status } = spawnSync(command, args, { stdio: 'ignore' })
    return status === 0 ? [performance.now() - began] : []
  }
  const out = join(profile, 'shape')
  const audiowaveform = run('audiowaveform', ['-q', '-i', path, '-o', `${out}.dat`, '-z', '160', '-b', '8'])
  const ffmpeg = run('ffmpeg', ['-v', 'quiet', '-i', path, '-filter_complex', 'showwavespic', `${out}.png`])
  say('player: others measured')
  return { wavesurfer, audiowaveform, ffmpeg }
}

/** Milliseconds from the address to the drawn shape. Throws what the browser says where it could not. */
async function byWavesurfer(path: string): Promise<number> {
  const server = createServer((request, response) => {
    if (request.url === '/sound') createReadStream(path).pipe(response)
    else if (request.url === '/wavesurfer.js')
      createReadStream(WAVESURFER).pipe(response.setHeader('Content-Type', 'text/javascript'))
    else response.end('<!DOCTYPE html>')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const executablePath = process.env['TALLYLIGHT_CHROMIUM']
  const browser = await chromium.launch({
    chromiumSandbox: process.getuid?.() !== 0,
    ...(executablePath === undefined ? {} : { executablePath }),
  })
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/`)
    return await page.evaluate(async () => {
      interface Waves {
        once(name: 'ready', run: () => void): void
        once(name: 'error', run: (error: Error) => void): void
      }
      const address = '/wavesurfer.js'
      const { default: library } = (await import(address)) as {
        default: { create(options: { container: HTMLElement; url: string; sampleRate: number }): Waves }
      }
      const began = performance.now()
      const waves = library.create({ container: document.body, url: '/sound', sampleRate: 8000 })
      await new Promise<void>((resolve, reject) => {
        waves.once('ready', resolve)
        waves.once('error', reject)
      })
      return performance.now() - began
    })
  } finally {
    await browser.close()
    server.close()
  }
}
