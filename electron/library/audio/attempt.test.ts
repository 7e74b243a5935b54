import { describe, expect, test } from 'vitest'
import { AppFailure } from '../../../shared/failure.ts'
import { memorySource, sound, wavOf } from '../testing.ts'
import { attempt } from './attempt.ts'
import { serverSource } from './server.ts'
import { virtualWav } from './virtual.ts'

const file = wavOf(sound(1_000_000))

describe('what a player could not have', () => {
  test('is told of by the server that went away, also near the beginning, which is kept', async () => {
    let away = false
    const client = {
      media: (_cdr: number, _uuid: string, { from, to }: { from: number; to: number }) =>
        away
          ? Promise.reject(new AppFailure('unreachable'))
          : Promise.resolve({ bytes: file.slice(from, to), size: file.length }),
      hold: () => () => undefined,
    }
    const source = virtualWav(serverSource(client, 1, 'u'))
    await source.size()
    away = true
    for (const share of [0, 0.01, 0.5, 1])
      await expect(attempt(source, share)).rejects.toMatchObject({ failure: { code: 'unreachable' } })
    away = false
    for (const share of [0, 0.01, 0.5, 1]) await attempt(source, share)
  })

  test('may be there after all, is nothing, or is no sound', async () => {
    await attempt(memorySource(() => sound(3)).source, 1)
    await expect(attempt(memorySource(() => sound(0)).source, 0)).rejects.toMatchObject({
      failure: { code: 'recording-empty' },
    })
    const page = new TextEncoder().encode('<!doctype html><title>Sign in</title>'.padEnd(4_000, ' '))
    await expect(attempt(virtualWav(memorySource(() => page).source), 0)).rejects.toMatchObject({
      failure: { code: 'recording-broken' },
    })
  })
})
