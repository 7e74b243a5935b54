import { expect, test } from 'vitest'
import { hintOf } from './dialogInfo.ts'

test('a hint is on or off only where it says so', () => {
  expect(hintOf(['confirmed'])).toBe('on')
  expect(hintOf(['terminated', 'confirmed'])).toBe('on')
  expect(hintOf(['terminated'])).toBe('off')
  expect(hintOf(['early'])).toBe('unavailable')
  expect(hintOf([])).toBe('unavailable')
})
