import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import { drivers, openDatabase } from './database.ts'
import { idOf, recordingIdentity } from './identity.ts'
import { type KeptTable, prepareJournal, sealAll } from './journal.ts'
import { createTellings } from './neighbours.ts'
import { openCore, type OpenedIndex } from './open.ts'
import { INDEX_SCHEMA, INDEX_TABLES, migrate, setUp } from './schema.ts'
import { createSeal } from './seal.ts'
import { filter, logged, START, temporaryFolder, uuid } from './testing.ts'

const SECRETS = [
  'Tremblay',
  'tremblay',
  '4185550142',
  '555 0142',
  'convenu',
  'clientele',
  uuid(1),
  'ici-meme',
  'a-voir',
]
const everything = { filter: filter({ recorded: 'all' }), at: null, limit: 50 } as const

/** Every file of a folder, as one text of bytes. */
const onDisk = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(it => it.isFile())
    .map(it => `${it.name}\n${readFileSync(join(it.parentPath, it.name)).toString('latin1')}`)
    .join('\n')
const secretsIn = (folder: string) => SECRETS.filter(secret => onDisk(folder).includes(secret))

describe.each(drivers())('sealed, over %s', driver => {
  const key = randomBytes(32)
  const open = async (
    folder: string,
    of: { key?: Buffer | null; sealed?: boolean; log?: (text: string) => void } = {},
  ) => {
    const files = { file: join(folder, 'library.db'), notesFile: join(folder, 'notes.db') }
    const index = await openCore({ ...files, driver, log: () => undefined, key, ...of })
    let isOpen = true
    const close = () => {
      if (isOpen) index.close()
      isOpen = false
    }
    onTestFinished(close)
    return { ...index, close }
  }
  const use = (index: OpenedIndex) => {
    index.setNote('call-log', { to: 'a-voir' }, [logged(1), logged(2, { startedAt: START + 1e6 })])
    const entry = index.list(everything).entries.at(-1)
    const part = entry?.parts[0]?.id ?? ''
    index.annotate({ kind: 'entries', ids: [entry?.id ?? ''] }, { note: 'Prix convenu', tags: ['clientele'] })
    index.changeMarks(entry?.id ?? '', [{ do: 'add', mark: { id: 'm', part, atMs: 1, text: 'ici-meme' } }])
    index.setKept(uuid(1), { bytes: 5, keptAt: 6 })
    index.heard(part, 'empty')
  }
  const content = (index: OpenedIndex) => ({
    list: index.list(everything),
    marks: index.list(everything).entries.map(entry => index.marks(entry.id)),
    place: index.note('call-log'),
    kept: index.kept(null),
    notes: index.exportNotes(),
    found: index.list({ ...everything, filter: filter({ search: 'convenu' }) }).entries.length,
  })

  test('nothing readable lies on the disk, and all of it is there again', async () => {
    const folder = temporaryFolder()
    const index = await open(folder)
    use(index)
    expect(secretsIn(folder)).toEqual([])
    const before = content(index)
    expect(before.found).toBe(1)
    index.close()
    expect(secretsIn(folder)).toEqual([])
    const again = await open(folder)
    expect(content(again)).toEqual(before)
    again.gone('call-log', [logged(2).key])
    again.annotate({ kind: 'filter', filter: filter() }, { note: '', tags: [] })
    const after = content(again)
    again.close()
    expect(content(await open(folder))).toEqual(after)
  })

  test('rows that an earlier version sealed have fewer columns', async () => {
    const folder = temporaryFolder()
    const old = await openDatabase(join(folder, 'old.db'), driver)
    migrate(old, { migrations: INDEX_SCHEMA.migrations.slice(0, 3) })
    createTellings(old).put(logged(1))
    const part = idOf('part', recordingIdentity(uuid(1)))
    old.prepare("INSERT INTO lesson (part, hearing, told) VALUES (?, 'empty', 'yes ')").run(part)
    const seal = createSeal(key)
    const journal = await openDatabase(join(folder, 'library.db.sealed'), driver)
    setUp(journal)
    prepareJournal(journal, seal)
    const columns = (table: KeptTable) => ({ ...table, columns: table.columns.filter(name => name !== 'at') })
    sealAll(old, INDEX_TABLES.map(columns), journal, seal)
    journal.close()
    old.close()
    const index = await open(folder)
    expect(index.part(part)).toMatchObject({ hearing: 'empty', uuid: uuid(1) })
  })

  test('sealing leaves nothing in clear, and unsealing nothing sealed', async () => {
    const folder = temporaryFolder()
    const clear = await open(folder, { key: null })
    use(clear)
    const before = content(clear)
    clear.close()
    writeFileSync(join(folder, 'library.db.broken-1'), 'Marie Tremblay')
    writeFileSync(join(folder, 'notes.db.broken-1'), 'Prix convenu')
    expect(secretsIn(folder)).not.toEqual([])
    const sealed = await open(folder)
    expect(secretsIn(folder)).toEqual([])
    expect(content(sealed)).toEqual(before)
    sealed.close()
    expect(readdirSync(folder).filter(name => name.includes('.broken-'))).toEqual(['notes.db.broken-1.sealed'])
    expect(existsSync(join(folder, 'library.db'))).toBe(false)
    const again = await open(folder, { sealed: false })
    expect(content(again)).toEqual(before)
    again.close()
    expect(existsSync(join(folder, 'library.db.sealed'))).toBe(false)
    expect(content(await open(folder, { key: null }))).toEqual(before)
  })

  test('killed between the two forms, it goes on with the one that is asked for', async () => {
    const folder = temporaryFolder()
    const clear = await open(folder, { key: null })
    use(clear)
    const before = content(clear)
    clear.close()
    const copies = ['library.db', 'notes.db'].map(
      name => [join(folder, name), readFileSync(join(folder, name))] as const,
    )
    ;(await open(folder)).close()
    for (const [file, bytes] of copies) writeFileSync(file, bytes)
    writeFileSync(join(folder, 'notes.db.sealed.new'), 'half of it')
    const sealed = await open(folder)
    expect(content(sealed)).toEqual(before)
    expect(secretsIn(folder)).toEqual([])
    sealed.close()
    for (const [file, bytes] of copies) writeFileSync(file, bytes)
    expect(content(await open(folder, { key: null }))).toEqual(before)
    expect(readdirSync(folder).filter(name => name.includes('sealed') && !name.endsWith('.new'))).toEqual([])
  })

  test('without the key, or with another, it stays shut, and whole', async () => {
    const folder = temporaryFolder()
    const index = await open(folder)
    use(index)
    const before = content(index)
    index.close()
    await expect(open(folder, { key: null })).rejects.toMatchObject({ failure: { code: 'vault-locked' } })
    await expect(open(folder, { key: randomBytes(32) })).rejects.toMatchObject({ failure: { code: 'vault-locked' } })
    expect(content(await open(folder))).toEqual(before)
  })

  test('a changed or swapped row is noticed: the index is read anew, the other notes are kept', async () => {
    const folder = temporaryFolder()
    const index = await open(folder)
    index.take([logged(1), logged(2, { startedAt: START + 1e6 })])
    for (const entry of index.list(everything).entries) {
      index.annotate({ kind: 'entries', ids: [entry.id] }, { note: `note ${entry.startedAt}` })
    }
    index.close()
    for (const [name, kind] of [
      ['library.db', 'telling'],
      ['notes.db', 'note'],
    ] as const) {
      const journal = await openDatabase(join(folder, `${name}.sealed`), driver)
      const rows = journal.prepare('SELECT row, body FROM sealed WHERE kind = ? ORDER BY row').all(kind)
      journal
        .prepare('UPDATE sealed SET body = ? WHERE kind = ? AND row = ?')
        .run(rows[1]?.['body'] ?? null, kind, rows[0]?.['row'] ?? 0)
      journal.close()
    }
    const said: string[] = []
    const again = await open(folder, { log: text => said.push(text) })
    expect(said.join('\n')).toMatch(/set aside: library.db.sealed.broken/)
    expect(again.outline(everything.filter).total).toBe(0)
    again.take([logged(1), logged(2, { startedAt: START + 1e6 })])
    expect(
      again
        .list(everything)
        .entries.map(entry => entry.note)
        .sort(),
    ).toEqual(['', `note ${START}`])
  })
})

test('a sealed text opens in its own place, unchanged, only', () => {
  const seal = createSeal(randomBytes(32))
  const sealed = seal.seal('note\n1', '{"note":"à vous"}')
  expect(seal.open('note\n1', sealed)).toBe('{"note":"à vous"}')
  expect(() => seal.open('note\n2', sealed)).toThrow()
  for (const at of [0, 15, sealed.length - 1]) {
    const changed = Uint8Array.from(sealed)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(() => seal.open('note\n1', changed)).toThrow()
  }
  expect(() => seal.open('note\n1', sealed.subarray(0, -1))).toThrow()
  expect(() => seal.open('note\n1', new Uint8Array(3))).toThrow()
  expect(seal.seal('a', 'x'.repeat(100)).length).toBe(seal.seal('a', 'y').length)
})

test.each([
  ['in clear', null],
  ['sealed', randomBytes(32)],
])('damaged notes are set aside, and what can be read of them is taken over: %s', async (_, key) => {
  const folder = temporaryFolder()
  const files = { file: join(folder, 'library.db'), notesFile: join(folder, 'notes.db'), log: () => undefined, key }
  const onTheDisk = key === null ? 'notes.db' : 'notes.db.sealed'
  const index = await openCore(files)
  index.take(Array.from({ length: 300 }, (_, id) => logged(id + 1, { startedAt: START + id * 1e5 })))
  index.annotate({ kind: 'filter', filter: filter() }, { note: 'n'.repeat(500) })
  index.setKept(uuid(1), { bytes: 5, keptAt: 6 })
  index.close()
  const bytes = readFileSync(join(folder, onTheDisk))
  // a page of rows in the middle of the file
  bytes.fill(0xff, 40 * 4096, 41 * 4096)
  writeFileSync(join(folder, onTheDisk), bytes)
  const said: string[] = []
  const again = await openCore({ ...files, suspect: true, log: text => said.push(text) })
  const content = (of: OpenedIndex) => [
    of.list({ ...everything, limit: 200, filter: filter({ annotated: true }) }).entries.length,
    of.kept(null).length,
  ]
  const [notes = 0, kept] = content(again)
  again.close()
  expect(said.join('\n')).toContain(`set aside: ${onTheDisk}.broken`)
  expect([notes > 100, kept]).toEqual([true, 1])
  expect(readdirSync(folder).some(name => name.startsWith(`${onTheDisk}.broken-`))).toBe(true)
  const later = await openCore(files)
  expect(content(later)).toEqual([notes, kept])
  later.close()
  rmSync(folder, { recursive: true })
})
