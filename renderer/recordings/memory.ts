/** What the screen remembers while another one is shown: a call that comes in must not cost a search or a place. */
import { type Entry } from '../../shared/library/entry.ts'
import { type Filter, NO_FILTER } from '../../shared/library/query.ts'
import { ask, failureOf } from '../bridge.ts'
import { type ViewBy } from './filters/FilterBar.tsx'
import { LibraryList } from './list/libraryList.ts'
import { NOTHING, type Selected } from './list/selection.ts'

/** The one to begin with, whether to play it at once, and at which moment where a link names one. */
export interface Opening {
  readonly entry: string
  readonly play: boolean
  readonly moment?: Moment
}

/** A place in one recording of a call: tape time, milliseconds; null = its start, or where the user was. */
export interface Moment {
  readonly part: string
  readonly atMs: number | null
}

export interface Opened {
  readonly id: string
  /** The id by which it was opened. It stays when a source that lists the call meanwhile gives it another. */
  readonly key: string
  readonly play: boolean
  readonly moment: Moment | null
  /** As last read; null = not read yet. */
  readonly entry: Entry | null
  /** It was looked for, and is no longer listed. */
  readonly gone: boolean
}

/** How far the list is scrolled, in its own pixels; the row that is first on screen, and how much of it is above. */
export interface Seen {
  at: number
  first: number
  above: number
}

export interface Memory {
  readonly list: LibraryList
  readonly seen: Seen
  /** As it is typed; the filter has it without the spaces around. */
  readonly typed: string
  readonly filter: Filter
  /** The name of the group that the filter is narrowed to. */
  readonly group: string | null
  readonly by: ViewBy
  readonly selected: Selected
  readonly opened: Opened | null
}

export function newMemory(): Memory {
  const list = new LibraryList({
    page: query => ask('library:list', query),
    outline: filter => ask('library:outline', { filter }),
    after: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
    failureOf,
  })
  const seen = { at: 0, first: 0, above: 0 }
  return { list, seen, typed: '', filter: NO_FILTER, group: null, by: 'day', selected: NOTHING, opened: null }
}

/** Goes to one entry, whatever was looked for before. */
export const openingAt = (memory: Memory, { entry, play, moment }: Opening): Memory => ({
  ...memory,
  typed: '',
  filter: NO_FILTER,
  group: null,
  by: 'day',
  selected: NOTHING,
  opened: { id: entry, key: entry, play, moment: moment ?? null, entry: null, gone: false },
})
