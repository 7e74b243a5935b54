import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { grantedSeconds, maxContacts, Registrar } from './registrar.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the registrar', () => {
  it.each([
    [null, 120],
    [0, 0],
    [30, 60],
    [600, 600],
    [7200, 3600],
  ])('asked for %s seconds grants %i', (asked, granted) => {
    expect(grantedSeconds(asked)).toBe(granted)
  })

  it('keeps several phones of a user, refreshes and removes each', () => {
    const registrar = new Registrar<string>()
    registrar.bind('alice', 'sip:a@x', 'one', 60)
    registrar.bind('alice', 'sip:b@x', 'two', 60)
    registrar.bind('alice', 'sip:a@x', 'one', 60)
    expect(registrar.bindings('alice').map(binding => binding.uri)).toEqual(['sip:b@x', 'sip:a@x'])
    registrar.bind('alice', 'sip:b@x', 'two', 0)
    expect(registrar.bindings('alice')).toHaveLength(1)
    registrar.clear('alice')
    expect(registrar.usernames()).toEqual([])
  })

  it('forgets what is not refreshed, and what sat behind a closed socket', () => {
    const registrar = new Registrar<string>()
    registrar.bind('alice', 'sip:a@x', 'one', 60)
    registrar.bind('bob', 'sip:b@x', 'two', 120)
    vi.advanceTimersByTime(60_000)
    expect(registrar.usernames()).toEqual(['bob'])
    registrar.drop('two')
    expect(registrar.usernames()).toEqual([])
  })

  it('refuses one phone too many, but not the refresh of a known one', () => {
    const registrar = new Registrar<string>()
    for (let count = 0; count < maxContacts; count++) expect(registrar.bind('a', `sip:${count}@x`, 's', 60)).toBe(true)
    expect(registrar.bind('a', 'sip:more@x', 's', 60)).toBe(false)
    expect(registrar.bind('a', 'sip:3@x', 's', 60)).toBe(true)
  })
})
