import { describe, expect, it } from 'vitest'
import { isShared, standingOf } from './bindings.ts'

describe('the list of a registrar', () => {
  it.each([
    [['me'], false, 'ours'],
    [['other', 'me'], false, 'ours'],
    [['me', 'me'], false, 'ours'],
    [['other'], false, 'taken'],
    [['other'], true, 'gone'],
    [[], false, 'gone'],
    [[undefined], false, 'taken'],
  ] as const)('%j, several: %s: %s', (users, several, standing) =>
    expect(standingOf(users, 'me', several)).toBe(standing),
  )

  it('shows that a line has several phones only beside ours', () => {
    expect(isShared(['me', 'other'], 'me')).toBe(true)
    expect(isShared(['me', 'me'], 'me')).toBe(false)
    expect(isShared(['a', 'b'], 'me')).toBe(false)
  })
})
