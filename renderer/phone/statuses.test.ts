import { expect, test } from 'vitest'
import { isRefusal, isWrongPassword } from './statuses.ts'

test('a refusal is what another try does not change', () => {
  expect([401, 403, 404, 407, 420, 603].filter(isRefusal)).toEqual([401, 403, 404, 407, 420, 603])
  expect([200, 302, 408, 423, 429, 480, 500, 503].filter(isRefusal)).toEqual([])
})

test('only being asked for proof again is a wrong password', () => {
  expect([401, 403, 404, 407, 503].filter(isWrongPassword)).toEqual([401, 407])
})
