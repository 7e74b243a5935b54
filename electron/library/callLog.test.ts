import { expect, test } from 'vitest'
import { AppFailure } from '../../shared/failure.ts'
import { ListPage } from '../../shared/recordings.ts'
import { type Cdr, type CdrQuery } from '../wazo/callLog.ts'
import { createCallLogSource, type CallLogClient } from './callLog.ts'
import { failureOf, sound, wavOf } from './testing.ts'

const me = '68d40d60-0551-4f5c-909b-8a955c4d6f26'
const start = Date.parse('2026-11-20T09:30:00Z')

function cdr(id: number, change: Partial<Cdr> = {}): Cdr {
  const startedAt = start - id * 60_000
  return {
    id,
    startedAt,
    endedAt: startedAt + 66_000,
    answeredAt: startedAt + 6_000,
    durationS: 60,
    direction: 'internal',
    status: 'answered',
    conversationId: null,
    sourceName: 'Alice Durand',
    sourceNumber: '1001',
    sourceUserUuid: me,
    destinationName: 'Hélène Roy',
    destinationNumber: '1003',
    destinationUserUuid: null,
    requestedNumber: '1003',
    recordings: [
      {
        uuid: `r${id}`,
        startedAt: startedAt + 8_000,
        endedAt: startedAt + 28_000,
        deleted: false,
        filename: `rec-${id}.wav`,
      },
    ],
    ...change,
  }
}

/** A server before 21.04: it ignores `recorded`, and has its own idea of paging. */
function server(calls: () => Cdr[], audio: (uuid: string) => Uint8Array = () => wavOf(sound(1000))) {
  const asked: CdrQuery[] = []
  const client: CallLogClient = {
    list: query => {
      asked.push(query)
      const { offset = 0, limit = 1000 } = query
      const items = calls().slice(offset, offset + limit)
      return Promise.resolve({ items, sent: items.length, filtered: calls().length })
    },
    media: (_, uuid, { from, to }) => {
      const bytes = audio(uuid)
      return Promise.resolve({ bytes: bytes.slice(from, to), size: bytes.length })
    },
    forget: () => undefined,
  }
  return { client, asked }
}

function sourceOf(client: CallLogClient, change: Partial<Parameters<typeof createCallLogSource>[0]> = {}) {
  return createCallLogSource({
    client,
    userUuid: me,
    codes: () => ['*26'],
    canPlay: true,
    onChanged: () => undefined,
    ...change,
  })
}
const first = { search: '', cursor: null }

test('shows a call with its recordings', async () => {
  const call = cdr(1, {
    recordings: [
      { uuid: 'b', startedAt: start + 40_000, endedAt: start + 55_000, deleted: false, filename: 'b.wav' },
      { uuid: 'a', startedAt: start + 8_000, endedAt: null, deleted: true, filename: '../../a?.wav' },
    ],
    answeredAt: start + 6_000,
    endedAt: start + 66_000,
  })
  const page = await sourceOf(server(() => [call]).client).list(first)
  expect(ListPage.parse(page)).toEqual({ ...page, next: null, unread: 0 })
  expect(page.entries).toMatchObject([
    {
      id: 'call-log-1',
      source: 'call-log',
      callMs: 60_000,
      outgoing: true,
      peer: { name: 'Hélène Roy', number: '1003' },
      fromMs: 2_000,
      fileName: 'b.wav',
      parts: [
        { startedAt: start + 8_000, durationMs: null, playable: 'deleted' },
        { startedAt: start + 40_000, durationMs: 15_000, playable: 'yes' },
      ],
    },
  ])
})

test('hides calls of feature codes and those without a recording', async () => {
  const calls = [
    cdr(1, { destinationNumber: '*26' }),
    cdr(2, { requestedNumber: '*26', destinationNumber: '' }),
    cdr(3, { recordings: [] }),
    cdr(4, { recordings: null }),
    cdr(5, { sourceUserUuid: null, sourceName: 'Acme', sourceNumber: '0123456789' }),
  ]
  const { entries } = await sourceOf(server(() => calls).client).list(first)
  expect(entries).toMatchObject([{ id: 'call-log-5', outgoing: false, peer: { name: 'Acme', number: '0123456789' } }])
})

test('before 24.12 nothing can be heard, and the list says so', async () => {
  const source = sourceOf(server(() => [cdr(1)]).client, { canPlay: false })
  const part = (await source.list(first)).entries[0]?.parts[0]
  expect(part?.playable).toBe('no-media')
  expect(await failureOf(source.open(part?.id ?? ''))).toEqual({ code: 'recording-no-media' })
})

test('pages lose and double nothing, also when calls are added meanwhile', async () => {
  const calls = Array.from({ length: 230 }, (_, at) => cdr(at + 1, at % 3 === 0 ? {} : { recordings: [] }))
  const wanted = calls.filter(call => (call.recordings?.length ?? 0) > 0).map(call => `call-log-${call.id}`)
  const source = sourceOf(server(() => calls).client)
  const seen: string[] = []
  let cursor: string | null = null
  let pages = 0
  do {
    const page: ListPage = await source.list({ search: '', cursor })
    seen.push(...page.entries.map(entry => entry.id))
    cursor = page.next
    calls.unshift(cdr(-pages, { startedAt: start + pages }))
    expect(++pages).toBeLessThan(20)
  } while (cursor !== null)
  expect(pages).toBeGreaterThan(1)
  expect(seen).toEqual(wanted)
})

test('searches at the server and here', async () => {
  const { client, asked } = server(() => [
    cdr(1),
    cdr(2, { destinationName: 'Bob', destinationNumber: '+1 418 555 0142' }),
  ])
  const source = sourceOf(client)
  const idsOf = async (search: string) => (await source.list({ search, cursor: null })).entries.map(entry => entry.id)
  expect(await idsOf('helene')).toEqual(['call-log-1'])
  expect(await idsOf('%')).toEqual([])
  expect(await idsOf('+1 (418) 555')).toEqual(['call-log-2'])
  expect(await idsOf('rec-2')).toEqual(['call-log-2'])
  expect(asked.map(query => query.search)).toEqual(['helene', '%', '1418555', 'rec-2'])
  expect(asked.every(query => query.recorded === true)).toBe(true)
})

test('opens what was listed, under an id that says nothing', async () => {
  const source = sourceOf(
    server(
      () => [cdr(1)],
      uuid => wavOf(sound(uuid === 'r1' ? 500 : 0)),
    ).client,
  )
  const id = (await source.list(first)).entries[0]?.parts[0]?.id ?? ''
  expect(id).toMatch(/^[0-9a-f-]{36}$/)
  expect((await source.list(first)).entries[0]?.parts[0]?.id).toBe(id)
  const { source: audio, fileName } = await source.open(id)
  expect(fileName).toBe('rec-1.wav')
  expect(await audio.read(0, await audio.size())).toEqual(wavOf(sound(500)))
  expect(await failureOf(source.open('r1'))).toEqual({ code: 'recording-missing' })
})

test.each([
  ['recording-deleted', 'deleted'],
  ['recording-empty', 'empty'],
  ['recording-missing', 'missing'],
] as const)('%s is learnt and shown', async (code, playable) => {
  let changes = 0
  const { client } = server(() => [cdr(1)])
  const failing = { ...client, media: () => Promise.reject(new AppFailure(code)) }
  const source = sourceOf(failing, { onChanged: () => changes++ })
  const { source: audio } = await source.open((await source.list(first)).entries[0]?.parts[0]?.id ?? '')
  expect(await failureOf(audio.size())).toEqual({ code })
  expect(await failureOf(audio.size())).toEqual({ code })
  expect(changes).toBe(1)
  expect((await source.list(first)).entries[0]?.parts[0]?.playable).toBe(playable)
})

test('asks for a long recording piece by piece, and for its head once', async () => {
  const whole = wavOf(sound(300_000))
  const ranges: [number, number][] = []
  const { client } = server(() => [cdr(1)])
  const watched: CallLogClient = {
    ...client,
    media: (_, __, { from, to }) => {
      ranges.push([from, to])
      return Promise.resolve({ bytes: whole.slice(from, to), size: whole.length })
    },
  }
  const source = sourceOf(watched)
  const { source: audio } = await source.open((await source.list(first)).entries[0]?.parts[0]?.id ?? '')
  expect(await audio.size()).toBe(whole.length)
  expect(await audio.read(200_000, 300_000)).toEqual(whole.slice(200_000, 300_000))
  expect(await audio.size()).toBe(whole.length)
  expect(ranges).toEqual([
    [0, 65_536],
    [200_000, 300_000],
  ])
})
