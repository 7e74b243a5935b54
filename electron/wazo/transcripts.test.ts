/**
 * The parsers against what real Wazo services answered, where the recordings are at hand: beside the project, or in the
 * folder named by TALLYLIGHT_TRANSCRIPTS (vitest.config.ts leaves this file out where there are none). The other tests hold the same cases in small.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { WireCall } from './calld.ts'
import { WireCdr } from './callLog.ts'
import { meaningOf401, errorOf, type Service } from './errors.ts'
import { EVENT_NAMES, Frame, parseEvent } from './eventMessages.ts'

const folder = process.env['TALLYLIGHT_TRANSCRIPTS'] ?? join(import.meta.dirname, '../../../shared/wazo-transcripts')

const Exchange = z.object({
  request: z.object({ method: z.string(), path: z.string(), headers: z.record(z.string(), z.string()).default({}) }),
  response: z.object({ status: z.number(), headers: z.record(z.string(), z.string()), body: z.unknown() }),
})
const exchanges = (service: string): [string, z.infer<typeof Exchange>][] =>
  readdirSync(join(folder, service)).map(name => [
    `${service}/${name}`,
    Exchange.parse(JSON.parse(readFileSync(join(folder, service, name), 'utf8'))),
  ])
/** Every object anywhere in a value that `is` accepts. */
function* within(value: unknown, is: (found: object) => boolean): Generator<object> {
  if (typeof value !== 'object' || value === null) return
  if (is(value)) yield value
  for (const child of Object.values(value)) yield* within(child, is)
}
const everything = () =>
  ['wazo-calld', 'wazo-call-logd', 'wazo-websocketd', 'outages', 'scenarios'].flatMap(service =>
    readdirSync(join(folder, service)).map(
      name => JSON.parse(readFileSync(join(folder, service, name), 'utf8')) as unknown,
    ),
  )

test('every call and every line of the call log is understood', () => {
  let calls = 0
  let cdrs = 0
  for (const file of everything()) {
    for (const found of within(
      file,
      object => 'call_id' in object && 'record_state' in object && 'talking_to' in object,
    )) {
      const call = WireCall.parse(found)
      expect([call.recordState, call.createdAt, call.status]).not.toContain(null)
      calls += 1
    }
    for (const found of within(
      file,
      object => 'source_extension' in object && 'recordings' in object && 'start' in object,
    )) {
      expect(WireCdr.parse(found).recordings).not.toBeNull()
      cdrs += 1
    }
  }
  expect(calls).toBeGreaterThan(100)
  expect(cdrs).toBeGreaterThan(100)
})

test('every frame and every event of the streams is understood', () => {
  const kinds = new Map<string, number>()
  for (const file of everything()) {
    for (const found of within(file, object => 'op' in object && 'code' in object)) {
      const frame = Frame.parse(found)
      if (frame.op !== 'event') continue
      const event = parseEvent(frame.data.name, frame.data.data, frame.data.timestamp)
      const wanted = (EVENT_NAMES as readonly string[]).includes(frame.data.name)
      expect(event !== null).toBe(wanted)
      if (event) kinds.set(event.kind, (kinds.get(event.kind) ?? 0) + 1)
      if (event?.kind === 'call') expect(event.at).toBeGreaterThan(Date.UTC(2026, 0))
    }
  }
  expect([...kinds.keys()].sort()).toEqual([
    'call',
    'call-ended',
    'call-log',
    'hold',
    'key',
    'recording',
    'session-ending',
  ])
})

test('every 401 tells what it means, and no error keeps a token', () => {
  const services: [string, Service][] = [
    ['wazo-auth', 'auth'],
    ['wazo-confd', 'confd'],
    ['wazo-calld', 'calld'],
    ['wazo-call-logd', 'call-logd'],
    ['outages', 'calld'],
  ]
  let refusals = 0
  for (const [name, service] of services) {
    for (const [file, { request, response }] of exchanges(name)) {
      if (response.status < 400) continue
      const token = request.headers['X-Auth-Token'] ?? ''
      const { status, body } = response
      const contentType = response.headers['Content-Type'] ?? ''
      const error = errorOf(service, `${request.method} ${request.path}`, { status, contentType, body }, [token])
      if (token !== '') expect([file, error.message, error.details].join(' ')).not.toContain(token)
      if (status === 401 && service !== 'auth') {
        const dead = token === '' || token.startsWith('00000000')
        expect([file, meaningOf401(body)]).toEqual([file, dead ? 'expired' : 'no-right'])
        refusals += 1
      }
    }
  }
  expect(refusals).toBeGreaterThan(20)
})
