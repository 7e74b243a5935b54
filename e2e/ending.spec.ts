/** How a call ended: what was recorded of it and when, why it was not, and the way to hear it. */
import { type Page } from '@playwright/test'
import { expect, test } from './support/app.ts'
import { hangUp, inCall, lampShows, press, registered, signIn } from './support/steps.ts'
import { phoneOf } from './support/calls.ts'

const card = (window: Page) => window.locator('[data-outcome]')
/** Seconds on one of the two clocks; 0 while it is not shown. */
async function clock(window: Page, name: 'Recorded' | 'Call'): Promise<number> {
  const shown = await window.getByRole('banner').innerText()
  const [, minutes = '0', seconds = '0'] = new RegExp(`${name} (\\d\\d):(\\d\\d)`).exec(shown) ?? []
  return Number(minutes) * 60 + Number(seconds)
}
const reaches = (window: Page, name: 'Recorded' | 'Call', seconds: number) =>
  expect.poll(() => clock(window, name), { timeout: 20_000 }).toBeGreaterThanOrEqual(seconds)

/** Opens the answer to "Not recorded: why?". */
async function why(window: Page): Promise<string[]> {
  await window.getByText('Not recorded: why?').click()
  return card(window).getByRole('listitem').allInnerTexts()
}

test('recorded with a pause: both times, the time line in words, and Play plays this very call', async ({
  window,
  demo,
}) => {
  await inCall(window, demo)
  await reaches(window, 'Call', 2)
  await press(window, 'Record')
  await lampShows(window, 'recording')
  await reaches(window, 'Recorded', 2)
  await press(window, 'Pause')
  await lampShows(window, 'paused')
  await reaches(window, 'Call', (await clock(window, 'Call')) + 2)
  await press(window, 'Resume recording')
  await lampShows(window, 'recording')
  await reaches(window, 'Recorded', (await clock(window, 'Recorded')) + 2)
  await hangUp(window)

  await expect(card(window)).toContainText(/Recorded 00:0\d of your 00:\d\d call, from 00:0\d, 1 pause\./)
  await expect(card(window).getByRole('img')).toHaveAccessibleName(
    /00:00 to 00:0\d not recorded, 00:0\d to 00:\d\d recorded, 00:\d\d to 00:\d\d paused, 00:\d\d to 00:\d\d recorded$/,
  )
  await card(window).getByRole('button', { name: 'Play' }).click({ timeout: 20_000 })
  await expect(window.getByRole('main', { name: 'Recordings' })).toBeVisible()
  await expect(window.getByRole('region', { name: 'Details of the call' })).toContainText('Support desk')
  const audio = window.locator('audio')
  await expect.poll(() => audio.evaluate((element: HTMLAudioElement) => element.currentTime)).toBeGreaterThan(0.3)
  // who comes back by himself is not played to
  await window.getByRole('button', { name: 'Calls', exact: true }).click()
  await window.getByRole('button', { name: 'Recordings', exact: true }).click()
  await expect(window.getByRole('region', { name: 'Details of the call' })).toContainText('Support desk')
  await expect.poll(() => audio.evaluate((element: HTMLAudioElement) => element.readyState)).toBeGreaterThan(1)
  expect(await audio.evaluate((element: HTMLAudioElement) => element.paused)).toBe(true)
})

test.describe('not recorded: why?', () => {
  test('nobody asked for it', async ({ window, demo }) => {
    await inCall(window, demo)
    await reaches(window, 'Call', 1)
    await hangUp(window)
    await expect(card(window)).toContainText(/Your call took 00:0\d\./)
    const reasons = await why(window)
    expect(reasons[0]).toBe('Nobody pressed Record, here or on another phone of yours.')
    expect(reasons[1]).toBe('Automatic recording is off for calls like this one.')
    expect(reasons.at(-1)).toBe('If the other side recorded it, it appears in your list all the same.')
    await card(window).getByRole('button', { name: 'Close' }).click()
    await expect(card(window)).toHaveCount(0)
  })

  test('the user may not', async ({ window, demo }) => {
    await inCall(window, demo, 'norights')
    await reaches(window, 'Call', 1)
    await hangUp(window)
    expect((await why(window))[0]).toBe('You are not allowed to record calls yourself. Ask your administrator.')
  })

  test('the server took it, and nothing happened', async ({ window, demo }) => {
    await inCall(window, demo)
    await demo.control({ do: 'faults', set: { http: [{ path: '/record/start$', status: 204, times: 1 }] } })
    await press(window, 'Record')
    await expect(window.getByText(/Recording did not start/).first()).toBeVisible({ timeout: 15_000 })
    await hangUp(window)
    expect((await why(window))[0]).toMatch(/Recording did not start; the server gave no reason\.$/)
  })
})

test('a state that was lost in between is a gap: recorded at least', async ({ window, demo }) => {
  await inCall(window, demo)
  await press(window, 'Record')
  await lampShows(window, 'recording')
  await demo.control({ do: 'faults', set: { down: ['calld', 'websocketd'] } })
  await demo.control({ do: 'closeSockets', which: 'events', code: 1001 })
  await lampShows(window, 'unknown')
  await demo.control({ do: 'faults', clear: true })
  await lampShows(window, 'recording')
  await hangUp(window)
  await expect(card(window)).toContainText(/Recorded at least 00:\d\d of your 00:\d\d call/)
  await expect(card(window).getByRole('img')).toHaveAccessibleName(/to 00:\d\d not known/)
})

test('a call that nobody answered has its end, stands in the list, and can be called again', async ({
  window,
  demo,
}) => {
  await signIn(window, demo, 'eve')
  await registered(window)
  const paul = await phoneOf(demo, 'paul')
  const call = await paul.call('1042')
  await expect(window.getByRole('button', { name: 'Answer', exact: true })).toBeVisible()
  await call.hangUp()
  await expect(card(window)).toContainText('Not answered.')
  const list = window.getByRole('region', { name: 'Last calls' })
  await expect(list.getByRole('listitem')).toHaveCount(1)
  await expect(list).toContainText('not answered')
  await list.getByRole('button', { name: /again/ }).click()
  await expect(window.getByRole('button', { name: 'Hang up' })).toBeVisible()
  await expect(card(window)).toHaveCount(0)
  await window.getByRole('button', { name: 'Hang up' }).click()
  await paul.close()
})

test('a call that another device of the user answered was not missed', async ({ window, demo }) => {
  await signIn(window, demo, 'eve')
  await registered(window)
  const other = await phoneOf(demo, 'eve')
  const paul = await phoneOf(demo, 'paul')
  const rings = other.nextIncoming()
  const call = await paul.call('1042')
  // the phone's report and the server's event of it are one call, whichever comes first
  await expect(window.getByRole('button', { name: 'Answer', exact: true })).toHaveCount(1)
  await (await rings).answer()
  expect(await call.outcome).toBe(200)
  await expect(window.getByText('On another of your phones')).toBeVisible()
  await expect(window.getByRole('button', { name: 'Answer', exact: true })).toHaveCount(0)
  await call.hangUp()
  await lampShows(window, 'none')
  await expect(card(window)).toContainText('Not recorded: why?')
  await expect(window.getByRole('region', { name: 'Last calls' }).getByRole('listitem')).toHaveCount(1)
  await other.close()
  await paul.close()
})
