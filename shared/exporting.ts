/** Taking recordings out of the app: export into a folder, sending one, and the file for another computer. */
import { z } from 'zod'
import { Failure } from './failure.ts'
import { Selection } from './library/query.ts'

/** `wav`: what every player opens. `original`: the bytes as they lie there. */
export const ExportForm = z.enum(['wav', 'original'])
export type ExportForm = z.infer<typeof ExportForm>

/** One folder for all, or one for each person, day or month. */
export const ExportFolders = z.enum(['flat', 'person', 'day', 'month'])
export type ExportFolders = z.infer<typeof ExportFolders>

/** What a file's name may be made of. The first is used unless the user says otherwise. */
export const NAME_PATTERNS = [
  '{{ date }} {{ time }} {{ name }}',
  '{{ date }} {{ time }} {{ number }}',
  '{{ name }} {{ date }} {{ time }}',
  '{{ file }}',
] as const

/** Letters of a template of names. */
export const LONGEST_NAMES = 500

/** A template over `date time name number direction file`. */
export const ExportNames = z.string().trim().min(1).max(LONGEST_NAMES)

/** How it is exported, as the dialog offers it: what was chosen last. */
export const ExportChoice = z.object({
  form: ExportForm.default('wav'),
  folders: ExportFolders.default('flat'),
  names: ExportNames.default(NAME_PATTERNS[0]),
})
export type ExportChoice = z.output<typeof ExportChoice>
export const USUAL_EXPORT: ExportChoice = ExportChoice.parse({})

export const ExportWish = z.object({ selection: Selection, ...ExportChoice.shape })
export type ExportWish = z.output<typeof ExportWish>

export const ExportPreview = z.object({
  files: z.number().int().nonnegative(),
  /** Recordings of which there is no sound to be had; they are listed with their reason. */
  without: z.number().int().nonnegative(),
  /** Estimated from the length of the recordings (as telephone WAV); null = no length is known. */
  bytes: z.number().nonnegative().nullable(),
  /** The first names that would be written, with `/` between folders. */
  examples: z.array(z.string()),
})
export type ExportPreview = z.infer<typeof ExportPreview>

/** A recording that could not be written. */
export const ExportMiss = z.object({
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  peer: z.object({ name: z.string(), number: z.string() }),
  failure: Failure,
})
export type ExportMiss = z.infer<typeof ExportMiss>

const jobId = z.string().regex(/^[A-Za-z0-9-]{1,40}$/)

export const ExportJobView = z.object({
  id: jobId,
  /** The folder's name; no path. */
  folder: z.string(),
  state: z.enum(['waiting', 'running', 'paused', 'done']),
  done: z.number().int().nonnegative(),
  total: z.number().int().nonnegative(),
  /** Bytes written. */
  bytes: z.number().nonnegative(),
  /** Why it is paused, or what it waits for while it runs; null where the user paused it, or the app was ended. */
  failure: Failure.nullable(),
  /** The first hundred; `missed` counts them all. */
  misses: z.array(ExportMiss),
  missed: z.number().int().nonnegative(),
})
export type ExportJobView = z.infer<typeof ExportJobView>

/** `small`: an MP3 that mail, phones and browsers play. */
export const SendForm = z.enum(['small', 'wav'])
export type SendForm = z.infer<typeof SendForm>

export const SendWish = z.object({
  part: z.string().regex(/^[A-Za-z0-9-]{1,80}$/),
  form: SendForm.default('small'),
  /** A span of the sound (tape time), milliseconds; both null = all of it. */
  fromMs: z.number().nonnegative().nullable().default(null),
  toMs: z.number().positive().nullable().default(null),
})
export type SendWish = z.output<typeof SendWish>

/** A file that lies ready to be dragged out or shown. */
export const Prepared = z.object({
  id: jobId,
  fileName: z.string(),
  bytes: z.number(),
  /** Of the sound, milliseconds. */
  ms: z.number(),
})
export type Prepared = z.infer<typeof Prepared>

export const ExportingView = z.object({
  /** Newest first. */
  jobs: z.array(ExportJobView),
  /** What is being prepared for sending: sound done and in all, milliseconds. */
  sending: z.object({ part: z.string(), doneMs: z.number(), totalMs: z.number() }).nullable(),
  /** A link was opened: what came of it, until the window has taken it. */
  opened: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('found'), entry: z.string(), part: z.string(), atMs: z.number().nullable() }),
      /** Not among the user's recordings. */
      z.object({ kind: z.literal('unknown') }),
      /** No link of ours, or a broken one. */
      z.object({ kind: z.literal('broken') }),
      /** Nobody is signed in, or the library is not open yet: it is looked for then. */
      z.object({ kind: z.literal('waiting') }),
    ])
    .nullable(),
})
export type ExportingView = z.infer<typeof ExportingView>
export const NO_EXPORTING: ExportingView = { jobs: [], sending: null, opened: null }

/** What taking in a file from another computer did. */
export const MoveResult = z.object({
  /** Calls whose notes, marks, tags or star were taken in. */
  calls: z.number().int().nonnegative(),
  /** Settings that changed. */
  settings: z.number().int().nonnegative(),
})
export type MoveResult = z.infer<typeof MoveResult>

const job = z.object({ job: jobId })
const prepared = z.object({ prepared: jobId })

export const exportingRequests = {
  /** What an export would write. Throws `template-unsupported`. */
  'export:preview': { argument: ExportWish, result: ExportPreview },
  /** Opens main's dialog for the folder; false = none was picked. The job is in the snapshot. */
  'export:begin': { argument: ExportWish, result: z.boolean() },
  'export:pause': { argument: job, result: z.void() },
  'export:resume': { argument: job, result: z.void() },
  /** Ends it, and takes it off the list. What was written whole stays. */
  'export:cancel': { argument: job, result: z.void() },
  'export:show': { argument: job, result: z.void() },

  /** Null: it was given up meanwhile. One at a time: a new wish ends the one before. */
  'send:prepare': { argument: SendWish, result: Prepared.nullable() },
  'send:stop': { argument: z.void(), result: z.void() },
  /** Opens the system's file manager on the file. */
  'send:show': { argument: prepared, result: z.void() },
  /** Main's save dialog; answers the name under which it was saved, or null. */
  'send:save': { argument: prepared, result: z.string().nullable() },
  /** Begins to drag the file out of the window. */
  'send:drag': { argument: prepared, result: z.void() },
  /** It is no longer needed: the file goes. */
  'send:drop': { argument: prepared, result: z.void() },

  /** Puts a link on the clipboard. False: the server has no name for this recording, so that no link can tell of it. */
  'link:copy': {
    argument: z.object({
      part: z.string().regex(/^[A-Za-z0-9-]{1,80}$/),
      atMs: z.number().nonnegative().nullable().default(null),
    }),
    result: z.boolean(),
  },
  /** The window has shown what became of a link. */
  'link:taken': { argument: z.void(), result: z.void() },

  /** Main's save dialog for notes, marks, tags and settings; answers the file's name, or null. */
  'move:save': { argument: z.void(), result: z.string().nullable() },
  /** Main's dialog; null = none was picked. Throws `notes-unreadable`, and nothing was changed then. */
  'move:load': { argument: z.void(), result: MoveResult.nullable() },
} as const satisfies Record<string, { argument: z.ZodType; result: z.ZodType }>
