/** The small file of what cannot be read anew: notes, and which copies lie on this computer. Every method throws as Database. */
import { type Database, numberIn, type Row, textIn } from './database.ts'
import type { NoteRecord } from './notes.ts'
import type { Kept } from './port.ts'

export interface NotesStore {
  readonly database: Database
  /** Changes with every write: `name` is the file's own. */
  revision(): { readonly name: string; readonly revision: number }
  /** Ids of the notes that any of these belong to, the oldest first. */
  find(identities: readonly string[]): number[]
  get(id: number): NoteRecord | null
  /** Null = a new one. Answers its id. */
  put(id: number | null, note: NoteRecord): number
  remove(id: number): void
  /** In order of ids, so many after one. */
  page(after: number, limit: number): readonly { readonly id: number; readonly note: NoteRecord }[]
  kept(vaultKey: string): Kept | null
  setKept(vaultKey: string, kept: Kept | null): void
  keptPage(after: string, limit: number): readonly (Kept & { readonly vaultKey: string })[]
}

export function createNotesStore(database: Database): NotesStore {
  const touch = () => database.prepare('UPDATE state SET revision = revision + 1').run()
  const read = (row: Row): NoteRecord => JSON.parse(textIn(row, 'body')) as NoteRecord
  const keptIn = (row: Row) => ({ bytes: numberIn(row, 'bytes'), keptAt: numberIn(row, 'kept_at') })
  const store: NotesStore = {
    database,
    revision: () => {
      const row = database.prepare('SELECT name, revision FROM state').get()
      return { name: textIn(row, 'name'), revision: numberIn(row, 'revision') }
    },
    find: identities => {
      const one = database.prepare('SELECT note FROM note_identity WHERE identity = ?')
      const found = new Set<number>()
      for (const identity of identities) {
        const row = one.get(identity)
        if (row !== null) found.add(numberIn(row, 'note'))
      }
      return [...found].sort((a, b) => a - b)
    },
    get: id => {
      const row = database.prepare('SELECT body FROM note WHERE id = ?').get(id)
      return row === null ? null : read(row)
    },
    put: (id, note) => {
      const body = JSON.stringify(note)
      if (id === null) {
        database.prepare('INSERT INTO note (body) VALUES (?)').run(body)
        id = numberIn(database.prepare('SELECT last_insert_rowid() AS id').get(), 'id')
      } else {
        database.prepare('UPDATE note SET body = ? WHERE id = ?').run(body, id)
        database.prepare('DELETE FROM note_identity WHERE note = ?').run(id)
      }
      index(database, id, note)
      touch()
      return id
    },
    remove: id => {
      database.prepare('DELETE FROM note WHERE id = ?').run(id)
      database.prepare('DELETE FROM note_identity WHERE note = ?').run(id)
      touch()
    },
    page: (after, limit) =>
      database
        .prepare('SELECT id, body FROM note WHERE id > ? ORDER BY id LIMIT ?')
        .all(after, limit)
        .map(row => ({ id: numberIn(row, 'id'), note: read(row) })),
    kept: vaultKey => {
      const row = database.prepare('SELECT bytes, kept_at FROM kept WHERE vault_key = ?').get(vaultKey)
      return row === null ? null : keptIn(row)
    },
    setKept: (vaultKey, kept) => {
      if (kept === null) database.prepare('DELETE FROM kept WHERE vault_key = ?').run(vaultKey)
      else {
        const sql =
          'INSERT INTO kept (vault_key, bytes, kept_at) VALUES (?, ?, ?) ' +
          'ON CONFLICT (vault_key) DO UPDATE SET bytes = excluded.bytes, kept_at = excluded.kept_at'
        database.prepare(sql).run(vaultKey, kept.bytes, kept.keptAt)
      }
      touch()
    },
    keptPage: (after, limit) =>
      database
        .prepare('SELECT vault_key, bytes, kept_at FROM kept WHERE vault_key > ? ORDER BY vault_key LIMIT ?')
        .all(after, limit)
        .map(row => ({ vaultKey: textIn(row, 'vault_key'), ...keptIn(row) })),
  }
  return store
}

/** Where two notes claim one identity, the later has it: the other is found by what else it is known by. */
function index(database: Database, id: number, note: NoteRecord): void {
  const put = database.prepare('INSERT OR REPLACE INTO note_identity (identity, note) VALUES (?, ?)')
  for (const identity of note.identities) put.run(identity, id)
}

/** Finds notes by their identities again, where only the notes themselves were kept. */
export function reindexNotes(database: Database): void {
  database.exec('DELETE FROM note_identity')
  for (const row of database.prepare('SELECT id, body FROM note ORDER BY id').all()) {
    index(database, numberIn(row, 'id'), JSON.parse(textIn(row, 'body')) as NoteRecord)
  }
}
