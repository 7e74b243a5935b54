/**
 * Reads once, newest first, what searches will touch all over: the system then has it in its memory, and the first letter
 * that is typed does not wait for the disk.
 */
import { type Database, numberIn, type SqlValue } from './database.ts'

/** Rows of one step: some milliseconds. */
const STEP = 500
/** Rows of each table at most: some 100 MB in all. */
const MOST = 100_000

const step = (table: string, column: string) =>
  `SELECT min(id) AS last, sum(length(${column})) FROM (SELECT id, ${column} FROM ${table} WHERE id < ? ORDER BY id DESC LIMIT ${STEP})`

/** Each call reads a little more, and answers whether anything is left. Throws as Database. */
export function createReadAhead(database: Database): () => boolean {
  const tables = [step('entry', 'search'), step('shown', 'body'), step('entry_text_data', 'block')]
  let below: SqlValue = Number.MAX_SAFE_INTEGER
  let rows = 0
  return () => {
    const [sql] = tables
    if (sql === undefined) return false
    const row = database.prepare(sql).get(below)
    rows += STEP
    if (row === null || row['last'] === null || rows >= MOST) {
      tables.shift()
      below = Number.MAX_SAFE_INTEGER
      rows = 0
    } else below = numberIn(row, 'last')
    return tables.length > 0
  }
}
