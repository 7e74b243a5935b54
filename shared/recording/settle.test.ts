/** What the runs against a model of the server found: each the smallest example of it. */
import { describe, expect, it } from 'vitest'
import { API } from './driven.testing.ts'
import { FACTS } from './facts.ts'
import { initial } from './reducer.ts'
import { step } from './settle.ts'
import { type Means, type RecordingCommand, type RecordingEvent, type RecordingState } from './state.ts'
import { view } from './view.ts'

class Leg {
  now = 1_000_000
  state: RecordingState
  sent: RecordingCommand[] = []
  constructor(change: Partial<Means> = {}) {
    this.state = initial({ ...API, ...change }, this.now)
  }
  on(event: RecordingEvent, after = 0): this {
    this.now += after
    const { state, commands } = step(this.state, event, this.now)
    this.state = state
    this.sent.push(...commands)
    return this
  }
  see(seen: 'off' | 'recording' | 'paused', after = 0): this {
    return this.on({ kind: 'evidence', seen, at: this.now + after }, after)
  }
  get shown() {
    return view(this.state, this.now)
  }
  get toggles(): number {
    return this.sent.filter(command => command.do === 'send' && command.route !== 'calld').length
  }
}

describe('a place whose label has changed', () => {
  it('takes no second click, also where a plan changed it', () => {
    const leg = new Leg({ api: 'none', ringing: true, bridged: false }).see('off')
    leg.on({ kind: 'plan', on: true }, FACTS.inertMs)
    expect(leg.shown.main).toMatchObject({ label: 'unplan', barred: 'settling' })
    leg.now += FACTS.inertMs
    expect(leg.shown.main).toMatchObject({ label: 'unplan', barred: null })
  })

  it('takes none where a refusal changed it', () => {
    const leg = new Leg({ ringing: true, bridged: false }).see('off')
    leg.on({ kind: 'press', want: 'start' }, FACTS.inertMs)
    leg.on({ kind: 'refused', want: 'start', reason: 'not-offered', certain: true }, 50)
    expect(leg.shown.main).toMatchObject({ label: 'plan', barred: 'settling' })
  })
})

describe('a toggle on its way', () => {
  it('is the only one until the phone has answered, though its wish is over', () => {
    const leg = new Leg({ api: 'none' }).see('off')
    leg.on({ kind: 'press', want: 'start' }, FACTS.inertMs)
    leg.on({ kind: 'tick' }, FACTS.acknowledgeWithinMs).see('off', 50)
    expect(leg.shown).toMatchObject({ wish: null, main: { barred: 'wish-open' } })
    leg.on({ kind: 'press', want: 'start' }, FACTS.inertMs)
    expect(leg.toggles).toBe(1)
    leg.on({ kind: 'acknowledged', want: 'start' }).on({ kind: 'press', want: 'start' })
    expect(leg.toggles).toBe(2)
  })

  it('bars another one for a while also where nothing can be proven', () => {
    const leg = new Leg({ api: 'none', provable: false }).on({ kind: 'press', want: 'start' })
    leg.on({ kind: 'press', want: 'start' }, FACTS.inertMs)
    expect(leg.toggles).toBe(1)
    // a phone that never answers does not bar it for ever
    leg.on({ kind: 'press', want: 'start' }, FACTS.carriedWithinMs)
    expect(leg.toggles).toBe(2)
  })
})

it('a stop is never sent as a toggle that could start, where nothing can be proven', () => {
  const leg = new Leg({ api: 'none', provable: false })
  for (const want of ['stop', 'pause', 'resume'] as const) leg.on({ kind: 'press', want }, FACTS.inertMs)
  expect(leg.sent).toEqual([])
})

it('a clock that was set ahead and back leaves no wish open for an hour', () => {
  const leg = new Leg().see('off')
  leg.on({ kind: 'press', want: 'start' }, 3_600_000)
  leg.on({ kind: 'tick' }, -3_600_000 + FACTS.inertMs)
  expect(leg.state).toMatchObject({ wish: null, proof: { kind: 'unknown' } })
})
