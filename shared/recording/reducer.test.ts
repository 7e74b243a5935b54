import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goal, isToggle } from './dialect.ts'
import { DIGITS, Driven } from './driven.testing.ts'
import { FACTS } from './facts.ts'
import { isForbidden, routesFor } from './routes.ts'
import { type Means, type RecordingEvent } from './state.ts'
import { settledMs, stretches } from './tape.ts'
import { view } from './view.ts'

describe('a press', () => {
  it('is a wish and no proof: only evidence makes it recording', () => {
    const tape = new Driven().see('off').press('start')
    expect(tape.take()).toEqual([{ do: 'send', want: 'start', route: 'calld' }])
    expect(tape.state.proof.kind).toBe('off')
    tape.on({ kind: 'acknowledged', want: 'start' }, 50)
    expect(tape.state.proof.kind).toBe('off')
    tape.see('recording', 100)
    expect(tape.state).toMatchObject({ proof: { kind: 'recording' }, wish: null, refusal: null })
  })

  it('reads once 2 s after the acknowledgement, and says so when the old state is still there', () => {
    const tape = new Driven().see('off').press('start').on({ kind: 'acknowledged', want: 'start' })
    tape.take()
    tape.on({ kind: 'alive' }).on({ kind: 'tick' }, FACTS.proofAfterMs - 1)
    expect(tape.take()).toEqual([])
    tape.on({ kind: 'tick' }, 1)
    expect(tape.take()).toEqual([{ do: 'read' }])
    tape.see('off', 20)
    expect(tape.state).toMatchObject({
      proof: { kind: 'off' },
      wish: null,
      refusal: { want: 'start', reason: 'nothing-happened' },
    })
  })

  it('is proven by that read when the event was lost', () => {
    const tape = new Driven().see('off').press('start').on({ kind: 'acknowledged', want: 'start' })
    tape.on({ kind: 'tick' }, FACTS.proofAfterMs).see('recording', 20)
    expect(tape.state).toMatchObject({ proof: { kind: 'recording' }, wish: null, refusal: null })
  })

  it('becomes unknown, not off, when that read does not answer', () => {
    const tape = new Driven().see('recording').press('stop').on({ kind: 'acknowledged', want: 'stop' })
    tape.on({ kind: 'tick' }, FACTS.proofAfterMs).on({ kind: 'unreadable', why: 'no-answer' }, 100)
    expect(tape.state).toMatchObject({ proof: { kind: 'unknown', last: { kind: 'recording' } }, wish: null })
  })

  it('is not taken while another is open, nor within 800 ms of a change of label', () => {
    const tape = new Driven().see('off').press('start')
    tape.press('start')
    expect(tape.take()).toHaveLength(1)
    tape.see('recording', 100)
    tape.press('pause', FACTS.inertMs - 1)
    expect(tape.take()).toEqual([])
    tape.press('pause', 1)
    expect(tape.take()).toEqual([{ do: 'send', want: 'pause', route: 'calld' }])
  })

  it('that no longer fits the proven state does nothing', () => {
    const tape = new Driven().see('recording')
    expect(tape.press('start').take()).toEqual([])
    expect(tape.press('resume').take()).toEqual([])
  })
})

describe('stop while paused', () => {
  it('resumes, waits for recording, then stops (wazo.md 0a)', () => {
    const tape = new Driven().see('recording').see('paused').press('stop')
    expect(tape.take()).toEqual([{ do: 'send', want: 'resume', route: 'calld' }])
    tape.on({ kind: 'acknowledged', want: 'resume' }).see('recording', 100)
    expect(tape.take()).toEqual([{ do: 'send', want: 'stop', route: 'calld' }])
    expect(tape.state.wish).toMatchObject({ want: 'stop', resumingFirst: false })
    tape.on({ kind: 'acknowledged', want: 'stop' }).see('off', 100)
    expect(tape.state).toMatchObject({ proof: { kind: 'off' }, wish: null })
  })
})

describe('start that meets a paused recording', () => {
  it('resumes it, since start while paused does nothing (wazo.md 4.3)', () => {
    const tape = new Driven().see('off').press('start')
    tape.take()
    tape.see('paused', 100)
    expect(tape.take()).toEqual([{ do: 'send', want: 'resume', route: 'calld' }])
  })
})

describe('a refusal', () => {
  it('of recording itself is final for this leg, on every route', () => {
    const tape = new Driven().see('off').press('start')
    tape.take()
    tape.on({ kind: 'refused', want: 'start', reason: 'not-allowed', certain: true })
    expect(tape.take()).toEqual([{ do: 'read' }])
    expect(tape.state).toMatchObject({ forbidden: true, wish: null, refusal: { reason: 'not-allowed', next: null } })
    expect(view(tape.state, tape.now + 5_000).main).toMatchObject({ barred: 'not-allowed' })
    expect(tape.press('start').take()).toEqual([])
  })

  it('of the route goes to the next one, and bars the first', () => {
    const tape = new Driven().see('off').press('start')
    tape.take()
    tape.on({ kind: 'refused', want: 'start', reason: 'not-offered', certain: true })
    expect(tape.take()).toEqual([{ do: 'send', want: 'start', route: 'rfc4733' }])
    expect(tape.state.refusal).toMatchObject({ route: 'calld', next: 'rfc4733' })
    tape.on({ kind: 'acknowledged', want: 'start' }).see('recording', 300)
    expect(tape.state).toMatchObject({ wish: null, refusal: null })
    tape.see('off', 1_000).press('start')
    expect(tape.take()).toEqual([{ do: 'send', want: 'start', route: 'rfc4733' }])
  })

  it('that is not certain is read first: the command may have worked', () => {
    const tape = new Driven().see('off').press('start')
    tape.take()
    tape.on({ kind: 'refused', want: 'start', reason: 'server-trouble', certain: false })
    expect(tape.take()).toEqual([{ do: 'read' }])
    tape.see('recording', 50)
    expect(tape.state).toMatchObject({ proof: { kind: 'recording' }, wish: null, refusal: null })
  })

  it('is overruled by a later proof', () => {
    const tape = new Driven().see('off').press('start').on({ kind: 'acknowledged', want: 'start' })
    tape.on({ kind: 'tick' }, FACTS.proofAfterMs).see('off', 10)
    expect(tape.state.refusal).not.toBeNull()
    tape.see('recording', 500)
    expect(tape.state).toMatchObject({ proof: { kind: 'recording' }, refusal: null })
  })

  it('of Pause leaves it recording', () => {
    const tape = new Driven().see('recording').press('pause')
    expect(tape.state.proof.kind).toBe('recording')
    tape.on({ kind: 'refused', want: 'pause', reason: 'not-allowed', certain: true })
    expect(tape.state).toMatchObject({ proof: { kind: 'recording' }, refusal: { want: 'pause' } })
  })
})

describe('digits', () => {
  it('are never sent from unknown: they toggle', () => {
    const tape = new Driven(DIGITS)
    expect(tape.press('start').take()).toEqual([])
    expect(tape.state.refusal).toMatchObject({ reason: 'not-proven' })
  })

  it('are not sent before the call is connected', () => {
    const tape = new Driven({ ...DIGITS, bridged: false }).see('off')
    expect(tape.press('start').take()).toEqual([])
    expect(view(tape.state, tape.now).main).toMatchObject({ barred: 'no-bridge' })
  })

  it('of the pausing dialect cannot stop', () => {
    const tape = new Driven({ ...DIGITS, dialect: 'start-pause-resume' }).see('recording')
    expect(view(tape.state, tape.now + 5_000).stop).toMatchObject({ barred: 'cannot-stop' })
    expect(tape.press('stop').take()).toEqual([])
  })
})

describe('where nothing can be proven', () => {
  it('says what was sent and when, and claims nothing', () => {
    const tape = new Driven({ ...DIGITS, provable: false }).press('start')
    expect(tape.take()).toEqual([{ do: 'send', want: 'start', route: 'rfc4733' }])
    tape.on({ kind: 'acknowledged', want: 'start' }, 300)
    expect(tape.state).toMatchObject({ proof: { kind: 'unprovable' }, wish: null, sentAt: tape.now })
    expect(view(tape.state, tape.now + 5_000).main).toMatchObject({ press: 'send-code', barred: null })
  })
})

describe('a source that falls silent', () => {
  it('stays red while it lives, and is unknown 6 s after its last sign of life', () => {
    const tape = new Driven().see('recording')
    for (let i = 0; i < 10; i++) tape.on({ kind: 'alive' }, 2_000).on({ kind: 'tick' })
    expect(tape.state.proof.kind).toBe('recording')
    tape.on({ kind: 'tick' }, FACTS.unknownAfterMs - 1)
    expect(tape.state.proof.kind).toBe('recording')
    tape.on({ kind: 'tick' }, 1)
    expect(tape.state.proof).toMatchObject({ kind: 'unknown', why: 'no-answer', last: { kind: 'recording' } })
  })
})

describe('tape time', () => {
  it('leaves pauses out, and knows where it began', () => {
    const tape = new Driven().see('off')
    const began = tape.now + 1_000
    tape.see('recording', 1_000).see('paused', 5_000).see('recording', 10_000).see('off', 3_000)
    expect(stretches(tape.state.tape)).toEqual([
      { from: began, to: began + 5_000, ended: 'paused' },
      { from: began + 15_000, to: began + 18_000, ended: 'stopped' },
    ])
  })

  it('is known until the last sign of life before a loss, and not while the state is unknown', () => {
    const tape = new Driven().see('recording').see('recording', 4_000)
    tape.on({ kind: 'alive' }, 3_000)
    const confirmed = tape.now
    tape.on({ kind: 'tick' }, FACTS.unknownAfterMs)
    expect(tape.state.proof.kind).toBe('unknown')
    tape.see('recording', 2_000)
    expect(stretches(tape.state.tape)).toEqual([
      { from: confirmed - 7_000, to: confirmed, ended: 'lost' },
      { from: tape.now, to: null, ended: null },
    ])
  })
})

// ---- whatever happens

const wants = fc.constantFrom('start', 'pause', 'resume', 'stop' as const)
const dialects = fc.constantFrom('start-stop', 'start-pause-resume' as const)
const anyMeans: fc.Arbitrary<Means> = fc.record({
  api: fc.oneof(fc.constant('none' as const), dialects),
  shown: fc.boolean(),
  phone: fc.boolean(),
  insertsDigits: fc.boolean(),
  digits: fc.constantFrom('auto', 'rfc4733', 'info'),
  dialect: dialects,
  recordInfo: fc.boolean(),
  keysByApi: fc.constantFrom('none', 'untried', 'works', 'barred'),
  provable: fc.boolean(),
  ringing: fc.boolean(),
  bridged: fc.boolean(),
  mayRecord: fc.constantFrom(null, true, false),
  callee: fc.boolean(),
})
const anyEvent: fc.Arbitrary<{ event: RecordingEvent; after: number }> = fc.record({
  after: fc.integer({ min: 0, max: 8_000 }),
  event: fc.oneof(
    fc.record({ kind: fc.constant('press' as const), want: wants, asked: fc.boolean() }),
    fc.record({ kind: fc.constant('plan' as const), on: fc.boolean() }),
    fc.record({ kind: fc.constant('key' as const), key: fc.constantFrom('*', '3', '1'), code: fc.constant('*3') }),
    fc.constant({ kind: 'try' as const }),
    fc.record({
      kind: fc.constant('evidence' as const),
      seen: fc.constantFrom('off', 'recording', 'paused' as const),
      at: fc.constant(0),
    }),
    fc.record({ kind: fc.constant('acknowledged' as const), want: wants }),
    fc.record({
      kind: fc.constant('refused' as const),
      want: wants,
      reason: fc.constantFrom('not-allowed', 'not-offered', 'server-trouble', 'phone-cannot', 'no-bridge' as const),
      certain: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant('unreadable' as const),
      why: fc.constantFrom('no-answer', 'stuck-file', 'unclaimed-file' as const),
    }),
    fc.record({ kind: fc.constant('means' as const), means: anyMeans }),
    fc.constant({ kind: 'alive' as const }),
    fc.constant({ kind: 'check' as const }),
    fc.constant({ kind: 'tick' as const }),
  ),
})

describe('whatever happens', () => {
  it('the proof says recording only when the last evidence said so', () => {
    fc.assert(
      fc.property(anyMeans, fc.array(anyEvent, { maxLength: 60 }), (means, events) => {
        const tape = new Driven(means)
        let shown: string | null = null
        for (const { event, after } of events) {
          if (event.kind === 'evidence') {
            tape.see(event.seen, after)
            if (tape.state.proof.kind !== 'unprovable') shown = event.seen
          } else tape.on(event, after)
          if (tape.state.proof.kind === 'recording') expect(shown).toBe('recording')
          if (tape.state.proof.kind === 'paused') expect(shown).toBe('paused')
        }
      }),
    )
  })

  it('at most one wish is open, a toggle never leaves unknown, and no route sends what it cannot carry', () => {
    fc.assert(
      fc.property(anyMeans, fc.array(anyEvent, { maxLength: 60 }), (means, events) => {
        const tape = new Driven(means)
        for (const { event, after } of events) {
          const before = tape.state
          const open = before.wish
          if (event.kind === 'evidence') tape.see(event.seen, after)
          else tape.on(event, after)
          const sent = tape.take().flatMap(command => (command.do === 'send' ? [command] : []))
          expect(sent.length).toBeLessThanOrEqual(1)
          for (const { route, want } of sent) {
            if (event.kind === 'press' || event.kind === 'try') expect(open).toBeNull()
            expect(isForbidden(tape.state)).toBe(false)
            if (event.kind !== 'try') expect(routesFor(tape.state, want, true)).toContain(route)
            if (route !== 'calld') {
              const asked = tape.state.wish?.asked === true && route !== 'record-info'
              if (!asked) expect(tape.state.proof.kind).not.toBe('unknown')
              if (tape.state.means.dialect === 'start-pause-resume') expect(want).not.toBe('stop')
            }
            if (tape.state.proof.kind === 'off') expect(goal(want)).not.toBe('off')
          }
        }
      }),
    )
  })

  it('no toggle is sent while one is outstanding: on its way, or not yet judged', () => {
    fc.assert(
      fc.property(anyMeans, fc.array(anyEvent, { maxLength: 80 }), (means, events) => {
        const tape = new Driven(means)
        /** The one that was sent is not out yet. */
        let onItsWay = false
        for (const { event, after } of events) {
          const open = tape.state.wish
          if (event.kind === 'evidence') tape.see(event.seen, after)
          else tape.on(event, after)
          if (event.kind === 'acknowledged' || event.kind === 'refused') onItsWay = false
          for (const command of tape.take()) {
            if (command.do !== 'send' || !isToggle(command.route) || tape.state.proof.kind === 'unprovable') continue
            expect(onItsWay && open !== null && isToggle(open.route) && open.phase === 'sending').toBe(false)
            if (open !== null) expect(event.kind).toBe('refused')
            onItsWay = true
          }
        }
      }),
    )
  })

  it('tape time never shrinks, and a wish never outlives its time by more than a tick and a read', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), events => {
        const tape = new Driven()
        let recorded = 0
        for (const { event, after } of events) {
          if (event.kind === 'evidence') tape.see(event.seen, after)
          else if (event.kind !== 'means') tape.on(event, after)
          expect(settledMs(tape.state.tape)).toBeGreaterThanOrEqual(recorded)
          recorded = settledMs(tape.state.tape)
        }
        const ends = FACTS.planWithinMs + FACTS.acknowledgeWithinMs + FACTS.proofAfterMs + 2 * FACTS.readWithinMs
        for (let waited = 0; waited <= ends; waited += 250) tape.on({ kind: 'tick' }, 250)
        expect(tape.state.wish).toBeNull()
      }),
    )
  })
})
