import { describe, expect, it, vi } from 'vitest'
import { IncomingRequestMessage } from 'sip.js/lib/core/index.js'
import { referTarget } from './sipLeg.ts'
import {
  alice,
  board,
  bob,
  carol,
  dial,
  events,
  newBoard,
  phoneOf,
  registered,
  setUpBoard,
  story,
  talk,
} from './testBoard.ts'

setUpBoard()

/** Alice passes Bob on; what she was told. */
function refer(target: Parameters<NonNullable<ReturnType<typeof talk>['a']['events']>['referred']>[0]) {
  const { a, b, one, two } = talk()
  const told: number[] = []
  return { a, b, one, two, told, go: () => a.events?.referred(target, status => told.push(status)) }
}

describe('a blind transfer', () => {
  it('leaves the other side with the new one; the one who did it is out at once, and his recording ended', () => {
    const { a, b, one, two, told, go } = refer({ kind: 'number', number: '1003' })
    board.record(one, 'start')
    board.record(two, 'start')
    events.length = 0
    go()
    vi.advanceTimersByTime(1)
    expect(a.told).toContain('end 487 16')
    expect(board.channel(one)).toBeNull()
    expect(board.channel(two)).toMatchObject({ bridgedWith: null, recordState: 'active', peer: { number: '1003' } })
    const [desk] = board.channels().filter(channel => channel.line === carol)
    expect(told).toEqual([180])
    expect(board.answerDesk(desk?.id ?? '')).toBe('ok')
    expect(told).toEqual([180, 200])
    expect(board.channel(two)).toMatchObject({ bridgedWith: desk?.id, recordState: 'active' })
    expect(desk?.linkedId).toBe(board.channel(two)?.linkedId)
    expect(story().slice(0, 2)).toEqual(['1001 ended', '1002 updated'])
    b.events?.ended()
    expect(events.at(-1)?.kind).toBe('conversationEnded')
  })

  it('to a number that does not exist changes nothing', () => {
    const { one, two, told, go } = refer({ kind: 'number', number: '7777' })
    go()
    expect(told).toEqual([404])
    expect(board.channel(one)?.bridgedWith).toBe(two)
  })

  it('to a busy number hangs up who was passed on', () => {
    const { two, told, go } = refer({ kind: 'number', number: '610' })
    go()
    expect(told).toEqual([486])
    expect(board.channel(two)).toBeNull()
  })

  it('tells once when who was passed on hangs up while it rings', () => {
    const { b, told, go } = refer({ kind: 'number', number: '1003' })
    go()
    vi.advanceTimersByTime(1)
    b.events?.ended()
    expect(told).toEqual([180, 503])
    expect(board.channels()).toEqual([])
  })

  it('of a call that holds gives the other side no music any more', () => {
    const { a, go, two } = refer({ kind: 'number', number: '1003' })
    a.events?.held(true)
    go()
    expect(board.channel(two)?.music).toBeNull()
  })
})

describe('an attended transfer', () => {
  it('connects the two others, as one conversation', () => {
    registered.set(2, 2)
    const { phone: first, id: one } = dial(alice, '1002')
    phoneOf(bob).events?.ringing()
    phoneOf(bob).events?.answered()
    first.events?.held(true)
    Object.defineProperty(first, 'sipCallId', { value: 'first' })
    const { phone: second, id: other } = dial(alice, '1003')
    Object.defineProperty(second, 'sipCallId', { value: 'second' })
    const [desk] = board.channels().filter(channel => channel.line === carol)
    board.answerDesk(desk?.id ?? '')
    const passed = board.channel(one)?.bridgedWith ?? ''
    const told: number[] = []
    first.events?.referred({ kind: 'call', sipCallId: 'second' }, status => told.push(status))
    expect(told).toEqual([200])
    expect([board.channel(one), board.channel(other)]).toEqual([null, null])
    expect(board.channel(passed)).toMatchObject({ bridgedWith: desk?.id, peer: { number: '1003' } })
    expect(desk).toMatchObject({ bridgedWith: passed, peer: { number: '1002' }, linkedId: one })
    board.hangUp(passed)
    expect(events.filter(event => event.kind === 'conversationEnded')).toHaveLength(1)
  })

  it('to a call that is not there fails, and the call stays', () => {
    const { one, two, told, go } = refer({ kind: 'call', sipCallId: 'nowhere' })
    go()
    expect(told).toEqual([503])
    expect(board.channel(one)?.bridgedWith).toBe(two)
  })
})

describe('Refer-To', () => {
  const target = (header: string) => {
    const message = new IncomingRequestMessage()
    message.addHeader('refer-to', header)
    return referTarget(message)
  }
  it('is a number, or another call by its Call-ID', () => {
    expect(target('sip:1043@127.0.0.1')).toEqual({ kind: 'number', number: '1043' })
    expect(target('<sip:%2326@voice.example.com;transport=ws>')).toEqual({ kind: 'number', number: '#26' })
    expect(target('"Paul" <sip:pbx@127.0.0.1;transport=ws?Replaces=abc%40x%3Bto-tag%3D1%3Bfrom-tag%3D2>')).toEqual({
      kind: 'call',
      sipCallId: 'abc@x',
    })
    for (const none of ['', 'nobody', 'sip:127.0.0.1']) expect(target(none)).toBeNull()
  })
})

describe('a transfer by calld', () => {
  const open = () => {
    const { a, b, one, two } = talk()
    const transfer = board.transfer(one, '1003', 'attended')
    if (typeof transfer === 'string') throw new Error(transfer)
    vi.advanceTimersByTime(1)
    const desk = board.channels().find(channel => channel.line === carol)
    if (desk === undefined) throw new Error('nobody was called')
    return { a, b, one, two, id: transfer.id, desk }
  }

  it('attended: the other side waits with music, and is connected', () => {
    const { one, two, id, desk } = open()
    expect(board.channel(two)).toMatchObject({ bridgedWith: null })
    expect(board.channel(two)?.music).not.toBeNull()
    board.answerDesk(desk.id)
    expect(board.channel(one)?.bridgedWith).toBe(desk.id)
    expect(board.transfers.list()).toMatchObject([{ id, status: 'answered', recipientCall: desk.id }])
    expect(board.transfers.end(id, 'user-2', 'complete')).toBe('not-yours')
    expect(board.transfers.end(id, 'user-1', 'complete')).toBe('ok')
    expect(board.channel(one)).toBeNull()
    expect(board.channel(two)).toMatchObject({ bridgedWith: desk.id })
    expect(board.channel(two)?.music).toBeNull()
    expect(board.transfers.end(id, 'user-1', 'complete')).toBe('no-such-transfer')
    expect(story().filter(word => word.startsWith('transfer'))).toEqual([
      'transfer created',
      'transfer updated',
      'transfer answered',
      'transfer completed',
    ])
  })

  it('attended: taken back, while it rings and after', () => {
    for (const answered of [false, true]) {
      const { a, one, two, id, desk } = open()
      if (answered) board.answerDesk(desk.id)
      expect(board.transfers.end(id, 'user-1', 'cancel')).toBe('ok')
      expect(desk.endedAt).not.toBeNull()
      expect(board.channel(one)?.bridgedWith).toBe(two)
      a.events?.ended()
      expect(board.channels()).toEqual([])
      newBoard()
    }
  })

  it('attended: back when the asked one hangs up, or nobody is to be had', () => {
    const { one, two, desk } = open()
    board.answerDesk(desk.id)
    board.hangUp(desk.id)
    expect(board.channel(one)?.bridgedWith).toBe(two)
    expect(board.transfer(one, '610', 'attended')).toMatchObject({ flow: 'attended' })
    expect(board.channel(one)?.bridgedWith).toBe(two)
    expect(board.transfers.list()).toEqual([])
    expect(board.transfer(one, '7777', 'attended')).toBe('invalid-extension')
    expect(board.transfer('nothing', '1003', 'attended')).toBe('no-such-call')
  })

  it('attended: hanging up connects the two; who waits may give up', () => {
    const { one, two, desk } = open()
    board.answerDesk(desk.id)
    board.hangUp(one)
    expect(board.channel(two)?.bridgedWith).toBe(desk.id)
    board.hangUp(two)
    newBoard()
    const again = open()
    board.answerDesk(again.desk.id)
    board.hangUp(again.two)
    expect(board.channel(again.one)?.bridgedWith).toBe(again.desk.id)
  })

  it('blind: out at once', () => {
    const { one, two } = talk()
    expect(board.transfer(one, '1003', 'blind')).toMatchObject({ flow: 'blind', status: 'starting' })
    expect(board.channel(one)).toBeNull()
    expect(board.channel(two)).not.toBeNull()
  })
})
