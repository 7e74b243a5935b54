import { randomBytes } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { NO_FILTER } from '../../../shared/library/query.ts'
import { openIndex, StandBy } from './client.ts'
import { openDatabase } from './database.ts'
import { type LibraryIndex } from './port.ts'
import { logged, START, temporaryFolder } from './testing.ts'

const everything = { ...NO_FILTER, recorded: 'all' } as const

async function opened(folder: string, log: (text: string) => void = () => undefined): Promise<LibraryIndex> {
  const files = { file: join(folder, 'library.db'), notesFile: join(folder, 'notes.db') }
  const index = await openIndex({ ...files, key: null, log })
  onTestFinished(() => index.close())
  return index
}

test('the index answers from its own thread, and is there again when it is opened again', async () => {
  const folder = temporaryFolder()
  const index = await opened(folder)
  expect(await index.take([logged(1)])).toBe(1)
  await index.setNote('call-log', { highest: 1 })
  const { entries } = await index.list({ filter: everything, at: null, limit: 10 })
  expect(entries).toMatchObject([{ peer: { name: 'Marie Tremblay' } }])
  await index.close()
  await expect(index.outline(everything)).rejects.toThrow('library-broken')
  const again = await opened(folder)
  expect(await again.note('call-log')).toEqual({ highest: 1 })
  expect(await again.list({ filter: everything, at: null, limit: 10 })).toEqual({ entries })
})

test('a thread that stands by opens the index, once; where it died another is started', async () => {
  const files = (folder: string) => ({
    file: join(folder, 'library.db'),
    notesFile: join(folder, 'notes.db'),
    key: null,
  })
  const log = () => undefined
  const standBy = new StandBy(log)
  const first = await openIndex({ ...files(temporaryFolder()), log, standBy })
  const second = await openIndex({ ...files(temporaryFolder()), log, standBy })
  onTestFinished(async () => {
    await first.close()
    await second.close()
  })
  await first.take([logged(1)])
  expect((await first.outline(everything)).total).toBe(1)
  expect((await second.outline(everything)).total).toBe(0)

  const said: string[] = []
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'broken.cjs'), "throw new Error('broken')")
  const dead = new StandBy(text => said.push(text), join(folder, 'broken.cjs'))
  await expect.poll(() => said).toEqual([expect.stringContaining('broken')])
  expect(dead.take()).toBeNull()
})

test('the text index is tidied up where nothing is asked', async () => {
  const folder = temporaryFolder()
  const index = await opened(folder)
  for (let first = 1; first < 600; first += 20) {
    await index.take(Array.from({ length: 20 }, (_, at) => logged(first + at, { startedAt: START + first + at })))
  }
  const database = await openDatabase(join(folder, 'library.db'), 'node')
  onTestFinished(() => database.close())
  const pieces = () => database.prepare('SELECT count(DISTINCT segid) AS pieces FROM entry_text_idx').get()?.['pieces']
  expect(pieces()).toBeGreaterThan(1)
  await expect.poll(pieces, { timeout: 20_000 }).toBe(1)
  expect((await index.outline({ ...everything, search: 'marie' })).total).toBe(600)
})

test('failures come over as data', async () => {
  const index = await opened(temporaryFolder())
  await expect(index.importNotes('no notes')).rejects.toMatchObject({ failure: { code: 'notes-unreadable' } })
  await expect(index.take([logged(1, { key: null as unknown as string })])).rejects.toMatchObject({
    failure: { code: 'library-broken' },
  })
  expect(await index.take([logged(1)])).toBe(1)
})

test('a damaged index is set aside and begun anew; the notes are still there', async () => {
  const folder = temporaryFolder()
  const first = await opened(folder)
  await first.take([logged(1)])
  await first.annotate({ kind: 'filter', filter: everything }, { note: 'Prix convenu' })
  await first.close()
  writeFileSync(join(folder, 'library.db'), 'x'.repeat(20_000))
  const said: string[] = []
  const index = await opened(folder, text => said.push(text))
  expect(said).toHaveLength(1)
  expect(readdirSync(folder).filter(name => name.includes('.broken-'))).toHaveLength(1)
  expect((await index.outline(everything)).total).toBe(0)
  await index.take([logged(1)])
  expect((await index.list({ filter: everything, at: null, limit: 1 })).entries[0]?.note).toBe('Prix convenu')
})

test('a folder that cannot be made is told', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'file'), '')
  const files = { file: join(folder, 'file', 'library.db'), notesFile: join(folder, 'file', 'notes.db') }
  await expect(openIndex({ ...files, key: null, log: () => undefined })).rejects.toMatchObject({
    failure: { code: 'library-broken' },
  })
})

test('a thread that dies fails what is open, and is started anew once', async () => {
  const folder = temporaryFolder()
  const said: string[] = []
  const index = await openIndex({
    file: join(folder, 'library.db'),
    notesFile: join(folder, 'notes.db'),
    key: null,
    log: text => said.push(text),
    worker: join(import.meta.dirname, 'dying.testing.ts'),
  })
  await index.take([logged(1)])
  const open = [index.note('die'), index.outline(everything)]
  for (const question of open) await expect(question).rejects.toThrow('library-broken')
  expect((await index.outline(everything)).total).toBe(1)
  expect(said).toEqual(["the library's thread is started anew"])
  await expect(index.note('die')).rejects.toThrow('library-broken')
  await expect(index.outline(everything)).rejects.toThrow('library-broken')
  await index.close()
})

test('sealed from its own thread', async () => {
  const folder = temporaryFolder()
  const files = { file: join(folder, 'library.db'), notesFile: join(folder, 'notes.db'), log: () => undefined }
  const key = randomBytes(32)
  const index = await openIndex({ ...files, key })
  await index.take([logged(1)])
  await index.close()
  expect(readdirSync(folder).sort()).toEqual(['library.db.sealed', 'notes.db.sealed'])
  await expect(openIndex({ ...files, key: null })).rejects.toMatchObject({ failure: { code: 'vault-locked' } })
  const clear = await openIndex({ ...files, key, sealed: false })
  expect((await clear.outline(everything)).total).toBe(1)
  await clear.close()
})
