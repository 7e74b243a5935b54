/** Why a call has no recording, as far as it depends on when and where it is asked. Pure. */
import { type Entry } from '../../shared/library/entry.ts'
import { PURGED_AFTER_MS } from './index/joining.ts'

export interface Surroundings {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** A folder of recordings is chosen, and cannot be read: it may not be connected. */
  readonly folderAway: boolean
}

/**
 * - A recording that was seen being made and was never listed is waited for no longer than servers keep one.
 * - What no other source explains may lie in the folder that is away.
 */
export function withReason<E extends Pick<Entry, 'why' | 'startedAt'>>(entry: E, { now, folderAway }: Surroundings): E {
  if (entry.why === 'late' && now - entry.startedAt > PURGED_AFTER_MS) return { ...entry, why: 'purged' }
  const open = entry.why === 'late' || entry.why === 'not-told' || entry.why === 'unknown'
  return open && folderAway ? { ...entry, why: 'folder-away' } : entry
}
