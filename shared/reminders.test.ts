import { describe, expect, it } from 'vitest'
import { type CallView } from './call.ts'
import { reminded, remindersAt, type Thresholds, type Watched, watchedAfter } from './reminders.ts'
import { AT, callOf, inPause, quiet, running } from './snapshots.testing.ts'

const usual: Thresholds = { remindPausedSeconds: 60, remindHeldSeconds: 60, remindLongMinutes: 60 }
const told = (watched: readonly Watched[], now: number, thresholds = usual) =>
  remindersAt(watched, thresholds, now).map(one => one.kind)
const watch = (call: CallView, now: number, watched: readonly Watched[] = []) => watchedAfter(watched, [call], now)

describe('reminders', () => {
  it('tell of a pause after its time, once answered no more, and of the next pause anew', () => {
    const first = watch(callOf(inPause), AT)
    expect(told(first, AT + 59_999)).toEqual([])
    expect(told(first, AT + 60_000)).toEqual(['paused'])
    const done = watch(callOf(inPause), AT + 61_000, reminded(first, 'paused:a'))
    expect(told(done, AT + 90_000)).toEqual([])
    const again = { ...inPause, proof: { kind: 'paused', since: AT + 100_000, at: AT + 100_000 } } as const
    expect(told(watch(callOf(again), AT + 100_000, done), AT + 160_000)).toEqual(['paused'])
  })

  it('tell of a call on hold only while it records, from when it was seen so', () => {
    const held = watch(callOf(running, { onHold: true }), AT + 5000)
    const later = watch(callOf(running, { onHold: true }), AT + 65_000, held)
    expect(told(later, AT + 64_999)).toEqual([])
    expect(told(later, AT + 65_000)).toEqual(['held'])
    expect(told(watch(callOf(running), AT + 66_000, later), AT + 200_000)).toEqual([])
    expect(told(watch(callOf(quiet, { onHold: true }), AT), AT + 200_000)).toEqual([])
  })

  it('tell of a long recording by the time recorded, not by the time of the call', () => {
    const long = watch(callOf({ ...running, recordedMs: 50 * 60_000 }), AT)
    expect(told(long, AT + 9 * 60_000)).toEqual([])
    expect(told(long, AT + 10 * 60_000)).toEqual(['long'])
    const rested = watch(callOf({ ...inPause, recordedMs: 61 * 60_000 }), AT, reminded(long, 'long:a'))
    expect(told(rested, AT)).toEqual([])
  })

  it('are never told with a threshold of 0', () => {
    const never = { remindPausedSeconds: 0, remindHeldSeconds: 0, remindLongMinutes: 0 }
    expect(told(watch(callOf(inPause), AT), AT + 1e9, never)).toEqual([])
  })
})
