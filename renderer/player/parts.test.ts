import { expect, test } from 'vitest'
import { Hearing, type Part } from '../../shared/library/entry.ts'
import { gapBefore, mayPass, nextPart, timedParts } from './parts.ts'

const part = (id: string, startedAt: number, durationMs: number | null, more: Partial<Part> = {}): Part => ({
  id,
  startedAt,
  durationMs,
  hearing: 'yes',
  kept: false,
  maybeOthers: false,
  fileName: '',
  ...more,
})

test('gaps are told where both ends are known and they are worth it', () => {
  const parts = [part('a', 0, 10_000), part('b', 22_000, null), part('c', 60_000, 5000), part('d', 65_900, 1000)]
  expect(timedParts(parts).map(({ gapMs }) => gapMs)).toEqual([null, 12_000, null, null])
  expect(gapBefore(parts, 'b')).toBe(12_000)
})

test('the next one is a part that can be heard, and not the other party’s', () => {
  const parts = [
    part('a', 0, 1),
    part('b', 1, 1, { hearing: 'deleted' }),
    part('c', 2, 1, { maybeOthers: true }),
    part('d', 3, 1, { hearing: 'growing' }),
  ]
  expect(nextPart(parts, 'a')?.id).toBe('d')
  expect(nextPart(parts, 'd')).toBeNull()
  expect(nextPart(parts, 'x')).toBeNull()
})

test('what may pass is offered to be asked for anew, but not where the server lets nobody hear', () => {
  const offered = (canPlay: boolean) =>
    Hearing.options.filter(hearing => mayPass(part('a', 0, 1, { hearing }), canPlay))
  expect(offered(true)).toEqual(['no-media', 'missing'])
  expect(offered(false)).toEqual(['missing'])
})
