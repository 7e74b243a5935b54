import { expect, test } from 'vitest'
import { nameReader } from '../names.ts'
import { callOfFile, type Measured, type NameSense } from './file.ts'

const measured: Measured = { hearing: 'yes', durationMs: 1_000, bytes: 16_044, bornAt: 1_700_000_000_000 }
const names = nameReader('user-{{ srcnum }}-{{ dstnum }}-{{ timestamp }}')
const how = (path: string, change: Partial<NameSense> = {}) =>
  callOfFile(path, names.read(path), measured, { own: ['1001'], strangers: true, automaticNames: true, ...change }).how

test('a file of the code is "by me" only where the user pressed', () => {
  expect(how('auto-1700000100-1001-1005.wav')).toBe('by-me')
  // the other party did
  expect(how('auto-1700000100-1005-1001.wav')).toBeNull()
  // another of his numbers
  expect(how('auto-1700000100-1005-1001.wav', { own: ['1001', '1005'] })).toBe('by-me')
  // TOUCH_MIXMONITOR took the place of the numbers
  expect(how('auto-1700000100-a talk with 1001.wav')).toBeNull()
  expect(how('auto-1700000100-1001.wav')).toBeNull()
  // nobody's numbers are known
  expect(how('auto-1700000100-1001-1005.wav', { own: [] })).toBeNull()
  expect(how('auto-1700000100--1001.wav', { own: ['1001'] })).toBeNull()
})

test('a name of the template is "automatic" only where files of the code are named in another way', () => {
  const path = 'user-1001-1003-1700000300.wav'
  expect([how(path), how(path, { automaticNames: false })]).toEqual(['automatic', null])
  expect([how('meeting.wav'), how('d2b0d4d1-6a2c-4d84-b0c1-111111111111.wav')]).toEqual([null, null])
})
