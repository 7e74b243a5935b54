import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { changedMarks } from './marks.ts'
import { type Mark, type MarkChange } from './notes.ts'

const mark = (id: string, atMs: number, text = ''): Mark => ({ id, part: 'p', atMs, text })
const ids = fc.constantFrom('a', 'b', 'c', 'd')
const changes: fc.Arbitrary<MarkChange> = fc.oneof(
  fc.record({ do: fc.constant('add' as const), mark: fc.record({ id: ids, atMs: fc.nat(9) }) }).map(({ mark: it }) => ({
    do: 'add' as const,
    mark: mark(it.id, it.atMs),
  })),
  fc.record({ do: fc.constant('text' as const), id: ids, text: fc.string({ maxLength: 3 }) }),
  fc.record({ do: fc.constant('remove' as const), id: ids }),
)

describe('changes of marks', () => {
  test('are told one at a time, and stand in the order of time', () => {
    const marks = [mark('a', 5), mark('b', 9, 'price')]
    expect(changedMarks(marks, [{ do: 'add', mark: mark('c', 7) }])).toEqual([marks[0], mark('c', 7), marks[1]])
    expect(changedMarks(marks, [{ do: 'text', id: 'a', text: 'hello' }])).toEqual([mark('a', 5, 'hello'), marks[1]])
    expect(changedMarks(marks, [{ do: 'remove', id: 'a' }])).toEqual([marks[1]])
  })

  test('whatever they are, none touches another mark, and none is there twice', () => {
    fc.assert(
      fc.property(fc.array(changes), changes, (before, change) => {
        const marks = changedMarks([], before)
        const after = changedMarks(marks, [change])
        const named = change.do === 'add' ? change.mark.id : change.id
        const others = (some: readonly Mark[]) => some.filter(({ id }) => id !== named)
        expect(others(after)).toEqual(others(marks))
        expect(new Set(after.map(({ id }) => id)).size).toBe(after.length)
        expect(after.map(({ atMs }) => atMs)).toEqual(after.map(({ atMs }) => atMs).sort((a, b) => a - b))
        // told again, it changes nothing
        expect(changedMarks(after, [change])).toEqual(after)
      }),
    )
  })
})
