/**
 * Answers a player's request for audio: 200, 206 or 416, made by ourselves, since Electron's own file answers ignore
 * ranges. The body promises its full length, reads once for each pull, and relies on nobody cancelling it.
 */
import { ReadableStream } from 'node:stream/web'
import { type Failure, type FailureCode } from '../../../shared/failure.ts'
import { type AudioSource } from '../../../shared/recordings.ts'

export interface AudioAnswer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: ReadableStream<Uint8Array> | null
}

/**
 * Bytes for one pull: four seconds of a usual recording. A piece is heard only once it is whole, so larger ones would
 * make a player starve on a server that is hardly faster than the sound.
 */
const PIECE = 64 * 1024
/** For the first one: whoever seeks waits for it, and a browser takes no less (its cache has blocks of 32 KiB). */
const FIRST_PIECE = 32 * 1024

/** `from` inclusive, `to` exclusive. `whole`: there is no range, or none that must be honoured. */
export type Wanted = 'whole' | 'unsatisfiable' | { readonly from: number; readonly to: number }

/**
 * Reads a `Range` header (RFC 9110, 14.1.2) for `size` bytes. One range is honoured; several, other units and what is
 * no range at all are ignored, as 14.2 allows, so that the whole is answered.
 */
export function wantedRange(header: string | null, size: number): Wanted {
  const found = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header ?? '')
  if (found === null) return 'whole'
  const [first = '', last = ''] = found.slice(1)
  if (first === '') {
    if (last === '') return 'whole'
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { from: size - length, to: size }
  }
  const from = Number(first)
  if (last !== '' && Number(last) < from) return 'whole'
  if (from >= size) return 'unsatisfiable'
  return { from, to: last === '' ? size : Math.min(Number(last) + 1, size) }
}

/**
 * The answer to one request. `allowOrigin`: the page that may read it. Throws what the source throws while it is
 * measured (AppFailure); a failure while reading ends the body with that error.
 */
export async function respond(
  source: AudioSource,
  rangeHeader: string | null,
  options: { readonly allowOrigin: string },
): Promise<AudioAnswer> {
  const size = await source.size()
  const wanted = wantedRange(rangeHeader, size)
  const headers: Record<string, string> = {
    ...commonHeaders(options.allowOrigin),
    'Accept-Ranges': 'bytes',
    'Content-Type': source.contentType,
  }
  if (wanted === 'unsatisfiable') {
    return {
      status: 416,
      headers: { ...headers, 'Content-Range': `bytes */${size}`, 'Content-Length': '0' },
      body: null,
    }
  }
  const { from, to } = wanted === 'whole' ? { from: 0, to: size } : wanted
  headers['Content-Length'] = String(to - from)
  if (wanted !== 'whole') headers['Content-Range'] = `bytes ${from}-${to - 1}/${size}`
  return { status: wanted === 'whole' ? 200 : 206, headers, body: bodyOf(source, from, to) }
}

const statuses: Partial<Record<FailureCode, number>> = {
  forbidden: 403,
  'session-over': 401,
  'not-allowed': 403,
  'recording-missing': 404,
  'recording-unreadable': 403,
  'recording-no-media': 404,
  'recording-deleted': 410,
  'recording-empty': 422,
  'recording-broken': 422,
  'recording-format': 422,
  unreachable: 502,
  'server-trouble': 502,
}

/** The answer to a request that failed: the failure itself as JSON, so that a page can say why a player is silent. */
export function respondFailure(failure: Failure, options: { readonly allowOrigin: string }): AudioAnswer {
  const bytes = new TextEncoder().encode(JSON.stringify(failure))
  const headers = {
    ...commonHeaders(options.allowOrigin),
    'Content-Type': 'application/json',
    'Content-Length': String(bytes.length),
  }
  const body = new ReadableStream<Uint8Array>({
    start: controller => {
      controller.enqueue(bytes)
      controller.close()
    },
  })
  return { status: statuses[failure.code] ?? 500, headers, body }
}

function commonHeaders(allowOrigin: string): Record<string, string> {
  return {
    'Access-Control-Allow-Origin': allowOrigin,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  }
}

/** One positional read for each pull, none ahead: an abandoned body costs nothing. */
function bodyOf(source: AudioSource, from: number, to: number): ReadableStream<Uint8Array> {
  let at = from
  return new ReadableStream<Uint8Array>(
    {
      pull: async controller => {
        if (at >= to) return controller.close()
        const end = Math.min(to, at + (at === from ? FIRST_PIECE : PIECE))
        const bytes = await source.read(at, end)
        if (bytes.length !== end - at) throw new Error(`The audio gave ${bytes.length} bytes of ${end - at}`)
        at = end
        controller.enqueue(bytes)
        if (at >= to) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}
