import { describe, expect, test } from 'vitest'
import { type Mark } from '../../shared/library/notes.ts'
import { type MarkedPart } from '../../shared/recording/callMarks.ts'
import { CallMarks, type MarkedCall } from './callMarks.ts'
import { memoryIndex } from './index.testing.ts'
import { type SourceCall } from './index/port.ts'

const NOW = 1_000_000_000
const part = (change: Partial<MarkedPart> = {}): MarkedPart => ({
  startedAt: NOW - 60_000,
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

function stage(soundMs: () => Promise<number | null> = () => Promise.resolve(20_250)) {
  const memory = memoryIndex()
  const marks = new Map<string, readonly Mark[]>()
  const index = {
    ...memory,
    marks: (entry: string) => Promise.resolve([...(marks.get(entry) ?? [])]),
    setMarks: (entry: string, some: readonly Mark[]) => Promise.resolve(void marks.set(entry, some)),
  }
  let ids = 0
  const make = () => new CallMarks(index, { soundMs, now: () => NOW, newId: () => `m-${ids++}` })
  return { index, make, all: () => [...marks.values()].flat() }
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
    const { index, make, all } = stage()
    const marks = make()
    await marks.add(call({ endedAt: NOW - 31 * 86_400_000, conversation: 'gone' }))
    await marks.add(call())
    await marks.add(call({ parts: [part({ marks: [{ stretch: 0, ms: 500 }] })] }))
    await index.take([listed()])
    expect(await marks.settle()).toBe(2)
    expect(all().map(({ atMs }) => atMs)).toEqual([12_250, 500])
    expect(index.notes.get('call-marks')).toEqual([])
  })
})
