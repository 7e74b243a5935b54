/** Tellings in the table: reading, writing, and finding those that may be of one call. */
import { type Database, numberIn, type Row, type SqlValue, textIn } from './database.ts'
import { decodeCall, encodeCall } from './codec.ts'
import { callIdentity, idOf, recordingIdentity } from './identity.ts'
import { endOf, LIVE_TOLERANCE_MS, LONGEST_CALL_MS, related, type Telling, TOLERANCE_MS } from './joining.ts'
import type { SourceCall } from './port.ts'
import { SOURCE_BITS } from './where.ts'

export interface StoredTelling extends Telling {
  readonly id: number
  /** The number of its entry; null while it is not listed. */
  readonly entry: number | null
}

export interface Tellings {
  get(id: number): StoredTelling | null
  find(source: SourceCall['source'], key: string): StoredTelling | null
  /** Answers null where it was known so already, else what it was before (if it was) and is now. */
  put(call: SourceCall): { readonly id: number; readonly before: StoredTelling | null } | null
  setGone(id: number): void
  setEntry(id: number, entry: number | null): void
  remove(id: number): void
  /** Finds recordings of those after an id again, where only the tellings were kept. Answers their ids: none is the end. */
  reindex(after: number): number[]
  ofEntry(entry: number): StoredTelling[]
  /** Those that may be of one call with it. */
  near(call: SourceCall): StoredTelling[]
}

const STEP = 1_000
const COLUMNS = 'id, entry, gone, call'

const partIds = (call: SourceCall) => [
  ...new Set((call.recordings ?? []).map(recording => idOf('part', recordingIdentity(recording.key)))),
]

export function createTellings(database: Database): Tellings {
  const read = (row: Row): StoredTelling => ({
    id: numberIn(row, 'id'),
    entry: row['entry'] === null ? null : numberIn(row, 'entry'),
    gone: row['gone'] === 1,
    call: decodeCall(textIn(row, 'call')),
  })
  const one = (sql: string, ...values: SqlValue[]) => {
    const row = database.prepare(`SELECT ${COLUMNS} FROM telling ${sql}`).get(...values)
    return row === null ? null : read(row)
  }
  const many = (sql: string, ...values: SqlValue[]) =>
    database
      .prepare(`SELECT ${COLUMNS} FROM telling ${sql}`)
      .all(...values)
      .map(read)
  /** Of a source, that began within a stretch and ended at a time or later. */
  const within = (source: SourceCall['source'], from: number, to: number, endedAt = -Infinity) =>
    many(
      'WHERE source = ? AND started_at BETWEEN ? AND ? AND ended_at >= ?',
      SOURCE_BITS[source],
      from,
      to,
      endedAt === -Infinity ? 0 : endedAt,
    )
  const some = (source: SourceCall['source']) =>
    database.prepare('SELECT 1 FROM telling WHERE source = ? LIMIT 1').get(SOURCE_BITS[source]) !== null

  const candidates = (call: SourceCall): StoredTelling[] => {
    const [start, end] = [call.startedAt, endOf(call)]
    const found: StoredTelling[] = []
    if (call.source === 'call-log') {
      if (some('folder')) found.push(...within('folder', start - TOLERANCE_MS, end + TOLERANCE_MS))
      if (some('live')) found.push(...within('live', start - LIVE_TOLERANCE_MS, start + LIVE_TOLERANCE_MS))
    } else if (call.source === 'live') {
      found.push(...within('call-log', start - LIVE_TOLERANCE_MS, start + LIVE_TOLERANCE_MS))
      if (some('folder')) found.push(...within('folder', start - TOLERANCE_MS, end + TOLERANCE_MS))
    } else if (call.numbers.length > 0) {
      const [from, to] = [start - LONGEST_CALL_MS, start + TOLERANCE_MS]
      found.push(...within('call-log', from, to, start - TOLERANCE_MS))
      if (some('live')) found.push(...within('live', from, to, start - TOLERANCE_MS))
      found.push(...within('folder', from, end, start))
    }
    if (call.conversation !== null && call.source !== 'folder') {
      const other = call.source === 'live' ? 'call-log' : 'live'
      found.push(...many('WHERE conversation = ? AND source = ?', call.conversation, SOURCE_BITS[other]))
    }
    for (const part of partIds(call)) {
      found.push(...many('WHERE id IN (SELECT telling FROM sound WHERE part = ?)', part))
    }
    return found
  }

  const forget = (id: number) => database.prepare('DELETE FROM sound WHERE telling = ?').run(id)

  const hear = (id: number, call: SourceCall) => {
    const sound = database.prepare('INSERT OR IGNORE INTO sound (part, telling) VALUES (?, ?)')
    for (const part of partIds(call)) sound.run(part, id)
  }

  const tellings: Tellings = {
    get: id => one('WHERE id = ?', id),
    find: (source, key) => one('WHERE source = ? AND key = ?', SOURCE_BITS[source], key),
    put: call => {
      const text = encodeCall(call)
      const row = database
        .prepare(`SELECT ${COLUMNS} FROM telling WHERE source = ? AND key = ?`)
        .get(SOURCE_BITS[call.source], call.key)
      if (row !== null && row['gone'] === 0 && row['call'] === text) return null
      const before = row === null ? null : read(row)
      const columns = [call.startedAt, endOf(call), call.conversation, text] as const
      let id: number
      if (before === null) {
        const sql =
          'INSERT INTO telling (started_at, ended_at, conversation, call, source, key, public, gone, entry) ' +
          'VALUES (?, ?, ?, ?, ?, ?, ?, 0, NULL) RETURNING id'
        const name = idOf('call', callIdentity(call.source, call.key))
        id = numberIn(database.prepare(sql).get(...columns, SOURCE_BITS[call.source], call.key, name), 'id')
      } else {
        id = before.id
        const sql = 'UPDATE telling SET started_at = ?, ended_at = ?, conversation = ?, call = ?, gone = 0 WHERE id = ?'
        database.prepare(sql).run(...columns, id)
        forget(id)
      }
      hear(id, call)
      return { id, before }
    },
    setGone: id => void database.prepare('UPDATE telling SET gone = 1 WHERE id = ?').run(id),
    setEntry: (id, entry) => void database.prepare('UPDATE telling SET entry = ? WHERE id = ?').run(entry, id),
    remove: id => {
      forget(id)
      database.prepare('DELETE FROM telling WHERE id = ?').run(id)
    },
    reindex: after => {
      const rows = many('WHERE id > ? ORDER BY id LIMIT ?', after, STEP)
      for (const { id, call } of rows) hear(id, call)
      return rows.map(row => row.id)
    },
    ofEntry: entry => many('WHERE entry = ?', entry),
    near: call => candidates(call).filter(other => related(call, other.call)),
  }
  return tellings
}
