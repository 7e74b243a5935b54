import { beforeEach, describe, expect, it } from 'vitest'
import { AppFailure, type Failure } from '../../shared/failure.ts'
import { type Dialect } from '../../shared/recording/state.ts'
import { Settings } from '../../shared/settings.ts'
import { type FileSight } from '../../shared/sight.ts'
import { Calls, type CallsLine } from './calls.ts'
import { ManualClock } from './clock.testing.ts'
import { type CallPhone, type CallServer, type CommandFailure, type ServerCall } from './ports.ts'
import { serverCall as bareCall, session, settle } from './stage.testing.ts'

const serverCall = (change: Partial<ServerCall> = {}): ServerCall => bareCall({ conversation: '1697.0', ...change })

class Server implements CallServer {
  list: readonly ServerCall[] = []
  refusal: CommandFailure | null = null
  reads = 0
  done: string[] = []
  /** While set, reads wait for it. */
  gate: Promise<void> | null = null
  async calls() {
    this.reads++
    const list = this.list
    await this.gate
    return list
  }
  record(call: string, want: string) {
    this.done.push(`${want} ${call}`)
    return Promise.resolve(this.refusal)
  }
  originate(number: string) {
    this.done.push(`originate ${number}`)
    return Promise.resolve('1697.1')
  }
  hangUp(call: string) {
    this.done.push(`hangUp ${call}`)
    return Promise.resolve()
  }
  digits() {
    return Promise.resolve()
  }
  answer() {
    return Promise.resolve()
  }
  hold() {
    return Promise.resolve()
  }
  mute() {
    return Promise.resolve()
  }
  transfer() {
    return Promise.resolve('t-1')
  }
  completeTransfer() {
    return Promise.resolve()
  }
  cancelTransfer() {
    return Promise.resolve()
  }
}

class Phone implements CallPhone {
  sent: { do: string }[] = []
  send(command: { do: string }): Promise<Failure | null> {
    this.sent.push(command)
    return Promise.resolve(null)
  }
}

let clock: ManualClock
let server: Server
let phone: Phone
let codeCalls: (string | null)[]
let calls: Calls

const open = (change: Partial<CallsLine> = {}) =>
  calls.use({
    offer: { recordApi: true, dialect: 'start-pause-resume', evidence: 'calls' },
    server,
    phone,
    own: ['1042'],
    ...change,
  })
const only = () => {
  const views = calls.views()
  expect(views).toHaveLength(1)
  const [view] = views
  if (view === undefined) throw new Error('no call')
  return view
}

beforeEach(() => {
  clock = new ManualClock(1_000_000)
  server = new Server()
  phone = new Phone()
  codeCalls = []
  calls = new Calls({
    clock,
    settings: () => Settings.parse({}),
    onChange: () => undefined,
    onCodeCall: refusal => codeCalls.push(refusal),
    onEnded: () => undefined,
    dueOf: () => null,
    log: () => undefined,
  })
})

describe('one leg, two witnesses', () => {
  it('is one call, whichever tells first', async () => {
    open()
    calls.phoneSession(session({ status: 'dialing' }))
    calls.serverCall(serverCall({ status: 'ringing-out' }))
    expect(only()).toMatchObject({ device: 'here', serverId: '1697.1' })
    open()
    calls.serverCall(serverCall())
    expect(only().device).toBe('elsewhere')
    calls.phoneSession(session())
    expect(only().device).toBe('here')
    await settle()
  })

  it('is told apart from a call on another device by its SIP Call-ID', () => {
    open()
    calls.phoneSession(session())
    calls.serverCall(serverCall({ id: '1697.9', sipCallId: 'other@desk' }))
    expect(calls.views().map(view => view.device)).toEqual(['here', 'elsewhere'])
  })
})

describe('Record', () => {
  it('goes by the API, and is red only on the server’s word', async () => {
    open()
    calls.phoneSession(session())
    calls.serverCall(serverCall())
    clock.advance(800)
    calls.press(only().id, 'start')
    await settle()
    expect(server.done).toEqual(['start 1697.1'])
    expect(only().recording).toMatchObject({ proof: { kind: 'off' }, wish: { want: 'start' } })
    calls.serverCall(serverCall({ seen: 'recording' }))
    expect(only().recording).toMatchObject({ proof: { kind: 'recording' }, wish: null })
  })

  it('falls back to the digits where the API is not offered', async () => {
    open()
    server.refusal = { reason: 'not-offered', certain: true }
    calls.phoneSession(session())
    calls.serverCall(serverCall())
    clock.advance(800)
    calls.press(only().id, 'start')
    await settle()
    expect(phone.sent).toContainEqual({ do: 'digits', session: 's-1', via: 'rfc4733', digits: '*3' })
  })

  it('is proven by a read when the event was lost', async () => {
    open()
    calls.streamLive()
    calls.phoneSession(session())
    calls.serverCall(serverCall())
    await settle()
    server.list = [serverCall()]
    clock.advance(800)
    await settle()
    calls.press(only().id, 'start')
    await settle()
    server.list = [serverCall({ seen: 'recording' })]
    clock.advance(1_500)
    calls.streamAlive()
    await settle()
    expect(only().recording.proof.kind).toBe('off')
    clock.advance(750)
    await settle()
    expect(only().recording.proof.kind).toBe('recording')
  })
})

describe('a read that an event overtook', () => {
  it('is not believed, and is done again', async () => {
    open()
    server.list = [serverCall({ seen: 'off' })]
    let letGo = () => undefined as void
    server.gate = new Promise(resolve => (letGo = resolve))
    calls.phoneSession(session())
    calls.serverCall(serverCall({ seen: 'off' }))
    const reads = server.reads
    calls.serverCall(serverCall({ seen: 'recording' }))
    letGo()
    server.list = [serverCall({ seen: 'recording' })]
    await settle()
    expect(only().recording.proof.kind).toBe('recording')
    expect(server.reads).toBeGreaterThan(reads)
  })
})

describe('a cut event stream', () => {
  it('is read every 2 s, and unknown 6 s after the last sign of life', async () => {
    open()
    calls.streamLive()
    calls.phoneSession(session())
    calls.serverCall(serverCall({ seen: 'recording' }))
    server.list = [serverCall({ seen: 'recording' })]
    calls.streamCut()
    for (let i = 0; i < 40; i++) {
      clock.advance(250)
      await settle()
    }
    expect(only().recording.proof.kind).toBe('recording')
    server.calls = () => Promise.reject(new Error('unreachable'))
    for (let i = 0; i < 28; i++) {
      clock.advance(250)
      await settle()
    }
    expect(only().recording.proof).toMatchObject({ kind: 'unknown', last: { kind: 'recording' } })
  })
})

describe('the end', () => {
  it('says how much was recorded, and why a call failed', () => {
    open()
    calls.phoneSession(session({ status: 'dialing' }))
    calls.phoneSession(session({ status: 'ended', endStatus: 486 }))
    expect(calls.views()).toEqual([])
    expect(calls.failure).toMatchObject({ failure: { code: 'call-busy' }, number: '1050' })
  })

  it('of a call to the code reads the flags again, on any device', () => {
    open()
    calls.serverCall(serverCall({ dialed: '*26', peer: { name: '', number: '*26' } }))
    calls.serverCallEnded('1697.1')
    expect(codeCalls).toEqual([null])
    calls.phoneSession(session({ status: 'dialing', peer: { name: '', number: '*26' } }))
    calls.phoneSession(session({ status: 'ended', endStatus: 404, peer: { name: '', number: '*26' } }))
    expect(codeCalls).toEqual([null, 'code-disabled'])
    expect(calls.failure).toBeNull()
  })

  it('of a call to the code that nobody picked up says so', () => {
    open()
    const ringing = { status: 'ringing-in', dialed: 's', peer: { name: '', number: '*26' }, sipCallId: null } as const
    calls.serverCall(serverCall(ringing))
    expect(only().isCode).toBe(true)
    calls.serverCallEnded('1697.1')
    expect(codeCalls).toEqual(['not-picked-up'])
  })

  it('of a call to the code is left to the server, for as long as it may need', async () => {
    open()
    const code = session({ peer: { name: '', number: '*26' } })
    calls.phoneSession(code)
    await calls.hangUpHere()
    clock.advance(7_500)
    expect(phone.sent).toEqual([])
    clock.advance(1_000)
    await settle()
    expect(phone.sent).toMatchObject([{ do: 'hang-up' }])
  })

  it('is told by our phone, even when the server was quicker', () => {
    open()
    calls.phoneSession(session({ status: 'dialing' }))
    calls.serverCall(serverCall({ status: 'ringing-out', bridged: false }))
    calls.serverCallEnded('1697.1')
    calls.phoneSession(session({ status: 'ended', endStatus: 486 }))
    expect(calls.views()).toEqual([])
    expect(calls.failure).toMatchObject({ failure: { code: 'call-busy' } })
  })

  it('does not wait for a phone that has lost its socket', () => {
    open()
    calls.phoneSession(session())
    calls.serverCall(serverCall({ seen: 'recording' }))
    calls.serverCallEnded('1697.1')
    expect(only().recording.proof.kind).toBe('off')
    clock.advance(3_000)
    expect(calls.views()).toEqual([])
  })

  it('is not undone by what the server still says of that leg', () => {
    open()
    calls.phoneSession(session())
    calls.serverCall(serverCall())
    calls.phoneSession(session({ status: 'ended' }))
    calls.serverCall(serverCall({ bridged: false }))
    expect(calls.views()).toEqual([])
    expect(calls.last).not.toBeNull()
  })

  it('twice is one end', () => {
    open()
    calls.serverCall(serverCall())
    calls.serverCallEnded('1697.1')
    calls.serverCallEnded('1697.1')
    expect(calls.last).toMatchObject({ recordedMs: 0 })
  })
})

describe('how a call ended', () => {
  it('joins its legs by the name that the server gives the conversation', () => {
    open({ phone: null })
    calls.serverCall(serverCall({ seen: 'recording' }))
    expect(only().conversation).toBe('1697.0')
    clock.advance(5_000)
    calls.serverCall(serverCall({ id: '1697.7', sipCallId: 'def@desk' }))
    calls.serverCallEnded('1697.1')
    expect(calls.last).toBeNull()
    clock.advance(3_000)
    calls.serverCallEnded('1697.7')
    expect(calls.last).toMatchObject({ conversation: '1697.0', callMs: 8_000, recordedMs: 5_000 })
    expect(calls.recent).toHaveLength(1)
  })

  it('keeps the name when our phone tells the end after the server', () => {
    open()
    calls.phoneSession(session())
    calls.serverCall(serverCall())
    calls.serverCallEnded('1697.1')
    calls.phoneSession(session({ status: 'ended' }))
    expect(calls.last?.conversation).toBe('1697.0')
  })

  it('goes when the user has seen it, and when the next call begins; the list keeps it', () => {
    open()
    calls.serverCall(serverCall())
    calls.serverCallEnded('1697.1')
    calls.dismiss(calls.last?.id ?? '')
    expect(calls.last).toBeNull()
    expect(calls.recent).toHaveLength(1)
    calls.use(null)
    expect(calls.recent).toEqual([])
  })

  it('is counted from the answer that we saw, whatever the clock of the server says', () => {
    open({ phone: null })
    calls.serverCall(serverCall({ status: 'ringing-out' }))
    clock.advance(4_000)
    calls.serverCall(serverCall({ answeredAt: clock.now() - 600_000 }))
    clock.advance(5_000)
    calls.serverCallEnded('1697.1')
    expect(calls.last).toMatchObject({ callMs: 5_000, timeline: [{ kind: 'not-recorded' }] })
  })

  it('tells of the press of Record that was refused', async () => {
    open({ phone: null })
    calls.serverCall(serverCall())
    server.refusal = { reason: 'not-allowed', certain: true }
    clock.advance(1_000)
    calls.press(only().id, 'start')
    await settle()
    calls.serverCallEnded('1697.1')
    expect(calls.last).toMatchObject({ forbidden: true, asked: { route: 'calld', refusal: { reason: 'not-allowed' } } })
  })
})

describe('Hang up', () => {
  it('goes by the server where our phone has lost its socket', async () => {
    open()
    calls.phoneSession(session())
    calls.serverCall(serverCall())
    phone.send = () => Promise.resolve({ code: 'not-registered' })
    await calls.hangUp(only().id)
    expect(server.done).toEqual(['hangUp 1697.1'])
  })

  it('says so where nothing reaches the call', async () => {
    open({ server: null })
    calls.phoneSession(session())
    phone.send = () => Promise.resolve({ code: 'not-registered' })
    await expect(calls.hangUp(only().id)).rejects.toThrow('not-registered')
  })
})

describe('a number', () => {
  it('is cleaned, or refused with its name', async () => {
    open()
    await calls.dial('tel:+1 (418) 555-0142')
    expect(phone.sent[0]).toMatchObject({ do: 'dial', number: '+14185550142' })
    await expect(calls.dial('hello world!')).rejects.toThrow(AppFailure)
  })

  it('is called by the server where this computer is no phone', async () => {
    open({ phone: null })
    await calls.dial('1050')
    expect(server.done).toEqual(['originate 1050'])
  })
})

describe('a watched folder', () => {
  const sight = (change: Partial<FileSight> = {}): FileSight => ({
    name: 'auto-1000-1042-1050.wav',
    numbers: ['1042', '1050'],
    kind: 'on-demand',
    startedAt: 1_000_500,
    appearedAt: 1_000_500,
    state: 'writing',
    size: 44,
    at: 1_000_500,
    ...change,
  })
  const folder = (dialect: Dialect = 'start-stop') => {
    open({ server: null, offer: { recordApi: false, dialect, evidence: 'folder' } })
    calls.folder.alive(true)
  }

  it('shows off, recording and off again by the file', async () => {
    folder()
    calls.phoneSession(session())
    expect(only().recording.proof.kind).toBe('off')
    clock.advance(1_000)
    calls.press(only().id, 'start')
    await settle()
    expect(phone.sent).toContainEqual({ do: 'digits', session: 's-1', via: 'rfc4733', digits: '*3' })
    expect(only().recording.proof.kind).toBe('off')
    calls.folder.sight(sight())
    expect(only().recording.proof.kind).toBe('recording')
    calls.folder.sight(sight({ state: 'closed' }))
    clock.advance(300)
    expect(only().recording.proof.kind).toBe('off')
  })

  it('does not call the end of a call a stop or a pause', () => {
    folder('start-pause-resume')
    calls.phoneSession(session())
    calls.folder.sight(sight())
    calls.folder.sight(sight({ state: 'closed' }))
    clock.advance(100)
    calls.phoneSession(session({ status: 'ended' }))
    clock.advance(300)
    expect(calls.last).toMatchObject({ pauses: 0 })
  })

  it('does not take the other party’s recording for ours', () => {
    folder()
    calls.phoneSession(session())
    calls.folder.sight(sight({ numbers: ['1050', '1042'], name: 'auto-1000-1050-1042.wav' }))
    expect(only().recording.proof.kind).toBe('off')
  })

  it('does not take the file of an earlier call with the same person', () => {
    folder()
    calls.phoneSession(session())
    calls.folder.sight(sight({ startedAt: 900_000, appearedAt: null }))
    expect(only().recording.proof.kind).toBe('off')
  })

  it('on a server whose clock is behind ours is believed by our code alone', async () => {
    folder()
    calls.phoneSession(session())
    calls.folder.sight(sight({ startedAt: 900_000 }))
    expect(only().recording.proof).toMatchObject({ kind: 'unknown', why: 'unclaimed-file' })
    calls.folder.sight(sight({ startedAt: 900_000, state: 'closed' }))
    clock.advance(2_000)
    calls.press(only().id, 'start')
    await settle()
    calls.folder.sight(sight({ name: 'auto-905-1042-1050.wav', startedAt: 905_000, appearedAt: clock.now() + 300 }))
    expect(only().recording.proof.kind).toBe('recording')
  })

  it('cannot tell while a file that nobody can name is written since the call began', () => {
    folder()
    calls.phoneSession(session())
    calls.folder.sight(sight({ name: 'strange.wav', numbers: [], kind: 'permanent', startedAt: 1_000_400 }))
    expect(only().recording.proof).toMatchObject({ kind: 'unknown', why: 'unclaimed-file', last: { kind: 'off' } })
    calls.folder.sight(sight())
    expect(only().recording.proof.kind).toBe('recording')
    calls.folder.sight(sight({ state: 'closed' }))
    clock.advance(300)
    expect(only().recording.proof.kind).toBe('unknown')
    calls.folder.sight(
      sight({ name: 'strange.wav', numbers: [], kind: 'permanent', startedAt: 1_000_400, state: 'closed' }),
    )
    clock.advance(300)
    expect(only().recording.proof.kind).toBe('off')
  })

  it('does not mind a file that nobody can name and that began at another time', () => {
    folder()
    calls.phoneSession(session())
    clock.advance(60_000)
    calls.folder.sight(
      sight({ name: 'strange.wav', numbers: [], kind: 'permanent', startedAt: 1_060_000, appearedAt: 1_060_000 }),
    )
    expect(only().recording.proof.kind).toBe('off')
  })

  it('whose writer is silent cannot tell any more', () => {
    folder()
    calls.phoneSession(session())
    calls.folder.sight(sight())
    calls.folder.sight(sight({ state: 'stuck' }))
    expect(only().recording.proof).toMatchObject({ kind: 'unknown', why: 'stuck-file' })
  })

  it('proves nothing before it is watched', () => {
    open({ server: null, offer: { recordApi: false, dialect: 'start-stop', evidence: 'folder' } })
    calls.phoneSession(session())
    expect(only().recording.proof.kind).toBe('unknown')
  })

  it('that comes back does not vouch for files as they were before', () => {
    folder()
    calls.phoneSession(session())
    calls.folder.sight(sight())
    calls.folder.alive(false)
    clock.advance(7_000)
    calls.folder.alive(true)
    expect(only().recording.proof.kind).toBe('unknown')
    calls.folder.sight(sight({ size: 32_000 }))
    expect(only().recording.proof.kind).toBe('recording')
  })

  it('shows our recording where the trunk wrote the other number differently', () => {
    folder()
    calls.phoneSession(session({ peer: { name: '', number: '04185550142' } }))
    calls.folder.sight(sight({ numbers: ['1042', '14185550142'] }))
    expect(only().recording.proof.kind).toBe('recording')
  })

  it('does not take what another phone of the same extension records for this call', () => {
    folder()
    calls.phoneSession(session())
    calls.folder.sight(sight({ numbers: ['1042', '1077'] }))
    expect(only().recording.proof).toMatchObject({ kind: 'unknown', why: 'unclaimed-file' })
    calls.folder.sight(sight({ numbers: ['1042', '1077'], state: 'closed' }))
    clock.advance(300)
    expect(only().recording.proof.kind).toBe('off')
  })

  it('takes a file with our own number and another peer that began as our code went out: a group was called', async () => {
    folder()
    calls.phoneSession(session())
    clock.advance(1_000)
    calls.press(only().id, 'start')
    await settle()
    calls.folder.sight(sight({ numbers: ['1042', '1077'], appearedAt: clock.now() + 300 }))
    expect(only().recording.proof.kind).toBe('recording')
  })

  describe('whose names tell nothing, on a pausing server', () => {
    const file = (change: Partial<FileSight> = {}) =>
      sight({
        name: 'x.wav',
        numbers: [],
        kind: 'permanent',
        startedAt: clock.now(),
        appearedAt: clock.now(),
        at: clock.now(),
        ...change,
      })
    const proof = () => only().recording.proof
    const talking = () => {
      folder('start-pause-resume')
      calls.phoneSession(session())
      clock.advance(10_000)
    }
    const start = async () => {
      calls.press(only().id, 'start')
      await settle()
      clock.advance(400)
    }

    it('follows the file that our code began through pause and resume', async () => {
      talking()
      await start()
      const { startedAt, appearedAt } = file()
      calls.folder.sight(file())
      expect(proof().kind).toBe('recording')
      clock.advance(2_000)
      calls.press(only().id, 'pause')
      await settle()
      clock.advance(400)
      expect(proof().kind).toBe('recording')
      calls.folder.sight(file({ startedAt, appearedAt, state: 'closed' }))
      clock.advance(300)
      expect(proof().kind).toBe('paused')
      clock.advance(2_000)
      calls.press(only().id, 'resume')
      await settle()
      clock.advance(400)
      calls.folder.sight(file({ startedAt, appearedAt }))
      expect(proof().kind).toBe('recording')
      expect(phone.sent.filter(({ do: what }) => what === 'digits')).toHaveLength(3)
    })

    it('takes one that began by the code typed on the keypad', async () => {
      talking()
      await calls.digits(only().id, '*')
      await calls.digits(only().id, '3')
      clock.advance(400)
      calls.folder.sight(file())
      expect(proof().kind).toBe('recording')
    })

    it.each(['4', '3'])('takes none after other keys: %s', async key => {
      talking()
      await calls.digits(only().id, key)
      clock.advance(400)
      calls.folder.sight(file())
      expect(proof().kind).toBe('off')
    })

    it('takes none that began without a code of ours', () => {
      talking()
      calls.folder.sight(file())
      expect(proof().kind).toBe('off')
    })

    it('cannot tell of one that appears late', async () => {
      talking()
      await start()
      clock.advance(5_000)
      calls.folder.sight(file())
      expect(proof()).toMatchObject({ kind: 'unknown', why: 'unclaimed-file' })
    })

    it('cannot tell of two that began at the same moment, until both are closed', async () => {
      talking()
      await start()
      calls.folder.sight(file())
      calls.folder.sight(file({ name: 'y.wav' }))
      expect(proof()).toMatchObject({ kind: 'unknown', why: 'unclaimed-file' })
      calls.folder.sight(file({ size: 32_000 }))
      expect(proof().kind).toBe('unknown')
      calls.folder.sight(file({ state: 'closed' }))
      calls.folder.sight(file({ name: 'y.wav', state: 'closed' }))
      clock.advance(300)
      expect(proof().kind).toBe('off')
    })

    it('cannot tell by the moment where others record too', async () => {
      talking()
      calls.folder.sight(file({ name: 'others.wav' }))
      clock.advance(60_000)
      await start()
      calls.folder.sight(file())
      expect(proof()).toMatchObject({ kind: 'unknown', why: 'unclaimed-file' })
    })

    it('believes the moment again when others have recorded nothing for an hour', async () => {
      talking()
      calls.folder.sight(file({ name: 'others.wav' }))
      clock.advance(3_600_000)
      await start()
      calls.folder.sight(file())
      expect(proof().kind).toBe('recording')
    })

    it('takes no file for ours that begins as our code pauses', async () => {
      talking()
      await start()
      calls.folder.sight(file())
      const { startedAt, appearedAt } = file()
      clock.advance(2_000)
      calls.press(only().id, 'pause')
      await settle()
      clock.advance(400)
      calls.folder.sight(file({ name: 'others.wav' }))
      calls.folder.sight(file({ startedAt, appearedAt, state: 'closed' }))
      clock.advance(300)
      expect(proof().kind).toBe('paused')
    })

    it('claims nothing that was there before it was watched', async () => {
      talking()
      await start()
      calls.folder.sight(file({ appearedAt: null, startedAt: clock.now() - 60_000 }))
      expect(proof().kind).toBe('off')
    })

    it('gives a file to the one call whose code began it', async () => {
      talking()
      calls.phoneSession(session({ session: 's-2', sipCallId: 'def@here', peer: { name: '', number: '1051' } }))
      clock.advance(10_000)
      const second = calls.views()[1]
      calls.press(second?.id ?? '', 'start')
      await settle()
      clock.advance(400)
      calls.folder.sight(file())
      expect(calls.views().map(view => view.recording.proof.kind)).toEqual(['off', 'recording'])
    })

    it('gives it to none where two calls sent their code at once', async () => {
      talking()
      calls.phoneSession(session({ session: 's-2', sipCallId: 'def@here', peer: { name: '', number: '1051' } }))
      clock.advance(10_000)
      for (const { id } of calls.views()) calls.press(id, 'start')
      await settle()
      clock.advance(400)
      calls.folder.sight(file())
      expect(calls.views().map(view => view.recording.proof.kind)).toEqual(['unknown', 'unknown'])
    })
  })

  it('does not guess which of two calls a file belongs to: it cannot tell of either', () => {
    folder()
    calls.phoneSession(session())
    calls.phoneSession(session({ session: 's-2', sipCallId: 'def@here', peer: { name: '', number: '1051' } }))
    calls.folder.sight(sight({ numbers: ['1042', '999'] }))
    expect(calls.views().map(view => view.recording.proof.kind)).toEqual(['unknown', 'unknown'])
    calls.folder.sight(sight({ numbers: ['1042', '1051'], name: 'auto-2.wav' }))
    expect(calls.views().map(view => view.recording.proof.kind)).toEqual(['unknown', 'recording'])
    calls.folder.sight(sight({ numbers: ['1042', '999'], state: 'closed' }))
    clock.advance(300)
    expect(calls.views().map(view => view.recording.proof.kind)).toEqual(['off', 'recording'])
  })
})

/** Lets seconds pass as they do: answers come in between. */
const pass = async (ms: number) => {
  for (let left = ms; left > 0; left -= 250) {
    clock.advance(Math.min(left, 250))
    await settle()
  }
}
/** Makes reads wait, and answers the way to let them go. */
const hold = () => {
  let letGo = () => undefined as void
  server.gate = new Promise(resolve => (letGo = resolve))
  return () => {
    server.gate = null
    letGo()
  }
}

describe('a read', () => {
  it('that began before the call is not believed against its events', async () => {
    open()
    server.list = [serverCall({ seen: 'off' })]
    const letGo = hold()
    calls.streamLive()
    calls.serverCall(serverCall({ seen: 'recording' }))
    server.list = [serverCall({ seen: 'recording' })]
    const shown: string[] = []
    letGo()
    for (let i = 0; i < 10; i++) {
      await Promise.resolve()
      shown.push(only().recording.proof.kind)
    }
    expect(new Set(shown)).toEqual(new Set(['recording']))
  })

  it('that began before an event does not end the call that it does not list', async () => {
    open()
    calls.serverCall(serverCall({ status: 'ringing-in', bridged: false }))
    const letGo = hold()
    calls.hurry()
    calls.serverCall(serverCall({ seen: 'recording' }))
    letGo()
    server.list = [serverCall({ seen: 'recording' })]
    await settle()
    expect(only().recording.proof.kind).toBe('recording')
  })

  it('that began before the wish does not fail it', async () => {
    open()
    calls.streamLive()
    calls.phoneSession(session())
    calls.serverCall(serverCall())
    server.list = [serverCall()]
    await settle()
    clock.advance(800)
    const letGo = hold()
    calls.hurry()
    server.refusal = { reason: 'server-trouble', certain: false }
    calls.press(only().id, 'start')
    await settle()
    server.list = [serverCall({ seen: 'recording' })]
    letGo()
    await settle()
    expect(only().recording).toMatchObject({ proof: { kind: 'recording' }, refusal: null })
  })

  it('of an account that was left holds up none of the next', async () => {
    open()
    hold()
    calls.streamLive()
    const next = new Server()
    next.list = [serverCall({ seen: 'recording' })]
    open({ server: next })
    calls.streamLive()
    await settle()
    expect(only().recording.proof.kind).toBe('recording')
  })
})

describe('without a live stream', () => {
  it('a call on another device is found by asking', async () => {
    open()
    calls.streamCut()
    server.list = [serverCall({ seen: 'recording' })]
    await pass(2_000)
    expect(only()).toMatchObject({ device: 'elsewhere', recording: { proof: { kind: 'recording' } } })
  })

  it('and with one that is up to date nobody asks', async () => {
    open()
    calls.streamLive()
    await settle()
    const { reads } = server
    await pass(10_000)
    expect(server.reads).toBe(reads)
  })
})

describe('a sign of life', () => {
  it('keeps no proof from before a cut, until all was read again', async () => {
    open()
    calls.streamLive()
    calls.serverCall(serverCall({ seen: 'recording' }))
    server.list = [serverCall({ seen: 'recording' })]
    await settle()
    calls.streamCut()
    await settle()
    server.calls = () => Promise.reject(new Error('restarting'))
    calls.streamLive()
    for (let i = 0; i < 4; i++) {
      await pass(2_000)
      calls.streamAlive()
    }
    expect(only().recording.proof.kind).toBe('unknown')
  })

  it('keeps no proof of a leg that the server does not list any more', async () => {
    open()
    calls.streamLive()
    calls.phoneSession(session())
    calls.serverCall(serverCall({ seen: 'recording' }))
    calls.hurry()
    for (let i = 0; i < 4; i++) {
      await pass(2_000)
      calls.streamAlive()
    }
    expect(only().recording.proof.kind).toBe('unknown')
  })
})

describe('a stream that falls silent', () => {
  it('keeps red while reads answer, and is read before it is given up', async () => {
    open()
    calls.streamLive()
    server.list = [serverCall({ seen: 'recording' })]
    calls.serverCall(serverCall({ seen: 'recording' }))
    await settle()
    for (let second = 0; second < 12; second += 1) {
      await pass(1_000)
      expect([second, only().recording.proof.kind]).toEqual([second, 'recording'])
    }
  })

  it('is believed again after the clock was set ahead', async () => {
    open()
    calls.streamLive()
    server.list = [serverCall({ seen: 'off' })]
    calls.serverCall(serverCall({ seen: 'off', stamp: 5_000 }))
    await settle()
    clock.setBack(-3_600_000)
    await pass(500)
    calls.streamAlive()
    calls.hurry()
    await settle()
    server.gate = new Promise(() => undefined)
    calls.serverCall(serverCall({ seen: 'recording', stamp: 6_000 }))
    expect(only().recording.proof.kind).toBe('recording')
  })

  it('makes up for a read that failed', async () => {
    open()
    calls.streamLive()
    server.list = [serverCall({ seen: 'off' })]
    calls.serverCall(serverCall({ seen: 'off' }))
    await settle()
    server.gate = Promise.reject(new Error('for once'))
    calls.hurry()
    await settle()
    server.gate = null
    server.list = [serverCall({ seen: 'recording' })]
    for (let second = 0; second < 4; second += 1) {
      await pass(1_000)
      calls.streamAlive()
    }
    expect(only().recording.proof.kind).toBe('recording')
  })
})

describe('a leg that ended', () => {
  it('is shown again when the server still has it later on', async () => {
    open()
    calls.streamLive()
    calls.phoneSession(session())
    calls.serverCall(serverCall())
    calls.phoneSession(session({ status: 'ended' }))
    server.list = [serverCall({ seen: 'recording' })]
    calls.hurry()
    await settle()
    expect(calls.views()).toEqual([])
    await pass(5_000)
    expect(only()).toMatchObject({ device: 'elsewhere', recording: { proof: { kind: 'recording' } } })
  })

  it('is not begun again by a phone whose socket is dead', async () => {
    open()
    calls.phoneSession(session())
    calls.serverCall(serverCall())
    calls.serverCallEnded('1697.1')
    await pass(3_000)
    calls.phoneSession(session({ muted: true }))
    expect(calls.views()).toEqual([])
  })

  it('is sent nothing more', async () => {
    open()
    calls.phoneSession(session())
    calls.serverCall(serverCall())
    clock.advance(800)
    server.refusal = { reason: 'not-offered', certain: true }
    calls.press(only().id, 'start')
    calls.phoneSession(session({ status: 'ended' }))
    await settle()
    expect(phone.sent).toEqual([])
  })
})

describe('a phone page that died', () => {
  it('takes its ways of sending with it', () => {
    open()
    calls.phoneSession(session())
    calls.serverCall(serverCall())
    calls.phoneGone()
    clock.advance(800)
    server.refusal = { reason: 'not-offered', certain: true }
    expect(only().recording.main).toMatchObject({ press: 'start', barred: null })
    expect(only().recording.route).toBe('calld')
    open({ offer: { recordApi: false, dialect: 'start-stop', evidence: 'calls' } })
    calls.phoneSession(session())
    calls.serverCall(serverCall())
    calls.phoneGone()
    clock.advance(800)
    expect(only().recording.main).toMatchObject({ barred: 'no-route' })
  })
})

describe('a phone page that died in a call', () => {
  it('leaves a call that the server has: nobody hears it, and it can be ended there', async () => {
    open()
    server.list = [serverCall({ seen: 'recording' })]
    calls.phoneSession(session())
    calls.serverCall(serverCall({ seen: 'recording' }))
    calls.phoneGone()
    await settle()
    expect(only()).toMatchObject({
      device: 'stopped',
      status: 'up',
      audio: null,
      can: { hold: false, mute: false, keypad: false, transfer: false },
      recording: { proof: { kind: 'recording' } },
    })
    await calls.hangUp(only().id)
    expect(server.done).toContain('hangUp 1697.1')
    calls.serverCallEnded('1697.1')
    expect(calls.last?.end).toBe('talked')
  })

  it('is told of a call that the server shows only afterwards, too, and of no other', () => {
    open()
    calls.phoneSession(session())
    calls.phoneGone()
    calls.serverCall(serverCall())
    calls.serverCall(serverCall({ id: '1697.5', sipCallId: 'other@desk' }))
    expect(calls.views().map(({ device }) => device)).toEqual(['stopped', 'elsewhere'])
  })

  it('without a server to ask: the call may go on there', () => {
    calls.use({
      offer: { recordApi: false, dialect: 'start-stop', evidence: 'folder' },
      server: null,
      phone,
      own: ['1042'],
    })
    calls.phoneSession(session())
    calls.phoneGone()
    expect(calls.views()).toEqual([])
    expect(calls.last?.end).toBe('phone-stopped')
  })
})

describe('a server that does not tell of recordings', () => {
  it('is no alarm: the code can be sent, and nothing is claimed', async () => {
    open({ offer: { recordApi: false, dialect: 'start-stop', evidence: 'calls' } })
    server.list = [serverCall({ seen: null })]
    calls.phoneSession(session())
    await settle()
    clock.advance(800)
    expect(only().recording).toMatchObject({
      proof: { kind: 'unprovable' },
      main: { press: 'send-code', barred: null },
    })
  })
})

describe('a clock that is set back', () => {
  it('keeps no proof alive that nobody confirms', async () => {
    open()
    calls.streamLive()
    server.list = [serverCall({ seen: 'recording' })]
    calls.serverCall(serverCall({ seen: 'recording' }))
    await settle()
    server.calls = () => Promise.reject(new Error('unreachable'))
    calls.streamCut()
    clock.setBack(3_600_000)
    await pass(7_000)
    expect(only().recording.proof.kind).toBe('unknown')
    server.calls = () => Promise.resolve([serverCall({ seen: 'paused' })])
    await pass(2_250)
    expect(only().recording.proof.kind).toBe('paused')
  })
})
