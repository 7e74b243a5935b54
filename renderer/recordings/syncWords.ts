/** What the library is doing, in words: one line for each place that it is read from. Pure. */
import { isolated } from '../../shared/peer.ts'
import { type LibraryView, type SyncView } from '../../shared/library/view.ts'
import { type Failure } from '../../shared/failure.ts'
import { type Format, type Text } from '../../shared/text/index.ts'

export interface SyncLine {
  readonly name: 'call-log' | 'folder'
  readonly words: string
  /** It is not as it should be. */
  readonly trouble: boolean
  /** Of the first reading, 0 to 1; null = it is not known, or nothing is under way. */
  readonly progress: number | null
}

export function syncLines(
  { callLog, folder, folderName }: LibraryView,
  now: number,
  text: Text,
  format: Format,
  failure: (failure: Failure) => string,
): SyncLine[] {
  const words = text.recordings.sync
  const line = (name: SyncLine['name'], view: SyncView): SyncLine[] => {
    const when =
      view.completeAt === null ? null : words.at(format.day(view.completeAt, now), format.time(view.completeAt))
    const whose = name === 'folder' && folderName !== null ? `${words.folder(isolated(folderName))} ` : ''
    const say = (said: string, trouble = false, progress: number | null = null): SyncLine[] => [
      { name, words: whose + said, trouble, progress },
    ]
    switch (view.state) {
      case 'none':
        return []
      case 'first':
        return view.total === null
          ? say(words.firstOpen(format.count(view.done)))
          : say(
              words.first(format.count(view.done), format.count(view.total)),
              false,
              view.total === 0 ? null : Math.min(1, view.done / view.total),
            )
      case 'looking':
        return say(when === null ? words.looking : words.readAt(when))
      case 'idle':
        if (when === null) return []
        return view.failure === null
          ? say(words.readAt(when))
          : say(`${failure(view.failure)} ${words.readAt(when)}`, true)
      case 'off': {
        const away = name === 'folder' && view.failure?.code === 'folder-unreadable'
        const why = away ? words.folderAway : failure(view.failure ?? { code: 'unreachable' })
        return say(when === null ? words.offlineNever(why) : words.offline(why, when), true)
      }
    }
  }
  return [...line('call-log', callLog), ...line('folder', folder)]
}
