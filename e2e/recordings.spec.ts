/** The list and the player against a server that is slow, broken, hostile or gone. */
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Page } from '@playwright/test'
import { z } from 'zod'
import { wavFile } from '../electron/demo/sound.ts'
import { expect, PACKED, test } from './support/app.ts'
import { type DemoProcess } from './support/demo.ts'
import { registered, signIn } from './support/steps.ts'

async function openRecordings(window: Page, demo: DemoProcess): Promise<void> {
  await signIn(window, demo, 'eve')
  await registered(window)
  await window.getByRole('button', { name: 'Recordings' }).click()
  await expect(window.getByText('Marie Tremblay').first()).toBeVisible()
}

/** Adds a call that ended just now; it is at the top of the list. */
const add = (demo: DemoProcess, entry: Record<string, unknown>) =>
  demo.control({ do: 'addRecording', login: 'eve', number: '4185550100', seconds: 5, ...entry })

const audioOf = (window: Page) => window.locator('audio')
const at = (window: Page) => audioOf(window).evaluate((audio: HTMLAudioElement) => audio.currentTime)

for (const [is, words] of [
  ['deleted', /Deleted on the server/],
  ['missing', /file is gone|did not deliver the audio/],
  ['empty', /file is empty|did not deliver the audio/],
] as const) {
  test(`a recording that is ${is} says so`, async ({ window, demo }) => {
    await openRecordings(window, demo)
    await add(demo, { name: `Case ${is}`, is })
    await window.getByRole('row', { name: new RegExp(`Case ${is}`) }).click()
    const player = window.getByRole('region', { name: 'Details of the call' })
    // it is found out when the player asks for its beginning
    await expect(player.getByText(words)).toBeVisible({ timeout: 10_000 })
  })
}

test('a slow server plays at once what it has sent, and seeks', async ({ window, demo }) => {
  await openRecordings(window, demo)
  await add(demo, { name: 'Slow Call', seconds: 60 })
  // twice the speed of the sound: the whole minute would take half a minute
  await demo.control({ do: 'faults', set: { mediaBytesPerSecond: 32_000 } })
  await window.getByRole('row', { name: /Slow Call/ }).click()
  await window.getByRole('button', { name: 'Play', exact: true }).click()
  await expect.poll(() => at(window), { timeout: 15_000 }).toBeGreaterThan(0.5)
  await demo.control({ do: 'faults', set: { mediaBytesPerSecond: null } })
  const time = window.getByRole('textbox', { name: 'Time' })
  await time.fill('0:40')
  await time.press('Enter')
  await expect.poll(() => at(window), { timeout: 15_000 }).toBeGreaterThan(40.2)
})

test(
  'a seek lands where it was asked: each second of the file is told from the others',
  PACKED,
  async ({ window, demo }) => {
    await openRecordings(window, demo)
    await add(demo, { name: 'Stairs', wavBase64: stairs(20).toString('base64') })
    await window.getByRole('row', { name: /Stairs/ }).click()
    await expect.poll(() => audioOf(window).evaluate((audio: HTMLAudioElement) => audio.duration)).toBeCloseTo(20, 1)
    for (const second of [15, 3, 11, 0, 19]) {
      const heard = await window.evaluate(async wanted => {
        const audio = document.querySelector('audio')
        if (audio === null) throw new Error('no audio')
        audio.muted = false
        audio.currentTime = wanted + 0.4
        await new Promise(resolve => audio.addEventListener('seeked', resolve, { once: true }))
        return audio.currentTime
      }, second)
      expect(heard).toBeCloseTo(second + 0.4, 2)
    }
  },
)

test('a hostile name is text: no markup, no other direction for the rest of the row', async ({ window, demo }) => {
  await openRecordings(window, demo)
  await add(demo, { name: '<img src=x onerror="document.title=1">\u202Egnp.exe', number: '100' })
  await expect(window.getByText('<img src=x onerror=').first()).toBeVisible()
  expect(await window.locator('img[src="x"]').count()).toBe(0)
  expect(await window.title()).toContain('Tallylight')
  expect(await window.locator('body').innerText()).not.toContain('\u202E')
})

test('search finds by name and number, and says when nothing is found', async ({ window, demo }) => {
  await openRecordings(window, demo)
  const search = window.getByRole('searchbox')
  await search.fill('tremblay')
  await expect(window.getByRole('row', { name: /Paul Roy/ })).toHaveCount(0)
  await expect(window.getByRole('row', { name: /Marie Tremblay/ }).first()).toBeVisible()
  await search.fill('nobody of that name')
  await expect(window.getByText('Nothing found.')).toBeVisible()
  await window.getByRole('button', { name: 'Clear the search' }).click()
  await expect(window.getByRole('row', { name: /Marie Tremblay/ }).first()).toBeVisible()
})

test('several are chosen by keys, exported, hidden and found again; a deletion is asked for, and one is sent', async ({
  window,
  demo,
  running,
  profile,
}) => {
  await openRecordings(window, demo)
  for (const name of ['Quill One', 'Quill Two', 'Quill Three']) await add(demo, { name })
  const row = (name: string) => window.getByRole('row', { name: new RegExp(name) })
  await window.keyboard.press('/')
  await window.keyboard.type('quill')
  // the three are on top of the whole list too; what was chosen there is no longer pointed at in what is found
  await expect(window.getByRole('grid')).toHaveAttribute('aria-busy', 'false')
  await expect(row('Quill')).toHaveCount(3)
  await window.keyboard.press('ArrowDown')
  await window.keyboard.press(' ')
  await window.keyboard.press('Shift+ArrowDown')
  const bar = window.getByRole('toolbar', { name: 'Selected calls' })
  await expect(bar.getByText('2 selected')).toBeVisible()

  const out = join(profile, 'out')
  await mkdir(out)
  await running.app.evaluate(({ dialog }, folder) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [folder] })
  }, out)
  await bar.getByRole('button', { name: 'Export...' }).click()
  const dialog = window.getByRole('dialog')
  await expect(dialog.getByText('2 files')).toBeVisible()
  await dialog.getByRole('button', { name: 'Choose folder and export' }).click()
  const jobs = window.getByRole('region', { name: 'Exports' })
  await expect(jobs.getByText('Done')).toBeVisible({ timeout: 20_000 })
  const [folder = ''] = await readdir(out)
  expect((await readdir(join(out, folder))).filter(name => name.endsWith('.wav'))).toHaveLength(2)
  await jobs.getByRole('button', { name: 'Remove from list' }).click()

  await bar.getByRole('button', { name: 'Hide' }).click()
  await expect(row('Quill')).toHaveCount(1)
  await window.getByRole('button', { name: 'More filters' }).click()
  await dialog.getByLabel('Hidden ones').check()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect(row('Quill')).toHaveCount(2)
  await window.getByRole('grid').focus()
  await window.keyboard.press('Control+a')
  await bar.getByRole('button', { name: 'Show again' }).click()
  await window.getByRole('button', { name: 'Remove: Hidden ones' }).click()
  await expect(row('Quill')).toHaveCount(3)

  await row('Quill One').click()
  const details = window.getByRole('region', { name: 'Details of the call' })
  await details.getByRole('button', { name: 'Remove...' }).click()
  await details.getByRole('button', { name: 'Copy a deletion request' }).click()
  await expect(details.getByText('Copied. Send it to your administrator.')).toBeVisible()
  expect(await running.app.evaluate(({ clipboard }) => clipboard.readText())).toMatch(
    /^Please delete the recording of this call: .* and Quill One \(.*4185550100\)/,
  )
  await details.getByRole('button', { name: 'Send...' }).click()
  await dialog.getByRole('button', { name: 'Prepare file' }).click()
  await expect(dialog.getByText(/Quill One.*\.mp3/)).toBeVisible({ timeout: 20_000 })
})

test('a list that cannot be had says so, and is read once it can', async ({ window, demo }) => {
  await demo.control({ do: 'faults', set: { down: ['call-logd'] } })
  await signIn(window, demo, 'eve')
  await registered(window)
  await window.getByRole('button', { name: 'Recordings' }).click()
  await expect(window.getByText(/Nothing was read yet\./).first()).toBeVisible()
  await demo.control({ do: 'faults', clear: true })
  await window.getByRole('button', { name: 'Look now' }).click()
  await expect(window.getByText('Marie Tremblay').first()).toBeVisible()
})

test('no page may fetch a recording that was not listed, nor read where it lies', async ({ window, demo }) => {
  await openRecordings(window, demo)
  const page = z
    .object({ ok: z.literal(true), value: z.object({ entries: z.array(z.unknown()) }) })
    .parse(await window.evaluate(() => bridge.request('library:list', { filter: {}, at: null })))
  expect(JSON.stringify(page)).not.toMatch(/\/users\/me\/cdr|\/monitor\/|https?:/)
  const played = await window.evaluate(
    () =>
      new Promise<string>(resolve => {
        const audio = new Audio('recording://11111111-1111-4111-8111-111111111111/')
        audio.addEventListener('error', () => resolve('refused'))
        audio.addEventListener('loadedmetadata', () => resolve('played'))
        audio.load()
      }),
  )
  expect(played).toBe('refused')
})

/** A tone of another pitch for each second. */
const stairs = (seconds: number): Buffer =>
  wavFile(
    Int16Array.from({ length: seconds * 8_000 }, (_, i) => {
      const hertz = 300 + 100 * Math.floor(i / 8_000)
      return Math.round(6_000 * Math.sin((2 * Math.PI * hertz * i) / 8_000))
    }),
  )
