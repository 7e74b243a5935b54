// What a real Asterisk writes, in every format that it can write, as the app lists and plays it: finished, while it grows, and
// cut short by the server's death.
import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { mergeTests, type Page } from '@playwright/test'
import { z } from 'zod'
import { expect, test as appTest } from '../support/app.ts'
import { heardLevel } from '../support/heard.ts'
import { dial, hangUp, lampShows, press, registered as phoneConnected } from '../support/steps.ts'
import { type Asterisk } from './asterisk/asterisk.ts'
import { test as asteriskTest } from './fixtures.ts'
import { pair } from './pairing.ts'

const test = mergeTests(asteriskTest, appTest)

/** 601 says this, hertz, nearly as loud as can be. */
const TONE = 1_004
const LOUD = 0.2

/** As MixMonitor is asked for them; `wav49` becomes a file `.WAV`. */
const PLAYED = ['wav', 'wav16', 'wav49', 'gsm', 'ulaw', 'alaw', 'au', 'sln', 'sln16', 'g722', 'vox', 'raw', 'ogg']
/** Written by Asterisk alone: nothing here decodes it. */
const REFUSED = ['g726-32']
/** Asterisk has no codec for these: its files stay empty. */
const EMPTY = ['g729', 'ilbc', 'g723', 'siren7', 'siren14']
/** Those of which there is something on disk when the server dies: its buffer holds up to 32 KiB of each. */
const CUT = ['wav', 'wav49', 'gsm', 'ulaw', 'alaw', 'sln16', 'g722', 'raw']

const Listed = z.object({
  ok: z.literal(true),
  value: z.object({
    entries: z.array(z.object({ id: z.string(), parts: z.array(z.object({ fileName: z.string() })) })),
  }),
})

/** As `mixmonitor` names the file. */
const fileOf = (base: string, format: string) => `${basename(base)}.${format === 'wav49' ? 'WAV' : format}`

/** In the list: opens the call that a file is listed under, and chooses that file. Waits until it is listed. */
async function choose(window: Page, fileName: string): Promise<void> {
  const find = async () => {
    const answer = await window.evaluate(() => bridge.request('library:list', { filter: {}, at: null }))
    for (const { id, parts } of Listed.parse(answer).value.entries) {
      const at = parts.findIndex(part => part.fileName === fileName)
      if (at >= 0) return { id, at, many: parts.length > 1 }
    }
    return null
  }
  await expect.poll(find, { message: `${fileName} is listed`, timeout: 20_000 }).not.toBeNull()
  await expect(async () => {
    const found = await find()
    await window.locator(`[role=row][data-entry="${found?.id}"]`).click({ timeout: 2_000 })
    if (found?.many !== true) return
    const button = window.getByRole('group', { name: 'Parts' }).getByRole('button').nth(found.at)
    await button.click({ timeout: 2_000 })
    await expect(button).toHaveAttribute('aria-pressed', 'true', { timeout: 2_000 })
  }).toPass({ timeout: 15_000 })
}

/** Has Asterisk record the call in each format at once, as its dialplan would. Answers the path of each without its end. */
async function recordIn(asterisk: Asterisk, formats: readonly string[]): Promise<string> {
  const channel = (await asterisk.channels()).find(({ name }) => name.startsWith('PJSIP/1001-'))
  if (channel === undefined) throw new Error('1001 has no call')
  const base = join(asterisk.monitorFolder, `1001-601-${Math.floor(Date.now() / 1000)}`)
  for (const format of formats) await asterisk.cli(`mixmonitor start ${channel.name} ${base}.${format}`)
  return base
}
const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

async function call601(window: Page): Promise<void> {
  await dial(window, '601')
  await expect(window.getByText('Connected', { exact: true }).first()).toBeVisible()
}

const timeOf = (window: Page) => window.locator('audio').evaluate((audio: HTMLAudioElement) => audio.currentTime)

/** Plays the part that is chosen, or lets it play, until its tone is heard. */
async function hear(window: Page, format: string): Promise<void> {
  const player = window.getByRole('group', { name: 'Player' })
  const [play, pause] = [
    player.getByRole('button', { name: 'Play', exact: true }),
    player.getByRole('button', { name: 'Pause' }),
  ]
  await expect(play.or(pause), format).toBeVisible()
  if (await play.isVisible()) await play.click()
  await expect.poll(() => timeOf(window), { message: `time moves in ${format}` }).toBeGreaterThan(0.3)
  await expect.poll(() => heardLevel(window, TONE), { message: `the tone in ${format}` }).toBeGreaterThan(LOUD)
  await pause.or(play).click()
}

test('each format is listed and played or refused: finished, growing, and cut by the death of the server', async ({
  window,
  running,
  ownAsterisk,
}) => {
  test.setTimeout(120_000)
  const asterisk = await ownAsterisk()
  await pair(window, running.app, asterisk, '1001')
  await phoneConnected(window)
  const player = window.getByRole('group', { name: 'Player' })

  await call601(window)
  const all = [...PLAYED, ...REFUSED, ...EMPTY]
  const first = await recordIn(asterisk, all)
  await lampShows(window, 'recording')
  await expect.poll(() => sizeOf(`${first}.wav`), { timeout: 10_000 }).toBeGreaterThan(32_768)
  await hangUp(window)
  await window.getByRole('button', { name: 'Recordings' }).click()
  for (const format of PLAYED) {
    await choose(window, fileOf(first, format))
    await hear(window, format)
  }
  for (const format of REFUSED) {
    await choose(window, fileOf(first, format))
    await expect(player.getByText(/a format that cannot be played here/), format).toBeVisible()
    await expect(player.getByRole('button', { name: 'Export the file...' })).toBeVisible()
  }
  for (const format of EMPTY) {
    await choose(window, fileOf(first, format))
    await expect(player.getByText(/Nothing (can be heard yet|was written)/).first(), format).toBeVisible()
  }

  await window.getByRole('button', { name: 'Calls', exact: true }).click()
  await call601(window)
  const second = await recordIn(asterisk, ['wav'])
  await expect.poll(() => sizeOf(`${second}.wav`), { timeout: 10_000 }).toBeGreaterThan(32_768)
  await window.getByRole('button', { name: 'Recordings' }).click()
  await choose(window, fileOf(second, 'wav'))
  await hear(window, 'wav')
  const others = await recordIn(
    asterisk,
    CUT.filter(format => format !== 'wav'),
  )
  const there = await window.locator('audio').evaluate((audio: HTMLAudioElement) => audio.duration)
  await window.keyboard.press('End')
  await window.keyboard.press('KeyK')
  // it was all there was; then it has grown
  await expect.poll(() => timeOf(window), { timeout: 15_000 }).toBeGreaterThan(there + 0.5)
  // the slowest of them: the first buffer is on disk after 20 s
  await expect
    .poll(() => Math.min(sizeOf(`${others}.gsm`), sizeOf(`${others}.WAV`)), { timeout: 30_000 })
    .toBeGreaterThan(16_000)
  await asterisk.kill()
  // the call stands for a while without its server
  for (const format of CUT) {
    await choose(window, fileOf(format === 'wav' ? second : others, format))
    await hear(window, format)
  }
})

test('*3 writes the format that the server sets, and the lamp goes by it', async ({
  window,
  running,
  asterisk,
  recordings,
}) => {
  await asterisk.cli('dialplan set global TOUCH_MIXMONITOR_FORMAT gsm')
  await pair(window, running.app, asterisk, '1001')
  await phoneConnected(window)
  await call601(window)
  await press(window, 'Record')
  const name = await recordings.next()
  expect(name).toMatch(/^auto-\d+-1001-601\.gsm$/)
  await lampShows(window, 'recording')
  await expect(window.getByText(/Recorded 00:0[3-9]/)).toBeVisible({ timeout: 10_000 })
  await hangUp(window)
  await window.getByRole('button', { name: 'Recordings' }).click()
  await window.getByRole('row', { name: /601/ }).first().click()
  await hear(window, 'gsm')
})
