import { expect, test } from 'vitest'
import { nextSpeed, playerAction, SPEEDS, USUAL_FUNCTION_KEYS } from './playerKeys.ts'

const key = (code: string, more = {}) => ({
  code,
  ctrlKey: false,
  altKey: false,
  shiftKey: false,
  metaKey: false,
  ...more,
})

test.each([
  ['Space', 'play'],
  ['KeyJ', 'back15'],
  ['KeyK', 'play'],
  ['KeyL', 'forward15'],
  ['Escape', 'pause'],
  ['ArrowLeft', 'back5'],
  ['F9', 'play'],
  ['F7', 'back5'],
  ['F1', null],
  ['KeyX', null],
])('%s: %s', (code, action) => expect(playerAction(key(code), USUAL_FUNCTION_KEYS)).toBe(action))

test('a function key does what the user chose, and a key with Control, Alt or Super nothing', () => {
  expect(playerAction(key('F9'), { F9: 'mark' })).toBe('mark')
  expect(playerAction(key('ArrowLeft', { shiftKey: true }), {})).toBe('back1')
  for (const held of ['ctrlKey', 'altKey', 'metaKey'])
    expect(playerAction(key('KeyJ', { [held]: true }), {})).toBeNull()
})

test('speeds go up and down by steps, and stay at their ends', () => {
  let speed = 0.5
  for (const one of SPEEDS) {
    expect(speed).toBe(one)
    speed = nextSpeed(speed, 1)
  }
  expect(speed).toBe(3)
  expect(nextSpeed(0.5, -1)).toBe(0.5)
  expect(nextSpeed(1.1, -1)).toBe(1)
})
