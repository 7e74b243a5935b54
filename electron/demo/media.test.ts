import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { entityTag, mediaAnswer, parseRange } from './media.ts'

const file = { path: '/monitor/a.wav', size: 176_044, modifiedAt: 1_795_439_704_808.9 }
const ask = { range: undefined, ifNoneMatch: undefined, filename: 'call.wav' }

describe('ranges', () => {
  test.each([
    ['bytes=0-43', { kind: 'part', from: 0, to: 44 }],
    ['bytes=1000-', { kind: 'part', from: 1000, to: 176_044 }],
    ['bytes=-100', { kind: 'part', from: 175_944, to: 176_044 }],
    ['bytes=176043-999999', { kind: 'part', from: 176_043, to: 176_044 }],
    ['bytes=176044-', { kind: 'unsatisfiable' }],
    ['bytes=5-2', { kind: 'unsatisfiable' }],
    ['bytes=0-9,20-29', { kind: 'unsatisfiable' }],
    ['bytes=abc', { kind: 'unsatisfiable' }],
    ['items=0-1', { kind: 'unsatisfiable' }],
    ['bytes=-0', { kind: 'unsatisfiable' }],
    [undefined, { kind: 'whole' }],
  ])('%s', (header, expected) => {
    expect(parseRange(header, file.size)).toEqual(expected)
  })

  test('an empty file has no ranges', () => {
    expect(parseRange('bytes=0-', 0)).toEqual({ kind: 'whole' })
  })

  test('a part always lies within the file and holds what was asked', () => {
    const size = fc.integer({ min: 1, max: 10_000 })
    fc.assert(
      fc.property(size, fc.nat(12_000), fc.option(fc.nat(12_000)), (bytes, first, last) => {
        const wanted = parseRange(`bytes=${first}-${last ?? ''}`, bytes)
        const possible = first < bytes && (last === null || last >= first)
        expect(wanted.kind).toBe(possible ? 'part' : 'unsatisfiable')
        if (wanted.kind !== 'part') return
        expect(wanted.from).toBe(first)
        expect(wanted.to).toBe(last === null ? bytes : Math.min(last + 1, bytes))
      }),
    )
  })

  test('no header whatever makes a part outside the file', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^bytes=[0-9,-]{0,12}$/)), fc.nat(1000), (header, size) => {
        const wanted = parseRange(header, size)
        if (wanted.kind === 'part') expect(0 <= wanted.from && wanted.from < wanted.to && wanted.to <= size).toBe(true)
      }),
    )
  })
})

describe('answers', () => {
  test('whole: offered for saving, and no word of ranges', () => {
    const answer = mediaAnswer(file, ask)
    expect(answer.status).toBe(200)
    expect(answer.headers).toMatchObject({
      'Content-Length': '176044',
      'Content-Disposition': 'attachment; filename=call.wav',
    })
    expect(answer.headers).not.toHaveProperty('Accept-Ranges')
  })

  test('part: to be played', () => {
    const answer = mediaAnswer(file, { ...ask, range: 'bytes=-100' })
    expect(answer.status).toBe(206)
    expect(answer.headers).toMatchObject({
      'Content-Range': 'bytes 175944-176043/176044',
      'Accept-Ranges': 'bytes',
      'Content-Disposition': 'inline; filename=call.wav',
    })
    expect(answer.body).toEqual({ path: file.path, from: 175_944, to: 176_044 })
  })

  test('known already: 304 without a body', () => {
    const answer = mediaAnswer(file, { ...ask, ifNoneMatch: `W/"x", ${entityTag(file)}` })
    expect([answer.status, answer.body]).toEqual([304, null])
    expect(mediaAnswer({ ...file, size: 1 }, { ...ask, ifNoneMatch: entityTag(file) }).status).toBe(200)
  })
})
