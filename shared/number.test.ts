import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanNumber } from './number.ts'

describe('a number as people write it', () => {
  it.each([
    ['1050', '1050'],
    [' +1 (418) 555-0142 ', '+14185550142'],
    ['tel:+33 1 23 45 67 89', '+33123456789'],
    ['sip:1050@pbx.example;transport=ws', '1050'],
    ['+44 (0)20 7946 0000', '+442079460000'],
    ['*26', '*26'],
    ['+33 (0)1 23 45 67 89', '+33123456789'],
    ['0033 (0) 1 23', '0033123'],
    ['(030) 123 45-67', '0301234567'],
    ['(0)30 1234567', '0301234567'],
    ['tel:%2B33123456789', '+33123456789'],
    ['tel:+1-418-555-0142;ext=12', '+14185550142'],
    ['callto://+14185550142', '+14185550142'],
    ['sip:%2B14185550142@voice.example', '+14185550142'],
    ['1-800-FLOWERS', '18003569377'],
    ['+1 800 flowers', '+18003569377'],
    ['bob', 'bob'],
    ['bob2', 'bob2'],
    ['12ab', '12ab'],
    ['Tél. : 01 23 45 67 89', '0123456789'],
    ['Phone: +1 418 555 0142 ext. 7', '+14185550142'],
    ['418 555-0142 poste 1042', '4185550142'],
    ['\u202a+1 418 555 0142\u202c', '+14185550142'],
    ['\uff0b\uff11\uff14\uff11\uff18', '+1418'],
    ['\u0660\u0661\u06f2', '012'],
    ['514.555\u00a0014\u20112', '5145550142'],
  ])('%s', (written, dialled) => expect(cleanNumber(written)).toBe(dialled))

  it.each([
    '',
    '   ',
    '+',
    'a b!',
    '<script>',
    '1'.repeat(65),
    ' '.repeat(200) + '1',
    '10%50',
    'tel:%zz',
    '1'.repeat(150),
  ])('refuses %j', written => expect(cleanNumber(written)).toBeNull())

  it('never answers anything that is not dialable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => /^(\+?[0-9A-Za-z*#_]{1,63})?$/.test(cleanNumber(text) ?? '')),
    )
  })
})
