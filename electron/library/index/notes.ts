/** What the user added to a call: how two notes of one call become one, and the file that carries them to another computer. Pure. */
import { z } from 'zod'
import { AppFailure } from '../../../shared/failure.ts'
import { Mark, Tag } from '../../../shared/library/notes.ts'

/** Names of calls and recordings are paths at the longest (identity.ts). */
const Identity = z.string().min(1).max(5_000)

export const NoteRecord = z.object({
  /** All that the call and its recordings are known by. */
  identities: z.array(Identity).max(10_000),
  note: z.string().max(1_000_000),
  tags: z.array(Tag).max(10_000),
  favourite: z.boolean(),
  hidden: z.boolean(),
  marks: z.array(Mark).max(10_000),
  /** Milliseconds since the epoch. */
  changedAt: z.number(),
  /** For people who read the file: which call it was. */
  about: z.object({ startedAt: z.number(), name: z.string(), number: z.string() }).nullable(),
})
export type NoteRecord = z.infer<typeof NoteRecord>

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

const NotesFile = z.object({ format: z.literal('tallylight-notes'), version: z.literal(1), notes: z.array(NoteRecord) })

/** The file, as JSON: `readNotes` takes it. */
export function writeNotes(notes: readonly NoteRecord[]): string {
  return JSON.stringify({ format: 'tallylight-notes', version: 1, notes }, null, 1)
}

/** Throws AppFailure `notes-unreadable`. */
export function readNotes(json: string): NoteRecord[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch (error) {
    throw new AppFailure('notes-unreadable', { cause: error })
  }
  const file = NotesFile.safeParse(parsed)
  if (!file.success) throw new AppFailure('notes-unreadable', { cause: file.error })
  return file.data.notes
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
