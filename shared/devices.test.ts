import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AudioLevel, findChosen, missingOf, NO_CHOICE, shownLevel } from './devices.ts'

const headset = { id: 'a1', label: 'Headset (0b0e:0300)' }
const built = { id: 'b2', label: 'Built-in' }

describe('a chosen device', () => {
  it('is found by its id, and after a restart by its label', () => {
    expect(findChosen(headset, [built, headset])).toEqual(headset)
    expect(findChosen(headset, [built, { ...headset, id: 'other' }])?.id).toBe('other')
    expect(findChosen(headset, [built])).toBeNull()
  })

  it('without a label is no other one without a label', () => {
    expect(findChosen({ id: 'a', label: '' }, [{ id: 'b', label: '' }])).toBeNull()
  })

  it('is missing where it is not plugged in, each for its own use', () => {
    const choice = { ...NO_CHOICE, microphone: headset, ringer: built }
    expect(missingOf(choice, [headset], [headset])).toEqual(['ringer'])
    expect(missingOf(choice, [], [built])).toEqual(['microphone'])
    expect(missingOf(NO_CHOICE, [], [])).toEqual([])
  })
})

describe('the level', () => {
  it('is a share of what an ear tells apart', () => {
    expect(shownLevel(0)).toBe(0)
    expect(shownLevel(0.0005)).toBe(0)
    expect(shownLevel(0.1)).toBeCloseTo(2 / 3)
    expect(shownLevel(1)).toBe(1)
  })

  it('is never anything else, whatever is measured', () => {
    fc.assert(fc.property(fc.double(), rms => AudioLevel.safeParse({ level: shownLevel(rms), why: null }).success))
  })
})
