import { describe, expect, it } from 'vitest'
import { IceAddress, iceServersOf } from './ice.ts'
import { IceServer } from './phone.ts'

describe('servers for the way of the audio', () => {
  it('are none unless the user names them', () =>
    expect(iceServersOf({ stunServer: '', turnServer: '', turnUser: '' }, null)).toEqual([]))

  it('are named with their scheme, whatever was written', () => {
    const servers = iceServersOf(
      {
        stunServer: 'stun.example:3478?transport=udp',
        turnServer: 'turns:turn.example?transport=tcp',
        turnUser: 'eve',
      },
      'secret',
    )
    expect(servers).toEqual([
      { urls: 'stun:stun.example:3478' },
      { urls: 'turns:turn.example?transport=tcp', username: 'eve', credential: 'secret' },
    ])
    for (const server of servers) IceServer.parse(server)
    expect(iceServersOf({ stunServer: 'turn:x', turnServer: '[2001:db8::1]:5349', turnUser: 'e' }, 's')).toMatchObject([
      { urls: 'stun:x' },
      { urls: 'turn:[2001:db8::1]:5349' },
    ])
  })

  it('are left out where they would take nobody', () =>
    expect(iceServersOf({ stunServer: '', turnServer: 'turn.example', turnUser: 'eve' }, null)).toEqual([]))

  it.each(['http://x', 'a b', 'x:123456', 'stun:', 'x/y', 'x@y', 'x?transport=sctp'])('%s is no address', text =>
    expect(IceAddress.safeParse(text).success).toBe(false),
  )
})
