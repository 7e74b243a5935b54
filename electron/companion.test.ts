import { beforeEach, describe, expect, it } from 'vitest'
import { NO_KEEPING } from '../shared/keeping.ts'
import { NO_EXPORTING } from '../shared/exporting.ts'
import { type Use } from '../shared/account.ts'
import { AppFailure, type Failure } from '../shared/failure.ts'
import { type PhoneLine, type PhoneSession } from '../shared/phone.ts'
import { OPEN_POLICY } from '../shared/policy.ts'
import { Settings } from '../shared/settings.ts'
import { ManualClock } from './calls/clock.testing.ts'
import { type Offer } from './calls/means.ts'
import { type CallPhone, type ServerCall } from './calls/ports.ts'
import { Companion } from './companion.ts'
import { memoryIndex, type MemoryIndex } from './library/index.testing.ts'
import { type Line, type LineListener } from './line.ts'

const phoneLine: PhoneLine = {
  key: 'k',
  webSocket: 'wss://pbx.example/ws',
  uri: 'sip:1042@pbx.example',
  username: '1042',
  displayName: '',
  secret: { kind: 'ha1', ha1: 'x' },
  hint: null,
}
const session = (change: Partial<PhoneSession> = {}): PhoneSession => ({
  kind: 'session',
  session: 's-1',
  status: 'up',
  outgoing: true,
  peer: { name: 'Marie', number: '1050' },
  sipCallId: 'abc@here',
  serverId: null,
  muted: false,
  hold: 'no',
  transfer: null,
  canInsertDigits: true,
  endStatus: null,
  elsewhere: false,
  byRemote: false,
  ...change,
})

class FakeLine implements Line {
  use: Use | null
  started = 0
  closed = 0
  listener: LineListener | null = null
  /** Null: the phone's line cannot be had. */
  answer: PhoneLine | null = phoneLine
  asked = 0
  closing: Promise<void> = Promise.resolve()
  offer: Offer = { recordApi: false, dialect: 'start-stop', evidence: 'none' }
  readonly server = null
  readonly flags = null
  readonly right = null
  readonly hinted = false
  readonly own = ['1042']
  readonly library = {
    key: 'eve',
    passing: false,
    own: () => ['1042'],
    callLog: null,
    automaticNames: () => true,
    folder: null,
  }

  /** Its line can carry calls of a computer. */
  webrtc = true

  constructor(use: Use | null) {
    this.use = use
  }
  account() {
    return {
      kind: 'wazo',
      server: 'pbx.example',
      name: 'Eve',
      extension: '1042',
      use: this.use,
      phonePossible: this.webrtc,
      remembered: false,
      capabilities: null,
      folder: null,
    } as const
  }
  choose(use: Use) {
    this.use = use
  }
  automaticMeans() {
    return 'none' as const
  }
  codeBy() {
    return null
  }
  phone() {
    this.asked++
    if (this.answer === null) return Promise.reject(new AppFailure('unreachable'))
    return Promise.resolve({ line: this.answer, pin: null })
  }
  start(listener: LineListener) {
    this.started++
    this.listener = listener
  }
  setInCall() {
    return undefined
  }
  wake() {
    return undefined
  }
  close() {
    this.closed++
    return this.closing
  }
}

class FakePhone implements CallPhone {
  opened = 0
  /** The keys of the lines that it was opened with. */
  keys: string[] = []
  closed = 0
  sent: string[] = []
  /** How it answers a command. */
  answers: () => Promise<Failure | null> = () => Promise.resolve(null)
  /** Opened without a line: for its sounds alone. */
  rested = 0
  open(line: PhoneLine | null) {
    if (line === null) this.rested++
    else {
      this.opened++
      this.keys.push(line.key)
    }
  }
  close() {
    this.closed++
  }
  send(command: { do: string }) {
    this.sent.push(command.do)
    return this.answers()
  }
}

let clock: ManualClock
let phone: FakePhone
let companion: Companion
let listed: number
let index: MemoryIndex
let libraryClosing: Promise<void>
let stages: string[]
/** What each snapshot told of the first call's recording. */
let proofs: (string | undefined)[]

const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}
const never = () => new Promise<void>(() => undefined)

beforeEach(() => {
  clock = new ManualClock(1_000_000)
  phone = new FakePhone()
  listed = 0
  index = memoryIndex()
  libraryClosing = Promise.resolve()
  stages = []
  proofs = []
  companion = new Companion({
    clock,
    settings: { current: () => Settings.parse({}), change: () => undefined },
    phone,
    policy: { current: () => OPEN_POLICY, readAgain: () => OPEN_POLICY },
    language: () => 'en',
    onSnapshot: ({ stage, calls }) => {
      stages.push(stage.stage === 'signed-out' ? `signed-out ${stage.username}` : stage.stage)
      proofs.push(calls[0]?.recording.proof.kind)
    },
    onMoment: () => undefined,
    onOver: reason => companion.showSignIn({ reason, server: 'pbx', username: 'eve', folder: null }),
    exporting: () => NO_EXPORTING,
    keeping: () => NO_KEEPING,
    library: {
      openIndex: () => Promise.resolve(index),
      attach: () => Promise.resolve({ vault: null, close: () => libraryClosing }),
      erase: () => Promise.resolve(),
    },
    onLibraryChanged: () => void listed++,
    log: () => undefined,
  })
})

describe('a session that is over', () => {
  it('leads to the sign-in page with what was typed, and to no older one in between', async () => {
    companion.showSignIn({ reason: null, server: '', username: '', folder: null })
    const line = new FakeLine('companion')
    await companion.open(line)
    clock.advance(100)
    line.closing = never()
    stages = []
    line.listener?.over({ code: 'session-over' })
    await settle()
    for (let i = 0; i < 60; i++) {
      clock.advance(100)
      await settle()
    }
    expect(new Set(stages)).toEqual(new Set(['signed-out eve']))
    expect(companion.line).toBeNull()
  })
})

describe('a session that is over in a call of this computer', () => {
  const up = async () => {
    const line = new FakeLine('phone')
    await companion.open(line)
    await settle()
    companion.phoneReport(session())
    line.listener?.over({ code: 'session-over' })
    await settle()
    return line
  }

  it('leaves the call alone, says so, and leaves once the last one has ended', async () => {
    const line = await up()
    companion.phoneReport(session({ session: 's-2', sipCallId: 'def@here', status: 'ringing-in', outgoing: false }))
    // what the line still tells of its connection does not hide it
    line.listener?.link('retrying')
    companion.phoneReport(session({ status: 'ended' }))
    await settle()
    expect(phone).toMatchObject({ sent: [], closed: 0 })
    expect(line.closed).toBe(0)
    expect(companion.snapshot()).toMatchObject({ stage: { stage: 'ready' }, link: { state: 'signed-out' } })
    companion.phoneReport(session({ session: 's-2', status: 'ended' }))
    await settle()
    expect(phone).toMatchObject({ sent: [], closed: 1 })
    expect(line.closed).toBe(1)
    expect(companion.snapshot().stage).toMatchObject({ stage: 'signed-out', reason: { code: 'session-over' } })
  })

  it('waits for no end when the user signs out of it himself', async () => {
    const line = await up()
    const leaving = companion.close()
    await settle()
    expect(phone.sent).toEqual(['hang-up'])
    companion.phoneReport(session({ status: 'ended' }))
    await leaving
    expect(line.closed).toBe(1)
    // what he sees next is his own doing, and not a session that was over
    expect(companion.snapshot().stage).toEqual({ stage: 'starting' })
  })
})

describe('a snapshot', () => {
  it('gathers what happens, and does not keep a proof waiting', async () => {
    const line = new FakeLine('companion')
    line.offer = { recordApi: true, dialect: 'start-stop', evidence: 'calls' }
    await companion.open(line)
    const tell = (change: Partial<ServerCall>) =>
      line.listener?.call({
        id: '1.1',
        conversation: null,
        outgoing: true,
        status: 'up',
        peer: { name: '', number: '1050' },
        dialed: '1050',
        zone: 'inside',
        sipCallId: null,
        createdAt: 0,
        answeredAt: 0,
        bridged: true,
        onHold: false,
        muted: false,
        line: null,
        seen: 'off',
        ...change,
      })
    tell({})
    clock.advance(100)
    proofs = []
    tell({ onHold: true })
    clock.advance(10)
    expect(proofs).toEqual([])
    tell({ seen: 'recording' })
    expect(proofs).toEqual([])
    clock.advance(0)
    expect(proofs).toEqual(['recording'])
    tell({ seen: 'recording' })
    tell({ seen: 'off' })
    tell({ seen: 'recording', onHold: true })
    clock.advance(14)
    expect(proofs.slice(1)).toEqual(['recording'])
  })
})

describe('leaving a line', () => {
  it('hangs up, and waits 2 s at most for a phone that does not answer', async () => {
    const line = new FakeLine('phone')
    await companion.open(line)
    await settle()
    companion.phoneReport(session())
    phone.answers = () => new Promise(() => undefined)
    let left = false
    const leaving = companion.close().then(() => (left = true))
    await settle()
    expect(phone.sent).toEqual(['hang-up'])
    expect(left).toBe(false)
    clock.advance(2_000)
    await leaving
    expect(line.closed).toBe(1)
    expect(companion.line).toBeNull()
    expect(companion.snapshot().calls).toEqual([])
  })

  it('asleep ends the calls of this computer in order, and says from when to when', async () => {
    await companion.open(new FakeLine('phone'))
    await settle()
    companion.phoneReport(session())
    clock.advance(20)
    const asleep = companion.sleep()
    await settle()
    expect(phone.sent).toEqual(['hang-up'])
    companion.phoneReport(session({ status: 'ended' }))
    await asleep
    clock.advance(3_600_000)
    companion.woke()
    const { slept } = companion.snapshot().shell
    expect(slept).toEqual({ from: 1_000_020, to: 4_600_020, calls: [{ name: 'Marie', number: '1050' }], left: [] })
    companion.phoneReport(session({ session: 's-2' }))
    clock.advance(20)
    expect(companion.snapshot().shell.slept).toBeNull()
  })

  it('asleep says of a call only once it is that it was ended', async () => {
    await companion.open(new FakeLine('phone'))
    await settle()
    companion.phoneReport(session())
    companion.phoneReport(session({ session: 's-2', sipCallId: 'def@here', peer: { name: 'Paul', number: '1043' } }))
    const answers: ((failure: Failure | null) => void)[] = []
    phone.answers = () => new Promise(resolve => answers.push(resolve))
    const asleep = companion.sleep()
    await settle()
    const peers = () => {
      const { slept } = companion.snapshot().shell
      return slept && { ended: slept.calls.map(({ name }) => name), left: slept.left.map(({ name }) => name) }
    }
    expect(peers()).toEqual({ ended: [], left: ['Marie', 'Paul'] })
    answers[0]?.(null)
    answers[1]?.({ code: 'not-registered' })
    await settle()
    await asleep
    companion.woke()
    expect(peers()).toEqual({ ended: ['Marie'], left: ['Paul'] })
  })

  it('asleep tells no more of it once that was seen', async () => {
    await companion.open(new FakeLine('phone'))
    await settle()
    companion.phoneReport(session())
    let answer: (failure: Failure | null) => void = () => undefined
    phone.answers = () => new Promise(resolve => (answer = resolve))
    const asleep = companion.sleep()
    await settle()
    companion.woke()
    companion.tell({ slept: null })
    answer(null)
    await asleep
    expect(companion.snapshot().shell.slept).toBeNull()
  })

  it('asleep without a call tells nothing', async () => {
    await companion.open(new FakeLine('phone'))
    await companion.sleep()
    companion.woke()
    expect(companion.snapshot().shell.slept).toBeNull()
  })

  it('does not wait for ever for a folder that cannot be closed', async () => {
    const line = new FakeLine('companion')
    line.closing = never()
    libraryClosing = never()
    await companion.open(line)
    const leaving = companion.close()
    await settle()
    clock.advance(5_000)
    await leaving
    expect(companion.line).toBeNull()
  })

  it('twice is once, and takes no later line along', async () => {
    const first = new FakeLine('phone')
    await companion.open(first)
    await settle()
    companion.phoneReport(session())
    phone.answers = () => new Promise(() => undefined)
    const leaving = companion.close()
    const next = new FakeLine('companion')
    const opening = companion.open(next)
    const again = companion.close()
    await settle()
    clock.advance(2_000)
    await Promise.all([leaving, opening, again])
    await settle()
    expect(first.closed).toBe(1)
    expect(companion.line).toBe(next)
    expect(next.closed).toBe(0)
  })
})

describe('"Where do you talk?"', () => {
  it('the same again changes nothing', async () => {
    const line = new FakeLine('phone')
    await companion.open(line)
    await companion.choose('phone')
    await settle()
    expect(line.started).toBe(1)
    expect(phone.opened).toBe(1)
  })

  it('on a line that is no computer\u2019s no phone is opened, whatever was chosen once', async () => {
    const line = new FakeLine('phone')
    line.webrtc = false
    await companion.open(line)
    await settle()
    expect(phone.opened).toBe(0)
    // the line is one for computers now
    line.webrtc = true
    clock.advance(5_000)
    await settle()
    expect(phone.opened).toBe(1)
  })

  it('ends the calls of this computer before its phone goes', async () => {
    const line = new FakeLine('phone')
    await companion.open(line)
    await settle()
    companion.phoneReport(session())
    await companion.choose('companion')
    expect(phone.sent).toEqual(['hang-up'])
    expect(line.started).toBe(2)
  })

  it('elsewhere: a phone that was still being fetched is not opened', async () => {
    const line = new FakeLine('phone')
    line.answer = null
    await companion.open(line)
    await settle()
    await companion.choose('companion')
    line.answer = phoneLine
    clock.advance(5_000)
    await settle()
    expect(phone.opened).toBe(0)
    expect(phone.rested).toBe(1)
    expect(line.asked).toBe(1)
  })

  it('here: a line that could not be had is asked for again', async () => {
    const line = new FakeLine('phone')
    line.answer = null
    await companion.open(line)
    await settle()
    expect(companion.snapshot().phone.state).toBe('lost')
    line.answer = phoneLine
    clock.advance(5_000)
    await settle()
    expect(phone.opened).toBe(1)
  })
})

describe('a phone that the server refuses', () => {
  const refused = (status: number) =>
    companion.phoneReport({ kind: 'registration', registration: { state: 'refused', status } })
  const registered = () =>
    companion.phoneReport({ kind: 'registration', registration: { state: 'registered', status: null } })
  let line: FakeLine

  beforeEach(async () => {
    line = new FakeLine('phone')
    await companion.open(line)
    await settle()
    registered()
  })

  it.each([401, 403, 407])('with %d is opened with the secret that the line has now', async status => {
    line.answer = { ...phoneLine, key: 'new' }
    refused(status)
    await settle()
    expect(phone.keys).toEqual(['k', 'new'])
    expect(companion.snapshot().phone.state).toBe('connecting')
    // refused with the new one, too: that stands
    refused(status)
    await settle()
    expect(line.asked).toBe(2)
    expect(companion.snapshot().phone).toMatchObject({ state: 'refused', status })
    // taken, and later changed again
    registered()
    line.answer = { ...phoneLine, key: 'newer' }
    refused(status)
    await settle()
    expect(phone.keys).toEqual(['k', 'new', 'newer'])
  })

  it('and whose line is the same stays refused, is asked about once, and again after a sleep', async () => {
    refused(403)
    await settle()
    refused(403)
    companion.tell({})
    await settle()
    expect(line.asked).toBe(2)
    expect(phone.keys).toEqual(['k'])
    expect(companion.snapshot().phone).toMatchObject({ state: 'refused', status: 403 })
    line.answer = { ...phoneLine, key: 'new' }
    companion.woke()
    companion.tell({})
    await settle()
    expect(line.asked).toBe(3)
    expect(phone.keys).toEqual(['k', 'new'])
  })

  it('for another reason is not asked about', async () => {
    refused(404)
    await settle()
    expect(line.asked).toBe(1)
  })

  it('is tried again at a press, also with the same secret', async () => {
    refused(401)
    await settle()
    await companion.phoneAgain()
    expect(phone.keys).toEqual(['k', 'k'])
    expect(companion.snapshot().phone.state).toBe('connecting')
  })

  it('keeps its call, and is opened anew after it', async () => {
    companion.phoneReport(session())
    line.answer = { ...phoneLine, key: 'new' }
    refused(403)
    await companion.phoneAgain()
    await settle()
    expect(phone.keys).toEqual(['k'])
    companion.phoneReport(session({ status: 'ended' }))
    await settle()
    expect(phone.keys).toEqual(['k', 'new'])
  })

  it('while its line cannot be read is asked about once more when the server is back', async () => {
    line.answer = null
    refused(403)
    await settle()
    companion.tell({})
    await settle()
    expect(line.asked).toBe(2)
    line.answer = { ...phoneLine, key: 'new' }
    line.listener?.link('live')
    await settle()
    expect(phone.keys).toEqual(['k', 'new'])
  })
})

describe('the list of recordings', () => {
  it('is asked for once a call’s recording can be in it', async () => {
    await companion.open(new FakeLine('phone'))
    await settle()
    companion.phoneReport(session())
    const before = listed
    companion.phoneReport(session({ status: 'ended' }))
    expect(listed).toBe(before)
    clock.advance(4_000)
    expect(listed).toBe(before + 1)
  })
})
