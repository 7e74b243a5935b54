/** Recordings on their way out of the app, and links on their way in: in a real Electron, against the demo server. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Page } from '@playwright/test'
import { z } from 'zod'
import { wavFile } from '../electron/demo/sound.ts'
import { type Argument, type Result, type WindowRequestName } from '../shared/bridge.ts'
import { type Entry } from '../shared/library/entry.ts'
import { type Selection } from '../shared/library/query.ts'
import { expect, PACKED, type Running, test } from './support/app.ts'
import { type DemoProcess } from './support/demo.ts'
import { registered, signIn } from './support/steps.ts'

const HERTZ = 620
const RATE = 8_000

/** A steady tone, quiet in its first half second. */
const tone = (seconds: number): Buffer =>
  wavFile(
    Int16Array.from({ length: seconds * RATE }, (_, i) =>
      i < RATE / 2 ? 0 : Math.round(8_000 * Math.sin((2 * Math.PI * HERTZ * i) / RATE)),
    ),
  )

async function ask<R extends WindowRequestName>(window: Page, name: R, argument: Argument<R>): Promise<Result<R>> {
  const outcome = await window.evaluate(([request, given]) => bridge.request(request, given as never), [
    name,
    argument,
  ] as const)
  if (!outcome.ok) throw new Error(`${name}: ${outcome.failure.code}`)
  // the bridge answers what it was asked for
  return outcome.value
}

const add = (demo: DemoProcess, entry: Record<string, unknown>) =>
  demo.control({ do: 'addRecording', login: 'eve', number: '4185550100', seconds: 5, ...entry })

/** The entry of a name, once the library has it. */
async function listed(window: Page, name: string): Promise<Entry> {
  let found: Entry | undefined
  await expect
    .poll(
      async () => {
        await ask(window, 'library:look', undefined)
        const { entries } = await ask(window, 'library:list', { filter: { search: name }, at: null })
        found = entries.find(entry => entry.peer.name === name && entry.parts.length > 0)
        return found !== undefined
      },
      { timeout: 20_000 },
    )
    .toBe(true)
  if (found === undefined) throw new Error(`no ${name}`)
  return found
}

const partOf = (entry: Entry): string => {
  const [part] = entry.parts
  if (part === undefined) throw new Error('no recording')
  return part.id
}

/** Main's dialogs answer with this folder, or this file. */
const picking = ({ app }: Running, path: string) =>
  app.evaluate(({ dialog }, filePath) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [filePath] })
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, path)

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

test.beforeEach(async ({ window, demo }) => {
  await signIn(window, demo, 'eve')
  await registered(window)
})

test('an export of all that a filter finds lies in the folder, byte for byte, with its list', async ({
  window,
  running,
  demo,
  profile,
}) => {
  const wavs = [tone(2), tone(3), tone(4)]
  for (const [index, wav] of wavs.entries())
    await add(demo, { name: 'Zed <Exported>', number: `418555010${index}`, wavBase64: wav.toString('base64') })
  await add(demo, { name: 'Zed Deleted', is: 'deleted' })
  await listed(window, 'Zed Deleted')
  const out = join(profile, 'out')
  await mkdir(out)
  await picking(running, out)
  const selection = { kind: 'filter', filter: { search: 'zed' } } as const
  expect(await ask(window, 'export:preview', { selection })).toMatchObject({ files: 3, without: 1 })
  expect(await ask(window, 'export:begin', { selection, folders: 'person' })).toBe(true)
  const job = async () => (await ask(window, 'app:snapshot', undefined)).exporting.jobs[0]
  await expect.poll(async () => (await job())?.state, { timeout: 30_000 }).toBe('done')
  expect(await job()).toMatchObject({ done: 4, total: 4, missed: 1 })
  const [folder = ''] = await readdir(out)
  const List = z.object({
    recordings: z.array(
      z.object({ file: z.string().nullable(), sha256: z.string().nullable(), reason: z.string().nullable() }),
    ),
  })
  const list = List.parse(JSON.parse(await readFile(join(out, folder, 'recordings.json'), 'utf8')))
  expect(list.recordings.filter(({ reason }) => reason === 'recording-deleted')).toHaveLength(1)
  const files = list.recordings.flatMap(one => (one.file === null ? [] : [one]))
  const bytes = await Promise.all(files.map(({ file }) => readFile(join(out, folder, ...(file ?? '').split('/')))))
  expect(files.map(one => one.sha256)).toEqual(bytes.map(sha256))
  expect(bytes.map(sha256).sort()).toEqual(wavs.map(sha256).sort())
  expect(await readdir(join(out, folder))).not.toContain('.tallylight-export')
})

test(
  'a small file plays as long as the recording did, and carries its tone',
  PACKED,
  async ({ window, demo, running, profile }) => {
    const seconds = 12
    await add(demo, { name: 'Small', wavBase64: tone(seconds).toString('base64') })
    const part = partOf(await listed(window, 'Small'))
    const prepared = await ask(window, 'send:prepare', { part, form: 'small' })
    if (prepared === null) throw new Error('not prepared')
    expect(prepared.fileName).toMatch(/Small\.mp3$/)
    expect(prepared.bytes).toBeLessThan(tone(seconds).length / 3)
    const target = join(profile, 'small.mp3')
    await picking(running, target)
    expect(await ask(window, 'send:save', { prepared: prepared.id })).toBe('small.mp3')
    const heard = await window.evaluate(
      async base64 => {
        const bytes = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))
        const rate = 16_000
        const sound = await new OfflineAudioContext(1, rate, rate).decodeAudioData(bytes.buffer)
        const samples = sound.getChannelData(0)
        const loudAt = samples.findIndex(sample => Math.abs(sample) > 0.1) / rate
        // the strength of each tone in a second of it (Goertzel)
        const strength = (hertz: number) => {
          let [re, im] = [0, 0]
          for (let i = 0; i < rate; i++) {
            const angle = (2 * Math.PI * hertz * i) / rate
            re += (samples[rate * 5 + i] ?? 0) * Math.cos(angle)
            im += (samples[rate * 5 + i] ?? 0) * Math.sin(angle)
          }
          return (2 * Math.hypot(re, im)) / rate
        }
        return { duration: sound.duration, loudAt, there: strength(620), beside: strength(940) }
      },
      (await readFile(target)).toString('base64'),
    )
    expect(Math.abs(heard.duration - seconds)).toBeLessThan(0.1)
    expect(Math.abs(heard.loudAt - 0.5)).toBeLessThan(0.1)
    expect(heard.there).toBeGreaterThan(0.2)
    expect(heard.beside).toBeLessThan(0.01)
  },
)

test('what was prepared for sending is gone when the app ends', async ({ window, demo, running, profile }) => {
  await add(demo, { name: 'Private', wavBase64: tone(3).toString('base64') })
  const part = partOf(await listed(window, 'Private'))
  await ask(window, 'send:prepare', { part, form: 'wav', fromMs: 1_000, toMs: 2_000 })
  expect(await readdir(join(profile, 'sending'))).toHaveLength(1)
  await running.close()
  expect(existsSync(join(profile, 'sending'))).toBe(false)
})

test('a link opens its recording here, and says so where it is not among one’s own', async ({
  window,
  demo,
  running,
}) => {
  await add(demo, { name: 'Linked', wavBase64: tone(3).toString('base64') })
  const entry = await listed(window, 'Linked')
  expect(await ask(window, 'link:copy', { part: partOf(entry), atMs: 1_500 })).toBe(true)
  const link = await running.app.evaluate(({ clipboard }) => clipboard.readText())
  expect(link).toMatch(/^tallylight:\/\/recording\/[0-9a-f-]{36}\?t=1$/)
  const open = (text: string) =>
    running.app.evaluate(({ app }, given) => app.emit('second-instance', {}, ['/usr/bin/tallylight', given]), text)
  await open(link)
  await expect(window.getByRole('main', { name: 'Recordings' })).toBeVisible()
  await expect(window.getByRole('heading', { name: 'Linked' })).toBeVisible()
  await open('tallylight://recording/11111111-1111-4111-8111-111111111111')
  await expect(
    window.getByText('This link leads to a recording that is not among yours.', { exact: false }),
  ).toBeVisible()
  await open('tallylight://recording/../../etc/passwd')
  await expect(window.getByText('This link is incomplete.', { exact: false })).toBeVisible()
})

test('one file carries notes and settings to another computer', async ({ window, demo, running, profile }) => {
  await add(demo, { name: 'Noted', wavBase64: tone(2).toString('base64') })
  const entry = await listed(window, 'Noted')
  const selection: Selection = { kind: 'entries', ids: [entry.id] }
  await ask(window, 'library:annotate', {
    selection,
    change: { note: 'price agreed', tags: ['deal'], favourite: true },
  })
  await ask(window, 'settings:change', { permanentCode: '*27' })
  const file = join(profile, 'move.json')
  await picking(running, file)
  await window.getByRole('button', { name: 'Settings' }).click()
  await window.getByRole('button', { name: 'Save file...' }).click()
  await expect(window.getByText(/Saved as .*move\.json/)).toBeVisible()
  await ask(window, 'library:annotate', { selection, change: { tags: [] } })
  await ask(window, 'settings:change', { permanentCode: '*26' })
  await window.getByRole('button', { name: 'Take in a file...' }).click()
  await expect(window.getByText(/Taken in: notes of 1 call, 1 setting changed/)).toBeVisible()
  expect((await ask(window, 'app:snapshot', undefined)).settings.permanentCode).toBe('*27')
})
