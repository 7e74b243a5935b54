/** What the library is doing, for every window: a part of the snapshot. The list itself is asked for (query.ts). */
import { z } from 'zod'
import { Failure } from '../failure.ts'
import { RawRate } from './rawRate.ts'

export const SyncView = z.object({
  /** `none`: no source to read. `first`: the first whole reading; `looking`: a later one. `off`: it failed and is tried again. */
  state: z.enum(['none', 'first', 'looking', 'idle', 'off']),
  /** Calls or files read of this reading; `total` null = not known yet. */
  done: z.number().int().nonnegative(),
  total: z.number().int().nonnegative().nullable(),
  /** When it last was complete; null = never. */
  completeAt: z.number().nullable(),
  /** With any other state than `off`: of a part alone, while the rest is kept up to date. */
  failure: Failure.nullable(),
})
export type SyncView = z.infer<typeof SyncView>

export const LibraryView = z.object({
  /** `open`: it can be asked. `locked`: sealed, and the passphrase is asked for. `failed`: the index cannot be opened. */
  state: z.enum(['none', 'opening', 'open', 'locked', 'failed']),
  failure: Failure.nullable(),
  callLog: SyncView,
  folder: SyncView,
  /** Label of the folder that is read; null = none. */
  folderName: z.string().nullable(),
  /** Hz of the folder's files that do not tell their rate; null = nobody chose one. */
  rawRate: RawRate.nullable(),
  /** Files of the folder that no name pattern explains, or that cannot be read. */
  unread: z.number().int().nonnegative(),
  /** Since when calls were seen live here, so that `how` can be known; null = never. */
  seenSince: z.number().nullable(),
})
export type LibraryView = z.infer<typeof LibraryView>

const NO_SYNC: SyncView = { state: 'none', done: 0, total: null, completeAt: null, failure: null }
export const NO_LIBRARY: LibraryView = {
  state: 'none',
  failure: null,
  callLog: NO_SYNC,
  folder: NO_SYNC,
  folderName: null,
  rawRate: null,
  unread: 0,
  seenSince: null,
}
