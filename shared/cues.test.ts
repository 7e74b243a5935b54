import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cue, cueOf, isHeard } from './cues.ts'
import { type RecordingView } from './recording/view.ts'
import { Settings } from './settings.ts'
import { anySnapshot, AT, callOf, inPause, lost, quiet, running, snapshotOf } from './snapshots.testing.ts'

const step = (before: RecordingView | null, after: RecordingView | null) =>
  cueOf(snapshotOf(before === null ? [] : [callOf(before)]), snapshotOf(after === null ? [] : [callOf(after)]))

describe('the cue of a step', () => {
  it.each([
    [quiet, running, 'recording'],
    [inPause, running, 'recording'],
    [null, running, 'recording'],
    [lost('recording'), running, 'recording'],
    [running, inPause, 'paused'],
    [running, quiet, 'stopped'],
    [inPause, quiet, 'stopped'],
    [lost('recording'), quiet, 'stopped'],
    [running, lost('recording'), 'failed'],
    [inPause, lost('paused'), 'failed'],
    [null, quiet, null],
    [lost(null), quiet, null],
    [lost('off'), quiet, null],
    [quiet, lost('off'), null],
    [running, running, null],
    [running, null, null],
  ] as const)('%#', (before, after, cue) => expect(step(before, after)).toBe(cue))

  it('never tells of a wish', () => {
    for (const want of ['start', 'pause', 'resume', 'stop'] as const)
      for (const view of [quiet, running, inPause])
        expect(step(view, { ...view, wish: { want, since: AT } })).toBeNull()
  })

  it('tells of a refusal once no other way is left', () => {
    const refusal = { want: 'start', reason: 'not-allowed', route: 'calld', next: null, at: AT } as const
    expect(step(quiet, { ...quiet, refusal: { ...refusal, next: 'rfc4733' } })).toBeNull()
    expect(step(quiet, { ...quiet, refusal })).toBe('failed')
    expect(step({ ...quiet, refusal }, { ...quiet, refusal })).toBeNull()
  })

  it('sounds as recording, paused or stopped only where the call in focus was just proven so', () => {
    fc.assert(
      fc.property(anySnapshot, anySnapshot, (before, after) => {
        const cue = cueOf(before, after)
        if (cue !== 'recording' && cue !== 'paused') return
        const spoken = after.calls.filter(call => !call.isCode)
        expect(spoken.some(call => call.recording.proof.kind === cue)).toBe(true)
      }),
    )
  })
})

describe('what is heard', () => {
  const cues: readonly Cue[] = ['recording', 'paused', 'stopped', 'failed', 'reminder']
  const heard = (wanted: Settings['cues'], use: 'phone' | 'companion') => {
    const base = snapshotOf()
    const { stage } = base
    if (stage.stage !== 'ready') throw new Error('not ready')
    const snapshot = {
      ...base,
      settings: Settings.parse({ cues: wanted }),
      stage: { ...stage, account: { ...stage.account, use } },
    }
    return cues.filter(cue => isHeard(cue, snapshot))
  }

  it('is all on this computer, and failures alone beside a desk phone, unless the user says otherwise', () => {
    expect(heard('auto', 'phone')).toEqual(cues)
    expect(heard('auto', 'companion')).toEqual(['failed'])
    expect(heard('all', 'companion')).toEqual(cues)
    expect(heard('failures', 'phone')).toEqual(['failed'])
    expect(heard('off', 'phone')).toEqual([])
  })
})
