import { beforeEach, expect, it } from 'vitest'
import { type Entry } from '../shared/library/entry.ts'
import { entryOf } from '../shared/library/entry.testing.ts'
import { Guide } from './guide.ts'

const call = (kind = 'off', change: Partial<Parameters<Guide['look']>[0][number]> = {}) =>
  ({ status: 'up', isCode: false, recording: { proof: { kind } }, ...change }) as const
const recorded = call('recording')
const entry = (part: string): Entry =>
  entryOf({
    id: `entry-${part}`,
    callMs: null,
    peer: { name: '', number: '1050' },
    parts: [
      {
        id: part,
        startedAt: 0,
        durationMs: null,
        hearing: part === 'awaited' ? 'finishing' : 'yes',
        kept: false,
        maybeOthers: false,
        fileName: 'a.wav',
      },
    ],
  })

let listed: string[] | null
let wanted: boolean
let guide: Guide

beforeEach(() => {
  listed = ['old']
  wanted = true
  guide = new Guide({
    wanted: () => wanted,
    list: () =>
      listed === null ? Promise.reject(new Error('unreachable')) : Promise.resolve({ entries: listed.map(entry) }),
    onChange: () => undefined,
    log: () => undefined,
  })
})

it('ticks a step when it was really done', async () => {
  guide.look([call('off', { status: 'dialing' })])
  expect(guide.view()).toEqual({ called: false, recorded: false, listed: false })
  guide.look([call()])
  expect(guide.view()).toEqual({ called: true, recorded: false, listed: false })
  guide.look([recorded])
  expect(guide.view()).toMatchObject({ recorded: true, listed: false })
  await guide.recordingsChanged()
  expect(guide.view().listed).toBe(false)
  listed = ['awaited', 'old']
  await guide.recordingsChanged()
  expect(guide.view().listed).toBe(false)
  listed = ['new', 'old']
  await guide.recordingsChanged()
  expect(guide.view().listed).toBe(true)
})

it('takes no older recording for this one, and a call to a code for none', async () => {
  guide.look([call('off', { isCode: true })])
  expect(guide.view().called).toBe(false)
  listed = ['new', 'old']
  await guide.recordingsChanged()
  expect(guide.view().listed).toBe(false)
})

it('claims nothing where the list could not be read before, and looks at the next call', async () => {
  listed = null
  guide.look([recorded])
  listed = ['new', 'old']
  await guide.recordingsChanged()
  expect(guide.view().listed).toBe(false)
  guide.look([recorded])
  listed = ['newer', 'new', 'old']
  await guide.recordingsChanged()
  expect(guide.view().listed).toBe(true)
})

it('asks nothing once it is put away', () => {
  wanted = false
  guide.look([recorded])
  expect(guide.view().called).toBe(false)
})
