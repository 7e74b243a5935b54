/** The switchboard under orders that make no sense together. */
import { describe, expect, it, vi } from 'vitest'
import fc from 'fast-check'
import { type PbxEvent, type RecordAction } from '../telephony.ts'
import { alice, board, bob, called, carol, dial, events, type FakePhone, newBoard, setUpBoard } from './testBoard.ts'

setUpBoard()

describe('in any order of things', () => {
  const number = fc.constantFrom('1001', '1002', '1003', '1050', '*26', '610', '9999', '+14185550142')
  const what = fc.oneof(
    fc.record({ do: fc.constant('dial' as const), from: fc.constantFrom(alice, bob, carol), number }),
    fc.record({ do: fc.constant('originate' as const), from: fc.constantFrom(alice, bob, carol), number }),
    fc.record({ do: fc.constant('outside' as const), to: fc.constantFrom(alice, bob, carol) }),
    fc.record({ do: fc.constant('wait' as const), milliseconds: fc.constantFrom(20, 1500, 40_000) }),
    fc.record({
      do: fc.constant('act' as const),
      at: fc.nat(),
      how: fc.constantFrom('answered', 'ringing', 'busy', 'ended', 'held', 'resumed', 'desk'),
    }),
    fc.record({ do: fc.constant('press' as const), at: fc.nat(), digits: fc.constantFrom('*', '3', '*3', '5') }),
    fc.record({
      do: fc.constant('record' as const),
      at: fc.nat(),
      action: fc.constantFrom<RecordAction>('start', 'stop', 'pause', 'resume'),
    }),
    fc.record({ do: fc.constant('hang up' as const), at: fc.nat() }),
  )
  type What = typeof what extends fc.Arbitrary<infer Value> ? Value : never

  function carryOut(one: What, dialling: FakePhone[]): void {
    const pick = <T>(from: readonly T[], at: number): T | undefined => from[at % Math.max(1, from.length)]
    switch (one.do) {
      case 'dial': {
        if (one.from.kind === 'desk') return void board.dialFromDesk(one.from, one.number)
        if (one.number !== '9999') dialling.push(dial(one.from, one.number).phone)
        return
      }
      case 'originate':
        return void board.originate(one.from, one.number)
      case 'outside':
        return void board.ring(one.to, { name: 'X', number: '+15145550100' })
      case 'wait':
        return void vi.advanceTimersByTime(one.milliseconds)
      case 'act': {
        const found = pick([...dialling, ...[...called.values()].flat()], one.at)?.events
        if (one.how === 'answered') found?.answered()
        else if (one.how === 'ringing') found?.ringing()
        else if (one.how === 'busy') found?.refused(486)
        else if (one.how === 'ended') found?.ended()
        else if (one.how === 'desk') board.answerDesk(pick(board.channels(), one.at)?.id ?? '')
        else found?.held(one.how === 'held')
        return
      }
      case 'press':
        return void board.press(pick(board.channels(), one.at)?.id ?? '', one.digits)
      case 'record':
        return void board.record(pick(board.channels(), one.at)?.id ?? '', one.action)
      case 'hang up':
        return void board.hangUp(pick(board.channels(), one.at)?.id ?? '')
    }
  }

  it('bridges are mutual, every channel ends once, every conversation is told once, no timer stays', () => {
    fc.assert(
      fc.property(fc.array(what, { maxLength: 30 }), order => {
        // So that a run which failed leaves nothing to the next, smaller one.
        board.close()
        vi.clearAllTimers()
        newBoard()
        const dialling: FakePhone[] = []
        for (const one of order) {
          carryOut(one, dialling)
          for (const channel of board.channels()) {
            if (channel.bridgedWith !== null) {
              expect(board.channel(channel.bridgedWith)?.bridgedWith).toBe(channel.id)
              expect(channel.status).toBe('Up')
            }
          }
        }
        board.close()
        expect(vi.getTimerCount()).toBe(0)
        const idsOf = (kind: PbxEvent['kind']): string[] =>
          events.flatMap(event => (event.kind === kind && 'channel' in event ? [event.channel.id] : []))
        expect(idsOf('ended').toSorted()).toEqual(idsOf('created').toSorted())
        expect(new Set(idsOf('ended')).size).toBe(idsOf('ended').length)
        const told = events.flatMap(event => (event.kind === 'conversationEnded' ? [event.conversation] : []))
        expect(told.flatMap(({ channels }) => channels.map(({ id }) => id)).toSorted()).toEqual(
          idsOf('ended').toSorted(),
        )
        for (const { channels } of told) {
          for (const take of channels.flatMap(channel => channel.takes)) expect(take.endedAt).not.toBeNull()
        }
      }),
      { numRuns: 150 },
    )
  })
})
