import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { effectOf } from './keyEffect.ts'
import { Combination, combinationOf, KeyAction, Keys, windowKey } from './keys.ts'
import { outlineOf } from './outline.ts'
import { anySnapshot, callOf, inPause, quiet, running, snapshotOf } from './snapshots.testing.ts'
import { formatFor, textFor } from './text/index.ts'

const outline = (snapshot: Parameters<typeof outlineOf>[0]) =>
  outlineOf(snapshot, textFor(snapshot.language), formatFor(snapshot.language, 'UTC'))
const none = { ctrlKey: false, altKey: false, shiftKey: false, metaKey: false }

describe('a key', () => {
  it.each([
    ['record', quiet, 'start'],
    ['pause', running, 'pause'],
    ['resume', inPause, 'resume'],
    ['stop', running, 'stop'],
    ['stop', inPause, 'stop'],
    ['toggle', quiet, 'start'],
    ['toggle', running, 'pause'],
    ['toggle', inPause, 'resume'],
  ] as const)('%s does its one thing', (action, view, press) => {
    expect(effectOf(action, outline(snapshotOf([callOf(view)])))).toEqual({
      do: 'press',
      call: 'a',
      press,
      asks: false,
    })
  })

  it.each([
    ['record', running],
    ['record', inPause],
    ['pause', quiet],
    ['pause', inPause],
    ['resume', running],
    ['stop', quiet],
  ] as const)('%s does nothing where it would mean something else', (action, view) => {
    expect(effectOf(action, outline(snapshotOf([callOf(view)])))).toEqual({ do: 'nothing' })
  })

  it('does nothing in the moment after a label changed, and does not say that it did', () => {
    const settling = { ...quiet, main: { press: 'start', label: 'record', barred: 'settling', ask: null } } as const
    expect(effectOf('record', outline(snapshotOf([callOf(settling)])))).toEqual({ do: 'nothing' })
  })

  it('acts on the call that the lamp speaks of, through a place that takes the press', () => {
    const presses = { record: 'start', pause: 'pause', resume: 'resume', stop: 'stop' } as const
    fc.assert(
      fc.property(anySnapshot, fc.constantFrom(...KeyAction.options), (snapshot, action) => {
        const seen = outline(snapshot)
        const effect = effectOf(action, seen)
        if (effect.do === 'nothing' || effect.do === 'show') return
        expect(effect.call).toBe(seen.call?.id)
        if (effect.do === 'mute' || effect.do === 'mark') expect(action).toBe(effect.do)
        else {
          expect(seen.actions.some(one => one.open && one.press === effect.press)).toBe(true)
          if (action in presses) expect(effect.press).toBe(presses[action as keyof typeof presses])
        }
      }),
    )
  })
})

describe('the keys that are set', () => {
  it('are none where a version before knew fewer of them', () => {
    expect(Keys.parse({ record: 'Control+Alt+R' })).toMatchObject({ record: 'Control+Alt+R', mark: null })
  })
})

describe('a combination', () => {
  it('needs Control, Alt or Super', () => {
    for (const good of ['Control+Alt+R', 'Alt+F9', 'Control+Shift+1', 'Super+K'])
      expect(Combination.safeParse(good).success).toBe(true)
    for (const bad of ['R', 'F9', 'Shift+R', 'Control', 'Control+', 'Control+Enter', 'Control+F25', ''])
      expect(Combination.safeParse(bad).success).toBe(false)
  })

  it('is read off a key wherever it lies on the keyboard, and every one with a modifier can be set', () => {
    expect(combinationOf({ ...none, code: 'KeyR', ctrlKey: true, altKey: true })).toBe('Control+Alt+R')
    expect(combinationOf({ ...none, code: 'ControlLeft', ctrlKey: true })).toBeNull()
    expect(windowKey({ ...none, code: 'KeyP', altKey: true })).toBe('pause')
    expect(windowKey({ ...none, code: 'KeyP', altKey: true, ctrlKey: true })).toBeNull()
    expect(windowKey({ ...none, code: 'KeyP' })).toBeNull()
  })
})
