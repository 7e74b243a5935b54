/** The player of the built window: what it does at ends, with what it may not play, and with what is typed in it. */
import { type Locator, type Page } from '@playwright/test'
import { type Part } from '../shared/library/entry.ts'
import { changedMarks } from '../shared/library/marks.ts'
import { type Mark } from '../shared/library/notes.ts'
import { expect, test } from './window-page/fixtures.ts'
import { type Answers, done, failed, later, type WindowPage } from './window-page/page.ts'
import { part } from './window-page/scene.ts'
import { serve } from './window-page/sound.ts'
import { entry, idle, listing, partOf } from './window-page/states.ts'

const details = (page: Page) => page.getByRole('region', { name: 'Details of the call' })
const player = (page: Page) => page.getByRole('group', { name: 'Player' })
const waveform = (page: Page) => player(page).getByRole('slider', { name: 'Position' })
const play = (page: Page) => player(page).getByRole('button', { name: 'Play', exact: true })
const pause = (page: Page) => player(page).getByRole('button', { name: 'Pause', exact: true })
const heard = (page: Page) =>
  page.locator('audio').evaluate((audio: HTMLAudioElement) => ({
    at: audio.currentTime,
    length: audio.duration,
    paused: audio.paused,
    ended: audio.ended,
    source: audio.src,
  }))

const callOf = (...parts: readonly Partial<Part>[]): Answers =>
  listing([
    entry(1, { parts: parts.map((change, at) => partOf(1, { id: `part-${at}`, durationMs: null, ...change })) }),
  ])

async function openCall(window: WindowPage): Promise<void> {
  await part(window, 1)
  await window.page.locator('[role=row][data-entry]').first().click()
  await player(window.page).waitFor()
}

async function goTo(page: Page, time: string): Promise<void> {
  const field = player(page).getByRole('textbox', { name: 'Time' })
  await field.fill(time)
  await field.press('Enter')
}

/** Outputs as the page sees them from now on; the first is the computer's own choice. */
const plugIn = (page: Page, ...labels: readonly string[]) =>
  page.evaluate(names => {
    const told = names.map(label => ({ kind: 'audiooutput', deviceId: label, label, groupId: label }))
    const standing = told.slice(0, 1).map(one => ({ ...one, deviceId: 'default' }))
    Object.assign(navigator.mediaDevices, { enumerateDevices: () => Promise.resolve([...standing, ...told]) })
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
  }, labels)

test.describe('what is still being written', () => {
  /** Longer than it takes until more is asked for. */
  const LONG_MS = 10_000

  test('goes on at its end by itself, unless it was paused or its headset was unplugged there', async ({ open }) => {
    const window = await open(idle, { answers: callOf({ hearing: 'growing' }), sound: true, still: true })
    const { page } = window
    await plugIn(page, 'Jabra Evolve2', 'Built-in Speakers')
    await serve(page, { seconds: 1 })
    await openCall(window)
    const waits = async (seconds: number) => {
      await expect.poll(() => heard(page)).toMatchObject({ ended: true, length: seconds })
      await expect(pause(page)).toHaveAttribute('aria-busy', 'true')
    }
    /** It has grown, and does not ask. */
    const staysWhereItIs = async (seconds: number) => {
      await expect(play(page)).toBeVisible()
      await serve(page, { seconds: seconds + 1 })
      const before = await heard(page)
      await page.clock.runFor(LONG_MS)
      expect(await heard(page)).toEqual(before)
      expect(before).toMatchObject({ ended: true, length: seconds })
    }
    await play(page).click()
    await waits(1)
    await serve(page, { seconds: 2 })
    await page.clock.runFor(LONG_MS)
    await waits(2)

    await pause(page).click()
    await staysWhereItIs(2)
    // not from its beginning
    await play(page).click()
    await expect.poll(() => heard(page)).toMatchObject({ length: 3, paused: false })
    expect((await heard(page)).at).toBeGreaterThanOrEqual(2)
    await waits(3)
    await waveform(page).press('Escape')
    await staysWhereItIs(3)
    await play(page).click()
    await waits(4)

    await plugIn(page, 'Built-in Speakers')
    await expect(player(page).getByText('Paused: the headset or loudspeaker was unplugged').first()).toBeVisible()
    await staysWhereItIs(4)
  })

  test('is not heard aloud for having grown', async ({ open }) => {
    const window = await open(idle, { answers: callOf({ hearing: 'growing' }), sound: true, still: true })
    const { page } = window
    await plugIn(page, 'Built-in Speakers')
    await serve(page, { seconds: 1 })
    await openCall(window)
    await play(page).click()
    await player(page).getByRole('button', { name: 'Play aloud' }).click()
    await expect(pause(page)).toHaveAttribute('aria-busy', 'true')
    await expect.poll(() => heard(page)).toMatchObject({ ended: true })
    await serve(page, { seconds: 2 })
    await page.clock.runFor(LONG_MS)
    await expect(player(page).getByRole('alert')).toContainText('everyone around you may hear it')
    expect(await heard(page)).toMatchObject({ length: 2, paused: true })
    await expect(play(page)).toBeVisible()
  })
})

test('the part before is silent where the one that is shown cannot be heard', async ({ open }) => {
  const window = await open(idle, { answers: callOf({}, { hearing: 'deleted' }), sound: true })
  const { page } = window
  await openCall(window)
  await play(page).click()
  await expect.poll(() => heard(page)).toMatchObject({ paused: false })
  await player(page).getByRole('button', { name: 'Part 2' }).click()
  await expect(player(page).getByText('Deleted on the server')).toBeVisible()
  await expect.poll(() => heard(page)).toMatchObject({ paused: true })

  // and where it was deleted while it was heard
  await player(page).getByRole('button', { name: 'Part 1' }).click()
  await play(page).click()
  await expect.poll(() => heard(page)).toMatchObject({ paused: false })
  window.answer(callOf({ hearing: 'deleted' }, { hearing: 'deleted' }))
  await window.tell('library:changed', null)
  await expect(player(page).getByText('Deleted on the server')).toBeVisible()
  await expect.poll(() => heard(page)).toMatchObject({ paused: true })
})

test('a span that ends where its part ends is repeated', async ({ open }) => {
  const window = await open(idle, {
    answers: { ...callOf({}, {}), 'player:peaks': () => done({ kind: 'none' }) },
    sound: true,
  })
  const { page } = window
  await serve(page, { seconds: 2 })
  await openCall(window)
  await goTo(page, '0:01.500')
  await waveform(page).press('r')
  await waveform(page).press('End')
  await waveform(page).press('r')
  await expect(waveform(page)).toHaveAttribute('aria-valuetext', /repeats 00:01 to 00:02/)
  const repeats = await page.locator('audio').evaluateHandle((audio: HTMLAudioElement) => {
    const from: number[] = []
    audio.addEventListener('seeked', () => from.push(audio.currentTime))
    return from
  })
  await play(page).click()
  await expect.poll(() => repeats.evaluate(({ length }) => length)).toBeGreaterThan(4)
  for (const from of await repeats.evaluate(times => times)) expect(from).toBeGreaterThanOrEqual(1.49)
  expect(await heard(page)).toMatchObject({ length: 2 })
  await expect(player(page).getByRole('button', { name: 'Part 1' })).toHaveAttribute('aria-pressed', 'true')
  await waveform(page).press('Escape')
  await expect(play(page)).toBeVisible()
})

test('Esc in a field leaves what is typed and the field, and the call stays open and is heard', async ({ open }) => {
  const window = await open(idle, {
    answers: {
      ...callOf({}),
      'library:marks': () => done([{ id: 'a', part: 'part-0', atMs: 3_000, text: 'price' }]),
    },
    sound: true,
  })
  const { page } = window
  await openCall(window)
  await play(page).click()
  const isLeft = async (field: Locator) => {
    await expect(field).not.toBeFocused()
    await expect(details(page)).toBeVisible()
    expect(await heard(page)).toMatchObject({ paused: false })
  }
  const time = player(page).getByRole('textbox', { name: 'Time' })
  await time.fill('1:2')
  await time.press('Escape')
  await isLeft(time)
  const words = player(page).getByRole('textbox', { name: 'Words for the mark at 00:03' })
  await words.fill('something else')
  await words.press('Escape')
  await expect(words).toHaveValue('price')
  await expect(words).toBeFocused()
  await words.press('Escape')
  await isLeft(words)
  const note = details(page).getByRole('textbox', { name: 'Note' })
  await note.fill('calls back on Friday')
  await note.press('Escape')
  await isLeft(note)
  await expect(note).toHaveValue('calls back on Friday')
  expect(window.askedFor('library:changeMarks')).toEqual([])
})

test('a pedal plays, jumps and pauses while a note is typed', async ({ open }) => {
  const preview = () => done({ files: 1, without: 0, bytes: null, examples: [] })
  const window = await open(idle, { answers: { ...callOf({}), 'export:preview': preview }, sound: true })
  const { page } = window
  await openCall(window)
  await expect.poll(() => heard(page)).toMatchObject({ length: 30 })
  const note = details(page).getByRole('textbox', { name: 'Note' })
  await note.fill('calls back')
  await note.press('F9')
  await expect.poll(() => heard(page)).toMatchObject({ paused: false })
  await note.press('F4')
  await expect.poll(() => heard(page)).toMatchObject({ paused: true })
  const { at } = await heard(page)
  await note.press('F8')
  await expect.poll(async () => (await heard(page)).at).toBeCloseTo(at + 5, 2)
  await note.press('Space')
  await note.press('m')
  await expect(note).toHaveValue('calls back m')
  await expect(note).toBeFocused()
  // once for each press, from inside the player as well
  await play(page).focus()
  await page.keyboard.press('F8')
  await expect.poll(async () => (await heard(page)).at).toBeCloseTo(at + 10, 2)
  // a panel in front of it has the keys
  await player(page).getByRole('button', { name: 'Export...' }).click()
  await page.getByRole('dialog').press('F9')
  expect(await heard(page)).toMatchObject({ paused: true })
  expect(window.askedFor('library:changeMarks')).toEqual([])
})

test('each time it cannot be played it says why, and what could not be drawn is drawn once it can', async ({
  open,
}) => {
  const window = await open(idle, {
    answers: { ...callOf({}), 'player:peaks': () => failed('unreachable'), 'player:why': () => failed('unreachable') },
    sound: true,
  })
  const { page } = window
  await serve(page, { away: true })
  await openCall(window)
  const alert = player(page).getByRole('alert')
  const again = player(page).getByRole('button', { name: 'Try again' })
  await expect(alert).toContainText('No answer from this server')
  await expect(player(page).getByRole('button', { name: 'Export the file...' })).toHaveCount(0)
  // it is reached, and what it sends is no sound
  window.answer({ 'player:why': () => done(undefined) })
  await again.click()
  await expect(alert).toContainText('The file may be damaged')
  window.answer({ 'player:why': () => failed('server-trouble') })
  await again.click()
  await expect(alert).not.toContainText('The file may be damaged')
  expect(window.askedFor('player:why')).toEqual(Array.from({ length: 3 }, () => ({ part: 'part-0', share: 0 })))

  const before = window.askedFor('player:peaks').length
  window.answer({ 'player:peaks': () => done({ kind: 'none' }) })
  await serve(page, { away: false })
  await again.click()
  await expect(play(page)).toBeVisible()
  await expect(player(page).getByText('No picture of this kind of sound')).toBeVisible()
  expect(window.askedFor('player:peaks')).toHaveLength(before + 1)
})

test('a mark that is set before the others are known joins them, and a late answer takes none away', async ({
  open,
}) => {
  const old: Mark = { id: 'a', part: 'part-0', atMs: 9_000, text: 'price' }
  let marks: readonly Mark[] = [old]
  /** An answer, to who asks next, that comes when it is overtaken. */
  let late: ReturnType<typeof later<Mark[]>> | null = later<Mark[]>()
  const first = late
  const window = await open(idle, {
    answers: {
      ...callOf({}),
      'library:marks': () => {
        const answer = late?.outcome ?? done([...marks])
        late = null
        return answer
      },
      'library:changeMarks': ({ change }) => {
        marks = changedMarks(marks, [change])
        return done(undefined)
      },
    },
    sound: true,
  })
  const { page } = window
  await openCall(window)
  const list = player(page).getByRole('list', { name: 'Marks' }).getByRole('listitem')
  const words = (time: string) => player(page).getByRole('textbox', { name: `Words for the mark at ${time}` })
  await waveform(page).press('ArrowRight')
  await waveform(page).press('m')
  await expect.poll(() => marks).toMatchObject([{ atMs: 5_000 }, old])
  // it was asked before the mark was set
  first.settle(done([old]))
  await expect(list).toHaveCount(2)
  await expect(words('00:09')).toHaveValue('price')

  const second = later<Mark[]>()
  const before = marks
  late = second
  await window.tell('library:changed', null)
  await words('00:05').fill('the new price')
  await words('00:05').press('Enter')
  await expect.poll(() => marks).toMatchObject([{ text: 'the new price' }, old])
  second.settle(done([...before]))
  await expect(words('00:05')).toHaveValue('the new price')
  await player(page).getByRole('button', { name: 'Remove the mark' }).last().click()
  await expect(list).toHaveCount(1)
  await expect(words('00:05')).toHaveValue('the new price')
  expect(marks).toMatchObject([{ atMs: 5_000, text: 'the new price' }])
})

test('the page that was turned while it played stays when it is paused', async ({ open }) => {
  const window = await open(idle, { answers: callOf({}), sound: true })
  const { page } = window
  await openCall(window)
  for (let times = 0; times < 6; times++) await player(page).getByRole('button', { name: 'Show less' }).click()
  const shown = player(page).getByRole('slider', { name: 'What is shown' })
  await expect(shown).toHaveValue('0')
  await play(page).click()
  await expect.poll(async () => Number(await shown.inputValue())).toBeGreaterThan(700)
  await pause(page).click()
  await expect(play(page)).toBeVisible()
  expect(Number(await shown.inputValue())).toBeGreaterThan(700)
})

test.describe('a recording that does not say how fast it was made', () => {
  const choice = (page: Page) => player(page).getByRole('combobox', { name: 'Recorded at' })

  test('asks, and goes on at its place at the rate that is chosen, with what repeats', async ({ open }) => {
    const asked: number[] = []
    const window = await open(idle, {
      answers: {
        ...callOf({ fileName: 'a.raw' }),
        'player:tellsRate': () => done(false),
        'library:setRawRate': async ({ hz }) => {
          asked.push(hz)
          await serve(page, { seconds: 240_000 / hz })
          await window.show({ library: { ...idle.library, rawRate: hz } })
          return done(undefined)
        },
      },
      sound: true,
    })
    const { page } = window
    await openCall(window)
    // nobody said so
    await expect(choice(page)).toHaveValue('')
    await expect(choice(page).locator('option').first()).toHaveText('8\u00a0kHz?')
    await expect(choice(page)).toHaveAccessibleDescription(/The file does not say it/)
    await goTo(page, '0:10')
    await waveform(page).press('r')
    await goTo(page, '0:20')
    await waveform(page).press('r')
    await goTo(page, '0:16')
    const before = window.askedFor('player:peaks').length

    await choice(page).selectOption({ label: '16\u00a0kHz' })
    await expect.poll(() => heard(page)).toMatchObject({ at: 8, length: 15, paused: true })
    await expect(waveform(page)).toHaveAttribute('aria-valuetext', /00:08 of 00:\d\d.*repeats 00:05 to 00:10/)
    expect(asked).toEqual([16_000])
    await expect(choice(page)).toHaveValue('16000')
    await expect(choice(page).locator('option').first()).toHaveText('8\u00a0kHz')
    // the shape of the other rate is of no use
    expect(window.askedFor('player:peaks').slice(before)).toContainEqual({ part: 'part-0', have: 0 })

    await play(page).click()
    await expect.poll(async () => (await heard(page)).at).toBeGreaterThan(8.1)
    await choice(page).selectOption({ label: '24\u00a0kHz' })
    await expect.poll(() => heard(page)).toMatchObject({ length: 10, paused: false })
    await expect.poll(async () => (await heard(page)).at).toBeGreaterThan(5.5)
    await expect(pause(page)).toBeVisible()
  })

  test('says what went wrong, and stays at the rate that it is heard at', async ({ open }) => {
    const window = await open(idle, {
      answers: {
        ...callOf({}),
        'player:tellsRate': () => done(false),
        'library:setRawRate': () => failed('library-broken'),
      },
      sound: true,
    })
    const { page } = window
    await openCall(window)
    await choice(page).selectOption({ label: '44.1\u00a0kHz' })
    await expect(player(page).getByRole('alert')).toBeVisible()
    await expect(choice(page)).toHaveValue('')
    expect((await heard(page)).length).toBe(30)
  })

  test('is the only one that asks', async ({ open }) => {
    const window = await open(idle, { answers: callOf({}), sound: true })
    await openCall(window)
    await expect.poll(() => window.askedFor('player:tellsRate')).toEqual([{ part: 'part-0' }])
    await expect(play(window.page)).toBeVisible()
    await expect(choice(window.page)).toHaveCount(0)
  })
})
