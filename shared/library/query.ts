/** What may be asked of the library: filters, places in the list, counts and groups. */
import { z } from 'zod'
import { Entry } from './entry.ts'

/** A day of the list in the user's time zone: `2026-11-25`. */
export const Day = z.string().regex(/^\d{4}-\d\d-\d\d$/)

export const Filter = z.object({
  /** Numbers (spaces and signs do not count), names (nor accents and case), notes, tags, file names. */
  search: z.string().max(200).default(''),
  recorded: z.enum(['recorded', 'all']).default('recorded'),
  direction: z.enum(['any', 'in', 'out']).default('any'),
  /** Milliseconds since the epoch, inclusive and exclusive, on the start of the call; null = open. */
  from: z.number().nullable().default(null),
  until: z.number().nullable().default(null),
  /** Recorded time (of calls without a recording: the call's), milliseconds, inclusive; null = open. */
  shortest: z.number().nonnegative().nullable().default(null),
  longest: z.number().nonnegative().nullable().default(null),
  /** With a note or a mark. */
  annotated: z.boolean().default(false),
  favourites: z.boolean().default(false),
  /** With a copy on this computer. */
  kept: z.boolean().default(false),
  source: z.enum(['any', 'call-log', 'folder']).default('any'),
  how: z.enum(['any', 'automatic', 'by-me']).default('any'),
  tag: z.string().max(60).nullable().default(null),
  /** One group: `Group.key`. */
  person: z.string().max(300).nullable().default(null),
  conversation: z.string().max(100).nullable().default(null),
  hidden: z.boolean().default(false),
})
export type Filter = z.output<typeof Filter>
export const NO_FILTER: Filter = Filter.parse({})

/** A place of the list: so many entries after the newest of this day (which may be a day without any). */
export const Place = z.object({ day: Day, skip: z.number().int().min(0).max(1_000_000) })

/** Newest first. `at` null = the newest of all. The page goes on over the days that follow. */
export const ListQuery = z.object({
  filter: Filter,
  at: Place.nullable(),
  limit: z.number().int().min(1).max(200).default(100),
})
export type ListQuery = z.output<typeof ListQuery>

export const ListPage = z.object({ entries: z.array(Entry) })
export type ListPage = z.infer<typeof ListPage>

/** The whole list in outline: a count for each day that has entries, newest first. It carries headings and scroll bar. */
export const Outline = z.object({ total: z.number(), days: z.array(z.tuple([Day, z.number()])) })
export type Outline = z.infer<typeof Outline>

/** Entries of one person (a number, else a name) or of one conversation, the latest group first. */
export const Group = z.object({
  key: z.string(),
  name: z.string(),
  number: z.string(),
  count: z.number(),
  recordedMs: z.number(),
  latestAt: z.number(),
})
export type Group = z.infer<typeof Group>
export const GroupQuery = z.object({
  filter: Filter,
  by: z.enum(['person', 'conversation']),
  /** `latestAt` and `key` of the last group of the page before; null = the first page. */
  after: z.object({ latestAt: z.number(), key: z.string().max(300) }).nullable(),
  limit: z.number().int().min(1).max(200).default(100),
})
export type GroupQuery = z.output<typeof GroupQuery>

export const Ids = z.array(z.string().min(1).max(80)).min(1).max(10_000)

/** What several entries are meant by: chosen one by one, or all that a filter finds. */
export const Selection = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('entries'), ids: Ids }),
  z.object({ kind: z.literal('filter'), filter: Filter }),
])
export type Selection = z.output<typeof Selection>
