/** Pictures of the main screens for a person to look at, in the report's folder; none scrolls sideways. */
import { NO_DEVICES } from '../shared/devices.ts'
import { part, type Scene } from './window-page/scene.ts'
import { playerScenes } from './window-page/playerScenes.ts'
import { exportingScenes } from './window-page/exportingScenes.ts'
import { recordingScenes } from './window-page/recordingScenes.ts'
import { BIG, expect, SMALL, test } from './window-page/fixtures.ts'
import { sideways } from './window-page/look.ts'
import { type Answers, done, failed, type WindowPage } from './window-page/page.ts'
import {
  account,
  alarm,
  askFirst,
  AT,
  byPolicy,
  automatic,
  call,
  certificate,
  EARLIER,
  entry,
  idle,
  inCall,
  kept,
  lastCall,
  listing,
  notRecorded,
  off,
  openLibrary,
  outOfReach,
  place,
  planned,
  ready,
  paused,
  recording,
  seenIn,
  signedOut,
  unknown,
  unprovable,
} from './window-page/states.ts'
import { type AccountView } from '../shared/account.ts'
import { allFlags } from '../shared/automatic.ts'
import { NO_KEEPING } from '../shared/keeping.ts'

const paul = { name: 'Paul Roy', number: '1007' }

/** The recording of `lastCall`. */
const listed = { conversation: lastCall.conversation, peer: lastCall.peer }

const panel = ({ page }: WindowPage) => page.locator('header button[aria-haspopup=dialog]').click()

/** A user whose administrator gave him little. */
const lacking: AccountView = {
  ...account,
  capabilities: account.capabilities && { ...account.capabilities, mayRecord: false, permanentWrite: false },
}

const naming: Answers = {
  'naming:current': () => done({ template: 'user-{{ srcnum[-4:] }}-{{ dstnum }}-{{ local_time }}' }),
  'naming:try': () =>
    done({
      example: 'user-1001-1002-Thu Mar 16 140501 2017',
      tells: { srcnum: 'partly', dstnum: 'ambiguous', moment: 'known', zoneless: true },
      samples: [
        { name: 'user-0142-1042-Thu Mar 16 140501 2017.wav', kind: 'permanent', numbers: ['1042'], startedAt: AT },
        { name: 'auto-1489673101-1042-1007.wav', kind: 'on-demand', numbers: ['1042', '1007'], startedAt: AT },
        { name: 'user---Thu Mar 16 140501 2017.wav', kind: 'permanent', numbers: ['', ''], startedAt: AT },
        { name: `<b>notes</b>\u202e${'long'.repeat(20)}.wav`, kind: null, numbers: [], startedAt: null },
      ],
    }),
}

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
      phone: { state: 'lost', status: null, microphone: 'silent', silentWhy: 'denied', devices: NO_DEVICES },
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
  'ask-first': {
    snapshot: inCall(askFirst),
    go: ({ page }) => page.locator('[data-place=main]').click(),
  },
  'out-of-reach': {
    snapshot: inCall(outOfReach, { device: 'elsewhere' }),
    go: ({ page }) => page.locator('summary').last().click(),
  },
  'by-policy': { snapshot: inCall(byPolicy) },
  planned: { snapshot: inCall(planned, { status: 'ringing-out', answeredAt: null }) },
  'pressed-elsewhere': {
    snapshot: inCall(
      { ...off, refusal: { want: 'start', reason: 'pressed-elsewhere', route: null, next: null, at: AT } },
      { device: 'elsewhere' },
    ),
  },
  'not-allowed': {
    snapshot: {
      ...inCall({ ...off, main: place('start', 'record', 'not-allowed'), route: null }),
      stage: ready({ capabilities: account.capabilities && { ...account.capabilities, mayRecord: false } }),
    },
  },
  'pause-refused': {
    snapshot: inCall({
      ...recording,
      refusal: { want: 'pause', reason: 'not-allowed', route: 'calld', next: null, at: AT },
    }),
  },
  'two-calls': {
    snapshot: {
      ...idle,
      calls: [call(off), call(recording, { id: 'call-2', onHold: true, peer: paul })],
    },
  },
  'call-beside': {
    snapshot: {
      ...idle,
      recentCalls: [lastCall],
      calls: [
        call(recording),
        call(off, { id: 'call-2', onHold: true, peer: paul }),
        call(off, { id: 'call-3', onHold: true, peer: { name: '', number: '600' } }),
      ],
    },
    go: async ({ page }) => {
      await page.getByText(/^(Call somebody else|Appeler quelqu'un d'autre)$/).click()
      await page.getByRole('textbox', { name: /^(Number|Numéro)$/ }).fill('1043')
    },
  },
  'call-again': {
    snapshot: { ...idle, recentCalls: [lastCall, { ...lastCall, id: 'call-0', outgoing: false, end: 'elsewhere' }] },
    go: ({ page }) => page.getByRole('textbox', { name: /^(Number|Numéro)$/ }).press('Enter'),
  },
  'settings-links': {
    snapshot: idle,
    go: async window => {
      await part(window, 2)
      await window.page
        .getByRole('heading', { name: /Numbers on web pages|Numéros des pages/ })
        .scrollIntoViewIfNeeded()
    },
  },
  'ringing-while-talking': {
    snapshot: {
      ...idle,
      calls: [
        call(recording),
        call(
          { ...off, proof: { kind: 'unknown', why: 'not-read', last: null } },
          { id: 'call-2', status: 'ringing-in', outgoing: false, answeredAt: null, peer: paul },
        ),
      ],
    },
  },
  'on-hold': { snapshot: inCall(recording, { onHold: true }) },
  'transfer-open': {
    snapshot: inCall(recording),
    go: async ({ page }) => {
      await page.getByRole('button', { name: /^(Transfer|Transférer)$/ }).click()
      await page.getByRole('form').getByRole('textbox').fill('1043')
    },
  },
  'transfer-asks': {
    snapshot: {
      ...idle,
      calls: [call(recording, { onHold: true }), call(off, { id: 'call-2', consultFor: 'call-1', peer: paul })],
    },
  },
  'transfer-failed': {
    snapshot: inCall(recording, { transfer: { kind: 'blind', to: '1043', state: 'failed', status: 486 } }),
  },
  companion: {
    snapshot: {
      ...inCall(recording, {
        device: 'elsewhere',
        can: { answer: false, hold: false, mute: true, keypad: true, transfer: true },
      }),
      stage: { stage: 'ready', account: { ...account, use: 'companion', phonePossible: false } },
      phone: { state: 'off', status: null, microphone: 'unused', silentWhy: null, devices: NO_DEVICES },
    },
  },
  keypad: {
    snapshot: inCall(recording, { muted: true }),
    go: ({ page }) => page.locator('button[aria-controls]').first().click(),
  },
  ended: {
    snapshot: { ...idle, lastCall, recentCalls: [lastCall] },
    answers: listing([entry(0, listed)]),
    go: ({ page }) => page.getByRole('main').locator('[data-outcome] [data-kind=main]').waitFor(),
  },
  'ended-finishing': {
    snapshot: {
      ...idle,
      lastCall: {
        ...lastCall,
        timeline: [
          { fromMs: 0, toMs: 100_000, kind: 'recorded' },
          { fromMs: 100_000, toMs: 150_000, kind: 'not-known' },
          { fromMs: 150_000, toMs: 210_000, kind: 'paused' },
          { fromMs: 210_000, toMs: 300_000, kind: 'not-recorded' },
          { fromMs: 300_000, toMs: 340_000, kind: 'recorded' },
        ],
        recordedMs: 140_000,
      },
    },
  },
  'ended-not-recorded': {
    snapshot: { ...idle, lastCall: notRecorded, recentCalls: [notRecorded] },
    go: ({ page }) => page.locator('[data-outcome] summary').click(),
  },
  'ended-refused-record': {
    snapshot: {
      ...idle,
      lastCall: {
        ...notRecorded,
        outgoing: false,
        due: 'yes',
        timeline: [
          { fromMs: 0, toMs: 200_000, kind: 'not-recorded' },
          { fromMs: 200_000, toMs: 240_000, kind: 'not-known' },
          { fromMs: 240_000, toMs: 340_000, kind: 'not-recorded' },
        ],
        asked: {
          at: EARLIER,
          route: 'rfc4733',
          refusal: { want: 'start', reason: 'nothing-happened', route: 'rfc4733', next: null, at: EARLIER },
        },
      },
    },
    go: ({ page }) => page.locator('[data-outcome] summary').click(),
  },
  'last-calls': {
    snapshot: {
      ...idle,
      lastCall: {
        ...lastCall,
        id: 'missed',
        outgoing: false,
        end: 'not-answered',
        callMs: 0,
        timeline: [],
        recordedMs: 0,
      },
      recentCalls: [
        { ...lastCall, id: 'missed', outgoing: false, end: 'not-answered', callMs: 0, timeline: [], recordedMs: 0 },
        lastCall,
        { ...notRecorded, id: 'call-3', peer: { name: '', number: '1043' } },
        { ...lastCall, id: 'call-4', peer: { name: 'Anne-Charlotte de la Rochefoucauld-Montmorency', number: '1007' } },
        { ...lastCall, id: 'call-5', end: 'declined', outgoing: false, callMs: 0, timeline: [], recordedMs: 0 },
      ],
    },
  },
  ...recordingScenes,
  ...playerScenes,
  ...exportingScenes,
  settings: { snapshot: idle, go: window => part(window, 2) },
  'folder-names': {
    snapshot: { ...idle, stage: { stage: 'ready', account: { ...account, kind: 'asterisk', folder: 'monitor' } } },
    answers: naming,
    go: async window => {
      await part(window, 2)
      await window.page.locator('summary').last().click()
      await window.page.clock.runFor(500)
      await window.page.getByRole('listitem').last().scrollIntoViewIfNeeded()
    },
  },
  'folder-rate': {
    rare: true,
    snapshot: { ...idle, stage: { stage: 'ready', account: { ...account, kind: 'asterisk', folder: 'monitor' } } },
    answers: naming,
    go: async window => {
      await part(window, 2)
      await window.page.locator('summary').last().click()
      await window.page.clock.runFor(500)
      await window.page.locator('details').getByRole('combobox').scrollIntoViewIfNeeded()
    },
  },
  'folder-names-refused': {
    snapshot: { ...idle, stage: { stage: 'ready', account: { ...account, kind: 'asterisk', folder: 'monitor' } } },
    answers: {
      ...naming,
      'naming:try': () => failed('template-unsupported', { subject: '{{ srcnum.constructor() }}' }),
    },
    go: async window => {
      await part(window, 2)
      await window.page.locator('summary').last().click()
      const field = window.page.locator('details').getByRole('textbox')
      await field.evaluate(input => {
        const clipboardData = new DataTransfer()
        clipboardData.setData(
          'text/plain',
          'call-recording:\n  filename_template: "{{ srcnum.constructor() }}"\n  filename_extension: gsm\n',
        )
        input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
      })
      await window.page.clock.runFor(500)
      await field.scrollIntoViewIfNeeded()
    },
  },
  'phone-troubles': {
    snapshot: {
      ...inCall(off, {
        audio: { quality: 'deaf', heard: 0, spoken: 0.1, rttMs: 812, jitterMs: 61, lossIn: 0.12, lossOut: 0.004 },
      }),
      phone: { ...idle.phone, state: 'taken' },
      alarms: [alarm('no-audio')],
      shell: {
        ...idle.shell,
        slept: { from: EARLIER - 3_600_000, to: EARLIER, calls: [{ name: 'Paul Roy', number: '1043' }], left: [] },
      },
    },
    go: ({ page }) =>
      page
        .locator('summary')
        .filter({ hasText: /Details|Détails/ })
        .click(),
  },
  'phone-stopped': {
    rare: true,
    snapshot: {
      ...inCall(
        { ...unknown, main: place('start', 'record', 'no-route'), route: null },
        {
          device: 'stopped',
          audio: null,
          can: { answer: false, hold: false, mute: false, keypad: false, transfer: false },
        },
      ),
      alarms: [alarm('phone-stopped')],
    },
  },
  'phone-refused': {
    rare: true,
    snapshot: { ...idle, phone: { ...idle.phone, state: 'refused', status: 403 } },
  },
  'folder-part-unreadable': {
    rare: true,
    snapshot: {
      ...idle,
      library: {
        ...openLibrary,
        folder: { ...openLibrary.callLog, failure: { code: 'folder-part-unreadable' } },
      },
    },
    answers: { ...listing([entry(1), entry(2)]) },
    go: window => part(window, 1),
  },
  'settings-sound': {
    snapshot: {
      ...idle,
      phone: {
        ...idle.phone,
        devices: {
          inputs: [{ id: 'a', label: 'Built-in Audio Analog Stereo' }],
          outputs: [{ id: 'b', label: `A loudspeaker whose name ${'never ends '.repeat(8)}` }],
          noMicrophone: false,
          missing: ['microphone'],
        },
      },
      settings: {
        ...idle.settings,
        devices: { microphone: { id: 'c', label: 'Headset (0b0e:0300)' }, speaker: null, ringer: null },
      },
    },
    go: async window => {
      await part(window, 2)
      await window.page.getByRole('button', { name: /Try the microphone|Essayer le microphone/ }).click()
      await window.tell('audio:level', { level: 0.6, why: null })
      await window.page.getByRole('meter').scrollIntoViewIfNeeded()
    },
  },
  keeping: {
    snapshot: { ...idle, keeping: kept },
    go: async window => {
      await part(window, 2)
      await window.page.locator('#keeping-title').evaluate(title => title.scrollIntoView())
      await window.page.locator('section[aria-labelledby=keeping-title] summary').click()
    },
  },
  'keeping-less': {
    rare: true,
    snapshot: { ...idle, keeping: { ...kept, work: 'idle', left: 0 } },
    answers: { 'keeping:wouldRemove': () => done({ copies: 120, bytes: 1_200_000_000, last: 3 }) },
    go: async window => {
      await part(window, 2)
      const card = window.page.locator('section[aria-labelledby=keeping-title]')
      await card.locator('select').first().selectOption('off')
      await card.locator('[role=group]').waitFor()
      await window.page.locator('#keeping-title').evaluate(title => title.scrollIntoView())
    },
  },
  'keeping-passphrase': {
    snapshot: {
      ...idle,
      keeping: { ...kept, guard: 'passphrase', sealedNames: true, work: 'full', left: 0, damaged: 1 },
    },
    go: async window => {
      await part(window, 2)
      const card = window.page.locator('section[aria-labelledby=keeping-title]')
      await card.getByRole('button', { name: /^(Change|Changer)/ }).click()
      await card.locator('input[type=password]').last().fill('not the same')
      await card.getByRole('button', { name: /^(Erase|Effacer)/ }).click()
      await card.locator('h3').evaluate(title => title.scrollIntoView())
    },
  },
  'keeping-closed': {
    snapshot: { ...idle, keeping: { ...NO_KEEPING, state: 'closed' } },
    go: async window => {
      await part(window, 2)
      await window.page.locator('#keeping-title').evaluate(title => title.scrollIntoView())
    },
  },
  'keeping-lost': {
    snapshot: { ...idle, keeping: { ...kept, state: 'lost', work: 'off' } },
    go: async window => {
      await part(window, 2)
      await window.page.locator('#keeping-title').evaluate(title => title.scrollIntoView())
    },
  },
  'keeping-locked': {
    snapshot: { ...idle, keeping: { ...kept, state: 'locked', guard: 'passphrase', work: 'off' } },
    answers: { 'keeping:unlock': () => failed('passphrase-wrong') },
    go: async window => {
      await part(window, 2)
      const card = window.page.locator('section[aria-labelledby=keeping-title]')
      await card.locator('input[type=password]').fill('wrong')
      await window.page.keyboard.press('Enter')
      await card.getByRole('alert').waitFor()
      await window.page.locator('#keeping-title').evaluate(title => title.scrollIntoView())
    },
  },
  automatic: {
    snapshot: { ...inCall(recording), automatic: { ...automatic, wish: { incomingExternal: true } } },
    go: panel,
  },
  'automatic-code': {
    snapshot: { ...idle, automatic: { ...automatic, means: 'code', codeBy: 'server' } },
    go: panel,
  },
  'automatic-one': {
    snapshot: {
      ...idle,
      automatic: {
        ...automatic,
        grid: 'one',
        proof: { kind: 'known', flags: allFlags(true), at: AT },
        undo: { to: allFlags(false), at: AT - 60_000 },
        changedAt: AT,
        settling: true,
      },
    },
    go: panel,
  },
  'automatic-in-call': {
    snapshot: {
      ...inCall(off),
      automatic: {
        ...automatic,
        changedAt: AT,
        settling: true,
        undo: { to: allFlags(false), at: AT - 60_000 },
        elsewhere: { from: allFlags(true), at: AT - 30_000 },
      },
    },
    go: panel,
  },
  'automatic-due': {
    snapshot: inCall(
      { ...off, proof: { kind: 'unknown', why: 'not-read', last: null } },
      {
        status: 'ringing-in',
        outgoing: false,
        answeredAt: null,
        automatic: { due: 'yes', why: ['incomingExternal'], missing: false },
      },
    ),
  },
  'automatic-missing': {
    snapshot: inCall(off, {
      outgoing: false,
      zone: 'inside',
      automatic: { due: 'yes', why: ['incomingInternal'], missing: true },
    }),
  },
  'choose-without-right': {
    snapshot: { ...idle, stage: { stage: 'choosing', account: lacking } },
    go: ({ page }) => page.locator('button[aria-expanded=false]').first().click(),
  },
  'self-grant': {
    snapshot: {
      ...idle,
      stage: { stage: 'ready', account: lacking },
      selfGrant: { offered: true, grantedAt: null, settling: false },
    },
    go: async window => {
      await part(window, 2)
      await window.page
        .getByRole('button', { name: /\.\.\.$/ })
        .last()
        .click()
    },
  },
  'policy-broken': {
    snapshot: {
      ...idle,
      stage: { stage: 'ready', account: lacking },
      selfGrant: { offered: true, grantedAt: null, settling: false },
      policy: { selfGrant: 'locked', problem: 'no-json' },
    },
    go: async window => {
      await part(window, 2)
      await window.page.getByRole('button', { name: /admin/i }).last().scrollIntoViewIfNeeded()
    },
  },
  'test-recording': {
    snapshot: {
      ...idle,
      settings: { ...idle.settings, guide: 'open' },
      guide: { called: true, recorded: true, listed: false },
    },
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

/** Where a line is soonest too long; all eight take minutes, and are for who wants to look. */
const usual = ['fr dark small']
const all = process.env['TALLYLIGHT_PICTURES'] === 'all'
/** Only scenes whose name this expression finds. */
const wanted = process.env['TALLYLIGHT_SCENES'] ?? ''
const named = new RegExp(wanted)

for (const language of ['en', 'fr'] as const) {
  for (const theme of ['light', 'dark'] as const) {
    for (const [size, viewport] of Object.entries({ big: BIG, small: SMALL })) {
      const title = `${language} ${theme} ${size}`
      if (!all && !usual.includes(title)) continue
      test(title, async ({ open }, info) => {
        // one page after the other
        test.setTimeout(Object.keys(scenes).length * 10_000)
        for (const [name, { snapshot, answers = {}, sound = false, rare = false, go }] of Object.entries(scenes)) {
          if (!named.test(name) || (rare && !all && wanted === '')) continue
          const window = await open(seenIn(snapshot, language, theme), { answers, size: viewport, still: true, sound })
          await go?.(window)
          expect(await sideways(window.page), name).toEqual([])
          await window.page.screenshot({ path: info.outputPath(`${name}.png`) })
          await window.page.close()
        }
      })
    }
  }
}
