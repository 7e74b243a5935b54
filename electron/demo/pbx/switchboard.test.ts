import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import fc from 'fast-check'
import { type Directory, type Line, type PbxEvent, type RecordAction } from '../telephony.ts'
import { decodeMulaw, encodeMulaw } from './g711.ts'
import { type AudioFrame, type AudioPort, type Dial, type Ending, type Leg, type LegEvents } from './leg.ts'
import { Switchboard } from './switchboard.ts'
import { sine } from './tones.ts'

/** A phone without a network: remembers what it was told. */
class FakePhone implements Leg, AudioPort {
  readonly audio = this
  readonly sipCallId = 'call-id'
  onFrame: ((frame: AudioFrame) => void) | null = null
  onDigit: ((digit: string) => void) | null = null
  readonly told: string[] = []
  readonly heard: AudioFrame[] = []
  events: LegEvents | null = null

  ringing(): void {
    this.told.push('ringing')
  }

  answer(): void {
    this.told.push('answer')
  }

  end({ code, cause, elsewhere }: Ending): void {
    this.told.push(`end ${code} ${cause}${elsewhere === true ? ' elsewhere' : ''}`)
  }

  send(frame: AudioFrame): void {
    this.heard.push(frame)
  }

  sendDigit(digit: string): void {
    this.told.push(`digit ${digit}`)
  }

  says(level: number): void {
    this.onFrame?.({ payload: encodeMulaw(new Int16Array(160).fill(level)), timestamp: 0, stream: level })
  }

  press(digits: string): void {
    for (const digit of digits) this.onDigit?.(digit)
  }
}

const line = (id: number, kind: Line['kind'] = 'webrtc'): Line => ({
  id,
  kind,
  userUuid: `user-${id}`,
  extension: `100${id}`,
  displayName: `User ${id}`,
  username: `sip100${id}`,
  secret: 's',
})
const alice = line(1)
const bob = line(2)
const carol = line(3, 'desk')
const lines = [alice, bob, carol]

let folder: string
let events: PbxEvent[]
let board: Switchboard
/** Phones that were called, by line id. */
let called: Map<number, FakePhone[]>
let registered: Map<number, number>
let flags: { mayRecord: boolean; outgoing: boolean; incoming: boolean; permanent: boolean; dialect: 'pause' | 'stop' }

const directory: Directory = {
  lineByUsername: () => null,
  lineByExtension: extension => lines.find(one => one.extension === extension) ?? null,
  mayRecord: () => flags.mayRecord,
  recordsAutomatically: (_line, direction) => flags[direction],
  togglePermanent: () => (flags.permanent = !flags.permanent),
  codes: () => ({ permanent: '*26', onDemand: '*3' }),
  dialect: () => flags.dialect,
}

function phonesOf({ id }: Line): Dial[] {
  return Array.from({ length: registered.get(id) ?? 0 }, () => (_call, legEvents) => {
    const phone = new FakePhone()
    phone.events = legEvents
    called.set(id, [...(called.get(id) ?? []), phone])
    return phone
  })
}

beforeEach(() => {
  vi.useFakeTimers()
  folder = mkdtempSync(join(tmpdir(), 'tallylight-board-'))
  events = []
  called = new Map()
  registered = new Map([
    [1, 1],
    [2, 1],
  ])
  flags = { mayRecord: true, outgoing: false, incoming: false, permanent: false, dialect: 'pause' }
  board = new Switchboard({
    directory,
    monitorFolder: folder,
    greeting: encodeMulaw(sine(700, 200, 8000)),
    featureDigitTimeoutMs: 1500,
    onEvent: event => events.push(event),
    phonesOf,
  })
})

afterEach(() => {
  board.close()
  expect(board.channels()).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

/** Somebody dials at a phone. */
function dial(from: Line, number: string): { readonly phone: FakePhone; readonly id: string } {
  const phone = new FakePhone()
  const taken = board.incoming(from, number, phone)
  if (taken === null) throw new Error(`No such number: ${number}`)
  phone.events = taken.events
  board.proceed(taken.channel)
  return { phone, id: taken.channel.id }
}

function phoneOf(called_: Line, index = 0): FakePhone {
  const phone = called.get(called_.id)?.[index]
  if (phone === undefined) throw new Error(`Nobody called ${called_.displayName}`)
  return phone
}

/** Alice talks with Bob. */
function talk(): { readonly a: FakePhone; readonly b: FakePhone; readonly one: string; readonly two: string } {
  const { phone, id } = dial(alice, '1002')
  const b = phoneOf(bob)
  b.events?.ringing()
  b.events?.answered()
  const two = board.channel(id)?.bridgedWith ?? ''
  events.length = 0
  return { a: phone, b, one: id, two }
}

/** Events as short words: whose channel, what, and what then was to see. */
function story(): string[] {
  return events.map(event => {
    if (event.kind === 'conversationEnded') return `conversation ended (${event.conversation.channels.length})`
    const { channel } = event
    const who = channel.line?.extension ?? channel.self.number
    if (event.kind === 'recording') return `${who} recording ${event.what}`
    if (event.kind === 'dtmf') return `${who} dtmf ${event.digit}`
    return `${who} ${event.kind}`
  })
}

describe('a call', () => {
  it('is told in the order of the real services (scenarios 01 and 04)', () => {
    const { phone } = dial(alice, '1002')
    phoneOf(bob).events?.ringing()
    phoneOf(bob).events?.answered()
    phone.events?.ended()
    expect(story()).toEqual([
      '1001 created',
      '1001 updated',
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

  it('goes to the first of several phones', () => {
    registered.set(2, 3)
    const { phone } = dial(alice, '1002')
    const [first, second, third] = called.get(2) ?? []
    first?.events?.ringing()
    second?.events?.ringing()
    third?.events?.refused(486)
    second?.events?.answered()
    expect(first?.told).toEqual(['end 200 26 elsewhere'])
    expect(second?.told).toEqual(['answer'])
    expect(phone.told).toEqual(['ringing', 'ringing', 'answer'])
    first?.events?.answered()
    expect(board.channels().filter(channel => channel.bridgedWith !== null)).toHaveLength(2)
  })

  it.each([
    [486, 'end 486 17'],
    [603, 'end 486 17'],
    [480, 'end 480 19'],
    [404, 'end 480 19'],
    [488, 'end 480 19'],
  ])('that is refused with %i tells the caller: %s', (code, told) => {
    const { phone } = dial(alice, '1002')
    phoneOf(bob).events?.refused(code)
    expect(phone.told).toEqual([told])
    expect(board.channels()).toEqual([])
  })

  it('rings for thirty seconds', () => {
    const { phone } = dial(alice, '1003')
    vi.advanceTimersByTime(29_999)
    expect(phone.told).toEqual(['ringing'])
    vi.advanceTimersByTime(1)
    expect(phone.told).toEqual(['ringing', 'end 480 19'])
    expect(story().at(-1)).toBe('conversation ended (2)')
  })

  it('to nobody who is registered is refused with 480', () => {
    registered.set(2, 0)
    expect(dial(alice, '1002').phone.told).toEqual(['end 480 20'])
  })

  it('stops ringing when the caller gives up', () => {
    const { phone } = dial(alice, '1002')
    phone.events?.ended()
    expect(phoneOf(bob).told).toEqual(['end 487 16'])
    expect(vi.getTimerCount()).toBe(0)
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
    flags = { ...flags, mayRecord: false, outgoing: true, incoming: true }
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
    folder = mkdtempSync(join(tmpdir(), 'tallylight-board-'))
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
    expect(story().slice(0, 5)).toEqual([
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

describe('in any order of things', () => {
  const number = fc.constantFrom('1001', '1002', '1003', '1050', '*26', '610', '9999', '+14185550142')
  const what = fc.oneof(
    fc.record({ do: fc.constant('dial' as const), from: fc.constantFrom(alice, bob, carol), number }),
    fc.record({ do: fc.constant('originate' as const), from: fc.constantFrom(alice, bob, carol), number }),
    fc.record({ do: fc.constant('outside' as const), to: fc.constantFrom(alice, bob, carol) }),
    fc.record({ do: fc.constant('wait' as const), milliseconds: fc.constantFrom(20, 1500, 40_000) }),
    fc.record({
      do: fc.constant('act' as const),
      at: fc.nat(),
      how: fc.constantFrom('answered', 'ringing', 'busy', 'ended', 'held', 'resumed', 'desk'),
    }),
    fc.record({ do: fc.constant('press' as const), at: fc.nat(), digits: fc.constantFrom('*', '3', '*3', '5') }),
    fc.record({
      do: fc.constant('record' as const),
      at: fc.nat(),
      action: fc.constantFrom<RecordAction>('start', 'stop', 'pause', 'resume'),
    }),
    fc.record({ do: fc.constant('hang up' as const), at: fc.nat() }),
  )
  type What = typeof what extends fc.Arbitrary<infer Value> ? Value : never

  function carryOut(one: What, dialling: FakePhone[]): void {
    const pick = <T>(from: readonly T[], at: number): T | undefined => from[at % Math.max(1, from.length)]
    switch (one.do) {
      case 'dial': {
        if (one.from.kind === 'desk') return void board.dialFromDesk(one.from, one.number)
        if (one.number !== '9999') dialling.push(dial(one.from, one.number).phone)
        return
      }
      case 'originate':
        return void board.originate(one.from, one.number)
      case 'outside':
        return void board.ring(one.to, { name: 'X', number: '+15145550100' })
      case 'wait':
        return void vi.advanceTimersByTime(one.milliseconds)
      case 'act': {
        const found = pick([...dialling, ...[...called.values()].flat()], one.at)?.events
        if (one.how === 'answered') found?.answered()
        else if (one.how === 'ringing') found?.ringing()
        else if (one.how === 'busy') found?.refused(486)
        else if (one.how === 'ended') found?.ended()
        else if (one.how === 'desk') board.answerDesk(pick(board.channels(), one.at)?.id ?? '')
        else found?.held(one.how === 'held')
        return
      }
      case 'press':
        return void board.press(pick(board.channels(), one.at)?.id ?? '', one.digits)
      case 'record':
        return void board.record(pick(board.channels(), one.at)?.id ?? '', one.action)
      case 'hang up':
        return void board.hangUp(pick(board.channels(), one.at)?.id ?? '')
    }
  }

  it('bridges are mutual, every channel ends once, every conversation is told once, no timer stays', () => {
    fc.assert(
      fc.property(fc.array(what, { maxLength: 30 }), order => {
        // So that a run which failed leaves nothing to the next, smaller one.
        board.close()
        vi.clearAllTimers()
        events.length = 0
        called.clear()
        const dialling: FakePhone[] = []
        for (const one of order) {
          carryOut(one, dialling)
          for (const channel of board.channels()) {
            if (channel.bridgedWith !== null) {
              expect(board.channel(channel.bridgedWith)?.bridgedWith).toBe(channel.id)
              expect(channel.status).toBe('Up')
            }
          }
        }
        board.close()
        expect(vi.getTimerCount()).toBe(0)
        const idsOf = (kind: PbxEvent['kind']): string[] =>
          events.flatMap(event => (event.kind === kind && 'channel' in event ? [event.channel.id] : []))
        expect(idsOf('ended').toSorted()).toEqual(idsOf('created').toSorted())
        expect(new Set(idsOf('ended')).size).toBe(idsOf('ended').length)
        const told = events.flatMap(event => (event.kind === 'conversationEnded' ? [event.conversation] : []))
        expect(told.flatMap(({ channels }) => channels.map(({ id }) => id)).toSorted()).toEqual(
          idsOf('ended').toSorted(),
        )
        for (const { channels } of told) {
          for (const take of channels.flatMap(channel => channel.takes)) expect(take.endedAt).not.toBeNull()
        }
      }),
      { numRuns: 150 },
    )
  })
})
