/** The one file that a new computer needs: notes, marks, tags and stars of the calls, and the settings. */
import { z } from 'zod'
import { AppFailure } from '../../../shared/failure.ts'
import { type MoveResult } from '../../../shared/exporting.ts'
import { type Settings, SettingsChange } from '../../../shared/settings.ts'
import { type LibraryIndex } from '../index/port.ts'

/** A settings value of a later version is refused with the file; a setting that is not known here is passed over. */
const MoveFile = z.object({
  format: z.literal('tallylight-move'),
  version: z.literal(1),
  settings: SettingsChange,
  /** As the index writes it: it has a version of its own. */
  notes: z.record(z.string(), z.unknown()),
})

/** Largest file that is read, bytes: a hundred thousand calls with notes are less. */
export const LONGEST_MOVE = 128 * 1024 * 1024

type Index = Pick<LibraryIndex, 'exportNotes' | 'importNotes'>

export async function moveFile(index: Index, settings: Settings): Promise<string> {
  const notes: unknown = JSON.parse(await index.exportNotes())
  return `${JSON.stringify({ format: 'tallylight-move', version: 1, settings, notes }, null, 1)}\n`
}

/**
 * Takes a file in. Notes are merged (newer wins, nothing is lost), settings are taken over. Throws AppFailure
 * `notes-unreadable` for what is no such file; nothing was changed then.
 */
export async function takeMoveFile(
  text: string,
  index: Index,
  settings: { current(): Settings; change(change: SettingsChange): void },
): Promise<MoveResult> {
  const file = read(text)
  const calls = await index.importNotes(JSON.stringify(file.notes))
  const before: Record<string, unknown> = settings.current()
  const changed = Object.entries(file.settings).filter(
    ([key, value]) => JSON.stringify(before[key]) !== JSON.stringify(value),
  )
  if (changed.length > 0) settings.change(SettingsChange.parse(Object.fromEntries(changed)))
  return { calls, settings: changed.length }
}

function read(text: string): z.output<typeof MoveFile> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw new AppFailure('notes-unreadable', { cause: error })
  }
  const file = MoveFile.safeParse(json)
  if (!file.success) throw new AppFailure('notes-unreadable', { cause: file.error })
  return file.data
}
