import { expect, test } from 'vitest'
import { WhyNot } from '../../shared/library/entry.ts'
import { joined } from './index/joining.ts'
import { logged, seen, START } from './index/testing.ts'
import { withReason } from './why.ts'

const YEAR_MS = 365 * 86_400_000
const here = { now: START + 1_000, folderAway: false }
const why = (reason: WhyNot | null, of: Partial<typeof here>) =>
  withReason({ why: reason, startedAt: START }, { ...here, ...of }).why

test('a recording that was seen and never listed counts as deleted once servers have deleted theirs', () => {
  expect(why('late', { now: START + YEAR_MS })).toBe('late')
  expect(why('late', { now: START + YEAR_MS + 1 })).toBe('purged')
  expect(why('late', { now: START + YEAR_MS + 1, folderAway: true })).toBe('purged')
  // of a call that nobody saw being recorded nobody can say so
  expect(why('unknown', { now: START + YEAR_MS + 1 })).toBe('unknown')
})

test('what nothing else explains may lie in the folder that is away', () => {
  const changed = WhyNot.options.filter(reason => why(reason, { folderAway: true }) !== reason)
  expect(changed).toEqual(['late', 'not-told', 'unknown'])
  expect(changed.map(reason => why(reason, { folderAway: true }))).toEqual(changed.map(() => 'folder-away'))
  expect(WhyNot.options.map(reason => why(reason, {}))).toEqual(WhyNot.options)
  expect(why(null, { folderAway: true })).toBeNull()
})

test.each([
  ['was seen being recorded, and the server lists none', 'late', 'unknown', 'late'],
  ['was seen not being recorded', 'not-recorded', 'unknown', 'not-recorded'],
  ['could not be seen, and the list knows more', 'unknown', 'not-answered', 'not-answered'],
  ['is explained by nothing', 'unknown', 'unknown', 'unknown'],
] as const)('a call that %s', (_, live, log, told) => {
  const tellings = [logged(1, { recordings: [], why: log }), seen('1.1', { recordings: [], why: live })]
  expect(joined(tellings.map(call => ({ call, gone: false })))?.why).toBe(told)
})

test("a listed recording of a call that was seen not being recorded may be the other party's", () => {
  const tellings = [logged(1), seen('1.1', { recordings: [], why: 'not-recorded' })]
  const call = joined(tellings.map(it => ({ call: it, gone: false })))
  expect(call).toMatchObject({ why: null, parts: [{ maybeOthers: true }] })
})
