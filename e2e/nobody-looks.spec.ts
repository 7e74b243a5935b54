/** What shows and sounds when nobody looks: tray, title, notifications, cues, mini bar and keys say what the lamp says. */
import { type Page } from '@playwright/test'
import { toneLevel } from './phone/signal.ts'
import { expect, test } from './support/app.ts'
import { miniBar, type Shell, sounded, watchShell } from './support/shell.ts'
import { dial, hangUp, inCall, lamp, lampShows, press, registered, signIn } from './support/steps.ts'
import { watchLamp } from './support/watchLamp.ts'
import { phoneOf } from './support/calls.ts'

/** Waits until lamp, title, tooltip and the menu's head say one thing, and answers it. */
async function oneWord(window: Page, shell: Shell): Promise<string> {
  let said = ''
  await expect(async () => {
    const [word, title, tooltip, [head = '']] = await Promise.all([
      lamp(window).getByRole('status').textContent(),
      shell.title(),
      shell.tooltip(),
      shell.menu(),
    ])
    expect(tooltip.startsWith(word ?? '?')).toBe(true)
    expect(title).toBe(`${tooltip} - Tallylight`)
    expect(head).toBe(tooltip)
    said = tooltip
  }).toPass({ timeout: 10_000 })
  return said
}

test('lamp, title, tray and notifications never differ during a recorded call', async ({ window, running, demo }) => {
  const shell = await watchShell(running.app)
  await inCall(window, demo)
  expect(await oneWord(window, shell)).toBe('You are not recording · Support desk')
  // before the answer it offers to record from the start
  await expect.poll(() => shell.menu()).toContain('> Record: Support desk')
  await press(window, 'Record')
  await lampShows(window, 'recording')
  expect(await oneWord(window, shell)).toBe('Recording · Support desk')
  await expect
    .poll(() => shell.menu())
    .toEqual(expect.arrayContaining(['> Pause: Support desk', '> Stop recording: Support desk']))
  expect((await shell.tray())?.picture).toMatchObject({ lamp: 'recording', alarmed: false })
  await press(window, 'Pause')
  await lampShows(window, 'paused')
  expect(await oneWord(window, shell)).toBe('Paused: you are not recording · Support desk')
  await press(window, 'Stop recording')
  await lampShows(window, 'off')
  await shell.hide()
  await hangUp(window)
  expect(await oneWord(window, shell)).toBe('No call')
  await expect.poll(async () => (await shell.notices()).at(-1)?.title).toBe('Call with Support desk ended')
  const last = (await shell.notices()).at(-1)
  await expect(window.getByText(last?.body ?? '?', { exact: true })).toBeVisible()
})

test('a double click on Record in the tray never pauses', async ({ window, running, demo }) => {
  const shell = await watchShell(running.app)
  await inCall(window, demo)
  await expect(window.getByRole('button', { name: 'Record', exact: true })).toBeEnabled()
  const seen = await watchLamp(window)
  // the menu will say Pause in the same place: what is clicked there at once is no press either
  await shell.clickAtOnce('Pause')
  await shell.click('Record', 2)
  await lampShows(window, 'recording')
  await expect.poll(() => shell.menu()).toContain('> Pause: Support desk')
  await expect(window.getByRole('button', { name: 'Pause', exact: true })).toBeEnabled()
  expect((await seen()).filter(state => state.startsWith('paused') || state.endsWith('pause'))).toEqual([])
})

test('cues sound here once proven, and the other side hears nothing of them', async ({ window, running, demo }) => {
  await signIn(window, demo, 'eve')
  await registered(window)
  const paul = await phoneOf(demo, 'paul')
  const call = await paul.call('1042')
  await window.getByRole('button', { name: 'Answer', exact: true }).click()
  expect(await call.outcome).toBe(200)
  await lampShows(window, 'off')
  await window.getByRole('button', { name: 'Mute' }).click()
  await expect.poll(() => call.media.level(620, 500), { timeout: 15_000 }).toBeLessThan(0.005)
  call.media.forget()
  const phone = await running.phone()
  await press(window, 'Record')
  await sounded(phone, 'recording')
  await press(window, 'Pause')
  await sounded(phone, 'paused')
  await press(window, 'Stop recording')
  await sounded(phone, 'stopped')
  await lampShows(window, 'off')
  const heard = call.media.recent(30_000)
  expect(heard.length).toBeGreaterThan(8_000)
  for (const hertz of [523, 659, 784, 988]) expect(toneLevel(heard, hertz)).toBeLessThan(0.002)
  await call.hangUp()
  await paul.close()
})

test('beside a desk phone only failures sound, with neither phone nor microphone', async ({
  window,
  running,
  demo,
}) => {
  const shell = await watchShell(running.app)
  await signIn(window, demo, 'desk', 'companion')
  await expect(window.getByText(/Ready\./)).toBeVisible()
  const phone = await running.phone()
  await demo.control({ do: 'flags', login: 'desk', set: { online_call_record_enabled: true } })
  await demo.control({ do: 'dial', login: 'desk', extension: '1050' })
  await lampShows(window, 'off')
  await press(window, 'Record')
  await lampShows(window, 'recording')
  expect(await shell.cues()).toEqual([])
  await demo.control({ do: 'faults', set: { down: ['calld', 'websocketd'] } })
  await demo.control({ do: 'closeSockets', which: 'events', code: 1001 })
  await lampShows(window, 'unknown')
  await sounded(phone, 'failed')
  const snapshot = await window.evaluate(() => bridge.request('app:snapshot', undefined))
  expect(snapshot).toMatchObject({ ok: true, value: { phone: { state: 'off', microphone: 'unused' } } })
})

test('an alarm with the window hidden: notification, tray and sound; it stays until it is answered', async ({
  window,
  running,
  demo,
}) => {
  const shell = await watchShell(running.app)
  await inCall(window, demo)
  await press(window, 'Record')
  await lampShows(window, 'recording')
  await shell.hide()
  const faults = {
    do: 'faults',
    set: { http: [{ path: '/record/pause$', status: 403, errorId: 'recording-unauthorized' }] },
  }
  await demo.control(faults)
  await press(window, 'Pause')
  await expect.poll(async () => (await shell.notices()).at(-1)?.title).toContain('Still recording your call')
  expect((await shell.tray())?.picture).toMatchObject({ lamp: 'recording', alarmed: true })
  expect((await shell.menu()).some(words => words.startsWith('> Alarm: Still recording'))).toBe(true)
  const phone = await running.phone()
  await sounded(phone, 'failed')

  await demo.control({ do: 'faults', clear: true, set: { down: ['calld', 'websocketd'] } })
  await demo.control({ do: 'closeSockets', which: 'events', code: 1001 })
  await lampShows(window, 'unknown')
  await expect.poll(async () => (await shell.notices()).at(-1)?.title).toContain("Can't tell whether your call")
  expect((await shell.tray())?.picture).toMatchObject({ lamp: 'unknown', alarmed: true })
  await sounded(phone, 'failed', 2)
  await demo.control({ do: 'faults', clear: true })
  await lampShows(window, 'recording')

  await hangUp(window)
  const alarms = window.getByRole('alertdialog', { name: 'Alarm' })
  const [refused, lost] = [
    alarms.filter({ hasText: 'the pause did not happen' }),
    alarms.filter({ hasText: 'could not be told' }),
  ]
  await expect(refused).toContainText('The call ended at')
  await expect(lost).toContainText('Recording confirmed at')
  for (const one of [refused, lost]) {
    await one.getByRole('button', { name: 'OK' }).click()
    await expect(one).toHaveCount(0)
  }
  await expect.poll(async () => (await shell.tray())?.picture.alarmed).toBe(false)
})

test('an automatic recording that is missing is told with the window hidden, and Record in the tray ends it', async ({
  window,
  running,
  demo,
}) => {
  const shell = await watchShell(running.app)
  const set = Object.fromEntries(
    ['outgoing_external', 'outgoing_internal', 'incoming_external', 'incoming_internal'].map(which => [
      `call_record_${which}_enabled`,
      true,
    ]),
  )
  await demo.control({ do: 'flags', login: 'eve', set })
  await demo.control({ do: 'faults', set: { automatic: 'dropped' } })
  await signIn(window, demo, 'eve')
  await registered(window)
  await dial(window, '1050')
  await shell.hide()
  await expect
    .poll(async () => (await shell.notices()).at(-1)?.title, { timeout: 15_000 })
    .toContain('should be recorded automatically, but is not on your side')
  expect((await shell.tray())?.picture).toMatchObject({ lamp: 'off', alarmed: true })
  await sounded(await running.phone(), 'failed')
  await shell.click('Record')
  await lampShows(window, 'recording')
  await expect(window.getByRole('alertdialog', { name: 'Alarm' })).toContainText('Recording confirmed at')
})

test('the mini bar appears without taking the focus, shows the lamp and takes its presses', async ({
  window,
  running,
  demo,
}) => {
  const shell = await watchShell(running.app)
  await inCall(window, demo)
  await shell.hide()
  await press(window, 'Record')
  const mini = await miniBar(running.app)
  await lampShows(mini, 'recording')
  expect(
    await running.app.evaluate(({ BrowserWindow }) => {
      const bar = BrowserWindow.getAllWindows().find(one => one.webContents.getURL().endsWith('/mini.html'))
      return [bar?.isFocused(), bar?.isAlwaysOnTop(), bar?.getContentSize()]
    }),
  ).toEqual([false, true, [400, 72]])
  await expect(mini.getByText('Support desk')).toBeVisible()
  const pause = mini.getByRole('button', { name: 'Pause', exact: true })
  await expect(pause).toBeEnabled()
  await pause.click()
  await lampShows(mini, 'paused')
  await lampShows(window, 'paused')
  await mini.getByRole('button', { name: 'Mute' }).click()
  await expect(mini.getByRole('button', { name: 'Mute' })).toHaveAttribute('aria-pressed', 'true')
  expect(await mini.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(400)
  await mini.getByRole('button', { name: 'Hang up' }).click()
  await lampShows(window, 'none')
})

test('keys: one meaning each, in the window and everywhere; none is set that was not asked for', async ({
  window,
  running,
  demo,
}) => {
  const taken = (key: string) =>
    running.app.evaluate(({ globalShortcut }, one) => globalShortcut.isRegistered(one), key)
  await signIn(window, demo, 'eve')
  await registered(window)
  await window.getByRole('button', { name: 'Settings' }).click()
  const field = window.getByLabel('Record', { exact: true })
  expect(await taken('Control+Alt+R')).toBe(false)
  await field.press('r')
  await expect(window.getByText('Hold Ctrl, Alt or Super too.')).toBeVisible()
  await field.press('Control+Alt+r')
  await expect(field).toHaveValue('Control+Alt+R')
  await expect.poll(() => taken('Control+Alt+R')).toBe(true)
  await window.getByRole('button', { name: 'Remove the key: Record' }).click()
  await expect.poll(() => taken('Control+Alt+R')).toBe(false)
  await window.getByRole('button', { name: 'Calls' }).click()
  await dial(window, '1050')
  await lampShows(window, 'off')
  const said = window.locator('[data-keyed]')
  await window.keyboard.press('Alt+p')
  await expect(said).toHaveText(/Pause: .*Support desk.*: not possible now/)
  await expect(window.getByRole('button', { name: 'Record', exact: true })).toBeEnabled()
  await window.keyboard.press('Alt+r')
  await lampShows(window, 'recording')
  await expect(said).toHaveText(/^Record: .*Support desk.$/)
  await expect(window.getByRole('button', { name: 'Pause', exact: true })).toBeEnabled()
  await window.keyboard.press('Alt+r')
  await expect(said).toHaveText(/Record: .*: not possible now/)
  await expect(lamp(window)).toHaveAttribute('data-lamp', 'recording')
})
