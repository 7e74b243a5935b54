import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isChanged, mergeNotes, NO_NOTE, type NoteRecord } from './notes.ts'
import { readNotes, writeNotes } from './notesFile.ts'
import { filter, indexInMemory, logged, START } from './testing.ts'

const record: fc.Arbitrary<NoteRecord> = fc.record({
  identities: fc.uniqueArray(fc.constantFrom('call call-log 1', 'call folder /a.wav', 'part x'), { minLength: 1 }),
  note: fc.constantFrom('', 'a', 'b', 'a longer one', 'à "vous"'),
  tags: fc.uniqueArray(fc.constantFrom('client', 'rappel', 'x')),
  favourite: fc.boolean(),
  hidden: fc.boolean(),
  marks: fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('m1', 'm2'),
      part: fc.constantFrom('p1', 'p2'),
      atMs: fc.nat(5_000),
      text: fc.constantFrom('', 'ici'),
    }),
    { selector: mark => mark.id },
  ),
  changedAt: fc.nat(3),
  about: fc.constant(null),
})

test('of two notes nothing is lost, whichever comes first, and the same one again changes nothing', () => {
  fc.assert(
    fc.property(record, record, (a, b) => {
      const merged = mergeNotes(a, b)
      expect(mergeNotes(b, a)).toEqual(merged)
      const newer = a.changedAt >= b.changedAt ? a : b
      if (a.changedAt !== b.changedAt) expect(merged.note.startsWith(newer.note)).toBe(true)
      for (const one of [a, b]) {
        expect(merged.note).toContain(one.note)
        expect(merged.tags).toEqual(expect.arrayContaining(one.tags))
        expect(merged.identities).toEqual(expect.arrayContaining(one.identities))
        expect(merged.marks.map(mark => mark.id)).toEqual(expect.arrayContaining(one.marks.map(mark => mark.id)))
        expect(isChanged(merged, mergeNotes(merged, { ...one, changedAt: one.changedAt - 1 }))).toBe(false)
      }
    }),
  )
})

test('a file of notes is read as it was written; anything else is told', () => {
  fc.assert(
    fc.property(fc.array(record), notes => {
      expect(readNotes(writeNotes(notes))).toEqual(notes)
    }),
  )
  const later = JSON.stringify({ format: 'tallylight-notes', version: 2, notes: [] })
  for (const text of ['', 'no JSON', '[]', '{"notes":[]}', later, writeNotes([]).replace('[]', '[{}]')]) {
    expect(() => readNotes(text)).toThrow('notes-unreadable')
  }
})

test('notes go to another computer, before or after its calls are known', async () => {
  const everything = { filter: filter({ recorded: 'all' }), at: null, limit: 9 } as const
  const here = await indexInMemory(undefined, () => 1_000)
  here.take([logged(1), logged(2, { startedAt: START + 1e6 })])
  const ids = here.list(everything).entries.map(entry => entry.id)
  here.annotate({ kind: 'entries', ids: ids.slice(0, 1) }, { note: 'second', tags: ['client'] })
  here.annotate({ kind: 'entries', ids: ids.slice(1) }, { favourite: true })
  const file = here.exportNotes()

  const there = await indexInMemory(undefined, () => 2_000)
  there.take([logged(1)])
  there.annotate({ kind: 'filter', filter: filter() }, { note: 'mine' })
  expect(there.importNotes(file)).toBe(2)
  expect(there.importNotes(file)).toBe(0)
  there.take([logged(2, { startedAt: START + 1e6 })])
  expect(there.list(everything).entries).toMatchObject([
    { note: 'second', tags: ['client'], favourite: false },
    { note: 'mine', favourite: true },
  ])
  expect(there.importNotes(there.exportNotes())).toBe(0)
})

test('two calls that turn out to be one share what was noted of each', async () => {
  const index = await indexInMemory()
  const file = { ...logged(1), source: 'folder', key: '/auto-1-1042-4185550142.wav', recordings: [] } as const
  const line = logged(1)
  index.take([{ ...file, numbers: [] }])
  index.take([line])
  const both = index.list({ filter: filter({ recorded: 'all' }), at: null, limit: 9 }).entries
  expect(both).toHaveLength(2)
  both.forEach((entry, at) =>
    index.annotate({ kind: 'entries', ids: [entry.id] }, { note: `note ${at}`, tags: [`tag ${at}`] }),
  )
  index.take([file])
  const [entry, ...others] = index.list({ filter: filter({ recorded: 'all' }), at: null, limit: 9 }).entries
  expect(others).toEqual([])
  expect([...(entry?.tags ?? [])].sort()).toEqual(['tag 0', 'tag 1'])
  expect(entry?.note).toMatch(/note 0/)
  expect(entry?.note).toMatch(/note 1/)
  expect(NO_NOTE.note).toBe('')
})
