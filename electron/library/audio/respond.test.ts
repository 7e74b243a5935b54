import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat, memorySource, sound } from '../testing.ts'
import { respond, respondFailure, wantedRange, type AudioAnswer } from './respond.ts'

const options = { allowOrigin: 'app://tallylight' }

async function bodyOf(answer: AudioAnswer): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  if (answer.body !== null) for await (const piece of answer.body) pieces.push(piece)
  return concat(pieces)
}

test.each([
  [null, 'whole'],
  ['bytes=0-43', { from: 0, to: 44 }],
  ['bytes=10-', { from: 10, to: 100 }],
  ['bytes=-30', { from: 70, to: 100 }],
  ['bytes=-300', { from: 0, to: 100 }],
  ['bytes=90-500', { from: 90, to: 100 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=5-2', 'whole'],
  ['bytes=-', 'whole'],
  ['bytes=0-1,4-5', 'whole'],
  ['items=0-1', 'whole'],
])('of 100 bytes, %s is %j', (header, wanted) => {
  expect(wantedRange(header, 100)).toEqual(wanted)
})

test('any range over any size gives exactly those bytes', async () => {
  const edge = fc.option(fc.nat(700_000))
  await fc.assert(
    fc.asyncProperty(fc.nat(600_000), edge, edge, async (size, first, last) => {
      const bytes = sound(size)
      const { source, reads } = memorySource(() => bytes)
      const answer = await respond(source, `bytes=${first ?? ''}-${last ?? ''}`, options)
      const body = await bodyOf(answer)
      expect(answer.headers['Content-Length']).toBe(String(body.length))
      expect(reads.every(([from, to]) => to - from <= 64 * 1024)).toBe(true)
      if (answer.status === 416) {
        expect(answer.headers['Content-Range']).toBe(`bytes */${size}`)
        expect(first === null ? Math.min(last ?? 0, size) === 0 : first >= size).toBe(true)
        return
      }
      if (answer.status === 200) {
        expect(first === null ? last === null : last !== null && last < first).toBe(true)
        expect(Buffer.compare(body, bytes)).toBe(0)
        return
      }
      const from = first ?? Math.max(0, size - (last ?? 0))
      const to = first === null || last === null ? size : Math.min(size, last + 1)
      expect(answer.headers['Content-Range']).toBe(`bytes ${from}-${to - 1}/${size}`)
      expect(Buffer.compare(body, bytes.subarray(from, to))).toBe(0)
    }),
    { numRuns: 150 },
  )
})

test('reads only what is pulled, a piece at a time, and a short one first', async () => {
  const { source, reads } = memorySource(() => sound(1_000_000))
  const answer = await respond(source, null, options)
  expect(reads).toEqual([])
  const reader = answer.body?.getReader()
  await reader?.read()
  expect(reads).toEqual([[0, 32_768]])
  await reader?.read()
  expect(reads).toEqual([
    [0, 32_768],
    [32_768, 98_304],
  ])
})

test('a Response can be made of it', async () => {
  const { source } = memorySource(() => sound(100))
  const { status, headers, body } = await respond(source, 'bytes=1-3', options)
  const response = new Response(body, { status, headers })
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(sound(100).slice(1, 4))
  expect(headers).toMatchObject({
    'Accept-Ranges': 'bytes',
    'Access-Control-Allow-Origin': 'app://tallylight',
    'Cache-Control': 'no-store',
    'Content-Type': 'audio/wav',
  })
})

test('a source that fails ends the body with its error', async () => {
  const { source } = memorySource(() => sound(100_000))
  let reads = 0
  const failing = {
    ...source,
    read: (from: number, to: number) => (reads++ > 0 ? Promise.reject(new Error('gone')) : source.read(from, to)),
  }
  await expect(bodyOf(await respond(failing, null, options))).rejects.toThrow('gone')
})

test('a failure says itself', async () => {
  const answer = respondFailure({ code: 'recording-deleted' }, options)
  expect(answer.status).toBe(410)
  expect(JSON.parse(Buffer.from(await bodyOf(answer)).toString())).toEqual({ code: 'recording-deleted' })
})
