/**
 * The text index beside the table `entry`: it is brought up to date once for each transaction, in the order of rows. Written
 * row by row, by a trigger say, each would become a segment of its own, some six times as slow (FTS5 writes out what it has
 * gathered at each savepoint, and at each row that is not above the last one).
 *
 * Its words are of three letters. Two are found as the beginnings of three: every letter that any entry has is written down.
 */
import { type Database, numberIn, textIn } from './database.ts'

export interface TextIndex {
  /** Before a row of `entry` changes or goes: the text that the index has of it; null: it is new. */
  changing(row: number, before: string | null): void
  /** Writes what changed since the last time. Throws as Database. */
  write(): void
  /** The transaction was rolled back. */
  forget(): void
  /** Every letter of the texts, and some that were in them once. Throws as Database. */
  letters(): ReadonlySet<string>
  /**
   * Goes on, some milliseconds long, to bring together what many transactions wrote: a search then reads a third as much.
   * Answers whether anything is left to do. Throws as Database.
   */
  tidy(): boolean
}

/** Pages written in one step of tidying. */
const PAGES = 64
/** It is tidied once so much of it lies apart from the largest piece: what one call adds is not worth writing all anew. */
const APART = 1 / 8

const ADD = 'INSERT INTO entry_text (rowid, search) VALUES (?, ?)'
const REMOVE = "INSERT INTO entry_text (entry_text, rowid, search) VALUES ('delete', ?, ?)"

export function createTextIndex(database: Database): TextIndex {
  const changed = new Map<number, string | null>()
  let letters: Set<string> | null = null
  let tidying = false

  const isScattered = (): boolean => {
    const pieces = database
      .prepare('SELECT count(*) AS pages FROM entry_text_idx GROUP BY segid')
      .all()
      .map(row => numberIn(row, 'pages'))
    const all = pieces.reduce((sum, pages) => sum + pages, 0)
    return all - Math.max(0, ...pieces) > all * APART
  }
  const changes = () => numberIn(database.prepare('SELECT total_changes() AS n').get(), 'n')

  const known = (): Set<string> =>
    (letters ??= new Set(
      database
        .prepare('SELECT letter FROM letter')
        .all()
        .map(row => textIn(row, 'letter')),
    ))
  const learn = (text: string) => {
    const all = known()
    for (const letter of text) {
      if (all.has(letter)) continue
      all.add(letter)
      database.prepare('INSERT INTO letter (letter) VALUES (?)').run(letter)
    }
  }

  return {
    changing: (row, before) => {
      if (!changed.has(row)) changed.set(row, before)
    },
    write: () => {
      const current = database.prepare('SELECT search FROM entry WHERE id = ?')
      for (const [row, before] of [...changed].sort(([a], [b]) => a - b)) {
        const found = current.get(row)
        const now = found === null ? null : textIn(found, 'search')
        if (now === before) continue
        if (before !== null) database.prepare(REMOVE).run(row, before)
        if (now === null) continue
        database.prepare(ADD).run(row, now)
        learn(now)
      }
      changed.clear()
    },
    forget: () => {
      changed.clear()
      letters = null
    },
    letters: known,
    tidy: () => {
      tidying ||= isScattered()
      if (!tidying) return false
      const before = changes()
      database.prepare("INSERT INTO entry_text (entry_text, rank) VALUES ('merge', ?)").run(-PAGES)
      // one change is that of the command itself: there was nothing to do (FTS5's documentation)
      tidying = changes() - before > 1
      return tidying
    },
  }
}
