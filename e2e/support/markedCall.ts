/** Marks set in a call with two pauses, held against the sound that was heard as they were set; whoever records it. */
import { type ElectronApplication, expect, type Page } from '@playwright/test'
import { type PhoneMedia } from '../phone/media.ts'
import { toneStarts } from '../phone/signal.ts'
import { servedSamples } from './heard.ts'
import { lampShows, press } from './steps.ts'

/** What the far party says at each moment, hertz: neither a beep of a server nor our own voice, and no overtone of them. */
const BURST_HERTZ = 2_300
const BURST_MS = 300
/** Half of what the phone speaks with. */
const BURST_LEVEL = 0.1
const ROUNDS = 3

/**
 * In a call that stands and is not recorded: records it with two pauses, and marks a moment in each of its stretches.
 * Answers by how much each sound began after the press that was to mark it, milliseconds: what the machine makes of "now".
 */
export async function markMoments(window: Page, voice: PhoneMedia): Promise<number[]> {
  const late: number[] = []
  const heard = async (milliseconds: number) => {
    const before = voice.heardMs
    await expect.poll(() => voice.heardMs - before, { timeout: 15_000 }).toBeGreaterThan(milliseconds)
  }
  await press(window, 'Record')
  for (let round = 1; round <= ROUNDS; round++) {
    await lampShows(window, 'recording')
    await heard(1_500)
    const over = voice.burst(BURST_HERTZ, BURST_MS)
    const pressedAt = Date.now()
    await window.keyboard.press('Alt+KeyK')
    late.push((await over) - pressedAt)
    await expect(
      window.getByText(round === 1 ? '1 mark in the recording' : `${round} marks in the recording`).first(),
    ).toBeVisible()
    await heard(1_000)
    if (round === ROUNDS) break
    await press(window, 'Pause')
    await lampShows(window, 'paused')
    await heard(1_500)
    await press(window, 'Resume recording')
  }
  return late
}

/**
 * In the list of recordings: opens the call and answers how far each of its marks is from its sound, milliseconds.
 * Positive: the mark is late. `late`: what `markMoments` answered.
 */
export async function markErrors(
  app: ElectronApplication,
  window: Page,
  row: RegExp,
  late: readonly number[],
): Promise<number[]> {
  await window.getByRole('row', { name: row }).first().click()
  const marks = window.getByRole('list', { name: 'Marks' }).getByRole('button', { name: /^Go to / })
  await expect(marks).toHaveCount(ROUNDS, { timeout: 20_000 })
  const shown = await marks.evaluateAll(buttons => buttons.map(button => button.getAttribute('title') ?? ''))
  const bursts = toneStarts(await servedSamples(app, window), BURST_HERTZ, BURST_LEVEL)
  expect(bursts).toHaveLength(ROUNDS)
  return shown.map((time, index) => {
    const [minutes = '', seconds = ''] = time.split(':')
    const sound = (bursts[index] ?? NaN) - (late[index] ?? NaN)
    return Math.round(Number(minutes) * 60_000 + Number(seconds) * 1_000 - sound)
  })
}
