import { expect, it } from 'vitest'
import { SERVER } from './facts.ts'
import { hear, noKeys } from './keys.ts'

/** Each key, and how many milliseconds after the one before it. */
const matches = (keys: readonly (readonly [string, number])[], code = '*3') => {
  let now = 1_000_000
  let held = noKeys
  let times = 0
  for (const [key, after] of keys) {
    now += after
    const heard = hear(held, key, code, now)
    held = heard.held
    if (heard.matched) times++
  }
  return times
}

it('a code is its keys, one after the other', () => {
  expect(
    matches([
      ['*', 0],
      ['3', 400],
    ]),
  ).toBe(1)
  expect(
    matches([
      ['3', 0],
      ['*', 400],
    ]),
  ).toBe(0)
  expect(
    matches([
      ['*', 0],
      ['1', 400],
      ['3', 400],
    ]),
  ).toBe(0)
  expect(
    matches([
      ['5', 0],
      ['*', 100],
      ['3', 100],
    ]),
  ).toBe(1)
})

it('is told twice of a key now and then', () => {
  expect(
    matches([
      ['*', 0],
      ['*', 2],
      ['3', 400],
      ['3', 2],
    ]),
  ).toBe(1)
  expect(
    matches(
      [
        ['#', 0],
        ['#', 300],
        ['4', 300],
      ],
      '##4',
    ),
  ).toBe(1)
})

it('is pressed twice when it is pressed twice', () => {
  expect(
    matches([
      ['*', 0],
      ['3', 400],
      ['*', 3_000],
      ['3', 400],
    ]),
  ).toBe(2)
})

it('is none when its keys are too far apart', () => {
  expect(
    matches([
      ['*', 0],
      ['3', 2 * SERVER.digitTimeoutMs.value + 1],
    ]),
  ).toBe(0)
})
