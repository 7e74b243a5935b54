/**
 * Opens the files of the index, in clear or sealed. A damaged index is set aside and made anew from the sources; of damaged
 * notes everything that can be read is taken over.
 *
 * In clear each is a database file. Sealed, `<file>.sealed` is a journal of sealed rows, and the database is made of it in
 * memory. To change from one to the other, the new form is written whole under another name and then moved into place: where
 * both lie there, they tell the same, and the one that is not asked for goes.
 */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Core, createCore } from './core.ts'
import { type Database, type Driver, IN_MEMORY, isBroken, numberIn, openDatabase, type SqlValue } from './database.ts'
import { moveIntoPlace, removeDatabase, sealSetAsides, setAside, wipeDatabase, wipeSetAsides } from './files.ts'
import { journaled, type KeptTable, nextRow, prepareJournal, restore, restoreRow, sealAll } from './journal.ts'
import { createNotesStore, reindexNotes } from './notesStore.ts'
import {
  INDEX_SCHEMA,
  INDEX_TABLES,
  LaterVersion,
  migrate,
  NOTES_SCHEMA,
  NOTES_TABLES,
  type Schema,
  setUp,
} from './schema.ts'
import { Refusal } from './refusal.ts'
import { createSeal, type Seal, SealBroken } from './seal.ts'

export interface OpenedIndex extends Core {
  close(): void
}

export interface IndexFiles {
  /** Absolute paths; folders are made. */
  readonly file: string
  readonly notesFile: string
  /** 32 bytes; null: in clear. */
  readonly key?: Uint8Array | null
  /** False: what the key sealed is written in clear again. */
  readonly sealed?: boolean
  readonly driver?: Driver
  /** Look first whether the files are whole: seconds, for a large index. */
  readonly suspect?: boolean
  readonly log: (text: string) => void
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

class Damaged extends Error {}

interface Kind {
  readonly schema: Schema
  readonly tables: readonly KeptTable[]
  /** It cannot be read anew: whatever can be saved is. */
  readonly precious: boolean
}
const INDEX: Kind = { schema: INDEX_SCHEMA, tables: INDEX_TABLES, precious: false }
const NOTES: Kind = { schema: NOTES_SCHEMA, tables: NOTES_TABLES, precious: true }

/**
 * Opens the index. Files that are damaged, or of a later version, are renamed (`<file>.broken-<time>`), logged, and begun
 * anew: the sources then find nothing noted and read everything again. Throws Refusal `vault-locked` where a file is sealed
 * and the key is missing or another; else what the file system says.
 */
export async function openCore(files: IndexFiles): Promise<OpenedIndex> {
  const { file, notesFile, key = null, now = Date.now } = files
  const seal = key === null ? null : createSeal(key)
  const opened: Database[] = []
  const open = async (path: string, kind: Kind) => {
    mkdirSync(dirname(path), { recursive: true })
    const database = await openFile(path, kind, { ...files, now }, seal)
    opened.push(database)
    return database
  }
  const close = () => {
    for (const database of opened) database.close()
  }
  try {
    const notes = createNotesStore(await open(notesFile, NOTES))
    const index = await open(file, INDEX)
    return { ...createCore(index, notes, now), close }
  } catch (error) {
    close()
    throw error
  }
}

type Circumstances = IndexFiles & { readonly now: () => number }

async function openFile(path: string, kind: Kind, of: Circumstances, seal: Seal | null): Promise<Database> {
  const sealedPath = `${path}.sealed`
  if (seal === null || of.sealed === false) {
    if (existsSync(sealedPath) && !existsSync(path)) {
      if (seal === null) throw new Refusal({ code: 'vault-locked' })
      await unseal(path, kind, of, seal)
    }
    removeDatabase(sealedPath)
    return orAnew(path, kind, of, null, () => openClear(path, kind, of))
  }
  if (!existsSync(sealedPath) && existsSync(path)) await sealUp(path, kind, of, seal)
  const database = await orAnew(sealedPath, kind, of, seal, () => openSealed(sealedPath, kind, of, seal))
  wipeDatabase(path)
  if (kind.precious) sealSetAsides(path, seal)
  else wipeSetAsides(path)
  return database
}

/** Sets a file aside that cannot be used, and opens a fresh one. `sealedWith`: what its rows are sealed with; null = in clear. */
async function orAnew(
  path: string,
  kind: Kind,
  of: Circumstances,
  sealedWith: Seal | null,
  open: () => Promise<Database>,
): Promise<Database> {
  try {
    return await open()
  } catch (error) {
    const useless =
      isBroken(error) || error instanceof LaterVersion || error instanceof Damaged || error instanceof SealBroken
    if (!useless) throw error
    const aside = setAside(path, of.now(), of.log)
    const fresh = await open()
    if (kind.precious) await salvage(aside, kind, of, sealedWith, fresh)
    return fresh
  }
}

async function openClear(path: string, kind: Kind, of: IndexFiles): Promise<Database> {
  const database = await openDatabase(path, of.driver)
  try {
    setUp(database)
    migrate(database, kind.schema)
    if (of.suspect === true) check(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

async function openSealed(path: string, kind: Kind, of: IndexFiles, seal: Seal): Promise<Database> {
  const journal = await openJournal(path, of, seal)
  try {
    const memory = await openDatabase(IN_MEMORY, of.driver)
    migrate(memory, kind.schema)
    // a row of the notes that was changed is lost; of the index all is read anew
    const lost = (error: unknown) => of.log(`a sealed row of the notes cannot be opened: ${String(error)}`)
    restore(journal, seal, kind.tables, memory, kind.precious ? lost : undefined)
    if (kind.precious) reindexNotes(memory)
    return journaled(memory, kind.tables, journal, seal)
  } catch (error) {
    journal.close()
    throw error
  }
}

async function openJournal(path: string, of: IndexFiles, seal: Seal): Promise<Database> {
  const journal = await openDatabase(path, of.driver)
  try {
    setUp(journal)
    if (!prepareJournal(journal, seal)) throw new Refusal({ code: 'vault-locked' })
    return journal
  } catch (error) {
    journal.close()
    throw error
  }
}

/** Clear to sealed. What cannot be read is set aside, and the sealed file begun anew. */
async function sealUp(path: string, kind: Kind, of: Circumstances, seal: Seal): Promise<void> {
  const making = `${path}.sealed.new`
  removeDatabase(making)
  const clear = await orAnew(path, kind, of, null, () => openClear(path, kind, of))
  try {
    const journal = await openJournal(making, of, seal)
    sealAll(clear, kind.tables, journal, seal)
    journal.exec('PRAGMA journal_mode = DELETE')
    journal.close()
  } finally {
    clear.close()
  }
  moveIntoPlace(making, `${path}.sealed`)
}

/** Sealed to clear. */
async function unseal(path: string, kind: Kind, of: Circumstances, seal: Seal): Promise<void> {
  const making = `${path}.new`
  removeDatabase(making)
  const journal = await openJournal(`${path}.sealed`, of, seal)
  try {
    const clear = await openClear(making, kind, of)
    const lost = (error: unknown) => of.log(`a sealed row cannot be opened: ${String(error)}`)
    restore(journal, seal, kind.tables, clear, lost)
    if (kind.precious) reindexNotes(clear)
    clear.exec('PRAGMA journal_mode = DELETE')
    clear.close()
  } finally {
    journal.close()
  }
  moveIntoPlace(making, path)
}

/** Rows in a row that cannot be read before it is given up. */
const UNREADABLE = 1_000

/** Takes over what can be read of damaged notes, row by row. */
async function salvage(aside: string, kind: Kind, of: IndexFiles, seal: Seal | null, into: Database): Promise<void> {
  let saved = 0
  let broken: Database
  try {
    broken = await openDatabase(aside, of.driver)
  } catch (error) {
    of.log(`nothing of it can be read: ${String(error)}`)
    return
  }
  try {
    into.transaction(() => {
      for (const table of kind.tables.filter(({ name }) => name !== 'state')) {
        let after = -1
        for (let unreadable = 0; unreadable < UNREADABLE;) {
          try {
            const row: ReadableRow | null =
              seal === null ? nextClear(broken, table, after) : nextRow(broken, seal, table, after)
            if (row === null) break
            after = row.id
            restoreRow(into, table, after, row.values())
            saved++
          } catch {
            // that is why it was set aside: the next row may be readable
            after++
            unreadable++
          }
        }
      }
      reindexNotes(into)
    })
  } finally {
    broken.close()
  }
  of.log(`${saved} rows of it could be read and are kept`)
}

interface ReadableRow {
  readonly id: number
  /** Throws where they cannot be opened. */
  readonly values: () => readonly SqlValue[]
}

function nextClear(database: Database, { name, columns }: KeptTable, after: number): ReadableRow | null {
  const row = database
    .prepare(`SELECT id, ${columns.join(', ')} FROM ${name} WHERE id > ? ORDER BY id LIMIT 1`)
    .get(after)
  return row === null ? null : { id: numberIn(row, 'id'), values: () => columns.map(column => row[column] ?? null) }
}

/** Throws Damaged. */
function check(database: Database): void {
  const problems = database.prepare('PRAGMA quick_check(1)').all()
  if (problems.length !== 1 || problems[0]?.['quick_check'] !== 'ok') throw new Damaged()
  if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'entry_text'").get() === null) return
  try {
    database.exec("INSERT INTO entry_text (entry_text) VALUES ('integrity-check')")
  } catch (error) {
    throw new Damaged('the text index', { cause: error })
  }
}
