import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { decodeMulaw, encodeMulaw } from './g711.ts'

describe('mu-law', () => {
  it('gives the table of ITU-T G.711', () => {
    expect([...decodeMulaw(Uint8Array.of(0x00, 0x0f, 0x70, 0x7f, 0x80, 0xf0, 0xff))]).toEqual([
      -32124, -16764, -120, 0, 32124, 120, 0,
    ])
    expect([...encodeMulaw(Int16Array.of(0, 32767, -32768, 120, -120))]).toEqual([0xff, 0x80, 0x00, 0xf0, 0x70])
  })

  it('loses at most one quantising step of its segment', () => {
    fc.assert(
      fc.property(fc.integer({ min: -32124, max: 32124 }), sample => {
        const back = decodeMulaw(encodeMulaw(Int16Array.of(sample)))[0] ?? Number.NaN
        expect(Math.abs(back - sample)).toBeLessThanOrEqual(Math.max(4, (Math.abs(sample) + 132) / 32))
      }),
    )
  })

  it('keeps every byte through a round trip, but for the second zero', () => {
    for (let byte = 0; byte < 256; byte++) {
      if (byte !== 0x7f) expect(encodeMulaw(decodeMulaw(Uint8Array.of(byte)))[0]).toBe(byte)
    }
  })
})
