/** The list as windows asked for it before they asked the index: recorded calls by search alone, page after page. */
import { type z } from 'zod'
import { AppFailure } from '../../shared/failure.ts'
import { type Entry, type Hearing } from '../../shared/library/entry.ts'
import { NO_FILTER, Place } from '../../shared/library/query.ts'
import { type ListPage, type ListQuery, type Part, type RecordingEntry } from '../../shared/recordings.ts'
import { type Library } from './library.ts'

const PAGE = 100

export async function formerList(library: Library, { search, cursor }: ListQuery): Promise<ListPage> {
  const view = library.view()
  const nothing: ListPage = { entries: [], next: null, unread: 0 }
  if (view.state === 'none') return nothing
  const index = await library.index()
  const at = cursor === null ? null : placeOf(cursor)
  const { entries } = await index.list({ filter: { ...NO_FILTER, search }, at, limit: PAGE })
  const last = entries.at(-1)
  if (entries.length === 0 && view.folder.failure !== null) throw new AppFailure(view.folder.failure)
  if (entries.length === 0 && view.callLog.failure !== null) throw new AppFailure(view.callLog.failure)
  const day = last === undefined ? null : dayOf(last.startedAt)
  const skip = entries.filter(({ startedAt }) => dayOf(startedAt) === day).length + (at?.day === day ? at.skip : 0)
  return {
    entries: entries.flatMap(formerEntry),
    next: entries.length < PAGE || day === null ? null : `${day}:${skip}`,
    unread: view.unread,
  }
}

function formerEntry(entry: Entry): RecordingEntry[] {
  const { id, conversation, startedAt, callMs, outgoing, peer, fromMs, parts, sources } = entry
  if (parts.length === 0) return []
  const source = sources.includes('folder') ? 'folder' : 'call-log'
  const fileName = parts[0]?.fileName ?? ''
  return [
    { id, source, conversation, startedAt, callMs, outgoing, peer, fromMs, fileName, parts: parts.map(formerPart) },
  ]
}

const formerPart = ({ id, startedAt, durationMs, hearing }: Entry['parts'][number]): Part => ({
  id,
  startedAt,
  durationMs,
  playable: formerPlayable(hearing),
})

const formerPlayable = (hearing: Hearing): Part['playable'] => (hearing === 'finishing' ? 'growing' : hearing)

function placeOf(cursor: string): z.infer<typeof Place> {
  const [, day, skip] = /^(\d{4}-\d\d-\d\d):(\d{1,7})$/.exec(cursor) ?? []
  const place = Place.safeParse({ day, skip: Number(skip) })
  if (!place.success) throw new AppFailure({ code: 'invalid', subject: 'cursor' })
  return place.data
}

/** The day in the user's time zone. */
function dayOf(at: number): string {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
