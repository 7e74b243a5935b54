/** Window pages in Chromium, each in a context of its own. None may end with an error on its console. */
import { test as base, type BrowserContext, expect } from '@playwright/test'
import { type Snapshot } from '../../shared/snapshot.ts'
import { type Answers, openWindow, type WindowPage } from './page.ts'
import { serveSound } from './sound.ts'
import { ZONE } from './states.ts'

export const BIG = { width: 1280, height: 800 }
export const SMALL = { width: 480, height: 560 }

interface Options {
  readonly answers?: Answers
  readonly size?: { width: number; height: number }
  /** The page's clock stands still from the start; `page.clock.runFor` moves it. */
  readonly still?: boolean
  /** The main window unless named. */
  readonly name?: 'index' | 'mini'
  /** The player has sound (sound.ts); the page's policy is off then. */
  readonly sound?: boolean
}

/** Sound has a scheme that only the app serves: the browser says so in three ways. */
const isSound = (complaint: string) =>
  complaint.includes('ERR_UNKNOWN_URL_SCHEME') ||
  complaint.includes("Access to audio at 'recording://") ||
  complaint === 'Failed to load resource: net::ERR_FAILED'

interface Fixtures {
  open: (snapshot: Snapshot, options?: Options) => Promise<WindowPage>
}

export const test = base.extend<Fixtures>({
  open: async ({ browser }, provide) => {
    const contexts: BrowserContext[] = []
    const windows: WindowPage[] = []
    await provide(async (snapshot, { answers = {}, size = BIG, still = false, name = 'index', sound = false } = {}) => {
      const context = await browser.newContext({
        viewport: size,
        timezoneId: ZONE,
        colorScheme: 'light',
        bypassCSP: sound,
      })
      if (sound) await serveSound(context)
      contexts.push(context)
      const page = await context.newPage()
      if (still) {
        await page.clock.install({ time: snapshot.at })
        await page.clock.pauseAt(snapshot.at + 1000)
      }
      const window = await openWindow(page, snapshot, answers, name)
      windows.push(window)
      return window
    })
    for (const window of windows) expect(window.complaints.filter(one => !isSound(one))).toEqual([])
    for (const context of contexts) await context.close()
  },
})

export { expect }
