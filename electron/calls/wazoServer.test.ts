import { describe, expect, it } from 'vitest'
import { WazoError } from '../wazo/errors.ts'
import { type Call } from '../wazo/calld.ts'
import { commandFailure, serverCall } from './wazoServer.ts'

const call: Call = {
  id: '1.1',
  conversationId: null,
  status: 'Up',
  isCaller: true,
  onHold: false,
  muted: false,
  recordState: 'active',
  peerName: 'Marie',
  peerNumber: '1050',
  dialedExtension: '1050',
  sipCallId: 'x',
  lineId: 1,
  direction: 'internal',
  talkingTo: ['1.2'],
  createdAt: null,
  answeredAt: 5,
}
const refusal = (status: number, errorId: string | null, kind: WazoError['kind']) =>
  commandFailure(new WazoError({ service: 'calld', kind, route: 'PUT /record', status, errorId }))

describe('a channel of calld', () => {
  it('is a call while it lives', () => {
    expect(serverCall(call, 9)).toMatchObject({ status: 'up', seen: 'recording', bridged: true, createdAt: 9 })
    expect(serverCall({ ...call, status: 'Ring', talkingTo: [] }, 9)).toMatchObject({
      status: 'ringing-out',
      bridged: false,
    })
    expect(serverCall({ ...call, status: 'Down' }, 9).status).toBe('down')
    expect(serverCall({ ...call, status: 'Rsrved' }, 9).status).toBe('down')
    // the other side is busy: nobody answered
    expect(serverCall({ ...call, status: 'Busy', talkingTo: [], answeredAt: null }, 9).status).toBe('ringing-out')
  })
  it("is inside or outside by the server's word, and neither before an originated leg has dialled", () => {
    expect(serverCall(call, 9)?.zone).toBe('inside')
    expect(serverCall({ ...call, direction: 'inbound' }, 9)?.zone).toBe('outside')
    expect(serverCall({ ...call, direction: 'outbound' }, 9)?.zone).toBe('outside')
    expect(serverCall({ ...call, direction: null }, 9)?.zone).toBe('unknown')
    expect(serverCall({ ...call, dialedExtension: 's' }, 9)?.zone).toBe('unknown')
  })
  it('of a server that does not tell proves nothing', () => {
    expect(serverCall({ ...call, recordState: null }, 9).seen).toBeNull()
  })
})

describe('a refused record command', () => {
  it.each([
    [403, 'recording-unauthorized', 'refused', { reason: 'not-allowed', certain: true }],
    [403, 'user-permission-denied', 'refused', { reason: 'not-yours', certain: true }],
    [404, null, 'no-route', { reason: 'not-offered', certain: true }],
    [401, null, 'no-right', { reason: 'not-offered', certain: true }],
    [503, 'wazo-amid-error', 'trouble', { reason: 'server-trouble', certain: true }],
    [502, null, 'trouble', { reason: 'server-trouble', certain: false }],
    [null, null, 'timeout', { reason: 'server-trouble', certain: false }],
    [400, 'recording-not-started', 'refused', { reason: 'no-bridge', certain: false }],
  ] as const)('%s %s', (status, errorId, kind, meaning) => {
    expect(commandFailure(new WazoError({ service: 'calld', kind, route: 'PUT', status, errorId }))).toEqual(meaning)
  })
  it('is never certain when we do not know what it was', () => {
    expect(commandFailure(new Error('boom')).certain).toBe(false)
    expect(refusal(500, null, 'trouble').certain).toBe(false)
  })
})
