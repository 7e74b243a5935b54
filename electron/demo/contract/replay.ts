/** Sends a recorded request to a running demo. */
import { request } from 'node:https'
import { type Demo } from '../server.ts'
import { type Received } from './compare.ts'
import { header, type Exchange } from './transcripts.ts'

/** Headers that were not kept but must have been there: a preflight names what its answer then allows. */
function unrecordedHeaders(exchange: Exchange): Record<string, string> {
  if (exchange.request.method !== 'OPTIONS') return {}
  const asked = header(exchange.response.headers, 'access-control-allow-headers')
  return {
    'Access-Control-Request-Method': 'POST',
    ...(asked === null ? {} : { 'Access-Control-Request-Headers': asked }),
  }
}

/** Replays one request; `swap` changes header values, e.g. a recorded entity tag for ours. */
export function replay(
  demo: Demo,
  exchange: Exchange,
  swap: (value: string) => string = value => value,
): Promise<Received> {
  const { method, path, query, headers, body } = exchange.request
  const search = new URLSearchParams(query).toString()
  const isText = typeof body === 'string'
  const sent = body === null || body === undefined ? null : isText ? body : JSON.stringify(body)
  const kept = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === null ? [] : [[name, swap(value)]])),
  )
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${demo.url}${path}${search === '' ? '' : `?${search}`}`,
      {
        method,
        ca: demo.certificatePem,
        agent: false,
        headers: {
          ...kept,
          ...unrecordedHeaders(exchange),
          ...(sent === null ? {} : { 'Content-Length': Buffer.byteLength(sent) }),
        },
      },
      incoming => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('error', reject)
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) }),
        )
      },
    )
    outgoing.on('error', reject)
    outgoing.end(sent ?? undefined)
  })
}
