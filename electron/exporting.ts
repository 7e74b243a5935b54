/**
 * Recordings on their way out, and links on their way in: joins exports, files for sending, the file for another computer
 * and links to the library that is open and to the dialogs of main. Plain Node.
 */
import { randomUUID } from 'node:crypto'
import { copyFile, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Parsed, type Result } from '../shared/bridge.ts'
import { type ExportForm, type exportingRequests, type ExportingView } from '../shared/exporting.ts'
import { AppFailure } from '../shared/failure.ts'
import { readLink, recordingLink } from '../shared/link.ts'
import { type AudioSource } from '../shared/recordings.ts'
import { type Settings, type SettingsChange } from '../shared/settings.ts'
import { failureText, type Language, textFor } from '../shared/text/index.ts'
import { type Clock } from './calls/ports.ts'
import { type Unpack } from './library/audio/decoding.ts'
import { folderDisk, newFolder, targetFailure } from './library/export/disk.ts'
import { type EncoderFiles } from './library/export/encode.ts'
import { ExportJobs, type JobsPorts } from './library/export/jobs.ts'
import { LONGEST_MOVE, moveFile, takeMoveFile } from './library/export/move.ts'
import { nameValues } from './library/export/names.ts'
import { renderName } from './library/templates/index.ts'
import { PreparedFiles } from './library/export/prepared.ts'
import { type LibraryIndex } from './library/index/port.ts'
import { errorCode } from './library/failures.ts'

export interface ExportLibrary {
  readonly index: Pick<LibraryIndex, 'walk' | 'entry' | 'part' | 'partOf' | 'exportNotes' | 'importNotes'>
  /** The sound of a part; the library closes it. Throws AppFailure. */
  readonly open: (part: string, form: ExportForm) => Promise<AudioSource>
}

export interface ExportingPorts {
  readonly store: JobsPorts['store']
  /** For files that are to be sent; of ours alone. */
  readonly sendingFolder: string
  readonly encoder: EncoderFiles
  readonly unpack: Unpack
  readonly clock: Clock
  readonly language: () => Language
  readonly settings: { current(): Settings; change(change: SettingsChange): void }
  readonly dialogs: {
    pickFolder(title: string): Promise<string | null>
    pickTarget(title: string, fileName: string): Promise<string | null>
    pickFile(title: string): Promise<string | null>
  }
  /** What the system does with a file of ours. */
  readonly system: {
    showFile(path: string): void
    dragFile(path: string): void
    copyText(text: string): void
  }
  readonly onView: () => void
  readonly log: (text: string, error?: unknown) => void
}

type Name = keyof typeof exportingRequests
export type ExportingHandlers = { [R in Name]: (argument: Parsed<R>) => Promise<Result<R>> | Result<R> }

export class Exporting {
  readonly #ports: ExportingPorts
  readonly #jobs: ExportJobs
  readonly #prepared: PreparedFiles
  #library: ExportLibrary | null = null
  #sending: ExportingView['sending'] = null
  #opened: ExportingView['opened'] = null
  /** A link that came before there was a library to look in. */
  #waiting: string | null = null

  constructor(ports: ExportingPorts) {
    this.#ports = ports
    const { store, clock, unpack, language, onView, log } = ports
    const after = (ms: number, run: () => void) => clock.after(ms, run)
    this.#jobs = new ExportJobs({
      store,
      diskOf: folderDisk,
      newFolder,
      unpack,
      now: () => clock.now(),
      after,
      words: failure => failureText(language(), failure),
      onView,
      log,
    })
    this.#prepared = new PreparedFiles({
      folder: ports.sendingFolder,
      encoder: ports.encoder,
      unpack,
      after,
      onProgress: sending => {
        if (sending === this.#sending) return
        this.#sending = sending
        onView()
      },
      log,
    })
  }

  view(): ExportingView {
    return { jobs: this.#jobs.view(), sending: this.#sending, opened: this.#opened }
  }

  /** Removes what an earlier run left. */
  begin(): Promise<void> {
    return this.#prepared.begin()
  }

  /** A library was opened: `owner` is its account. Null = none is open any more. */
  async use(owner: string, library: ExportLibrary): Promise<void>
  async use(owner: null, library: null): Promise<void>
  async use(owner: string | null, library: ExportLibrary | null): Promise<void> {
    this.#library = library
    if (library === null) {
      // what was prepared is the former user's
      await this.#prepared.end()
      this.#opened = null
    }
    await this.#jobs.use(owner, library)
    const link = this.#waiting
    if (library !== null && link !== null) await this.link(link)
  }

  async end(): Promise<void> {
    await this.#jobs.stopAll()
    await this.#prepared.end()
  }

  /** A link of ours that another program handed over: hostile until it was read. */
  async link(text: string): Promise<void> {
    const link = readLink(text)
    const library = this.#library
    this.#waiting = null
    if (link === null) return this.#show({ kind: 'broken' })
    if (library === null) {
      this.#waiting = text
      return this.#show({ kind: 'waiting' })
    }
    const place = await library.index.partOf(link.uuid)
    this.#show(
      place === null ? { kind: 'unknown' } : { kind: 'found', entry: place.entry, part: place.id, atMs: link.atMs },
    )
  }

  handlers(): ExportingHandlers {
    const { dialogs, system, clock } = this.#ports
    const jobs = this.#jobs
    const prepared = this.#prepared
    return {
      'export:preview': wish => jobs.preview(wish),
      'export:begin': async wish => {
        // refused before a folder is asked for
        await jobs.preview(wish)
        const parent = await dialogs.pickFolder(this.#words().pickFolder)
        if (parent === null) return false
        const { date, time } = nameValues({ startedAt: clock.now(), peer: NOBODY, outgoing: null, fileName: '' })
        await jobs.begin(wish, parent, `Tallylight ${date} ${time}`)
        return true
      },
      'export:pause': ({ job }) => jobs.pause(job),
      'export:resume': ({ job }) => jobs.resume(job),
      'export:cancel': ({ job }) => jobs.cancel(job),
      'export:show': ({ job }) => system.showFile(jobs.folder(job)),
      'send:prepare': async wish => {
        const { index, open } = this.#open()
        const place = await index.part(wish.part)
        const entry = place === null ? null : await index.entry(place.entry)
        if (place === null || entry === null) throw new AppFailure('recording-missing')
        const { startedAt, fileName } = place
        const { peer, outgoing } = entry
        const values = nameValues({ startedAt, peer, outgoing, fileName })
        const name = renderName('{{ date }} {{ time }} {{ name }}', values)
        return prepared.prepare(wish, await open(wish.part, 'wav'), name)
      },
      'send:stop': () => prepared.stop(),
      'send:show': ({ prepared: id }) => system.showFile(prepared.path(id)),
      'send:drag': ({ prepared: id }) => system.dragFile(prepared.path(id)),
      'send:drop': ({ prepared: id }) => prepared.drop(id),
      'send:save': async ({ prepared: id }) => {
        const from = prepared.path(id)
        const target = await dialogs.pickTarget(this.#words().saveRecording, basename(from))
        if (target === null) return null
        await replace(target, part => copyFile(from, part))
        return basename(target)
      },
      'link:copy': async ({ part, atMs }) => {
        const place = await this.#open().index.part(part)
        const link = recordingLink(place?.uuid ?? null, atMs)
        if (link === null) return false
        system.copyText(link)
        return true
      },
      'link:taken': () => this.#show(null),
      'move:save': async () => {
        const text = await moveFile(this.#open().index, this.#ports.settings.current())
        const target = await dialogs.pickTarget(this.#words().saveMove, 'Tallylight.json')
        if (target === null) return null
        await replace(target, part => writeFile(part, text, { flag: 'wx' }))
        return basename(target)
      },
      'move:load': async () => {
        const { index } = this.#open()
        const path = await dialogs.pickFile(this.#words().loadMove)
        return path === null ? null : takeMoveFile(await textOf(path), index, this.#ports.settings)
      },
    }
  }

  #open(): ExportLibrary {
    if (this.#library === null) throw new AppFailure('library-broken')
    return this.#library
  }

  #words() {
    return textFor(this.#ports.language()).exporting.dialogs
  }

  #show(opened: ExportingView['opened']): void {
    this.#opened = opened
    this.#ports.onView()
  }
}

const NOBODY = { name: '', number: '' }

/** Writes beside the target and moves it there: what stood at its place stays until the new one is whole. */
async function replace(target: string, write: (path: string) => Promise<void>): Promise<void> {
  const part = `${target}.${randomUUID().slice(0, 8)}.part`
  try {
    await write(part)
    await rename(part, target)
  } catch (error) {
    await rm(part, { force: true })
    throw targetFailure(error)
  }
}

/** Throws AppFailure `notes-unreadable` for what is too long or cannot be read. */
async function textOf(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > LONGEST_MOVE) throw new AppFailure('notes-unreadable')
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof AppFailure || errorCode(error) === null) throw error
    throw new AppFailure('notes-unreadable', { cause: error })
  }
}

/** Where the encoder and LAME lie beside the built main process. */
export const encoderFiles = (folder: string): EncoderFiles => ({
  worker: join(folder, 'encoder.cjs'),
  wasm: join(folder, 'lame.wasm'),
})
