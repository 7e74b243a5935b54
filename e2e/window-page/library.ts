/** A library for the window's tests: any number of generated calls, found, counted and annotated by a small model. */
import { firstThat } from '../../renderer/recordings/list/days.ts'
import { type Entry, type Part } from '../../shared/library/entry.ts'
import { type Annotation } from '../../shared/library/notes.ts'
import {
  type Filter,
  type Group,
  type ListQuery,
  NO_FILTER,
  type Outline,
  type Selection,
} from '../../shared/library/query.ts'
import { type Answers, done } from './page.ts'
import { AT } from './states.ts'

const DAY_MS = 86_400_000
/** 14:00 in Montreal, on the day of the tests: times of calls go back from there, within the working day. */
const NEWEST = Date.UTC(2026, 10, 23, 19)
const HOURS_MS = 5 * 3_600_000
const GIVEN = ['Marie', 'Paul', 'Élodie', 'Jean', 'Sofia', 'Ahmed', 'Noémie', 'Luc', 'Wei', 'Anna']
const FAMILY = ['Tremblay', 'Roy', 'Gagnon', 'Côté', 'Bouchard', 'Nguyen', 'Lévesque', 'Fortin', 'Diallo', 'Okafor']
const TAGS = ['complaint', 'order', 'callback']

const fold = (words: string) => words.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
const wordsOf = ({ peer, note, tags }: Entry) => fold([peer.name, peer.number, note, ...tags].join('\n'))
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)

const isRecorded = (index: number) => index % 11 !== 5

/** The whole of one call, from its number; every kind of row comes about every few dozens. */
export function generated(id: string, index: number, startedAt: number): Entry {
  const part = (at: number, more: Partial<Part> = {}): Part => ({
    id: `${id}-part-${at}`,
    startedAt: startedAt + 88_000 + at * 100_000,
    durationMs: 30_000 + ((index * 7919) % 600_000),
    hearing: 'yes',
    kept: index % 5 === 0,
    maybeOthers: false,
    fileName: `2026-11-20T14_30_03UTC-${index}-ef79.wav`,
    ...more,
  })
  const parts = !isRecorded(index)
    ? []
    : index % 13 === 7
      ? [part(0), part(1, { maybeOthers: true })]
      : index % 29 === 11
        ? [part(0, { hearing: 'deleted', kept: false })]
        : [part(0)]
  const recordedMs = parts.length === 0 ? null : parts.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0)
  return {
    id,
    sources: ['call-log'],
    conversation: null,
    startedAt,
    callMs: (recordedMs ?? 60_000) + (index % 3 === 0 ? 0 : 88_000),
    answered: true,
    outgoing: index % 2 === 0,
    peer: {
      name: `${GIVEN[index % 10] ?? ''} ${FAMILY[Math.floor(index / 10) % 10] ?? ''}`,
      number: `+1418555${String(index % 10_000).padStart(4, '0')}`,
    },
    parts,
    why: parts.length === 0 ? 'not-recorded' : null,
    fromMs: index % 3 === 0 ? 0 : 88_000,
    recordedMs,
    how: index % 4 === 0 ? 'automatic' : index % 4 === 1 ? 'by-me' : null,
    note: index % 17 === 3 ? 'Asked for the price again' : '',
    tags: index % 9 === 2 ? [TAGS[index % 3] ?? 'order'] : [],
    favourite: index % 23 === 4,
    marks: index % 7 === 2 ? 2 : 0,
    purgedAt: index % 31 === 6 ? AT + 9 * DAY_MS : null,
    hidden: false,
  }
}

export class FakeLibrary {
  /** Newest first. Made when they are asked for: a million would be dear to keep. */
  readonly #startedAt: Float64Array
  readonly #changes = new Map<string, Partial<Entry>>()
  /** Calls that came later, newest first. */
  readonly #added: Entry[] = []
  /** Folded words of the old ones, as far as they were searched. */
  readonly #searched: string[] = []
  /** By filter: a million are gone through once. */
  readonly #found = new Map<string, { readonly numbers: Int32Array; readonly outline: Outline }>()

  /** `perDay`: how many calls a day has, about. */
  constructor(count: number, perDay = 20) {
    this.#startedAt = new Float64Array(count)
    let [day, inDay, size] = [0, 0, perDay]
    for (let index = 0; index < count; index++) {
      if (inDay === size) {
        // no two days are alike, and some have none
        day += day % 6 === 4 ? 3 : 1
        inDay = 0
        size = Math.max(1, Math.round(perDay * (0.5 + ((day * 37) % 100) / 100)))
      }
      this.#startedAt[index] = NEWEST - day * DAY_MS - (inDay++ * HOURS_MS) / (2 * perDay)
    }
  }

  /** A call that has just ended. */
  add(more: Partial<Entry> = {}): Entry {
    const number = this.#added.length
    const entry = { ...generated(`new-${number}`, number * 2, NEWEST + 60_000 + number * 1000), ...more }
    this.#added.unshift(entry)
    this.#found.clear()
    return entry
  }

  change(id: string, change: Partial<Entry>): void {
    this.#changes.set(id, { ...this.#changes.get(id), ...change })
    this.#found.clear()
  }

  get size(): number {
    return this.#added.length + this.#startedAt.length
  }

  at(index: number): Entry {
    const old = index - this.#added.length
    const entry = this.#added[index] ?? generated(`entry-${old}`, old, this.#startedAt[old] ?? 0)
    return { ...entry, ...this.#changes.get(entry.id) }
  }

  find(id: string): Entry | null {
    const added = this.#added.findIndex(entry => entry.id === id)
    if (added >= 0) return this.at(added)
    const index = Number(/^entry-(\d+)$/.exec(id)?.[1] ?? -1)
    return index >= 0 && index < this.#startedAt.length ? this.at(index + this.#added.length) : null
  }

  /** The day of a call. Times go back from NEWEST by whole days and less than half a day. */
  #dayOf(index: number): string {
    const old = index - this.#added.length
    return dayOf(this.#added[index]?.startedAt ?? this.#startedAt[old] ?? 0)
  }

  /** What a filter lets through, newest first, and a count for each day. */
  #find(filter: Filter): { readonly numbers: Int32Array; readonly outline: Outline } {
    const key = JSON.stringify(filter)
    const known = this.#found.get(key)
    if (known !== undefined) return known
    const simple = JSON.stringify({ ...filter, search: '' }) === JSON.stringify(NO_FILTER) && this.#changes.size === 0
    const wanted = fold(filter.search)
    const found: number[] = []
    const days: [string, number][] = []
    let [dayName, dayNumber] = ['', Number.NaN]
    for (let index = 0; index < this.size; index++) {
      const old = index - this.#added.length
      // most of a large library is gone through without making its entries
      const isFound =
        simple && old >= 0 ? isRecorded(old) && this.#words(old).includes(wanted) : passes(this.at(index), filter)
      if (!isFound) continue
      found.push(index)
      const number = Math.floor((this.#added[index]?.startedAt ?? this.#startedAt[old] ?? 0) / DAY_MS)
      if (number !== dayNumber) [dayName, dayNumber] = [this.#dayOf(index), number]
      const last = days.at(-1)
      if (last?.[0] === dayName) last[1]++
      else days.push([dayName, 1])
    }
    const answer = { numbers: Int32Array.from(found), outline: { total: found.length, days } }
    this.#found.set(key, answer)
    return answer
  }

  #words(old: number): string {
    return (this.#searched[old] ??= wordsOf(generated('', old, 0)))
  }

  /** The id of the newest call that a search finds. */
  first(search: string): string | null {
    return this.list({ filter: { ...NO_FILTER, search }, at: null, limit: 1 })[0]?.id ?? null
  }

  list({ filter, at, limit }: ListQuery): Entry[] {
    const { numbers } = this.#find(filter)
    const first = at === null ? 0 : firstThat(numbers.length, n => this.#dayOf(numbers[n] ?? 0) <= at.day)
    const from = first + (at?.skip ?? 0)
    return [...numbers.subarray(from, from + limit)].map(index => this.at(index))
  }

  outline(filter: Filter): Outline {
    return this.#find(filter).outline
  }

  groups(filter: Filter): Group[] {
    const groups = new Map<string, Group>()
    for (const index of this.#find(filter).numbers) {
      const { peer, recordedMs, startedAt } = this.at(index)
      const group = groups.get(peer.name) ?? { key: peer.name, ...peer, count: 0, recordedMs: 0, latestAt: startedAt }
      groups.set(peer.name, { ...group, count: group.count + 1, recordedMs: group.recordedMs + (recordedMs ?? 0) })
    }
    return [...groups.values()]
  }

  annotate(selection: Selection, change: (entry: Entry) => Partial<Entry>): void {
    const ids =
      selection.kind === 'entries'
        ? selection.ids
        : [...this.#find(selection.filter).numbers].map(index => this.at(index).id)
    for (const id of ids) {
      const entry = this.find(id)
      if (entry !== null) this.change(id, change(entry))
    }
  }

  /** What main would answer. */
  readonly answers: Answers = {
    'library:list': query => done({ entries: this.list(query) }),
    'library:outline': ({ filter }) => done(this.outline(filter)),
    'library:groups': ({ filter, after, limit }) => {
      const groups = this.groups(filter)
      const from = after === null ? 0 : groups.findIndex(({ key }) => key === after.key) + 1
      return done(groups.slice(from, from + limit))
    },
    'library:tags': () => done(TAGS),
    'library:entry': ({ entry }) => done(this.find(entry)),
    'library:listed': ({ filter, ids }) => {
      const found = new Set([...this.#find(filter).numbers].map(index => this.at(index).id))
      return done(ids.filter(id => found.has(id)))
    },
    'library:annotate': ({ selection, change }) => {
      this.annotate(selection, () => named(change))
      return done(undefined)
    },
    'library:addTag': ({ selection, tag }) => {
      this.annotate(selection, ({ tags }) => ({ tags: [...tags, tag] }))
      return done(undefined)
    },
    'library:marks': () => done([]),
  }
}

const named = (change: Annotation): Partial<Entry> =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))

function passes(entry: Entry, filter: Filter): boolean {
  const { parts, peer, note, tags } = entry
  const length = parts.length > 0 ? entry.recordedMs : entry.callMs
  return (
    (filter.recorded === 'all' || parts.length > 0) &&
    entry.hidden === filter.hidden &&
    (filter.direction === 'any' || entry.outgoing === (filter.direction === 'out')) &&
    (filter.from === null || entry.startedAt >= filter.from) &&
    (filter.until === null || entry.startedAt < filter.until) &&
    (filter.shortest === null || (length ?? 0) >= filter.shortest) &&
    (filter.longest === null || (length ?? 0) <= filter.longest) &&
    (!filter.annotated || note !== '' || entry.marks > 0) &&
    (!filter.favourites || entry.favourite) &&
    (!filter.kept || parts.some(({ kept }) => kept)) &&
    (filter.how === 'any' || entry.how === filter.how) &&
    (filter.tag === null || tags.includes(filter.tag)) &&
    (filter.person === null || peer.name === filter.person) &&
    (filter.search === '' || wordsOf(entry).includes(fold(filter.search)))
  )
}
