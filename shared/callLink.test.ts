import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isCallLink, numberOfCallLink } from './callLink.ts'
import { Dialable } from './phone.ts'

test.each([
  ['tel:+1-418-555-0142;ext=12', '+14185550142'],
  ['TEL:%2B33%201%2023%2045%2067%2089', '+33123456789'],
  ['callto://+14185550142', '+14185550142'],
  ['sip:1042@pbx.example;transport=ws', '1042'],
  // codes, in any dress
  ['tel:*26', null],
  ['tel:%2A26', null],
  ['tel:**21*0900123456%23', null],
  ['tel:\uff0a26', null],
  ['tel:', null],
  ['tel:1042\r\nX: y', null],
  ['javascript:alert(1)', null],
  ['tallylight://recording/x', null],
  [`tel:${'1'.repeat(400)}`, null],
])('%s leads to %s', (link, number) => {
  expect(numberOfCallLink(link)).toBe(number)
})

test('whatever a link says, what is left can be dialled and is no code', () => {
  const link = fc.tuple(fc.constantFrom('tel:', 'callto:', 'sip:', ''), fc.string({ unit: 'binary' }))
  fc.assert(
    fc.property(link, ([scheme, rest]) => {
      const number = numberOfCallLink(scheme + rest)
      if (number === null) return
      expect(isCallLink(scheme + rest)).toBe(true)
      expect(Dialable.safeParse(number).success).toBe(true)
      expect(number).not.toMatch(/[*#]/)
    }),
  )
})
