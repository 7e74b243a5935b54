/** Tray, title, notifications and lamp say the same of one snapshot. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alarmsAfter } from './alarms.ts'
import { type LastCall } from './call.ts'
import { isMiniBarWanted } from './miniBar.ts'
import { noticesOf } from './notices.ts'
import { outlineOf, title } from './outline.ts'
import { Settings } from './settings.ts'
import { anySnapshot, AT, callOf, inPause, lost, quiet, running, snapshotOf } from './snapshots.testing.ts'
import { formatFor, textFor } from './text/index.ts'
import { trayOf } from './tray.ts'

const wordsOf = (language: 'en' | 'fr' | 'fr-CA') => ({ text: textFor(language), format: formatFor(language, 'UTC') })
const en = wordsOf('en')

describe('the tray', () => {
  it('has the picture, the words and the open places of the lamp, in every state', () => {
    fc.assert(
      fc.property(anySnapshot, snapshot => {
        const { text, format } = wordsOf(snapshot.language)
        const { lamp, actions, call } = outlineOf(snapshot, text, format)
        const tray = trayOf(snapshot, text, format)
        expect(tray.picture).toEqual({ lamp: lamp.lamp, wish: lamp.wish, refused: lamp.refused, alarmed: false })
        expect(title(outlineOf(snapshot, text, format), text)).toBe(`${tray.tooltip} - Tallylight`)
        expect(tray.menu[0]).toEqual({ kind: 'words', words: tray.tooltip })
        const presses = tray.menu.flatMap(item =>
          item.kind === 'deed' && item.deed.do === 'press'
            ? [{ ...item.deed, open: item.open, words: item.words }]
            : [],
        )
        expect(presses.map(({ press, open }) => ({ press, open }))).toEqual(
          actions.map(({ press, open }) => ({ press, open })),
        )
        for (const one of presses) expect(one.call).toBe(call?.id)
        for (const [index, one] of presses.entries())
          expect(one.words.startsWith(`${actions[index]?.words ?? '?'}: `)).toBe(true)
      }),
    )
  })

  it('shows an alarm until it is answered', () => {
    const calls = [callOf(lost('recording'))]
    const alarms = [...alarmsAfter([], [callOf(running)], calls, AT)]
    const tray = trayOf(snapshotOf(calls, { alarms }), en.text, en.format)
    expect(tray.picture.alarmed).toBe(true)
    expect(tray.tooltip).toMatch(/^Alarm · Can't tell/)
    expect(tray.menu).toContainEqual({
      kind: 'deed',
      words: "Alarm: Can't tell whether your call with Marie Tremblay is being recorded",
      open: true,
      deed: { do: 'show' },
    })
  })
})

describe('notifications', () => {
  const step = (before: Parameters<typeof noticesOf>[0], after: Parameters<typeof noticesOf>[1]) =>
    noticesOf(before, after, en.text, en.format)
  const ringing = callOf(lost(null), { status: 'ringing-in', outgoing: false, answeredAt: null })

  it('come once for what happened, and go when it is no longer so', () => {
    const rings = snapshotOf([ringing])
    expect(step(snapshotOf(), rings).show).toEqual([
      { id: 'ringing:a', title: 'Call from Marie Tremblay', body: '', always: false },
    ])
    expect(step(rings, rings)).toEqual({ show: [], close: [] })
    expect(step(rings, snapshotOf([callOf(quiet)])).close).toEqual(['ringing:a'])
    expect(step(rings, snapshotOf()).close).toEqual(['ringing:a'])
  })

  it('always tell of an alarm, once, and never of the same refusal beside it', () => {
    const refusal = { want: 'pause', reason: 'not-allowed', route: 'calld', next: null, at: AT } as const
    const [before, calls] = [[callOf(running)], [callOf({ ...running, refusal })]]
    const after = snapshotOf(calls, { alarms: [...alarmsAfter([], before, calls, AT)] })
    const { show } = step(snapshotOf(before), after)
    expect(show).toHaveLength(1)
    expect(show[0]).toMatchObject({ id: 'pause-refused:a', always: true })
    expect(step(after, snapshotOf(calls)).close).toEqual(['pause-refused:a'])
  })

  it('say of an alarm that came right that it was so, instead of leaving it as if it were', () => {
    const [before, calls] = [[callOf(running)], [callOf(lost('recording'))]]
    const alarms = [...alarmsAfter([], before, calls, AT)]
    const back = [callOf(running)]
    const after = snapshotOf(back, { alarms: [...alarmsAfter(alarms, calls, back, AT + 9000)] })
    expect(step(snapshotOf(calls, { alarms }), after).show).toMatchObject([
      { id: 'lost:a', title: 'It could not be told whether your call with Marie Tremblay was being recorded' },
    ])
    expect(step(after, after).show).toEqual([])
  })

  it('say how the call ended', () => {
    const lastCall: LastCall = {
      id: 'a',
      conversation: null,
      peer: { name: 'Marie Tremblay', number: '' },
      outgoing: true,
      startedAt: AT - 345_000,
      endedAt: AT,
      end: 'talked',
      callMs: 340_000,
      recordedMs: 252_000,
      pauses: 1,
      timeline: [
        { fromMs: 0, toMs: 88_000, kind: 'not-recorded' },
        { fromMs: 88_000, toMs: 340_000, kind: 'recorded' },
      ],
      files: [],
      provable: true,
      asked: null,
      forbidden: false,
      sentAt: null,
      due: 'no',
    }
    const body = 'Recorded 04:12 of your 05:40 call, from 01:28, 1 pause.'
    expect(step(snapshotOf(), snapshotOf([], { lastCall })).show).toEqual([
      {
        id: 'end',
        title: 'Call with Marie Tremblay ended',
        body,
        always: false,
      },
    ])
  })

  it('never speak of a recording as running unless it is proven, whatever the step', () => {
    const claims = [en.text.lamp.recording, en.text.lamp.pausing, en.text.lamp.stopping]
    fc.assert(
      fc.property(anySnapshot, anySnapshot, (before, after) => {
        const english = { ...after, language: 'en' as const }
        for (const { id, title: said } of step(before, english).show) {
          const call = after.calls.find(one => id === `refusal:${one.id}`)
          if (call === undefined) continue
          const claimed = claims.some(words => said.startsWith(`${words} ·`))
          expect(claimed).toBe(call.recording.proof.kind === 'recording')
        }
      }),
    )
  })
})

describe('the mini bar', () => {
  it.each([
    ['recording', quiet, false],
    ['recording', running, true],
    ['recording', inPause, true],
    ['recording', lost('recording'), true],
    ['recording', lost('off'), false],
    ['calls', quiet, true],
    ['never', running, false],
  ] as const)('%s: %#', (miniBar, view, wanted) => {
    expect(isMiniBarWanted({ calls: [callOf(view)], settings: Settings.parse({ miniBar }) })).toBe(wanted)
  })
})
