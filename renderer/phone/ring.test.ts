import { describe, expect, test } from 'vitest'
import { ringingOf } from './ring.ts'

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
})
