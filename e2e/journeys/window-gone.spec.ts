/** The main window is closed, reloaded or dies in a recorded call: both go on, and the window finds them again. */
import { type ElectronApplication } from '@playwright/test'
import { expect, launch, test } from '../support/app.ts'
import { callsOf } from '../support/calls.ts'
import { inCall, lampShows, press } from '../support/steps.ts'

/** What the main window's page shows, asked by main itself: a page that died is no page of the test's any more. */
const shownLamp = (app: ElectronApplication) =>
  app.evaluate(async ({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows().find(one => one.webContents.getURL().endsWith('/index.html'))
    if (window === undefined || window.webContents.isCrashed()) return 'gone'
    const shown: Promise<unknown> = window.webContents.executeJavaScript(
      `document.querySelector('[data-lamp]')?.getAttribute('data-lamp') ?? 'nothing'`,
    )
    // what is asked of a page that dies is never answered
    return Promise.race([shown, new Promise(resolve => setTimeout(resolve, 1_000, 'no answer'))])
  })

const toWindow = (app: ElectronApplication, what: 'close' | 'show' | 'crash') =>
  app.evaluate(({ BrowserWindow }, wanted) => {
    const window = BrowserWindow.getAllWindows().find(one => one.webContents.getURL().endsWith('/index.html'))
    if (wanted === 'crash') window?.webContents.forcefullyCrashRenderer()
    else window?.[wanted]()
  }, what)

const isVisible = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().some(one => one.webContents.getURL().endsWith('/index.html') && one.isVisible()),
  )

/** How loud the other side is, as the phone measured it last. */
const heard = (app: ElectronApplication): Promise<unknown> =>
  app.evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows().find(one => one.webContents.getURL().endsWith('/index.html'))
    return window?.webContents.executeJavaScript(
      `bridge.request('app:snapshot').then(({ value }) => value.calls[0]?.audio?.heard ?? 0)`,
    )
  })

test('closed, reloaded and crashed in a recorded call: nothing of it is lost', async ({ profile, demo }) => {
  // with a tray a closed window is hidden; without one closing leaves the call, and asks
  const running = await launch({ profile, args: ['--tray=yes'] })
  const window = await running.window()
  await inCall(window, demo)
  await press(window, 'Record')
  await lampShows(window, 'recording')
  const [before] = await callsOf(demo, 'eve')
  const goesOn = async () => {
    expect(await callsOf(demo, 'eve')).toMatchObject([{ call_id: before?.call_id, record_state: 'active' }])
    await expect.poll(() => heard(running.app), { timeout: 15_000 }).toBeGreaterThan(0.02)
  }

  await toWindow(running.app, 'close')
  await expect.poll(() => isVisible(running.app)).toBe(false)
  await goesOn()
  await toWindow(running.app, 'show')
  await lampShows(window, 'recording')

  await window.reload()
  await lampShows(window, 'recording')
  await expect(window.getByText('Connected', { exact: true }).first()).toBeVisible()
  await goesOn()

  await toWindow(running.app, 'crash')
  await expect.poll(() => shownLamp(running.app), { timeout: 20_000 }).toBe('recording')
  await goesOn()
  await running.app.evaluate(async ({ BrowserWindow }) => {
    const found = BrowserWindow.getAllWindows().find(one => one.webContents.getURL().endsWith('/index.html'))
    await found?.webContents.executeJavaScript(
      `[...document.querySelectorAll('button')].find(one => one.textContent === 'Hang up').click()`,
    )
  })
  await expect.poll(() => callsOf(demo, 'eve')).toEqual([])
  await running.close()
})
