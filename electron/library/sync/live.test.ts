import { expect, test } from 'vitest'
import { type LastCall } from '../../../shared/call.ts'
import { liveCall } from './live.ts'

const last: LastCall = {
  id: 'c-1',
  conversation: '1.1',
  peer: { name: 'Marie', number: '4185550142' },
  outgoing: true,
  startedAt: 1_000_000,
  endedAt: 1_070_000,
  end: 'talked',
  callMs: 60_000,
  recordedMs: 30_000,
  pauses: 1,
  timeline: [
    { fromMs: 0, toMs: 5_000, kind: 'not-recorded' },
    { fromMs: 5_000, toMs: 20_000, kind: 'recorded' },
    { fromMs: 20_000, toMs: 25_000, kind: 'paused' },
    { fromMs: 25_000, toMs: 35_000, kind: 'recorded' },
    { fromMs: 35_000, toMs: 50_000, kind: 'not-recorded' },
    { fromMs: 50_000, toMs: 55_000, kind: 'recorded' },
    { fromMs: 55_000, toMs: 60_000, kind: 'not-recorded' },
  ],
  files: [],
  provable: true,
  asked: null,
  forbidden: false,
  sentAt: null,
  due: 'no',
}
const quiet: Partial<LastCall> = { recordedMs: 0, timeline: [{ fromMs: 0, toMs: 60_000, kind: 'not-recorded' }] }
const tell = (change: Partial<LastCall> = {}, now = last.endedAt) => liveCall({ ...last, ...change }, now, ['1042'])

test('lists a call as it ended, with what was recorded from start to stop', () => {
  expect(tell()).toMatchObject({
    source: 'live',
    key: '1.1',
    answeredAt: 1_010_000,
    callMs: 60_000,
    why: 'finishing',
    recordings: [
      { startedAt: 1_015_000, endedAt: 1_045_000, durationMs: 25_000, hearing: 'finishing' },
      { startedAt: 1_060_000, endedAt: 1_065_000, durationMs: 5_000, hearing: 'finishing' },
    ],
  })
  expect(tell({ conversation: null }).key).toBe('c-1')
  expect(new Set(tell().recordings?.map(({ key }) => key)).size).toBe(2)
})

test('a recording whose file was seen is that file, whatever its name tells', () => {
  const keys = tell({ files: ['1700000000.5.wav'] }).recordings?.map(({ key }) => key)
  expect(keys).toEqual(['/1700000000.5.wav', 'live/1.1/1'])
})

test('after a minute its recording is late', () => {
  expect(tell({}, last.endedAt + 59_999).why).toBe('finishing')
  expect(tell({}, last.endedAt + 60_000).why).toBe('late')
})

test.each<[string, Partial<LastCall>, string]>([
  ['nobody answered', { end: 'not-answered', callMs: 0, recordedMs: 0, timeline: [] }, 'not-answered'],
  ['another phone of his answered', { end: 'elsewhere', callMs: 0, recordedMs: 0, timeline: [] }, 'unknown'],
  ['it was seen not to be recorded', quiet, 'not-recorded'],
  ['he may not record', { ...quiet, forbidden: true }, 'not-allowed'],
  ['nothing can prove it here', { ...quiet, provable: false }, 'unknown'],
  [
    'a stretch is not known',
    {
      ...quiet,
      timeline: [
        { fromMs: 0, toMs: 9_000, kind: 'not-recorded' },
        { fromMs: 9_000, toMs: 60_000, kind: 'not-known' },
      ],
    },
    'unknown',
  ],
])('says why not: %s', (_, change, why) => {
  expect(tell(change).why).toBe(why)
})

test('what cannot be proven tells of no recordings at all', () => {
  expect(tell({ ...quiet, provable: false }).recordings).toBeNull()
})

test('automatic or by the user only where it was seen', () => {
  const asked = { at: 1_015_000, route: 'calld', refusal: null } as const
  expect(tell({ due: 'no' }).how).toBe('by-me')
  expect(tell({ due: 'yes' }).how).toBe('automatic')
  expect(tell({ due: 'yes', asked }).how).toBeNull()
  expect(tell({ due: 'maybe' }).how).toBeNull()
  expect(tell({ due: null, asked }).how).toBeNull()
  expect(tell({ ...quiet, due: 'yes' }).how).toBeNull()
})

test('has both numbers, so that a file which is named by them is this call', () => {
  expect(tell().numbers).toEqual([last.peer.number, '1042'])
})
