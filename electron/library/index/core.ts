/**
 * The index itself, synchronous, over its two databases: the worker's inside. What a source tells is joined to calls as it
 * comes (joining.ts); `entry` holds of each as much as is searched and counted, `shown` what the list shows of it.
 */
import type { Entry, Hearing } from '../../../shared/library/entry.ts'
import { changedMarks } from '../../../shared/library/marks.ts'
import type { Annotation, Mark, MarkChange } from '../../../shared/library/notes.ts'
import type {
  Filter,
  Group,
  GroupQuery,
  ListPage,
  ListQuery,
  Outline,
  Selection,
} from '../../../shared/library/query.ts'
import { type Database, numberIn, type Row, type SqlValue, textIn } from './database.ts'
import { decodeEntry, encodeEntry } from './codec.ts'
import { dayFrom, dayOf, dayText, endOfDay, zoneName, zoneOffsets } from './days.ts'
import { idOf, noteIdentity, recordingIdentity } from './identity.ts'
import {
  inOrder,
  intoCalls,
  joined,
  type JoinedCall,
  type JoinedPart,
  measured,
  numbersOf,
  recordedMsOf,
  shownPart,
} from './joining.ts'
import { createTellings, type StoredTelling } from './neighbours.ts'
import { isChanged, isWorthKeeping, mergeNotes, NO_NOTE, type NoteRecord } from './notes.ts'
import type { NotesStore } from './notesStore.ts'
import type { Kept, PartPlace, SourceCall, WalkPage } from './port.ts'
import { createReadAhead } from './readAhead.ts'
import { Refusal } from './refusal.ts'
import { firstRow, freeRow, momentOf } from './rows.ts'
import { bareNumber, folded, searchText } from './text.ts'
import { createTextIndex } from './textIndex.ts'
import { SOURCE_BITS, where, type Where } from './where.ts'

/** LibraryIndex, answered at once. Every method throws what SQLite says, or Refusal where the port says so. */
export interface Core {
  list(query: ListQuery): ListPage
  outline(filter: Filter): Outline
  groups(query: GroupQuery): Group[]
  tags(): string[]
  entry(id: string): Entry | null
  listed(filter: Filter, ids: readonly string[]): string[]
  walk(selection: Selection, after: string | null): WalkPage
  part(id: string): PartPlace | null
  parts(entry: string): PartPlace[]
  partOf(uuid: string): PartPlace | null
  take(calls: readonly SourceCall[]): number
  gone(source: SourceCall['source'], keys: readonly string[]): number
  keys(source: SourceCall['source'], after: string | null): string[]
  heard(part: string, hearing: Hearing): void
  unlearn(part: string): boolean
  note(name: string): unknown
  setNote(name: string, value: unknown, calls?: readonly SourceCall[]): void
  annotate(selection: Selection, change: Annotation): void
  addTag(selection: Selection, tag: string): void
  marks(entry: string): Mark[]
  changeMarks(entry: string, changes: readonly MarkChange[]): void
  exportNotes(): NoteRecord[]
  importNotes(notes: readonly NoteRecord[]): number
  setKept(vaultKey: string, kept: Kept | null): void
  kept(after: string | null): readonly (Kept & { readonly vaultKey: string; readonly part: PartPlace | null })[]
  /** A step of some milliseconds that makes searches quicker. Answers whether another is due. */
  tidy(): boolean
  /** As `tidy`: reads what searches will need. Answers whether anything is left. */
  readAhead(): boolean
}

const STEP = 200
const KEYS = 1_000
/** Keys of groups are no longer (query.ts). */
const KEY_LENGTH = 300

/** What may be otherwise soon: a disk of the server was not mounted, something on the way answered in its place. */
const PASSING: readonly Hearing[] = ['missing', 'no-media']
/** So long a lesson that may pass is heeded, milliseconds. */
export const HEEDED_MS = 3_600_000

/** What is searched, filtered and counted of an entry; what is shown of it is encoded beside it. */
const ENTRY_COLUMNS = [
  'started_at',
  'day',
  'recorded',
  'outgoing',
  'length_ms',
  'recorded_ms',
  'sources',
  'how',
  'person',
  'talk',
  'peer_name',
  'peer_number',
  'search',
  'kept',
  'note_id',
  'favourite',
  'hidden',
  'annotated',
] as const
const PUT_ENTRY =
  `INSERT INTO entry (id, ${ENTRY_COLUMNS.join(', ')}) VALUES (?${', ?'.repeat(ENTRY_COLUMNS.length)}) ` +
  `ON CONFLICT (id) DO UPDATE SET ${ENTRY_COLUMNS.map(name => `${name} = excluded.${name}`).join(', ')}`

interface Listed {
  readonly row: number
  readonly call: JoinedCall
  readonly tellings: readonly StoredTelling[]
}

/** @param now milliseconds since the epoch: when the user changed something, and how old a lesson is */
export function createCore(database: Database, notes: NotesStore, now: () => number = Date.now): Core {
  const tellings = createTellings(database)
  const texts = createTextIndex(database)

  /** The notes are written first: what the index missed is seen from their revision when it is opened. */
  const write = <T>(run: () => T): T => {
    followZone()
    try {
      return database.transaction(() => {
        const result = notes.database.transaction(run)
        texts.write()
        const { name, revision } = notes.revision()
        database
          .prepare('UPDATE state SET notes = ?, revision = ? WHERE notes != ? OR revision != ?')
          .run(name, revision, name, revision)
        return result
      })
    } catch (error) {
      texts.forget()
      throw error
    }
  }

  const numberOf = (id: string): number | null => {
    const row = database.prepare('SELECT entry FROM telling WHERE public = ?').get(id)
    return row === null || row['entry'] === null ? null : numberIn(row, 'entry')
  }

  const listed = (row: number): Listed | null => {
    const of = inOrder(tellings.ofEntry(row))
    const call = of.length === 0 ? null : joined(of)
    return call === null ? null : { row, call: taught(call), tellings: of }
  }

  let hasLessons = database.prepare('SELECT 1 FROM lesson LIMIT 1').get() !== null
  const passing = `hearing IN (${PASSING.map(hearing => `'${hearing}'`).join(', ')})`
  /** When the oldest lesson that may pass was learnt; null: there is none. */
  const oldestPassing = (): number | null => {
    const at = database.prepare(`SELECT min(at) AS at FROM lesson WHERE ${passing}`).get()?.['at']
    return typeof at === 'number' ? at : null
  }
  let oldest = oldestPassing()

  /** With what opening its parts taught, as long as the sources tell the same as then. */
  const taught = (call: JoinedCall): JoinedCall => {
    if (!hasLessons) return call
    const lesson = database.prepare('SELECT hearing, told FROM lesson WHERE part = ?')
    let changed = false
    const parts = call.parts.map(part => {
      const row = lesson.get(part.id)
      if (row === null || row['told'] !== toldOf(part)) return part
      changed = true
      return { ...part, hearing: textIn(row, 'hearing') as Hearing }
    })
    return changed ? { ...call, parts } : call
  }

  const copyOf = (part: JoinedPart) => {
    for (const vaultKey of part.vaultKeys) {
      const kept = notes.kept(vaultKey)
      if (kept !== null) return { vaultKey, bytes: kept.bytes }
    }
    return null
  }
  /** A part with what its copy here tells of it. */
  const withCopy = (part: JoinedPart) => {
    const copy = copyOf(part)
    return { part: copy === null ? part : measured(part, copy.bytes), copy }
  }

  const entriesIn = (rows: readonly Row[]) => rows.map(row => decodeEntry(textIn(row, 'body')))
  const shownAt = (row: number): Entry | null => {
    const found = database.prepare('SELECT body FROM shown WHERE id = ?').get(row)
    return found === null ? null : decodeEntry(textIn(found, 'body'))
  }

  const whereOf = (filter: Filter): Where => where(filter, () => texts.letters())

  const newest = (of: Where, below: number | null, limit: number, skip: number): Entry[] => {
    const bound = below === null ? [] : [`${of.id} < ?`]
    const sql =
      `SELECT s.body FROM ${of.inOrder} CROSS JOIN shown AS s ON s.id = e.id ` +
      `WHERE ${[...of.conditions, ...bound].join(' AND ')} ORDER BY ${of.id} DESC LIMIT ? OFFSET ?`
    return entriesIn(database.prepare(sql).all(...of.values, ...(below === null ? [] : [below]), limit, skip))
  }

  const placeOf = (it: Listed, joinedPart: JoinedPart): PartPlace => {
    const { part, copy } = withCopy(joinedPart)
    return {
      id: part.id,
      entry: it.call.id,
      cdrId: part.cdrId,
      uuid: part.uuid,
      path: part.path,
      startedAt: part.startedAt,
      durationMs: part.durationMs,
      bytes: part.bytes,
      hearing: part.hearing,
      fileName: part.fileName,
      vaultKey: copy?.vaultKey ?? part.vaultKeys[0] ?? '',
    }
  }

  /** By any of its ids. */
  const findPart = (id: string): { readonly it: Listed; readonly part: JoinedPart } | null => {
    const sql =
      'SELECT DISTINCT t.entry FROM sound AS s JOIN telling AS t ON t.id = s.telling WHERE s.part = ? AND t.entry IS NOT NULL'
    for (const row of database.prepare(sql).all(id)) {
      const it = listed(numberIn(row, 'entry'))
      const part = it?.call.parts.find(one => one.ids.includes(id))
      if (it !== null && part !== undefined) return { it, part }
    }
    return null
  }
  const partPlace = (id: string): PartPlace | null => {
    const found = findPart(id)
    return found === null ? null : placeOf(found.it, found.part)
  }

  /** Everything that the user's notes of a call may hang on. */
  const identitiesOf = (of: readonly StoredTelling[]) => [
    ...new Set(
      of.flatMap(({ call }) => [
        noteIdentity.call(call.source, call.key),
        ...(call.recordings ?? []).map(recording => noteIdentity.part(recordingIdentity(recording.key))),
      ]),
    ),
  ]

  /** The note of a call, which learns what else the call is known by. Two notes of one call become one. */
  const noteOf = (of: readonly StoredTelling[]): { readonly id: number; readonly note: NoteRecord } | null => {
    const identities = identitiesOf(of)
    const [first, ...others] = notes.find(identities)
    if (first === undefined) return null
    let note = notes.get(first) ?? NO_NOTE
    for (const other of others) {
      note = mergeNotes(note, notes.get(other) ?? NO_NOTE)
      notes.remove(other)
    }
    const known = new Set(note.identities)
    const fresh = identities.filter(identity => !known.has(identity))
    if (fresh.length > 0 || others.length > 0) {
      note = { ...note, identities: [...note.identities, ...fresh] }
      notes.put(first, note)
    }
    return { id: first, note }
  }

  const taken = (row: number) => database.prepare('SELECT 1 FROM entry WHERE id = ?').get(row) !== null

  const searchedAt = (row: number): string | null => {
    const found = database.prepare('SELECT search FROM entry WHERE id = ?').get(row)
    return found === null ? null : textIn(found, 'search')
  }

  const fill = ({ row, call, tellings }: Listed, of: { readonly id: number; readonly note: NoteRecord } | null) => {
    const note = of?.note ?? NO_NOTE
    const { parts: joinedParts, ...about } = call
    const known = joinedParts.map(withCopy)
    const parts = known.map(({ part }) => part)
    const shown = known.map(({ part, copy }) => shownPart(part, copy !== null))
    const recordedMs = recordedMsOf(parts)
    const before = searchedAt(row)
    texts.changing(row, before)
    const columns: Record<(typeof ENTRY_COLUMNS)[number], SqlValue> = {
      started_at: call.startedAt,
      day: dayOf(momentOf(row)),
      recorded: parts.length > 0 ? 1 : 0,
      outgoing: call.outgoing === null ? null : call.outgoing ? 1 : 0,
      length_ms: parts.length > 0 ? recordedMs : call.callMs,
      recorded_ms: recordedMs,
      sources: call.sources.reduce((bits, source) => bits | SOURCE_BITS[source], 0),
      how: call.how,
      person: personOf(call.peer),
      talk: (call.conversation ?? call.id).slice(0, 100),
      peer_name: call.peer.name,
      peer_number: call.peer.number,
      search: searchText([
        call.peer.name,
        ...numbersOf(tellings),
        ...parts.map(part => part.fileName),
        note.note,
        ...note.tags,
      ]),
      kept: shown.some(part => part.kept) ? 1 : 0,
      note_id: of?.id ?? null,
      favourite: note.favourite ? 1 : 0,
      hidden: note.hidden ? 1 : 0,
      annotated: note.note !== '' || note.marks.length > 0 ? 1 : 0,
    }
    database.prepare(PUT_ENTRY).run(row, ...ENTRY_COLUMNS.map(name => columns[name]))
    const entry: Entry = {
      ...about,
      recordedMs,
      parts: shown,
      note: note.note,
      tags: [...note.tags],
      favourite: note.favourite,
      hidden: note.hidden,
      marks: note.marks.length,
    }
    database.prepare('INSERT OR REPLACE INTO shown (id, body) VALUES (?, ?)').run(row, encodeEntry(entry))
    if (before !== null) database.prepare('DELETE FROM entry_tag WHERE entry = ?').run(row)
    const tag = database.prepare('INSERT OR IGNORE INTO entry_tag (tag, entry) VALUES (?, ?)')
    for (const word of note.tags) tag.run(word, row)
  }

  const unlist = (row: number) => {
    texts.changing(row, searchedAt(row))
    database.prepare('DELETE FROM entry WHERE id = ?').run(row)
    database.prepare('DELETE FROM shown WHERE id = ?').run(row)
    database.prepare('DELETE FROM entry_tag WHERE entry = ?').run(row)
  }

  /** Joins anew what hangs together. `of` is all of it. Answers how many entries it changed. */
  const settle = (of: readonly StoredTelling[]): number => {
    const before = new Set(of.flatMap(telling => telling.entry ?? []))
    let changed = 0
    let groups = intoCalls(of)
    const dead = new Set(groups.flatMap(lost))
    if (dead.size > 0) {
      for (const telling of dead) tellings.remove(telling.id)
      groups = intoCalls(of.filter(telling => !dead.has(telling)))
    }
    const kept = new Set<number>()
    for (const group of groups) {
      const call = joined(group)
      const row = call === null ? null : rowFor(call, group, kept)
      for (const telling of group) if (telling.entry !== row) tellings.setEntry(telling.id, row)
      if (call === null || row === null) continue
      kept.add(row)
      fill({ row, call: taught(call), tellings: group }, noteOf(group))
      changed++
    }
    for (const row of before) {
      if (kept.has(row)) continue
      unlist(row)
      changed++
    }
    return changed
  }

  /** The row that it has, if that is of its time; else a free one. */
  const rowFor = (call: JoinedCall, group: readonly StoredTelling[], used: ReadonlySet<number>): number => {
    const [first] = group
    const had = first?.entry ?? null
    if (had !== null && !used.has(had) && momentOf(had) === momentOf(firstRow(call.startedAt))) return had
    return freeRow(call.startedAt, call.id, row => used.has(row) || taken(row))
  }

  /** Of a call's tellings those that nothing needs any more. */
  const lost = (group: readonly StoredTelling[]): StoredTelling[] => {
    const gone = group.filter(telling => telling.gone)
    if (gone.length === 0) return []
    const hangsOn = ({ call }: StoredTelling) =>
      (call.recordings ?? []).some(({ key }) => notes.kept(recordingIdentity(key)) !== null)
    if (gone.length < group.length) return gone.filter(telling => telling.call.source === 'folder' && !hangsOn(telling))
    const note = noteOf(group)
    return group.some(hangsOn) || (note !== null && isWorthKeeping(note.note)) ? [] : gone
  }

  /** Joins anew all that hangs together with any of these. */
  const settleAll = (ids: Iterable<number>): number => {
    const settled = new Set<number>()
    let changed = 0
    for (const id of ids) {
      if (settled.has(id)) continue
      const found = new Map<number, StoredTelling>()
      const queue = [id]
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        if (found.has(next)) continue
        const telling = tellings.get(next)
        if (telling === null) continue
        found.set(next, telling)
        const near = tellings.near(telling.call)
        const together = telling.entry === null ? near : [...near, ...tellings.ofEntry(telling.entry)]
        for (const other of together) if (!found.has(other.id)) queue.push(other.id)
      }
      for (const it of found.keys()) settled.add(it)
      if (found.size > 0) changed += settle([...found.values()])
    }
    return changed
  }

  const take = (calls: readonly SourceCall[]): number => {
    const dirty = new Set<number>()
    for (const call of calls) {
      const put = tellings.put(call)
      if (put === null) continue
      dirty.add(put.id)
      if (put.before !== null) for (const other of tellings.near(put.before.call)) dirty.add(other.id)
    }
    return settleAll(dirty)
  }

  /** Runs over a selection, newest first. */
  const walkRows = (selection: Selection, below: number | null): number[] => {
    if (selection.kind === 'entries') {
      const rows = [...new Set(selection.ids.flatMap(id => numberOf(id) ?? []))]
      return rows
        .filter(row => below === null || row < below)
        .sort((a, b) => b - a)
        .slice(0, STEP)
    }
    const of = whereOf(selection.filter)
    const bound = below === null ? [] : [`${of.id} < ?`]
    const sql = `SELECT ${of.id} AS id FROM ${of.inOrder} WHERE ${[...of.conditions, ...bound].join(' AND ')} ORDER BY ${of.id} DESC LIMIT ?`
    return database
      .prepare(sql)
      .all(...of.values, ...(below === null ? [] : [below]), STEP)
      .map(row => numberIn(row, 'id'))
  }
  const eachRow = (selection: Selection, run: (row: number) => void) => {
    let below: number | null = null
    for (;;) {
      const rows = walkRows(selection, below)
      const last = rows.at(-1)
      if (last === undefined) return
      rows.forEach(run)
      below = last
    }
  }

  const changeNote = (row: number, change: (note: NoteRecord) => NoteRecord) => {
    const it = listed(row)
    if (it === null) return
    const had = noteOf(it.tellings)
    const before = had?.note ?? { ...NO_NOTE, identities: identitiesOf(it.tellings) }
    const after = change(before)
    if (!isChanged(before, after)) return
    const about = { startedAt: it.call.startedAt, name: it.call.peer.name, number: it.call.peer.number }
    const note = { ...after, changedAt: now(), about }
    const id = notes.put(had?.id ?? null, note)
    fill(it, { id, note })
  }

  /** Brings entries up to date with notes that were written elsewhere. */
  const refresh = (row: number) => {
    const it = listed(row)
    if (it !== null) fill(it, noteOf(it.tellings))
  }
  const rowsOfNote = (note: NoteRecord): number[] => {
    const rows = new Set<number>()
    for (const identity of note.identities) {
      const call = /^call (\S+) (.*)$/s.exec(identity)
      if (call?.[1] !== undefined && call[2] !== undefined) {
        const row = numberOf(idOf('call', `${call[1]} ${call[2]}`))
        if (row !== null) rows.add(row)
      } else if (identity.startsWith('part ')) {
        const found = findPart(idOf('part', identity.slice(5)))
        if (found !== null) rows.add(found.it.row)
      }
    }
    return [...rows]
  }

  const rowsOfKept = (vaultKey: string) => {
    const found = findPart(idOf('part', recordingIdentity(vaultKey)))
    return found === null ? [] : [found.it.row]
  }

  /** Notes and copies of a file that the index has not followed: all of them anew. */
  const followNotes = () => {
    const state = database.prepare('SELECT notes, revision FROM state').get()
    const { name, revision } = notes.revision()
    if (state !== null && state['notes'] === name && state['revision'] === revision) return
    write(() => {
      const sql = 'SELECT id FROM entry WHERE note_id IS NOT NULL UNION SELECT id FROM entry WHERE kept = 1'
      const rows = new Set(
        database
          .prepare(sql)
          .all()
          .map(row => numberIn(row, 'id')),
      )
      for (let after = -1; ;) {
        const page = notes.page(after, STEP)
        for (const { id, note } of page) {
          after = id
          for (const row of rowsOfNote(note)) rows.add(row)
        }
        if (page.length === 0) break
      }
      for (let after = ''; ;) {
        const page = notes.keptPage(after, STEP)
        for (const { vaultKey } of page) {
          after = vaultKey
          for (const row of rowsOfKept(vaultKey)) rows.add(row)
        }
        if (page.length === 0) break
      }
      rows.forEach(refresh)
    })
  }

  /** The days are those of the zone in which they are asked for. */
  let offsets = ''
  const followZone = () => {
    // its name is asked for only where the clock says something else: that takes its time
    if (offsets === zoneOffsets()) return
    offsets = zoneOffsets()
    const zone = zoneName()
    if (textIn(database.prepare('SELECT zone FROM state').get(), 'zone') === zone) return
    database.transaction(() => {
      const update = database.prepare('UPDATE entry SET day = ? WHERE id >= ? AND id < ?')
      const oldest = database.prepare('SELECT min(id) AS id FROM entry').get()?.['id']
      let from = typeof oldest === 'number' ? oldest : null
      while (from !== null) {
        const day = dayOf(momentOf(from))
        const end = firstRow(endOfDay(day))
        update.run(day, from, end)
        const next = database.prepare('SELECT min(id) AS id FROM entry WHERE id >= ?').get(end)?.['id']
        from = typeof next === 'number' ? next : null
      }
      database.prepare('UPDATE state SET zone = ?').run(zone)
    })
  }

  /** Lessons that are too old to be heeded, or later than the clock says it is. */
  const unlearnOld = () => {
    if (oldest === null) return
    const time = now()
    if (oldest <= time && time < oldest + HEEDED_MS) return
    write(() => {
      const old = `SELECT part FROM lesson WHERE ${passing} AND (at > ? OR at <= ?)`
      const parts = database
        .prepare(old)
        .all(time, time - HEEDED_MS)
        .map(row => textIn(row, 'part'))
      for (const part of parts) unlearn(part)
    })
    oldest = oldestPassing()
  }
  /** Answers whether there was anything to forget. */
  const unlearn = (id: string): boolean => {
    const found = findPart(id)
    const forget = database.prepare('DELETE FROM lesson WHERE part = ? RETURNING id')
    const forgotten = (found?.part.ids ?? [id]).flatMap(one => forget.all(one))
    if (found !== null && forgotten.length > 0) refresh(found.it.row)
    return forgotten.length > 0
  }

  /** Entries of a database that holds what was told alone: it comes out of a sealed file. */
  const makeEntries = () => {
    const isEmpty = (table: 'telling' | 'entry') => database.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() === null
    if (isEmpty('telling') || !isEmpty('entry')) return
    write(() => {
      const all: number[] = []
      for (let page = tellings.reindex(-1); page.length > 0; page = tellings.reindex(page.at(-1) ?? 0))
        all.push(...page)
      settleAll(all)
    })
  }

  makeEntries()
  followNotes()
  unlearnOld()

  return {
    list: ({ filter, at, limit }) => {
      unlearnOld()
      const below = at === null ? null : firstRow(endOfDay(dayFrom(at.day)))
      return { entries: newest(whereOf(filter), below, limit, at?.skip ?? 0) }
    },
    outline: filter => {
      followZone()
      const of = whereOf(filter)
      const sql = `SELECT e.day AS day, count(*) AS many FROM ${of.all} WHERE ${of.conditions.join(' AND ')} GROUP BY e.day ORDER BY e.day DESC`
      const rows = database.prepare(sql).all(...of.values)
      const days = rows.map((row): [string, number] => [dayText(numberIn(row, 'day')), numberIn(row, 'many')])
      return { total: days.reduce((sum, [, many]) => sum + many, 0), days }
    },
    groups: ({ filter, by, after, limit }) => {
      const of = whereOf(filter)
      const key = by === 'person' ? 'e.person' : 'e.talk'
      const page = after === null ? '' : 'HAVING latest < ? OR (latest = ? AND name > ?)'
      // with one max() the bare columns are of the row that has it
      const sql =
        `SELECT ${key} AS name, e.peer_name, e.peer_number, count(*) AS many, total(e.recorded_ms) AS recorded, max(e.started_at) AS latest ` +
        `FROM ${of.all} WHERE ${of.conditions.join(' AND ')} GROUP BY ${key} ${page} ORDER BY latest DESC, name LIMIT ?`
      const bounds = after === null ? [] : [after.latestAt, after.latestAt, after.key]
      return database
        .prepare(sql)
        .all(...of.values, ...bounds, limit)
        .map(row => ({
          key: textIn(row, 'name'),
          name: textIn(row, 'peer_name'),
          number: textIn(row, 'peer_number'),
          count: numberIn(row, 'many'),
          recordedMs: numberIn(row, 'recorded'),
          latestAt: numberIn(row, 'latest'),
        }))
    },
    tags: () =>
      database
        .prepare('SELECT tag FROM entry_tag GROUP BY tag ORDER BY count(*) DESC, tag')
        .all()
        .map(row => textIn(row, 'tag')),
    entry: id => {
      unlearnOld()
      const row = numberOf(id)
      if (row === null) return null
      return shownAt(row)
    },
    listed: (filter, ids) => {
      const rows = [...new Set(ids.flatMap(id => numberOf(id) ?? []))]
      const of = whereOf(filter)
      const found: string[] = []
      for (let from = 0; from < rows.length; from += STEP) {
        const some = rows.slice(from, from + STEP)
        const within = `${of.id} IN (${some.map(() => '?').join(', ')})`
        const sql = `SELECT ${of.id} AS id FROM ${of.inOrder} WHERE ${[...of.conditions, within].join(' AND ')}`
        const hits = database.prepare(sql).all(...of.values, ...some)
        found.push(...hits.flatMap(hit => shownAt(numberIn(hit, 'id'))?.id ?? []))
      }
      return found
    },
    walk: (selection, after) => {
      unlearnOld()
      const below = after === null ? null : Number(after)
      if (below !== null && !Number.isSafeInteger(below)) throw new Refusal({ code: 'invalid', subject: 'after' })
      const rows = walkRows(selection, below)
      const last = rows.at(-1)
      return {
        entries: rows.map(shownAt).filter(entry => entry !== null),
        next: last !== undefined && rows.length === STEP ? String(last) : null,
      }
    },
    part: id => {
      unlearnOld()
      return partPlace(id)
    },
    parts: entry => {
      unlearnOld()
      const row = numberOf(entry)
      const it = row === null ? null : listed(row)
      return it === null ? [] : it.call.parts.map(part => placeOf(it, part))
    },
    partOf: uuid => {
      unlearnOld()
      return partPlace(idOf('part', recordingIdentity(uuid)))
    },
    take: calls => write(() => take(calls)),
    gone: (source, keys) =>
      write(() => {
        const dirty = new Set<number>()
        for (const key of keys) {
          const telling = tellings.find(source, key)
          if (telling === null || telling.gone) continue
          tellings.setGone(telling.id)
          dirty.add(telling.id)
          // they may have been with it, and be without it now
          for (const other of tellings.near(telling.call)) dirty.add(other.id)
        }
        return settleAll(dirty)
      }),
    keys: (source, after) =>
      database
        .prepare('SELECT key FROM telling WHERE source = ? AND key > ? AND gone = 0 ORDER BY key LIMIT ?')
        .all(SOURCE_BITS[source], after ?? '', KEYS)
        .map(row => textIn(row, 'key')),
    heard: (id, hearing) => {
      write(() => {
        const found = findPart(id)
        if (found === null) return
        const told = joined(found.it.tellings)?.parts.find(part => part.id === found.part.id)
        if (told === undefined) return
        const sql =
          'INSERT INTO lesson (part, hearing, told, at) VALUES (?, ?, ?, ?) ' +
          'ON CONFLICT (part) DO UPDATE SET hearing = excluded.hearing, told = excluded.told, at = excluded.at'
        database.prepare(sql).run(told.id, hearing, toldOf(told), now())
        hasLessons = true
        refresh(found.it.row)
      })
      oldest = oldestPassing()
    },
    unlearn: part => {
      const forgotten = write(() => unlearn(part))
      oldest = oldestPassing()
      return forgotten
    },
    note: name => {
      const row = database.prepare('SELECT value FROM place WHERE name = ?').get(name)
      return row === null ? undefined : (JSON.parse(textIn(row, 'value')) as unknown)
    },
    setNote: (name, value, calls) => {
      write(() => {
        if (calls !== undefined) take(calls)
        const sql =
          'INSERT INTO place (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value'
        database.prepare(sql).run(name, JSON.stringify(value ?? null))
      })
    },
    annotate: (selection, change) => {
      write(() =>
        eachRow(selection, row =>
          changeNote(row, note => ({
            ...note,
            note: change.note ?? note.note,
            tags: change.tags === undefined ? note.tags : [...new Set(change.tags)],
            favourite: change.favourite ?? note.favourite,
            hidden: change.hidden ?? note.hidden,
          })),
        ),
      )
    },
    addTag: (selection, tag) => {
      write(() =>
        eachRow(selection, row => changeNote(row, note => ({ ...note, tags: [...new Set([...note.tags, tag])] }))),
      )
    },
    marks: entry => {
      const row = numberOf(entry)
      const it = row === null ? null : listed(row)
      if (it === null) return []
      const [id] = notes.find(identitiesOf(it.tellings))
      const marks = id === undefined ? [] : (notes.get(id)?.marks ?? [])
      // a part that has another name now keeps its marks
      return marks.map(mark => ({
        ...mark,
        part: it.call.parts.find(part => part.ids.includes(mark.part))?.id ?? mark.part,
      }))
    },
    changeMarks: (entry, changes) => {
      write(() => {
        const row = numberOf(entry)
        if (row !== null) changeNote(row, note => ({ ...note, marks: changedMarks(note.marks, changes) }))
      })
    },
    exportNotes: () => {
      const all: NoteRecord[] = []
      for (let after = -1; ;) {
        const page = notes.page(after, STEP)
        for (const { id, note } of page) {
          after = id
          if (isWorthKeeping(note) || note.hidden) all.push(note)
        }
        if (page.length === 0) return all
      }
    },
    importNotes: incoming => {
      return write(() => {
        let touched = 0
        for (const note of incoming) {
          const ids = notes.find(note.identities)
          const known = ids.flatMap(id => notes.get(id) ?? [])
          const [first, ...others] = known
          const merged = [note, ...others].reduce(mergeNotes, first ?? note)
          if (first !== undefined && others.length === 0 && !isChanged(first, merged)) continue
          for (const id of ids.slice(1)) notes.remove(id)
          notes.put(ids[0] ?? null, merged)
          rowsOfNote(merged).forEach(refresh)
          touched++
        }
        return touched
      })
    },
    setKept: (vaultKey, kept) => {
      write(() => {
        notes.setKept(vaultKey, kept)
        rowsOfKept(vaultKey).forEach(refresh)
      })
    },
    kept: after => {
      unlearnOld()
      return notes
        .keptPage(after ?? '', KEYS)
        .map(kept => ({ ...kept, part: partPlace(idOf('part', recordingIdentity(kept.vaultKey))) }))
    },
    tidy: () => database.transaction(() => texts.tidy()),
    readAhead: createReadAhead(database),
  }
}

/** What the sources tell of a part's sound: a lesson about it holds no longer than this. */
const toldOf = (part: JoinedPart) => `${part.hearing} ${part.path ?? ''}`

/** One person's calls: by his number, else by his name. */
function personOf(peer: Entry['peer']): string {
  const number = bareNumber(peer.number).toLowerCase()
  return (number === '' ? `@${folded(peer.name)}` : `#${number}`).slice(0, KEY_LENGTH)
}
