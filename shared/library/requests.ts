/** What a window may ask of the library. */
import { z } from 'zod'
import { Entry } from './entry.ts'
import { Annotation, Mark, MarkChange } from './notes.ts'
import { RawRate } from './rawRate.ts'
import { Filter, Group, GroupQuery, Ids, ListPage, ListQuery, Outline, Selection } from './query.ts'

const id = z.string().min(1).max(80)

export const libraryRequests = {
  'library:list': { argument: ListQuery, result: ListPage },
  'library:outline': { argument: z.object({ filter: Filter }), result: Outline },
  'library:groups': { argument: GroupQuery, result: z.array(Group) },
  /** Every tag in use, the commonest first. */
  'library:tags': { argument: z.void(), result: z.array(z.string()) },
  /** Null = it is no longer there. */
  'library:entry': { argument: z.object({ entry: id }), result: Entry.nullable() },
  /** Of these entries those that the filter finds, by the ids that they have now. */
  'library:listed': { argument: z.object({ filter: Filter, ids: Ids }), result: z.array(z.string()) },
  /** One argument for one or many: a tag added to all that are selected, say. */
  'library:annotate': { argument: z.object({ selection: Selection, change: Annotation }), result: z.void() },
  'library:addTag': {
    argument: z.object({ selection: Selection, tag: z.string().trim().min(1).max(60) }),
    result: z.void(),
  },
  'library:marks': { argument: z.object({ entry: id }), result: z.array(Mark) },
  'library:changeMarks': { argument: z.object({ entry: id, change: MarkChange }), result: z.void() },
  /**
   * Opens main's dialog for the folder of recordings that is read beside the call log; answers its label, or null when
   * nothing was picked. No path crosses.
   */
  'library:pickFolder': { argument: z.void(), result: z.string().nullable() },
  /** That folder is read no longer; what it alone knew leaves the list. */
  'library:dropFolder': { argument: z.void(), result: z.void() },
  /** How fast the folder's files were recorded that do not tell it. */
  'library:setRawRate': { argument: z.object({ hz: RawRate }), result: z.void() },
  /** Reads the sources now. */
  'library:look': { argument: z.void(), result: z.void() },
} as const satisfies Record<string, { argument: z.ZodType; result: z.ZodType }>
