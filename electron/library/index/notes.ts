/** What the user added to a call, and how two notes of one call become one. Pure. */
import type { Mark } from '../../../shared/library/notes.ts'

export interface NoteRecord {
  /** All that the call and its recordings are known by. */
  readonly identities: string[]
  readonly note: string
  readonly tags: string[]
  readonly favourite: boolean
  readonly hidden: boolean
  readonly marks: Mark[]
  /** Milliseconds since the epoch. */
  readonly changedAt: number
  /** For people who read the file: which call it was. */
  readonly about: { readonly startedAt: number; readonly name: string; readonly number: string } | null
}

export const NO_NOTE: NoteRecord = {
  identities: [],
  note: '',
  tags: [],
  favourite: false,
  hidden: false,
  marks: [],
  changedAt: 0,
  about: null,
}

/** Something of the user's would be lost with it; that it is hidden is no reason to keep a call. */
export const isWorthKeeping = (note: NoteRecord): boolean =>
  note.note !== '' || note.tags.length > 0 || note.favourite || note.marks.length > 0

const same = (a: NoteRecord, b: NoteRecord) =>
  JSON.stringify({ ...a, identities: [], changedAt: 0, about: null }) ===
  JSON.stringify({ ...b, identities: [], changedAt: 0, about: null })

/**
 * Two notes of one call as one: the newer wins, and nothing of the older is lost: a text that is not in the newer's
 * stands below it.
 */
export function mergeNotes(a: NoteRecord, b: NoteRecord): NoteRecord {
  const [newer, older] = isNewer(a, b) ? [a, b] : [b, a]
  const marks = new Map([...older.marks, ...newer.marks].map(mark => [mark.id, mark]))
  const merged: NoteRecord = {
    identities: [...new Set([...newer.identities, ...older.identities])],
    note: newer.note.includes(older.note)
      ? newer.note
      : [newer.note, older.note].filter(text => text !== '').join('\n\n'),
    tags: [...new Set([...newer.tags, ...older.tags])],
    favourite: newer.favourite || older.favourite,
    hidden: newer.hidden,
    marks: [...marks.values()].sort((x, y) => x.atMs - y.atMs || (x.id < y.id ? -1 : 1)),
    changedAt: newer.changedAt,
    about: newer.about ?? older.about,
  }
  return merged
}

function isNewer(a: NoteRecord, b: NoteRecord): boolean {
  if (a.changedAt !== b.changedAt) return a.changedAt > b.changedAt
  return JSON.stringify(a) >= JSON.stringify(b)
}

/** Whether the user would see a difference. */
export const isChanged = (before: NoteRecord, after: NoteRecord): boolean => !same(before, after)
