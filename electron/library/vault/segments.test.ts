import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  headerBytes,
  type Layout,
  newHeader,
  NotAuthentic,
  openSegment,
  readHeader,
  sealed,
  sealedBytes,
  segmentCount,
  shapeOf,
} from './segments.ts'

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))
const utf8 = (text: string) => new Uint8Array(Buffer.from(text))

/**
 * Tink's own known answers for this layout: those of tink-java's AesGcmHkdfStreamingTestUtil, the first of them from its
 * cross-language tests.
 */
const known: readonly { layout: Layout; key: string; clear: Uint8Array; identity: Uint8Array; sealed: string }[] = [
  {
    layout: { hash: 'sha1', keyBytes: 16, segmentBytes: 64 },
    key: '6eb56cdc726dfbe5d57f2fcdc6e9345b',
    clear: utf8('This is a fairly long plaintext. It is of the exact length to create three output blocks. '),
    identity: utf8('aad'),
    sealed:
      '1893b3af5e14ab378d065addfc8484da642c0862877baea8' +
      'db92d9c77406a406168478821c4298eab3e6d531277f4c1a051714faebcaefcbca7b7be05e9445ea' +
      'a0bb2904153398a25084dd80ae0edcd1c3079fcea2cd3770630ee36f7539207b8ec9d754956d486b71cdf989f0ed6fba6779b63558be0a66e668df14e1603cd2' +
      'af8944844078345286d0b292e772e7190775c51a0f83e40c0b75821027e7e538e111',
  },
  {
    layout: { hash: 'sha256', keyBytes: 16, segmentBytes: 64 },
    key: '6eb56cdc726dfbe5d57f2fcdc6e9345b',
    clear: new Uint8Array(0),
    identity: new Uint8Array(0),
    sealed: '18be78bce0cab6fd38a9041eea8ab0ffc4cf17e3c00b661d3927f5f79069f41a210fedc40b25648c',
  },
  {
    layout: { hash: 'sha512', keyBytes: 16, segmentBytes: 64 },
    key: '6eb56cdc726dfbe5d57f2fcdc6e9345b',
    clear: new Uint8Array(0),
    identity: new Uint8Array(0),
    sealed: '18fec8139ccb406e0f140d7e2bcc41e1b899bc1b121574cc31d1c78ed2ca1cdf324665b8dce21095',
  },
  {
    layout: { hash: 'sha1', keyBytes: 32, segmentBytes: 64 },
    key: '00112233445566778899aabbccddeeff6eb56cdc726dfbe5d57f2fcdc6e9345b',
    clear: new Uint8Array(0),
    identity: new Uint8Array(0),
    sealed:
      '28fae780c70a82d1256c8303a1261ac6a98cf557b4e173967a62f3c149517ba5b2431da93b3c6e90f508b34dc14bfda59bab05681c6ad3fa',
  },
  {
    // a first segment that is exactly full
    layout: { hash: 'sha1', keyBytes: 32, segmentBytes: 120 },
    key: '00112233445566778899aabbccddeeff6eb56cdc726dfbe5d57f2fcdc6e9345b',
    clear: utf8('BLOCK 1.BLOCK 2.BLOCK 3.BLOCK 4.BLOCK 5.BLOCK 6.BLOCK 7.BLOCK 8.'),
    identity: hex('00010203'),
    sealed:
      '28782994617714a80fa085e15051a16854522330d6d0f26c049b2192f09cdd98b2eb90c753bfff277a29e54fa4afb15d648c28477eb07f012535c767f5fdce24ffffae318480c1d37357d6d3c511159318afa09ef38aa3f5456fd7817c5c02dd6e1a7fef174c8bd24e38b5982ac105497c0101ac5581fe5b',
  },
]

async function sealAll(
  clear: Uint8Array,
  pieces: number,
  head: Parameters<typeof sealed>[1],
  layout: Layout,
): Promise<Uint8Array> {
  const cut = function* () {
    for (let at = 0; at < clear.length; at += pieces) yield clear.subarray(at, at + pieces)
  }
  const parts: Uint8Array[] = []
  for await (const part of sealed(cut(), head, layout)) parts.push(part)
  return new Uint8Array(Buffer.concat(parts))
}

/** The whole again, from the first segment to the last. Throws NotAuthentic. */
function openAll(file: Uint8Array, master: Uint8Array, identity: Uint8Array, layout: Layout): Uint8Array {
  const shape = shapeOf(file.length, layout)
  const key = readHeader(file.subarray(0, headerBytes(layout)), master, identity, layout)
  const parts = Array.from({ length: shape.count }, (_, index) => {
    const { from, to, last } = shape.segment(index)
    return openSegment(key, index, last, file.subarray(from, to))
  })
  return new Uint8Array(Buffer.concat(parts))
}

describe("Tink's known answers", () => {
  it.each(known)('$layout: $clear.length bytes', async ({ layout, key, clear, identity, sealed: expected }) => {
    const file = hex(expected)
    expect(openAll(file, hex(key), identity, layout)).toEqual(clear)
    const given = [file.slice(1, 1 + layout.keyBytes), file.slice(1 + layout.keyBytes, headerBytes(layout))]
    const random = () => given.shift() ?? new Uint8Array(0)
    const head = newHeader(hex(key), identity, layout, random)
    expect(Buffer.from(await sealAll(clear, 7, head, layout)).toString('hex')).toBe(expected)
    expect(sealedBytes(clear.length, layout)).toBe(file.length)
  })
})

/** Small segments, so that a few hundred bytes have many. */
const SMALL: Layout = { hash: 'sha256', keyBytes: 32, segmentBytes: 80 }
const MASTER = new Uint8Array(32).fill(7)
const ME = utf8('copy:one')
const bytes = fc.uint8Array({ maxLength: 300 })

describe('a sealed file', () => {
  it('opens as what was sealed, however the bytes came, and has the size that was foretold', () =>
    fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 200 }), async (clear, pieces) => {
        const file = await sealAll(clear, pieces, newHeader(MASTER, ME, SMALL), SMALL)
        expect(file.length).toBe(sealedBytes(clear.length, SMALL))
        const shape = shapeOf(file.length, SMALL)
        expect([shape.clear, shape.count]).toEqual([clear.length, segmentCount(clear.length, SMALL)])
        expect(openAll(file, MASTER, ME, SMALL)).toEqual(clear)
        for (let at = 0; at < clear.length; at++) {
          const index = shape.holding(at)
          const { clearFrom, from, to } = shape.segment(index)
          expect(at >= clearFrom && at < clearFrom + (to - from) - 16).toBe(true)
        }
      }),
    ))

  it('is refused with any bit of it changed', async () => {
    const clear = Uint8Array.from({ length: 150 }, (_, at) => at)
    const file = await sealAll(clear, 64, newHeader(MASTER, ME, SMALL), SMALL)
    for (let at = 0; at < file.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = file.slice()
        changed[at] = (changed[at] ?? 0) ^ (1 << bit)
        expect(() => openAll(changed, MASTER, ME, SMALL), `bit ${bit} of byte ${at}`).toThrow(NotAuthentic)
      }
    }
  })

  it('is refused when it is cut anywhere, a segment border included', async () => {
    const file = await sealAll(new Uint8Array(200).fill(1), 64, newHeader(MASTER, ME, SMALL), SMALL)
    for (let end = 0; end < file.length; end++)
      expect(() => openAll(file.slice(0, end), MASTER, ME, SMALL), `cut at ${end}`).toThrow(NotAuthentic)
  })

  it('is refused with segments left out, doubled, swapped or taken from another file, and with bytes appended', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        fc.constantFrom('leave-out', 'double', 'swap', 'other'),
        async (a, b, act) => {
          const clear = Uint8Array.from({ length: 300 }, (_, at) => at)
          const [file, other] = [
            await sealAll(clear, 64, newHeader(MASTER, ME, SMALL), SMALL),
            await sealAll(clear, 64, newHeader(MASTER, ME, SMALL), SMALL),
          ]
          const shape = shapeOf(file.length, SMALL)
          const parts = Array.from({ length: shape.count }, (_, index) => {
            const { from, to } = shape.segment(index)
            return file.slice(from, to)
          })
          const { from, to } = shape.segment(a)
          const [first, second] = [parts[a] ?? new Uint8Array(0), parts[b] ?? new Uint8Array(0)]
          if (act === 'leave-out') parts.splice(a, 1)
          if (act === 'double') parts.splice(a, 0, first)
          if (act === 'swap') {
            fc.pre(a !== b)
            parts[a] = second
            parts[b] = first
          }
          if (act === 'other') parts[a] = other.slice(from, to)
          const forged = new Uint8Array(Buffer.concat([file.slice(0, headerBytes(SMALL)), ...parts]))
          expect(() => openAll(forged, MASTER, ME, SMALL)).toThrow(NotAuthentic)
        },
      ),
    ))

  it('is refused with anything appended', () =>
    fc.assert(
      fc.asyncProperty(bytes, fc.uint8Array({ minLength: 1, maxLength: 200 }), async (clear, more) => {
        const file = await sealAll(clear, 64, newHeader(MASTER, ME, SMALL), SMALL)
        const longer = new Uint8Array(Buffer.concat([file, more]))
        expect(() => openAll(longer, MASTER, ME, SMALL)).toThrow(NotAuthentic)
      }),
    ))

  it('opens neither as another recording nor under another key', async () => {
    const file = await sealAll(new Uint8Array(10), 64, newHeader(MASTER, ME, SMALL), SMALL)
    expect(() => openAll(file, MASTER, utf8('copy:two'), SMALL)).toThrow(NotAuthentic)
    expect(() => openAll(file, new Uint8Array(32).fill(8), ME, SMALL)).toThrow(NotAuthentic)
  })
})
