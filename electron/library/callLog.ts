/** The user's recordings as wazo-call-logd lists them: recordings are attributes of calls, and calls appear when they end. */
import { randomUUID } from 'node:crypto'
import { AppFailure, type FailureCode } from '../../shared/failure.ts'
import {
  type AudioSource,
  type ListPage,
  type ListQuery,
  type Part,
  type RecordingEntry,
} from '../../shared/recordings.ts'
import { type CallLog, type Cdr, type CdrPage, type CdrRecording } from '../wazo/callLog.ts'
import { toFailure } from '../wazo/errors.ts'
import { serverSource } from './audio/server.ts'
import { virtualWav } from './audio/virtual.ts'
import { matcher, safeFileName, searchedDigits, type LibrarySource } from './source.ts'

/** As much of wazo-call-logd's client as is needed here. */
export type CallLogClient = Pick<CallLog, 'list' | 'media' | 'forget'>

const PAGE = 50
/** Requests for one page: a server that ignores `recorded` (before 21.04) may list many calls without a recording. */
const REQUESTS = 8

/** Where a page begins: an offset, and how many calls there were, since new calls push the others down. */
interface Place {
  readonly offset: number
  readonly filtered: number
}

/** What opening a part has taught about it. */
type Lesson = Extract<Part['playable'], 'deleted' | 'empty' | 'missing' | 'no-media'>
const lessons: Partial<Record<FailureCode, Lesson>> = {
  'recording-deleted': 'deleted',
  'recording-empty': 'empty',
  'recording-missing': 'missing',
  'recording-no-media': 'no-media',
}

interface Known {
  readonly id: string
  readonly cdrId: number
  readonly uuid: string
  readonly fileName: string
  lesson: Lesson | null
}

/**
 * The call log as a source. `codes`: feature codes whose calls are no conversations (`*26`). `canPlay`: this server lets
 * users hear recordings (24.12). `onChanged`: a part turned out not to be playable; ask for the list again. `list` and
 * `open` throw AppFailure.
 */
export function createCallLogSource(options: {
  readonly client: CallLogClient
  readonly userUuid: string
  readonly codes: () => readonly string[]
  readonly canPlay: boolean
  readonly onChanged: () => void
}): LibrarySource {
  const { client, userUuid, codes, canPlay, onChanged } = options
  const byId = new Map<string, Known>()
  const byRecording = new Map<string, Known>()

  const know = (cdr: Cdr, recording: CdrRecording): Known => {
    const key = `${cdr.id}/${recording.uuid}`
    const known = byRecording.get(key)
    if (known !== undefined) return known
    const fileName = safeFileName(recording.filename)
    const fresh: Known = { id: randomUUID(), cdrId: cdr.id, uuid: recording.uuid, fileName, lesson: null }
    byRecording.set(key, fresh)
    byId.set(fresh.id, fresh)
    return fresh
  }

  const partOf = (cdr: Cdr, recording: CdrRecording): Part => {
    const { id, lesson } = know(cdr, recording)
    return {
      id,
      startedAt: recording.startedAt,
      durationMs: recording.endedAt === null ? null : Math.max(0, recording.endedAt - recording.startedAt),
      playable: recording.deleted ? 'deleted' : canPlay ? (lesson ?? 'yes') : 'no-media',
    }
  }

  const entryOf = (cdr: Cdr): RecordingEntry | null => {
    const recordings = [...(cdr.recordings ?? [])].sort((a, b) => a.startedAt - b.startedAt)
    const [first] = recordings
    if (first === undefined) return null
    const outgoing = cdr.sourceUserUuid === userUuid
    return {
      id: `call-log-${cdr.id}`,
      source: 'call-log',
      conversation: cdr.conversationId,
      startedAt: cdr.startedAt,
      callMs: callMs(cdr),
      outgoing,
      peer: peerOf(cdr, outgoing),
      fromMs: cdr.answeredAt === null ? null : Math.max(0, first.startedAt - cdr.answeredAt),
      parts: recordings.map(recording => partOf(cdr, recording)),
      fileName: safeFileName((recordings.find(recording => !recording.deleted) ?? first).filename),
    }
  }

  const wanted = (cdr: Cdr, search: string): boolean => {
    const hidden = codes()
    if (hidden.includes(cdr.destinationNumber) || hidden.includes(cdr.requestedNumber)) return false
    // Also searched here: the server takes `%` and `_` for wildcards, and something like a file name for a call's id.
    const files = (cdr.recordings ?? []).map(recording => recording.filename)
    return matcher(search)([
      cdr.sourceName,
      cdr.sourceNumber,
      cdr.destinationName,
      cdr.destinationNumber,
      cdr.requestedNumber,
      ...files,
    ])
  }

  const ask = async (offset: number, search: string): Promise<CdrPage> => {
    // A number is stored without its spaces.
    const text = searchedDigits(search) ?? search.trim()
    const query = { recorded: true, limit: PAGE, offset, order: 'start', direction: 'desc' } as const
    try {
      return await client.list(text === '' ? query : { ...query, search: text })
    } catch (error) {
      throw error instanceof AppFailure ? error : new AppFailure(toFailure(error), { cause: error })
    }
  }

  const list = async ({ search, cursor }: ListQuery): Promise<ListPage> => {
    const place = cursor === null ? null : readCursor(cursor)
    const entries: RecordingEntry[] = []
    let offset = place?.offset ?? 0
    let expected = place?.filtered ?? null
    for (let request = 0; request < REQUESTS; request++) {
      const page = await ask(offset, search)
      if (expected !== null && page.filtered > expected) {
        offset += page.filtered - expected
        expected = page.filtered
        continue
      }
      expected = page.filtered
      offset += page.sent
      for (const cdr of page.items) {
        const entry = wanted(cdr, search) ? entryOf(cdr) : null
        if (entry !== null) entries.push(entry)
      }
      if (page.sent === 0 || offset >= page.filtered) return { entries, next: null, unread: 0 }
      if (entries.length >= PAGE / 2) break
    }
    return { entries, next: `${offset}:${expected ?? 0}`, unread: 0 }
  }

  const learn = (known: Known, error: unknown) => {
    const lesson = error instanceof AppFailure ? lessons[error.failure.code] : undefined
    if (lesson === undefined || known.lesson === lesson) return
    known.lesson = lesson
    onChanged()
  }

  return {
    list,
    open: partId => {
      const known = byId.get(partId)
      if (known === undefined) return Promise.reject(new AppFailure('recording-missing'))
      if (!canPlay) return Promise.reject(new AppFailure('recording-no-media'))
      const source = virtualWav(serverSource(client, known.cdrId, known.uuid))
      return Promise.resolve({ source: heeded(source, error => learn(known, error)), fileName: known.fileName })
    },
    close: () => {
      client.forget()
      return Promise.resolve()
    },
  }
}

/** The other party: the one who called, or the one whom the user called, as the server names him. */
function peerOf(cdr: Cdr, outgoing: boolean): RecordingEntry['peer'] {
  return outgoing
    ? { name: cdr.destinationName, number: cdr.destinationNumber || cdr.requestedNumber }
    : { name: cdr.sourceName, number: cdr.sourceNumber }
}

function callMs(cdr: Cdr): number | null {
  if (cdr.answeredAt !== null && cdr.endedAt !== null) return Math.max(0, cdr.endedAt - cdr.answeredAt)
  return cdr.durationS === null ? null : cdr.durationS * 1000
}

function readCursor(cursor: string): Place {
  const found = /^(\d{1,15}):(\d{1,15})$/.exec(cursor)
  if (found === null) throw new AppFailure({ code: 'invalid', subject: 'cursor' })
  return { offset: Number(found[1]), filtered: Number(found[2]) }
}

/** The same audio, whose failures are heard of. */
function heeded(source: AudioSource, onFailure: (error: unknown) => void): AudioSource {
  const heed = (error: unknown): never => {
    onFailure(error)
    throw error
  }
  return {
    contentType: source.contentType,
    size: () => source.size().catch(heed),
    read: (from, to) => source.read(from, to).catch(heed),
    close: () => source.close(),
  }
}
