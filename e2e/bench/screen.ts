/**
 * `npm run bench screen`: the recordings screen over 100,000 calls, and scrolling over a million beside it, in Chromium. Main
 * is played by the test's own library, whose answers are made and carried in the measured time.
 */
import { type Browser, chromium, type Page } from '@playwright/test'
import { FakeLibrary } from '../window-page/library.ts'
import { openWindow } from '../window-page/page.ts'
import { idle, ZONE } from '../window-page/states.ts'
import { type Benchmark, type Samples } from './benchmark.ts'
import { percentile } from './statistics.ts'

const CALLS = 100_000
const MANY = 1_000_000
const NUMBERS = 40
const FRAMES = 600
const VIEWPORT = { width: 1280, height: 800 }

type Series = 'keystroke' | 'frame' | 'frameOfMany'

export const screenBenchmark: Benchmark<Series> = {
  name: 'screen',
  what: `the recordings screen over ${CALLS.toLocaleString('en')} calls`,
  series: {
    keystroke: 'from a key in the search to painted rows',
    frame: 'frames while scrolling: slowly, fast, by jumps',
    frameOfMany: `the same over ${MANY.toLocaleString('en')} calls`,
  },
  bars: [
    { what: 'keystroke to painted rows at p99', most: 50, of: ({ keystroke }) => percentile(keystroke, 99) },
    { what: 'frames while scrolling at p99', most: 33.4, of: ({ frame }) => percentile(frame, 99) },
    { what: 'the longest frame while scrolling', most: 100, of: ({ frame }) => percentile(frame, 100) },
  ],
  measure: async say => {
    const executablePath = process.env['TALLYLIGHT_CHROMIUM']
    const browser = await chromium.launch({
      chromiumSandbox: process.getuid?.() !== 0,
      ...(executablePath === undefined ? {} : { executablePath }),
    })
    try {
      const samples: Samples<Series> = {
        keystroke: await overLibrary(browser, CALLS, typeNumbers),
        frame: await overLibrary(browser, CALLS, scrollAbout),
        frameOfMany: await overLibrary(browser, MANY, scrollAbout),
      }
      say('screen: typed and scrolled')
      return { samples, on: `Chromium ${browser.version()}` }
    } finally {
      await browser.close()
    }
  },
}

/** Opens the screen over so many calls. */
async function overLibrary(
  browser: Browser,
  calls: number,
  measure: (page: Page, library: FakeLibrary) => Promise<number[]>,
): Promise<number[]> {
  const library = new FakeLibrary(calls, calls / 1000)
  const context = await browser.newContext({ viewport: VIEWPORT, timezoneId: ZONE })
  const page = await context.newPage()
  try {
    await openWindow(page, idle, library.answers)
    await page.getByRole('navigation').getByRole('button').nth(1).click()
    await page.locator('[role=row][data-entry]').first().waitFor()
    return await measure(page, library)
  } finally {
    await context.close()
  }
}

declare global {
  /** In the page: milliseconds from the last key to painted rows of what it asked for. */
  var rowsPainted: (id: string) => Promise<number>
}

/** Ends of numbers, digit by digit: with each one another call is the first. */
async function typeNumbers(page: Page, library: FakeLibrary): Promise<number[]> {
  await page.evaluate(() => {
    let at = 0
    addEventListener('keydown', () => (at = performance.now()), { capture: true })
    const isFirst = (id: string) => document.querySelector(`[role=row][aria-rowindex="2"][data-entry="${id}"]`) !== null
    globalThis.rowsPainted = id =>
      new Promise(resolve => {
        const look = () => {
          if (!isFirst(id)) return
          observer.disconnect()
          requestAnimationFrame(() => {
            // a message is handled after the frame that was just begun
            const after = new MessageChannel()
            after.port1.onmessage = () => resolve(performance.now() - at)
            after.port2.postMessage(null)
          })
        }
        const observer = new MutationObserver(look)
        observer.observe(document.body, {
          subtree: true,
          childList: true,
          attributes: true,
          attributeFilter: ['data-entry'],
        })
      })
  })
  const search = page.getByRole('searchbox')
  const samples: number[] = []
  // the first answers make the library's own store of words
  await search.fill('9')
  await search.fill('')
  for (let count = 0; count < NUMBERS; count++) {
    const number = String(1_000 + ((count * 7_919) % 9_000))
    for (let digits = 1; digits <= number.length; digits++) {
      const first = library.first(number.slice(0, digits))
      const shown = await page.locator('[role=row][aria-rowindex="2"]').getAttribute('data-entry')
      if (first === null || first === shown) {
        await search.press(number.charAt(digits - 1))
        continue
      }
      const painted = page.evaluate(id => globalThis.rowsPainted(id), first)
      await search.press(number.charAt(digits - 1))
      samples.push(await painted)
    }
    await search.fill('')
    await page.locator('[role=row][data-entry=entry-0]').waitFor()
  }
  return samples
}

/** Gaps between frames while the list is scrolled by a row's height, by a screen, and to places all over it. */
const scrollAbout = (page: Page): Promise<number[]> =>
  page.getByRole('grid').evaluate(
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
