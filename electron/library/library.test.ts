import { expect, test } from 'vitest'
import { createLibrary } from './library.ts'
import { type LibrarySource } from './source.ts'
import { failureOf, memorySource, sound, wavOf } from './testing.ts'

function fake(name: string, entries: (query: string) => Promise<void> = () => Promise.resolve()) {
  const closed: string[] = []
  let opened = 0
  const source: LibrarySource = {
    list: async ({ search }) => {
      await entries(search)
      return { entries: [], next: name, unread: 0 }
    },
    open: partId => {
      opened++
      const { source: audio } = memorySource(() => wavOf(sound(10)))
      const close = () => {
        closed.push(partId)
        return Promise.resolve()
      }
      return Promise.resolve({ source: { ...audio, close }, fileName: `${name}.wav` })
    },
    close: () => {
      closed.push(name)
      return Promise.resolve()
    },
  }
  return { source, closed, opened: () => opened }
}
const first = { search: '', cursor: null }

test('is empty without a source', async () => {
  const library = createLibrary()
  expect(await library.list(first)).toEqual({ entries: [], next: null, unread: 0 })
  expect(await failureOf(library.open('x'))).toEqual({ code: 'recording-missing' })
})

test('keeps a part’s audio for the next range, and closes the oldest', async () => {
  const library = createLibrary()
  const one = fake('one')
  await library.use(one.source)
  expect(await library.open('p0')).toBe(await library.open('p0'))
  for (let at = 1; at <= 8; at++) await library.open(`p${at}`)
  expect(one.opened()).toBe(9)
  expect(one.closed).toEqual(['p0'])
  await library.close()
  expect(one.closed).toEqual(['p0', ...Array.from({ length: 8 }, (_, at) => `p${at + 1}`), 'one'])
})

test('what a former source answers late is not shown', async () => {
  const library = createLibrary()
  let answer: () => void = () => undefined
  const slow = fake('slow', () => new Promise<void>(resolve => (answer = resolve)))
  await library.use(slow.source)
  const late = library.list(first)
  await library.use(fake('next').source)
  answer()
  expect(await late).toEqual({ entries: [], next: null, unread: 0 })
  expect((await library.list(first)).next).toBe('next')
})
