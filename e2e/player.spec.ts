/** The player in a real Electron against the demo server: what is heard, seen and marked. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Page } from '@playwright/test'
import { wavFile } from '../electron/demo/sound.ts'
import { expect, test } from './support/app.ts'
import { phoneOf } from './support/calls.ts'
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
  await expect(player.getByRole('button', { name: /Skip silence.*saves 00:08/ })).toBeVisible()
  const jumps = await window.locator('audio').evaluateHandle((audio: HTMLAudioElement) => {
    const seen: number[] = []
    audio.addEventListener('seeked', () => seen.push(audio.currentTime))
    return seen
  })
  await window.keyboard.press('s')
  await window.keyboard.press('Space')
  await expect.poll(() => at(window), { timeout: 10_000 }).toBeGreaterThan(4)
  // from two seconds of talk to a moment before the next
  const [to, ...others] = await jumps.evaluate(times => times)
  expect(to).toBeGreaterThan(3.5)
  expect(to).toBeLessThan(4)
  expect(others).toEqual([])
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

test('who pauses it and goes to its end stays there: a repeat does not begin by itself', async ({ window, demo }) => {
  const { player, waveform } = await openTurns(window, demo)
  await waveform.focus()
  await window.keyboard.press('Space')
  await expect.poll(() => at(window)).toBeGreaterThan(0.2)
  await window.keyboard.press('Escape')
  await window.keyboard.press('r')
  const plays = await window.locator('audio').evaluateHandle((audio: HTMLAudioElement) => {
    const seen: number[] = []
    audio.addEventListener('play', () => seen.push(audio.currentTime))
    return seen
  })
  await window.keyboard.press('End')
  await expect.poll(() => at(window)).toBe(24)
  // what the element says of its end comes before what it says of the next place
  await window.keyboard.press('j')
  await expect.poll(() => at(window)).toBe(9)
  await expect(player.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
  expect(await plays.evaluate(times => times)).toEqual([])
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

/** Devices as the page sees them, in place of this machine's; `used`: where its sound was last sent. */
async function plugIn(window: Page, ...labels: readonly string[]): Promise<void> {
  await window.evaluate(names => {
    const { mediaDevices } = navigator
    const told = names.map((label, at) => ({
      kind: 'audiooutput',
      deviceId: `d-${at}-${label}`,
      label,
      groupId: label,
    }))
    const standing = told.slice(0, 1).map(one => ({ ...one, deviceId: 'default' }))
    Object.assign(mediaDevices, { enumerateDevices: () => Promise.resolve([...standing, ...told]) })
    HTMLMediaElement.prototype.setSinkId = function (id) {
      Object.assign(globalThis, { used: id })
      return Promise.resolve()
    }
    mediaDevices.dispatchEvent(new Event('devicechange'))
  }, labels)
}
const used = (window: Page) => window.evaluate(() => (globalThis as { used?: string }).used)
const change = (window: Page, settings: Record<string, unknown>) =>
  window.evaluate(changed => bridge.request('settings:change', changed), settings)

test('plays to the headset of calls; stops when that is unplugged, and asks once before it plays aloud', async ({
  window,
  demo,
}) => {
  const { player } = await openTurns(window, demo)
  const play = player.getByRole('button', { name: 'Play', exact: true })
  const pause = player.getByRole('button', { name: 'Pause' })
  await change(window, {
    devices: { microphone: null, ringer: null, speaker: { id: 'of another page', label: 'Jabra Evolve2' } },
  })
  await plugIn(window, 'Built-in Speakers', 'Jabra Evolve2')
  await expect.poll(() => used(window)).toBe('d-1-Jabra Evolve2')
  await play.click()
  await expect(pause).toBeVisible()
  // another device that goes is none of ours
  await plugIn(window, 'Jabra Evolve2')
  await expect.poll(() => used(window)).toBe('d-0-Jabra Evolve2')
  await plugIn(window, 'Built-in Speakers')
  await expect(player.getByText('Paused: the headset or loudspeaker was unplugged').first()).toBeVisible()
  await expect.poll(() => used(window)).toBe('')
  await play.click()
  await expect(player.getByRole('alert')).toContainText('everyone around you may hear it')
  await expect(play).toBeVisible()
  await player.getByRole('button', { name: 'Play aloud' }).click()
  await expect(pause).toBeVisible()
  await pause.click()
  await play.click()
  await expect(pause).toBeVisible()
  await expect(player.getByRole('alert')).toHaveCount(0)
})

test('a call that rings stops it, and it goes on there afterwards', async ({ window, demo }) => {
  const { player } = await openTurns(window, demo)
  const time = player.getByRole('textbox', { name: 'Time' })
  await time.fill('0:09')
  await time.press('Enter')
  await player.getByRole('button', { name: 'Play', exact: true }).click()
  await expect.poll(() => at(window)).toBeGreaterThan(9.2)
  const paul = await phoneOf(demo, 'paul')
  const call = await paul.call('1042')
  await expect(window.getByRole('button', { name: 'Answer', exact: true })).toBeVisible()
  const sounds = () => window.locator('audio').evaluateAll(all => all.some(one => !(one as HTMLAudioElement).paused))
  expect(await sounds()).toBe(false)
  await call.hangUp()
  await paul.close()
  await window.getByRole('button', { name: 'Recordings' }).click()
  await expect(player.getByText(/Goes on at 00:(09|1\d), where you were/).first()).toBeVisible()
  expect(await sounds()).toBe(false)
})

test('the page may choose a loudspeaker, and may not listen', async ({ window, demo }) => {
  await openTurns(window, demo)
  const found = await window.evaluate(async () => {
    const outputs = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'audiooutput')
    const chosen = await document
      .querySelector('audio')
      ?.setSinkId(outputs.at(-1)?.deviceId ?? 'none')
      .then(
        () => 'chosen',
        (error: unknown) => String(error),
      )
    const listening = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'listens',
      (error: unknown) => (error as DOMException).name,
    )
    return { labels: outputs.map(({ label }) => label), chosen, listening }
  })
  expect(found.labels.length).toBeGreaterThan(0)
  expect(found).toEqual({
    labels: found.labels.filter(label => label !== ''),
    chosen: 'chosen',
    listening: 'NotAllowedError',
  })
})

test('the place is remembered, and erased with the library', async ({ window, demo, profile }) => {
  const { player, waveform } = await openTurns(window, demo)
  const row = (name: RegExp) => window.getByRole('row', { name }).first()
  const time = player.getByRole('textbox', { name: 'Time' })
  await time.fill('0:09')
  await time.press('Enter')
  await row(/Marie Tremblay/).click()
  await row(/Turns Of Talk/).click()
  await expect(player.getByText('Goes on at 00:09, where you were').first()).toBeVisible()
  await expect(waveform).toHaveAttribute('aria-valuetext', /00:09 of 00:24/)
  const kept = () => readFile(join(profile, 'places.json'), 'utf8')
  expect(await kept()).toMatch(/9000/)
  await change(window, { signOutLibrary: 'erase' })
  await window.evaluate(() => bridge.request('pair:signOut', undefined))
  await expect(window.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
  await expect.poll(kept).not.toMatch(/9000/)
})
