import { expect, test } from 'vitest'
import { type Entry, Hearing } from '../../shared/library/entry.ts'
import { copiesOf } from './copies.ts'

const call = (...parts: { hearing: Hearing; kept: boolean }[]) => ({ parts }) as unknown as Entry

test('tells what may be kept, what is kept, and which copies are the last', () => {
  const none = { someKept: false, someNotKept: false, someLast: false }
  expect(copiesOf([])).toEqual(none)
  expect(copiesOf([call()])).toEqual(none)
  const kept = Hearing.options.filter(hearing => copiesOf([call({ hearing, kept: true })]).someLast)
  expect(kept).toEqual(['deleted', 'missing'])
  const fetched = Hearing.options.filter(hearing => copiesOf([call({ hearing, kept: false })]).someNotKept)
  expect(fetched).toEqual(['yes'])
  const both = call({ hearing: 'yes', kept: false }, { hearing: 'deleted', kept: true })
  expect(copiesOf([call(), both])).toEqual({ someKept: true, someNotKept: true, someLast: true })
})
