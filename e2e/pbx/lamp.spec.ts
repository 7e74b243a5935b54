// The lamp against a real Asterisk. Beside each call a witness compares what main says with the files themselves, at
// every 50 ms: recording only while the file is open or grows, off or paused never while it is.
import { execFileSync } from 'node:child_process'
import { chmodSync, readFileSync } from 'node:fs'
import { mergeTests, type Page } from '@playwright/test'
import { expect, test as appTest } from '../support/app.ts'
import { dial, hangUp, lampShows, press, registered as phoneConnected } from '../support/steps.ts'
import { test as asteriskTest } from './fixtures.ts'
import { pair } from './pairing.ts'
import { watchRecordings } from './recordings.ts'
import { startRelay } from './relay.ts'
import { witness } from './witness.ts'

const test = mergeTests(asteriskTest, appTest)

/** Files that `*3` of 1001 began, and those of a call's permanent recording. */
const ours = (name: string) => /^auto-\d+-1001-|^100\d-\d+-\d+\.wav$/.test(name)
const any = () => true

/** Calls a number that answers by itself. */
async function talk(window: Page, number: string): Promise<void> {
  await dial(window, number)
  await expect(window.getByText('Connected', { exact: true }).first()).toBeVisible()
  await lampShows(window, 'off')
}

test('caller and called one: each lamp follows its own *3, and not the other party’s', async ({
  window,
  running,
  asterisk,
  recordings,
  registered,
}) => {
  const bob = await registered('1002')
  await pair(window, running.app, asterisk, '1001')
  await phoneConnected(window)
  await dial(window, '1002')
  const first = await bob.nextIncoming()
  await first.answer()
  await lampShows(window, 'off')
  const truth = await witness(window, asterisk, '1002', ours)
  await press(window, 'Record')
  const own = await recordings.next()
  expect(own).toMatch(/^auto-\d+-1001-1002\.wav$/)
  await lampShows(window, 'recording')
  // while the tone plays that both hear, digits are lost
  await recordings.grown(own, 1)
  expect(await first.sendInfo('*3')).toEqual([200, 200])
  const bobs = await recordings.next()
  expect(bobs).toMatch(/^auto-\d+-1002-1001\.wav$/)
  await recordings.grown(bobs, 1)
  await press(window, 'Stop recording')
  await lampShows(window, 'off')
  // his own goes on, and is nobody's business here
  expect(recordings.measure(bobs).closed).toBe(false)
  await lampShows(window, 'off')
  await hangUp(window)
  expect((await truth.verify()).kinds).toEqual(['off', 'recording', 'off'])

  const back = await bob.call('1001')
  await press(window, 'Answer')
  expect(await back.outcome).toBe(200)
  await lampShows(window, 'off')
  const called = await witness(window, asterisk, '1002', ours)
  await press(window, 'Record')
  expect(await recordings.next()).toMatch(/^auto-\d+-1001-1002\.wav$/)
  await lampShows(window, 'recording')
  await back.hangUp()
  await lampShows(window, 'none')
  // its file may be seen closed before the call is seen over
  expect((await called.verify()).kinds.slice(0, 2)).toEqual(['off', 'recording'])
})

test('a pausing *3: start, pause and resume into one file that names nobody; typed keys and short timeouts do no harm', async ({
  window,
  running,
  ownAsterisk,
}) => {
  // half of what Asterisk has by itself
  const asterisk = await ownAsterisk({ dialect: 'start-pause-resume', featureDigitTimeout: 500 })
  const recordings = watchRecordings(asterisk)
  await pair(window, running.app, asterisk, '1001', { dialect: 'start-pause-resume' })
  await phoneConnected(window)
  await talk(window, '601')
  const truth = await witness(window, asterisk, '601', any)
  await window.getByRole('button', { name: 'Keypad' }).click()
  await window.getByRole('button', { name: 'Key *', exact: true }).click()
  await press(window, 'Record')
  const name = await recordings.next()
  await lampShows(window, 'recording')
  await recordings.grown(name, 1)
  await press(window, 'Pause')
  await lampShows(window, 'paused')
  expect(recordings.measure(name).closed).toBe(true)
  await press(window, 'Resume recording')
  await lampShows(window, 'recording')
  expect(recordings.measure(name).closed).toBe(false)
  await expect(window.getByRole('button', { name: 'Stop recording' })).toBeDisabled()
  await hangUp(window)
  await recordings.closed(name)
  expect(recordings.names()).toEqual([name])
  expect((await truth.verify()).kinds).toEqual(['off', 'recording', 'paused', 'recording'])
})

test('without a bridge nothing is recorded, and nothing claims so', async ({
  window,
  running,
  asterisk,
  recordings,
}) => {
  await pair(window, running.app, asterisk, '1001')
  await phoneConnected(window)
  await talk(window, '602')
  const truth = await witness(window, asterisk, '602', any)
  await press(window, 'Record')
  await expect(window.getByText(/nothing changed|did not start/i).first()).toBeVisible({ timeout: 10_000 })
  await lampShows(window, 'off')
  expect(recordings.names()).toEqual([])
  await hangUp(window)
  expect((await truth.verify()).kinds).toEqual(['off'])
})

for (const [user, status] of [
  ['1004', 200],
  ['1003', 403],
] as const) {
  test(`${user}: INFO answered too slowly starts nothing; "Record: on" is answered ${status}, and the call is recorded`, async ({
    window,
    running,
    asterisk,
    recordings,
  }) => {
    await pair(window, running.app, asterisk, user)
    await phoneConnected(window)
    await window.evaluate(() => globalThis.bridge.request('settings:change', { digits: 'info' }))
    await talk(window, '601')
    const truth = await witness(window, asterisk, '601', any)
    const before = readFileSync(asterisk.logFile).length
    asterisk.freeze()
    await press(window, 'Record')
    await expect(window.getByText(/nothing changed|did not start/i).first()).toBeVisible()
    asterisk.thaw()
    await press(window, 'Record')
    const name = await recordings.next()
    await lampShows(window, 'recording')
    const log = readFileSync(asterisk.logFile).subarray(before).toString('latin1')
    expect(log.match(/^Record: on$/gm)).toHaveLength(1)
    expect(log).toContain(`SIP/2.0 ${status}`)
    await hangUp(window)
    expect(recordings.names()).toEqual([name])
    expect((await truth.verify()).kinds).toEqual(['off', 'recording'])
  })
}

test('Asterisk frozen, thawed and killed in the call: unknown, never off', async ({ window, running, ownAsterisk }) => {
  const asterisk = await ownAsterisk()
  const recordings = watchRecordings(asterisk)
  await pair(window, running.app, asterisk, '1001')
  await phoneConnected(window)
  await talk(window, '601')
  const truth = await witness(window, asterisk, '601', ours)
  await press(window, 'Record')
  const name = await recordings.next()
  await lampShows(window, 'recording')
  await recordings.grown(name, 2)
  asterisk.freeze()
  await lampShows(window, 'unknown')
  asterisk.thaw()
  await lampShows(window, 'recording')
  await asterisk.kill()
  await lampShows(window, 'unknown')
  expect(recordings.measure(name).closed).toBe(false)
  expect((await truth.verify()).kinds).toEqual(['off', 'recording', 'unknown', 'recording', 'unknown'])
})

test('the socket cut in the call: red while the file grows, *3 still works, the BYE goes out when it is back', async ({
  window,
  running,
  asterisk,
  recordings,
}) => {
  const relay = await startRelay(asterisk.ws)
  await pair(window, running.app, asterisk, '1001', { server: relay.ws })
  await phoneConnected(window)
  await talk(window, '601')
  const truth = await witness(window, asterisk, '601', ours)
  await press(window, 'Record')
  const name = await recordings.next()
  await lampShows(window, 'recording')
  relay.cut()
  await expect(window.getByText('Phone disconnected')).toBeVisible()
  const before = recordings.measure(name).seconds
  await recordings.grown(name, before + 2)
  await lampShows(window, 'recording')
  await press(window, 'Stop recording')
  await lampShows(window, 'off')
  await recordings.closed(name)
  await press(window, 'Record again')
  await lampShows(window, 'recording')
  relay.mend()
  await phoneConnected(window)
  await hangUp(window)
  await expect.poll(() => asterisk.channels()).toEqual([])
  expect((await truth.verify()).kinds).toEqual(['off', 'recording', 'off', 'recording'])
  await relay.close()
})

test('another phone of the same extension: its recording is not taken for this call’s', async ({
  window,
  running,
  asterisk,
  recordings,
  registered,
}) => {
  const desk = await registered('1001')
  const bob = await registered('1002')
  await pair(window, running.app, asterisk, '1001')
  await phoneConnected(window)
  const out = await bob.call('1001')
  const onDesk = await desk.nextIncoming()
  await expect(window.getByRole('button', { name: 'Answer', exact: true })).toBeVisible()
  await onDesk.answer()
  expect(await out.outcome).toBe(200)
  // the call is the desk phone's: this phone has none
  await lampShows(window, 'none')
  await talk(window, '601')
  const truth = await witness(window, asterisk, '601', name => /-1001-601\.wav$/.test(name))
  expect(await onDesk.sendInfo('*3')).toEqual([200, 200])
  expect(await recordings.next()).toMatch(/^auto-\d+-1001-1002\.wav$/)
  // it has our number: it may be this call's, whose other party was transferred
  await lampShows(window, 'unknown')
  await out.hangUp()
  await lampShows(window, 'off')
  await press(window, 'Record')
  expect(await recordings.next()).toMatch(/^auto-\d+-1001-601\.wav$/)
  await lampShows(window, 'recording')
  await hangUp(window)
  expect((await truth.verify()).kinds).toEqual(['off', 'unknown', 'off', 'recording'])
})

test('permanent recording: *3 of the caller begins a second file, *3 of the called one ends the first', async ({
  window,
  running,
  asterisk,
  recordings,
  registered,
}) => {
  const bob = await registered('1002')
  await pair(window, running.app, asterisk, '1001')
  await phoneConnected(window)
  await asterisk.cli('database put callrecord 1001 1')
  await dial(window, '1002')
  const called = await bob.nextIncoming()
  await called.answer()
  const whole = await recordings.next()
  await lampShows(window, 'recording')
  const caller = await witness(window, asterisk, '1002', ours)
  await press(window, 'Stop recording')
  expect(await recordings.next()).toMatch(/^auto-\d+-1001-1002\.wav$/)
  // it is not stopped, and does not look so
  await expect(window.getByText(/still recording/i).first()).toBeVisible()
  await lampShows(window, 'recording')
  expect(recordings.measure(whole).closed).toBe(false)
  await hangUp(window)
  expect((await caller.verify()).kinds).toEqual(['recording'])

  await asterisk.cli('database del callrecord 1001')
  await asterisk.cli('database put callrecord 1002 1')
  const out = await bob.call('1001')
  await press(window, 'Answer')
  expect(await out.outcome).toBe(200)
  const second = await recordings.next()
  await lampShows(window, 'recording')
  const callee = await witness(window, asterisk, '1002', ours)
  await press(window, 'Stop recording')
  await lampShows(window, 'off')
  expect(recordings.measure(second).closed).toBe(true)
  await out.hangUp()
  await lampShows(window, 'none')
  expect((await callee.verify()).kinds).toEqual(['recording', 'off'])
})

test('the folder locked and opened, then the disk full: unknown, never off', async ({
  window,
  running,
  ownAsterisk,
}) => {
  const asterisk = await ownAsterisk()
  const recordings = watchRecordings(asterisk)
  await pair(window, running.app, asterisk, '1001')
  await phoneConnected(window)
  await talk(window, '601')
  const truth = await witness(window, asterisk, '601', ours)
  await press(window, 'Record')
  const name = await recordings.next()
  await lampShows(window, 'recording')
  chmodSync(asterisk.monitorFolder, 0)
  await lampShows(window, 'unknown')
  chmodSync(asterisk.monitorFolder, 0o700)
  await lampShows(window, 'recording')
  // no file may grow beyond its present size: what a full disk does to it
  const size = recordings.measure(name).seconds * 16_000
  execFileSync('prlimit', ['--pid', String(asterisk.pid), `--fsize=${size}`])
  await lampShows(window, 'unknown')
  expect(await asterisk.channels()).not.toEqual([])
  expect((await truth.verify()).kinds).toEqual(['off', 'recording', 'unknown', 'recording', 'unknown'])
})
