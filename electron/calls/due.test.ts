import { beforeEach, describe, expect, it } from 'vitest'
import { allFlags, type AutomaticView, type Flags } from '../../shared/automatic.ts'
import { ManualClock } from './clock.testing.ts'
import { DueCalls, type LookedAt } from './due.ts'

const incoming: Flags = { ...allFlags(false), incomingExternal: true }
const offAt = (at: number) => ({ proof: { kind: 'off', at }, firstRecordedAt: null })
const call = (change: Partial<LookedAt> = {}): LookedAt => ({
  id: 'a',
  device: 'here',
  status: 'ringing-in',
  outgoing: false,
  answeredAt: null,
  isCode: false,
  zone: 'outside',
  automatic: { due: 'no', why: [], missing: false },
  recording: offAt(0),
  ...change,
})

/** The flags as the server has them, and as they were read last. */
class FakeAutomatic {
  server: Flags = incoming
  proof: AutomaticView['proof'] = { kind: 'known', flags: incoming, at: 0 }
  changing = false
  view() {
    return { proof: this.proof }
  }
  read() {
    this.proof = { kind: 'known', flags: this.server, at: 1 }
    return Promise.resolve()
  }
}

let clock: ManualClock
let automatic: FakeAutomatic
let changes: number
let reads: number
let calls: DueCalls
const settle = async () => {
  for (let i = 0; i < 5; i++) await Promise.resolve()
}

beforeEach(() => {
  clock = new ManualClock(0)
  automatic = new FakeAutomatic()
  changes = reads = 0
  calls = new DueCalls({ clock, automatic, onChange: () => changes++, readCalls: () => reads++ })
})
const one = (change: Partial<LookedAt> = {}) => calls.of([call(change)])[0]?.automatic

describe('a call that begins', () => {
  it('is due by the setting of that moment, whatever is changed while it rings', async () => {
    expect(one()).toEqual({ due: 'yes', why: ['incomingExternal'], missing: false })
    await settle()
    automatic.proof = { kind: 'known', flags: allFlags(false), at: 5 }
    expect(one()?.due).toBe('yes')
  })

  it('is judged by flags that are read anew: what an administrator did a while ago counts', async () => {
    automatic.server = allFlags(false)
    expect(one()?.due).toBe('yes')
    await settle()
    expect(changes).toBe(1)
    expect(one()?.due).toBe('no')
  })

  it('is remembered for its end', () => {
    expect(calls.dueOf('a')).toBeNull()
    one()
    expect(calls.dueOf('a')).toBe('yes')
    automatic.read = () => Promise.resolve()
    automatic.proof = { kind: 'unprovable', sentAt: null }
    calls.of([call({ id: 'b' })])
    expect(calls.dueOf('b')).toBeNull()
  })

  it('in the midst of a change of ours promises nothing for sure', () => {
    automatic.changing = true
    expect(one()?.due).toBe('maybe')
  })

  it('without flags that can be read now goes by the last ones, with a doubt', () => {
    automatic.read = () => Promise.resolve()
    automatic.proof = { kind: 'unknown', last: incoming, at: 0 }
    expect(one()?.due).toBe('maybe')
    automatic.proof = { kind: 'hint', on: true, at: 0 }
    expect(one({ id: 'a' })?.due).toBe('maybe')
    expect(calls.of([call({ id: 'b' })])[0]?.automatic).toEqual({ due: 'maybe', why: [], missing: false })
  })

  it('is none of ours where the code is called', () => {
    expect(one({ isCode: true })?.due).toBe('no')
  })
})

describe('a call without the recording that was due', () => {
  it('is read again before 3 s are over, and told then', async () => {
    one()
    await settle()
    clock.advance(1_000)
    one({ status: 'up', answeredAt: 1_000, recording: offAt(1_000) })
    changes = 0
    clock.advance(2_500)
    expect(reads).toBe(1)
    clock.advance(500)
    expect(changes).toBe(1)
    expect(one({ status: 'up', answeredAt: 1_000, recording: offAt(1_000) })?.missing).toBe(false)
    expect(one({ status: 'up', answeredAt: 1_000, recording: offAt(3_500) })?.missing).toBe(true)
  })

  it('that was found in full swing is no miss: nobody saw what held when it began', () => {
    clock.advance(60_000)
    const found = { status: 'up', device: 'elsewhere', answeredAt: 1_000, recording: offAt(60_000) } as const
    expect(one(found)).toMatchObject({ due: 'maybe', missing: false })
  })
})
