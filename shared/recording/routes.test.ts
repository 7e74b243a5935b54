import { describe, expect, it } from 'vitest'
import { initial } from './reducer.ts'
import { routeFor, routesFor, type Standing, type WayReason, waysFor } from './routes.ts'
import { type Means, type RecordingState, type Route, type Want } from './state.ts'

/** Today's Wazo, and a phone of ours. */
const wazo: Means = {
  api: 'start-pause-resume',
  shown: true,
  phone: true,
  insertsDigits: true,
  digits: 'auto',
  dialect: 'start-pause-resume',
  recordInfo: false,
  keysByApi: 'untried',
  provable: true,
  ringing: false,
  bridged: true,
  mayRecord: true,
  callee: false,
}
const asterisk: Means = {
  ...wazo,
  api: 'none',
  shown: false,
  dialect: 'start-stop',
  recordInfo: true,
  keysByApi: 'none',
  mayRecord: null,
}
const companion: Partial<Means> = { phone: false, insertsDigits: false }

type Proof = 'off' | 'recording' | 'paused' | 'unknown' | 'unprovable'
const state = (means: Means, proof: Proof = 'off', more: Partial<RecordingState> = {}): RecordingState => ({
  ...initial(means, 0),
  proof:
    proof === 'unknown'
      ? { kind: proof, why: 'no-answer', since: 0, last: null }
      : proof === 'unprovable'
        ? { kind: proof }
        : { kind: proof, since: 0, at: 0 },
  ...more,
})
const ways = (of: RecordingState, want: Want, asked = false): readonly string[] =>
  waysFor(of, want, asked).map(({ route, standing, why }) => `${route} ${standing} ${why}`)
type Line = `${Route} ${Standing} ${WayReason}`

describe('the ways to the server', () => {
  it.each<[string, RecordingState, Want, readonly Line[]]>([
    [
      'today’s Wazo and our phone',
      state(wazo),
      'start',
      [
        'calld next names-it',
        'rfc4733 possible in-audio',
        'info possible if-audio-fails',
        'record-info not-here only-bare',
        'calld-dtmf not-now untried',
      ],
    ],
    [
      'stop there: *3 pauses and never stops',
      state(wazo, 'recording'),
      'stop',
      [
        'calld next names-it',
        'rfc4733 not-here cannot-stop',
        'info not-here cannot-stop',
        'record-info not-here only-bare',
        'calld-dtmf not-here cannot-stop',
      ],
    ],
    [
      'a call on the desk phone',
      state({ ...wazo, ...companion }),
      'start',
      [
        'calld next names-it',
        'rfc4733 not-here no-phone',
        'info not-here no-phone',
        'record-info not-here no-phone',
        'calld-dtmf not-now untried',
      ],
    ],
    [
      'the state unknown: only what names what it wants',
      state(wazo, 'unknown'),
      'start',
      [
        'calld next names-it',
        'rfc4733 not-now ask-first',
        'info not-now ask-first',
        'record-info not-here only-bare',
        'calld-dtmf not-now not-proven',
      ],
    ],
    [
      'ringing: the API at once, keys once connected',
      state({ ...wazo, insertsDigits: false, ringing: true, bridged: false }),
      'start',
      [
        'calld next names-it',
        'rfc4733 not-now not-connected',
        'info not-now not-connected',
        'record-info not-here only-bare',
        'calld-dtmf not-now not-connected',
      ],
    ],
    [
      'a bare Asterisk',
      state(asterisk),
      'start',
      [
        'rfc4733 next in-audio',
        'info possible if-audio-fails',
        'record-info possible last-of-phone',
        'calld not-here not-offered',
        'calld-dtmf not-here not-offered',
      ],
    ],
    [
      'one whose audio carries no keys',
      state({ ...asterisk, insertsDigits: false }),
      'start',
      [
        'info next no-audio-keys',
        'record-info possible last-of-phone',
        'calld not-here not-offered',
        'rfc4733 not-here no-audio-keys',
        'calld-dtmf not-here not-offered',
      ],
    ],
    [
      'the setting says INFO',
      state({ ...asterisk, digits: 'info' }),
      'stop',
      [
        'info next by-setting',
        'record-info possible last-of-phone',
        'calld not-here not-offered',
        'rfc4733 not-here not-set',
        'calld-dtmf not-here not-offered',
      ],
    ],
    [
      'one that cannot prove anything: no Record',
      state({ ...asterisk, provable: false }, 'unprovable'),
      'start',
      [
        'rfc4733 next in-audio',
        'info possible if-audio-fails',
        'calld not-here not-offered',
        'record-info not-now not-proven',
        'calld-dtmf not-here not-offered',
      ],
    ],
  ])('%s', (_, of, want, expected) => {
    expect(ways(of, want)).toEqual(expected)
  })

  it('a refusal of recording closes them all', () => {
    const standings = new Set(waysFor(state(wazo, 'off', { forbidden: true }), 'start').map(({ standing }) => standing))
    expect(standings).toEqual(new Set(['refused', 'not-here']))
    expect(routesFor(state({ ...wazo, mayRecord: false }), 'start')).toEqual([])
  })

  it('a callee may be allowed by his queue or group, whatever his own flag says', () => {
    expect(routeFor(state({ ...wazo, mayRecord: false, callee: true }), 'start')).toBe('calld')
  })

  it('a toggle that changed nothing is tried again after the others', () => {
    expect(routesFor(state(asterisk, 'off', { silent: ['rfc4733'] }), 'start')).toEqual([
      'info',
      'record-info',
      'rfc4733',
    ])
    expect(routesFor(state(asterisk, 'off', { silent: ['rfc4733', 'info'] }), 'start')[0]).toBe('record-info')
  })

  it('asked, keys may leave the unknown; Record never', () => {
    expect(routesFor(state(asterisk, 'unknown'), 'start')).toEqual([])
    expect(routesFor(state(asterisk, 'unknown'), 'start', true)).toEqual(['rfc4733', 'info'])
  })

  it('keys through the server are used where they were shown to work, and last', () => {
    const reached = { ...wazo, ...companion, api: 'none' as const }
    expect(routesFor(state(reached), 'start')).toEqual([])
    expect(routesFor(state({ ...reached, keysByApi: 'works' }), 'start')).toEqual(['calld-dtmf'])
    expect(ways(state({ ...reached, keysByApi: 'barred' }), 'start')).toContain('calld-dtmf refused tried-in-vain')
    expect(routesFor(state({ ...wazo, keysByApi: 'works' }), 'start').at(-1)).toBe('calld-dtmf')
  })

  it('a stop from paused needs a way that names what it wants: it is two commands', () => {
    expect(routeFor(state(wazo, 'paused'), 'stop')).toBe('calld')
    expect(routeFor(state(wazo, 'paused', { barred: ['calld'] }), 'stop')).toBeNull()
    expect(routeFor(state({ ...asterisk, keysByApi: 'works', shown: true }, 'paused'), 'stop')).toBeNull()
  })
})
