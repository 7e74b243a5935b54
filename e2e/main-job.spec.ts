/** The main job, from the first press to the replay, in a real Electron against the demo server. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { steadyTone, wavSamples } from './phone/signal.ts'
import { expect, PACKED, SPOKEN_HERTZ, test } from './support/app.ts'
import { dial, hangUp, inCall, lampShows, press, registered, signIn } from './support/steps.ts'
import { phoneOf } from './support/calls.ts'

const State = z.object({
  channels: z.array(z.object({ call_id: z.string(), takes: z.array(z.object({ file: z.string() })) })),
  users: z.array(z.object({ login: z.string(), flags: z.record(z.string(), z.boolean()) })),
})

test('sign in, call, record, pause, stop, hang up, find it and hear it', PACKED, async ({ window, demo }) => {
  await inCall(window, demo)
  await press(window, 'Record')
  await lampShows(window, 'recording')
  const { channels } = State.parse(await demo.control({ do: 'state' }))
  const file = channels.flatMap(channel => channel.takes)[0]?.file
  if (file === undefined) throw new Error('nothing is being recorded')
  await expect.poll(async () => (await readFile(file)).length, { timeout: 15_000 }).toBeGreaterThan(32_000)
  await press(window, 'Pause')
  await lampShows(window, 'paused')
  await press(window, 'Resume recording')
  await lampShows(window, 'recording')
  await press(window, 'Stop recording')
  await lampShows(window, 'off')
  await hangUp(window)
  await expect(window.getByText(/Recorded 00:\d\d of your 00:\d\d call.*1 pause/)).toBeVisible()

  // the audio is the call: our own voice is in it
  const samples = wavSamples(await readFile(file))
  expect(steadyTone(samples, SPOKEN_HERTZ)).toBeGreaterThan(0.015)

  await window.getByRole('button', { name: 'Recordings' }).click()
  const row = window.getByRole('row', { name: /Support desk/ }).first()
  await expect(row).toBeVisible({ timeout: 15_000 })
  await row.click()
  const audio = window.locator('audio')
  await window.getByRole('button', { name: 'Play', exact: true }).click()
  await expect.poll(() => audio.evaluate((element: HTMLAudioElement) => element.currentTime)).toBeGreaterThan(0.3)
  // a seek to the end part, and it goes on from there
  const duration = await audio.evaluate((element: HTMLAudioElement) => element.duration)
  expect(duration).toBeGreaterThan(1)
  const time = window.getByRole('textbox', { name: 'Time' })
  await time.fill((duration * 0.6).toFixed(2))
  await time.press('Enter')
  await expect
    .poll(() => audio.evaluate((element: HTMLAudioElement) => element.currentTime))
    .toBeGreaterThan(duration * 0.5)
})

test('a call from a colleague: answer, hear each other, mute, keypad, the other hangs up', async ({
  window,
  running,
  demo,
}) => {
  await signIn(window, demo, 'eve')
  await registered(window)
  const paul = await phoneOf(demo, 'paul')
  const call = await paul.call('1042')
  await window.getByRole('button', { name: 'Answer', exact: true }).click()
  expect(await call.outcome).toBe(200)
  await lampShows(window, 'off')
  await expect.poll(() => call.media.level(SPOKEN_HERTZ, 500), { timeout: 15_000 }).toBeGreaterThan(0.02)
  await window.getByRole('button', { name: 'Mute' }).click()
  await expect.poll(() => call.media.level(SPOKEN_HERTZ, 500), { timeout: 15_000 }).toBeLessThan(0.005)
  await window.getByRole('button', { name: 'Mute' }).click()
  await window.getByRole('button', { name: 'Keypad' }).click()
  await window.getByRole('button', { name: 'Key 5', exact: true }).click()
  await expect.poll(() => call.media.digitsHeard).toContain('5')
  await call.hangUp()
  await lampShows(window, 'none')
  await paul.close()
  expect(running.output()).not.toMatch(/Uncaught|UnhandledPromiseRejection/)
})

test(
  'permanent recording: switches by the API are read back, and the next call is recorded',
  PACKED,
  async ({ window, demo }) => {
    await signIn(window, demo, 'eve')
    await registered(window)
    await window.getByRole('button', { name: 'Change', exact: true }).click()
    await window.getByRole('switch', { name: /All calls/ }).click()
    const flags = async () =>
      State.parse(await demo.control({ do: 'state' })).users.find(user => user.login === 'eve')?.flags ?? {}
    await expect.poll(async () => (await flags())['call_record_outgoing_internal_enabled']).toBe(true)
    await expect(window.getByText('Automatic: all calls')).toBeVisible()
    await window.keyboard.press('Escape')
    await dial(window, '1050')
    await lampShows(window, 'recording')
    await hangUp(window)
  },
)

test('permanent recording by the code where the API is not allowed', async ({ window, demo }) => {
  await signIn(window, demo, 'limited')
  await registered(window)
  await window.getByRole('button', { name: 'Change', exact: true }).click()
  await window.getByRole('button', { name: 'Dial *26' }).click()
  await expect(window.getByText('Automatic: all calls')).toBeVisible({ timeout: 15_000 })
  await expect(window.getByRole('button', { name: 'Dial *26' })).toBeEnabled({ timeout: 15_000 })
  await window.getByRole('button', { name: 'Dial *26' }).click()
  await expect(window.getByText('Automatic: off')).toBeVisible({ timeout: 15_000 })
})

test.describe('a server whose *26 is switched off', () => {
  test.use({ demoOptions: { star26: false } })
  test('says so, and that nothing changed', async ({ window, demo }) => {
    await signIn(window, demo, 'limited')
    await registered(window)
    await window.getByRole('button', { name: 'Change', exact: true }).click()
    await window.getByRole('button', { name: 'Dial *26' }).click()
    await expect(window.getByText('*26 is switched off here; nothing changed')).toBeVisible({ timeout: 15_000 })
  })
})

for (const [number, words] of [
  ['9999', /does not exist/],
  ['610', /busy/],
  ['611', /may not call/],
  ['614', /Nobody can be reached/],
] as const) {
  test(`a call to ${number} that is refused says what to do`, async ({ window, demo }) => {
    await signIn(window, demo, 'eve')
    await registered(window)
    await dial(window, number)
    const alert = window.getByRole('alert').filter({ hasText: 'No call to' })
    await expect(alert).toContainText(number)
    await expect(alert).toContainText(words)
  })
}

test.describe('an older server', () => {
  test.use({ demoOptions: { profile: '24.06' } })
  test('starts and stops, cannot pause, and says why a recording cannot be heard', async ({ window, demo }) => {
    await inCall(window, demo)
    await press(window, 'Record')
    await lampShows(window, 'recording')
    await expect(window.getByRole('button', { name: 'Pause', exact: true })).toBeDisabled()
    await expect(window.getByText('This server can start and stop, not pause').first()).toBeVisible()
    await press(window, 'Stop recording')
    await lampShows(window, 'off')
    await hangUp(window)
    await window.getByRole('button', { name: 'Recordings' }).click()
    await window
      .getByRole('row', { name: /Support desk/ })
      .first()
      .click()
    await expect(window.getByText(/this server does not let you play it/).first()).toBeVisible()
  })
})
