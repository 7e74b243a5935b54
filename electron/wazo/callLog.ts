/** wazo-call-logd: the user's own calls of the past, and the sound of their recordings (wazo.md 5). */
import { z } from 'zod'
import { AppFailure } from '../../shared/failure.ts'
import { WazoError } from './errors.ts'
import { type Call, createHttp, type Reach, type StreamAnswer, type TokenSource } from './http.ts'
import { parseTime } from './time.ts'
import { Whole } from './whole.ts'

/** A server that knows no Range sends recordings whole, and they are heard as they come; longer ones than this many bytes (4 h) are refused. */
const LONGEST_WHOLE = 256 * 1024 * 1024

/** So many of those are held at once: one that is played and two that are exported. Fewer, and each read of one would fetch it anew. */
const WHOLES = 3

export interface CdrRecording {
  readonly uuid: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly endedAt: number | null
  /** The sound is gone, the entry stays. */
  readonly deleted: boolean
  readonly filename: string
}

/** A call of the past. Every name and number may be empty, and is hostile input. */
export interface Cdr {
  readonly id: number
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly endedAt: number | null
  readonly answeredAt: number | null
  /** Seconds from the answer to the end; null = not answered. */
  readonly durationS: number | null
  /** By the trunk, not by who called: `internal, inbound, outbound`. */
  readonly direction: string | null
  readonly status: string | null
  /** `Call.conversationId` of its legs; null before 24.09. */
  readonly conversationId: string | null
  readonly sourceName: string
  readonly sourceNumber: string
  readonly sourceUserUuid: string | null
  readonly destinationName: string
  readonly destinationNumber: string
  readonly destinationUserUuid: string | null
  /** What was dialled: a feature code for `*26`. */
  readonly requestedNumber: string
  /** Null: this server does not tell (before 21.02). */
  readonly recordings: readonly CdrRecording[] | null
}

export interface CdrQuery {
  /** Also applied here: old servers ignore it. True counts deleted recordings. */
  readonly recorded?: boolean
  readonly limit?: number
  readonly offset?: number
  /** Case-insensitive part of a name or number; minds accents, and `%` and `_` are wildcards. */
  readonly search?: string
  /** Digits only; anything else is left out of the query. */
  readonly number?: string
  /** Milliseconds since the epoch: `from` inclusive and `until` exclusive, on the start of the call. */
  readonly from?: number
  readonly until?: number
  readonly fromId?: number
  readonly order?: 'start' | 'id'
  readonly direction?: 'asc' | 'desc'
  readonly conversationId?: string
}

export interface CdrPage {
  readonly items: readonly Cdr[]
  /** Items as the server counts this page: what `offset` has to grow by. */
  readonly sent: number
  /** After the filters, before limit and offset. */
  readonly filtered: number
}

export interface MediaPiece {
  readonly bytes: Uint8Array
  /** Of the whole recording, bytes. */
  readonly size: number
}

/** Every method throws WazoError or AppFailure; `toFailure` tells deleted, missing and no-media apart. */
export interface CallLog {
  list(query: CdrQuery): Promise<CdrPage>
  /** Bytes; 0 for an empty recording. */
  mediaSize(cdrId: number, uuid: string): Promise<number>
  /** Bytes `from` (inclusive) to `to` (exclusive, cut at the end), by one bounded request. Never fewer. */
  media(cdrId: number, uuid: string, range: { from: number; to: number }): Promise<MediaPiece>
  /** Whether users may hear recordings here: no route before 24.12, and the right may be missing. */
  mayHear(): Promise<boolean>
  /**
   * All bytes of a recording that is being sent whole, or was, once they are here; null: it is not in memory. Asks the server
   * nothing.
   */
  whole(recording: { readonly cdrId: number; readonly uuid: string }): Promise<Uint8Array> | null
  /** Whoever reads a recording: what came of it whole is let go of once nobody holds it. Answers how that is over. */
  hold(recording: { readonly cdrId: number; readonly uuid: string }): () => void
  /** Lets go of all that came whole. */
  forget(): void
}

const text = z.string().nullish().catch(null)
const Recording = z
  .object({
    uuid: z.string(),
    start_time: text,
    end_time: text,
    deleted: z.boolean().nullish().catch(null),
    filename: text,
  })
  .transform((raw, context): CdrRecording => {
    const startedAt = parseTime(raw.start_time)
    if (startedAt === null) {
      context.addIssue('no start time')
      return z.NEVER
    }
    return {
      uuid: raw.uuid,
      startedAt,
      endedAt: parseTime(raw.end_time),
      deleted: raw.deleted ?? false,
      filename: raw.filename || `${raw.uuid}.wav`,
    }
  })

/** A call as listings and events send it. */
export const WireCdr = z
  .object({
    id: z.number().int(),
    start: z.string(),
    end: text,
    answer: text,
    duration: z.number().nullish().catch(null),
    call_direction: text,
    call_status: text,
    conversation_id: text,
    source_name: text,
    source_internal_name: text,
    source_extension: text,
    source_user_uuid: text,
    destination_name: text,
    destination_extension: text,
    destination_user_uuid: text,
    requested_extension: text,
    // One that cannot be read takes no other with it.
    recordings: z
      .array(z.unknown())
      .transform(items => items.flatMap(item => Recording.safeParse(item).data ?? []))
      .nullish()
      .catch(null),
  })
  .transform((raw, context): Cdr => {
    const startedAt = parseTime(raw.start)
    if (startedAt === null) {
      context.addIssue('no start')
      return z.NEVER
    }
    return {
      id: raw.id,
      startedAt,
      endedAt: parseTime(raw.end),
      answeredAt: parseTime(raw.answer),
      durationS: raw.duration ?? null,
      direction: raw.call_direction ?? null,
      status: raw.call_status ?? null,
      conversationId: raw.conversation_id || null,
      sourceName: raw.source_name || (raw.source_internal_name ?? ''),
      sourceNumber: raw.source_extension ?? '',
      sourceUserUuid: raw.source_user_uuid || null,
      destinationName: raw.destination_name ?? '',
      destinationNumber: raw.destination_extension ?? '',
      destinationUserUuid: raw.destination_user_uuid || null,
      requestedNumber: raw.requested_extension ?? '',
      recordings: raw.recordings ?? null,
    }
  })
const Page = z.object({ items: z.array(z.unknown()), filtered: z.number().int().nonnegative().nullish().catch(null) })

export function createCallLog(reach: Reach, tokens: TokenSource): CallLog {
  const http = createHttp('call-logd', reach, tokens)
  /** The last recordings of a server without Range, whole, the one that was read last at the end. */
  const kept = new Map<string, { readonly whole: Whole; stop(): void }>()
  /** How many read each recording. */
  const holders = new Map<string, number>()
  const drop = (key: string) => {
    // what is still on its way is wanted by nobody
    kept.get(key)?.stop()
    kept.delete(key)
  }
  const keep = (key: string, taken: { readonly whole: Whole; stop(): void }) => {
    kept.delete(key)
    kept.set(key, taken)
    for (const oldest of kept.keys()) if (kept.size > WHOLES) drop(oldest)
    return taken.whole
  }

  const open = async (cdrId: number, uuid: string, range: string): Promise<[StreamAnswer, Call]> => {
    const path = `/users/me/cdr/${cdrId}/recordings/${encodeURIComponent(uuid)}/media`
    const call: Call = { method: 'GET', path, headers: { Range: range, Accept: '*/*' } }
    return [await http.stream(call, 200, 206, 416), call]
  }
  const broken = (call: Call, status: number, why: string) =>
    new WazoError({ service: 'call-logd', kind: 'invalid', route: `${call.method} ${call.path}`, status, details: why })

  /** Takes `length` bytes; a body that ends before is an error. */
  const take = async (answer: StreamAnswer, length: number, call: Call): Promise<Uint8Array> => {
    const bytes = new Uint8Array(length)
    let filled = 0
    for await (const chunk of answer.chunks) {
      bytes.set(chunk.subarray(0, length - filled), filled)
      if (chunk.length > length - filled) return bytes // more than was promised: the rest is not waited for
      filled += chunk.length
    }
    if (filled < length) throw broken(call, answer.status, `${filled} of ${length} bytes came`)
    return bytes
  }
  /** A body sent whole instead of the range: taken once and kept, or dropped when it is on its way already. */
  const taken = (key: string, answer: StreamAnswer, call: Call): Whole => {
    const known = kept.get(key)
    if (known !== undefined) {
      answer.close()
      return known.whole
    }
    const length = lengthOf(answer)
    if (length === null || length > LONGEST_WHOLE) {
      answer.close()
      throw broken(call, answer.status, 'too long, or of unknown length')
    }
    const whole = new Whole(length)
    // whoever reads it is told; fetched anew the next time
    whole
      .fill(answer.chunks, filled => broken(call, answer.status, `${filled} of ${length} bytes came`))
      .catch(() => {
        if (kept.get(key)?.whole === whole) kept.delete(key)
      })
    return keep(key, { whole, stop: () => answer.close() })
  }

  return {
    list: async query => {
      const { items, filtered } = await http.read(
        { method: 'GET', path: '/users/me/cdr', query: wireQuery(query) },
        Page,
      )
      const parsed = items.flatMap(item => {
        const cdr = WireCdr.safeParse(item)
        return cdr.success ? [cdr.data] : []
      })
      if (items.length > 0 && parsed.length === 0)
        throw broken({ method: 'GET', path: '/users/me/cdr' }, 200, 'no readable item')
      return {
        items: query.recorded === true ? parsed.filter(cdr => (cdr.recordings?.length ?? 0) > 0) : parsed,
        sent: items.length,
        filtered: filtered ?? items.length,
      }
    },
    mediaSize: async (cdrId, uuid) => {
      const [answer, call] = await open(cdrId, uuid, 'bytes=0-0')
      // A body of one byte is read, so that its connection can be used again.
      if (answer.status === 206) await take(answer, 1, call)
      else answer.close()
      const size = answer.status === 200 ? lengthOf(answer) : totalOf(answer)
      if (size === null || (answer.status === 416 && size > 0)) throw broken(call, answer.status, 'no length')
      return size
    },
    media: async (cdrId, uuid, { from, to }) => {
      const key = keyOf(cdrId, uuid)
      const known = kept.get(key)
      if (known !== undefined) return cut(keep(key, known), from, to)
      const [answer, call] = await open(cdrId, uuid, `bytes=${from}-${to - 1}`)
      if (answer.status === 200) return cut(taken(key, answer, call), from, to)
      const size = totalOf(answer)
      if (answer.status === 416) {
        answer.close()
        throw new AppFailure({ code: size === 0 ? 'recording-empty' : 'recording-broken', status: 416 })
      }
      if (size === null || !answer.headers['content-range']?.startsWith(`bytes ${from}-`)) {
        answer.close()
        throw broken(call, answer.status, 'another range than asked for')
      }
      return { bytes: await take(answer, Math.min(to, size) - from, call), size }
    },
    mayHear: async () => {
      const path = '/users/me/cdr/0/recordings/00000000-0000-4000-8000-000000000000/media'
      try {
        const answer = await http.send({ method: 'GET', path, headers: { Accept: '*/*' } })
        const error = http.error({ method: 'GET', path }, answer)
        if (error.kind === 'not-found') return true
        if (error.kind === 'no-route') return false
        throw error
      } catch (error) {
        if (error instanceof WazoError && error.kind === 'no-right') return false
        throw error
      }
    },
    whole: ({ cdrId, uuid }) => {
      const known = kept.get(keyOf(cdrId, uuid))?.whole
      return known?.read(0, known.size) ?? null
    },
    hold: ({ cdrId, uuid }) => {
      const key = keyOf(cdrId, uuid)
      holders.set(key, (holders.get(key) ?? 0) + 1)
      return () => {
        const left = (holders.get(key) ?? 1) - 1
        if (left > 0) return holders.set(key, left)
        holders.delete(key)
        drop(key)
      }
    },
    forget: () => {
      for (const key of [...kept.keys()]) drop(key)
    },
  }
}

const keyOf = (cdrId: number, uuid: string) => `${cdrId}/${uuid}`

function wireQuery(query: CdrQuery): Record<string, string> {
  const { recorded, limit, offset, search, number, from, until, fromId, order, direction, conversationId } = query
  const digits = number?.replace(/[^0-9]/g, '')
  const entries = {
    recorded: recorded?.toString(),
    limit: limit?.toString(),
    offset: offset?.toString(),
    search: search || undefined,
    number: digits ? `_${digits}_` : undefined,
    from: from === undefined ? undefined : new Date(from).toISOString(),
    until: until === undefined ? undefined : new Date(until).toISOString(),
    from_id: fromId?.toString(),
    order,
    direction,
    conversation_id: conversationId,
  }
  return Object.fromEntries(
    Object.entries(entries).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
}

async function cut(whole: Whole, from: number, to: number): Promise<MediaPiece> {
  if (whole.size === 0) throw new AppFailure('recording-empty')
  if (from >= whole.size) throw new AppFailure('recording-broken')
  // a copy: who holds a piece does not hold all of it
  return { bytes: (await whole.read(from, to)).slice(), size: whole.size }
}

function lengthOf(answer: StreamAnswer): number | null {
  const length = Number(answer.headers['content-length'] ?? NaN)
  return Number.isSafeInteger(length) && length >= 0 ? length : null
}

/** The whole's length of `Content-Range: bytes 0-43/176044` or `bytes *` + `/176044`. */
function totalOf(answer: StreamAnswer): number | null {
  const total = /^bytes (?:\*|\d+-\d+)\/(\d+)$/.exec(answer.headers['content-range'] ?? '')?.[1]
  return total === undefined ? null : Number(total)
}
