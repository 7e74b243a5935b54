/** Quitting, closing and signing out in a call: asked first, in words that say what becomes of the call. With pictures. */
import { type ElectronApplication } from '@playwright/test'
import { launch, expect, test } from '../support/app.ts'
import { picturesOf } from '../support/pictures.ts'
import { watchShell } from '../support/shell.ts'
import { dial, inCall, lampShows, press, registered, signIn } from '../support/steps.ts'

const closeWindow = (app: ElectronApplication) =>
  app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()
      .find(one => one.webContents.getURL().endsWith('/index.html'))
      ?.close()
  })

test('quitting in a call on this computer: it would end, so it is asked; then it is left in order', async ({
  window,
  running,
  demo,
}) => {
  const picture = picturesOf('quitting-in-a-call')
  await inCall(window, demo)
  await press(window, 'Record')
  await lampShows(window, 'recording')
  const question = window.getByRole('alertdialog', { name: 'You are in a call' })
  const quit = () => running.app.evaluate(({ app }) => app.quit())
  await quit()
  await expect(question).toContainText('Quitting ends your call.')
  await picture(window, 'quit-asks')
  await question.getByRole('button', { name: 'Stay in the call' }).click()
  await expect(question).toHaveCount(0)
  await lampShows(window, 'recording')

  await window.getByRole('button', { name: 'Settings' }).click()
  await window.getByRole('button', { name: 'Sign out' }).click()
  await expect(question).toContainText('Signing out ends your call.')
  await picture(window, 'sign-out-asks')
  await question.getByRole('button', { name: 'Stay in the call' }).click()

  // closing without a tray is quitting
  await closeWindow(running.app)
  await expect(question).toContainText('Quitting ends your call.')
  const gone = running.app.waitForEvent('close')
  await question.getByRole('button', { name: 'Quit' }).click()
  await gone
  await expect.poll(() => demo.control({ do: 'state' })).toMatchObject({ channels: [] })
})

test('the computer shuts down in a call: it is ended in order, and nobody is asked', async ({
  window,
  running,
  demo,
}) => {
  await inCall(window, demo)
  const gone = running.app.waitForEvent('close')
  await running.app.evaluate(({ powerMonitor }) => {
    powerMonitor.emit('shutdown', { preventDefault: () => undefined })
  })
  await gone
  await expect.poll(() => demo.control({ do: 'state' })).toMatchObject({ channels: [], registered: [] })
})

test('beside a desk phone the call and its recording go on', async ({ window, running, demo }) => {
  const picture = picturesOf('quitting-beside-a-desk-phone')
  await signIn(window, demo, 'desk', 'companion')
  await expect(window.getByText(/Ready\./)).toBeVisible()
  await demo.control({ do: 'flags', login: 'desk', set: { online_call_record_enabled: true } })
  await demo.control({ do: 'dial', login: 'desk', extension: '1050' })
  await lampShows(window, 'off')
  await press(window, 'Record')
  await lampShows(window, 'recording')
  await running.app.evaluate(({ app }) => app.quit())
  const question = window.getByRole('alertdialog', { name: 'You are in a call' })
  await expect(question).toContainText('The call and its recording go on without Tallylight.')
  await picture(window, 'quit-asks')
  const gone = running.app.waitForEvent('close')
  await question.getByRole('button', { name: 'Quit' }).click()
  await gone
  expect(JSON.stringify(await demo.control({ do: 'state' }))).toContain('"record_state":"active"')
})

test('with a tray, closing hides the window and says so once; the menu quits', async ({ profile, demo }) => {
  const running = await launch({ profile, args: ['--tray=yes'] })
  const window = await running.window()
  const shell = await watchShell(running.app)
  await signIn(window, demo, 'eve')
  await registered(window)
  await closeWindow(running.app)
  await expect.poll(() => shell.isVisible()).toBe(false)
  expect((await shell.notices()).map(one => one.title)).toEqual(['Tallylight stays open'])
  await dial(window, '1050')
  await lampShows(window, 'off')
  await shell.click('Show')
  await expect.poll(() => shell.isVisible()).toBe(true)
  await closeWindow(running.app)
  await expect.poll(() => shell.isVisible()).toBe(false)
  expect(await shell.notices()).toHaveLength(1)
  await shell.click('Quit')
  // asked where it is seen
  await expect.poll(() => shell.isVisible()).toBe(true)
  const gone = running.app.waitForEvent('close')
  await window.getByRole('alertdialog', { name: 'You are in a call' }).getByRole('button', { name: 'Quit' }).click()
  await gone
})

test('quitting while the list of recordings is being opened ends the app', async ({ profile, demo }) => {
  const running = await launch({ profile })
  await signIn(await running.window(), demo, 'eve')
  await running.close()
})
