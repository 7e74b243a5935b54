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
    ['514.555\u00a0014\u20112', '5145550142'],
  ])('%s', (written, dialled) => expect(cleanNumber(written)).toBe(dialled))

  it.each(['', '   ', '+', 'a b!', '<script>', '1'.repeat(65), '10%50'])('refuses %j', written =>
    expect(cleanNumber(written)).toBeNull(),
  )

  it('never answers anything that is not dialable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => /^(\+?[0-9A-Za-z*#_]{1,63})?$/.test(cleanNumber(text) ?? '')),
    )
  })
})
