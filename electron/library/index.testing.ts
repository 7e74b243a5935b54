/** An index in memory, for tests of what feeds it: it joins calls by conversation alone, and keeps every promise of order. */
import { type Entry, type Hearing } from '../../shared/library/entry.ts'
import { type Filter } from '../../shared/library/query.ts'
import { AppFailure } from '../../shared/failure.ts'
import { type LibraryIndex, type PartPlace, type SourceCall, type SourceRecording } from './index/port.ts'

export interface MemoryIndex extends LibraryIndex {
  /** What sources told, by source and key. */
  readonly calls: Map<string, SourceCall>
  readonly notes: Map<string, unknown>
  /** Calls of each transaction, and the note that was written with them. */
  readonly taken: { readonly calls: readonly SourceCall[]; readonly note: string | null }[]
  readonly lessons: [string, Hearing][]
  closed: boolean
  /** Thrown by the next writing. */
  broken: AppFailure | null
}

const nothing = () => Promise.resolve()
/** As people search: no accents, case, spaces. */
const plain = (text: string) =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\p{M}\s+().-]/gu, '')
const dayOf = (at: number) => {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

export function memoryIndex(): MemoryIndex {
  const calls = new Map<string, SourceCall>()
  const notes = new Map<string, unknown>()
  const idOf = ({ source, key }: SourceCall) => `${source}-${key}`
  const groups = () => {
    const found = new Map<string, SourceCall[]>()
    for (const call of calls.values()) {
      const name = call.conversation ?? idOf(call)
      found.set(name, [...(found.get(name) ?? []), call])
    }
    return [...found].sort(([, a], [, b]) => (b[0]?.startedAt ?? 0) - (a[0]?.startedAt ?? 0))
  }
  const told = (group: readonly SourceCall[]) => group.find(call => call.source !== 'live') ?? group[0]
  const recordingsOf = (group: readonly SourceCall[]) => told(group)?.recordings ?? []
  const partId = (recording: SourceRecording) => Buffer.from(recording.key).toString('hex').slice(0, 80)
  const entries = (): Entry[] => groups().flatMap(([id, group]) => entryOf(id, group) ?? [])
  const entryOf = (id: string, group: readonly SourceCall[]): Entry | null => {
    const call = told(group)
    if (call === undefined || !group.some(({ ownerKnown }) => ownerKnown)) return null
    const { conversation, startedAt, callMs, answered, outgoing, peer, why, how } = call
    return {
      ...{ id, conversation, startedAt, callMs, answered, outgoing, peer },
      sources: [...new Set(group.map(({ source }) => source))],
      parts: recordingsOf(group).map(recording => ({
        id: partId(recording),
        startedAt: recording.startedAt,
        durationMs: recording.durationMs,
        hearing: recording.hearing,
        kept: false,
        maybeOthers: false,
        fileName: recording.fileName,
      })),
      why,
      fromMs: null,
      recordedMs: null,
      how: how ?? group.find(one => one.how !== null)?.how ?? null,
      ...{ note: '', tags: [], favourite: false, marks: 0, purgedAt: null, hidden: false },
    }
  }
  const places = (): PartPlace[] =>
    groups().flatMap(([entry, group]) =>
      recordingsOf(group).map(recording => {
        const { source = 'live', key = '' } = told(group) ?? {}
        const { startedAt, durationMs, bytes, hearing, fileName } = recording
        return {
          ...{ id: partId(recording), entry, startedAt, durationMs, bytes, hearing, fileName },
          cdrId: source === 'call-log' ? Number(key) : null,
          uuid: source === 'call-log' ? recording.key : null,
          path: source === 'folder' ? recording.key.slice(1) : null,
          vaultKey: recording.key,
        }
      }),
    )
  const found = ({ search, recorded, from, until }: Filter) => {
    const wanted = plain(search)
    return entries().filter(
      ({ parts, startedAt, peer }) =>
        (recorded === 'all' || parts.length > 0) &&
        startedAt >= (from ?? -Infinity) &&
        startedAt < (until ?? Infinity) &&
        [peer.name, peer.number, ...parts.map(({ fileName }) => fileName)].some(text => plain(text).includes(wanted)),
    )
  }
  const write = async (run: () => number): Promise<number> => {
    await Promise.resolve()
    const { broken } = index
    index.broken = null
    if (broken !== null) throw broken
    if (index.closed) throw new AppFailure('library-broken')
    return run()
  }
  const put = (given: readonly SourceCall[], note: string | null) => {
    for (const call of given) calls.set(idOf(call), call)
    index.taken.push({ calls: given, note })
    return given.length
  }
  const index: MemoryIndex = {
    calls,
    notes,
    taken: [],
    lessons: [],
    closed: false,
    broken: null,
    list: ({ filter, at, limit }) => {
      const all = found(filter)
      const first = at === null ? 0 : all.findIndex(({ startedAt }) => dayOf(startedAt) <= at.day)
      const from = first < 0 ? all.length : first + (at?.skip ?? 0)
      return Promise.resolve({ entries: all.slice(from, from + limit) })
    },
    outline: filter => {
      const days = new Map<string, number>()
      const all = found(filter)
      for (const { startedAt } of all) days.set(dayOf(startedAt), (days.get(dayOf(startedAt)) ?? 0) + 1)
      return Promise.resolve({ total: all.length, days: [...days] })
    },
    groups: () => Promise.resolve([]),
    tags: () => Promise.resolve([]),
    entry: id => Promise.resolve(entries().find(entry => entry.id === id) ?? null),
    listed: (_filter, ids) => Promise.resolve(ids.filter(id => entries().some(entry => entry.id === id))),
    walk: () => Promise.resolve({ entries: entries(), next: null }),
    part: id => Promise.resolve(places().find(place => place.id === id) ?? null),
    parts: entry => Promise.resolve(places().filter(place => place.entry === entry)),
    partOf: uuid => Promise.resolve(places().find(place => place.uuid === uuid) ?? null),
    take: given => write(() => put(given, null)),
    gone: (source, keys) => write(() => keys.filter(key => calls.delete(`${source}-${key}`)).length),
    keys: (source, after) => {
      const all = [...calls.values()].filter(call => call.source === source).map(({ key }) => key)
      return Promise.resolve(
        all
          .sort()
          .filter(key => after === null || key > after)
          .slice(0, 1000),
      )
    },
    heard: (part, hearing) => {
      index.lessons.push([part, hearing])
      return nothing()
    },
    unlearn: part => {
      const left = index.lessons.filter(([of]) => of !== part)
      const forgotten = left.length < index.lessons.length
      index.lessons.splice(0, Infinity, ...left)
      return Promise.resolve(forgotten)
    },
    // as JSON: what is kept comes back as a copy
    note: name =>
      Promise.resolve(notes.has(name) ? (JSON.parse(JSON.stringify(notes.get(name))) as unknown) : undefined),
    setNote: async (name, value, given = []) => {
      await write(() => {
        notes.set(name, value)
        return put(given, name)
      })
    },
    annotate: nothing,
    addTag: nothing,
    marks: () => Promise.resolve([]),
    changeMarks: nothing,
    exportNotes: () => Promise.resolve('{}'),
    importNotes: () => Promise.resolve(0),
    setKept: nothing,
    kept: () => Promise.resolve([]),
    close: () => {
      index.closed = true
      return nothing()
    },
  }
  return index
}
