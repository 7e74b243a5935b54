// The main job against a real Asterisk: the app itself registers, calls, presses *3, and finds what Asterisk wrote.
import { mergeTests, type Page } from '@playwright/test'
import { expect, SPOKEN_HERTZ, test as appTest } from '../support/app.ts'
import { dial, hangUp, lampShows, press, registered as phoneConnected } from '../support/steps.ts'
import { test as asteriskTest } from './fixtures.ts'
import { pair } from './pairing.ts'

const test = mergeTests(asteriskTest, appTest)

async function playNewest(window: Page, name: RegExp): Promise<void> {
  await window.getByRole('button', { name: 'Recordings' }).click()
  await window.getByRole('row', { name }).first().click()
  const audio = window.locator('audio')
  await window.getByRole('button', { name: 'Play', exact: true }).click()
  await expect.poll(() => audio.evaluate((element: HTMLAudioElement) => element.currentTime)).toBeGreaterThan(0.5)
}

test('*3 by RFC 4733: red by the file, the call in the WAV, listed and played', async ({
  window,
  running,
  asterisk,
  recordings,
}) => {
  await pair(window, running.app, asterisk, '1001')
  await phoneConnected(window)
  await dial(window, '601')
  await lampShows(window, 'off')
  await expect(window.getByText('Connected', { exact: true }).first()).toBeVisible()
  await press(window, 'Record')
  const name = await recordings.next()
  expect(name).toMatch(/^auto-\d+-1001-601\.wav$/)
  await lampShows(window, 'recording')
  await recordings.grown(name, 2)
  await press(window, 'Stop recording')
  await lampShows(window, 'off')
  const wav = await recordings.closed(name)
  expect(wav.seconds).toBeGreaterThan(1)
  // the other side's tone
  expect(wav.share(1004)).toBeGreaterThan(0.3)
  await hangUp(window)
  await playNewest(window, /601/)
})

test('*3 by INFO on a line without RFC 4733: both voices are in the WAV', async ({
  window,
  running,
  asterisk,
  recordings,
  registered,
}) => {
  const bob = await registered('1002', { tone: 1_300 })
  await pair(window, running.app, asterisk, '1004')
  await phoneConnected(window)
  await dial(window, '1002')
  const call = await bob.nextIncoming()
  await call.answer()
  await lampShows(window, 'off')
  await expect.poll(() => call.media.level(SPOKEN_HERTZ, 500), { timeout: 15_000 }).toBeGreaterThan(0.01)
  await press(window, 'Record')
  const name = await recordings.next()
  await lampShows(window, 'recording')
  await recordings.grown(name, 2)
  await press(window, 'Stop recording')
  await lampShows(window, 'off')
  const wav = await recordings.closed(name)
  expect(name).toMatch(/^auto-\d+-1004-1002\.wav$/)
  expect(wav.share(1_300)).toBeGreaterThan(0.1)
  // our own voice is the quieter one: against a frequency that nobody speaks
  expect(wav.share(SPOKEN_HERTZ)).toBeGreaterThan(10 * wav.share(900))
  await call.hangUp()
  await lampShows(window, 'none')
  await playNewest(window, /1002/)
})

test('*26: on by the hint, the next call is recorded whole, and off again', async ({
  window,
  running,
  asterisk,
  recordings,
  registered,
}) => {
  const bob = await registered('1002', { tone: 1_300 })
  await pair(window, running.app, asterisk, '1001', { hint: '*7351***226' })
  await phoneConnected(window)
  await window.getByRole('button', { name: 'Change', exact: true }).click()
  await window.getByRole('button', { name: 'Dial *26' }).click()
  await expect(window.getByText('Automatic: all calls')).toBeVisible({ timeout: 15_000 })
  expect(await asterisk.permanentRecording('1001')).toBe(true)
  await lampShows(window, 'none')
  await window.keyboard.press('Escape')

  await dial(window, '1002')
  const call = await bob.nextIncoming()
  await call.answer()
  const name = await recordings.next()
  expect(name).toMatch(/^1001-1002-\d+\.wav$/)
  await lampShows(window, 'recording')
  await recordings.grown(name, 2)
  await hangUp(window)
  const wav = await recordings.closed(name)
  expect(wav.share(1_300)).toBeGreaterThan(0.1)
  await playNewest(window, /1002/)

  await window.getByRole('button', { name: 'Change', exact: true }).click()
  await window.getByRole('button', { name: 'Dial *26' }).click()
  await expect(window.getByText('Automatic: off')).toBeVisible({ timeout: 15_000 })
  expect(await asterisk.permanentRecording('1001')).toBe(false)
})

test('without a folder and a hint nothing is claimed: what was sent, and when', async ({
  window,
  running,
  asterisk,
  recordings,
}) => {
  await pair(window, running.app, asterisk, '1001', { folder: null })
  await phoneConnected(window)
  await dial(window, '601')
  await lampShows(window, 'unprovable')
  await expect(window.getByText('Connected', { exact: true }).first()).toBeVisible()
  await press(window, 'Send *3')
  await expect(window.getByText(/\*3 sent at .*This server cannot confirm it/).first()).toBeVisible()
  await recordings.next()
  await lampShows(window, 'unprovable')
  await window.getByRole('button', { name: 'Change', exact: true }).click()
  await expect(window.getByText('Automatic: cannot be confirmed')).toBeVisible()
})

test('its certificate is shown, accepted once and pinned for both TLS stacks', async ({
  window,
  running,
  asterisk,
}) => {
  await pair(window, running.app, asterisk, '1001', { server: asterisk.wss, folder: null })
  await expect(window.getByText(asterisk.certificateFingerprint)).toBeVisible()
  await window.getByRole('button', { name: 'Accept this certificate' }).click()
  await phoneConnected(window)
})

test('a wrong password is told, and nothing is registered', async ({ window, running, asterisk }) => {
  await pair(window, running.app, asterisk, '1001', { folder: null, password: 'wrong' })
  await expect(window.getByText('Phone refused')).toBeVisible({ timeout: 20_000 })
})

test('an address where nothing listens says so', async ({ window, running, asterisk }) => {
  await pair(window, running.app, asterisk, '1001', { server: 'ws://127.0.0.1:9/ws', folder: null })
  await expect(window.getByRole('alert')).toContainText('No answer from this server')
})
