/** What shows and sounds outside of the window follows the one snapshot, and the choice of who looks where. */
import { beforeEach, describe, expect, it } from 'vitest'
import { alarmsAfter } from '../../shared/alarms.ts'
import { outlineOf, title } from '../../shared/outline.ts'
import { Settings } from '../../shared/settings.ts'
import { AT, callOf, lost, quiet, running, snapshotOf } from '../../shared/snapshots.testing.ts'
import { formatFor, textFor } from '../../shared/text/index.ts'
import { Outside } from './outside.ts'

let front: boolean
let drawn: string[]
let notices: string[]
let cues: string[]
let bar: boolean[]
let outside: Outside

beforeEach(() => {
  front = false
  drawn = []
  notices = []
  cues = []
  bar = []
  outside = new Outside({
    tray: { draw: ({ tooltip }) => void drawn.push(tooltip) },
    notifier: { show: ({ id }) => void notices.push(id), close: id => void notices.push(`-${id}`) },
    miniBar: { set: wanted => void bar.push(wanted) },
    keys: { set: () => undefined },
    sound: cue => void cues.push(cue),
    inFront: () => front,
  })
})

const alarmed = snapshotOf([callOf(lost('recording'))], {
  alarms: [...alarmsAfter([], [callOf(running)], [callOf(lost('recording'))], AT)],
})

describe('outside of the window', () => {
  it('the tray says what the title says', () => {
    const snapshot = snapshotOf([callOf(running)])
    outside.take(snapshot)
    const text = textFor('en')
    expect(`${drawn[0]} - Tallylight`).toBe(title(outlineOf(snapshot, text, formatFor('en')), text))
  })

  it('nothing is notified nor sounds for what was so already when it began', () => {
    outside.take(alarmed)
    expect([notices, cues]).toEqual([[], []])
  })

  it('an alarm is notified even while the window is in front, everything else only when it is not', () => {
    front = true
    const ringing = callOf(lost(null), { id: 'b', status: 'ringing-in', outgoing: false, answeredAt: null })
    outside.take(snapshotOf([callOf(running)]))
    outside.take(snapshotOf([callOf(running), ringing]))
    expect(notices).toEqual([])
    outside.take(alarmed)
    expect(notices).toEqual(['-ringing:b', 'lost:a'])
    front = false
    outside.take(snapshotOf([ringing]))
    expect(notices.slice(2)).toEqual(['-lost:a', 'ringing:b'])
  })

  it('cues follow the setting, and an alarm sounds again until it is answered', () => {
    outside.take(snapshotOf([callOf(quiet)]))
    outside.take(snapshotOf([callOf(running)]))
    outside.take(alarmed)
    expect(cues).toEqual(['recording', 'failed'])
    outside.moment(alarmed.alarms, AT + 9_000, AT + 10_000)
    expect(cues).toEqual(['recording', 'failed', 'failed'])
    outside.moment([], AT + 19_000, AT + 20_000)
    outside.take({ ...alarmed, settings: Settings.parse({ cues: 'off' }) })
    outside.moment(alarmed.alarms, AT + 19_000, AT + 20_000)
    expect(cues).toHaveLength(3)
  })

  it('the mini bar is there while the call is recorded and another window is in front', () => {
    outside.take(snapshotOf([callOf(running)]))
    front = true
    outside.frontChanged()
    front = false
    outside.frontChanged()
    outside.take(snapshotOf())
    expect(bar).toEqual([true, false, true, false])
  })
})
