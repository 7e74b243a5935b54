/**
 * The file that carries notes to another computer. Read where the schemas are: the index's thread does without them, for they
 * take longer to load than a page to find.
 */
import { z } from 'zod'
import { AppFailure } from '../../../shared/failure.ts'
import { Mark, Tag } from '../../../shared/library/notes.ts'
import type { NoteRecord } from './notes.ts'

/** Names of calls and recordings are paths at the longest (identity.ts). */
const Identity = z.string().min(1).max(5_000)

const Note = z.object({
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

const NotesFile = z.object({ format: z.literal('tallylight-notes'), version: z.literal(1), notes: z.array(Note) })

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
