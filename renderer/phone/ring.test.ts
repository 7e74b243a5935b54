import { describe, expect, test } from 'vitest'
import { ringingOf, ringsBack } from './ring.ts'

describe('what rings', () => {
  test('is a bell without another call, soft while one talks or calls, and nothing without a call that comes in', () => {
    expect(ringingOf([])).toBe('none')
    expect(ringingOf(['up', 'dialing', 'ringing-out'])).toBe('none')
    expect(ringingOf(['ringing-in'])).toBe('bell')
    expect(ringingOf(['ringing-in', 'ringing-in'])).toBe('bell')
    expect(ringingOf(['ringing-in', 'ended'])).toBe('bell')
    expect(ringingOf(['up', 'ringing-in'])).toBe('soft')
    expect(ringingOf(['ringing-out', 'ringing-in'])).toBe('soft')
  })

  test('at the other side is heard, but not while one talks', () => {
    const rings = { ringsOut: true, spoken: false }
    const held = { ringsOut: false, spoken: false }
    const talk = { ringsOut: false, spoken: true }
    expect(ringsBack([])).toBe(false)
    expect(ringsBack([held])).toBe(false)
    expect(ringsBack([held, rings])).toBe(true)
    expect(ringsBack([talk, rings])).toBe(false)
  })
})
