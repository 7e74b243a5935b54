/** Every place says the same of one snapshot. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alarmsAfter } from './alarms.ts'
import { callInFocus, lampView } from './lamp.ts'
import { line, outlineOf, title } from './outline.ts'
import { anySnapshot, AT, callOf, lost, quiet, running, snapshotOf } from './snapshots.testing.ts'
import { formatFor, textFor } from './text/index.ts'

const wordsOf = (language: 'en' | 'fr' | 'fr-CA') => ({ text: textFor(language), format: formatFor(language, 'UTC') })

describe('the outline', () => {
  it('is the lamp, the call that it speaks of, and how many others there are', () => {
    const { text, format } = wordsOf('en')
    const calls = [callOf(quiet, { id: 'b', onHold: true, peer: { name: 'Paul', number: '' } }), callOf(running)]
    const outline = outlineOf(snapshotOf(calls), text, format)
    expect(title(outline, text)).toBe('Recording · Marie Tremblay · +1 - Tallylight')
    expect(outline.actions.map(one => one.words)).toEqual(['Pause', 'Stop recording'])
    expect(title(outlineOf(snapshotOf(), text, format), text)).toBe('No call - Tallylight')
  })

  it('begins every line with the words of the lamp, whatever the call is called, and claims recording on proof alone', () => {
    fc.assert(
      fc.property(anySnapshot, snapshot => {
        const { text, format } = wordsOf(snapshot.language)
        const outline = outlineOf(snapshot, text, format)
        const lamp = lampView(callInFocus(snapshot.calls), snapshot.settings.recordCode, text, format)
        expect(outline.lamp).toEqual(lamp)
        for (const said of [line(outline), title(outline, text)]) {
          expect(said.startsWith(lamp.word)).toBe(true)
          expect(said).not.toMatch(/[\u202a-\u202e\u2066-\u2069\p{Cc}]/u)
          expect([...said].length).toBeLessThan(180)
        }
        if (outline.lamp.lamp === 'recording') expect(outline.call?.recording.proof.kind).toBe('recording')
        const others = snapshot.calls.filter(call => !call.isCode).length - (outline.call === null ? 0 : 1)
        expect(outline.more).toBe(others <= 0 ? '' : `+${others}`)
      }),
    )
  })

  it('knows of an alarm that is not answered', () => {
    const { text, format } = wordsOf('en')
    const calls = [callOf(lost('recording'))]
    const alarms = [...alarmsAfter([], [callOf(running)], calls, AT)]
    expect(outlineOf(snapshotOf(calls, { alarms }), text, format).alarmed).toBe(true)
    expect(outlineOf(snapshotOf(calls), text, format).alarmed).toBe(false)
  })
})
