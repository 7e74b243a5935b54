import { mkdirSync, rmSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { decodeMulaw } from './g711.ts'
import {
  alice,
  board,
  bob,
  carol,
  dial,
  events,
  FakePhone,
  flags,
  folder,
  phoneOf,
  registered,
  story,
  talk,
  setUpBoard,
} from './testBoard.ts'

setUpBoard()

describe('a call', () => {
  it('is told in the order of the real services (scenarios 01 and 04)', () => {
    const { phone } = dial(alice, '1002')
    phoneOf(bob).events?.ringing()
    phoneOf(bob).events?.answered()
    phone.events?.ended()
    expect(story()).toEqual([
      '1001 created',
      '1001 updated',
      '1002 updated',
      '1002 created',
      '1002 updated',
      '1002 updated',
      '1002 answered',
      '1001 updated',
      '1001 answered',
      '1001 updated',
      '1002 updated',
      '1001 ended',
      '1002 ended',
      'conversation ended (2)',
    ])
    expect(phone.told).toEqual(['ringing', 'answer', 'end 487 16'])
    expect(phoneOf(bob).told).toEqual(['answer', 'end 487 16'])
  })

  it('carries speech while it is bridged, but not of who is muted', () => {
    const { a, b, one } = talk()
    a.says(1000)
    b.says(2000)
    expect([a.heard.length, b.heard.length]).toEqual([1, 1])
    board.mute(one, true)
    a.says(1000)
    expect(b.heard).toHaveLength(1)
    board.mute(one, false)
    a.says(1000)
    expect(b.heard).toHaveLength(2)
  })

  it('plays music to the other side of a hold', () => {
    const { a, b } = talk()
    a.events?.held(true)
    vi.advanceTimersByTime(200)
    expect(b.heard.length).toBeGreaterThan(5)
    b.says(1000)
    expect(a.heard).toEqual([])
    a.events?.held(false)
    const before = b.heard.length
    vi.advanceTimersByTime(200)
    expect(b.heard).toHaveLength(before)
    expect(story()).toEqual(['1001 held', '1001 resumed'])
  })

  it('to no known number is no call at all', () => {
    expect(board.incoming(alice, '9999', new FakePhone())).toBeNull()
    expect(events).toEqual([])
  })
})

describe('*26', () => {
  it('toggles, then answers, plays and hangs up (scenario 09)', () => {
    const { phone } = dial(alice, '*26')
    expect(flags.permanent).toBe(true)
    expect(phone.told).toEqual(['answer'])
    vi.advanceTimersByTime(3000)
    expect(phone.told).toEqual(['answer', 'end 487 16'])
    expect(phone.heard.length).toBeGreaterThan(80)
    expect(story()).toEqual(['1001 created', '1001 updated', '1001 answered', '1001 ended', 'conversation ended (1)'])
  })
})

describe('recording', () => {
  it('is started, paused and resumed by *3, and ends without a word (scenario 04)', () => {
    const { a, b, one } = talk()
    a.press('*3*3*3')
    expect(story()).toEqual(
      ['started', 'paused', 'resumed'].flatMap(what => [
        '1001 dtmf *',
        '1001 dtmf 3',
        '1001 updated',
        `1001 recording ${what}`,
      ]),
    )
    expect(b.told).toEqual(['answer'])
    const takes = board.channel(one)?.takes ?? []
    b.events?.ended()
    expect(story().slice(-3)).toEqual(['1002 ended', '1001 ended', 'conversation ended (2)'])
    expect(takes).toHaveLength(1)
    expect(takes[0]?.endedAt).not.toBeNull()
  })

  it('is announced to both by a beep, over what they hear', () => {
    const { a, b, one } = talk()
    b.says(0)
    a.says(0)
    const loudest = (phone: FakePhone): number =>
      Math.max(...decodeMulaw(phone.heard.at(-1)?.payload ?? new Uint8Array()).map(Math.abs))
    expect([loudest(a), loudest(b)]).toEqual([0, 0])
    board.record(one, 'start')
    b.says(0)
    a.says(0)
    expect(Math.min(loudest(a), loudest(b))).toBeGreaterThan(4000)
  })

  it('is started and stopped by *3 in the old dialect', () => {
    flags.dialect = 'stop'
    const { b, two } = talk()
    b.press('*3*3*3')
    expect(story().filter(one => one.includes('recording'))).toEqual([
      '1002 recording started',
      '1002 recording stopped',
      '1002 recording started',
    ])
    expect(board.channel(two)?.takes).toHaveLength(2)
  })

  it('needs the permission of the moment when the channel was made', () => {
    flags.mayRecord = false
    const { a, one } = talk()
    flags.mayRecord = true
    a.press('*3')
    expect(story()).toEqual(['1001 dtmf *', '1001 dtmf 3'])
    expect(board.record(one, 'start')).toBe('recording-unauthorized')
    expect(board.channel(one)?.recordState).toBe('inactive')
  })

  it('works by API while it rings, *3 only in a bridge', () => {
    const { phone, id } = dial(alice, '1002')
    phone.press('*3')
    expect(board.channel(id)?.recordState).toBe('inactive')
    expect(board.record(id, 'start')).toBe('ok')
    expect(board.channel(id)?.recordState).toBe('active')
  })

  it('begins by itself on the caller before his answer (scenario 11), without a permission', () => {
    Object.assign(flags, { mayRecord: false, outgoing: true, incoming: true })
    const { id } = dial(alice, '1002')
    phoneOf(bob).events?.ringing()
    events.length = 0
    phoneOf(bob).events?.answered()
    expect(story()).toEqual([
      '1002 updated',
      '1002 answered',
      '1001 updated',
      '1001 recording started',
      '1001 updated',
      '1001 answered',
      '1001 updated',
      '1002 updated',
    ])
    expect(board.record(id, 'pause')).toBe('recording-unauthorized')
  })

  it('begins by itself on the callee when only he wants it (scenario 13)', () => {
    flags.incoming = true
    dial(alice, '1002')
    phoneOf(bob).events?.answered()
    expect(story().filter(one => one.includes('recording'))).toEqual(['1002 recording started'])
  })

  it('answers amid-error when the file cannot be made, and stays as it was', () => {
    const { one } = talk()
    const complain = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    rmSync(folder, { recursive: true })
    expect(board.record(one, 'start')).toBe('amid-error')
    expect(board.channel(one)?.recordState).toBe('inactive')
    expect(complain).toHaveBeenCalledOnce()
    complain.mockRestore()
    mkdirSync(folder)
  })
})

describe('a switchboard that is closed', () => {
  it('has ended its calls, and takes none', () => {
    const { a, b } = talk()
    dial(carol, '1050')
    board.originate(alice, '1002')
    board.close()
    expect([a.told.at(-1), b.told.at(-1)]).toEqual(['end 487 16', 'end 487 16'])
    expect(board.incoming(alice, '1002', new FakePhone())).toBeNull()
    expect(board.dialFromDesk(carol, '1002')).toBe('invalid-extension')
    expect(board.originate(carol, '1002')).toBe('call-origin-unavailable')
    expect(board.ring(carol, { name: 'X', number: '+15145550100' })).toBe('call-origin-unavailable')
    expect(board.channels()).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('digits', () => {
  it('by API go to the other side and never to the codes (scenario 19)', () => {
    const { b, one } = talk()
    expect(board.dtmf(one, '*3')).toBe('ok')
    expect(b.told).toEqual(['answer', 'digit *', 'digit 3'])
    expect(story()).toEqual(['1001 dtmf *', '1002 dtmf *', '1001 dtmf 3', '1002 dtmf 3'])
  })

  it('that are held go on after 1500 ms', () => {
    const { a, b } = talk()
    a.press('*')
    vi.advanceTimersByTime(1499)
    expect(b.told).toEqual(['answer'])
    vi.advanceTimersByTime(1)
    expect(b.told).toEqual(['answer', 'digit *'])
    a.press('3')
    expect(b.told).toEqual(['answer', 'digit *', 'digit 3'])
  })
})

describe('calls from the app, the desk and outside', () => {
  it('ring the own phone first (scenario 20)', () => {
    const channel = board.originate(alice, '1002')
    if (typeof channel === 'string') throw new Error(channel)
    const own = phoneOf(alice)
    own.events?.ringing()
    expect(channel).toMatchObject({ status: 'Ringing', isCaller: true, dialed: 's' })
    own.events?.answered()
    expect(channel).toMatchObject({ status: 'Up', dialed: '1002' })
    phoneOf(bob).events?.answered()
    expect(channel.bridgedWith).not.toBeNull()
    expect(story().slice(0, 6)).toEqual([
      '1001 updated',
      '1001 created',
      '1001 updated',
      '1001 updated',
      '1001 answered',
      '1001 updated',
    ])
  })

  it('are refused without a phone or a number', () => {
    registered.set(1, 0)
    expect(board.originate(alice, '1002')).toBe('call-origin-unavailable')
    expect(board.originate(alice, '9999')).toBe('invalid-extension')
    expect(board.dialFromDesk(carol, '9999')).toBe('invalid-extension')
    expect(board.ring(alice, { name: 'X', number: '+15145550100' })).toBe('call-origin-unavailable')
  })

  it('are picked up at a desk phone after a moment', () => {
    const channel = board.originate(carol, '1050')
    vi.advanceTimersByTime(1000)
    expect(channel).toMatchObject({ status: 'Up', dialed: '1050' })
    vi.advanceTimersByTime(1000)
    expect(board.channels()).toHaveLength(2)
    expect(channel).toMatchObject({ bridgedWith: board.channels()[1]?.id })
  })

  it('reach a line from outside', () => {
    const channel = board.ring(alice, { name: 'Marie Tremblay', number: '+14185550142' })
    if (typeof channel === 'string') throw new Error(channel)
    expect(channel).toMatchObject({ line: alice, isCaller: false, peer: { name: 'Marie Tremblay' } })
    phoneOf(alice).events?.answered()
    vi.advanceTimersByTime(100)
    expect(phoneOf(alice).heard.length).toBeGreaterThan(2)
  })

  it('end from the API', () => {
    const { a, b, two } = talk()
    expect(board.hangUp(two)).toBe('ok')
    expect([a.told.at(-1), b.told.at(-1)]).toEqual(['end 487 16', 'end 603 16'])
    expect(board.hangUp(two)).toBe('no-such-call')
    for (const answer of [
      board.record(two, 'start'),
      board.dtmf(two, '1'),
      board.mute(two, true),
      board.hold(two, true),
    ]) {
      expect(answer).toBe('no-such-call')
    }
  })
})
