/** Alarms, reminders, the question before leaving, the mini bar and their settings: over every state, in pictures. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Snapshot } from '../shared/snapshot.ts'
import { BIG, expect, SMALL, test } from './window-page/fixtures.ts'
import { look, sideways } from './window-page/look.ts'
import {
  alarm,
  AT,
  call,
  EARLIER,
  idle,
  inCall,
  off,
  paused,
  recording,
  seenIn,
  unknown,
  unprovable,
} from './window-page/states.ts'

const FOLDER = join(process.env['TALLYLIGHT_OUT'] ?? join(import.meta.dirname, '../out/e2e'), 'nobody-looks')
const MINI = { width: 400, height: 72 }
mkdirSync(FOLDER, { recursive: true })

const states: readonly (readonly [string, Snapshot])[] = [
  ['lost', { ...inCall(unknown), alarms: [alarm('lost')] }],
  ['lost-and-back', { ...inCall(recording), alarms: [alarm('lost', { resolved: { kind: 'recording', at: AT } })] }],
  ['pause-refused', { ...inCall(recording), alarms: [alarm('pause-refused')] }],
  ['automatic-missing', { ...inCall(off), alarms: [alarm('automatic-missing', { elsewhere: true })] }],
  ['after-the-call', { ...idle, alarms: [alarm('lost', { endedAt: AT }), alarm('pause-refused', { endedAt: AT })] }],
  [
    'reminder',
    {
      ...inCall(paused),
      reminders: [
        {
          id: 'paused:call-1',
          kind: 'paused',
          call: 'call-1',
          peer: { name: 'Marie Tremblay', number: '' },
          since: EARLIER,
        },
      ],
    },
  ],
  ['question', { ...inCall(recording), shell: { ...idle.shell, question: { leaving: 'quit', ends: true } } }],
]

for (const [name, snapshot] of states)
  for (const [language, theme] of [
    ['en', 'light'],
    ['fr', 'dark'],
  ] as const)
    test(`${name}, ${language} ${theme}: stands above the call, in ink, beside the lamp`, async ({ open }) => {
      for (const [size, label] of [
        [BIG, 'big'],
        [SMALL, 'small'],
      ] as const) {
        const { page } = await open(seenIn(snapshot, language, theme), { size })
        await page.screenshot({ path: join(FOLDER, `${name}-${language}-${theme}-${label}.png`) })
        expect(await sideways(page)).toEqual([])
        expect((await look(page)).redElsewhere).toBe(0)
        await expect(page.locator('[data-lamp]').first()).toBeInViewport()
        for (const button of await page.getByRole('alertdialog').getByRole('button').all())
          await expect(button).toBeInViewport()
      }
    })

test('an alarm is answered, and its next step pressed', async ({ open }) => {
  const window = await open({ ...inCall(unknown), alarms: [alarm('lost')] })
  const shown = window.page.getByRole('alertdialog', { name: 'Alarm' })
  await shown.getByRole('button', { name: 'Check again' }).click()
  await shown.getByRole('button', { name: 'OK' }).click()
  expect(window.asked.map(one => one.name)).toEqual(['recording:press', 'alarm:answer'])
  expect(window.askedFor('alarm:answer')).toEqual([{ alarm: 'lost:call-1' }])
})

test('the question before leaving is answered by keyboard: staying is what Enter does', async ({ open }) => {
  const window = await open({
    ...inCall(recording),
    shell: { ...idle.shell, question: { leaving: 'quit', ends: true } },
  })
  await expect(window.page.getByRole('button', { name: 'Stay in the call' })).toBeFocused()
  await window.page.keyboard.press('Enter')
  expect(window.askedFor('shell:answer')).toEqual([{ leave: false }])
})

for (const [language, theme] of [
  ['en', 'light'],
  ['fr', 'dark'],
] as const)
  test(`the mini bar holds every state, ${language} ${theme}`, async ({ open }) => {
    const wish = { want: 'pause', since: AT } as const
    const long = { peer: { name: 'Dr. Maximilienne Archambault-Villeneuve de la Durantaye', number: '+14185550142' } }
    const shown: readonly (readonly [string, Snapshot])[] = [
      ['off', inCall(off)],
      ['recording', inCall(recording)],
      ['pausing', inCall({ ...recording, wish })],
      ['paused', inCall(paused)],
      ['unknown', inCall(unknown)],
      ['unprovable', inCall(unprovable)],
      ['marked', inCall(recording, { marks: 12, ...long })],
      ['paused-marked', inCall(paused, { marks: 12 })],
      ['two-calls', { ...idle, calls: [call(recording, long), call(recording, { id: 'call-2', onHold: true })] }],
      [
        'refused',
        inCall({
          ...recording,
          refusal: { want: 'pause', reason: 'not-allowed', route: 'calld', next: null, at: AT },
        }),
      ],
      ['alarm', { ...inCall(unknown), alarms: [alarm('lost')] }],
    ]
    for (const [name, snapshot] of shown) {
      const { page } = await open(seenIn(snapshot, language, theme), { size: MINI, name: 'mini' })
      await page.screenshot({ path: join(FOLDER, `mini-${name}-${language}-${theme}.png`) })
      expect(await sideways(page)).toEqual([])
      for (const button of await page.getByRole('button').all()) {
        await expect(button).toBeInViewport({ ratio: 1 })
        const box = await button.boundingBox()
        expect(box?.height).toBeGreaterThanOrEqual(28)
        // no word of it stands out of its border
        expect(await button.evaluate(one => one.scrollWidth - one.clientWidth), name).toBeLessThanOrEqual(0)
      }
      // the word of the lamp is whole
      const cut = await page
        .locator('[data-lamp] [role=status]')
        .evaluate(word => word.scrollHeight - word.clientHeight)
      expect(cut, name).toBeLessThanOrEqual(1)
      expect((await look(page)).redElsewhere).toBe(0)
    }
  })

for (const [language, theme, heading] of [
  ['en', 'light', 'When nobody looks'],
  ['fr', 'dark', 'Quand personne ne regarde'],
] as const)
  test(`the settings for it, ${language} ${theme}`, async ({ open }) => {
    const keysRefused = ['pause'] as const
    const snapshot: Snapshot = {
      ...idle,
      settings: { ...idle.settings, keys: { ...idle.settings.keys, pause: 'Control+Alt+P' } },
      shell: { ...idle.shell, keysRefused: [...keysRefused] },
    }
    const { page } = await open(seenIn({ ...snapshot }, language, theme), { size: { width: 900, height: 1500 } })
    await page.getByRole('button', { name: language === 'en' ? 'Settings' : 'Réglages' }).click()
    await expect(page.getByRole('heading', { name: heading })).toBeVisible()
    await page.screenshot({ path: join(FOLDER, `settings-${language}-${theme}.png`) })
    expect(await sideways(page)).toEqual([])
  })

test('reminders are set at once, and what is no number is said', async ({ open }) => {
  const window = await open(idle)
  await window.page.getByRole('button', { name: 'Settings' }).click()
  const field = window.page.getByLabel('Paused for (seconds)')
  await field.fill('9999')
  await expect(window.page.getByText('A number from 0 to 3600.')).toBeVisible()
  await field.fill('120')
  await field.press('Enter')
  expect(window.askedFor('settings:change')).toEqual([{ remindPausedSeconds: 120 }])
})
