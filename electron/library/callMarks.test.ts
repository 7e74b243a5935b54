import { describe, expect, test } from 'vitest'
import { changedMarks } from '../../shared/library/marks.ts'
import { type Mark, type MarkChange } from '../../shared/library/notes.ts'
import { type MarkedPart } from '../../shared/recording/callMarks.ts'
import { CallMarks, type MarkedCall } from './callMarks.ts'
import { memoryIndex } from './index.testing.ts'
import { type SourceCall } from './index/port.ts'

const NOW = 1_000_000_000
const part = (change: Partial<MarkedPart> = {}): MarkedPart => ({
  startedAt: NOW - 60_000,
  began: true,
  endedAt: NOW - 30_000,
  stretches: [10_000, 10_000],
  pauses: 1,
  place: 0,
  marks: [{ stretch: 1, ms: 2000 }],
  ...change,
})
const call = (change: Partial<MarkedCall> = {}): MarkedCall => ({
  conversation: 'c-1',
  startedAt: NOW - 70_000,
  endedAt: NOW - 30_000,
  parts: [part()],
  ...change,
})
const listed = (change: Partial<SourceCall> = {}, startedAt = NOW - 60_000): SourceCall => ({
  source: 'call-log',
  key: '000000000001',
  ownerKnown: true,
  conversation: 'c-1',
  startedAt: NOW - 70_000,
  answeredAt: null,
  callMs: 40_000,
  answered: true,
  outgoing: true,
  peer: { name: 'Marie', number: '1050' },
  numbers: [],
  recordings: [
    { key: 'r-1', startedAt, endedAt: NOW - 30_000, durationMs: 30_000, bytes: null, hearing: 'yes', fileName: 'r-1' },
  ],
  why: null,
  how: null,
  ...change,
})

function stage(soundMs: (part: string) => Promise<number | null> = () => Promise.resolve(20_250)) {
  const memory = memoryIndex()
  const marks = new Map<string, readonly Mark[]>()
  const index = {
    ...memory,
    marks: (entry: string) => Promise.resolve([...(marks.get(entry) ?? [])]),
    changeMarks: (entry: string, changes: readonly MarkChange[]) =>
      Promise.resolve(void marks.set(entry, changedMarks(marks.get(entry) ?? [], changes))),
  }
  let ids = 0
  const said: string[] = []
  const log = (text: string) => said.push(text)
  const make = (now = NOW) => new CallMarks(index, { soundMs, now: () => now, newId: () => `m-${ids++}`, log })
  return { index, make, said, all: () => [...marks.values()].flat() }
}

describe('marks of a call', () => {
  test('wait on disk until its recording is listed, and land behind the beep of the pause', async () => {
    const { index, make, all } = stage()
    await make().add(call())
    expect(await make().settle()).toBe(0)
    await index.take([listed()])
    // another run of the app
    expect(await make().settle()).toBe(1)
    expect(all()).toMatchObject([{ atMs: 12_250, text: '' }])
    expect(await make().settle()).toBe(0)
    expect(all()).toHaveLength(1)
  })

  test('wait while the sound cannot be had, or is not finished', async () => {
    let there = false
    const { index, make, all } = stage(() =>
      there ? Promise.resolve(20_000) : Promise.reject(new Error('no network')),
    )
    const marks = make()
    await marks.add(call())
    await index.take([listed()])
    expect(await marks.settle()).toBe(0)
    there = true
    expect(await marks.settle()).toBe(1)
    expect(all()).toMatchObject([{ atMs: 12_000 }])
  })

  test('without a conversation belong to the part that began then', async () => {
    const { index, make, all } = stage()
    await make().add(call({ conversation: null }))
    await index.take([listed({ conversation: null, source: 'folder', key: '/other.wav' }, NOW - 20_000)])
    expect(await make().settle()).toBe(0)
    await index.take([listed({ conversation: null, source: 'folder', key: '/this.wav' }, NOW - 61_000)])
    expect(await make().settle()).toBe(1)
    expect(all()).toHaveLength(1)
  })

  test('keep the marks that are there, and are given up after a month', async () => {
    const { index, make, said, all } = stage()
    const marks = make()
    await marks.add(call({ endedAt: NOW - 31 * 86_400_000, conversation: 'gone' }))
    await marks.add(call())
    await marks.add(call({ parts: [part({ marks: [{ stretch: 0, ms: 500 }] })] }))
    await index.take([listed()])
    expect(await marks.settle()).toBe(2)
    expect(all().map(({ atMs }) => atMs)).toEqual([500, 12_250])
    expect(index.notes.get('call-marks')).toEqual([])
    expect(said).toEqual(['marks of a call are given up'])
  })
})

test('marks whose sound never comes are set where they were seen, after a month', async () => {
  const { index, make, all } = stage(() => Promise.reject(new Error('no such format')))
  await make().add(call())
  await index.take([
    listed({ recordings: listed().recordings?.map(one => ({ ...one, hearing: 'format' as const })) ?? null }),
  ])
  expect(await make().settle()).toBe(0)
  expect(await make(NOW + 31 * 86_400_000).settle()).toBe(1)
  expect(all()).toMatchObject([{ atMs: 12_000 }])
})

describe('marks of a file that began before it was seen', () => {
  const recording = (key: string, from: number, to: number) => ({
    ...{ key, startedAt: from, endedAt: to, durationMs: to - from, bytes: null, hearing: 'yes' as const },
    fileName: key,
  })
  const seen = (change: Partial<MarkedPart> = {}) =>
    part({ began: false, stretches: [20_000], pauses: 0, marks: [{ stretch: 0, ms: 5000 }], ...change })
  const ended = NOW - 30_000

  test('are in the part whose span they lie in, as far from its end as they were set', async () => {
    const { index, make, all } = stage(() => Promise.resolve(80_000))
    await make().add(call({ startedAt: NOW - 130_000, parts: [seen({ startedAt: NOW - 50_000, place: 1 })] }))
    await index.take([listed({ recordings: [recording('r-1', NOW - 110_000, ended)] })])
    expect(await make().settle()).toBe(1)
    expect(all()).toMatchObject([{ atMs: 65_000 }])
  })

  test('also where the next one begins nearer', async () => {
    const { index, make, all } = stage(() => Promise.resolve(60_000))
    const early = seen({ startedAt: NOW - 95_000, endedAt: NOW - 90_000, stretches: [5000], place: 0 })
    await make().add(call({ startedAt: NOW - 160_000, parts: [early] }))
    const [first, second] = [recording('r-1', NOW - 150_000, NOW - 90_000), recording('r-2', NOW - 88_000, ended)]
    await index.take([listed({ recordings: [first, second] })])
    expect(await make().settle()).toBe(1)
    expect(all()).toMatchObject([{ part: Buffer.from('r-1').toString('hex'), atMs: 60_000 }])
  })

  const lost = part({ endedAt: null, stretches: [12_000], pauses: 0, marks: [{ stretch: 0, ms: 2000 }] })
  test.each([
    { found: 'goes on', files: [recording('r-1', NOW - 60_000, ended)], times: [2000, 25_000] },
    {
      found: 'was begun anew',
      files: [recording('r-1', NOW - 60_000, NOW - 52_000), recording('r-2', NOW - 51_000, ended)],
      times: [2000, 16_000],
    },
  ])('lost and seen again, it $found: what is listed tells', async ({ files, times }) => {
    const lengths = new Map(files.map(({ key, durationMs }) => [Buffer.from(key).toString('hex'), durationMs]))
    const { index, make, all } = stage(id => Promise.resolve(lengths.get(id) ?? null))
    const again = seen({ startedAt: NOW - 40_000, stretches: [10_000] })
    await make().add(call({ parts: [lost, again] }))
    await index.take([listed({ recordings: files })])
    expect(await make().settle()).toBe(2)
    expect(all().map(({ atMs }) => atMs)).toEqual(times)
    const last = Buffer.from(files.at(-1)?.key ?? '').toString('hex')
    expect(all()[1]?.part).toBe(last)
  })

  test('by a clock that is far off: by its place, and in the end in what is nearest', async () => {
    const { index, make, all } = stage(() => Promise.resolve(20_000))
    const off = 4 * 60_000
    await make().add(call({ parts: [part(), part({ startedAt: NOW - 45_000, place: 2 })] }))
    await index.take([listed({ recordings: [recording('r-1', NOW - 60_000 + off, NOW - 30_000 + off)] })])
    expect(await make().settle()).toBe(1)
    expect(await make(NOW + 2 * 3_600_000).settle()).toBe(1)
    expect(all()).toHaveLength(2)
  })
})
