/** Evidence out of order: no older word of the server's is believed against a newer one. */
import { beforeEach, describe, expect, it } from 'vitest'
import { serverCall, session, settle, Stage } from './stage.testing.ts'

let stage: Stage
beforeEach(() => {
  stage = new Stage().open()
})
/** An event that the server made at `stamp` by its own clock. */
const event = (seen: 'off' | 'recording' | 'paused', stamp: number, change: Parameters<typeof serverCall>[0] = {}) =>
  stage.calls.serverCall(serverCall({ seen, stamp, ...change }))

describe('events of a leg', () => {
  it('are ordered by the server’s own time, and one that comes late is looked after', async () => {
    event('off', 5_000)
    event('recording', 6_000)
    stage.list = [serverCall({ seen: 'recording' })]
    const { reads } = stage
    event('off', 5_500)
    expect(stage.lamp).toBe('recording')
    await settle()
    expect(stage.reads).toBe(reads + 1)
    expect(stage.lamp).toBe('recording')
  })

  it('without a time are believed as they come', () => {
    stage.calls.serverCall(serverCall({ seen: 'recording' }))
    stage.calls.serverCall(serverCall({ seen: 'off' }))
    expect(stage.lamp).toBe('off')
  })

  it('that were made before a read began are older than it', async () => {
    // 20 ms on their way, by a clock that is an hour behind ours
    stage.clock.advance(3_600_000)
    event('recording', 1_000_000 - 20)
    stage.list = [serverCall({ seen: 'off' })]
    await stage.pass(2_000)
    stage.calls.hurry()
    await settle()
    expect(stage.lamp).toBe('off')
    // made a second before the read, delayed until now
    event('recording', 1_000_000 + 1_000)
    expect(stage.lamp).toBe('off')
    event('recording', 1_000_000 + 3_000)
    expect(stage.lamp).toBe('recording')
  })

  it('that were made before the read under way do not make it too old', async () => {
    event('off', 1_000_000)
    await stage.pass(1_000)
    stage.list = [serverCall({ seen: 'recording' })]
    const letGo = stage.hold()
    stage.calls.hurry()
    await stage.pass(500)
    event('off', 1_000_500)
    letGo()
    await settle()
    expect(stage.lamp).toBe('recording')
  })

  it('begin no call that a later read did not list', async () => {
    event('recording', 1_000_000)
    await stage.pass(1_000)
    stage.calls.hurry()
    await settle()
    expect(stage.calls.views()).toEqual([])
    event('recording', 1_000_500)
    await settle()
    expect(stage.calls.views()).toEqual([])
  })
})

describe('a channel that is no call yet', () => {
  it('neither begins nor ends a leg, and is not lost', async () => {
    event('off', 1, { status: 'down', bridged: false })
    expect(stage.calls.views()).toEqual([])
    // the event of its ringing is lost
    stage.list = [serverCall({ status: 'ringing-out', bridged: false })]
    await stage.pass(1_000)
    expect(stage.only.status).toBe('ringing-out')
    event('off', 2, { status: 'down', bridged: false })
    stage.list = [serverCall({ status: 'down', bridged: false })]
    stage.calls.hurry()
    await settle()
    expect(stage.only.status).toBe('ringing-out')
  })
})

describe('reads', () => {
  it('that hang hold up no other', async () => {
    stage.calls.streamCut()
    event('recording', 1)
    stage.list = [serverCall({ seen: 'recording' })]
    stage.hold()
    await stage.pass(250)
    stage.calls.hurry()
    await settle()
    // this one never answers; the others do
    stage.gate = null
    await stage.pass(12_000)
    expect(stage.lamp).toBe('recording')
  })

  it('are not believed against one that began later', async () => {
    stage.calls.serverCall(serverCall({ seen: 'off' }))
    stage.list = [serverCall({ seen: 'recording' })]
    const letGo = stage.hold()
    stage.calls.hurry()
    await stage.pass(3_000)
    stage.gate = null
    stage.list = [serverCall({ seen: 'paused' })]
    stage.calls.hurry()
    await settle()
    expect(stage.lamp).toBe('paused')
    letGo()
    await settle()
    expect(stage.lamp).toBe('paused')
  })

  it('that answer keep the lamp while the stream flaps', async () => {
    stage.calls.serverCall(serverCall({ seen: 'recording' }))
    stage.list = [serverCall({ seen: 'recording' })]
    for (let flaps = 0; flaps < 60; flaps++) {
      const letGo = stage.hold()
      if (flaps % 2 === 0) stage.calls.streamLive()
      else stage.calls.streamCut()
      await stage.pass(250)
      letGo()
      await settle()
      expect(stage.lamp).toBe('recording')
    }
  })
})

describe('the code pressed on another device', () => {
  it('is told when nothing comes of it', async () => {
    stage.calls.streamLive()
    stage.calls.serverCall(serverCall())
    stage.list = [serverCall()]
    await stage.pass(3_000)
    stage.calls.serverKey('1697.1', '*')
    stage.calls.serverKey('1697.1', '3')
    await stage.pass(2_250)
    expect(stage.only.recording).toMatchObject({ proof: { kind: 'off' }, refusal: { reason: 'pressed-elsewhere' } })
  })

  it('is no news where its event was lost: the read tells what it did', async () => {
    stage.list = [serverCall()]
    stage.calls.streamLive()
    stage.calls.serverCall(serverCall())
    await stage.pass(3_000)
    stage.list = [serverCall({ seen: 'recording' })]
    stage.calls.serverKey('1697.1', '*')
    stage.calls.serverKey('1697.1', '3')
    await stage.pass(2_250)
    expect(stage.only.recording).toMatchObject({ proof: { kind: 'recording' }, refusal: null })
  })
})

describe('a call that is to be recorded', () => {
  it('is planned as it is dialled here, and started when it is connected', async () => {
    await stage.calls.dial('1050', { record: true })
    const dialled = session({ session: stage.dialled ?? '', status: 'dialing', canInsertDigits: false })
    stage.calls.phoneSession(dialled)
    expect(stage.only.recording.planned).toBe(true)
    stage.calls.serverCall(serverCall({ status: 'ringing-out', bridged: false }))
    await settle()
    expect(stage.done).toEqual(['dial'])
    stage.calls.phoneSession({ ...dialled, status: 'up', canInsertDigits: true })
    stage.calls.serverCall(serverCall())
    await settle()
    expect(stage.done).toEqual(['dial', 'start 1697.1'])
    expect(stage.only.recording).toMatchObject({ planned: false, wish: { want: 'start' }, proof: { kind: 'off' } })
  })

  it('is planned by the id of the leg that the server rings', async () => {
    stage.open({}, { phone: null })
    await stage.calls.dial('1050', { record: true })
    stage.calls.serverCall(serverCall({ status: 'ringing-in', bridged: false }))
    expect(stage.only.recording.planned).toBe(true)
    stage.calls.serverCall(serverCall())
    await settle()
    expect(stage.done).toContain('start 1697.1')
  })

  it('is planned as it is answered, and not if it cannot be', async () => {
    stage.calls.phoneSession(session({ status: 'ringing-in', outgoing: false, canInsertDigits: false }))
    stage.calls.serverCall(serverCall({ status: 'ringing-in', outgoing: false, bridged: false }))
    await stage.calls.answer(stage.only.id, { record: true })
    expect(stage.only.recording.planned).toBe(true)
    stage.calls.phoneSession(session({ outgoing: false }))
    stage.calls.serverCall(serverCall({ outgoing: false }))
    await settle()
    expect(stage.done).toEqual(['answer', 'start 1697.1'])
  })
})

describe('keys through the server', () => {
  const reached = { recordApi: false, digitsApi: true }
  beforeEach(async () => {
    stage.open(reached)
    stage.calls.streamLive()
    stage.calls.serverCall(serverCall())
    stage.list = [serverCall()]
    await stage.pass(1_000)
  })

  it('that change nothing are not used on this server any more', async () => {
    expect(stage.only.recording).toMatchObject({ canTry: true, main: { barred: 'no-route' } })
    stage.calls.press(stage.only.id, 'try')
    await stage.pass(2_500)
    expect(stage.done).toEqual(['digits *3 1697.1'])
    expect(stage.only.recording).toMatchObject({ canTry: false, refusal: { reason: 'nothing-happened' } })
    expect(stage.only.recording.ways).toContainEqual({
      route: 'calld-dtmf',
      standing: 'refused',
      why: 'tried-in-vain',
    })
  })

  it('that were seen to work are a way like others', async () => {
    stage.calls.press(stage.only.id, 'try')
    await stage.pass(250)
    stage.calls.serverCall(serverCall({ seen: 'recording' }))
    await stage.pass(1_000)
    expect(stage.only.recording).toMatchObject({ route: 'calld-dtmf', main: { press: 'pause', barred: null } })
  })
})

describe('the user’s permission', () => {
  it('that changes counts from the next call', () => {
    stage.open({ mayRecord: false })
    stage.calls.serverCall(serverCall())
    expect(stage.only.recording.main).toMatchObject({ barred: 'not-allowed' })
    stage.calls.offerChanged({ recordApi: true, dialect: 'start-pause-resume', evidence: 'calls', mayRecord: true })
    expect(stage.only.recording.main).toMatchObject({ barred: 'not-allowed' })
    stage.calls.serverCallEnded('1697.1')
    stage.calls.serverCall(serverCall({ id: '1697.3', sipCallId: 'next' }))
    stage.clock.advance(1_000)
    expect(stage.only.recording.main).toMatchObject({ barred: null })
  })
})
