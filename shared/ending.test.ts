import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LastCall } from './call.ts'
import {
  type Asker,
  briefly,
  outcomeOf,
  outcomeWords,
  reasons,
  recordingOf,
  timelineWords,
  titleWords,
} from './ending.ts'
import { type Entry } from './library/entry.ts'
import { entryOf } from './library/entry.testing.ts'
import { formatFor, textFor } from './text/index.ts'
import { type Span, timeline } from './timeline.ts'

const text = textFor('en')
const format = formatFor('en', 'UTC')
/** 14:05:12. */
const AT = Date.UTC(2026, 10, 23, 14, 5, 12)

const spans = (...kinds: readonly (readonly [Span['kind'], number])[]): Span[] => {
  let at = 0
  return kinds.map(([kind, seconds]) => {
    const fromMs = at
    at += seconds * 1000
    return { fromMs, toMs: at, kind }
  })
}
const ended = (timeline: Span[], more: Partial<LastCall> = {}): LastCall => ({
  id: 'a',
  conversation: '1700000000.1',
  peer: { name: 'Marie', number: '+1 418 555-0142' },
  outgoing: true,
  startedAt: AT - 345_000,
  endedAt: AT,
  end: 'talked',
  callMs: timeline.at(-1)?.toMs ?? 0,
  recordedMs: timeline.reduce((sum, { kind, fromMs, toMs }) => sum + (kind === 'recorded' ? toMs - fromMs : 0), 0),
  pauses: timeline.filter(({ kind }) => kind === 'paused').length,
  timeline,
  files: [],
  provable: true,
  asked: null,
  forbidden: false,
  sentAt: null,
  due: null,
  ...more,
})
const asker: Asker = { recordCode: '*3', othersListed: true }
const said = (last: LastCall) => outcomeWords(last, text, format)
const why = (last: LastCall, change: Partial<Asker> = {}) => reasons(last, { ...asker, ...change }, text, format)
const none = (more: Partial<LastCall> = {}) => ended(spans(['not-recorded', 340]), more)

describe('a call whose phone stopped without a server to ask', () => {
  it('is not said to have ended, nor its recording to be whole', () => {
    const last = ended(spans(['recorded', 252]), { end: 'phone-stopped' })
    expect(said(last)).toBe('Recorded at least 04:12 of your 04:12 call.')
    expect(titleWords(last, 'Marie', text)).toContain('may go on at the server')
    expect(outcomeOf(none({ end: 'phone-stopped' }))).toBe('not-known')
  })
})

describe('what of a call was recorded', () => {
  it('is told with both times, from where, and its pauses', () => {
    const last = ended(spans(['not-recorded', 88], ['recorded', 152], ['paused', 20], ['recorded', 80]))
    expect(said(last)).toBe('Recorded 03:52 of your 05:40 call, from 01:28, 1 pause.')
    expect(briefly(last, text, format)).toBe('recorded 03:52')
    expect(timelineWords(last.timeline, text, format)).toBe(
      'Your call from its start: 00:00 to 01:28 not recorded, 01:28 to 04:00 recorded, 04:00 to 04:20 paused, 04:20 to 05:40 recorded',
    )
  })

  it('is the whole call when nothing but the first moment is missing', () => {
    expect(said(ended(spans(['not-recorded', 0.4], ['recorded', 339.6])))).toBe('Recorded: your whole call, 05:40.')
  })

  it('is the least of it where the state was lost in between', () => {
    const last = ended(spans(['recorded', 100], ['not-known', 40], ['recorded', 200]))
    expect(said(last)).toBe('Recorded at least 05:00 of your 05:40 call.')
    expect(briefly(last, text, format)).toBe('recorded at least 05:00')
  })

  it('is nothing only where that was seen all the time', () => {
    expect(said(none())).toBe('Not recorded: why?')
    expect(said(ended(spans(['not-recorded', 300], ['not-known', 40])))).toBe(
      "Can't tell whether it was recorded: why?",
    )
    expect(said(ended(spans(['not-known', 340]), { provable: false }))).toBe("Can't tell whether it was recorded: why?")
  })

  it('of a call that nobody answered is no question', () => {
    const missed = ended([], { end: 'not-answered', outgoing: false })
    expect([titleWords(missed, 'Marie', text), said(missed)]).toEqual(['Call from Marie', 'Not answered.'])
    expect(titleWords(ended([], { end: 'not-answered' }), 'Marie', text)).toBe('Call to Marie')
    expect(titleWords(none(), 'Marie', text)).toBe('Call with Marie ended')
    expect(said(ended([], { end: 'declined' }))).toBe('You declined it.')
    expect(said(ended([], { end: 'elsewhere', outgoing: false }))).toBe('Answered on another of your phones.')
  })
})

describe('why it was not recorded', () => {
  it('nobody asked for it', () => {
    expect(why(none({ due: 'no' }))).toEqual([
      'Nobody pressed Record, here or on another phone of yours.',
      'Automatic recording is off for calls like this one.',
      'If the other side recorded it, it appears in your list all the same.',
    ])
  })

  it('is not said of another phone while the state was not known', () => {
    expect(why(ended(spans(['not-recorded', 12], ['not-known', 28], ['not-recorded', 300])))).toEqual([
      'Nobody pressed Record here.',
      'The state could not be read during this time of the call: 00:12 to 00:40.',
      'If the other side recorded it, it appears in your list all the same.',
    ])
  })

  it('not allowed', () => {
    expect(why(none({ forbidden: true }))[0]).toBe(
      'You are not allowed to record calls yourself. Ask your administrator.',
    )
  })

  it('refused, when and by which way', () => {
    const refusal = { want: 'start', reason: 'server-trouble', route: 'calld', next: null, at: AT } as const
    expect(why(none({ asked: { at: AT, route: 'calld', refusal } }))[0]).toBe(
      'Record was pressed at 14:05:12 and went through the server. Recording did not start; the server has trouble.',
    )
    const silent = { ...refusal, reason: 'nothing-happened', route: 'rfc4733' } as const
    expect(why(none({ asked: { at: AT, route: 'rfc4733', refusal: silent } }))[0]).toBe(
      'Record was pressed at 14:05:12 and went by keys sent in the call (RFC 4733). *3 was pressed, nothing changed.',
    )
    const elsewhere = { ...refusal, reason: 'pressed-elsewhere', route: null } as const
    expect(why(none({ asked: { at: AT, route: null, refusal: elsewhere } }))[0]).toBe(
      '*3 was pressed, nothing changed.',
    )
    const nowhere = { ...refusal, reason: 'no-route', route: null } as const
    expect(why(none({ asked: { at: AT, route: null, refusal: nowhere } }))[0]).toBe(
      'Record was pressed at 14:05:12. Recording did not start; nothing here reaches this call.',
    )
  })

  it('the call ended before it was confirmed', () => {
    expect(why(none({ asked: { at: AT, route: 'calld', refusal: null } }))[0]).toBe(
      'Record was pressed at 14:05:12 and went through the server. The call ended before the server confirmed it.',
    )
  })

  it('automatic recording should have started; of an incoming call the other side may have it', () => {
    expect(why(none({ due: 'yes' }))).toContain(
      'Automatic recording is on for calls like this one, but it did not start on your side.',
    )
    expect(why(none({ due: 'yes' }))).not.toContain(text.calls.end.why.callerSide)
    expect(why(none({ due: 'yes', outgoing: false }))).toContain(text.calls.end.why.callerSide)
    expect(why(none({ due: 'maybe' })).join()).not.toMatch(/Automatic/)
    const lost = spans(['not-recorded', 300], ['not-known', 40])
    expect(why(ended(lost, { due: 'yes' }))).toContain(text.calls.end.why.automaticOn)
  })

  it('a server that cannot confirm is not said to have recorded nothing', () => {
    const last = ended(spans(['not-known', 340]), { provable: false })
    expect(why({ ...last, sentAt: AT }, { othersListed: false })).toEqual([
      'This server cannot confirm whether a call is recorded.',
      '*3 was sent at 14:05:12.',
      'Whether the other side recorded it cannot be known here.',
    ])
    expect(why(last)[1]).toBe('*3 was not sent from here.')
  })
})

describe('the recording of a call', () => {
  const last = none()
  const entry = (more: Partial<Entry> = {}): Entry =>
    entryOf({
      id: 'e',
      startedAt: last.startedAt,
      callMs: 340_000,
      peer: { name: '', number: '+14185550142' },
      parts: [
        {
          id: 'p',
          startedAt: last.startedAt,
          durationMs: 1_000,
          hearing: 'yes',
          kept: false,
          maybeOthers: false,
          fileName: 'a.wav',
        },
      ],
      fromMs: 0,
      recordedMs: 1_000,
      ...more,
    })

  it('is found by the conversation, whatever else differs', () => {
    const found = entry({ conversation: last.conversation, startedAt: 0, peer: { name: '', number: '' } })
    expect(recordingOf(last, [entry({ id: 'other' }), found])).toBe(found)
  })

  it('is not that of another conversation', () => {
    expect(recordingOf(last, [entry({ conversation: '1.1' })])).toBeNull()
  })

  it('is found by number and time where a source knows no conversations', () => {
    expect(recordingOf(last, [entry()])?.id).toBe('e')
    expect(recordingOf(last, [entry({ peer: { name: '', number: '14185550142' } })])?.id).toBe('e')
    expect(recordingOf(last, [entry({ peer: { name: '', number: '4185550142' } })])?.id).toBe('e')
    expect(recordingOf(last, [entry({ peer: { name: '', number: '0142' } })])).toBeNull()
    expect(recordingOf(last, [entry({ outgoing: false })])).toBeNull()
    expect(recordingOf(last, [entry({ startedAt: last.startedAt - 60_000 })])).toBeNull()
    expect(recordingOf(last, [entry({ startedAt: last.endedAt + 60_000 })])).toBeNull()
  })

  it('of two calls to one number, one right after the other, is the nearer one', () => {
    const before = entry({ id: 'before', startedAt: last.startedAt - 9_000 })
    expect(recordingOf(last, [before, entry()])?.id).toBe('e')
  })
})

describe('whatever happened', () => {
  const kind = fc.constantFrom('off', 'recording', 'paused', 'unknown' as const)
  const tape = fc.array(fc.tuple(kind, fc.integer({ min: 1, max: 100_000 })), { maxLength: 12 }).map(changes => {
    let at = 0
    return changes.map(([to, after]) => ({ to, at: (at += after) }))
  })

  it('"not recorded" is said only of a call that was seen not to be, and the words never claim more than was seen', () => {
    fc.assert(
      fc.property(tape, fc.nat(1_000_000), (changes, endedAt) => {
        const call = timeline([{ answeredAt: 0, endedAt, tape: changes }])
        const last = ended(call)
        const outcome = outcomeOf(last)
        const lost = call
          .filter(({ kind: is }) => is === 'not-known')
          .reduce((sum, one) => sum + one.toMs - one.fromMs, 0)
        if (outcome === 'none') expect(last.recordedMs + Math.max(0, lost - 999)).toBe(0)
        if (outcome === 'whole' || outcome === 'part') expect(lost).toBeLessThan(1_000)
        if (outcome === 'whole') expect(last.callMs - last.recordedMs).toBeLessThan(1_500)
        expect(said(last)).not.toMatch(/NaN|undefined|-\d/)
        expect(why(last).every(words => /^[A-Z*].*\.$/.test(words))).toBe(true)
      }),
    )
  })
})
