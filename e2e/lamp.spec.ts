/** The lamp is never red before evidence, and never stays red without it. */
import { expect, test } from './support/app.ts'
import { inCall, lamp, lampShows, press, signIn } from './support/steps.ts'
import { watchLamp } from './support/watchLamp.ts'

test('with the event delayed by 1.5 s the lamp waits for it', async ({ window, demo }) => {
  await inCall(window, demo)
  await demo.control({ do: 'faults', set: { events: [{ action: 'delay', delayMs: 1_500 }] } })
  const seen = await watchLamp(window)
  const pressed = Date.now()
  await press(window, 'Record')
  await expect(lamp(window)).toHaveAttribute('data-wish', /.+/)
  await expect(lamp(window)).toHaveAttribute('data-lamp', 'off')
  await lampShows(window, 'recording')
  expect(Date.now() - pressed).toBeGreaterThan(1_400)
  const states = await seen()
  const red = states.findIndex(state => state.startsWith('recording'))
  expect(red).toBeGreaterThan(0)
  expect(states.slice(0, red).every(state => state.startsWith('off'))).toBe(true)
})

test('with the event lost the lamp is proven by a read, 2 s later', async ({ window, demo }) => {
  await inCall(window, demo)
  await demo.control({ do: 'faults', set: { events: [{ action: 'drop' }] } })
  const seen = await watchLamp(window)
  const pressed = Date.now()
  await press(window, 'Record')
  await lampShows(window, 'recording')
  expect(Date.now() - pressed).toBeGreaterThan(1_900)
  expect((await seen())[0]).toMatch(/^off/)
})

test('a command that the server took and did not carry out ends in words, never in red', async ({ window, demo }) => {
  await inCall(window, demo)
  // a 204 with nothing behind it: the demo answers as if it had, and does nothing
  await demo.control({ do: 'faults', set: { http: [{ path: '/record/start$', status: 204, times: 1 }] } })
  const seen = await watchLamp(window)
  await press(window, 'Record')
  await expect(window.getByText(/Recording did not start/).first()).toBeVisible({ timeout: 15_000 })
  expect((await seen()).some(state => state.startsWith('recording'))).toBe(false)
})

test('while Pause is asked for, it stays red and says so; refused, it still records', async ({ window, demo }) => {
  await inCall(window, demo)
  await press(window, 'Record')
  await lampShows(window, 'recording')
  await demo.control({
    do: 'faults',
    set: { http: [{ path: '/record/pause$', status: 403, errorId: 'recording-unauthorized', delayMs: 1_000 }] },
  })
  await press(window, 'Pause')
  await expect(window.getByText('Pausing... still recording').first()).toBeVisible()
  await expect(lamp(window)).toHaveAttribute('data-lamp', 'recording')
  await expect(window.getByText(/Still recording/).first()).toBeVisible()
  await expect(window.getByText(/Do not take card details now/).first()).toBeVisible()
  await expect(lamp(window)).toHaveAttribute('data-lamp', 'recording')
})

test('when the server falls silent in a call, red becomes unknown within 6 s and comes back with it', async ({
  window,
  demo,
}) => {
  await inCall(window, demo)
  await press(window, 'Record')
  await lampShows(window, 'recording')
  await demo.control({ do: 'faults', set: { down: ['calld', 'websocketd'] } })
  await demo.control({ do: 'closeSockets', which: 'events', code: 1001 })
  const cut = Date.now()
  await lampShows(window, 'unknown')
  expect(Date.now() - cut).toBeLessThan(8_000)
  await expect(window.getByText(/Last seen recording at/).first()).toBeVisible()
  await demo.control({ do: 'faults', clear: true })
  await lampShows(window, 'recording')
})

test('without the right to record, it says so before any press, and the lamp stays off', async ({ window, demo }) => {
  await inCall(window, demo, 'norights')
  await expect(window.getByRole('button', { name: 'Record', exact: true })).toBeDisabled()
  await expect(window.getByText(/not allowed to record calls yourself/i).first()).toBeVisible()
})

test('*3 pressed on the desk phone shows in the companion', async ({ window, demo }) => {
  await signIn(window, demo, 'desk', 'companion')
  await expect(window.getByText(/Ready\./)).toBeVisible()
  await demo.control({ do: 'flags', login: 'desk', set: { online_call_record_enabled: true } })
  await demo.control({ do: 'dial', login: 'desk', extension: '1050' })
  await lampShows(window, 'off')
  // refused until the other side has answered
  await expect(() => demo.control({ do: 'press', login: 'desk', digits: '*3' })).toPass({ timeout: 10_000 })
  await lampShows(window, 'recording')
  await press(window, 'Stop recording')
  await lampShows(window, 'off')
  await demo.control({ do: 'hangUp', login: 'desk' })
  await lampShows(window, 'none')
})

test('*3 pressed on the desk phone that changes nothing is told', async ({ window, demo }) => {
  await signIn(window, demo, 'desk', 'companion')
  await expect(window.getByText(/Ready\./)).toBeVisible()
  // the server refuses it without a word
  await demo.control({ do: 'flags', login: 'desk', set: { online_call_record_enabled: false } })
  await demo.control({ do: 'dial', login: 'desk', extension: '1050' })
  await lampShows(window, 'off')
  await expect(window.getByText('Connected')).toBeVisible({ timeout: 15_000 })
  await demo.control({ do: 'press', login: 'desk', digits: '*3' })
  await expect(window.getByText('*3 was pressed, nothing changed').first()).toBeVisible({ timeout: 10_000 })
  await expect(lamp(window)).toHaveAttribute('data-lamp', 'off')
})

test('with the state unknown *3 is sent only after asking', async ({ window, demo }) => {
  await inCall(window, demo)
  // where the API does not take this call for ours, only the code is left
  await demo.control({
    do: 'faults',
    set: { http: [{ path: '/record/', status: 403, errorId: 'user-permission-denied' }] },
  })
  await press(window, 'Record')
  await lampShows(window, 'recording')
  await demo.control({ do: 'faults', set: { down: ['calld', 'websocketd'] } })
  await demo.control({ do: 'closeSockets', which: 'events', code: 1001 })
  await lampShows(window, 'unknown')
  const send = window.getByRole('button', { name: 'Send *3', exact: true })
  const question = window.getByRole('group', { name: 'Send *3 without knowing the state?' })
  await expect(send).toBeEnabled()
  await send.click()
  await expect(question).toContainText('If this call is being recorded now, *3 pauses the recording')
  await expect(question.getByRole('button', { name: "Don't send" })).toBeFocused()
  await window.keyboard.press('Escape')
  await expect(question).toBeHidden()
  await expect(send).toBeFocused()
  await send.click()
  await question.getByRole('button', { name: 'Send *3' }).click()
  await expect(question).toBeHidden()
  await demo.control({ do: 'faults', clear: true })
  await lampShows(window, 'paused')
})
