import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { EventReader, eventPayloads, infoDigit } from './rfc4733.ts'

const digit = fc.constantFrom(...'0123456789*#')

describe('telephone events', () => {
  it('are read back once for each press, whatever is lost or doubled but one of the end packets', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(digit, fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 8, maxLength: 8 }))),
        all => {
          const reader = new EventReader()
          const read = all.flatMap(([pressed, copies], index) =>
            eventPayloads(pressed).flatMap((payload, packet) => {
              const times = packet === 6 ? Math.max(1, copies[packet] ?? 1) : (copies[packet] ?? 1)
              return Array.from({ length: times }, () => reader.read(payload, index * 1600)).flat()
            }),
          )
          expect(read).toEqual(all.map(([pressed]) => pressed))
        },
      ),
    )
  })

  it('count a press whose end was lost when the next begins', () => {
    const reader = new EventReader()
    expect(reader.read(Uint8Array.of(10, 10, 0, 160), 0)).toEqual([])
    expect(reader.read(Uint8Array.of(3, 0x8a, 0, 160), 1600)).toEqual(['*', '3'])
  })

  it('ignore what is no digit', () => {
    const reader = new EventReader()
    expect(reader.read(Uint8Array.of(16, 0x8a, 0, 160), 0)).toEqual([])
    expect(reader.read(Uint8Array.of(3), 0)).toEqual([])
    expect(eventPayloads('x')).toEqual([])
    expect(eventPayloads('')).toEqual([])
  })

  it('grow by 20 ms and end three times', () => {
    expect(eventPayloads('#').map(payload => [...payload])).toEqual([
      [11, 10, 0, 160],
      [11, 10, 1, 64],
      [11, 10, 1, 224],
      [11, 10, 2, 128],
      [11, 10, 3, 32],
      [11, 0x8a, 3, 32],
      [11, 0x8a, 3, 32],
      [11, 0x8a, 3, 32],
    ])
  })
})

describe('digits in INFO', () => {
  it.each([
    ['application/dtmf-relay', 'Signal=*\r\nDuration=160\r\n', '*'],
    ['application/dtmf-relay', 'Signal= 5\nDuration= 100', '5'],
    ['application/dtmf-relay', 'Signal=11\r\n', '#'],
    ['application/dtmf-relay', 'Signal=10\r\n', '*'],
    ['application/dtmf-relay', 'Duration=160', null],
    ['application/dtmf-relay', 'Signal=x', null],
    ['application/dtmf', '7', '7'],
    ['application/dtmf', '77', null],
  ])('%s %j is %s', (type, body, expected) => {
    expect(infoDigit(type, body)).toBe(expected)
  })
})
