/**
 * A database in memory whose rows lie on the disk sealed: each transaction writes the rows that it changed to a *journal*, a
 * database file of sealed rows, before it counts; opening reads them back. What is made of other rows is made anew.
 */
import { type Database, numberIn, type Row, type SqlValue } from './database.ts'
import type { Seal } from './seal.ts'

/** A table that is kept: its key is `id`. `columns` are the others. */
export interface KeptTable {
  readonly name: string
  readonly columns: readonly string[]
}

const CHECK = 'tallylight'

/** Makes the journal's table. Answers false where the file was sealed with another key. */
export function prepareJournal(journal: Database, seal: Seal): boolean {
  journal.exec(
    'CREATE TABLE IF NOT EXISTS sealed (kind TEXT NOT NULL, row INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (kind, row)) WITHOUT ROWID',
  )
  const check = journal.prepare("SELECT body FROM sealed WHERE kind = 'check'").get()
  if (check === null) {
    putRow(journal, seal, 'check', 0, JSON.stringify(CHECK))
    return true
  }
  try {
    return seal.open(placeOf('check', 0), bytesIn(check)) === JSON.stringify(CHECK)
  } catch {
    return false
  }
}

const placeOf = (kind: string, row: number) => `${kind}\n${row}`

function bytesIn(row: Row): Uint8Array {
  const body = row['body']
  if (!(body instanceof Uint8Array)) throw new Error('a sealed row is no bytes')
  return body
}

function putRow(journal: Database, seal: Seal, kind: string, row: number, text: string): void {
  journal
    .prepare(
      'INSERT INTO sealed (kind, row, body) VALUES (?, ?, ?) ON CONFLICT (kind, row) DO UPDATE SET body = excluded.body',
    )
    .run(kind, row, seal.seal(placeOf(kind, row), text))
}

const STEP = 500

/**
 * Every row of the journal, in clear. `onBroken` hears of rows that cannot be opened; without it they throw SealBroken.
 */
export function* rowsOf(
  journal: Database,
  seal: Seal,
  table: KeptTable,
  onBroken?: (error: unknown) => void,
): Generator<{ readonly id: number; readonly values: readonly SqlValue[] }> {
  const next = journal.prepare('SELECT row, body FROM sealed WHERE kind = ? AND row > ? ORDER BY row LIMIT ?')
  for (let after = -1; ;) {
    const page = next.all(table.name, after, STEP)
    for (const row of page) {
      after = numberIn(row, 'row')
      try {
        yield { id: after, values: valuesIn(row, seal, table, after) }
      } catch (error) {
        if (onBroken === undefined) throw error
        onBroken(error)
      }
    }
    if (page.length < STEP) return
  }
}

const valuesIn = (row: Row, seal: Seal, { name }: KeptTable, id: number) =>
  JSON.parse(seal.open(placeOf(name, id), bytesIn(row))) as SqlValue[]

/** Of a damaged journal: the first row after one; null = there is none. `values` throws SealBroken. */
export function nextRow(journal: Database, seal: Seal, table: KeptTable, after: number) {
  const row = journal
    .prepare('SELECT row, body FROM sealed WHERE kind = ? AND row > ? ORDER BY row LIMIT 1')
    .get(table.name, after)
  if (row === null) return null
  const id = numberIn(row, 'row')
  return { id, values: (): readonly SqlValue[] => valuesIn(row, seal, table, id) }
}

/**
 * Puts a row into a database that has the same table. One of an earlier version ends before the columns that came since:
 * those have their default.
 */
export function restoreRow(into: Database, table: KeptTable, id: number, values: readonly SqlValue[]): void {
  const columns = ['id', ...table.columns.slice(0, values.length)]
  const sql = `INSERT OR REPLACE INTO ${table.name} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
  into.prepare(sql).run(id, ...values)
}

/** Puts rows of a journal into a database that has the same tables. */
export function restore(
  journal: Database,
  seal: Seal,
  tables: readonly KeptTable[],
  into: Database,
  onBroken?: (error: unknown) => void,
): void {
  into.transaction(() => {
    for (const table of tables) {
      for (const { id, values } of rowsOf(journal, seal, table, onBroken)) restoreRow(into, table, id, values)
    }
  })
}

/** Seals all rows of a database into a fresh journal. */
export function sealAll(from: Database, tables: readonly KeptTable[], journal: Database, seal: Seal): void {
  journal.transaction(() => {
    for (const table of tables) {
      const next = from.prepare(
        `SELECT id, ${table.columns.join(', ')} FROM ${table.name} WHERE id > ? ORDER BY id LIMIT ?`,
      )
      for (let after = -1; ;) {
        const page = next.all(after, STEP)
        for (const row of page) {
          after = numberIn(row, 'id')
          putRow(journal, seal, table.name, after, textOf(row, table))
        }
        if (page.length < STEP) break
      }
    }
  })
}

const textOf = (row: Row, table: KeptTable) => JSON.stringify(table.columns.map(column => row[column] ?? null))

/** The database in memory, whose transactions are written to the journal. Both are closed with it. */
export function journaled(memory: Database, tables: readonly KeptTable[], journal: Database, seal: Seal): Database {
  memory.exec(
    'CREATE TABLE changed (kind INTEGER NOT NULL, row INTEGER NOT NULL, PRIMARY KEY (kind, row)) WITHOUT ROWID',
  )
  tables.forEach(({ name, columns }, kind) => {
    const note = (row: string) => `BEGIN INSERT OR IGNORE INTO changed VALUES (${kind}, ${row}.id); END`
    memory.exec(`
      CREATE TRIGGER ${name}_added AFTER INSERT ON ${name} ${note('new')};
      CREATE TRIGGER ${name}_removed AFTER DELETE ON ${name} ${note('old')};
      CREATE TRIGGER ${name}_changed AFTER UPDATE OF ${columns.join(', ')} ON ${name} ${note('new')};
    `)
  })
  const flush = () => {
    const changed = memory.prepare('SELECT kind, row FROM changed').all()
    if (changed.length === 0) return
    journal.transaction(() => {
      for (const it of changed) {
        const table = tables[numberIn(it, 'kind')]
        if (table === undefined) throw new Error('a row of no table')
        const id = numberIn(it, 'row')
        const row = memory.prepare(`SELECT ${table.columns.join(', ')} FROM ${table.name} WHERE id = ?`).get(id)
        if (row === null) journal.prepare('DELETE FROM sealed WHERE kind = ? AND row = ?').run(table.name, id)
        else putRow(journal, seal, table.name, id, textOf(row, table))
      }
    })
    memory.exec('DELETE FROM changed')
  }
  let inside = false
  return {
    driver: memory.driver,
    exec: sql => memory.exec(sql),
    prepare: sql => memory.prepare(sql),
    transaction: run => {
      if (inside) return run()
      inside = true
      try {
        return memory.transaction(() => {
          const result = run()
          flush()
          return result
        })
      } finally {
        inside = false
      }
    },
    close: () => {
      memory.close()
      journal.close()
    },
  }
}
