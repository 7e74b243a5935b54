/** Automatic recording: each way to set it, what it promises, what is said when it is not there, and who may allow what. */
import { type Page } from '@playwright/test'
import { z } from 'zod'
import { expect, launch, test } from './support/app.ts'
import { type DemoProcess } from './support/demo.ts'
import { picturesOf } from './support/pictures.ts'
import { dial, inCall, lampShows, registered, signIn } from './support/steps.ts'
import { phoneOf } from './support/calls.ts'

const State = z.object({
  users: z.array(z.object({ login: z.string(), flags: z.record(z.string(), z.boolean()) })),
  requests: z.array(z.object({ method: z.string(), path: z.string() })),
})

const OUTGOING_OUTSIDE = { call_record_outgoing_external_enabled: true }
const all = (on: boolean) => ({
  call_record_outgoing_external_enabled: on,
  call_record_outgoing_internal_enabled: on,
  call_record_incoming_external_enabled: on,
  call_record_incoming_internal_enabled: on,
})

async function state(demo: DemoProcess, login: string) {
  const { users, requests } = State.parse(await demo.control({ do: 'state' }))
  const { online_call_record_enabled: mayRecord, ...flags } = users.find(user => user.login === login)?.flags ?? {}
  const puts = requests.filter(({ method, path }) => method === 'PUT' && path.includes('/confd/')).length
  return { flags, mayRecord, puts }
}
const openPanel = async (window: Page) => {
  await window.getByRole('button', { name: 'Change', exact: true }).click()
  const panel = window.getByRole('dialog', { name: /Automatic recording/ })
  await expect(panel).toBeVisible()
  return panel
}
/** A window comes to the front. */
const toFront = (app: Awaited<ReturnType<typeof launch>>['app']) =>
  app.evaluate(({ BrowserWindow }) => {
    for (const window of BrowserWindow.getAllWindows()) window.emit('focus')
  })

test('the grid: all changes in one request, a preset, and one undo for the whole sitting', async ({ window, demo }) => {
  const picture = picturesOf('automatic')
  await signIn(window, demo, 'eve')
  await registered(window)
  const panel = await openPanel(window)
  const { puts } = await state(demo, 'eve')
  await panel.getByRole('switch', { name: 'Outgoing calls, Outside' }).click()
  await panel.getByRole('switch', { name: 'Incoming calls, Colleagues' }).click()
  await expect(window.getByText('Automatic: outgoing outside calls and incoming calls from colleagues')).toBeVisible()
  await expect(panel.getByText('A call placed meanwhile begins a little later')).toBeVisible()
  await picture(window, 'settling')
  expect((await state(demo, 'eve')).puts).toBe(puts + 1)
  await panel.getByRole('button', { name: 'Only my outgoing calls' }).click()
  await expect(window.getByText('Automatic: all outgoing calls')).toBeVisible()
  expect(await state(demo, 'eve')).toMatchObject({
    flags: { ...all(false), ...OUTGOING_OUTSIDE, call_record_outgoing_internal_enabled: true },
    puts: puts + 2,
  })
  await picture(window, 'preset')
  await panel.getByRole('button', { name: /^Undo: back to off, as at \d\d:\d\d:\d\d$/ }).click()
  await expect(window.getByText('Automatic: off')).toBeVisible()
  expect((await state(demo, 'eve')).flags).toEqual(all(false))
  await expect(panel.getByRole('button', { name: /^Undo/ })).toHaveCount(0)
})

test('the code on a mixed setting: what is lost is said before, and Undo brings it back', async ({ window, demo }) => {
  const picture = picturesOf('automatic-code')
  await demo.control({ do: 'flags', login: 'eve', set: OUTGOING_OUTSIDE })
  await signIn(window, demo, 'eve')
  await registered(window)
  await expect(window.getByText('Automatic: outgoing outside calls')).toBeVisible()
  await window.getByLabel('Number', { exact: true }).fill('*26')
  await expect(
    window.getByText(/all four on; your present choice \(outgoing outside calls\) is lost. Undo/),
  ).toBeVisible()
  await picture(window, 'said-before')
  await window.getByRole('button', { name: 'Call', exact: true }).click()
  await expect(window.getByText('Automatic: all calls')).toBeVisible({ timeout: 15_000 })
  const panel = await openPanel(window)
  await panel.getByRole('button', { name: /^Undo: back to outgoing outside calls/ }).click()
  await expect(window.getByText('Automatic: outgoing outside calls')).toBeVisible()
  expect((await state(demo, 'eve')).flags).toEqual({ ...all(false), ...OUTGOING_OUTSIDE })
})

test('the code where the API may not: nothing promises that a mixed setting comes back', async ({ window, demo }) => {
  await demo.control({ do: 'flags', login: 'limited', set: OUTGOING_OUTSIDE })
  await signIn(window, demo, 'limited')
  await registered(window)
  const panel = await openPanel(window)
  await expect(panel.getByText(/is lost. It cannot be brought back from here/)).toBeVisible()
  await panel.getByRole('button', { name: 'Dial *26' }).click()
  await expect(panel.getByText(/Calling \*26. Wait/)).toBeVisible()
  await expect(window.getByText('Automatic: all calls')).toBeVisible({ timeout: 15_000 })
  await expect(window.getByText('No call', { exact: true })).toBeVisible({ timeout: 15_000 })
})

/** confd takes no change, although the rights had promised it. */
const confdRefuses = (demo: DemoProcess) =>
  demo.control({
    do: 'faults',
    set: { http: [{ method: 'PUT', path: '/confd/1.1/users/', status: 401, errorId: 'no-permission' }] },
  })

test('beside a desk phone the server rings it first, where confd refuses', async ({ window, demo }) => {
  const picture = picturesOf('automatic-desk')
  await signIn(window, demo, 'desk', 'companion')
  await confdRefuses(demo)
  const panel = await openPanel(window)
  await panel.getByRole('switch', { name: 'All calls' }).click()
  await expect(panel.getByText('You are not allowed to change this; nothing changed')).toBeVisible()
  await expect(panel.getByText('Your phone will ring: pick up and wait')).toBeVisible()
  await picture(window, 'refused')
  await panel.getByRole('button', { name: 'Dial *26' }).click()
  await expect(panel.getByText(/Your phone rings: pick up and wait/)).toBeVisible()
  await picture(window, 'rings')
  await expect(window.getByText('Automatic: all calls')).toBeVisible({ timeout: 15_000 })
  expect((await state(demo, 'desk')).flags).toEqual(all(true))
})

test.describe('a server whose *26 is switched off', () => {
  test.use({ demoOptions: { star26: false } })
  test('says so beside a desk phone too, and that nothing changed', async ({ window, demo }) => {
    await signIn(window, demo, 'desk', 'companion')
    await confdRefuses(demo)
    const panel = await openPanel(window)
    await panel.getByRole('switch', { name: 'All calls' }).click()
    await panel.getByRole('button', { name: 'Dial *26' }).click()
    await expect(panel.getByText('*26 is switched off here; nothing changed')).toBeVisible()
    expect((await state(demo, 'desk')).flags).toEqual(all(false))
  })
})

test('a change on the desk phone shows as its call to the code ends', async ({ window, demo }) => {
  await demo.control({ do: 'flags', login: 'desk', set: OUTGOING_OUTSIDE })
  await signIn(window, demo, 'desk', 'companion')
  const panel = await openPanel(window)
  await expect(panel.getByRole('switch', { name: 'Outgoing calls, Outside' })).toBeChecked()
  await demo.control({ do: 'dial', login: 'desk', extension: '*26' })
  await expect(window.getByText('Automatic: all calls')).toBeVisible({ timeout: 15_000 })
  await expect(panel.getByText(/Changed elsewhere, seen at .* Before: outgoing outside calls/)).toBeVisible()
  await picturesOf('automatic-elsewhere')(window, 'changed')
})

test("an administrator's change shows when the window comes to the front", async ({ window, running, demo }) => {
  await signIn(window, demo, 'eve')
  await registered(window)
  await expect(window.getByText('Automatic: off')).toBeVisible()
  await demo.control({ do: 'flags', login: 'eve', set: all(true) })
  await toFront(running.app)
  await expect(window.getByText('Automatic: all calls')).toBeVisible()
})

test('a change in a call is for the next one; this one is recorded by a press', async ({ window, demo }) => {
  await signIn(window, demo, 'eve')
  await registered(window)
  await dial(window, '1050')
  // while it rings it is not recorded either, and the demo looks at the flags when it is answered
  await expect(window.getByText('Connected', { exact: true })).toBeVisible()
  await lampShows(window, 'off')
  const panel = await openPanel(window)
  await expect(panel.getByText('From your next call; this call is unchanged.')).toHaveCount(0)
  await panel.getByRole('switch', { name: 'All calls' }).click()
  await expect(panel.getByText('From your next call; this call is unchanged.')).toBeVisible()
  await picturesOf('automatic-in-call')(window, 'unchanged')
  await panel.getByRole('button', { name: 'Record this call too' }).click()
  await lampShows(window, 'recording')
  // it began under the old setting: nothing of it is missing
  await expect(window.getByText(/Should be recorded/)).toHaveCount(0)
})

test('a call that rings says that it will be recorded, and why', async ({ window, demo }) => {
  await demo.control({ do: 'flags', login: 'eve', set: { call_record_incoming_external_enabled: true } })
  await signIn(window, demo, 'eve')
  await registered(window)
  await demo.control({ do: 'ring', login: 'eve', name: 'Marie Tremblay', number: '0145550142' })
  await expect(window.getByText('Will be recorded automatically: incoming outside calls')).toBeVisible()
  await picturesOf('automatic-rings')(window, 'due')
  await window.getByRole('button', { name: 'Answer', exact: true }).click()
  await lampShows(window, 'recording')
})

test('a colleague is no outside caller: nothing is promised', async ({ window, demo }) => {
  await demo.control({ do: 'flags', login: 'eve', set: { call_record_incoming_external_enabled: true } })
  await signIn(window, demo, 'eve')
  await registered(window)
  const paul = await phoneOf(demo, 'paul')
  const call = await paul.call('1042')
  await window.getByRole('button', { name: 'Answer', exact: true }).waitFor()
  await expect(window.getByText(/recorded automatically/)).toHaveCount(0)
  await call.hangUp()
  await paul.close()
})

test('automatic recording that does not come is said 3 s after the answer, with Record beside it', async ({
  window,
  demo,
}) => {
  await demo.control({ do: 'flags', login: 'eve', set: all(true) })
  await demo.control({ do: 'faults', set: { automatic: 'dropped' } })
  await inCall(window, demo)
  const alarm = window.getByRole('alert').filter({ hasText: 'Should be recorded, but is not on your side' }).first()
  await expect(alarm).toBeVisible()
  await picturesOf('automatic-missing')(window, 'alarm')
  await alarm.getByRole('button', { name: 'Record' }).click()
  await lampShows(window, 'recording')
  await expect(window.getByText(/Should be recorded/)).toHaveCount(0)
})

test.describe('permission to record on demand', () => {
  const settings = (window: Page) => window.getByRole('button', { name: 'Settings', exact: true }).click()

  test('may be given to oneself where rights are listed, after a question, and taken back', async ({
    window,
    demo,
  }) => {
    const picture = picturesOf('automatic-permission')
    await signIn(window, demo, 'norights')
    await registered(window)
    await settings(window)
    await window.getByRole('button', { name: 'Allow recording yourself...' }).click()
    await expect(window.getByText('On many sites the administrator decides this.')).toBeVisible()
    await picture(window, 'asks')
    expect((await state(demo, 'norights')).mayRecord).toBe(false)
    await window.getByRole('button', { name: 'Allow it' }).click()
    await expect(window.getByText(/You allowed recording yourself at/)).toBeVisible()
    expect((await state(demo, 'norights')).mayRecord).toBe(true)
    await picture(window, 'allowed')
    await window.getByRole('button', { name: 'Take it back' }).click()
    await expect(window.getByRole('button', { name: 'Allow recording yourself...' })).toBeVisible()
    expect((await state(demo, 'norights')).mayRecord).toBe(false)
  })

  test('is locked where an administrator says so', async ({ profile, demo }) => {
    const running = await launch({ profile, args: ['--lock-self-grant'] })
    const window = await running.window()
    await signIn(window, demo, 'norights')
    await registered(window)
    await settings(window)
    await expect(window.getByText(/Your administrator has locked on this computer/)).toBeVisible()
    await expect(window.getByRole('button', { name: 'Allow recording yourself...' })).toHaveCount(0)
    const refused = await window.evaluate(() => bridge.request('right:record', { on: true }))
    expect(refused).toMatchObject({ ok: false, failure: { code: 'policy-locked' } })
    expect((await state(demo, 'norights')).mayRecord).toBe(false)
    await picturesOf('automatic-locked')(window, 'settings')
    await running.close()
  })
})
