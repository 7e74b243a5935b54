import { describe, expect, test } from 'vitest'
import { isAloud, isGone, NO_OUTPUTS, outputsOf, type Told, usedOf } from './output.ts'

const told = (deviceId: string, label: string, groupId = ''): Told => ({
  kind: 'audiooutput',
  deviceId,
  label,
  groupId,
})
const speakers = told('s', 'Built-in Speakers', 'g-s')
const headset = told('h', 'Jabra Evolve2', 'g-h')
const standing = (label: string, groupId = '') => told('default', label, groupId)
const chosen = { id: 'of another page', label: 'Jabra Evolve2' }

describe('the output', () => {
  test('is the headset that calls are heard on, known by its name', () => {
    const there = outputsOf([standing('Default', 'g-s'), speakers, headset])
    expect(usedOf(there, chosen)).toEqual({ id: 'h', device: { id: 'h', label: 'Jabra Evolve2' } })
  })

  test('is the own choice of the computer where that is not there, or none was chosen', () => {
    const without = outputsOf([standing('Default', 'g-s'), speakers])
    expect(usedOf(without, chosen)).toEqual({ id: null, device: { id: 's', label: 'Built-in Speakers' } })
    const both = [speakers, headset]
    expect(usedOf(outputsOf([standing('x', 'g-h'), ...both]), null).device?.id).toBe('h')
    expect(usedOf(outputsOf([standing('Default - Built-in Speakers'), ...both]), null).device?.id).toBe('s')
    expect(usedOf(outputsOf([standing('Default'), ...both]), null)).toEqual({ id: null, device: null })
  })

  test('a page without leave knows nothing', () => {
    expect(outputsOf([told('', ''), { ...speakers, kind: 'audioinput' }])).toEqual(NO_OUTPUTS)
  })
})

describe('unplugged', () => {
  const both = outputsOf([standing('x', 'g-h'), speakers, headset])
  const alone = outputsOf([standing('x', 'g-s'), speakers])

  test('is what was heard, not another device', () => {
    expect(isGone(both, usedOf(both, chosen), alone)).toBe(true)
    expect(isGone(both, usedOf(both, null), alone)).toBe(true)
    const noSpeakers = outputsOf([standing('x', 'g-h'), headset])
    expect(isGone(both, usedOf(both, chosen), noSpeakers)).toBe(false)
  })

  test('may be any where it is not known what was heard; what was plugged in is none', () => {
    const unknown = { id: null, device: null }
    expect(isGone(both, unknown, alone)).toBe(true)
    expect(isGone(alone, unknown, both)).toBe(false)
  })
})

describe('aloud', () => {
  const named = (...labels: string[]) => outputsOf(labels.map((label, at) => told(String(at), label)))
  const aloud = (...labels: string[]) => isAloud(named(...labels), usedOf(named(...labels), null))

  test('is what is known to be a loudspeaker', () => {
    expect(aloud()).toBe(false)
    expect(aloud('Fake Audio Output 1')).toBe(false)
    expect(aloud('Built-in Speakers', 'HDMI')).toBe(true)
    expect(aloud('Haut-parleurs')).toBe(true)
    for (const worn of ['Jabra Evolve2', 'USB Audio', 'Casque (3.5 mm)', 'Écouteurs', 'Headphones', 'Hands-Free AG'])
      expect(aloud('Speakers', worn)).toBe(false)
  })

  test('a headset that nobody listens to does not help', () => {
    const there = outputsOf([standing('x', 'g-s'), speakers, headset])
    expect(isAloud(there, usedOf(there, null))).toBe(true)
    expect(isAloud(there, usedOf(there, chosen))).toBe(false)
  })
})
