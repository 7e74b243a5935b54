import { expect, it } from 'vitest'
import { wazoHintNumber } from './wazoHint.ts'

it.each([
  [42, '*26', '*73542***226'],
  [7, '*927', '*7357***2927'],
  [42, '26', '*73542*26'],
])('the hint of user %d for code %s is %s', (user, code, number) => {
  expect(wazoHintNumber(user, code)).toBe(number)
})
