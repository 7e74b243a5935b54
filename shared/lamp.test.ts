/** The lamp never lies: red means proof, whatever was wished, refused, hoped for or remembered. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CallView } from './call.ts'
import { type RecordingView } from './recording/view.ts'
import { formatFor, type Language, textFor } from './text/index.ts'
import { AT, callOf, quiet } from './snapshots.testing.ts'
import { callInFocus, type LampView, lampView, refusalWords, timesAt } from './lamp.ts'

const format = formatFor('en', 'UTC')
const text = textFor('en')

const idle: RecordingView = { ...quiet, main: null }
const call = (recording: Partial<RecordingView>, over: Partial<CallView> = {}): CallView =>
  callOf({ ...idle, ...recording }, { zone: 'unknown', ...over })
const seen = (kind: 'off' | 'recording' | 'paused') => ({ proof: { kind, since: AT, at: AT } })
const wished = (want: 'start' | 'pause' | 'resume' | 'stop') => ({ wish: { want, since: AT } })
const view = (shown: CallView | null): LampView => lampView(shown, '*3', text, format)

const at = fc.integer({ min: 0, max: 2 ** 42 })
const want = fc.constantFrom('start', 'pause', 'resume', 'stop')
const kind = fc.constantFrom('off', 'recording', 'paused')
const route = fc.option(fc.constantFrom('calld', 'rfc4733', 'info', 'record-info', 'calld-dtmf'))
const proof: fc.Arbitrary<RecordingView['proof']> = fc.oneof(
  fc.record({ kind, since: at, at }),
  fc.record({
    kind: fc.constant('unknown' as const),
    why: fc.constantFrom('not-read', 'no-answer', 'stuck-file', 'unclaimed-file'),
    last: fc.option(fc.record({ kind, at })),
  }),
  fc.record({ kind: fc.constant('unprovable' as const) }),
)
const reason = fc.constantFrom(
  'not-allowed',
  'not-this-queue',
  'by-policy',
  'not-yours',
  'no-bridge',
  'not-offered',
  'server-trouble',
  'phone-cannot',
  'nothing-happened',
  'not-proven',
  'no-route',
  'pressed-elsewhere',
)
const recording: fc.Arbitrary<RecordingView> = fc.record({
  proof,
  wish: fc.option(fc.record({ want, since: at })),
  refusal: fc.option(fc.record({ want, reason, route, next: route, at })),
  main: fc.constant(null),
  stop: fc.constant(null),
  planned: fc.boolean(),
  route,
  ways: fc.constant([]),
  canTry: fc.boolean(),
  recordedMs: fc.nat(),
  runningSince: fc.option(at),
  firstRecordedAt: fc.option(at),
  sentAt: fc.option(at),
  settlesIn: fc.nat(),
})
const status = fc.constantFrom('dialing', 'ringing-out', 'ringing-in', 'up')
const language = fc.constantFrom<Language>('en', 'fr', 'fr-CA')

describe('the lamp', () => {
  it('is red if and only if the proof is recording', () => {
    fc.assert(
      fc.property(recording, status, language, fc.boolean(), (shown, callStatus, spoken, onHold) => {
        const { lamp } = lampView(call(shown, { status: callStatus, onHold }), '*3', textFor(spoken), format)
        expect(lamp === 'recording').toBe(shown.proof.kind === 'recording')
      }),
      { numRuns: 2000 },
    )
  })

  it('says a word for every state, and never that nothing is recorded while it is', () => {
    fc.assert(
      fc.property(recording, status, (shown, callStatus) => {
        const { lamp, word } = view(call(shown, { status: callStatus }))
        expect(word).not.toBe('')
        if (lamp === 'recording') expect(word).not.toMatch(/not recording/i)
        if (lamp === 'off' || lamp === 'paused') expect(word).not.toMatch(/still recording|^recording$/i)
      }),
      { numRuns: 2000 },
    )
  })

  it('shows a wish beside the proven state, never instead of it', () => {
    expect(view(call({ ...seen('recording'), ...wished('pause') }))).toEqual({
      lamp: 'recording',
      wish: 'pause',
      refused: false,
      word: 'Pausing... still recording',
    })
    expect(view(call({ ...seen('recording'), ...wished('stop') })).word).toBe('Stopping... still recording')
    expect(view(call({ ...seen('off'), ...wished('start') }))).toMatchObject({
      lamp: 'off',
      word: 'Starting... not recording yet',
    })
    expect(view(call({ ...seen('paused'), ...wished('resume') }))).toMatchObject({
      lamp: 'paused',
      word: 'Resuming... not recording yet',
    })
  })

  it('says when it cannot tell, and what was seen last', () => {
    const lost = { proof: { kind: 'unknown', why: 'no-answer', last: { kind: 'recording', at: AT } } } as const
    expect(view(call(lost))).toMatchObject({ lamp: 'unknown', word: "Can't tell. Last seen recording at 14:05:12" })
    expect(view(call({ proof: { kind: 'unprovable' }, sentAt: AT })).word).toBe(
      '*3 sent at 14:05:12. This server cannot confirm it',
    )
  })

  it('is out without a call, and names the state of one that is not yet up', () => {
    expect(view(null)).toEqual({ lamp: 'none', wish: null, refused: false, word: 'No call' })
    const unread = { proof: { kind: 'unknown', why: 'not-read', last: null } } as const
    expect(view(call(unread, { status: 'ringing-in' }))).toMatchObject({ lamp: 'none', word: 'Incoming call' })
    expect(view(call(unread))).toMatchObject({ lamp: 'unknown', word: 'Checking...' })
    expect(view(call(seen('recording'), { status: 'ringing-out' })).lamp).toBe('recording')
  })
})

describe('the call in focus', () => {
  it('is the one being spoken, before one on hold and one that rings', () => {
    const held = call(seen('recording'), { id: 'held', onHold: true })
    const ringing = call({}, { id: 'ringing', status: 'ringing-in' })
    const spoken = call({}, { id: 'spoken' })
    expect(callInFocus([ringing, held, spoken])?.id).toBe('spoken')
    expect(callInFocus([ringing, held])?.id).toBe('held')
    expect(callInFocus([call({}, { isCode: true })])).toBeNull()
  })
})

describe('times', () => {
  it('are two while they differ, one when equal', () => {
    const running = { ...seen('recording'), recordedMs: 10_000, runningSince: AT + 60_000 }
    expect(timesAt(call(running), AT + 90_000)).toEqual({ recordedMs: 40_000, callMs: 90_000 })
    expect(timesAt(call({ ...seen('recording'), runningSince: AT + 300 }), AT + 90_000)).toEqual({
      recordedMs: 89_700,
      callMs: null,
    })
    expect(timesAt(call({}), AT + 90_000)).toEqual({ recordedMs: null, callMs: 90_000 })
    expect(timesAt(call({}, { answeredAt: null }), AT)).toEqual({ recordedMs: null, callMs: null })
  })

  it('never run backwards below nothing', () => {
    fc.assert(
      fc.property(recording, at, (shown, now) => {
        const { recordedMs, callMs } = timesAt(call(shown), now)
        expect(recordedMs ?? 0).toBeGreaterThanOrEqual(0)
        expect(callMs ?? 0).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('refusals', () => {
  const refused = (
    of: NonNullable<RecordingView['refusal']>['want'],
    why: NonNullable<RecordingView['refusal']>['reason'],
    over = {},
  ) => ({
    refusal: { want: of, reason: why, route: 'calld', next: null, at: AT, ...over } as const,
  })
  const words = (shown: Partial<RecordingView>) => refusalWords({ ...idle, ...shown }, '*3', text)

  it('warn of the card when a pause did not come', () => {
    expect(words({ ...seen('recording'), ...refused('pause', 'not-allowed') })).toBe(
      'Still recording: pausing is not allowed. Do not take card details now',
    )
    fc.assert(
      fc.property(recording, reason, (shown, why) => {
        const said = refusalWords({ ...shown, ...refused('pause', why) }, '*3', text)
        expect(said).toContain('Do not take card details now')
        expect(said?.startsWith('Still recording')).toBe(shown.proof.kind === 'recording')
      }),
    )
  })

  it('tell a silent failure by the server from one by keys', () => {
    expect(words(refused('start', 'nothing-happened'))).toBe('Recording did not start; the server gave no reason')
    expect(words(refused('start', 'nothing-happened', { route: 'rfc4733' }))).toBe('*3 was pressed, nothing changed')
    expect(words(refused('start', 'not-offered', { next: 'info' }))).toMatch(/Trying another way\.\.\.$/)
    expect(words(refused('start', 'server-trouble'))).toBe('Recording did not start; the server has trouble. Try again')
    expect(words(refused('start', 'server-trouble', { next: 'info' }))).not.toContain('Try again')
    expect(words({})).toBeNull()
  })
})
