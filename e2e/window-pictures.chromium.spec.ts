/** Pictures of the main screens for a person to look at, in the report's folder; none scrolls sideways. */
import { BIG, expect, SMALL, test } from './window-page/fixtures.ts'
import { sideways } from './window-page/look.ts'
import { type Answers, done, failed, type WindowPage } from './window-page/page.ts'
import {
  account,
  AT,
  automatic,
  call,
  certificate,
  entry,
  idle,
  inCall,
  off,
  paused,
  recording,
  seenIn,
  signedOut,
  unknown,
  unplayable,
  unprovable,
} from './window-page/states.ts'
import { type Snapshot } from '../shared/snapshot.ts'

interface Scene {
  readonly snapshot: Snapshot
  readonly answers?: Answers
  readonly go?: (window: WindowPage) => Promise<void>
}

const part = ({ page }: WindowPage, index: number) =>
  page.getByRole('navigation').getByRole('button').nth(index).click()

const scenes: Readonly<Record<string, Scene>> = {
  'sign-in': { snapshot: { ...idle, stage: signedOut({ reason: { code: 'session-over' } }) } },
  certificate: {
    snapshot: { ...idle, stage: signedOut() },
    answers: { 'pair:wazo': () => failed('certificate-untrusted', { certificate }) },
    go: async ({ page }) => {
      await page.locator('input[type=password]').fill('secret')
      await page.keyboard.press('Enter')
      await page.locator('dl').waitFor()
    },
  },
  asterisk: {
    snapshot: { ...idle, stage: signedOut({ folder: 'monitor' }) },
    go: async ({ page }) => {
      await page.getByRole('button', { name: 'Asterisk' }).click()
      await page.locator('summary').click()
    },
  },
  choose: { snapshot: { ...idle, stage: { stage: 'choosing', account } } },
  idle: { snapshot: idle },
  troubles: {
    snapshot: {
      ...idle,
      link: { state: 'retrying', since: AT },
      phone: { state: 'lost', status: null, microphone: 'silent', silentWhy: 'denied' },
      callFailure: { failure: { code: 'call-busy', status: 486 }, number: '1043', at: AT },
    },
  },
  ringing: {
    snapshot: inCall(
      { ...off, proof: { kind: 'unknown', why: 'not-read', last: null } },
      { status: 'ringing-in', outgoing: false, answeredAt: null },
    ),
  },
  off: { snapshot: inCall(off) },
  recording: { snapshot: inCall(recording) },
  paused: { snapshot: inCall(paused) },
  unknown: { snapshot: inCall(unknown) },
  unprovable: { snapshot: inCall(unprovable) },
  'pause-refused': {
    snapshot: inCall({
      ...recording,
      refusal: { want: 'pause', reason: 'not-allowed', route: 'calld', next: null, at: AT },
    }),
  },
  'two-calls': {
    snapshot: {
      ...idle,
      calls: [call(off), call(recording, { id: 'call-2', onHold: true, peer: { name: 'Paul Roy', number: '1007' } })],
    },
  },
  keypad: {
    snapshot: inCall(recording, { muted: true }),
    go: ({ page }) => page.locator('button[aria-controls]').click(),
  },
  ended: {
    snapshot: {
      ...idle,
      lastCall: {
        peer: { name: 'Marie Tremblay', number: '+14185550142' },
        endedAt: AT,
        callMs: 340_000,
        recordedMs: 252_000,
        recordedFromMs: 88_000,
        pauses: 1,
        provable: true,
        failure: null,
      },
    },
  },
  recordings: {
    snapshot: idle,
    answers: {
      'recordings:list': () =>
        done({
          entries: [...Array.from({ length: 9 }, (_, index) => entry(index)), unplayable(10, 'growing')],
          next: 'more',
          unread: 1,
        }),
    },
    go: async window => {
      await part(window, 1)
      await window.page.getByRole('main').getByRole('listitem').first().waitFor()
    },
  },
  settings: { snapshot: idle, go: window => part(window, 2) },
  automatic: {
    snapshot: { ...inCall(recording), automatic: { ...automatic, wish: { incomingExternal: true } } },
    go: ({ page }) => page.locator('header button[aria-haspopup=dialog]').click(),
  },
  fault: {
    snapshot: inCall(recording),
    go: async window => {
      await window.show({ calls: [call({ ...off, proof: { kind: 'off', since: AT, at: Number.MAX_VALUE } })] })
      await window.page.getByRole('alert').waitFor()
      window.complaints.splice(0)
    },
  },
}

for (const language of ['en', 'fr'] as const) {
  for (const theme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries({ big: BIG, small: SMALL })) {
      test(`${language} ${theme} ${size}`, async ({ open }, info) => {
        for (const [name, { snapshot, answers = {}, go }] of Object.entries(scenes)) {
          const window = await open(seenIn(snapshot, language, theme), { answers, size: viewport, still: true })
          await go?.(window)
          expect(await sideways(window.page), name).toEqual([])
          await window.page.screenshot({ path: info.outputPath(`${name}.png`) })
          await window.page.close()
        }
      })
    }
  }
}
