/**
 * Exports as the user sees them: begun, paused, gone on with after a restart, given up. One runs at a time, so that the
 * server is asked for two recordings at once and no more. They belong to the account whose recordings they write.
 */
import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import { z } from 'zod'
import { type ExportForm, type ExportJobView, type ExportPreview, type ExportWish } from '../../../shared/exporting.ts'
import { AppFailure, type Failure } from '../../../shared/failure.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { type Unpack } from '../audio/decoding.ts'
import { type LibraryIndex } from '../index/port.ts'
import { type Disk, targetFailure } from './disk.ts'
import { type Plan, Planner, previewOf } from './plan.ts'
import { giveUp, layDown, pickUp, type Progress, run } from './run.ts'

/** The library that is open now. */
export interface OpenLibrary {
  readonly index: Pick<LibraryIndex, 'walk'>
  /** The sound of a part; the library closes it. Throws AppFailure. */
  open(part: string, form: ExportForm): Promise<AudioSource>
}

export interface JobsPorts {
  /** What outlives a restart: folders of exports that were begun, no word of what is in them. */
  readonly store: { get(key: string): unknown; set(key: string, value: unknown): void }
  readonly diskOf: (root: string) => Disk
  readonly unpack: Unpack
  /** Makes a new folder of this name in another; answers its path. Throws AppFailure. */
  readonly newFolder: (parent: string, name: string) => Promise<string>
  readonly now: () => number
  readonly after: (ms: number, run: () => void) => () => void
  readonly words: (failure: Failure) => string
  readonly onView: () => void
  readonly log: (text: string, error?: unknown) => void
}

const KEY = 'exports'
const Known = z.array(z.object({ id: z.string(), owner: z.string(), root: z.string() }))

/** As many misses as a window is told of. */
const TOLD_MISSES = 100
/** Progress is told so often at most, milliseconds. */
const TOLD_EVERY_MS = 250

interface Job {
  readonly id: string
  readonly owner: string
  readonly root: string
  plan: Plan | null
  view: ExportJobView
  stop: AbortController | null
  /** Ends when what runs of it has ended. */
  running: Promise<void>
  /** It is being given up: ends when it is off the list. Nothing else is done with it meanwhile. */
  ending: Promise<void> | null
}

export class ExportJobs {
  readonly #ports: JobsPorts
  #library: OpenLibrary | null = null
  #owner: string | null = null
  /** Oldest first. */
  readonly #jobs: Job[] = []
  #toldAt = -Infinity
  #telling: (() => void) | null = null

  constructor(ports: JobsPorts) {
    this.#ports = ports
    const known = Known.safeParse(ports.store.get(KEY))
    for (const { id, owner, root } of known.success ? known.data : [])
      this.#jobs.push({
        id,
        owner,
        root,
        plan: null,
        stop: null,
        running: Promise.resolve(),
        ending: null,
        view: viewOf(id, basename(root)),
      })
  }

  /** The library of an account was opened, or closed: exports of others are not shown, and none goes on without it. */
  async use(owner: string | null, library: OpenLibrary | null): Promise<void> {
    this.#owner = owner
    this.#library = library
    if (library === null) await this.stopAll()
    this.#ports.onView()
  }

  /** Newest first. */
  view(): ExportJobView[] {
    return this.#jobs.flatMap(job => (job.owner === this.#owner ? [job.view] : [])).reverse()
  }

  async preview(wish: ExportWish): Promise<ExportPreview> {
    return previewOf((await this.#plan(wish)).items)
  }

  /** Begins to write into a new folder inside of `parent`. Throws AppFailure where that cannot begin. */
  async begin(wish: ExportWish, parent: string, name: string): Promise<void> {
    const owner = this.#owner
    if (owner === null) throw new AppFailure('library-broken')
    const plan = await this.#plan(wish)
    const root = await this.#ports.newFolder(parent, name)
    await layDown(this.#ports.diskOf(root), plan)
    const id = randomUUID()
    const view: ExportJobView = { ...viewOf(id, basename(root)), state: 'waiting', total: plan.items.length }
    this.#jobs.push({ id, owner, root, plan, view, stop: null, running: Promise.resolve(), ending: null })
    this.#remember()
    this.#next()
  }

  async pause(id: string): Promise<void> {
    const job = this.#job(id)
    if (job.view.state !== 'running' && job.view.state !== 'waiting') return
    job.stop?.abort()
    this.#show(job, { state: 'paused', failure: null })
    await job.running
    this.#next()
  }

  resume(id: string): void {
    const job = this.#job(id)
    if (job.view.state !== 'paused' || job.ending !== null) return
    this.#show(job, { state: 'waiting', failure: null })
    this.#next()
  }

  /** Takes it off the list. Of one that is not done, what was written whole stays, with lists of that. */
  cancel(id: string): Promise<void> {
    const job = this.#job(id)
    job.ending ??= this.#end(job)
    return job.ending
  }

  /** The folder that it writes into. */
  folder(id: string): string {
    return this.#job(id).root
  }

  /** Nothing runs after. */
  async stopAll(): Promise<void> {
    for (const job of this.#jobs) {
      if (job.view.state !== 'running' && job.view.state !== 'waiting') continue
      job.stop?.abort()
      this.#show(job, { state: 'paused', failure: null })
    }
    await Promise.all(this.#jobs.map(job => job.ending ?? job.running))
  }

  #job(id: string): Job {
    const job = this.#jobs.find(one => one.id === id && one.owner === this.#owner)
    if (job === undefined) throw new AppFailure('unexpected')
    return job
  }

  async #plan(wish: ExportWish): Promise<Plan> {
    const library = this.#library
    if (library === null) throw new AppFailure('library-broken')
    const planner = new Planner(wish)
    let after: string | null = null
    do {
      const page = await library.index.walk(wish.selection, after)
      for (const entry of page.entries) planner.add(entry)
      after = page.next
    } while (after !== null)
    return { form: wish.form, exportedAt: this.#ports.now(), items: planner.items }
  }

  /** Runs the oldest that waits, where none runs. */
  #next(): void {
    const own = this.#jobs.filter(job => job.owner === this.#owner)
    if (this.#library === null || own.some(job => job.view.state === 'running')) return
    const job = own.find(one => one.view.state === 'waiting')
    if (job === undefined) return
    this.#show(job, { state: 'running' })
    job.running = job.running.then(() => this.#run(job)).then(() => this.#next())
  }

  async #run(job: Job): Promise<void> {
    const library = this.#library
    const { root } = job
    if (library === null || job.view.state !== 'running') return
    const stop = new AbortController()
    job.stop = stop
    const { diskOf, unpack, words, after, log } = this.#ports
    try {
      const disk = diskOf(root)
      const plan = job.plan ?? (await pickUp(disk))
      if (plan === 'over') return this.#ended(job)
      job.plan = plan
      this.#show(job, { total: plan.items.length })
      const end = await run(
        {
          disk,
          unpack,
          words,
          open: part => library.open(part, plan.form),
          wait: (ms, signal) => waitFor(after, ms, signal),
          onProgress: progress => this.#progress(job, progress),
        },
        plan,
        stop.signal,
      )
      if (end === 'done') this.#ended(job)
    } catch (error) {
      const failure = targetFailure(error)
      if (!(failure instanceof AppFailure)) log('an export', error)
      // whoever pressed Pause needs no other reason
      if (job.view.state !== 'running' && job.view.state !== 'waiting') return
      this.#show(job, {
        state: 'paused',
        failure: failure instanceof AppFailure ? failure.failure : { code: 'unexpected' },
      })
    } finally {
      job.stop = null
    }
  }

  #progress(job: Job, { done, bytes, missed, waiting }: Progress): void {
    const misses = missed
      .slice(0, TOLD_MISSES)
      .map(({ item: { startedAt, name, number }, code }) => ({ startedAt, peer: { name, number }, failure: { code } }))
    const change = { done, bytes, misses, missed: missed.length, failure: waiting }
    const before = job.view
    const paused = before.state === 'paused' ? { failure: before.failure } : {}
    job.view = { ...before, ...change, ...paused }
    if (waiting?.code !== before.failure?.code || done === job.view.total) return this.#ports.onView()
    const { now, after, onView } = this.#ports
    if (this.#telling !== null) return
    const wait = Math.max(0, Math.min(TOLD_EVERY_MS, this.#toldAt + TOLD_EVERY_MS - now()))
    this.#telling = after(wait, () => {
      this.#telling = null
      this.#toldAt = now()
      onView()
    })
  }

  #ended(job: Job): void {
    // the folder speaks for itself now
    job.plan = null
    this.#show(job, { state: 'done', failure: null })
    this.#remember()
  }

  /** Never fails: what cannot be tidied up stays where it lies. */
  async #end(job: Job): Promise<void> {
    if (job.view.state === 'done') return this.#forget(job)
    job.stop?.abort()
    this.#show(job, { state: 'paused', failure: null })
    await job.running
    try {
      const disk = this.#ports.diskOf(job.root)
      const plan = job.plan ?? (await pickUp(disk))
      if (plan !== 'over') await giveUp({ disk, words: this.#ports.words }, plan)
    } catch (error) {
      // a folder that is gone has nothing to tidy up in
      this.#ports.log('an export that was given up could not be tidied up', error)
    }
    this.#forget(job)
    this.#next()
  }

  #forget(job: Job): void {
    const at = this.#jobs.indexOf(job)
    if (at >= 0) this.#jobs.splice(at, 1)
    this.#remember()
    this.#ports.onView()
  }

  #show(job: Job, change: Partial<ExportJobView>): void {
    job.view = { ...job.view, ...change }
    this.#ports.onView()
  }

  #remember(): void {
    const open = this.#jobs.filter(job => job.view.state !== 'done')
    this.#ports.store.set(
      KEY,
      open.map(({ id, owner, root }) => ({ id, owner, root })),
    )
  }
}

const viewOf = (id: string, folder: string): ExportJobView => ({
  id,
  folder,
  state: 'paused',
  done: 0,
  total: 0,
  bytes: 0,
  failure: null,
  misses: [],
  missed: 0,
})

function waitFor(after: JobsPorts['after'], ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      stop()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const stop = after(ms, done)
    signal.addEventListener('abort', done)
  })
}
