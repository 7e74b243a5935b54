/** The player in a real Electron against the demo server: what is heard, seen and marked. */
import { type Page } from '@playwright/test'
import { wavFile } from '../electron/demo/sound.ts'
import { expect, test } from './support/app.ts'
import { type DemoProcess } from './support/demo.ts'
import { registered, signIn } from './support/steps.ts'

/** Talk and silence in turns of two seconds: tones of two heights. */
const turns = (seconds: number): Buffer =>
  wavFile(
    Int16Array.from({ length: seconds * 8_000 }, (_, i) => {
      const second = Math.floor(i / 8_000)
      const loud = second % 4 < 2 ? 6_000 : 3
      return Math.round(loud * Math.sin((2 * Math.PI * (300 + 20 * second) * i) / 8_000))
    }),
  )

async function openTurns(window: Page, demo: DemoProcess, seconds = 24) {
  await signIn(window, demo, 'eve')
  await registered(window)
  await window.getByRole('button', { name: 'Recordings' }).click()
  await expect(window.getByText('Marie Tremblay').first()).toBeVisible()
  await demo.control({
    do: 'addRecording',
    login: 'eve',
    number: '4185550100',
    seconds: 5,
    name: 'Turns Of Talk',
    wavBase64: turns(seconds).toString('base64'),
  })
  await window
    .getByRole('row', { name: /Turns Of Talk/ })
    .first()
    .click()
  const player = window.getByRole('group', { name: 'Player' })
  const waveform = player.getByRole('slider', { name: 'Position' })
  await expect(waveform).toHaveAttribute('aria-valuetext', /00:00 of 00:24, speech/)
  return { player, waveform }
}

const at = (window: Page) => window.locator('audio').evaluate((audio: HTMLAudioElement) => audio.currentTime)

test('a typed time is gone to exactly, and what is there is said', async ({ window, demo }) => {
  const { player, waveform } = await openTurns(window, demo)
  const time = player.getByRole('textbox', { name: 'Time' })
  for (const [typed, seconds, words] of [
    ['0:07.125', 7.125, 'silence'],
    ['0:20.500', 20.5, 'speech'],
    ['0:03', 3, 'silence'],
  ] as const) {
    await time.fill(typed)
    await time.press('Enter')
    await expect.poll(() => at(window)).toBeCloseTo(seconds, 3)
    await expect(waveform).toHaveAttribute('aria-valuetext', new RegExp(words))
  }
})

test('keys play, jump and pause; silence is skipped and says what that saves', async ({ window, demo }) => {
  const { player, waveform } = await openTurns(window, demo)
  await waveform.focus()
  await window.keyboard.press('ArrowRight')
  await expect.poll(() => at(window)).toBeCloseTo(5, 2)
  await window.keyboard.press('j')
  await expect.poll(() => at(window)).toBeCloseTo(0, 2)
  await expect(player.getByRole('button', { name: /Skip silence.*saves 00:10/ })).toBeVisible()
  await window.keyboard.press('s')
  await window.keyboard.press('Space')
  // two seconds of talk, then the next talk: nobody waits four seconds for it
  await expect.poll(() => at(window), { timeout: 3_600 }).toBeGreaterThan(4)
  await window.keyboard.press('Escape')
  await expect(player.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
})

test('a span is repeated until it is taken away', async ({ window, demo }) => {
  const { player, waveform } = await openTurns(window, demo)
  await waveform.focus()
  await window.keyboard.press('r')
  await window.keyboard.press('Shift+ArrowRight')
  await window.keyboard.press('r')
  await expect(waveform).toHaveAttribute('aria-valuetext', /repeats 00:00 to 00:01/)
  await window.keyboard.press('ArrowRight')
  await window.keyboard.press('Space')
  await expect.poll(() => at(window)).toBeLessThan(1.2)
  await player.getByRole('button', { name: 'Stop repeating' }).click()
  await expect.poll(() => at(window), { timeout: 10_000 }).toBeGreaterThan(2)
})

test('a mark is kept with its words, and leads to its moment', async ({ window, demo }) => {
  const { player, waveform } = await openTurns(window, demo)
  await waveform.focus()
  await window.keyboard.press('ArrowRight')
  await expect.poll(() => at(window)).toBeCloseTo(5, 2)
  await window.keyboard.press('m')
  const words = player.getByRole('textbox', { name: 'Words for the mark at 00:05' })
  await words.fill('price agreed')
  await words.press('Enter')
  await waveform.focus()
  await window.keyboard.press('Home')
  await player.getByRole('button', { name: 'Go to 00:05' }).click()
  await expect(waveform).toHaveAttribute('aria-valuetext', /mark: price agreed/)
  await window
    .getByRole('row', { name: /Marie Tremblay/ })
    .first()
    .click()
  await window
    .getByRole('row', { name: /Turns Of Talk/ })
    .first()
    .click()
  await expect(player.getByRole('textbox', { name: 'Words for the mark at 00:05' })).toHaveValue('price agreed')
})
