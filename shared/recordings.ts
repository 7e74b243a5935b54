/** The user's own recordings, as the list and the player see them. */
import { z } from 'zod'

/** What may be heard. `finishing`: the server has not finished it. */
export const Playable = z.enum(['yes', 'deleted', 'no-media', 'empty', 'missing', 'growing'])

export const Part = z.object({
  /** Ours, opaque: it names the audio at `recording://<id>/`. Letters, digits and `-` only. */
  id: z.string().regex(/^[A-Za-z0-9-]{1,80}$/),
  startedAt: z.number(),
  /** Length of the stretch from start to stop; paused time is not in the audio, so the audio may be shorter. */
  durationMs: z.number().nullable(),
  playable: Playable,
})
export type Part = z.infer<typeof Part>

/** One call with its recordings (parts). */
export const RecordingEntry = z.object({
  /** Unique in the library. */
  id: z.string(),
  source: z.enum(['call-log', 'folder']),
  /** Wazo's name of the conversation (24.09 and later); null where the source has none. */
  conversation: z.string().nullable(),
  startedAt: z.number(),
  /** Null where the source cannot tell. */
  callMs: z.number().nullable(),
  /** Null where the user's own number is not in it. */
  outgoing: z.boolean().nullable(),
  /** Hostile input. */
  peer: z.object({ name: z.string(), number: z.string() }),
  /** Call time at which the first part starts; null where not known. */
  fromMs: z.number().nullable(),
  parts: z.array(Part).min(1),
  /** The file's name, for the folder source and for export. */
  fileName: z.string(),
})
export type RecordingEntry = z.infer<typeof RecordingEntry>

export const ListQuery = z.object({
  search: z.string().max(200).default(''),
  /** Opaque, from the page before; null = the first. */
  cursor: z.string().max(200).nullable().default(null),
})
export type ListQuery = z.output<typeof ListQuery>

export const ListPage = z.object({
  entries: z.array(RecordingEntry),
  /** Null = this was the last page. */
  next: z.string().nullable(),
  /** Files of the folder that no name pattern explains, or that cannot be read; shown as a count. */
  unread: z.number(),
})
export type ListPage = z.infer<typeof ListPage>

/** Audio, wherever it lies: a size and positional reads (design 4). One bounded request for a server, one read for a file. */
export interface AudioSource {
  readonly contentType: string
  /** Bytes; what exists now. */
  size(): Promise<number>
  /** Bytes `from` (inclusive) to `to` (exclusive), 0 <= from < to <= size. Fewer bytes than asked for is an error of the source. */
  read(from: number, to: number): Promise<Uint8Array>
  close(): Promise<void>
}
