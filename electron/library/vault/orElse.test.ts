import { expect, it } from 'vitest'
import { AppFailure, type FailureCode } from '../../../shared/failure.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { failureOf, memorySource, sound } from '../testing.ts'
import { orElse } from './orElse.ts'

const SOUND = sound(1000)

/** A copy that reads once, and then fails; and how often it was closed. */
function failing(code: FailureCode) {
  const { source } = memorySource(() => SOUND)
  const told = { reads: 0, closed: 0 }
  const copy: AudioSource = {
    ...source,
    read: (from, to) => (told.reads++ === 0 ? source.read(from, to) : Promise.reject(new AppFailure(code))),
    close: () => {
      told.closed++
      return Promise.resolve()
    },
  }
  return { copy, told }
}

it.each(['copy-damaged', 'recording-missing', 'vault-locked'] as const)(
  'goes on from where the sound came from: %s',
  async code => {
    const { copy, told } = failing(code)
    const server = memorySource(() => SOUND)
    const source = orElse(copy, () => server.source)
    expect([await source.read(0, 10), await source.read(10, 20)]).toEqual([SOUND.slice(0, 10), SOUND.slice(10, 20)])
    expect([await source.read(20, 30), server.reads, told.closed]).toEqual([
      SOUND.slice(20, 30),
      [
        [10, 20],
        [20, 30],
      ],
      1,
    ])
  },
)

it('throws what the copy threw where there is nothing else, or another sound', async () => {
  const away = failing('copy-damaged')
  const none = orElse(away.copy, () => {
    throw new AppFailure('unreachable')
  })
  await none.read(0, 1)
  expect(await failureOf(none.read(0, 1))).toEqual({ code: 'copy-damaged' })
  const changed = failing('copy-damaged')
  const other = orElse(changed.copy, () => memorySource(() => sound(999)).source)
  await other.read(0, 1)
  expect(await failureOf(other.read(0, 1))).toEqual({ code: 'copy-damaged' })
})

it('asks nobody else where the fault is not the copy’s', async () => {
  const { copy } = failing('unreachable')
  const source = orElse(copy, () => {
    throw new Error('asked')
  })
  await source.read(0, 1)
  expect(await failureOf(source.read(0, 1))).toEqual({ code: 'unreachable' })
})
