/**
 * A folder with a recording of each format: each is listed, and is heard in the player, or says why not. Made by our own code;
 * where the folder of genuine samples is (TALLYLIGHT_AUDIO_SAMPLES names another), its files too.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { type Page } from '@playwright/test'
import { flac, mp3, opus, speex, vorbis } from '../electron/library/audio/compressed.testing.ts'
import { readWavHead } from '../electron/library/audio/wav.ts'
import { expect, PACKED, test } from './support/app.ts'
import { type DemoProcess } from './support/demo.ts'
import { chooseFolder, partOf, recordingName } from './support/folder.ts'
import { heardLevel, servedFile } from './support/heard.ts'
import { registered, signIn } from './support/steps.ts'
import { TIME_CODED, writeTimeCoded } from './support/timeCode.ts'

const SAMPLES = process.env['TALLYLIGHT_AUDIO_SAMPLES'] ?? join(import.meta.dirname, '../../shared/audio-samples')
const SECONDS = 3

interface Made {
  readonly name: string
  readonly extension: string
  /** Null: it plays. */
  readonly says: RegExp | null
  readonly write: (path: string) => void
}

const bytes = (name: string, extension: string, content: Uint8Array, says: RegExp | null = null): Made => ({
  name,
  extension,
  says,
  write: path => writeFileSync(path, content),
})
const REFUSED = /cannot be played here/
const EMPTY = /file is empty/
const noise = Uint8Array.from({ length: 4000 * SECONDS }, (_, at) => (at * 31 + (at >> 3)) & 255)

const own = async (): Promise<Made[]> => [
  ...TIME_CODED.map(format => ({
    name: format.name,
    extension: format.extension,
    says: null,
    write: (path: string) => writeTimeCoded(path, format, SECONDS),
  })),
  bytes('vox', 'vox', noise),
  bytes('mp3', 'mp3', await mp3(SECONDS)),
  bytes('flac', 'flac', flac(SECONDS)),
  bytes('Ogg Vorbis', 'ogg', await vorbis(SECONDS)),
  bytes('Ogg Opus', 'opus', opus(SECONDS)),
  bytes('speex', 'spx', speex(), REFUSED),
  bytes('g729', 'g729', noise, REFUSED),
  bytes('g723', 'g723', noise, REFUSED),
  bytes('ilbc', 'ilbc', noise, REFUSED),
  bytes('siren7', 'siren7', noise, REFUSED),
  bytes('nothing', 'wav', new Uint8Array(0), EMPTY),
  bytes(
    'a page',
    'wav',
    Buffer.from('<!DOCTYPE html><html><body>Sign in</body></html>'),
    /is no audio that can be played/,
  ),
]

/** What the samples' README says of those that do not play. */
const UNHEARD: Readonly<Record<string, RegExp>> = {
  'speex_8k.spx': REFUSED,
  'bad_empty.wav': EMPTY,
  'bad_header_only.wav': EMPTY,
  'bad_cut_in_header.wav': EMPTY,
  'bad_login_page.wav': /is no audio that can be played/,
}

const genuine = (): Made[] =>
  existsSync(SAMPLES)
    ? readdirSync(SAMPLES)
        .filter(name => !/\.(md|json)$/.test(name))
        .map(name => ({
          name,
          extension: extname(name).slice(1),
          says: UNHEARD[name] ?? null,
          write: (path: string) => copyFileSync(join(SAMPLES, name), path),
        }))
    : []

/** What the browser plays by itself, and is decoded here for whoever wants more of it. */
const DECODED = ['mp3', 'ogg', 'opus', 'flac']

/** How far the shape of the recording with a number was measured; `none`: not at all. */
async function shapeOf(window: Page, number: string): Promise<string> {
  const part = await partOf(window, number)
  const answer = await window.evaluate(id => bridge.request('player:peaks', { part: id, have: 0 }), part)
  if (!answer.ok) return answer.failure.code
  if (answer.value.kind === 'none') return 'none'
  return answer.value.whole && answer.value.values.length > 0 ? 'whole' : 'in part'
}

test(
  'each format of a folder is heard, with its shape, or says why not',
  PACKED,
  async ({ window, demo, running, profile }) => {
    const made = [...(await own()), ...genuine()]
    test.setTimeout(60_000 + made.length * 3_000)
    const folder = join(profile, 'recordings')
    mkdirSync(folder)
    const files = made.map((one, index) => {
      const number = `55503${String(index).padStart(2, '0')}`
      const at = new Date(Date.UTC(2026, 0, 1 + index))
      const path = join(folder, recordingName(at, demo.user('eve').extension, number, one.extension))
      one.write(path)
      // none of them is being written now
      utimesSync(path, at, at)
      return { ...one, number }
    })
    await signIn(window, demo, 'eve')
    await registered(window)
    await chooseFolder(running.app, window, folder)
    await window.getByRole('button', { name: 'Recordings' }).click()
    for (const { name, number, extension, says } of files) {
      await test.step(name, async () => {
        await window.getByRole('searchbox').fill(number)
        const row = window.locator('[role=row][aria-rowindex="2"][data-entry]')
        await expect(row, name).toContainText(number)
        await row.click()
        const details = window.getByRole('region', { name: 'Details of the call' })
        await expect(details, name).toContainText(number)
        if (says !== null) return expect(details.getByText(says).first(), name).toBeVisible()
        await details.getByRole('button', { name: 'Play', exact: true }).click()
        await expect.poll(() => playedTo(window), { message: name }).toBeGreaterThan(0.1)
        await expect(details.getByRole('alert'), name).toHaveCount(0)
        await expect.poll(() => shapeOf(window, number), { message: name }).toBe(extension === 'm4a' ? 'none' : 'whole')
        if (!DECODED.includes(extension)) return
        const wish = { part: await partOf(window, number), form: 'wav', fromMs: 500, toMs: 1_500 } as const
        const sent = await window.evaluate(span => bridge.request('send:prepare', span), wish)
        expect(sent, name).toMatchObject({ ok: true, value: { ms: 1_000 } })
      })
    }
  },
)

test('raw files, one side or two, are at their true pitch once it is said how fast they were recorded', async ({
  window,
  demo,
  running,
  profile,
}) => {
  const RATE = 16_000
  const LONG_S = 20
  const made = [
    { number: '5550401', tones: [1_000] },
    // MixMonitor's option D: a sample of each side in turns
    { number: '5550402', tones: [600, 1_400] },
  ]
  const folder = join(profile, 'recordings')
  mkdirSync(folder)
  for (const [index, { number, tones }] of made.entries()) {
    const at = new Date(Date.UTC(2026, 0, 1 + index))
    const path = join(folder, recordingName(at, demo.user('eve').extension, number, 'raw'))
    const samples = Int16Array.from({ length: LONG_S * RATE * tones.length }, (_, place) => {
      const hertz = tones[place % tones.length] ?? 0
      return 12_000 * Math.sin((2 * Math.PI * hertz * Math.floor(place / tones.length)) / RATE)
    })
    writeFileSync(path, samples)
    utimesSync(path, at, at)
  }
  await signIn(window, demo, 'eve')
  await registered(window)
  await chooseFolder(running.app, window, folder)
  await window.getByRole('button', { name: 'Recordings' }).click()
  const details = window.getByRole('region', { name: 'Details of the call' })
  const rate = details.getByRole('combobox', { name: 'Recorded at' })
  const row = window.locator('[role=row][aria-rowindex="2"][data-entry]')
  const opened = async (number: string) => {
    await window.getByRole('searchbox').fill(number)
    await expect(row).toContainText(number)
    await row.click()
    await expect(details).toContainText(number)
    await expect(rate).toBeVisible()
  }
  /** These are heard now, and those are not. */
  const hears = async (tones: readonly number[], others: readonly number[]) => {
    for (const hertz of tones)
      await expect.poll(() => heardLevel(window, hertz), { message: `${hertz} Hz` }).toBeGreaterThan(0.1)
    for (const hertz of others) expect(await heardLevel(window, hertz), `${hertz} Hz`).toBeLessThan(0.02)
  }
  const half = (tones: readonly number[]) => tones.map(hertz => hertz / 2)
  const head = async () => readWavHead(await servedFile(running.app, window))

  for (const [index, { number, tones }] of made.entries()) {
    await opened(number)
    if (index === 0) {
      await expect(rate).toHaveValue('')
      await expect(details.getByText('/ 00:40')).toBeVisible()
      // nobody said how fast it was recorded, so nobody knows
      await expect(row).not.toContainText('00:40')
    }
    await details.getByRole('button', { name: 'Play', exact: true }).click()
    if (index === 0) {
      await hears(half(tones), tones)
      await rate.selectOption('16000')
    }
    await hears(tones, half(tones))
    await expect(row).toContainText('00:20')
    expect(await head()).toMatchObject({ rate: RATE, channels: tones.length })
    await details.getByRole('button', { name: 'Pause', exact: true }).click()
    await expect(details.getByText('/ 00:20')).toBeVisible()
    await expect(details.getByText('Each side of the call has its own line.')).toHaveCount(tones.length - 1)
    // what leaves the app is as long
    const part = await partOf(window, number)
    const sent = await window.evaluate(id => bridge.request('send:prepare', { part: id, form: 'wav' }), part)
    expect(sent).toMatchObject({ ok: true, value: { ms: LONG_S * 1000, bytes: 44 + 2 * LONG_S * RATE * tones.length } })
  }

  await window.getByRole('button', { name: 'Settings' }).click()
  await window.getByText('Advanced', { exact: true }).click()
  await expect(window.getByRole('combobox', { name: 'Recorded at' })).toHaveValue('16000')
})

test('a server without ranges sends a recording once, and it is heard while it comes', async ({ window, demo }) => {
  await signIn(window, demo, 'eve')
  await registered(window)
  await window.getByRole('button', { name: 'Recordings' }).click()
  await demo.control({ do: 'addRecording', login: 'eve', name: 'Whole Call', number: '4185550100', seconds: 60 })
  // twice the speed of the sound: half a minute for all of it
  await demo.control({ do: 'faults', set: { mediaRanges: false, mediaBytesPerSecond: 32_000 } })
  await window.getByRole('row', { name: /Whole Call/ }).click()
  await window.getByRole('button', { name: 'Play', exact: true }).click()
  await expect.poll(() => playedTo(window), { timeout: 12_000 }).toBeGreaterThan(0.5)
  await demo.control({ do: 'faults', set: { mediaBytesPerSecond: null } })
  const time = window.getByRole('textbox', { name: 'Time' })
  await time.fill('0:50')
  await time.press('Enter')
  await expect.poll(() => playedTo(window), { timeout: 40_000 }).toBeGreaterThan(50.2)
  expect(await mediaRequests(demo)).toBe(1)
})

const playedTo = (window: Page) => window.evaluate(() => document.querySelector('audio')?.currentTime ?? 0)

async function mediaRequests(demo: DemoProcess): Promise<number> {
  const { requests } = (await demo.control({ do: 'state' })) as { requests: { path: string; status: number }[] }
  // whether the user may hear anything was asked by a request for what is not there
  return requests.filter(({ path, status }) => path.endsWith('/media') && status === 200).length
}
