/** Filters as SQL over the table `entry`. Pure. */
import { type Filter } from '../../../shared/library/query.ts'
import { type SqlValue } from './database.ts'
import { wantedTexts } from './text.ts'

/** Bits of `entry.sources`. */
export const SOURCE_BITS = { 'call-log': 1, folder: 2, live: 4 } as const

export interface Where {
  /** What stands after FROM: `entry AS e`, with the search beside it. */
  readonly from: string
  /** Conditions, to be joined by AND; never empty. */
  readonly conditions: readonly string[]
  /** Of the conditions, in order. */
  readonly values: readonly SqlValue[]
  /** The column that is the entry's number and that hits come in the order of. */
  readonly id: string
}

/** The letters of the shortest search that the text index can answer. */
const TRIGRAM = 3

/**
 * The search is plain text: whatever the query languages of SQLite and FTS5 know as signs means itself.
 */
export function where(filter: Filter): Where {
  const conditions: string[] = []
  const values: SqlValue[] = []
  const need = (condition: string, ...of: SqlValue[]) => {
    conditions.push(condition)
    values.push(...of)
  }
  const texts = wantedTexts(filter.search)
  const indexed = texts.length > 0 && texts.every(text => Array.from(text).length >= TRIGRAM)
  if (indexed) need('t.search MATCH ?', texts.map(phrase).join(' OR '))
  else if (texts.length > 0) need(`(${texts.map(() => 'instr(e.search, ?) > 0').join(' OR ')})`, ...texts)
  need('e.hidden = ?', filter.hidden ? 1 : 0)
  if (filter.recorded === 'recorded') need('e.recorded = 1')
  if (filter.direction !== 'any') need('e.outgoing = ?', filter.direction === 'out' ? 1 : 0)
  if (filter.from !== null) need('e.started_at >= ?', filter.from)
  if (filter.until !== null) need('e.started_at < ?', filter.until)
  if (filter.shortest !== null) need('e.length_ms >= ?', filter.shortest)
  if (filter.longest !== null) need('e.length_ms <= ?', filter.longest)
  if (filter.annotated) need('e.annotated = 1')
  if (filter.favourites) need('e.favourite = 1')
  if (filter.kept) need('e.kept > 0')
  if (filter.source !== 'any') need('(e.sources & ?) != 0', SOURCE_BITS[filter.source])
  if (filter.how !== 'any') need('e.how = ?', filter.how)
  if (filter.tag !== null) need('e.id IN (SELECT entry FROM entry_tag WHERE tag = ?)', filter.tag)
  if (filter.person !== null) need('e.person = ?', filter.person)
  if (filter.conversation !== null) need('e.talk = ?', filter.conversation)
  return indexed
    ? { from: 'entry_text AS t CROSS JOIN entry AS e ON e.id = t.rowid', conditions, values, id: 't.rowid' }
    : { from: 'entry AS e', conditions, values, id: 'e.id' }
}

const phrase = (text: string) => `"${text.replaceAll('"', '""')}"`
