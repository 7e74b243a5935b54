/** A call of the user's with its recordings, as the library knows it and the list shows it. */
import { z } from 'zod'

/**
 * What may be heard of a part. `finishing`: the server has not listed it yet; `growing`: the file is being written;
 * `format`: it is there, in a format that nothing here plays.
 */
export const Hearing = z.enum(['yes', 'finishing', 'growing', 'deleted', 'no-media', 'empty', 'missing', 'format'])
export type Hearing = z.infer<typeof Hearing>

/** One recording of a call. */
export const Part = z.object({
  /** Ours, opaque, and the same after a restart: it names the audio at `recording://<id>/`. */
  id: z.string().regex(/^[A-Za-z0-9-]{1,80}$/),
  startedAt: z.number(),
  /** Of the audio, where it was measured or its pauses were seen; else from start to stop, so that it may be shorter. */
  durationMs: z.number().nullable(),
  hearing: Hearing,
  /** A copy lies on this computer: it can be heard without a network. */
  kept: z.boolean(),
  /** It may be the other party's: two recordings of one call overlap, or the user's side was seen not being recorded. */
  maybeOthers: z.boolean(),
  fileName: z.string(),
})
export type Part = z.infer<typeof Part>

/**
 * Why a call has no recording, from what is known; `unknown` where nothing is. `not-recorded`: it was seen not to be.
 * `late`: the server has not listed it 60 s after the end.
 */
export const WhyNot = z.enum([
  'not-answered',
  'not-recorded',
  'not-allowed',
  'purged',
  'finishing',
  'late',
  'folder-away',
  'not-told', // this server does not tell of recordings (before 21.02)
  'unknown',
])
export type WhyNot = z.infer<typeof WhyNot>

export const SourceKind = z.enum(['call-log', 'folder', 'live'])
export type SourceKind = z.infer<typeof SourceKind>

export const Entry = z.object({
  /** Ours, opaque, and the same after a restart. */
  id: z.string().min(1).max(80),
  /** Where it is known from; `live` alone: a call of this run that no source has listed yet. */
  sources: z.array(SourceKind),
  /** Wazo's name of the conversation (24.09 and later); null where the source has none. */
  conversation: z.string().nullable(),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  /** From the answer to the end; null where the source cannot tell, or nobody answered. */
  callMs: z.number().nullable(),
  answered: z.boolean().nullable(),
  /** Null where the user's own number is not in it. */
  outgoing: z.boolean().nullable(),
  /** Hostile input. */
  peer: z.object({ name: z.string(), number: z.string() }),
  /** Oldest first; empty: not recorded, and `why` tells what is known. */
  parts: z.array(Part),
  why: WhyNot.nullable(),
  /** Call time at which the first part starts; null where not known. */
  fromMs: z.number().nullable(),
  /** What the parts hold together, a moment that two of them hold counted once; null where no part tells. */
  recordedMs: z.number().nullable(),
  /** Only where it was seen live or the file's name tells; no call log says which. */
  how: z.enum(['automatic', 'by-me']).nullable(),
  /** The user's own. */
  note: z.string(),
  tags: z.array(z.string()),
  favourite: z.boolean(),
  marks: z.number().int().nonnegative(),
  /** When the server is expected to delete the sound; null = not known, or it never was there. */
  purgedAt: z.number().nullable(),
  hidden: z.boolean(),
})
export type Entry = z.infer<typeof Entry>
