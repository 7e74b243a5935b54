// The phone against a real Asterisk, with its troubles: after each the app shows what Asterisk's console says, and where a call
// lives, sound goes both ways.
import { join } from 'node:path'
import { mergeTests, type Page } from '@playwright/test'
import { type Snapshot } from '../../shared/snapshot.ts'
import { writeVoice } from '../phone-page/voice.ts'
import { type PhoneCall } from '../phone/call.ts'
import { expect, launch, SPOKEN_HERTZ, test as appTest } from '../support/app.ts'
import { dial, press, registered as phoneConnected } from '../support/steps.ts'
import { type Asterisk } from './asterisk/asterisk.ts'
import { test as asteriskTest } from './fixtures.ts'
import { pair } from './pairing.ts'
import { startRelay } from './relay.ts'

// a steady tone is taken for noise within seconds, and these calls last
const speakingTest = appTest.extend({
  running: async ({ profile }, hand) => {
    const voice = join(profile, 'syllables.wav')
    writeVoice(voice, SPOKEN_HERTZ)
    const running = await launch({ profile, args: [`--use-file-for-fake-audio-capture=${voice}`] })
    await hand(running)
    await running.close()
  },
})
const test = mergeTests(asteriskTest, speakingTest)

const BOB = 900
const CAROL = 1300

async function snapshot(window: Page): Promise<Snapshot> {
  const outcome = await window.evaluate(() => globalThis.bridge.request('app:snapshot', undefined))
  if (!outcome.ok) throw new Error(outcome.failure.code)
  return outcome.value
}

/** The user's calls, as the app shows them and as Asterisk lists them. */
async function agrees(window: Page, asterisk: Asterisk, user: string, calls: readonly string[]): Promise<void> {
  const app = async () => (await snapshot(window)).calls.map(call => call.status)
  const server = async () =>
    (await asterisk.channels())
      .filter(({ name }) => name.startsWith(`PJSIP/${user}-`))
      .map(({ state }) => ({ Up: 'up', Ringing: 'ringing-in', Ring: 'ringing-out' })[state] ?? state)
  await expect.poll(app, { timeout: 20_000, message: 'the app' }).toEqual(calls)
  await expect.poll(server, { timeout: 20_000, message: 'Asterisk' }).toEqual(calls)
}

/** How many registrations of a user Asterisk lists. */
async function contacts(asterisk: Asterisk, user: string): Promise<number> {
  const listed = await asterisk.cli(`pjsip show aor ${user}`)
  return [...listed.matchAll(/^\s*Contact: +\d+\//gm)].length
}

/** The app hears something, as its phone measured just now. */
async function hearsNow(window: Page): Promise<void> {
  const heard = async () => (await snapshot(window)).calls.find(call => call.status === 'up' && !call.onHold)?.audio
  await expect.poll(async () => (await heard())?.heard ?? 0, { timeout: 20_000 }).toBeGreaterThan(0.02)
}

/** Sound goes both ways from now on, measured at both ends. */
async function bothWays(window: Page, other: PhoneCall): Promise<void> {
  other.media.forget()
  // the phone measures once a second: what it tells after two was heard after now
  await expect.poll(() => other.media.heardMs, { timeout: 15_000 }).toBeGreaterThan(2_000)
  await expect.poll(() => other.media.level(SPOKEN_HERTZ, 1_000), { timeout: 15_000 }).toBeGreaterThan(0.01)
  await hearsNow(window)
}

const lost = (window: Page) => expect(window.getByText('Phone disconnected')).toBeVisible({ timeout: 30_000 })

test('declined, given up by either side, answered by itself: nothing is left on either side', async ({
  window,
  running,
  asterisk,
  registered,
}) => {
  const bob = await registered('1002', { tone: BOB })
  await pair(window, running.app, asterisk, '1001', { folder: null })
  await phoneConnected(window)

  await dial(window, '1002')
  await (await bob.nextIncoming()).decline(603)
  await expect(window.getByRole('alert').filter({ hasText: 'No call to' })).toContainText('busy')
  await agrees(window, asterisk, '1001', [])

  await dial(window, '1002')
  const ringing = await bob.nextIncoming()
  await agrees(window, asterisk, '1001', ['ringing-out'])
  await press(window, 'Hang up')
  await ringing.ended
  await agrees(window, asterisk, '1001', [])

  const given = await bob.call('1001')
  await agrees(window, asterisk, '1001', ['ringing-in'])
  await given.hangUp()
  await agrees(window, asterisk, '1001', [])

  const refused = await bob.call('1001')
  await press(window, 'Decline')
  expect(await refused.outcome).toBe(486)
  await agrees(window, asterisk, '1001', [])

  await window.evaluate(() => globalThis.bridge.request('settings:change', { autoAnswer: true }))
  const intercom = await bob.call('*801001')
  expect(await intercom.outcome).toBe(200)
  await bothWays(window, intercom)
  await agrees(window, asterisk, '1001', ['up'])
  await intercom.hangUp()
  await agrees(window, asterisk, '1001', [])
})

test('held, taken up, passed on after asking, passed on at once, and back when that fails', async ({
  window,
  running,
  asterisk,
  registered,
}) => {
  const [bob, carol] = [await registered('1002', { tone: BOB }), await registered('1003', { tone: CAROL })]
  await pair(window, running.app, asterisk, '1001', { folder: null })
  await phoneConnected(window)
  await dial(window, '1002')
  const first = await bob.nextIncoming()
  await first.answer()
  await bothWays(window, first)

  await press(window, 'Hold')
  await expect(window.getByText('On hold', { exact: true }).first()).toBeVisible()
  await expect.poll(() => first.media.level(SPOKEN_HERTZ, 500), { timeout: 10_000 }).toBeLessThan(0.005)
  await agrees(window, asterisk, '1001', ['up'])
  await press(window, 'Resume call')
  await bothWays(window, first)

  const passOn = async (number: string, how: string) => {
    await window.getByRole('button', { name: 'Transfer', exact: true }).click()
    await window.getByLabel('To', { exact: true }).fill(number)
    await window.getByRole('button', { name: how }).click()
  }
  await passOn('9999', 'Transfer now')
  await expect(window.getByRole('alert').filter({ hasText: 'it is still yours' })).toBeVisible()
  await bothWays(window, first)

  await passOn('1003', 'Ask first')
  const asked = await carol.nextIncoming()
  await asked.answer()
  await bothWays(window, asked)
  await agrees(window, asterisk, '1001', ['up', 'up'])
  await window.getByRole('button', { name: /^Connect to/ }).click()
  await agrees(window, asterisk, '1001', [])
  await expect.poll(() => first.media.level(CAROL, 500), { timeout: 15_000 }).toBeGreaterThan(0.05)
  await expect.poll(() => asked.media.level(BOB, 500), { timeout: 15_000 }).toBeGreaterThan(0.05)
  await first.hangUp()
  await asked.ended

  await dial(window, '1002')
  const second = await bob.nextIncoming()
  await second.answer()
  await bothWays(window, second)
  await passOn('600', 'Transfer now')
  await agrees(window, asterisk, '1001', [])
  // the echo
  await expect.poll(() => second.media.level(BOB, 500), { timeout: 15_000 }).toBeGreaterThan(0.05)
  expect(await asterisk.channels()).not.toEqual([])
})

test('the socket cut idle, while it rings out and in, and in a call', async ({
  window,
  running,
  asterisk,
  registered,
}) => {
  const bob = await registered('1002', { tone: BOB })
  const relay = await startRelay(asterisk.ws)
  await pair(window, running.app, asterisk, '1001', { folder: null, server: relay.ws })
  await phoneConnected(window)
  const cutAndMend = async () => {
    relay.cut()
    await lost(window)
    await expect.poll(() => contacts(asterisk, '1001')).toBe(0)
    relay.mend()
    await phoneConnected(window)
    expect(await contacts(asterisk, '1001')).toBe(1)
  }
  await cutAndMend()

  await dial(window, '1002')
  const out = await bob.nextIncoming()
  await agrees(window, asterisk, '1001', ['ringing-out'])
  await cutAndMend()
  await out.ended
  await agrees(window, asterisk, '1001', [])

  const rings = await bob.call('1001')
  await agrees(window, asterisk, '1001', ['ringing-in'])
  await cutAndMend()
  expect((await snapshot(window)).calls).toEqual([])
  // nobody can tell Asterisk that it rings in vain: it ends with who calls, or after its own time
  await rings.hangUp()
  await agrees(window, asterisk, '1001', [])

  const call = await bob.call('1001')
  await press(window, 'Answer')
  expect(await call.outcome).toBe(200)
  await bothWays(window, call)
  await cutAndMend()
  await agrees(window, asterisk, '1001', ['up'])
  await bothWays(window, call)
  // it arrives, since the phone told its new address
  await call.hangUp()
  await agrees(window, asterisk, '1001', [])
  await relay.close()
})

test('a registration that expired is made anew; one that was taken over is told, and taken back by a press alone', async ({
  window,
  running,
  asterisk,
  registered,
}) => {
  const bob = await registered('1002', { tone: BOB })
  await pair(window, running.app, asterisk, '1005', { folder: null })
  await phoneConnected(window)
  const wake = () => running.app.evaluate(({ powerMonitor }) => powerMonitor.emit('resume'))
  await asterisk.cli('database deltree registrar/contact')
  await expect.poll(() => contacts(asterisk, '1005')).toBe(0)
  await wake()
  await expect.poll(() => contacts(asterisk, '1005'), { timeout: 15_000 }).toBe(1)
  await phoneConnected(window)

  const thief = await registered('1005')
  await expect(window.getByText('Another device has taken over your line.', { exact: false })).toBeVisible({
    timeout: 35_000,
  })
  const elsewhere = await bob.call('1005')
  await (await thief.nextIncoming()).decline(486)
  expect(await elsewhere.outcome).toBe(486)
  expect((await snapshot(window)).calls).toEqual([])

  await window.getByRole('button', { name: 'Use it here' }).click()
  await phoneConnected(window)
  expect(await contacts(asterisk, '1005')).toBe(1)
  const here = await bob.call('1005')
  await press(window, 'Answer')
  expect(await here.outcome).toBe(200)
  await bothWays(window, here)
  await here.hangUp()
  await agrees(window, asterisk, '1005', [])
})

test('Asterisk frozen for 6 s and for 36 s in a call: told within the time, and the call goes on', async ({
  window,
  running,
  ownAsterisk,
}) => {
  test.setTimeout(150_000)
  const asterisk = await ownAsterisk()
  await pair(window, running.app, asterisk, '1001', { folder: null })
  await phoneConnected(window)
  // what we say comes back
  await dial(window, '600')
  await hearsNow(window)
  const frozenFor = async (ms: number, meanwhile: () => Promise<void>) => {
    const began = Date.now()
    asterisk.freeze()
    await meanwhile()
    await expect.poll(() => Date.now() - began, { timeout: ms + 1_000 }).toBeGreaterThanOrEqual(ms)
    asterisk.thaw()
  }
  const alarm = window.getByRole('alertdialog', { name: 'Alarm' })
  await frozenFor(6_000, () => expect(alarm).toContainText('You hear nothing', { timeout: 10_000 }))
  await expect(alarm).toContainText('Sound came back', { timeout: 20_000 })
  await hearsNow(window)
  await agrees(window, asterisk, '1001', ['up'])
  await alarm.getByRole('button', { name: 'OK' }).click()

  await frozenFor(36_000, () => lost(window))
  await phoneConnected(window)
  await expect(alarm).toContainText('Sound came back', { timeout: 20_000 })
  await hearsNow(window)
  await agrees(window, asterisk, '1001', ['up'])
  expect(await contacts(asterisk, '1001')).toBe(1)
  await press(window, 'Hang up')
  await agrees(window, asterisk, '1001', [])
})

test('Asterisk killed in a call and begun anew, then ended in order: no call is left on the screen', async ({
  window,
  running,
  ownAsterisk,
}) => {
  test.setTimeout(120_000)
  const first = await ownAsterisk()
  const relay = await startRelay(first.ws)
  await pair(window, running.app, first, '1001', { folder: null, server: relay.ws })
  await phoneConnected(window)
  await dial(window, '600')
  await hearsNow(window)
  await first.kill()
  await lost(window)
  expect((await snapshot(window)).calls.map(call => call.status)).toEqual(['up'])
  const second = await ownAsterisk()
  relay.lead(second.ws)
  await phoneConnected(window)
  await agrees(window, second, '1001', [])
  expect(await contacts(second, '1001')).toBe(1)

  await dial(window, '600')
  await hearsNow(window)
  await second.stop()
  await lost(window)
  await expect.poll(async () => (await snapshot(window)).calls).toEqual([])
  await relay.close()
})
