import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ExportWish, type ExportingView } from '../shared/exporting.ts'
import { AppFailure } from '../shared/failure.ts'
import { NO_FILTER } from '../shared/library/query.ts'
import { Settings } from '../shared/settings.ts'
import { systemClock } from './calls/ports.ts'
import { Exporting, type ExportLibrary } from './exporting.ts'
import { unpackedHere } from './library/audio/compressed.testing.ts'
import { entriesOf, openFake } from './library/export/run.testing.ts'
import { failureOf, privateFolder } from './library/testing.ts'

const uuid = '0d1ffd26-4b2b-4a0c-9d7f-3f2d0ec5a111'

let home: Awaited<ReturnType<typeof privateFolder>>
let answer: string | null
let seen: string[]
let settings: Settings

beforeEach(async () => {
  home = await privateFolder()
  answer = null
  seen = []
  settings = Settings.parse({})
})
afterEach(() => home.remove())

function make() {
  const kept = new Map<string, unknown>()
  const picked = () => Promise.resolve(answer)
  return new Exporting({
    store: { get: key => kept.get(key), set: (key, value) => kept.set(key, value) },
    sendingFolder: join(home.path, 'sending'),
    encoder: {
      worker: join(import.meta.dirname, 'library/export/encoderWorker.ts'),
      wasm: join(import.meta.dirname, '../node_modules/wasm-media-encoders/wasm/mp3.wasm'),
    },
    unpack: unpackedHere,
    clock: systemClock,
    language: () => 'fr',
    settings: {
      current: () => settings,
      change: change => {
        settings = Settings.parse({ ...settings, ...change })
      },
    },
    dialogs: { pickFolder: picked, pickTarget: picked, pickFile: picked },
    system: {
      showFile: path => seen.push(`show ${path}`),
      dragFile: path => seen.push(`drag ${path}`),
      copyText: text => seen.push(`copy ${text}`),
    },
    onView: () => undefined,
    log: (text, error) => {
      throw new Error(text, { cause: error })
    },
  })
}

const entries = entriesOf(9)
const library: ExportLibrary = {
  index: {
    walk: () => Promise.resolve({ entries, next: null }),
    entry: id => Promise.resolve(entries.find(entry => entry.id === id) ?? null),
    part: id => {
      const entry = entries.find(({ parts }) => parts.some(part => part.id === id))
      const part = entry?.parts.find(one => one.id === id)
      if (entry === undefined || part === undefined) return Promise.resolve(null)
      const { startedAt, durationMs, hearing, fileName } = part
      return Promise.resolve({
        id,
        startedAt,
        durationMs,
        hearing,
        fileName,
        entry: entry.id,
        cdrId: 1,
        uuid: id === 'part-0-0' ? uuid : null,
        path: null,
        bytes: null,
        vaultKey: id,
      })
    },
    partOf: name => (name === uuid ? library.index.part('part-0-0') : Promise.resolve(null)),
    exportNotes: () => Promise.resolve('{"version":1,"calls":[]}'),
    importNotes: json =>
      json.includes('"calls"') ? Promise.resolve(3) : Promise.reject(new AppFailure('notes-unreadable')),
  },
  open: part => openFake(part),
}

describe('an export', () => {
  it('goes into a new folder of the one that was picked, and is shown there', async () => {
    const exporting = make()
    const ask = exporting.handlers()
    const wish = ExportWish.parse({ selection: { kind: 'filter', filter: NO_FILTER } })
    await exporting.use('eve', library)
    expect(await ask['export:begin'](wish)).toBe(false)
    answer = home.path
    expect(await ask['export:begin'](wish)).toBe(true)
    await expect.poll(() => exporting.view().jobs[0]?.state).toBe('done')
    const [folder = ''] = await readdir(home.path)
    expect(folder).toMatch(/^Tallylight \d{4}-\d\d-\d\d \d\d-\d\d-\d\d$/)
    expect(exporting.view().jobs[0]?.folder).toBe(folder)
    expect(await readFile(join(home.path, folder, 'recordings.csv'), 'utf8')).toContain('supprimé du serveur')
    await ask['export:show']({ job: exporting.view().jobs[0]?.id ?? '' })
    expect(seen).toEqual([`show ${join(home.path, folder)}`])
  })

  it('with names that cannot be used asks for no folder', async () => {
    const exporting = make()
    await exporting.use('eve', library)
    answer = home.path
    const wish = ExportWish.parse({ selection: { kind: 'filter', filter: NO_FILTER }, names: '{% for %}' })
    expect((await failureOf(Promise.resolve(exporting.handlers()['export:begin'](wish)))).code).toBe(
      'template-unsupported',
    )
    expect(await readdir(home.path)).toEqual([])
  })
})

describe('sending', () => {
  const wish = { part: 'part-0-0', form: 'wav', fromMs: null, toMs: null } as const

  it('prepares a file that can be dragged, shown and saved, and removes it with the session', async () => {
    const exporting = make()
    const ask = exporting.handlers()
    await exporting.use('eve', library)
    const prepared = await ask['send:prepare'](wish)
    const id = prepared?.id ?? ''
    expect(prepared?.fileName).toMatch(/^2026-\d\d-\d\d \d\d-\d\d-\d\d Marie\.wav$/)
    await ask['send:drag']({ prepared: id })
    await ask['send:show']({ prepared: id })
    const [drag = ''] = seen
    const path = drag.replace('drag ', '')
    expect(seen).toEqual([`drag ${path}`, `show ${path}`])
    answer = join(home.path, 'copy.wav')
    await writeFile(answer, 'old')
    expect(await ask['send:save']({ prepared: id })).toBe('copy.wav')
    expect(await readFile(answer)).toEqual(await readFile(path))
    await exporting.use(null, null)
    expect(existsSync(path)).toBe(false)
    expect(() => ask['send:drag']({ prepared: id })).toThrow('recording-missing')
    expect(await readdir(home.path)).toEqual(['copy.wav'])
  })

  it('copies a link that names the recording, where the server does', async () => {
    const exporting = make()
    await exporting.use('eve', library)
    const ask = exporting.handlers()
    expect(await ask['link:copy']({ part: 'part-0-0', atMs: 95_400 })).toBe(true)
    expect(await ask['link:copy']({ part: 'part-1-0', atMs: null })).toBe(false)
    expect(seen).toEqual([`copy tallylight://recording/${uuid}?t=95`])
  })
})

describe('a link', () => {
  const after = async (text: string, open: ExportLibrary | null): Promise<ExportingView['opened']> => {
    const exporting = make()
    if (open !== null) await exporting.use('eve', open)
    await exporting.link(text)
    return exporting.view().opened
  }

  it('leads to the recording that it names', async () => {
    expect(await after(`tallylight://recording/${uuid}?t=95`, library)).toEqual({
      kind: 'found',
      entry: 'entry-0',
      part: 'part-0-0',
      atMs: 95_000,
    })
  })

  it('says what is wrong with it, and what is missing', async () => {
    const other = uuid.replace('0d1f', '1111')
    expect(await after(`tallylight://recording/${other}`, library)).toEqual({ kind: 'unknown' })
    for (const bad of ['tallylight://', 'tallylight://recording/x', `tallylight://recording/${uuid}/../..`])
      expect(await after(bad, library)).toEqual({ kind: 'broken' })
    expect(await after(`tallylight://recording/${uuid}`, null)).toEqual({ kind: 'waiting' })
  })

  it('that came before anybody signed in is looked for then, once', async () => {
    const exporting = make()
    await exporting.link(`tallylight://recording/${uuid}`)
    await exporting.use('eve', library)
    expect(exporting.view().opened).toMatchObject({ kind: 'found', entry: 'entry-0' })
    await exporting.handlers()['link:taken']()
    expect(exporting.view().opened).toBe(null)
    await exporting.use('eve', library)
    expect(exporting.view().opened).toBe(null)
  })
})

describe('the file for another computer', () => {
  it('is saved and taken in, and a bad one changes nothing', async () => {
    const exporting = make()
    const ask = exporting.handlers()
    await exporting.use('eve', library)
    expect(await ask['move:save']()).toBe(null)
    answer = join(home.path, 'Tallylight.json')
    settings = Settings.parse({ theme: 'dark' })
    expect(await ask['move:save']()).toBe('Tallylight.json')
    settings = Settings.parse({})
    expect(await ask['move:load']()).toEqual({ calls: 3, settings: 1 })
    expect(settings.theme).toBe('dark')
    for (const text of [
      '{',
      '{"format":"tallylight-move","version":1,"settings":{"theme":"pink"},"notes":{"calls":[]}}',
    ]) {
      await writeFile(answer, text)
      expect((await failureOf(Promise.resolve(ask['move:load']()))).code).toBe('notes-unreadable')
    }
    answer = join(home.path, 'folder')
    await mkdir(answer)
    expect((await failureOf(Promise.resolve(ask['move:load']()))).code).toBe('notes-unreadable')
    expect(settings.theme).toBe('dark')
  })
})
