/** Calls of the demo PBX when the way to the phone breaks: a socket is cut, a phone vanishes, the PBX itself ends. */
import { once } from 'node:events'
import { Timers } from 'sip.js/lib/core/index.js'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import {
  aliceTone,
  bobTone,
  directory,
  events,
  hears,
  pbx,
  registered,
  server,
  setUpPbx,
  talk,
  until,
} from './stage.ts'

setUpPbx()

describe('a call', () => {
  it('goes on when the sockets are cut', async () => {
    const { alice, bob } = await talk()
    await hears(bob, aliceTone)
    pbx.cutSockets(1011)
    await vi.waitFor(() => expect(pbx.registered()).toEqual([]), until)
    bob.media.forget()
    await hears(bob, aliceTone)
    expect(pbx.channel(alice.wazoCallId ?? '')?.status).toBe('Up')
  })

  it('can be held and ended from a new socket, both ways', async () => {
    const { alice, bob, alicePhone } = await talk()
    await alicePhone.cut()
    await alicePhone.reconnect()
    expect(await alicePhone.register()).toBe(200)
    expect(await alice.hold(true)).toBe(200)
    expect(pbx.channel(alice.wazoCallId ?? '')?.onHold).toBe(true)
    await bob.hangUp()
    await alice.ended
    await vi.waitFor(() => expect(pbx.channels()).toEqual([]), until)
  })

  it('that rings can be given up from a new socket', async () => {
    const [caller, callee] = await Promise.all([registered(1), registered(2)])
    const alice = await caller.call('1002')
    const bob = await callee.nextIncoming()
    await alice.ringing
    await caller.cut()
    await caller.reconnect()
    await alice.hangUp()
    expect(await alice.outcome).toBe(487)
    await bob.ended
    expect(pbx.channels()).toEqual([])
  })

  it('that rings can be answered from a new socket', async () => {
    const [caller, callee] = await Promise.all([registered(1), registered(2)])
    const alice = await caller.call('1002')
    const bob = await callee.nextIncoming()
    await alice.ringing
    await callee.cut()
    await callee.reconnect()
    await bob.answer()
    expect(await alice.outcome).toBe(200)
    await hears(bob, aliceTone)
    await alice.hangUp()
    await bob.ended
  })

  it('ends when its phone has vanished before it was answered', async () => {
    // 64*T1 is half a minute in earnest.
    const timeout = Timers.TIMER_L
    Timers.TIMER_L = 300
    onTestFinished(() => {
      Timers.TIMER_L = timeout
    })
    const phone = await registered(1)
    const call = await phone.call('1050')
    await call.ringing
    await phone.cut()
    await vi.waitFor(() => expect(events.map(event => event.kind)).toContain('answered'), until)
    await vi.waitFor(() => expect(pbx.channels()).toEqual([]), until)
  })

  it('ends once when everybody hangs up at the same time', async () => {
    const { alice, bob } = await talk()
    const id = alice.wazoCallId ?? ''
    await Promise.all([alice.hangUp(), bob.hangUp(), Promise.resolve(pbx.hangUp(id))])
    expect(pbx.hangUp(id)).toBe('no-such-call')
    expect(events.filter(event => event.kind === 'ended')).toHaveLength(2)
    expect(events.filter(event => event.kind === 'conversationEnded')).toHaveLength(1)
  })

  it('ends for both when the PBX closes', async () => {
    const { alice, bob } = await talk()
    await Promise.all([hears(alice, bobTone), hears(bob, aliceTone)])
    await pbx.close()
    await Promise.all([alice.ended, bob.ended])
    expect(pbx.channels()).toEqual([])
  })

  it('is refused with 500, and leaves nothing, when the platform fails', async () => {
    const complain = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const phone = await registered(1)
    vi.spyOn(directory, 'mayRecord').mockImplementationOnce(() => {
      throw new Error('No such user any more')
    })
    expect(await (await phone.call('1050')).outcome).toBe(500)
    expect(pbx.channels()).toEqual([])
    expect(complain).toHaveBeenCalledOnce()
    complain.mockRestore()
  })
})

describe('a socket', () => {
  it('lets nonsense on one socket disturb nobody', async () => {
    const complain = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const phone = await registered(1)
    const socket = new WebSocket(server, 'sip')
    await once(socket, 'open')
    const nonsense = [
      '',
      'hello',
      'INVITE',
      'SIP/2.0 200 OK\r\n\r\n',
      'INVITE sip:x SIP/2.0\r\nVia: x\r\n\r\n',
      '\0\0',
      'A'.repeat(70_000),
    ]
    for (const text of nonsense) socket.send(text)
    socket.send(Buffer.from([0xff, 0xfe, 0]))
    const pong = once(socket, 'message')
    socket.send('\r\n\r\n')
    expect(String((await pong)[0])).toBe('\r\n')
    expect(await phone.unregister()).toBe(200)
    socket.terminate()
    complain.mockRestore()
  })
})
