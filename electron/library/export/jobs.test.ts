import { beforeEach, describe, expect, it } from 'vitest'
import { type ExportJobView, ExportWish } from '../../../shared/exporting.ts'
import { AppFailure, type FailureCode } from '../../../shared/failure.ts'
import { NO_FILTER } from '../../../shared/library/query.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { unpackedHere } from '../audio/compressed.testing.ts'
import { ExportJobs, type OpenLibrary } from './jobs.ts'
import { OURS } from './plan.ts'
import { entriesOf, FakeDisk, openFake } from './run.testing.ts'

let kept: Map<string, unknown>
let disks: Map<string, FakeDisk>
let open: (part: string) => Promise<AudioSource>
let held: (() => void)[]

beforeEach(() => {
  kept = new Map()
  disks = new Map()
  open = openFake
  held = []
})

const make = () =>
  new ExportJobs({
    store: { get: key => structuredClone(kept.get(key)), set: (key, value) => kept.set(key, structuredClone(value)) },
    diskOf: root => {
      const disk = disks.get(root) ?? new FakeDisk()
      disks.set(root, disk)
      return disk
    },
    newFolder: (parent, name) => Promise.resolve(`${parent}/${name}${disks.size === 0 ? '' : ` (${disks.size + 1})`}`),
    now: () => 1_790_000_000_000,
    after: (_ms, work) => {
      const timer = setImmediate(work)
      return () => clearImmediate(timer)
    },
    unpack: unpackedHere,
    words: ({ code }) => code,
    onView: () => undefined,
    log: (text, error) => {
      throw new Error(text, { cause: error })
    },
  })

/** Two hundred a step, as the index does. */
const library = (count: number): OpenLibrary => ({
  index: {
    walk: (_selection, after) => {
      const from = Number(after ?? 0)
      const to = Math.min(from + 7, count)
      return Promise.resolve({ entries: entriesOf(count).slice(from, to), next: to < count ? String(to) : null })
    },
  },
  open: part => open(part),
})
const wish = ExportWish.parse({ selection: { kind: 'filter', filter: NO_FILTER }, folders: 'day' })
const until = (jobs: ExportJobs, is: (view: ExportJobView) => boolean, at = 0) =>
  expect.poll(() => jobs.view().some((view, index) => index === at && is(view))).toBe(true)

/** Recordings come when the test says so. */
const hold = () => {
  open = part => new Promise<void>(resolve => held.push(resolve)).then(() => openFake(part))
}
const letGo = () => {
  open = openFake
  for (const go of held.splice(0)) go()
}

describe('exports', () => {
  it('run to their end, and are remembered no longer', async () => {
    const jobs = make()
    await jobs.use('eve', library(20))
    await jobs.begin(wish, '/out', 'Tallylight')
    expect(kept.get('exports')).toEqual([expect.objectContaining({ owner: 'eve', root: '/out/Tallylight' })])
    await until(jobs, ({ state }) => state === 'done')
    const [view] = jobs.view()
    expect(view).toMatchObject({ folder: 'Tallylight', done: 25, total: 25, failure: null })
    expect(view?.missed).toBe(view?.misses.length)
    expect(view?.misses[0]?.failure.code).toMatch(/^recording-/)
    expect(kept.get('exports')).toEqual([])
    expect(disks.get('/out/Tallylight')?.files.has(OURS.json)).toBe(true)
    await jobs.cancel(view?.id ?? '')
    expect(jobs.view()).toEqual([])
  })

  it('run one after the other, pause and go on', async () => {
    const jobs = make()
    await jobs.use('eve', library(10))
    hold()
    await jobs.begin(wish, '/out', 'one')
    await jobs.begin(wish, '/out', 'two')
    await expect.poll(() => held.length).toBe(2)
    expect(jobs.view().map(({ folder, state }) => [folder, state])).toEqual([
      ['two (2)', 'waiting'],
      ['one', 'running'],
    ])
    const one = jobs.view()[1]?.id ?? ''
    const pausing = jobs.pause(one)
    letGo()
    await pausing
    await until(jobs, ({ state }) => state === 'done', 0)
    expect(jobs.view()[1]).toMatchObject({ state: 'paused', failure: null })
    jobs.resume(one)
    await until(jobs, ({ state }) => state === 'done', 1)
  })

  it('that the app left behind are there again, paused, and end as if nothing had been', async () => {
    const before = make()
    await before.use('eve', library(10))
    hold()
    await before.begin(wish, '/out', 'one')
    await expect.poll(() => held.length).toBe(2)
    // killed: nothing of it runs any more
    const jobs = make()
    letGo()
    await before.stopAll()
    expect(jobs.view()).toEqual([])
    await jobs.use('bob', library(10))
    expect(jobs.view()).toEqual([])
    await jobs.use('eve', library(10))
    expect(jobs.view()).toMatchObject([{ folder: 'one', state: 'paused' }])
    jobs.resume(jobs.view()[0]?.id ?? '')
    await until(jobs, ({ state }) => state === 'done')
  })

  it('stop when the account is left, and are nobody else’s', async () => {
    const jobs = make()
    await jobs.use('eve', library(10))
    hold()
    await jobs.begin(wish, '/out', 'one')
    await expect.poll(() => held.length).toBe(2)
    const left = jobs.use(null, null)
    letGo()
    await left
    expect(jobs.view()).toEqual([])
    await jobs.use('eve', library(10))
    expect(jobs.view()).toMatchObject([{ state: 'paused' }])
  })

  const codes: FailureCode[] = ['disk-full', 'target-gone', 'target-locked']
  it.each(codes)('are paused with the reason at %s, and go on', async code => {
    const jobs = make()
    await jobs.use('eve', library(10))
    hold()
    await jobs.begin(wish, '/out', 'one')
    const disk = disks.get('/out/one')
    if (disk === undefined) throw new Error('no disk')
    disk.refuse = step => (step === 'write' ? new AppFailure(code) : null)
    letGo()
    await until(jobs, ({ state, failure }) => state === 'paused' && failure?.code === code)
    disk.refuse = null
    jobs.resume(jobs.view()[0]?.id ?? '')
    await until(jobs, ({ state }) => state === 'done')
  })

  it('given up keep what is whole', async () => {
    const jobs = make()
    await jobs.use('eve', library(10))
    let count = 0
    open = part =>
      ++count > 4 ? new Promise<void>(resolve => held.push(resolve)).then(() => openFake(part)) : openFake(part)
    await jobs.begin(wish, '/out', 'one')
    await expect.poll(() => held.length).toBe(2)
    const ending = jobs.cancel(jobs.view()[0]?.id ?? '')
    letGo()
    await ending
    expect(jobs.view()).toEqual([])
    expect(kept.get('exports')).toEqual([])
    const files = [...(disks.get('/out/one')?.files.keys() ?? [])]
    expect(files.filter(path => path.startsWith(OURS.work))).toEqual([])
    expect(files.filter(path => path.endsWith('.wav')).length).toBeGreaterThan(2)
  })

  it('given up twice take no other off the list, nor out of what is remembered', async () => {
    const jobs = make()
    await jobs.use('eve', library(10))
    hold()
    await jobs.begin(wish, '/out', 'one')
    await jobs.begin(wish, '/out', 'two')
    await expect.poll(() => held.length).toBe(2)
    const [two, one] = jobs.view().map(({ id }) => id)
    const ends = [jobs.cancel(one ?? ''), jobs.cancel(one ?? '')]
    // nor does it go on meanwhile
    jobs.resume(one ?? '')
    expect(jobs.view()[1]?.state).toBe('paused')
    for (const go of held.splice(0)) go()
    await Promise.all(ends)
    expect(jobs.view().map(({ id }) => id)).toEqual([two])
    expect(kept.get('exports')).toEqual([expect.objectContaining({ id: two })])
    letGo()
    await until(jobs, ({ id, state }) => id === two && state === 'done')
  })

  it('that are being given up when the library closes are tidied up before it is', async () => {
    const jobs = make()
    await jobs.use('eve', library(10))
    hold()
    await jobs.begin(wish, '/out', 'one')
    await expect.poll(() => held.length).toBe(2)
    const ending = jobs.cancel(jobs.view()[0]?.id ?? '')
    letGo()
    await jobs.use(null, null)
    expect(kept.get('exports')).toEqual([])
    await ending
  })

  it('tell before what they would write, and refuse what they do not know', async () => {
    const jobs = make()
    await expect(jobs.preview(wish)).rejects.toThrow('library-broken')
    await jobs.use('eve', library(20))
    expect(await jobs.preview(wish)).toMatchObject({ files: 17, without: 8 })
    await expect(jobs.pause('nobody')).rejects.toThrow('unexpected')
  })
})
