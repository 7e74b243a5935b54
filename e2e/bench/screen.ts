/**
 * `npm run bench screen`: the recordings screen of the whole app, in a real Electron. What is timed goes the way that it goes
 * for a user: key or scroll, the list in the page, the bridge, main, the index in its thread, and back to painted rows. The
 * index is filled beforehand, and the server's call log is down meanwhile, so that nothing else is read.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Page } from '@playwright/test'
import { openIndex } from '../../electron/library/index/client.ts'
import { indexFiles } from '../../electron/library/source.ts'
import { NO_FILTER } from '../../shared/library/query.ts'
import { launch } from '../support/app.ts'
import { type DemoProcess, startDemoProcess } from '../support/demo.ts'
import { choose, fillSignIn, signIn } from '../support/steps.ts'
import { type Benchmark, type Measured } from './benchmark.ts'
import { callsOf, numbersFrom } from './libraryCalls.ts'
import { atRest } from './libraryRest.ts'
import { percentile } from './statistics.ts'

/** The size that the bars are for; `--rows=1000000` for another. */
const ROWS = 100_000
const asked = process.argv.find(word => word.startsWith('--rows='))
const rows = asked === undefined ? ROWS : Number(asked.slice('--rows='.length))
const BATCH = 5_000
const FRAMES = 600
const JUMPS = 60
const WORKER = join(import.meta.dirname, '../../out/electron/libraryWorker.cjs')

const kinds = {
  key: 'from a key in the search to painted rows',
  frame: 'frames while scrolling: by rows, by screens, by jumps',
  jump: 'from a jump of the scroll bar to painted rows',
} as const
type Series = keyof typeof kinds

export const screenBenchmark: Benchmark<Series> = {
  name: 'screen',
  what: `${rows.toLocaleString('en')} calls on the screen of the whole app: page, bridge, main, and the index in its thread`,
  series: kinds,
  bars:
    rows > ROWS
      ? []
      : [
          // as the searches themselves are held to it; the slowest of the first letters are printed beside it
          { what: 'keystroke to painted rows at p95', most: 50, of: ({ key }) => percentile(key, 95) },
          // two frames of 60 a second; the clock of a page is coarse
          { what: 'frames while scrolling at p99', most: 33.4, of: ({ frame }) => percentile(frame, 99) },
          { what: 'the longest frame while scrolling', most: 100, of: ({ frame }) => percentile(frame, 100) },
        ],
  measure: async say => {
    const profile = await mkdtemp(join(tmpdir(), 'tallylight-bench-'))
    const demo = await startDemoProcess()
    try {
      await demo.control({ do: 'faults', set: { down: ['call-logd'] } })
      const folder = await folderOfAccount(profile, demo)
      say('screen: filling the index')
      const words = await fill(folder)
      say('screen: typing and scrolling')
      return await inApp(profile, demo, words)
    } finally {
      await demo.stop()
      await rm(profile, { recursive: true, force: true })
    }
  },
}

/** What is typed, letter by letter, and which call is the first then. */
interface Typed {
  readonly letter: string
  readonly first: string
}

async function inApp(profile: string, demo: DemoProcess, words: readonly Typed[][]): Promise<Measured<Series>> {
  const running = await launch({ profile })
  try {
    const window = await running.window()
    await fillSignIn(window, `127.0.0.1:${demo.port}`, 'eve', demo.user('eve').password)
    await choose(window, 'phone')
    await window.getByRole('button', { name: 'Recordings' }).click()
    await window.getByLabel('Which calls', { exact: true }).selectOption('all')
    await window.locator('[role=row][data-entry]').first().waitFor()
    const versions = await window.evaluate(() => bridge.request('app:describe', undefined))
    await watchRows(window)
    return {
      samples: { key: await typeWords(window, words), frame: await scrollAbout(window), jump: await jumpAbout(window) },
      on: versions.ok
        ? `Electron ${versions.value.electron}, Chromium ${versions.value.chromium}`
        : 'an unknown Electron',
    }
  } finally {
    await running.close()
  }
}

/** Signs in once, so that the account has its folder. */
async function folderOfAccount(profile: string, demo: DemoProcess): Promise<string> {
  const running = await launch({ profile })
  try {
    const window = await running.window()
    await signIn(window, demo, 'eve')
    await window.getByRole('button', { name: 'Recordings' }).click()
    await window
      .getByText(/Nothing was read yet\./)
      .first()
      .waitFor()
  } finally {
    await running.close()
  }
  const [account] = await readdir(join(profile, 'library'))
  if (account === undefined) throw new Error('the app made no library')
  return join(profile, 'library', account)
}

/** Fills the index, and asks it what will be found: by parts of names, and by ends of numbers. */
async function fill(folder: string): Promise<Typed[][]> {
  const index = await openIndex({ ...indexFiles(folder), key: null, log: text => console.error(text), worker: WORKER })
  try {
    const call = callsOf(rows)
    for (let first = 1; first <= rows; first += BATCH)
      await index.take(Array.from({ length: Math.min(BATCH, rows - first + 1) }, (_, at) => call(first + at)))
    const some = numbersFrom(42)
    const numbers = Array.from({ length: 20 }, () => call(1 + some(rows)).peer.number.slice(-6))
    const words = ['helene', 'tremblay', 'okafor', 'nguyen', 'cote', 'marie roy', 'lucia', 'olga smith', ...numbers]
    const typed: Typed[][] = []
    for (const word of words) {
      const letters: Typed[] = []
      for (let length = 1; length <= word.length; length++) {
        const filter = { ...NO_FILTER, recorded: 'all' as const, search: word.slice(0, length).trim() }
        const { entries } = await index.list({ filter, at: null, limit: 1 })
        if (entries[0] === undefined) throw new Error(`${word} is not in the library`)
        letters.push({ letter: word.charAt(length - 1), first: entries[0].id })
      }
      typed.push(letters)
    }
    await atRest(indexFiles(folder).file)
    return typed
  } finally {
    await index.close()
  }
}

declare global {
  /** In the page: milliseconds from a moment of its clock until this call is painted as the first row. Null = the last key. */
  var firstRowPainted: (id: string) => Promise<number>
  /** In the page: from now until every row on screen is loaded and painted. */
  var screenPainted: () => Promise<number>
}

/** Listens in the page, from outside the app: to keys before any handler of its own, and to commits to the DOM. */
async function watchRows(window: Page): Promise<void> {
  await window.evaluate(() => {
    let keyAt = 0
    addEventListener('keydown', event => (keyAt = event.timeStamp), { capture: true })
    const once = (from: () => number, holds: () => boolean) =>
      new Promise<number>(resolve => {
        const look = () => {
          if (!holds()) return
          observer.disconnect()
          requestAnimationFrame(() => {
            // a message is handled after the frame that was just begun
            const after = new MessageChannel()
            after.port1.onmessage = () => resolve(performance.now() - from())
            after.port2.postMessage(null)
          })
        }
        const observer = new MutationObserver(look)
        observer.observe(document.body, { subtree: true, childList: true, attributes: true })
        look()
      })
    globalThis.firstRowPainted = id =>
      once(
        () => keyAt,
        () => document.querySelector(`[role=row][aria-rowindex="2"][data-entry="${id}"]`) !== null,
      )
    globalThis.screenPainted = () => {
      const began = performance.now()
      const grid = document.querySelector('[role=grid]')
      const at = grid?.scrollTop
      return once(
        () => began,
        () => {
          if (grid === null || grid.scrollTop !== at) throw new Error('the list is gone, or was scrolled')
          const { top, bottom } = grid.getBoundingClientRect()
          const rows = [...grid.querySelectorAll('[role=row][id]')].filter(row => {
            const box = row.getBoundingClientRect()
            return box.bottom > top && box.top < bottom
          })
          return rows.length > 5 && rows.every(row => row.hasAttribute('data-entry'))
        },
      )
    }
  })
}

/** Each word letter by letter: with most of them another call is the first. */
async function typeWords(window: Page, words: readonly (readonly Typed[])[]): Promise<number[]> {
  const search = window.getByRole('searchbox')
  const firstRow = window.locator('[role=row][aria-rowindex="2"]')
  const newest = await firstRow.getAttribute('data-entry')
  const samples: number[] = []
  await search.focus()
  for (const word of words) {
    let shown = newest
    for (const { letter, first } of word) {
      const painted = first === shown ? null : window.evaluate(id => globalThis.firstRowPainted(id), first)
      await search.press(letter === ' ' ? 'Space' : letter)
      if (painted !== null) samples.push(await painted)
      shown = first
    }
    await search.fill('')
    await window.locator(`[role=row][aria-rowindex="2"][data-entry="${newest ?? ''}"]`).waitFor()
  }
  return samples
}

/** Gaps between frames while the list is scrolled by a row's height, by a screen, and to places all over it. */
const scrollAbout = (window: Page): Promise<number[]> =>
  window.getByRole('grid').evaluate(
    (grid, frames) =>
      new Promise<number[]>(resolve => {
        const gaps: number[] = []
        let last = performance.now()
        let frame = 0
        const step = (now: number) => {
          if (frame > 0) gaps.push(now - last)
          last = now
          if (frame++ === frames) return resolve(gaps)
          const part = Math.floor((3 * frame) / (frames + 1))
          if (part === 0) grid.scrollTop += 38
          else if (part === 1) grid.scrollTop += grid.clientHeight
          else if (frame % 5 === 0) grid.scrollTop = ((frame * 0.618) % 1) * grid.scrollHeight
          requestAnimationFrame(step)
        }
        requestAnimationFrame(step)
      }),
    FRAMES,
  )

/** To places all over the list, none of which was loaded before. */
async function jumpAbout(window: Page): Promise<number[]> {
  const samples: number[] = []
  for (let jump = 1; jump <= JUMPS; jump++)
    samples.push(
      await window.getByRole('grid').evaluate(
        (grid, share) => {
          grid.scrollTop = share * (grid.scrollHeight - grid.clientHeight)
          return globalThis.screenPainted()
        },
        (jump * 0.618) % 1,
      ),
    )
  return samples
}
