/** SQLite as the index needs it: one small synchronous interface over two drivers, and what their errors mean. */
import { rmSync } from 'node:fs'

export type SqlValue = number | string | Uint8Array | null
export type Row = Readonly<Record<string, SqlValue>>

export interface Statement {
  /** Answers how many rows changed. */
  run(...values: readonly SqlValue[]): number
  get(...values: readonly SqlValue[]): Row | null
  all(...values: readonly SqlValue[]): Row[]
}

/** Every method throws what SQLite says (`isBroken` tells a damaged file). */
export interface Database {
  readonly driver: Driver
  /** Several statements, without values. */
  exec(sql: string): void
  /** The same text gives the same statement: they are kept. */
  prepare(sql: string): Statement
  /** All or nothing. One inside another is part of it. */
  transaction<T>(run: () => T): T
  close(): void
}

/** `node`: Node's own, in the shipped app. `wasm`: node-sqlite3-wasm, for a runtime without it (audio-and-storage.md 9). */
export type Driver = 'node' | 'wasm'

/** Statements kept at most: filters make many different ones. */
const STATEMENTS = 200

export const IN_MEMORY = ':memory:'

const nodeSqlite = () => process.getBuiltinModule?.('node:sqlite')

/** The drivers of this runtime, the best first. */
export function drivers(): Driver[] {
  return nodeSqlite() === undefined ? ['wasm'] : ['node', 'wasm']
}

/**
 * Opens a file, which is made where there is none, or a database in memory (`IN_MEMORY`). Only one process may have it
 * open: a lock that a killed one left behind is taken away. Throws what SQLite and the file system say.
 */
export async function openDatabase(file: string, driver: Driver = drivers()[0] ?? 'wasm'): Promise<Database> {
  return withTransactions(driver, driver === 'node' ? openNode(file) : await openWasm(file))
}

interface Bare {
  exec(sql: string): void
  prepare(sql: string): Statement & { finalize?: () => void }
  close(): void
}

function openNode(file: string): Bare {
  const sqlite = nodeSqlite()
  if (sqlite === undefined) throw new Error('this runtime has no SQLite of its own')
  const database = new sqlite.DatabaseSync(file)
  return {
    exec: sql => database.exec(sql),
    prepare: sql => {
      const statement = database.prepare(sql)
      return {
        run: (...values) => Number(statement.run(...values).changes),
        get: (...values) => (statement.get(...values) as Row | undefined) ?? null,
        all: (...values) => statement.all(...values) as Row[],
      }
    },
    close: () => database.close(),
  }
}

async function openWasm(file: string): Promise<Bare> {
  // loaded where it is needed only: it compiles a megabyte
  const { default: sqlite } = await import('node-sqlite3-wasm')
  // its lock is a folder, which a killed process leaves behind
  if (file !== IN_MEMORY) rmSync(`${file}.lock`, { recursive: true, force: true })
  const database = new sqlite.Database(file)
  // WAL without shared memory needs the file for itself
  database.exec('PRAGMA locking_mode = EXCLUSIVE')
  return {
    exec: sql => database.exec(sql),
    prepare: sql => {
      let statement: ReturnType<typeof database.prepare> | null = database.prepare(sql)
      const finalize = () => {
        const ended = statement
        statement = null
        try {
          ended?.finalize()
        } catch (error) {
          // it repeats the error of the last run, which was thrown then
          if (!(error instanceof sqlite.SQLite3Error)) throw error
        }
      }
      /** One that failed repeats its error at every later use: the next use has a fresh one. */
      const using = <T>(run: (it: ReturnType<typeof database.prepare>) => T): T => {
        try {
          return run((statement ??= database.prepare(sql)))
        } catch (error) {
          finalize()
          throw error
        }
      }
      return {
        run: (...values) => using(it => it.run([...values]).changes),
        // its own `get` leaves the reading open after the first row
        get: (...values) => using(it => (it.all([...values]) as Row[])[0] ?? null),
        all: (...values) => using(it => it.all([...values]) as Row[]),
        finalize,
      }
    },
    close: () => database.close(),
  }
}

function withTransactions(driver: Driver, bare: Bare): Database {
  const statements = new Map<string, ReturnType<Bare['prepare']>>()
  let inside = false
  return {
    driver,
    exec: sql => bare.exec(sql),
    prepare: sql => {
      const known = statements.get(sql)
      if (known !== undefined) {
        // set anew, it is the youngest
        statements.delete(sql)
        statements.set(sql, known)
        return known
      }
      for (const [oldest, statement] of statements) {
        if (statements.size < STATEMENTS) break
        statements.delete(oldest)
        statement.finalize?.()
      }
      const fresh = bare.prepare(sql)
      statements.set(sql, fresh)
      return fresh
    },
    transaction: run => {
      if (inside) return run()
      bare.exec('BEGIN IMMEDIATE')
      inside = true
      try {
        const result = run()
        bare.exec('COMMIT')
        return result
      } catch (error) {
        rollBack(bare)
        throw error
      } finally {
        inside = false
      }
    },
    close: () => {
      for (const statement of statements.values()) statement.finalize?.()
      statements.clear()
      bare.close()
    },
  }
}

/** A full disk, say, has rolled back already: the first error is what happened. */
function rollBack(bare: Bare): void {
  try {
    bare.exec('ROLLBACK')
  } catch (error) {
    if (!/no transaction is active/i.test(String(error))) throw error
  }
}

/** The file is damaged, or no database at all. The wasm driver tells in words only. */
export function isBroken(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : null
  // SQLITE_CORRUPT, SQLITE_NOTADB
  if (code !== null) return code === 11 || code === 26
  return /malformed|not a database|disk image|vtab.*corrupt/i.test(error.message)
}

/** Whole numbers out of a row. Throws where there is none: the schema and this code disagree. */
export function numberIn(row: Row | null, column: string): number {
  const value = row?.[column]
  if (typeof value !== 'number') throw new Error(`no number in column ${column}`)
  return value
}

/** Text out of a row. Throws as `numberIn`. */
export function textIn(row: Row | null, column: string): string {
  const value = row?.[column]
  if (typeof value !== 'string') throw new Error(`no text in column ${column}`)
  return value
}
