/** Calls on the demo PBX: sound, digits, hold, refusals, and every number that leads somewhere. */
import { describe, expect, it, vi } from 'vitest'
import {
  aliceTone,
  bobTone,
  events,
  greetingTone,
  heardFor,
  hears,
  lines,
  pbx,
  registered,
  setUpPbx,
  talk,
  until,
} from './stage.ts'

setUpPbx()

describe('a call between two phones', () => {
  it('carries sound both ways and names the channels', async () => {
    const { alice, bob } = await talk()
    await Promise.all([hears(alice, bobTone), hears(bob, aliceTone)])
    expect(alice.media.level(aliceTone, 200)).toBeLessThan(0.02)
    expect([bob.remoteUser, bob.remoteName]).toEqual(['1001', 'Alice Durand'])
    const [caller, callee] = pbx.channels()
    expect([caller?.id, callee?.id]).toEqual([alice.wazoCallId, bob.wazoCallId])
    expect(caller).toMatchObject({ status: 'Up', isCaller: true, bridgedWith: callee?.id, linkedId: caller?.id })
    await alice.hangUp()
    await bob.ended
    expect(bob.endReason).toBe('Q.850;cause=16')
    expect(pbx.channels()).toEqual([])
    expect(events.at(-1)).toMatchObject({ kind: 'conversationEnded' })
  })

  it('passes other digits on, by RFC 4733', async () => {
    const { alice, bob } = await talk()
    await hears(bob, aliceTone)
    alice.sendDigits('12')
    await vi.waitFor(() => expect(bob.media.digitsHeard).toBe('12'), until)
    alice.sendDigits('*4')
    await vi.waitFor(() => expect(bob.media.digitsHeard).toBe('12*4'), until)
    await hears(bob, aliceTone)
  })

  it('gives a digit to the peer that nothing follows within 1500 ms', async () => {
    const { alice, bob } = await talk()
    await hears(bob, aliceTone)
    const began = performance.now()
    expect(await alice.sendInfo('*')).toEqual([200])
    await vi.waitFor(() => expect(bob.media.digitsHeard).toBe('*'), until)
    expect(performance.now() - began).toBeGreaterThan(1500)
  })

  it('holds with music and resumes', async () => {
    const { alice, bob } = await talk()
    await Promise.all([hears(alice, bobTone), hears(bob, aliceTone)])
    expect(await alice.hold(true)).toBe(200)
    await vi.waitFor(() => expect(bob.media.level(aliceTone, 200)).toBeLessThan(0.02), until)
    await vi.waitFor(() => expect(bob.media.level(392, 200)).toBeGreaterThan(0.04), until)
    expect(pbx.channel(alice.wazoCallId ?? '')?.onHold).toBe(true)
    expect(await alice.hold(false)).toBe(200)
    await Promise.all([hears(alice, bobTone), hears(bob, aliceTone)])
    expect(events.flatMap(({ kind }) => (kind === 'held' || kind === 'resumed' ? [kind] : []))).toEqual([
      'held',
      'resumed',
    ])
  })

  it('mutes', async () => {
    const { alice, bob } = await talk()
    await hears(bob, aliceTone)
    expect(pbx.mute(alice.wazoCallId ?? '', true)).toBe('ok')
    const before = bob.media.heardMs
    await heardFor(alice, 300)
    expect(bob.media.heardMs - before).toBeLessThan(200)
    pbx.mute(alice.wazoCallId ?? '', false)
    await heardFor(bob, 300)
    await hears(bob, aliceTone)
  })

  it('answers INFO as Asterisk does', async () => {
    const { alice } = await talk()
    expect(await alice.info(null)).toBe(200)
    expect(await alice.info(null, '', ['Record: on'])).toBe(403)
    expect(await alice.info('application/dtmf-relay', 'Signal=x')).toBe(500)
  })
})

describe('other phones and numbers', () => {
  it('rings every phone of a user, and tells the losers who won', async () => {
    const caller = await registered(1)
    const [first, second] = [await registered(2), await registered(2)]
    const alice = await caller.call('1002')
    const [one, other] = await Promise.all([first.nextIncoming(), second.nextIncoming()])
    await one.answer()
    expect(await alice.outcome).toBe(200)
    expect(await other.outcome).toBe(487)
    expect(other.endReason).toBe('SIP;cause=200;text="Call completed elsewhere"')
    await hears(alice, bobTone)
    await vi.waitFor(() => expect(pbx.channels()).toHaveLength(2), until)
  })

  it.each([
    [486, 486],
    [603, 486],
    [480, 480],
  ])('tells the caller of a refusal with %i by %i', async (said, heard) => {
    const [caller, callee] = await Promise.all([registered(1), registered(2)])
    const call = await caller.call('1002')
    await (await callee.nextIncoming()).decline(said)
    expect(await call.outcome).toBe(heard)
  })

  it('lets the caller give up', async () => {
    const [caller, callee] = await Promise.all([registered(1), registered(2)])
    const call = await caller.call('1002')
    const incoming = await callee.nextIncoming()
    await call.ringing
    await call.hangUp()
    expect(await call.outcome).toBe(487)
    await incoming.ended
    expect(pbx.channels()).toEqual([])
  })

  it.each([
    ['9999', 404],
    ['610', 486],
    ['611', 403],
    ['614', 480],
    ['1002', 480],
  ])('refuses %s with %i', async (number, code) => {
    const caller = await registered(1)
    expect(await (await caller.call(number)).outcome).toBe(code)
    await vi.waitFor(() => expect(pbx.channels()).toEqual([]), until)
  })

  it('takes an offer at 0.0.0.0 for hold, as Asterisk does', async () => {
    const [caller, callee] = await Promise.all([registered(1), registered(2)])
    const call = await caller.call('1002', sdp => sdp.replaceAll('c=IN IP4 127.0.0.1', 'c=IN IP4 0.0.0.0'))
    const bob = await callee.nextIncoming()
    await bob.answer()
    await vi.waitFor(() => expect(bob.media.level(392, 200)).toBeGreaterThan(0.04), until)
    expect(pbx.channel(call.wazoCallId ?? '')?.onHold).toBe(true)
  })

  it.each<[string, (sdp: string) => string]>([
    ['PCMU', sdp => sdp.replace(/(m=audio \d+ \S+) 0/, '$1 8')],
    ['ICE and DTLS', sdp => sdp.replace(/a=(?:ice|fingerprint|candidate|setup).*\r\n/g, '')],
    ['audio', () => 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n'],
  ])('refuses an offer without %s with 488', async (_what, rewrite) => {
    const complain = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    expect(await (await (await registered(1)).call('1050', rewrite)).outcome).toBe(488)
    expect(pbx.channels()).toEqual([])
    expect(events).toEqual([])
    complain.mockRestore()
  })

  it.each(['1050', '+14185550142'])('plays the greeting at %s', async number => {
    const call = await (await registered(1)).call(number)
    await call.ringing
    expect(await call.outcome).toBe(200)
    await hears(call, greetingTone)
    const [, other] = pbx.channels()
    expect(other?.self.name).toBe(number === '1050' ? 'Support desk' : 'Marie Tremblay')
    call.sendDigits('*3')
    await vi.waitFor(() => expect(pbx.channel(call.wazoCallId ?? '')?.recordState).toBe('active'), until)
  })

  it('rings a desk phone until somebody answers there', async () => {
    const call = await (await registered(1)).call('1003')
    await call.ringing
    const desk = pbx.channels().find(channel => channel.line?.kind === 'desk')
    expect(pbx.deskPhone.answer(desk?.id ?? '')).toBe('ok')
    expect(await call.outcome).toBe(200)
    pbx.deskPhone.press(desk?.id ?? '', '*3')
    expect(desk?.recordState).toBe('active')
    pbx.hangUp(desk?.id ?? '')
    await call.ended
  })

  it('rings the own phone first for a call from the app', async () => {
    const phone = await registered(1)
    const [alice] = lines
    if (alice === undefined) throw new Error('No Alice')
    const channel = pbx.originate(alice, '1050')
    if (typeof channel === 'string') throw new Error(channel)
    const call = await phone.nextIncoming()
    expect(call.wazoCallId).toBe(channel.id)
    await call.answer()
    await hears(call, greetingTone)
    expect(channel).toMatchObject({ isCaller: true, dialed: '1050', status: 'Up' })
  })
})
