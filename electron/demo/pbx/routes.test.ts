import { describe, expect, it } from 'vitest'
import { type Directory, type Line } from '../telephony.ts'
import { routeOf, zoneOf } from './routes.ts'

const alice: Line = {
  id: 1,
  kind: 'webrtc',
  userUuid: 'a',
  extension: '1001',
  displayName: 'Alice Durand',
  username: 'sip1001',
  secret: 's',
}
const directoryWith = (permanent: string | null): Directory => ({
  lineByUsername: () => null,
  lineByExtension: extension => (extension === '1001' ? alice : null),
  mayRecord: () => true,
  recordsAutomatically: () => false,
  togglePermanent: () => true,
  codes: () => ({ permanent, onDemand: '*3' }),
  dialect: () => 'pause',
})

describe('a dialled number', () => {
  it.each([
    ['1001', { kind: 'line', line: alice }],
    ['*26', { kind: 'permanent' }],
    ['1050', { kind: 'voice', party: { name: 'Support desk', number: '1050' }, zone: 'internal' }],
    ['+14185550142', { kind: 'voice', party: { name: 'Marie Tremblay', number: '+14185550142' }, zone: 'external' }],
    ['914185550142', { kind: 'voice', party: { name: 'Marie Tremblay', number: '914185550142' }, zone: 'external' }],
    ['9555123', { kind: 'voice', party: { name: '', number: '9555123' }, zone: 'external' }],
    ['610', { kind: 'refused', code: 486, cause: 17 }],
    ['9999', { kind: 'unknown' }],
    ['955512', { kind: 'unknown' }],
    ['', { kind: 'unknown' }],
    ['alice', { kind: 'unknown' }],
  ])('%s', (number, route) => {
    expect(routeOf(number, directoryWith('*26'))).toEqual(route)
  })

  it('leads nowhere when the code is switched off or another', () => {
    expect(routeOf('*26', directoryWith(null))).toEqual({ kind: 'unknown' })
    expect(routeOf('*26', directoryWith('*27'))).toEqual({ kind: 'unknown' })
    expect(routeOf('*27', directoryWith('*27'))).toEqual({ kind: 'permanent' })
  })

  it('belongs to the house or not', () => {
    expect(['1001', '1050', '+14185550142'].map(number => zoneOf(number, directoryWith(null)))).toEqual([
      'internal',
      'internal',
      'external',
    ])
  })
})
