import { describe, expect, it, vi } from 'vitest'
import { alice, board, bob, called, dial, phoneOf, registered, story, setUpBoard } from './testBoard.ts'

setUpBoard()

describe('a call', () => {
  it('goes to the first of several phones', () => {
    registered.set(2, 3)
    const { phone } = dial(alice, '1002')
    const [first, second, third] = called.get(2) ?? []
    first?.events?.ringing()
    second?.events?.ringing()
    third?.events?.refused(486)
    second?.events?.answered()
    expect(first?.told).toEqual(['end 200 26 elsewhere'])
    expect(second?.told).toEqual(['answer'])
    expect(phone.told).toEqual(['ringing', 'ringing', 'answer'])
    first?.events?.answered()
    expect(board.channels().filter(channel => channel.bridgedWith !== null)).toHaveLength(2)
  })

  it.each([
    [486, 'end 486 17'],
    [603, 'end 486 17'],
    [480, 'end 480 19'],
    [404, 'end 480 19'],
    [488, 'end 480 19'],
  ])('that is refused with %i tells the caller: %s', (code, told) => {
    const { phone } = dial(alice, '1002')
    phoneOf(bob).events?.refused(code)
    expect(phone.told).toEqual([told])
    expect(board.channels()).toEqual([])
  })

  it('rings for thirty seconds', () => {
    const { phone } = dial(alice, '1003')
    vi.advanceTimersByTime(29_999)
    expect(phone.told).toEqual(['ringing'])
    vi.advanceTimersByTime(1)
    expect(phone.told).toEqual(['ringing', 'end 480 19'])
    expect(story().at(-1)).toBe('conversation ended (2)')
  })

  it('to nobody who is registered is refused with 480', () => {
    registered.set(2, 0)
    expect(dial(alice, '1002').phone.told).toEqual(['end 480 20'])
  })

  it('stops ringing when the caller gives up', () => {
    const { phone } = dial(alice, '1002')
    phone.events?.ended()
    expect(phoneOf(bob).told).toEqual(['end 487 16'])
    expect(vi.getTimerCount()).toBe(0)
  })
})
