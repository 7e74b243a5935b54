/** The user's own recordings, from whichever source the account has: what the bridge and `recording://` ask. */
import { AppFailure } from '../../shared/failure.ts'
import { type ListPage, type ListQuery } from '../../shared/recordings.ts'
import { type LibrarySource, type OpenedPart } from './source.ts'

export interface Library {
  /** Another source, or none. The one before is closed, with its audio. */
  use(source: LibrarySource | null): Promise<void>
  /** A page, newest first; empty where there is no source. Throws AppFailure. */
  list(query: ListQuery): Promise<ListPage>
  /**
   * The audio of a listed part, for as many answers as a player asks; the library closes it, the caller does not.
   * Throws AppFailure `recording-missing` for an id that was never listed.
   */
  open(partId: string): Promise<OpenedPart>
  close(): Promise<void>
}

/** Parts whose audio stays at hand: a player asks for many ranges of one, and then for the next. */
const OPEN_PARTS = 8

export function createLibrary(): Library {
  let source: LibrarySource | null = null
  const parts = new Map<string, Promise<OpenedPart>>()

  const shut = async (opened: Promise<OpenedPart>) => {
    await opened.then(
      part => part.source.close(),
      // Who asked for it was told that it cannot be opened.
      () => undefined,
    )
  }
  const switchTo = async (next: LibrarySource | null) => {
    const before = source
    const opened = [...parts.values()]
    source = next
    parts.clear()
    await Promise.all(opened.map(shut))
    if (before !== next) await before?.close()
  }

  return {
    use: switchTo,
    list: async query => {
      const asked = source
      const nothing: ListPage = { entries: [], next: null, unread: 0 }
      if (asked === null) return nothing
      try {
        const page = await asked.list(query)
        return asked === source ? page : nothing
      } catch (error) {
        // What the former account's server says concerns nobody now.
        if (asked !== source) return nothing
        throw error
      }
    },
    open: async partId => {
      if (source === null) throw new AppFailure('recording-missing')
      const opened = parts.get(partId) ?? source.open(partId)
      // Set anew, it is the youngest.
      parts.delete(partId)
      parts.set(partId, opened)
      opened.catch(() => parts.delete(partId))
      for (const [id, oldest] of parts) {
        if (parts.size <= OPEN_PARTS) break
        parts.delete(id)
        await shut(oldest)
      }
      return opened
    },
    close: () => switchTo(null),
  }
}
