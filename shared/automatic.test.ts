import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  allFlags,
  changed,
  type Due,
  dueFor,
  type DueCall,
  type Flags,
  isMissing,
  sameFlags,
  withChange,
  Zone,
} from './automatic.ts'

const flags = fc.record<Flags>({
  outgoingExternal: fc.boolean(),
  outgoingInternal: fc.boolean(),
  incomingExternal: fc.boolean(),
  incomingInternal: fc.boolean(),
})

describe('what is due', () => {
  it('is told by the one flag of the direction and the zone', () => {
    const only = { ...allFlags(false), incomingInternal: true }
    expect(dueFor(only, false, 'inside')).toEqual({ due: 'yes', why: ['incomingInternal'] })
    expect(dueFor(only, false, 'outside').due).toBe('no')
    expect(dueFor(only, true, 'inside').due).toBe('no')
  })

  it('is a maybe exactly where the zone is not known and would decide', () => {
    fc.assert(
      fc.property(flags, fc.boolean(), fc.constantFrom(...Zone.options), (set, outgoing, zone) => {
        const here = dueFor(set, outgoing, zone).due
        const inside = dueFor(set, outgoing, 'inside').due
        const outside = dueFor(set, outgoing, 'outside').due
        const wanted = zone === 'inside' ? inside : zone === 'outside' ? outside : inside === outside ? inside : 'maybe'
        expect(here).toBe(wanted)
      }),
    )
  })
})

describe('a recording that is missing', () => {
  const due: Due = { due: 'yes', why: [] }
  const call = (over: Partial<DueCall['recording']> = {}, answeredAt: number | null = 10_000): DueCall => ({
    answeredAt,
    recording: { proof: { kind: 'off', at: 13_000 }, firstRecordedAt: null, ...over },
  })

  it('is one 3 s after the answer', () => {
    expect(isMissing(due, call(), 12_999)).toBe(false)
    expect(isMissing(due, call(), 13_000)).toBe(true)
  })

  it('is none where it was not surely due, not answered, seen once, or where nothing fresh is known', () => {
    expect(isMissing({ ...due, due: 'maybe' }, call(), 20_000)).toBe(false)
    expect(isMissing(due, call({}, null), 20_000)).toBe(false)
    expect(isMissing(due, call({ firstRecordedAt: 11_000 }), 20_000)).toBe(false)
    expect(isMissing(due, call({ proof: { kind: 'off', at: 10_500 } }), 20_000)).toBe(false)
    for (const kind of ['recording', 'paused', 'unknown', 'unprovable'])
      expect(isMissing(due, call({ proof: { kind, at: 19_000 } }), 20_000)).toBe(false)
  })
})

it('a change names only what differs, and makes the setting that was wanted', () => {
  fc.assert(
    fc.property(flags, flags, (from, to) => {
      const change = changed(from, to)
      expect(Object.entries(change).every(([flag, on]) => from[flag as keyof Flags] !== on)).toBe(true)
      expect(sameFlags(withChange(from, change), to)).toBe(true)
    }),
  )
})
