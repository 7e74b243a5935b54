/** What is asked before, planned ahead, or pressed on another device. */
import { describe, expect, it } from 'vitest'
import { API, DIGITS, Driven } from './driven.testing.ts'
import { FACTS } from './facts.ts'
import { type Means } from './state.ts'
import { view } from './view.ts'

const COMPANION: Means = { ...API, phone: false, insertsDigits: false }
const RINGING: Means = { ...API, insertsDigits: false, ringing: true, bridged: false }
/** Without the API only the code is left. */
const CODE: Means = { ...API, api: 'none' }

const lost = (means: Means) => new Driven(means).see('recording').on({ kind: 'tick' }, FACTS.unknownAfterMs)
const shown = (leg: Driven) => view(leg.state, leg.now + FACTS.inertMs)

describe('a toggle from the unknown', () => {
  it('is not sent without asking, and the place says what may happen', () => {
    expect(shown(lost(CODE))).toMatchObject({
      main: { press: 'start', label: 'send-code', barred: null, ask: 'may-pause' },
      stop: { press: 'check' },
      route: 'rfc4733',
    })
    expect(shown(lost(DIGITS)).main).toMatchObject({ label: 'send-code', ask: 'may-stop' })
    expect(shown(lost(API)).main).toMatchObject({ label: 'record-anyway', ask: null })
    expect(lost(DIGITS).press('start').take()).toEqual([])
    expect(lost(DIGITS).press('start', FACTS.inertMs, true).take()).toEqual([
      { do: 'send', want: 'start', route: 'rfc4733' },
    ])
  })

  it('is no question where the API names what is wanted, asked or not', () => {
    const leg = lost(API).press('start', FACTS.inertMs, true)
    expect(leg.take()).toEqual([{ do: 'send', want: 'start', route: 'calld' }])
    expect(leg.state.wish).toMatchObject({ asked: false })
  })

  it.each(['off', 'recording', 'paused'] as const)(
    'has no goal: the read that shows %s ends it, and it is true',
    seen => {
      const leg = lost(CODE).press('start', FACTS.inertMs, true).on({ kind: 'acknowledged', want: 'start' }, 300)
      leg.on({ kind: 'alive' }).on({ kind: 'tick' }, FACTS.proofAfterMs)
      expect(leg.state.wish).toMatchObject({ asked: true, phase: 'reading' })
      leg.see(seen, 20)
      expect(leg.state).toMatchObject({ proof: { kind: seen }, wish: null, refusal: null })
    },
  )

  it('is ended at once by what differs from what was last seen, not by what repeats it', () => {
    const leg = lost(CODE).press('start', FACTS.inertMs, true).on({ kind: 'acknowledged', want: 'start' }, 300)
    leg.see('recording', 10)
    expect(leg.state).toMatchObject({ proof: { kind: 'recording' }, wish: { asked: true } })
    leg.see('paused', 100)
    expect(leg.state).toMatchObject({ proof: { kind: 'paused' }, wish: null })
  })

  it('stays open until it is out: what is shown before may still be turned around', () => {
    const leg = lost(CODE).press('start', FACTS.inertMs, true).see('off', 10)
    expect(leg.state.wish).not.toBeNull()
    expect(
      leg
        .press('start')
        .take()
        .filter(command => command.do === 'send'),
    ).toHaveLength(1)
  })
})

describe('a toggle', () => {
  it('whose proof is quicker than its end is over with its end', () => {
    const leg = new Driven(CODE).see('off').press('start').see('recording', 200)
    expect(leg.state).toMatchObject({ proof: { kind: 'recording' }, wish: { phase: 'sending' } })
    leg.on({ kind: 'acknowledged', want: 'start' }, 50)
    expect(leg.state.wish).toBeNull()
    leg.take()
    expect(leg.press('pause', FACTS.inertMs - 1).take()).toEqual([])
  })

  it('is not followed by another when its route is refused and somebody else was quicker', () => {
    const leg = new Driven(CODE).see('off').press('start').see('recording', 100)
    leg.take()
    leg.on({ kind: 'refused', want: 'start', reason: 'phone-cannot', certain: true })
    expect(leg.take()).toEqual([])
    expect(leg.state).toMatchObject({ wish: null, refusal: null, proof: { kind: 'recording' } })
  })

  it('is not resumed by a second one when it meets a paused recording', () => {
    const leg = new Driven(CODE).see('off').press('start').on({ kind: 'acknowledged', want: 'start' })
    leg.take()
    leg.see('paused', 100)
    expect(leg.take()).toEqual([])
  })

  it('of the pausing dialect never resumes only to be unable to stop', () => {
    const leg = new Driven(CODE).see('recording').see('paused')
    expect(shown(leg).stop).toMatchObject({ barred: 'cannot-stop' })
    expect(leg.press('stop').take()).toEqual([])
  })
})

describe('a time-out', () => {
  it('says that the server has trouble where the old state is still there', () => {
    const leg = new Driven().see('off').press('start')
    leg.on({ kind: 'refused', want: 'start', reason: 'server-trouble', certain: false }).see('off', 50)
    expect(leg.state.refusal).toMatchObject({ reason: 'server-trouble', next: null })
  })
})

describe('stop that meets a paused recording', () => {
  it('resumes first, since it did not stop', () => {
    const leg = new Driven().see('recording').press('stop').on({ kind: 'acknowledged', want: 'stop' })
    leg.on({ kind: 'tick' }, FACTS.proofAfterMs)
    leg.take()
    leg.see('paused', 20)
    expect(leg.take()).toEqual([{ do: 'send', want: 'resume', route: 'calld' }])
    expect(leg.state.wish).toMatchObject({ want: 'stop', resumingFirst: true })
  })
})

describe('a plan', () => {
  it('becomes a wish once connected and known not to be recorded', () => {
    const leg = new Driven(RINGING).see('off').on({ kind: 'plan', on: true })
    expect(leg.take()).toEqual([])
    expect(shown(leg)).toMatchObject({ planned: true, main: { press: 'unplan', barred: null } })
    leg.on({ kind: 'means', means: API }, 4_000)
    expect(leg.take()).toEqual([{ do: 'send', want: 'start', route: 'calld' }])
    expect(leg.state).toMatchObject({ plan: null, wish: { want: 'start' } })
  })

  it('can be taken back', () => {
    const leg = new Driven(RINGING).see('off').on({ kind: 'plan', on: true }).on({ kind: 'plan', on: false })
    leg.on({ kind: 'means', means: API }, 4_000)
    expect(leg.take()).toEqual([])
  })

  it('is fulfilled by a recording that begins by itself', () => {
    const leg = new Driven({ ...RINGING, api: 'none' }).see('off').on({ kind: 'plan', on: true })
    leg.on({ kind: 'means', means: CODE }, 4_000)
    leg.see('recording', FACTS.planToggleAfterMs - 1).on({ kind: 'tick' }, 1_000)
    expect(leg.take()).toEqual([])
    expect(leg.state).toMatchObject({ plan: null, wish: null })
  })

  it('waits a moment before it toggles', () => {
    const leg = new Driven({ ...RINGING, api: 'none' }).see('off').on({ kind: 'plan', on: true })
    leg.on({ kind: 'means', means: CODE }, 4_000)
    leg.on({ kind: 'alive' }).on({ kind: 'tick' }, FACTS.planToggleAfterMs - 1)
    expect(leg.take()).toEqual([])
    leg.on({ kind: 'tick' }, 1)
    expect(leg.take()).toEqual([{ do: 'send', want: 'start', route: 'rfc4733' }])
  })

  it('fails in words where the state stays unknown and only a toggle is left', () => {
    const leg = new Driven({ ...RINGING, api: 'none' }).on({ kind: 'plan', on: true })
    leg.on({ kind: 'means', means: CODE }, 4_000)
    leg.on({ kind: 'alive' }).on({ kind: 'tick' }, FACTS.planWithinMs)
    expect(leg.take().filter(command => command.do === 'send')).toEqual([])
    expect(leg.state).toMatchObject({ plan: null, refusal: { want: 'start', reason: 'not-proven' } })
  })

  it('starts by the API where the state stays unknown: that is no toggle', () => {
    const leg = new Driven(RINGING).on({ kind: 'plan', on: true }).on({ kind: 'means', means: API }, 4_000)
    leg.on({ kind: 'alive' }).on({ kind: 'tick' }, FACTS.planWithinMs)
    expect(leg.take()).toContainEqual({ do: 'send', want: 'start', route: 'calld' })
  })

  it('fails at once where recording is not allowed', () => {
    const leg = new Driven({ ...RINGING, mayRecord: false }).see('off').on({ kind: 'plan', on: true })
    expect(leg.state).toMatchObject({ plan: null, refusal: { reason: 'not-allowed' } })
  })

  it('sends the code and says so where nothing can be proven', () => {
    const leg = new Driven({ ...RINGING, api: 'none', provable: false }).on({ kind: 'plan', on: true })
    leg.on({ kind: 'means', means: { ...DIGITS, provable: false } }, 4_000)
    leg.on({ kind: 'tick' }, FACTS.planToggleAfterMs)
    expect(leg.take()).toEqual([{ do: 'send', want: 'start', route: 'rfc4733' }])
    expect(leg.on({ kind: 'acknowledged', want: 'start' }).state.sentAt).toBe(leg.now)
  })
})

describe('a call that rings', () => {
  it('is recorded from the start by the API, and once connected by the code', () => {
    const leg = new Driven(RINGING).see('off')
    expect(shown(leg).main).toMatchObject({ press: 'start', label: 'from-start', barred: null })
    expect(leg.press('start').take()).toEqual([{ do: 'send', want: 'start', route: 'calld' }])
    expect(leg.see('recording', 100).state.proof.kind).toBe('recording')
    const coded = new Driven({ ...RINGING, api: 'none' }).see('off')
    expect(shown(coded).main).toMatchObject({ press: 'plan', label: 'plan', barred: null })
    expect(shown(new Driven({ ...RINGING, api: 'none', phone: false })).main).toMatchObject({ barred: 'no-route' })
  })
})

describe('the code pressed on some device', () => {
  const code = (leg: Driven, after = 400) =>
    leg.on({ kind: 'key', key: '*', code: '*3' }).on({ kind: 'key', key: '3', code: '*3' }, after)
  const later = (leg: Driven) => leg.on({ kind: 'alive' }).on({ kind: 'tick' }, FACTS.proofAfterMs)

  it('without a new state within 2 s, and after a read: nothing changed', () => {
    const leg = code(new Driven(COMPANION).see('off', 0), 5_000)
    expect(leg.state.pressed).toBeNull()
    later(code(leg))
    expect(leg.take()).toEqual([{ do: 'read' }])
    expect(leg.state.refusal).toBeNull()
    leg.see('off', 30)
    expect(leg.state).toMatchObject({ refusal: { reason: 'pressed-elsewhere', want: 'start' }, proof: { kind: 'off' } })
    leg.see('recording', 4_000)
    expect(leg.state.refusal).toBeNull()
  })

  it('is not blamed where its event was lost and the read shows the new state', () => {
    const leg = later(code(new Driven(COMPANION).see('off').on({ kind: 'alive' }, 3_000)))
    leg.see('recording', 30)
    expect(leg.state).toMatchObject({ refusal: null, pressed: null, proof: { kind: 'recording' } })
  })

  it('is not blamed where the state changed just before, or within the 2 s', () => {
    const before = code(new Driven(COMPANION).see('off').see('recording', 3_000))
    expect(before.state.pressed).toBeNull()
    const within = code(new Driven(COMPANION).see('off').on({ kind: 'alive' }, 3_000)).see('recording', 1_500)
    expect(later(within).see('recording', 30).state.refusal).toBeNull()
  })

  it('is told also where the state has just been read for the first time', () => {
    const leg = later(code(new Driven(COMPANION).see('off'))).see('off', 30)
    expect(leg.state.refusal).toMatchObject({ reason: 'pressed-elsewhere' })
  })

  it('is our own where our wish is open', () => {
    const leg = new Driven(CODE).see('off').on({ kind: 'alive' }, 3_000).press('start')
    expect(code(leg).state.pressed).toBeNull()
  })

  it('is told only where the old state is proven', () => {
    const leg = later(code(new Driven(COMPANION).see('off').on({ kind: 'alive' }, 3_000)))
    leg.on({ kind: 'unreadable', why: 'no-answer' }, 30).see('off', 500)
    expect(leg.state.refusal).toBeNull()
    expect(code(lost(COMPANION)).state.pressed).toBeNull()
  })
})

describe('"Try it"', () => {
  const reached: Means = { ...COMPANION, api: 'none', keysByApi: 'untried' }
  it('sends the code through the server, from a proven state only', () => {
    const leg = new Driven(reached).see('recording').on({ kind: 'alive' }, 1_000)
    expect(shown(leg)).toMatchObject({ canTry: true, main: { barred: 'no-route' } })
    expect(leg.on({ kind: 'try' }).take()).toEqual([{ do: 'send', want: 'pause', route: 'calld-dtmf' }])
    expect(lost(reached).on({ kind: 'try' }, FACTS.inertMs).take()).toEqual([])
    expect(new Driven({ ...reached, keysByApi: 'barred' }).see('off').on({ kind: 'try' }, 1_000).take()).toEqual([])
  })
})

describe('who may record', () => {
  const refuse = (leg: Driven, want: 'start' | 'pause' | 'stop') =>
    leg.press(want).on({ kind: 'refused', want, reason: 'not-allowed', certain: true })

  it('is known beforehand from the user’s own flag', () => {
    expect(shown(new Driven({ ...API, mayRecord: false }).see('off')).main).toMatchObject({ barred: 'not-allowed' })
    const automatic = shown(new Driven({ ...API, mayRecord: false }).see('recording'))
    expect([automatic.main?.barred, automatic.stop?.barred]).toEqual(['by-policy', 'by-policy'])
  })

  it('in a call of a queue or group is found out by asking', () => {
    const called: Means = { ...API, callee: true }
    expect(shown(new Driven({ ...called, mayRecord: false }).see('off')).main).toMatchObject({ barred: null })
    const leg = refuse(new Driven({ ...called, mayRecord: true }).see('off'), 'start')
    expect(leg.state.refusal).toMatchObject({ reason: 'not-this-queue' })
    expect(shown(leg).main).toMatchObject({ barred: 'not-this-queue' })
    expect(refuse(new Driven({ ...called, mayRecord: false }).see('off'), 'start').state.refusal).toMatchObject({
      reason: 'not-allowed',
    })
  })

  it('a recording that he may neither pause nor stop was begun automatically', () => {
    const leg = refuse(new Driven().see('recording'), 'pause')
    expect(leg.state).toMatchObject({ refusal: { want: 'pause', reason: 'by-policy' }, proof: { kind: 'recording' } })
    expect(shown(leg).stop).toMatchObject({ barred: 'by-policy' })
  })
})
