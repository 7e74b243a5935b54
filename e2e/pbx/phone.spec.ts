// The phone against a real Asterisk, with its troubles: after each the app shows what Asterisk's console says, and where a call
// lives, sound goes both ways, measured at both ends. Few tests, since each is a start of the app: what can share one does.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mergeTests, type Page } from '@playwright/test'
import { type Snapshot } from '../../shared/snapshot.ts'
import { writeVoice } from '../phone-page/voice.ts'
import { type PhoneCall } from '../phone/call.ts'
import { expect, launch, type Running, SPOKEN_HERTZ, test as appTest } from '../support/app.ts'
import { dial, lampShows, press, registered as phoneConnected } from '../support/steps.ts'
import { type Asterisk } from './asterisk/asterisk.ts'
import { test as asteriskTest, type User } from './fixtures.ts'
import { pair, type Pairing } from './pairing.ts'
import { startRelay } from './relay.ts'

/** A steady tone is taken for noise within seconds, and these calls last. */
function launchSpeaking(profile: string): Promise<Running> {
  const voice = join(profile, 'syllables.wav')
  writeVoice(voice, SPOKEN_HERTZ)
  return launch({ profile, args: [`--use-file-for-fake-audio-capture=${voice}`] })
}

interface Fixtures {
  /** The window, paired with Asterisk as a user, and its phone connected. */
  phoneOf: (asterisk: Asterisk, user: User, options?: Pairing) => Promise<Page>
  /** The same in another app beside it. */
  besides: (asterisk: Asterisk, user: User) => Promise<Page>
}

const speakingTest = appTest.extend({
  running: async ({ profile }, hand) => {
    const running = await launchSpeaking(profile)
    await hand(running)
    await running.close()
  },
})
const test = mergeTests(asteriskTest, speakingTest).extend<Fixtures>({
  phoneOf: async ({ window, running }, hand) => {
    await hand(async (asterisk, user, options = {}) => {
      await pair(window, running.app, asterisk, user, { folder: null, ...options })
      await phoneConnected(window)
      return window
    })
  },
  // stands on ownAsterisk, so that it is closed before what it talks to
  besides: async ({ ownAsterisk }, hand) => {
    void ownAsterisk
    const profile = mkdtempSync(join(tmpdir(), 'tallylight-'))
    const others: Running[] = []
    await hand(async (asterisk, user) => {
      const running = await launchSpeaking(profile)
      others.push(running)
      const window = await running.window()
      await pair(window, running.app, asterisk, user, { folder: null })
      await phoneConnected(window)
      return window
    })
    for (const other of others) await other.close()
    rmSync(profile, { recursive: true, force: true })
  },
})

const BOB = 900
const CAROL = 1300

async function snapshot(window: Page): Promise<Snapshot> {
  const outcome = await window.evaluate(() => globalThis.bridge.request('app:snapshot', undefined))
  if (!outcome.ok) throw new Error(outcome.failure.code)
  return outcome.value
}

/** The user's calls, as the app shows them and as Asterisk lists them: the same, but for another device's. */
async function agrees(
  window: Page,
  asterisk: Asterisk,
  user: User,
  calls: readonly string[],
  listed: readonly string[] = calls,
): Promise<void> {
  const app = async () => (await snapshot(window)).calls.map(call => call.status)
  const server = async () =>
    (await asterisk.channels())
      .filter(({ name }) => name.startsWith(`PJSIP/${user}-`))
      .map(({ state }) => ({ Up: 'up', Ringing: 'ringing-in', Ring: 'ringing-out' })[state] ?? state)
      .sort()
  await expect.poll(app, { timeout: 20_000, message: 'the app' }).toEqual(calls)
  await expect.poll(server, { timeout: 20_000, message: 'Asterisk' }).toEqual([...listed].sort())
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

/** What the window says of a call that could not be placed. */
const refusal = (window: Page, number: string) =>
  window.getByRole('alert').filter({ hasText: new RegExp(`No call to .?${number}`) })

test('refused in each way, given up by either side, on two devices, answered by itself: both sides agree after each', async ({
  phoneOf,
  asterisk,
  registered,
}) => {
  test.setTimeout(120_000)
  const bob = await registered('1002', { tone: BOB })
  const window = await phoneOf(asterisk, '1001')
  for (const [number, says] of [
    ['9999', /does not exist/],
    ['610', /busy/],
    ['611', /may not call/],
    ['614', /Nobody can be reached/],
    // a user without any phone
    ['1003', /Nobody can be reached/],
  ] as const) {
    await dial(window, number)
    await expect(refusal(window, number)).toContainText(says)
    await agrees(window, asterisk, '1001', [])
  }

  await dial(window, '1002')
  await (await bob.nextIncoming()).decline(603)
  await expect(refusal(window, '1002')).toContainText('busy')
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
  await expect(window.getByText('Not answered.')).toBeVisible()

  const refused = await bob.call('1001')
  await press(window, 'Decline')
  expect(await refused.outcome).toBe(486)
  await agrees(window, asterisk, '1001', [])

  // another phone of the user's takes nobody's place
  const second = await registered('1001', { tone: CAROL })
  expect(await contacts(asterisk, '1001')).toBe(2)
  const elsewhere = await bob.call('1001')
  await agrees(window, asterisk, '1001', ['ringing-in'], ['ringing-in', 'ringing-in'])
  const there = await second.nextIncoming()
  await there.answer()
  expect(await elsewhere.outcome).toBe(200)
  await agrees(window, asterisk, '1001', [], ['up'])
  await expect(window.getByText('Answered on another of your phones.')).toBeVisible()
  await elsewhere.hangUp()
  await there.ended

  const both = await bob.call('1001')
  await (await second.nextIncoming()).decline(486)
  await agrees(window, asterisk, '1001', ['ringing-in'])
  await press(window, 'Answer')
  expect(await both.outcome).toBe(200)
  await bothWays(window, both)
  await both.hangUp()
  await agrees(window, asterisk, '1001', [])

  const here = await bob.call('1001')
  const lost = await second.nextIncoming()
  await press(window, 'Answer')
  expect(await here.outcome).toBe(200)
  await lost.ended
  expect(lost.endReason).toContain('Call completed elsewhere')
  await agrees(window, asterisk, '1001', ['up'])
  await press(window, 'Hang up')
  await here.ended
  await agrees(window, asterisk, '1001', [])
  await second.close()
  await phoneConnected(window)

  const asked = await bob.call('*801001')
  await agrees(window, asterisk, '1001', ['ringing-in'])
  await asked.hangUp()
  await window.evaluate(() => globalThis.bridge.request('settings:change', { autoAnswer: true }))
  const intercom = await bob.call('*801001')
  expect(await intercom.outcome).toBe(200)
  await bothWays(window, intercom)
  await agrees(window, asterisk, '1001', ['up'])
  await intercom.hangUp()
  await agrees(window, asterisk, '1001', [])
})

test('called and recorded, muted, keyed, held; a second call answered and recorded, a third placed beside them; called again', async ({
  phoneOf,
  asterisk,
  recordings,
  registered,
}) => {
  test.setTimeout(150_000)
  const [bob, carol] = [await registered('1002', { tone: BOB }), await registered('1003', { tone: CAROL })]
  const window = await phoneOf(asterisk, '1001', { folder: asterisk.monitorFolder })
  // as people write it
  await window.getByLabel('Number', { exact: true }).fill(' tel:10-02;ext=5 ')
  await press(window, 'Call and record')
  const first = await bob.nextIncoming()
  await first.answer()
  await lampShows(window, 'recording')
  expect(await recordings.next()).toMatch(/^auto-\d+-1001-1002\.wav$/)
  await bothWays(window, first)

  const silent = () => expect.poll(() => first.media.level(SPOKEN_HERTZ, 500), { timeout: 10_000 }).toBeLessThan(0.005)
  await press(window, 'Mute')
  await silent()
  await press(window, 'Mute')
  await bothWays(window, first)

  const key = async (digit: string) => window.getByRole('button', { name: `Key ${digit}`, exact: true }).click()
  const infos = () => readFileSync(asterisk.logFile, 'utf8').match(/Signal=7/g)?.length ?? 0
  await press(window, 'Keypad')
  await key('5')
  await expect.poll(() => first.media.digitsHeard).toContain('5')
  await window.evaluate(() => globalThis.bridge.request('settings:change', { digits: 'info' }))
  await key('7')
  await expect.poll(() => first.media.digitsHeard).toMatch(/57$/)
  expect(infos()).toBeGreaterThan(0)
  await window.evaluate(() => globalThis.bridge.request('settings:change', { digits: 'auto' }))

  await press(window, 'Hold')
  await expect(window.getByText('On hold', { exact: true }).first()).toBeVisible()
  await silent()
  await agrees(window, asterisk, '1001', ['up'])
  await press(window, 'Resume call')
  await bothWays(window, first)

  const second = await carol.call('1001')
  await agrees(window, asterisk, '1001', ['up', 'ringing-in'])
  await press(window, 'Answer and record')
  expect(await second.outcome).toBe(200)
  await bothWays(window, second)
  await silent()
  expect(await recordings.next()).toMatch(/^auto-\d+-1001-1003\.wav$/)
  await lampShows(window, 'recording')

  await window.getByText('Call somebody else').click()
  await dial(window, '600')
  await agrees(window, asterisk, '1001', ['up', 'up', 'up'])
  await hearsNow(window)
  await expect.poll(() => second.media.level(SPOKEN_HERTZ, 500), { timeout: 10_000 }).toBeLessThan(0.005)
  await press(window, 'Hang up')
  await agrees(window, asterisk, '1001', ['up', 'up'])
  await window
    .getByRole('button', { name: /^Switch to .*1002|^Switch to Bob/ })
    .first()
    .click()
  await bothWays(window, first)
  await press(window, 'Hang up')
  await first.ended
  await agrees(window, asterisk, '1001', ['up'])
  await second.hangUp()
  await agrees(window, asterisk, '1001', [])

  const field = window.getByLabel('Number', { exact: true })
  await field.press('Enter')
  await expect(field).toHaveValue('600')
  await field.press('ArrowUp')
  await expect(field).toHaveValue('1002')
  await field.press('Enter')
  const again = await bob.nextIncoming()
  await agrees(window, asterisk, '1001', ['ringing-out'])
  await again.decline(486)
  await agrees(window, asterisk, '1001', [])
})

test('passed on after asking, passed on at once, and back when that fails: the recording ends as was said', async ({
  phoneOf,
  asterisk,
  recordings,
  registered,
}) => {
  test.setTimeout(120_000)
  const [bob, carol] = [await registered('1002', { tone: BOB }), await registered('1003', { tone: CAROL })]
  const window = await phoneOf(asterisk, '1001', { folder: asterisk.monitorFolder })
  await dial(window, '1002')
  const first = await bob.nextIncoming()
  await first.answer()
  await bothWays(window, first)
  await press(window, 'Record')
  await lampShows(window, 'recording')
  const recorded = await recordings.next()

  const passOn = async (number: string, how: string) => {
    await window.getByRole('button', { name: 'Transfer', exact: true }).click()
    await window.getByLabel('To', { exact: true }).fill(number)
    // a bare Asterisk may leave the recording to the two others
    await expect(window.getByText('The recording may go on without you.')).toBeVisible()
    await window.getByRole('button', { name: how }).click()
  }
  await passOn('9999', 'Transfer now')
  await expect(window.getByRole('alert').filter({ hasText: 'it is still yours' })).toBeVisible()
  await bothWays(window, first)
  await lampShows(window, 'recording')

  await passOn('1003', 'Ask first')
  await (await carol.nextIncoming()).decline(486)
  // back with who waited
  await bothWays(window, first)
  await agrees(window, asterisk, '1001', ['up'])

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
  expect((await recordings.closed(recorded)).seconds).toBeGreaterThan(1)

  await dial(window, '1002')
  const second = await bob.nextIncoming()
  await second.answer()
  await bothWays(window, second)
  await window.getByRole('button', { name: 'Transfer', exact: true }).click()
  await window.getByLabel('To', { exact: true }).fill('600')
  await window.getByRole('button', { name: 'Transfer now' }).click()
  await agrees(window, asterisk, '1001', [])
  // the echo
  await expect.poll(() => second.media.level(BOB, 500), { timeout: 15_000 }).toBeGreaterThan(0.05)
  expect(await asterisk.channels()).not.toEqual([])
})

test('the socket cut idle, while it rings out and in, and in a call', async ({ phoneOf, asterisk, registered }) => {
  const bob = await registered('1002', { tone: BOB })
  const relay = await startRelay(asterisk.ws)
  const window = await phoneOf(asterisk, '1001', { server: relay.ws })
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
  phoneOf,
  running,
  asterisk,
  registered,
}) => {
  const bob = await registered('1002', { tone: BOB })
  const window = await phoneOf(asterisk, '1005')
  // looks at the registrar's list at once; by itself it does so every 20 s
  const wake = () => running.app.evaluate(({ powerMonitor }) => powerMonitor.emit('resume'))
  await asterisk.cli('database deltree registrar/contact')
  await expect.poll(() => contacts(asterisk, '1005')).toBe(0)
  await wake()
  await expect.poll(() => contacts(asterisk, '1005'), { timeout: 15_000 }).toBe(1)
  await phoneConnected(window)

  const talk = await bob.call('1005')
  await press(window, 'Answer')
  expect(await talk.outcome).toBe(200)
  const thief = await registered('1005')
  await wake()
  await expect(window.getByText('Another device has taken over your line.', { exact: false })).toBeVisible()
  // the call that lives is still the user's
  await bothWays(window, talk)
  await press(window, 'Hang up')
  await talk.ended
  await agrees(window, asterisk, '1005', [])
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

test('Asterisk frozen for 6 s and for 36 s, in a call and idle: told within the time, and all goes on', async ({
  phoneOf,
  besides,
  ownAsterisk,
}) => {
  test.setTimeout(180_000)
  const asterisk = await ownAsterisk()
  const window = await phoneOf(asterisk, '1001')
  const idle = await besides(asterisk, '1002')
  // what we say comes back
  await dial(window, '600')
  await hearsNow(window)
  await idle.evaluate(() => {
    const states: string[] = []
    Object.assign(globalThis, { states })
    globalThis.bridge.on('snapshot', ({ phone }) => states.push(phone.state))
  })
  const states = () => idle.evaluate(() => [...new Set((globalThis as unknown as { states: string[] }).states)])
  const frozenFor = async (ms: number, meanwhile: () => Promise<unknown>) => {
    const began = Date.now()
    asterisk.freeze()
    await meanwhile()
    await expect.poll(() => Date.now() - began, { timeout: ms + 1_000 }).toBeGreaterThanOrEqual(ms)
    asterisk.thaw()
  }
  const goesOn = async () => {
    await phoneConnected(window)
    await phoneConnected(idle)
    await expect(alarm).toContainText('Sound came back', { timeout: 20_000 })
    await hearsNow(window)
    await agrees(window, asterisk, '1001', ['up'])
    await agrees(idle, asterisk, '1002', [])
    expect([await contacts(asterisk, '1001'), await contacts(asterisk, '1002')]).toEqual([1, 1])
  }
  const alarm = window.getByRole('alertdialog', { name: 'Alarm' })
  await frozenFor(6_000, () => expect(alarm).toContainText('You hear nothing', { timeout: 10_000 }))
  await goesOn()
  // an answer that comes late is an answer
  expect((await states()).filter(state => state !== 'registered')).toEqual([])
  await alarm.getByRole('button', { name: 'OK' }).click()

  await frozenFor(36_000, () => Promise.all([lost(window), lost(idle)]))
  await goesOn()

  // from one to the other: both are really back
  await press(window, 'Hang up')
  await agrees(window, asterisk, '1001', [])
  await dial(window, '1002')
  await press(idle, 'Answer')
  await agrees(idle, asterisk, '1002', ['up'])
  await hearsNow(window)
  await hearsNow(idle)
})

test('Asterisk killed in a call and idle and begun anew, restarted in both, ended: no call is left on the screen', async ({
  phoneOf,
  ownAsterisk,
}) => {
  test.setTimeout(120_000)
  const first = await ownAsterisk()
  const relay = await startRelay(first.ws)
  const window = await phoneOf(first, '1001', { server: relay.ws })
  const talk = async () => {
    await dial(window, '600')
    await hearsNow(window)
  }
  await talk()
  await first.kill()
  await lost(window)
  expect((await snapshot(window)).calls.map(call => call.status)).toEqual(['up'])
  const second = await ownAsterisk()
  relay.lead(second.ws)
  const back = async (asterisk: Asterisk) => {
    await phoneConnected(window)
    await agrees(window, asterisk, '1001', [])
    expect(await contacts(asterisk, '1001')).toBe(1)
  }
  await back(second)

  await second.kill()
  await lost(window)
  const third = await ownAsterisk()
  relay.lead(third.ws)
  await back(third)

  await talk()
  const restarted = third.restart()
  await lost(window)
  await expect.poll(async () => (await snapshot(window)).calls).toEqual([])
  await restarted
  await back(third)

  const again = third.restart()
  await lost(window)
  await again
  await back(third)

  await talk()
  await agrees(window, third, '1001', ['up'])
  await third.stop()
  await lost(window)
  await expect.poll(async () => (await snapshot(window)).calls).toEqual([])
  await relay.close()
})
