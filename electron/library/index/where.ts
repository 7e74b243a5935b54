/** Filters as SQL over the table `entry`. Pure. */
import type { Filter } from '../../../shared/library/query.ts'
import type { SqlValue } from './database.ts'
import { firstRow, FURTHEST_MS } from './rows.ts'
import { wantedTexts } from './text.ts'

/** Bits of `entry.sources`. */
export const SOURCE_BITS = { 'call-log': 1, folder: 2, live: 4 } as const

export interface Where {
  /** What stands after FROM where the newest are looked for: rows come in their order, and nothing is sorted. */
  readonly inOrder: string
  /** What stands after FROM where all are counted. */
  readonly all: string
  /** Conditions, to be joined by AND; never empty. */
  readonly conditions: readonly string[]
  /** Of the conditions, in order. */
  readonly values: readonly SqlValue[]
  /** The column that is the entry's number and that hits come in the order of. */
  readonly id: string
}

/** The letters of a word of the text index. */
const TRIGRAM = 3
/** More different letters than most alphabets have: two of them are quicker found by looking through all texts. */
const LETTERS = 200

const MATCHES = 't.search MATCH ?'
/** Conditions whose columns the small indexes have. */
const PLAIN: ReadonlySet<string> = new Set([MATCHES, 'e.hidden = ?', 'e.recorded = 1'])

/**
 * The search is plain text: whatever the query languages of SQLite and FTS5 know as signs means itself.
 * @param letters every letter that the texts have; asked for a search of two letters alone
 */
export function where(filter: Filter, letters: () => ReadonlySet<string>): Where {
  const conditions: string[] = []
  const values: SqlValue[] = []
  const need = (condition: string, ...of: SqlValue[]) => {
    conditions.push(condition)
    values.push(...of)
  }
  const texts = wantedTexts(filter.search)
  const phrases = texts.map(text => phrasesOf(text, letters))
  const indexed = texts.length > 0 && phrases.every(some => some !== null)
  if (indexed)
    need(
      MATCHES,
      phrases
        .flatMap(some => some ?? [])
        .map(phrase)
        .join(' OR '),
    )
  else if (texts.length > 0) need(`(${texts.map(() => 'instr(e.search, ?) > 0').join(' OR ')})`, ...texts)
  need('e.hidden = ?', filter.hidden ? 1 : 0)
  if (filter.recorded === 'recorded') need('e.recorded = 1')
  if (filter.direction !== 'any') need('e.outgoing = ?', filter.direction === 'out' ? 1 : 0)
  if (filter.shortest !== null) need('e.length_ms >= ?', filter.shortest)
  if (filter.longest !== null) need('e.length_ms <= ?', filter.longest)
  if (filter.annotated) need('e.annotated = 1')
  if (filter.favourites) need('e.favourite = 1')
  if (filter.kept) need('e.kept = 1')
  if (filter.source !== 'any') need('(e.sources & ?) != 0', SOURCE_BITS[filter.source])
  if (filter.how !== 'any') need('e.how = ?', filter.how)
  if (filter.tag !== null) need('e.id IN (SELECT entry FROM entry_tag WHERE tag = ?)', filter.tag)
  if (filter.person !== null) need('e.person = ?', filter.person)
  if (filter.conversation !== null) need('e.talk = ?', filter.conversation)
  const id = indexed ? 't.rowid' : 'e.id'
  // rows are near their moments: only those are looked at
  if (filter.from !== null) need(`e.started_at >= ? AND ${id} >= ?`, filter.from, firstRow(filter.from))
  if (filter.until !== null) {
    need(`e.started_at < ? AND ${id} < ?`, filter.until, firstRow(filter.until + FURTHEST_MS))
  }
  const only = conditions.every(condition => PLAIN.has(condition))
  if (indexed) {
    const from = `entry_text AS t CROSS JOIN entry AS e ${only ? 'INDEXED BY entry_hit' : ''} ON e.id = t.rowid`
    return { inOrder: from, all: from, conditions, values, id }
  }
  return {
    inOrder: `entry AS e ${indexInOrder(filter)}`,
    all: `entry AS e ${only ? 'INDEXED BY entry_days' : (selective(filter) ?? 'NOT INDEXED')}`,
    conditions,
    values,
    id,
  }
}

/** The index of what few entries have. Each holds its hits in the order of rows. SQLite is told: it would guess. */
function selective(filter: Filter): string | null {
  if (filter.person !== null) return 'INDEXED BY entry_person'
  if (filter.conversation !== null) return 'INDEXED BY entry_talk'
  if (filter.kept) return 'INDEXED BY entry_kept'
  if (filter.favourites) return 'INDEXED BY entry_favourite'
  if (filter.annotated) return 'INDEXED BY entry_annotated'
  return null
}

const indexInOrder = (filter: Filter) =>
  selective(filter) ?? (filter.recorded === 'recorded' ? 'INDEXED BY entry_recorded' : 'NOT INDEXED')

/** What the text index is asked for, any of it; null: it cannot tell. Every two letters of a text are followed by a third (text.ts). */
function phrasesOf(text: string, letters: () => ReadonlySet<string>): string[] | null {
  const length = Array.from(text).length
  if (length >= TRIGRAM) return [text]
  const known = length === TRIGRAM - 1 ? letters() : null
  return known === null || known.size === 0 || known.size > LETTERS ? null : [...known].map(letter => text + letter)
}

const phrase = (text: string) => `"${text.replaceAll('"', '""')}"`
