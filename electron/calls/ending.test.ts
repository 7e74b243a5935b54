import { beforeEach, describe, expect, it } from 'vitest'
import { API } from '../../shared/recording/driven.testing.ts'
import { reduce, initial } from '../../shared/recording/reducer.ts'
import { type Means, type RecordingEvent, type Seen } from '../../shared/recording/state.ts'
import { askedAfter, type End, Endings } from './ending.ts'
import { newTalk } from './handling.ts'
import { type Leg } from './leg.ts'
import { type LiveCall } from './ports.ts'
import { session } from './stage.testing.ts'

const MEANS: Means = { ...API, insertsDigits: false }
const BEGIN = 1_000_000

const server = (change: Partial<LiveCall> = {}): LiveCall => ({
  id: '1697.1',
  conversation: '1697.0',
  outgoing: true,
  status: 'up',
  peer: { name: 'Marie Tremblay', number: '1050' },
  dialed: '1050',
  zone: 'inside',
  sipCallId: null,
  createdAt: 0,
  answeredAt: null,
  bridged: true,
  onHold: false,
  muted: false,
  line: null,
  seen: 'off',
  ...change,
})

/** A leg whose recording is driven by hand. */
class Played {
  now: number
  readonly leg: Leg
  constructor(change: Partial<Leg> = {}, at = BEGIN) {
    this.now = at
    this.leg = {
      id: `leg-${at}`,
      phone: null,
      server: server(),
      recording: initial(MEANS, at),
      conversation: '1697.0',
      asked: null,
      startedAt: at,
      answeredAt: at,
      events: 0,
      lastReadAt: at,
      stamp: null,
      readBegan: 0,
      stopped: false,
      endedByUs: false,
      files: new Map(),
      named: null,
      unclaimed: new Map(),
      codes: [],
      typed: '',
      marks: [],
      mayRecord: null,
      talk: newTalk(),
      audio: null,
      ...change,
    }
  }
  on(event: RecordingEvent, after = 0): this {
    this.now += after
    const before = this.leg.recording
    this.leg.recording = reduce(before, event, this.now).state
    this.leg.asked = askedAfter(this.leg.asked, before, this.leg.recording, this.now)
    return this
  }
  see(seen: Seen, after = 0): this {
    return this.on({ kind: 'evidence', seen, at: this.now + after }, after)
  }
  end(after = 0, change: Partial<End> = {}, goesOn = false): void {
    this.now += after
    endings.ended(this.leg, { at: this.now, refused: null, due: null, ...change }, goesOn)
  }
}

let endings: Endings
beforeEach(() => {
  endings = new Endings()
})

describe('the end of a call', () => {
  it('tells what was recorded, to the last second', () => {
    new Played().see('off').see('recording', 88_000).see('paused', 152_000).see('recording', 20_000).end(80_000)
    expect(endings.last).toMatchObject({
      end: 'talked',
      callMs: 340_000,
      recordedMs: 232_000,
      pauses: 1,
      timeline: [{ kind: 'not-recorded' }, { kind: 'recorded' }, { kind: 'paused' }, { kind: 'recorded' }],
    })
  })

  it('does not count what was never proven: the state was lost, and the call ended so', () => {
    new Played().see('recording').see('recording', 5_000).on({ kind: 'tick' }, 6_000).end(10_000)
    expect(endings.last).toMatchObject({
      recordedMs: 5_000,
      timeline: [
        { kind: 'recorded', toMs: 5_000 },
        { kind: 'not-known', toMs: 21_000 },
      ],
    })
  })

  it('is shown until the next call begins, or until the user has seen it', () => {
    new Played().see('off').end(1_000)
    const id = endings.last?.id ?? ''
    endings.dismiss('another')
    expect(endings.last).not.toBeNull()
    endings.dismiss(id)
    expect(endings.last).toBeNull()
    expect(endings.recent).toHaveLength(1)
    new Played({ conversation: null }, BEGIN + 9_000).end(1_000)
    expect(endings.last).not.toBeNull()
    endings.began()
    expect(endings.last).toBeNull()
  })

  it('of a call that was never answered says how', () => {
    const ringing = { answeredAt: null, conversation: null }
    new Played(ringing).end(5_000)
    expect(endings.last).toMatchObject({ end: 'not-answered', callMs: 0, timeline: [] })
    new Played({ ...ringing, server: server({ outgoing: false }), endedByUs: true }).end(5_000)
    expect(endings.last?.end).toBe('declined')
    new Played({ ...ringing, endedByUs: true }).end(5_000)
    expect(endings.last?.end).toBe('not-answered')
    new Played(ringing).end(5_000, { refused: 486 })
    expect(endings.last?.end).toBe('refused')
    new Played({ ...ringing, phone: session({ outgoing: false, endStatus: 487, elsewhere: true }) }).end(5_000)
    expect(endings.last?.end).toBe('elsewhere')
  })
})

describe('legs of one conversation', () => {
  it('are one call: moved to another device and back', () => {
    new Played().see('recording').end(60_000, {}, true)
    expect(endings.last).toBeNull()
    new Played({}, BEGIN + 60_000).see('off').end(30_000, {}, false)
    expect(endings.last).toMatchObject({ callMs: 90_000, recordedMs: 60_000, startedAt: BEGIN })
    endings.began()
    new Played({}, BEGIN + 95_000).see('off').see('recording', 5_000).end(10_000)
    expect(endings.recent).toHaveLength(1)
    expect(endings.last).toMatchObject({
      callMs: 110_000,
      recordedMs: 70_000,
      timeline: [
        { kind: 'recorded', toMs: 60_000 },
        { kind: 'not-recorded', toMs: 90_000 },
        { kind: 'not-known', toMs: 95_000 },
        { kind: 'not-recorded', toMs: 100_000 },
        { kind: 'recorded', toMs: 110_000 },
      ],
    })
  })

  it('of which another device answered one: nothing was missed here', () => {
    const rang = new Played({ answeredAt: null, server: server({ outgoing: false }) })
    const answered = new Played({ id: 'desk', server: server({ id: '1697.2', outgoing: false }) })
    rang.end(4_000, {}, true)
    expect(endings.last).toBeNull()
    answered.see('off').end(30_000)
    expect(endings.recent).toHaveLength(1)
    expect(endings.last).toMatchObject({ end: 'talked', callMs: 30_000 })
  })

  it('all ringing and none answered are one unanswered call', () => {
    const legs = ['a', 'b'].map(id => new Played({ id, answeredAt: null, server: server({ outgoing: false }) }))
    legs[0]?.end(20_000, {}, true)
    legs[1]?.end(20_000)
    expect(endings.recent.map(({ end }) => end)).toEqual(['not-answered'])
  })

  it('without a name are calls of their own, and only the last few are kept', () => {
    for (let call = 0; call < 7; call++) new Played({ conversation: null }, BEGIN + call * 10_000).see('off').end(1_000)
    expect(endings.recent.map(({ startedAt }) => (startedAt - BEGIN) / 10_000)).toEqual([6, 5, 4, 3, 2])
  })
})

describe('what was asked for', () => {
  it('is the press that the server refused, with its way', () => {
    new Played()
      .see('off')
      .on({ kind: 'press', want: 'start' }, 12_000)
      .on({ kind: 'refused', want: 'start', reason: 'not-allowed', certain: true }, 100)
      .end(5_000)
    expect(endings.last).toMatchObject({
      forbidden: true,
      asked: { at: BEGIN + 12_000, route: 'calld', refusal: { reason: 'not-allowed', route: 'calld' } },
    })
  })

  it('is one press, also where a second way was tried', () => {
    new Played()
      .see('off')
      .on({ kind: 'press', want: 'start' }, 12_000)
      .on({ kind: 'refused', want: 'start', reason: 'not-offered', certain: true }, 100)
      .on({ kind: 'refused', want: 'start', reason: 'phone-cannot', certain: true }, 100)
      .end(5_000)
    expect(endings.last?.asked).toMatchObject({
      at: BEGIN + 12_000,
      route: 'info',
      refusal: { reason: 'phone-cannot' },
    })
  })

  it('was still open when the call ended', () => {
    new Played().see('off').on({ kind: 'press', want: 'start' }, 12_000).end(500)
    expect(endings.last?.asked).toEqual({ at: BEGIN + 12_000, route: 'calld', refusal: null })
  })

  it('is nothing where only a pause was refused', () => {
    new Played()
      .see('recording')
      .on({ kind: 'press', want: 'pause' }, 12_000)
      .on({ kind: 'refused', want: 'pause', reason: 'not-allowed', certain: true }, 100)
      .end(500)
    expect(endings.last?.asked).toBeNull()
  })
})
