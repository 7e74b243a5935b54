/** Opens the files of the index: a damaged index is set aside and made anew from the sources, the notes never are lost. */
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Core, createCore } from './core.ts'
import { type Database, type Driver, isBroken, openDatabase } from './database.ts'
import { createNotesStore } from './notesStore.ts'
import { INDEX_SCHEMA, LaterVersion, migrate, NOTES_SCHEMA, setUp } from './schema.ts'

export interface OpenedIndex extends Core {
  close(): void
}

export interface IndexFiles {
  /** Absolute paths; folders are made. */
  readonly file: string
  readonly notesFile: string
  readonly driver?: Driver
  /** Look first whether the files are whole: seconds, for a large index. */
  readonly suspect?: boolean
  readonly log: (text: string) => void
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/**
 * Opens the index. Files that are damaged, or of a later version, are renamed (`<file>.broken-<time>`), logged, and begun
 * anew: the sources then find nothing noted and read everything again. Throws what the file system says.
 */
export async function openCore(files: IndexFiles): Promise<OpenedIndex> {
  const { log, driver, suspect = false, now = Date.now } = files
  const opened: Database[] = []
  const open = async (file: string, schema: typeof INDEX_SCHEMA) => {
    mkdirSync(dirname(file), { recursive: true })
    const attempt = async () => {
      const database = await openDatabase(file, driver)
      try {
        setUp(database)
        migrate(database, schema)
        if (suspect) check(database)
      } catch (error) {
        database.close()
        throw error
      }
      opened.push(database)
      return database
    }
    try {
      return await attempt()
    } catch (error) {
      if (!isBroken(error) && !(error instanceof LaterVersion) && !(error instanceof Damaged)) throw error
      setAside(file, now(), log)
      return attempt()
    }
  }
  const close = () => {
    for (const database of opened) database.close()
  }
  try {
    const notes = createNotesStore(await open(files.notesFile, NOTES_SCHEMA))
    const index = await open(files.file, INDEX_SCHEMA)
    return { ...createCore(index, notes, now), close }
  } catch (error) {
    close()
    throw error
  }
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

class Damaged extends Error {}

/** What belongs to a database's file. */
const COMPANIONS = ['', '-wal', '-shm', '-journal']

export function setAside(file: string, at: number, log: (text: string) => void): void {
  const aside = `${file}.broken-${at}`
  for (const companion of COMPANIONS) {
    if (existsSync(file + companion)) renameSync(file + companion, aside + companion)
  }
  log(`a file of the library cannot be read and was set aside: ${aside}`)
}
