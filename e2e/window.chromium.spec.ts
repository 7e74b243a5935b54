/** The built window in the engine of today's Electron: what the lamp claims, what a press sends, and the keyboard. */
import { type RecordingView } from '../shared/recording/view.ts'
import { type Snapshot } from '../shared/snapshot.ts'
import { expect, test } from './window-page/fixtures.ts'
import { focus, look } from './window-page/look.ts'
import { done, later, type WindowPage } from './window-page/page.ts'
import {
  AT,
  automatic,
  call,
  EARLIER,
  idle,
  inCall,
  off,
  paused,
  place,
  recording,
  seenIn,
  unknown,
  unprovable,
} from './window-page/states.ts'

type Proof = RecordingView['proof']
type Want = NonNullable<RecordingView['wish']>['want']
type Refusal = NonNullable<RecordingView['refusal']>

const PROOFS: readonly Proof[] = [
  off.proof,
  recording.proof,
  paused.proof,
  unprovable.proof,
  { kind: 'unknown', why: 'not-read', last: null },
  { kind: 'unknown', why: 'stuck-file', last: null },
  { kind: 'unknown', why: 'unclaimed-file', last: null },
  { kind: 'unknown', why: 'no-answer', last: { kind: 'off', at: EARLIER } },
  { kind: 'unknown', why: 'no-answer', last: { kind: 'recording', at: EARLIER } },
  { kind: 'unknown', why: 'no-answer', last: { kind: 'paused', at: EARLIER } },
]
const WANTS: readonly Want[] = ['start', 'pause', 'resume', 'stop']
const refusal = (want: Want, reason: Refusal['reason'], next: Refusal['next'] = null): Refusal => ({
  want,
  reason,
  route: 'calld',
  next,
  at: AT,
})
const REFUSALS: readonly (Refusal | null)[] = [
  null,
  refusal('start', 'nothing-happened'),
  refusal('pause', 'not-allowed'),
  refusal('resume', 'not-offered', 'rfc4733'),
  refusal('stop', 'server-trouble'),
]
const STATES: readonly RecordingView[] = PROOFS.flatMap(proof =>
  [null, ...WANTS].flatMap(want =>
    REFUSALS.map(refused => ({
      ...recording,
      proof,
      wish: want === null ? null : { want, since: AT },
      refusal: refused,
    })),
  ),
)

test.describe('the red disc is there for a proven recording, and for nothing else', () => {
  for (const language of ['en', 'fr'] as const) {
    for (const theme of ['light', 'dark'] as const) {
      test(`${language}, ${theme}`, async ({ open }) => {
        const window = await open(seenIn(idle, language, theme))
        const token = await window.page.evaluate(() =>
          getComputedStyle(document.documentElement).getPropertyValue('--tally-red').trim(),
        )
        expect(token).toBe(theme === 'light' ? '#c8102e' : '#ff5a63')
        expect(STATES.length).toBeGreaterThan(200)
        const wrong: unknown[] = []
        for (const state of STATES) {
          await window.show({ calls: [call(state)] })
          const { lamp, disc, red, word, redElsewhere } = await look(window.page)
          const proven = state.proof.kind === 'recording'
          const right = lamp === state.proof.kind && disc === proven && red === proven && redElsewhere === 0
          if (!right || word === '') wrong.push([state, lamp, disc, red, word, redElsewhere])
        }
        expect(wrong).toEqual([])
      })
    }
  }

  test('with no call, one that rings, and the call to the code', async ({ open }) => {
    const window = await open(idle)
    const shown = async (change: Partial<Snapshot>) => {
      await window.show(change)
      const { lamp, disc, red, word, redElsewhere } = await look(window.page)
      return { lamp, red: disc || red || redElsewhere > 0, word }
    }
    const unread: RecordingView = { ...off, proof: { kind: 'unknown', why: 'not-read', last: null } }
    expect(await shown({ calls: [] })).toEqual({ lamp: 'none', red: false, word: 'No call' })
    expect(await shown({ calls: [call(unread, { status: 'ringing-in', answeredAt: null })] })).toEqual({
      lamp: 'none',
      red: false,
      word: 'Incoming call',
    })
    expect(await shown({ calls: [call(recording, { isCode: true })] })).toMatchObject({ lamp: 'none', red: false })
    // a recording behind the call being spoken is told in words; the lamp is this call's
    const behind = call(recording, { id: 'call-2', onHold: true, peer: { name: 'Paul Roy', number: '1007' } })
    expect(await shown({ calls: [call(off), behind] })).toMatchObject({ lamp: 'off', red: false })
    await expect(window.page.getByText('Still recording')).toBeVisible()
  })
})

test('the main states have their words', async ({ open }) => {
  const wish = (of: RecordingView, want: Want): RecordingView => ({ ...of, wish: { want, since: AT } })
  const words: readonly (readonly [RecordingView, string, string])[] = [
    [off, 'You are not recording', "Vous n'enregistrez pas"],
    [recording, 'Recording', 'Enregistrement en cours'],
    [paused, 'Paused: you are not recording', "En pause\u00a0: vous n'enregistrez pas"],
    [wish(off, 'start'), 'Starting... not recording yet', 'Démarrage... pas encore enregistré'],
    [wish(paused, 'resume'), 'Resuming... not recording yet', 'Reprise... pas encore enregistré'],
    [wish(recording, 'pause'), 'Pausing... still recording', 'Mise en pause... enregistre encore'],
    [wish(recording, 'stop'), 'Stopping... still recording', 'Arrêt... enregistre encore'],
    [unknown, "Can't tell. Last seen recording at 14:05:12", 'État inconnu. Vu en enregistrement à 14:05:12'],
    [
      unprovable,
      '*3 sent at 14:05:12. This server cannot confirm it',
      '*3 envoyé à 14:05:12. Ce serveur ne peut pas le confirmer',
    ],
  ]
  const window = await open(idle)
  const word = window.page.locator('[data-lamp] [role=status]')
  for (const [state, english, french] of words) {
    await window.show(seenIn(inCall(state), 'en'))
    await expect(word).toHaveText(english)
    await window.show(seenIn(inCall(state), 'fr'))
    await expect(word).toHaveText(french)
  }
  await window.show(seenIn(inCall({ ...recording, refusal: refusal('pause', 'not-allowed') }), 'en'))
  await expect(window.page.getByRole('alert')).toHaveText(
    'Still recording: pausing is not allowed. Do not take card details now',
  )
  await window.show(seenIn(inCall({ ...off, refusal: refusal('start', 'nothing-happened') }), 'en'))
  await expect(window.page.getByRole('alert')).toHaveText('Recording did not start; the server gave no reason')
})

/** A press as the hand makes it, whatever the place says of itself. */
async function press({ page }: WindowPage, which: 'main' | 'stop', times = 1): Promise<void> {
  const box = await page.locator(`[data-place=${which}]`).boundingBox()
  if (box === null) throw new Error(`there is no place ${which}`)
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2, { clickCount: times })
}

test('a place whose label changed is inert until it settles, by the clock of the page', async ({ open }) => {
  const window = await open(idle, { still: true })
  const settling = { ...recording, main: place('pause', 'pause', 'settling'), stop: place('stop', 'stop', 'settling') }
  await window.show(inCall({ ...settling, settlesIn: 800 }))
  const places = window.page.locator('[data-place]')
  await expect(places).toHaveText(['Pause', 'Stop recording'])
  await window.page.clock.runFor(799)
  await press(window, 'main')
  await press(window, 'stop')
  for (const each of await places.all()) await expect(each).toBeDisabled()
  expect(window.askedFor('recording:press')).toEqual([])
  await window.page.clock.runFor(1)
  for (const each of await places.all()) await expect(each).toBeEnabled()
  await press(window, 'main')
  await press(window, 'stop')
  expect(window.askedFor('recording:press')).toEqual([
    { call: 'call-1', press: 'pause', asked: false },
    { call: 'call-1', press: 'stop', asked: false },
  ])
})

test('a barred place takes no press, says why, and stays in reach', async ({ open }) => {
  const window = await open(inCall())
  const reasons = {
    'wish-open': 'Waiting for the server to confirm',
    'not-allowed': 'You are not allowed to record calls yourself. Ask your administrator',
    'no-bridge': 'Possible once connected',
    'no-route': 'Nothing here reaches this call. Press *3 on your phone',
    'cannot-pause': 'This server can start and stop, not pause',
    'cannot-stop': 'This server can pause here, not stop',
    'not-now': 'Checking...',
  } as const
  for (const [barred, reason] of Object.entries(reasons) as [keyof typeof reasons, string][]) {
    await window.show(inCall({ ...recording, main: place('pause', 'pause', barred) }))
    const main = window.page.locator('[data-place=main]')
    await expect(main).toBeDisabled()
    await expect(main).toHaveAccessibleDescription(reason)
    await press(window, 'main')
    await main.focus()
    await expect(main).toBeFocused()
    await window.page.keyboard.press('Enter')
    await window.page.keyboard.press('Space')
  }
  expect(window.asked).toEqual([])
})

test('each place sends its own press, once', async ({ open }) => {
  const window = await open(inCall())
  const shown = [off, recording, paused, unknown, unprovable, { ...off, main: place('start', 'record-again') }]
  for (const state of shown) {
    await window.show(inCall(state))
    for (const [which, expected] of [
      ['main', state.main],
      ['stop', state.stop],
    ] as const) {
      if (expected === null) {
        await expect(window.page.locator(`[data-place=${which}]`)).toHaveCount(0)
        continue
      }
      const before = window.asked.length
      await expect(window.page.locator(`[data-place=${which}]`)).toBeEnabled()
      await press(window, which)
      const sent = { name: 'recording:press', argument: { call: 'call-1', press: expected.press, asked: false } }
      await expect.poll(() => window.asked.slice(before)).toEqual([sent])
    }
  }
})

test('a double click on Record is one press, and never lands on Pause', async ({ open }) => {
  const answered = later<undefined>()
  const window = await open(inCall(), {
    still: true,
    answers: { 'recording:press': () => answered.outcome },
  })
  const start = { call: 'call-1', press: 'start', asked: false }
  await press(window, 'main', 2)
  await expect.poll(() => window.askedFor('recording:press')).toEqual([start])
  answered.settle(done(undefined))
  await window.show(inCall({ ...recording, settlesIn: 800 }))
  await expect(window.page.locator('[data-place=main]')).toHaveText('Pause')
  await press(window, 'main', 2)
  await window.page.clock.runFor(800)
  await expect(window.page.locator('[data-place=main]')).toBeEnabled()
  expect(window.askedFor('recording:press')).toEqual([start])
})

test('Tab reaches all of a call in order, and shows where it is', async ({ open }) => {
  const { page } = await open(inCall(recording))
  const stops: string[] = []
  while (stops.length < 14) {
    await page.keyboard.press('Tab')
    const { name, visible } = await focus(page)
    expect(visible, `the focus shows on ${name}`).toBe(true)
    stops.push(name)
  }
  expect(stops).toEqual([
    'Change',
    'Calls',
    'Recordings',
    'Settings',
    'Pause',
    'Stop recording',
    'Mark',
    'Mute',
    'Hold',
    'Keypad',
    'Transfer',
    'Hang up',
    'Details',
    'Call somebody else',
  ])
})

test('a call is answered, muted, keyed and ended without a mouse', async ({ open }) => {
  const window = await open(inCall(off, { status: 'ringing-in', answeredAt: null }))
  const { page } = window
  await page.getByRole('button', { name: 'Answer', exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => window.askedFor('call:answer')).toEqual([{ call: 'call-1', record: false }])
  await window.show(inCall(recording))
  await page.getByRole('button', { name: 'Mute' }).focus()
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Keypad' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Key 5' }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('7')
  await page.keyboard.press('#')
  await expect(page.getByLabel('Sent')).toHaveText('57#')
  await page.getByRole('button', { name: 'Hang up' }).focus()
  await page.keyboard.press('Enter')
  await expect
    .poll(() => window.asked.slice(1))
    .toEqual([
      { name: 'call:mute', argument: { call: 'call-1', on: true } },
      ...['5', '7', '#'].map(digits => ({ name: 'call:digits', argument: { call: 'call-1', digits } })),
      { name: 'call:hangUp', argument: { call: 'call-1' } },
    ])
})

test('of two calls one has the card; the other is a line from which one switches', async ({ open }) => {
  const marie = call(recording, { onHold: true, hold: 'held' })
  const paul = call(off, { id: 'call-2', peer: { name: 'Paul Roy', number: '1007' } })
  const window = await open({ ...inCall(off), calls: [marie, paul] })
  const { page } = window
  await expect(page.getByRole('heading', { name: 'Paul Roy' })).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Marie Tremblay' })).toHaveCount(0)
  await expect(page.locator('[data-lamp]')).toHaveAttribute('data-lamp', 'off')
  await page.getByRole('button', { name: 'Switch to Marie Tremblay' }).click()
  await expect.poll(() => window.askedFor('call:hold')).toEqual([{ call: 'call-1', on: false }])
  // pressed, and nothing is proven yet
  await window.show({
    calls: [
      { ...marie, onHold: false, hold: 'resuming', spokenAt: marie.startedAt + 1e6 },
      { ...paul, onHold: true, hold: 'holding' },
    ],
  })
  await expect(page.getByRole('heading', { name: 'Marie Tremblay' })).toBeVisible()
  await expect(page.locator('[data-lamp]')).toHaveAttribute('data-lamp', 'recording')
  await expect(page.getByText('On hold: \u2068Paul Roy\u2069.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Hold' })).toHaveAttribute('aria-disabled', 'true')
})

test('a transfer says what becomes of the recording before any press, and Enter is none', async ({ open }) => {
  const window = await open(inCall(recording))
  const { page } = window
  await page.getByRole('button', { name: 'Transfer' }).click()
  await expect(page.getByText('Your recording ends when the call is passed on.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Transfer now' })).toHaveAttribute('aria-disabled', 'true')
  await page.getByLabel('To').fill(' 1043 ')
  await page.keyboard.press('Enter')
  await window.show(inCall(recording, { recordingAfterTransfer: 'may-go-on' }))
  await expect(page.getByText('The recording may go on without you.')).toBeVisible()
  await page.getByRole('button', { name: 'Ask first' }).click()
  await expect
    .poll(() => window.askedFor('call:transfer'))
    .toEqual([{ call: 'call-1', number: '1043', kind: 'attended' }])
  await expect(page.getByLabel('To')).toHaveCount(0)
  await window.show(inCall(off, { transfer: { kind: 'blind', to: '1043', state: 'failed', status: 486 } }))
  await expect(page.getByRole('alert')).toContainText('it is still yours. The line is busy.')
})

test('Escape closes the panel, and the focus goes back', async ({ open }) => {
  const window = await open(inCall(recording))
  const change = window.page.getByRole('button', { name: 'Change' })
  await change.focus()
  await window.page.keyboard.press('Enter')
  const panel = window.page.getByRole('dialog', { name: /Automatic recording/ })
  await expect(panel).toBeVisible()
  await expect(window.page.locator('[data-lamp=recording]')).toBeVisible()
  const flag = panel.getByRole('switch', { name: 'Incoming calls, Outside' })
  await flag.focus()
  await window.page.keyboard.press('Space')
  await expect.poll(() => window.askedFor('automatic:set')).toEqual([{ incomingExternal: true }])
  await window.show({ automatic: { ...automatic, wish: { incomingExternal: true } } })
  await expect(flag).toHaveAttribute('aria-busy', 'true')
  await expect(flag).not.toBeChecked()
  await window.page.keyboard.press('Escape')
  await expect(panel).toHaveCount(0)
  await expect(change).toBeFocused()
})

test('a screen reader hears each change of the lamp, from one region that stays', async ({ open }) => {
  const window = await open(inCall(off))
  const region = window.page.getByRole('group', { name: 'Recording state' }).getByRole('status')
  await expect(region).toHaveAttribute('aria-live', 'polite')
  await expect(region).toHaveAttribute('aria-atomic', 'true')
  // a region that is put there anew is not announced, so it must be the same one
  const first = await region.elementHandle()
  for (const [state, word] of [
    [recording, 'Recording'],
    [paused, 'Paused: you are not recording'],
    [{ ...off, proof: { kind: 'unknown', why: 'no-answer', last: null } }, "Can't tell"],
    [off, 'You are not recording'],
  ] as const) {
    await window.show(inCall(state))
    await expect(region).toHaveText(word)
    expect(await first?.evaluate(node => [node.isConnected, node.textContent])).toEqual([true, word])
    await expect(window.page).toHaveTitle(`${word} · Marie Tremblay - Tallylight`)
  }
})

test.describe('a fault of ours', () => {
  for (const [language, title, again] of [
    ['en', 'This window has stopped', 'Open it again'],
    ['fr', "Cette fenêtre s'est arrêtée", 'La rouvrir'],
    ['fr-CA', "Cette fenêtre s'est arrêtée", 'La rouvrir'],
  ] as const) {
    test(`leaves no claim, says so, and is got over: ${language}`, async ({ open }) => {
      const window = await open(seenIn(inCall(recording), language))
      const { page } = window
      await expect(page.locator('[data-lamp=recording]')).toBeVisible()
      // no time at all: what formats it throws, deep inside of a screen
      await window.show(
        seenIn(inCall({ ...recording, proof: { kind: 'recording', since: AT, at: Number.MAX_VALUE } }), language),
      )
      await expect(page.getByRole('alert')).toContainText(title)
      await expect(page.locator('[data-lamp]')).toHaveCount(0)
      await expect(page).toHaveTitle('Tallylight')
      expect((await look(page)).redElsewhere).toBe(0)
      expect(window.complaints.splice(0).join('\n')).toMatch(/RangeError/)
      await window.show(seenIn(inCall(paused), language))
      await page.getByRole('button', { name: again }).click()
      await expect(page.locator('[data-lamp=paused]')).toBeVisible()
    })
  }

  test('that stays is shown again', async ({ open }) => {
    const window = await open(inCall(off))
    await window.show(inCall({ ...off, proof: { kind: 'off', since: AT, at: Number.MAX_VALUE } }))
    await window.page.getByRole('button', { name: 'Open it again' }).click()
    await expect(window.page.getByRole('alert')).toContainText('It cannot show whether you are recording.')
    expect(window.complaints.splice(0).length).toBeGreaterThanOrEqual(2)
  })
})

test('what the policy blocks is seen here', async ({ open }) => {
  const window = await open(idle)
  await window.page.evaluate(() => document.body.setAttribute('style', 'color: red'))
  await expect.poll(() => window.complaints.splice(0).join()).toContain('Content Security Policy')
})
