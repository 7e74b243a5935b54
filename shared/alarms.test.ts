/** The alarms that stay until they are answered, whatever becomes of the call. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Alarm, alarmsAfter, answered, soundsIn } from './alarms.ts'
import { alarmWords } from './attentionWords.ts'
import { type CallView } from './call.ts'
import { type RecordingView } from './recording/view.ts'
import { AT, anyCalls, callOf, inPause, lost, quiet, running } from './snapshots.testing.ts'
import { formatFor, textFor } from './text/index.ts'

const text = textFor('en')
const format = formatFor('en', 'UTC')

/** The fold over views of one call, 1 s apart; null = it is gone. */
function fold(...views: readonly (RecordingView | null)[]): readonly Alarm[] {
  let alarms: readonly Alarm[] = []
  let before: CallView[] = []
  for (const [index, view] of views.entries()) {
    const calls = view === null ? [] : [callOf(view)]
    alarms = alarmsAfter(alarms, before, calls, AT + index * 1000)
    before = calls
  }
  return alarms
}
const refused = (more: Partial<NonNullable<RecordingView['refusal']>> = {}): RecordingView => ({
  ...running,
  refusal: { want: 'pause', reason: 'not-allowed', route: 'calld', next: null, at: AT, ...more },
})
const seen = (view: RecordingView, at: number): RecordingView => ({
  ...view,
  proof: 'since' in view.proof ? { ...view.proof, since: at, at } : view.proof,
})

describe('a call whose phone stopped', () => {
  it('is an alarm at once, which stays until the call ends or it is answered', () => {
    const here = [callOf(running)]
    const stopped = [callOf(running, { device: 'stopped' })]
    const alarms = alarmsAfter([], here, stopped, AT)
    expect(alarms).toMatchObject([{ kind: 'phone-stopped', since: AT, resolved: null }])
    const later = alarmsAfter(alarms, stopped, stopped, AT + 1000)
    expect(later).toEqual(alarms)
    const [alarm] = later
    if (alarm === undefined) throw new Error('no alarm')
    expect(alarmWords(alarm, stopped, text, format).title).toContain('does not hear you')
    expect(alarmsAfter(later, stopped, [], AT + 2000)).toMatchObject([{ endedAt: AT + 2000 }])
  })

  it('is none while it only rings', () => {
    const ringing = callOf(quiet, { status: 'ringing-in' })
    expect(alarmsAfter([], [ringing], [{ ...ringing, device: 'stopped' }], AT)).toEqual([])
  })
})

describe('a call without sound', () => {
  const sound = (quality: 'good' | 'deaf' | 'none' | 'unheard') =>
    callOf(quiet, { audio: { quality, heard: 0, spoken: 0, rttMs: null, jitterMs: null, lossIn: 0, lossOut: null } })

  it('is an alarm as it begins, right again when sound comes back, and stays until it is answered', () => {
    const good = [sound('good')]
    const deaf = [sound('deaf')]
    let alarms = alarmsAfter([], good, deaf, AT)
    expect(alarms).toMatchObject([{ kind: 'no-audio', since: AT, resolved: null }])
    // still the same one
    alarms = alarmsAfter(alarms, deaf, [sound('none')], AT + 1000)
    expect(alarms).toHaveLength(1)
    alarms = alarmsAfter(alarms, [sound('none')], good, AT + 2000)
    expect(alarms).toMatchObject([{ resolved: { kind: 'audio', at: AT + 2000 } }])
    const [alarm] = alarms
    if (alarm === undefined) throw new Error('no alarm')
    const words = alarmWords(alarm, good, text, format)
    expect(words.title).toContain('For a while nothing was heard of')
    expect(words.facts.join(' ')).toContain('Sound came back at')
  })

  it('is none where nobody hears the user, which is said on the card, nor where nothing is measured', () => {
    expect(alarmsAfter([], [sound('good')], [sound('unheard')], AT)).toEqual([])
    expect(alarmsAfter([], [callOf(quiet)], [callOf(quiet)], AT)).toEqual([])
  })
})

describe('a state that is lost', () => {
  it.each([
    ['recording', running],
    ['paused', inPause],
  ] as const)('is an alarm while %s', (kind, view) => {
    expect(fold(view, lost(kind))).toMatchObject([{ kind: 'lost', since: AT + 1000, last: { kind, at: AT } }])
  })

  it('is none where nothing was recorded, or where nothing was known yet', () => {
    expect(fold(quiet, lost('off'))).toEqual([])
    expect(fold(lost(null), lost(null))).toEqual([])
  })

  it('stays after it came back, and says from when until when it was not known', () => {
    const [alarm] = fold(running, lost('recording'), seen(running, AT + 18_000))
    if (alarm === undefined) throw new Error('no alarm')
    expect(alarm.resolved).toEqual({ kind: 'recording', at: AT + 18_000 })
    const { facts, step } = alarmWords(alarm, [callOf(running)], text, format)
    expect(facts.join(' ')).toBe('Recording confirmed at 14:05:30. Not known from 14:05:12 until then.')
    expect(step).toBeNull()
  })

  it('stays after the call has ended, and stands again when it is lost again', () => {
    expect(fold(running, lost('recording'), null)).toMatchObject([{ kind: 'lost', endedAt: AT + 2000, resolved: null }])
    expect(fold(running, lost('recording'), running, lost('recording'))).toMatchObject([{ resolved: null }])
  })

  it('offers to check again while it can', () => {
    const [alarm] = fold(running, lost('recording'))
    if (alarm === undefined) throw new Error('no alarm')
    expect(alarmWords(alarm, [callOf(lost('recording'))], text, format).step).toEqual({
      press: 'check',
      words: 'Check again',
    })
    expect(alarmWords(alarm, [], text, format).step).toBeNull()
  })
})

describe('a pause that is refused', () => {
  it('is an alarm, once for each refusal', () => {
    expect(fold(running, refused(), refused())).toHaveLength(1)
    expect(fold(refused(), refused({ at: AT + 5 }))).toHaveLength(1)
  })

  it('is none while another way is being tried, or where it is not known to record', () => {
    expect(fold(running, refused({ next: 'rfc4733' }))).toEqual([])
    expect(fold(running, { ...inPause, refusal: refused().refusal })).toEqual([])
    expect(fold(running, refused({ want: 'stop' }))).toEqual([])
  })

  it('is one when the last way has failed too', () => {
    expect(fold(running, refused({ next: 'rfc4733' }), refused({ next: null }))).toHaveLength(1)
  })

  it('comes right with a pause, not with more recording', () => {
    expect(fold(running, refused(), seen(refused(), AT + 9000))[0]?.resolved).toBeNull()
    expect(fold(running, refused(), seen(inPause, AT + 9000))[0]?.resolved).toEqual({ kind: 'paused', at: AT + 9000 })
  })
})

describe('an automatic recording that is missing', () => {
  const missing = (more: Partial<CallView> = {}) =>
    callOf(quiet, { automatic: { due: 'yes', why: ['outgoingExternal'], missing: true }, ...more })

  it('is an alarm once it is missing, offers to record, and comes right with a recording', () => {
    const [alarm] = alarmsAfter([], [callOf(quiet)], [missing()], AT)
    if (alarm === undefined) throw new Error('no alarm')
    expect(alarm).toMatchObject({ kind: 'automatic-missing', elsewhere: false })
    expect(alarmWords(alarm, [missing()], text, format)).toMatchObject({
      facts: ['Since 14:05:12.'],
      step: { press: 'start', words: 'Record' },
    })
    expect(alarmsAfter([alarm], [missing()], [missing()], AT + 1)).toEqual([alarm])
    const [right] = alarmsAfter([alarm], [missing()], [callOf(running)], AT + 2)
    expect(right?.resolved).toEqual({ kind: 'recording', at: AT })
  })

  it('says that the other side may record, where that may be', () => {
    const inside = missing({ outgoing: false, zone: 'inside' })
    const [alarm] = alarmsAfter([], [callOf(quiet)], [inside], AT)
    if (alarm === undefined) throw new Error('no alarm')
    expect(alarmWords(alarm, [inside], text, format).facts[0]).toBe('The other side may be recording it instead.')
  })
})

describe('any history', () => {
  it('loses no alarm but by its answer, and an answered one does not come back by itself', () => {
    fc.assert(
      fc.property(fc.array(anyCalls, { maxLength: 12 }), histories => {
        let alarms: readonly Alarm[] = []
        let before: CallView[] = []
        for (const [index, calls] of histories.entries()) {
          const next = alarmsAfter(alarms, before, calls, AT + index)
          for (const alarm of alarms) expect(next.map(one => one.id)).toContain(alarm.id)
          expect(new Set(next.map(one => one.id)).size).toBe(next.length)
          for (const { id } of next) {
            const left = answered(next, id)
            expect(left.map(one => one.id)).not.toContain(id)
            expect(alarmsAfter(left, calls, calls, AT + index + 1).map(one => one.id)).not.toContain(id)
          }
          alarms = next
          before = calls
        }
      }),
    )
  })
})

describe('the sound', () => {
  it('is repeated every 10 s, five times more, and ends', () => {
    const alarms = fold(running, lost('recording'))
    const since = AT + 1000
    const heard = Array.from({ length: 120 }, (_, s) => s).filter(s =>
      soundsIn(alarms, since + s * 1000, since + (s + 1) * 1000),
    )
    expect(heard).toEqual([9, 19, 29, 39, 49])
    expect(soundsIn([], since, since + 60_000)).toBe(false)
  })
})
