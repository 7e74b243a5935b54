import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOurs, linkAmong, readLink, recordingLink } from './link.ts'

describe('a link to a recording', () => {
  it('is read back as it was made, to the second', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.option(fc.integer({ min: 0, max: 86_400_000 })), (uuid, atMs) => {
        const link = recordingLink(uuid, atMs)
        const second = Math.floor((atMs ?? 0) / 1000)
        expect(readLink(link ?? '')).toEqual({ uuid, atMs: second === 0 ? null : second * 1000 })
      }),
    )
  })

  it('does not exist for what has no uuid of a server', () => {
    fc.assert(
      fc.property(fc.option(fc.string()), name => {
        expect(recordingLink(name, 0)).toBe(null)
      }),
    )
  })

  const uuid = '0d1ffd26-4b2b-4a0c-9d7f-3f2d0ec5a111'
  it.each([
    '',
    'tallylight:',
    'tallylight://recording/',
    `tallylight://recording/${uuid}/../../etc/passwd`,
    `tallylight://recording/${uuid}?t=-1`,
    `tallylight://recording/${uuid}?t=99999999`,
    `tallylight://recording/${uuid}?t=90000`,
    `tallylight://recording/${uuid}?t=1&x=1`,
    `tallylight://recording/${uuid}#t=1`,
    `tallylight://recording/${uuid}\n`,
    `tallylight://evil@recording/${uuid}`,
    `tallylight://recording/${'-'.repeat(36)}`,
    `tallylight://pair/${uuid}`,
    `https://recording/${uuid}`,
    `tallylight://recording/${uuid}${' '.repeat(1000)}`,
  ])('is not %j', text => {
    expect(readLink(text)).toBe(null)
  })

  it('never throws, whatever another program hands over', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }).map(rest => `tallylight://recording/${rest}`),
    )
    fc.assert(
      fc.property(text, hostile => {
        const link = readLink(hostile)
        expect(link === null || recordingLink(link.uuid, link.atMs) !== null).toBe(true)
        expect(isOurs(hostile) || link === null).toBe(true)
      }),
    )
  })

  it('is found among the arguments of a program, whatever its case', () => {
    expect(linkAmong(['/usr/bin/tallylight', '--no-sandbox', `TALLYLIGHT://recording/${uuid}`])).toBe(
      `TALLYLIGHT://recording/${uuid}`,
    )
    expect(readLink(`TALLYLIGHT://Recording/${uuid.toUpperCase()}?t=7`)).toEqual({ uuid, atMs: 7000 })
    expect(linkAmong(['tallylight', 'not-tallylight://x'])).toBe(null)
    expect(linkAmong(['tallylight', '--flag', 'tel:+14185550142'])).toBe('tel:+14185550142')
  })
})
