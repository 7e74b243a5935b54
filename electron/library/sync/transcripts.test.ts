/**
 * The call log's client, and what the index takes from it, fed with each recorded exchange of a real wazo-call-logd (as
 * transcripts.test.ts, where the recordings are at hand). The documented result of each is in wazo.md 5.1 and 5.2.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { Agent } from 'node:https'
import { type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { AppFailure, type FailureCode } from '../../../shared/failure.ts'
import { callOf } from './cdr.ts'
import { createCallLog, type CallLog } from '../../wazo/callLog.ts'
import { toFailure } from '../../wazo/errors.ts'

const folder = process.env['TALLYLIGHT_TRANSCRIPTS'] ?? join(import.meta.dirname, '../../../../shared/wazo-transcripts')
const Exchange = z.object({
  request: z.object({ method: z.string(), path: z.string() }),
  response: z.object({ status: z.number(), headers: z.record(z.string(), z.string()), body: z.unknown() }),
})
type Exchange = z.infer<typeof Exchange>
const Binary = z.object({ $binary: z.object({ length: z.number() }) })
const Theirs = z.object({ error_id: z.string() })
const Page = z.object({
  items: z.array(
    z.object({
      id: z.number(),
      start: z.string(),
      recordings: z.array(z.object({ uuid: z.string(), deleted: z.boolean() })),
    }),
  ),
  filtered: z.number(),
})

const exchanges = readdirSync(join(folder, 'wazo-call-logd')).map((name): [string, Exchange] => [
  name,
  Exchange.parse(JSON.parse(readFileSync(join(folder, 'wazo-call-logd', name), 'utf8'))),
])
const listings = exchanges.filter(([, { request }]) => request.method === 'GET' && /\/cdr$/.test(request.path))
const media = exchanges.filter(([, { request }]) => request.method === 'GET' && /\/media$/.test(request.path))

let server: Server
let answer: Exchange['response']
let client: CallLog
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url?.startsWith('/api/auth') === true) {
      response.writeHead(404).end()
      return
    }
    const { status, headers, body } = answer
    const binary = Binary.safeParse(body)
    const bytes = binary.success
      ? Buffer.alloc(binary.data.$binary.length)
      : Buffer.from(typeof body === 'string' ? body : body === null || body === undefined ? '' : JSON.stringify(body))
    const kept = Object.entries(headers).filter(([name]) => /^content-(type|range|disposition)$/i.test(name))
    response.writeHead(status, { ...Object.fromEntries(kept), 'Content-Length': bytes.length })
    response.end(bytes)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const over = () => Promise.reject(new AppFailure('session-over'))
  client = createCallLog(
    { origin: `http://127.0.0.1:${port}`, agent: new Agent(), version: '0' },
    { current: () => Promise.resolve('token'), renew: over },
  )
})
afterAll(() => new Promise(resolve => server.close(resolve)))

/** What a person is told, as documented. */
const CODES: Readonly<Record<string, FailureCode>> = {
  'invalid-data': 'unexpected',
  'recording-media-not-found': 'recording-deleted',
  'recording-media-filesystem-not-found': 'recording-missing',
  'cdr-not-found-with-given-id': 'recording-missing',
  'recording-not-found': 'recording-missing',
}
async function refusal(promise: Promise<unknown>, { status, body }: Exchange['response']) {
  const code = await promise.then(
    () => 'it worked',
    (error: unknown) => toFailure(error).code,
  )
  if (status === 401) return expect(['not-allowed', 'session-over']).toContain(code)
  const theirs = Theirs.safeParse(body)
  expect(code).toBe(theirs.success ? CODES[theirs.data.error_id] : 'recording-no-media')
}

test('there are exchanges of both kinds', () => {
  expect(listings.length).toBeGreaterThan(40)
  expect(media.length).toBeGreaterThan(20)
})

test.each(listings)('%s', async (_, { response }) => {
  answer = response
  const asked = client.list({})
  if (response.status !== 200) return refusal(asked, response)
  // CSV, which the client never asks for, is no listing
  if (typeof response.body === 'string')
    return expect(toFailure(await asked.catch((error: unknown) => error)).code).toBe('not-wazo')
  const page = Page.parse(response.body)
  const got = await asked
  expect(got).toMatchObject({ sent: page.items.length, filtered: page.filtered })
  expect(got.items.map(({ id, startedAt }) => [id, startedAt])).toEqual(
    page.items.map(({ id, start }) => [id, Date.parse(start)]),
  )
  const reader = { userUuid: 'nobody', codes: [], canHear: true }
  const taken = got.items.map(cdr => callOf(cdr, reader)?.recordings?.map(({ key, hearing }) => [key, hearing]))
  expect(taken).toEqual(
    page.items.map(({ recordings }) => recordings.map(({ uuid, deleted }) => [uuid, deleted ? 'deleted' : 'yes'])),
  )
})

test.each(media)('%s', async (_, { response }) => {
  answer = response
  client.forget()
  const [, from, to, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(response.headers['Content-Range'] ?? '') ?? []
  const range = { from: Number(from ?? 0), to: Number(to ?? 43) + 1 }
  const asked = client.media(1, '73cfad36-c065-46c6-ad64-c21b855bd9aa', range)
  if (response.status === 206) {
    expect(await asked).toMatchObject({ size: Number(total) })
    return expect((await asked).bytes.length).toBe(range.to - range.from)
  }
  const binary = Binary.safeParse(response.body)
  const length = binary.success ? binary.data.$binary.length : 0
  if (response.status === 200 && length > 0) {
    // a server without Range sends the whole
    return expect(await asked).toMatchObject({ size: length })
  }
  const code = toFailure(await asked.catch((error: unknown) => error)).code
  if (response.status === 200) return expect(code).toBe('recording-empty')
  if (response.status === 416) return expect(code).toBe('recording-broken')
  if (response.status === 304) return expect(code).not.toBe('it worked')
  return refusal(client.media(1, '73cfad36-c065-46c6-ad64-c21b855bd9aa', range), response)
})
