import { expect, test } from 'vitest'
import { callOf } from './cdr.ts'
import { cdr, me, reader } from './testing.ts'

test('tells of a call with its recordings', () => {
  const call = cdr(12, {
    recordings: [
      { uuid: 'a', startedAt: 8_000, endedAt: 20_000, deleted: false, filename: 'a.wav' },
      { uuid: 'b', startedAt: 30_000, endedAt: null, deleted: true, filename: 'b.wav' },
    ],
    conversationId: '1.2',
  })
  expect(callOf(call, reader)).toMatchObject({
    source: 'call-log',
    key: '000000000012',
    ownerKnown: true,
    conversation: '1.2',
    callMs: 60_000,
    answered: true,
    outgoing: true,
    peer: { name: 'Hélène Roy', number: '1003' },
    numbers: ['1001', '1003'],
    why: null,
    how: null,
    recordings: [
      { key: 'a', startedAt: 8_000, endedAt: 20_000, durationMs: null, hearing: 'yes', fileName: 'a.wav' },
      { key: 'b', endedAt: null, hearing: 'deleted' },
    ],
  })
})

test('before 24.12 nothing can be heard, and what is deleted stays deleted', () => {
  const recordings = [
    { uuid: 'a', startedAt: 0, endedAt: null, deleted: false, filename: 'a.wav' },
    { uuid: 'b', startedAt: 0, endedAt: null, deleted: true, filename: 'b.wav' },
  ]
  const call = callOf(cdr(1, { recordings }), { ...reader, canHear: false })
  expect(call?.recordings?.map(({ hearing }) => hearing)).toEqual(['no-media', 'deleted'])
})

test.each([
  ['nobody answered', { answeredAt: null, durationS: null }, 'not-answered'],
  ['the server does not tell of recordings', { recordings: null }, 'not-told'],
  ['nothing is known', { recordings: [] }, 'unknown'],
] as const)('says why there is no recording: %s', (_, change, why) => {
  expect(callOf(cdr(1, { recordings: [], ...change }), reader)?.why).toBe(why)
})

test('a call to a feature code is no conversation', () => {
  expect(callOf(cdr(1, { destinationNumber: '*26' }), reader)).toBeNull()
  expect(callOf(cdr(1, { requestedNumber: '*26', destinationNumber: '' }), reader)).toBeNull()
})

test('who did not call was called, whatever the trunk says', () => {
  const call = callOf(cdr(1, { sourceUserUuid: null, sourceName: 'Acme', sourceNumber: '01234' }), reader)
  expect(call).toMatchObject({ outgoing: false, peer: { name: 'Acme', number: '01234' } })
  const dialled = callOf(cdr(1, { sourceUserUuid: me, destinationNumber: '', requestedNumber: '01299' }), reader)
  expect(dialled?.peer.number).toBe('01299')
})
