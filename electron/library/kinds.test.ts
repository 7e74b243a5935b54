import { expect, test } from 'vitest'
import { recognise } from './audio/format.ts'
import { audioKind, silentMs } from './kinds.ts'

test('tells audio by its name', () => {
  expect(audioKind('a.WAV')).toEqual({ byteRate: null })
  expect(audioKind('a.g729')).toEqual({ byteRate: 1_000 })
  for (const name of ['.a.wav', 'a.txt', 'a', 'wav']) expect(audioKind(name)).toBeNull()
})

test('what the player knows by its name alone is listed', () => {
  const bytes = new Uint8Array(2_000)
  const names = [
    'sln',
    'raw',
    'sln16',
    'sln192',
    'ulaw',
    'pcm',
    'alaw',
    'g722',
    'gsm',
    'vox',
    'g729',
    'ilbc',
    'g723',
    'spx',
  ]
  for (const name of [...names, 'siren7', 'siren14', 'g726-16', 'g726-40']) {
    expect(recognise(bytes, name).kind).not.toBe('not-audio')
    expect(audioKind(`a.${name}`), name).not.toBeNull()
  }
})

test('a slow format may stand still for longer', () => {
  expect(silentMs(16_000)).toBe(5_000)
  expect(silentMs(1_650)).toBe(49_648)
})
