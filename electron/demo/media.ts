/** A recording over HTTP: ranges, entity tag and headers as werkzeug gives them (wazo.md 5.2). Pure. */
import { type Answer, json } from './http.ts'

export type Wanted =
  | { readonly kind: 'whole' }
  /** `to` exclusive. */
  | { readonly kind: 'part'; readonly from: number; readonly to: number }
  | { readonly kind: 'unsatisfiable' }

const unsatisfiable: Wanted = { kind: 'unsatisfiable' }

/** What a Range header asks of `size` bytes. Several ranges, other units and nonsense are all unsatisfiable. */
export function parseRange(header: string | undefined, size: number): Wanted {
  // An empty file has no range to give: werkzeug sends it whole.
  if (header === undefined || size === 0) return { kind: 'whole' }
  const match = /^bytes=\s*(?:(\d+)-(\d*)|-(\d+))\s*$/.exec(header)
  if (match === null) return unsatisfiable
  const [, first, last, suffix] = match
  if (suffix !== undefined) {
    const count = Number(suffix)
    return count === 0 || count > size ? unsatisfiable : { kind: 'part', from: size - count, to: size }
  }
  const from = Number(first)
  const to = last === undefined || last === '' ? size : Math.min(Number(last) + 1, size)
  return from >= size || to <= from ? unsatisfiable : { kind: 'part', from, to }
}

function adler32(text: string): number {
  let low = 1
  let high = 0
  for (const byte of Buffer.from(text)) {
    low = (low + byte) % 65521
    high = (high + low) % 65521
  }
  return high * 65536 + low
}

export interface MediaFile {
  readonly path: string
  readonly size: number
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number
}

export const entityTag = (file: MediaFile): string => `"${file.modifiedAt / 1000}-${file.size}-${adler32(file.path)}"`

export interface MediaAsk {
  readonly range: string | undefined
  readonly ifNoneMatch: string | undefined
  /** As it is offered for saving. */
  readonly filename: string
}

/** 200, 206, 304 or 416. */
export function mediaAnswer(file: MediaFile, ask: MediaAsk): Answer {
  const disposition = `${ask.range === undefined ? 'attachment' : 'inline'}; filename=${ask.filename}`
  const etag = entityTag(file)
  const caching = { 'Content-Disposition': disposition, 'Cache-Control': 'no-cache', ETag: etag }
  const known = (ask.ifNoneMatch ?? '').split(',').map(tag => tag.trim().replace(/^W\//, ''))
  if (known.includes(etag) || known.includes('*')) return { status: 304, headers: caching, body: null }
  const wanted = parseRange(ask.range, file.size)
  if (wanted.kind === 'unsatisfiable') {
    const message = 'The server cannot provide the requested range.'
    return json(416, { message }, { 'Content-Range': `bytes */${file.size}` })
  }
  const { from, to } = wanted.kind === 'part' ? wanted : { from: 0, to: file.size }
  return {
    status: wanted.kind === 'part' ? 206 : 200,
    headers: {
      'Content-Type': 'audio/wav',
      'Content-Length': String(to - from),
      ...caching,
      'Last-Modified': new Date(file.modifiedAt).toUTCString(),
      ...(wanted.kind === 'part'
        ? { 'Accept-Ranges': 'bytes', 'Content-Range': `bytes ${from}-${to - 1}/${file.size}` }
        : {}),
    },
    body: { path: file.path, from, to },
  }
}
