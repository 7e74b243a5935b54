import { expect, test } from 'vitest'
import { Places } from './places.ts'

function places(kept: unknown = undefined) {
  let written: unknown = kept
  const made = new Places({
    read: () => Promise.resolve(written),
    write: value => {
      written = value
      return Promise.resolve()
    },
  })
  return { made, written: () => written }
}

test('a place is known until it is forgotten', async () => {
  const { made } = places()
  expect(await made.of('a')).toBeNull()
  await made.set('a', 61_500)
  await made.set('b', 10)
  expect([await made.of('a'), await made.of('b')]).toEqual([61_500, 10])
  await made.set('a', null)
  expect([await made.of('a'), await made.of('b')]).toEqual([null, 10])
})

test('changes that overlap in time lose nothing, and only the latest 500 are kept', async () => {
  const { made, written } = places()
  await Promise.all(Array.from({ length: 520 }, (_, index) => made.set(`p${index}`, index)))
  expect(await made.of('p19')).toBeNull()
  expect(await made.of('p519')).toBe(519)
  expect(written()).toHaveLength(500)
})

test('what cannot be read is begun anew', async () => {
  const { made } = places({ not: 'ours' })
  await made.set('a', 5)
  expect(await made.of('a')).toBe(5)
})
