import { beforeEach, describe, expect, it } from 'vitest'
import { AppFailure, type Failure } from '../../shared/failure.ts'
import { callInFocus } from '../../shared/lamp.ts'
import { type PhoneHold, type PhoneSession } from '../../shared/phone.ts'
import { Settings } from '../../shared/settings.ts'
import { Calls } from './calls.ts'
import { ManualClock } from './clock.testing.ts'
import { type CallPhone, type CallServer, type ServerCall } from './ports.ts'
import { serverCall as bareCall, session as bareSession } from './stage.testing.ts'

const session = (id: string, change: Partial<PhoneSession> = {}): PhoneSession =>
  bareSession({
    session: id,
    outgoing: false,
    peer: { name: id, number: '1050' },
    sipCallId: `${id}@here`,
    ...change,
  })
const serverCall = (id: string, change: Partial<ServerCall> = {}): ServerCall =>
  bareCall({
    id,
    zone: 'unknown',
    outgoing: false,
    peer: { name: id, number: '1050' },
    dialed: '1042',
    sipCallId: null,
    ...change,
  })

/** Does all at once, and notes it; `refuses` are the commands that fail. */
class Server implements CallServer {
  list: ServerCall[] = []
  done: string[] = []
  refuses = new Map<string, Failure>()
  calls = () => Promise.resolve(this.list)
  record = () => Promise.resolve(null)
  async originate(number: string) {
    await this.#do('originate', number)
    return null
  }
  hangUp = (call: string) => this.#do('hangUp', call)
  digits = (call: string) => this.#do('digits', call)
  answer = (call: string) => this.#do('answer', call)
  hold = (call: string, on: boolean) => this.#do('hold', call, String(on))
  mute = (call: string, on: boolean) => this.#do('mute', call, String(on))
  async transfer(call: string, number: string, kind: string) {
    await this.#do('transfer', call, number, kind)
    return 't-1'
  }
  completeTransfer = (id: string) => this.#do('complete', id)
  cancelTransfer = (id: string) => this.#do('cancel', id)
  #do(what: string, ...rest: string[]): Promise<void> {
    this.done.push([what, ...rest].join(' '))
    const failure = this.refuses.get(what)
    return failure === undefined ? Promise.resolve() : Promise.reject(new AppFailure(failure))
  }
}

class Phone implements CallPhone {
  sent: Parameters<CallPhone['send']>[0][] = []
  refusal: Failure | null = null
  send(command: Parameters<CallPhone['send']>[0]): Promise<Failure | null> {
    this.sent.push(command)
    return Promise.resolve(this.refusal)
  }
}

let clock: ManualClock
let server: Server
let phone: Phone
let calls: Calls

const open = (withPhone = true) =>
  calls.use({
    offer: { recordApi: true, dialect: 'start-pause-resume', evidence: 'calls' },
    server,
    phone: withPhone ? phone : null,
    own: [],
  })
const view = (name: string) => {
  const found = calls.views().find(one => one.peer.name === name)
  if (found === undefined) throw new Error(`no call with ${name}`)
  return found
}
const focus = () => callInFocus(calls.views())?.peer.name ?? null
const holds = (name: string, hold: PhoneHold) => calls.phoneSession(session(name, { hold }))
const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

beforeEach(() => {
  clock = new ManualClock(1_000_000)
  server = new Server()
  phone = new Phone()
  calls = new Calls({
    clock,
    settings: () => Settings.parse({}),
    onChange: () => undefined,
    onCodeCall: () => undefined,
    dueOf: () => null,
    onEnded: () => undefined,
    log: () => undefined,
  })
})

describe('switching between calls on this computer', () => {
  beforeEach(() => {
    open()
    calls.phoneSession(session('marie'))
    clock.advance(1000)
    calls.phoneSession(session('paul', { hold: 'held' }))
  })

  it('moves the focus with the press, before anything proves it', async () => {
    expect(focus()).toBe('marie')
    const pressed = calls.handling.hold(view('paul').id, false)
    expect(focus()).toBe('paul')
    expect(view('marie')).toMatchObject({ onHold: true, hold: 'holding' })
    expect(view('paul')).toMatchObject({ onHold: false, hold: 'resuming' })
    await pressed
    expect(phone.sent).toEqual([{ do: 'hold', session: 'paul', on: false }])
    expect(focus()).toBe('paul')
    holds('marie', 'held')
    holds('paul', 'no')
    expect(view('marie')).toMatchObject({ onHold: true, hold: 'held' })
    expect(focus()).toBe('paul')
  })

  it('gives it back when the phone refuses', async () => {
    phone.refusal = { code: 'hold-refused', status: 488 }
    await expect(calls.handling.hold(view('paul').id, false)).rejects.toMatchObject({ failure: phone.refusal })
    expect(focus()).toBe('marie')
    expect(view('paul')).toMatchObject({ onHold: true, hold: 'held' })
  })

  it('takes a press back that nothing ever shows', async () => {
    await calls.handling.hold(view('paul').id, false)
    clock.advance(5000)
    expect(focus()).toBe('marie')
  })

  it('does not take a press back for an earlier one that was shown', async () => {
    await calls.handling.hold(view('marie').id, true)
    holds('marie', 'held')
    await calls.handling.hold(view('marie').id, false)
    holds('marie', 'no')
    clock.advance(3999)
    await calls.handling.hold(view('paul').id, false)
    clock.advance(2)
    expect(view('marie').hold).toBe('holding')
    expect(focus()).toBe('paul')
    holds('marie', 'held')
    holds('paul', 'no')
    // who was spoken with last comes first of two on hold
    holds('paul', 'held')
    expect(focus()).toBe('paul')
  })

  it('stays with the one that was switched to when the other is held late', async () => {
    await calls.handling.hold(view('paul').id, false)
    holds('paul', 'no')
    clock.advance(5000)
    expect(view('marie').onHold).toBe(false)
    expect(focus()).toBe('paul')
    holds('marie', 'held')
    holds('paul', 'held')
    expect(focus()).toBe('paul')
  })

  it('follows the phone when it holds by itself: a call is placed', () => {
    calls.phoneSession(session('luc', { status: 'dialing', outgoing: true }))
    holds('marie', 'holding')
    expect(focus()).toBe('luc')
    calls.phoneSession(session('luc', { status: 'ended', outgoing: true, endStatus: 486 }))
    expect(focus()).toBe('marie')
  })

  it('answers the call that waits: it has the focus from the press on', async () => {
    calls.phoneSession(session('luc', { status: 'ringing-in' }))
    expect(focus()).toBe('marie')
    expect(view('luc').can).toMatchObject({ answer: true, hold: false })
    const pressed = calls.answer(view('luc').id)
    expect(focus()).toBe('luc')
    await pressed
    holds('marie', 'held')
    calls.phoneSession(session('luc'))
    expect(focus()).toBe('luc')
  })

  it('answers beside a call that still rings: that one is left, and held once it is up', async () => {
    calls.phoneSession(session('luc', { status: 'ringing-out', outgoing: true }))
    holds('marie', 'held')
    expect(focus()).toBe('luc')
    calls.phoneSession(session('eve', { status: 'ringing-in' }))
    const pressed = calls.answer(view('eve').id)
    expect(view('luc')).toMatchObject({ onHold: true, hold: 'holding' })
    expect(focus()).toBe('eve')
    await pressed
    const left = { outgoing: true, hold: 'holding' } as const
    calls.phoneSession(session('luc', { status: 'ringing-out', ...left }))
    calls.phoneSession(session('eve'))
    clock.advance(5000)
    calls.phoneSession(session('luc', left))
    expect(view('luc')).toMatchObject({ onHold: true, hold: 'holding' })
    expect(focus()).toBe('eve')
  })

  it('does not keep the focus on a call that could not be answered', async () => {
    calls.phoneSession(session('luc', { status: 'ringing-in' }))
    phone.refusal = { code: 'call-gone' }
    await expect(calls.answer(view('luc').id)).rejects.toThrow()
    expect(focus()).toBe('marie')
  })
})

describe('a transfer by our phone', () => {
  beforeEach(() => {
    open()
    calls.phoneSession(session('marie'))
  })

  it('blind: sends the number as it can be dialled, and shows what the phone tells', async () => {
    await calls.handling.transfer(view('marie').id, '10 43', 'blind')
    expect(phone.sent).toEqual([{ do: 'transfer', session: 'marie', number: '1043' }])
    const transfer = { kind: 'blind', to: '1043', state: 'failed', status: 404 } as const
    calls.phoneSession(session('marie', { transfer }))
    expect(view('marie').transfer).toEqual(transfer)
    await expect(calls.handling.transfer(view('marie').id, '!!', 'blind')).rejects.toMatchObject({
      failure: { code: 'number-invalid' },
    })
  })

  const consult = async () => {
    await calls.handling.transfer(view('marie').id, '1043', 'attended')
    const [dialed] = phone.sent
    if (dialed?.do !== 'dial') throw new Error('nothing was dialled')
    calls.phoneSession(
      session(dialed.session, { status: 'dialing', outgoing: true, peer: { name: 'paul', number: '1043' } }),
    )
    holds('marie', 'held')
    phone.sent = []
    return dialed.session
  }

  it('attended: asks by a call of its own, then joins the two', async () => {
    const asked = await consult()
    expect(view('paul').consultFor).toBe(view('marie').id)
    expect(focus()).toBe('paul')
    calls.phoneSession(session(asked, { outgoing: true, peer: { name: 'paul', number: '1043' } }))
    await calls.handling.endTransfer(view('marie').id, 'connect')
    expect(phone.sent).toEqual([{ do: 'join', session: 'marie', to: asked }])
  })

  it('attended: back to who waits when the question ends without an answer', async () => {
    const asked = await consult()
    calls.phoneSession(session(asked, { status: 'ended', endStatus: 486, outgoing: true }))
    await settle()
    expect(phone.sent).toEqual([{ do: 'hold', session: 'marie', on: false }])
    expect(focus()).toBe('marie')
  })

  it('attended: nobody is taken back once the two were joined', async () => {
    const asked = await consult()
    calls.phoneSession(
      session('marie', { hold: 'held', transfer: { kind: 'attended', to: '1043', state: 'done', status: null } }),
    )
    calls.phoneSession(session(asked, { status: 'ended', outgoing: true }))
    await settle()
    expect(phone.sent).toEqual([])
  })

  it('attended: "back" hangs the question up', async () => {
    const asked = await consult()
    await calls.handling.endTransfer(view('marie').id, 'back')
    expect(phone.sent).toEqual([{ do: 'hang-up', session: asked }])
  })
})

describe('a call on a desk phone', () => {
  beforeEach(() => open(false))

  it('is held, answered and muted through the server', async () => {
    calls.serverCall(serverCall('1.1'))
    await calls.handling.hold(view('1.1').id, true)
    expect(view('1.1')).toMatchObject({ device: 'elsewhere', onHold: true, hold: 'holding' })
    calls.serverCall(serverCall('1.1', { onHold: true, muted: true }))
    expect(view('1.1')).toMatchObject({ onHold: true, hold: 'held', muted: true })
    await calls.handling.mute(view('1.1').id, false)
    calls.serverCall(serverCall('2.1', { status: 'ringing-in' }))
    await calls.answer(view('2.1').id)
    expect(server.done).toEqual(['hold 1.1 true', 'mute 1.1 false', 'answer 2.1'])
  })

  it('is not offered again what its phone does not do, whichever of the two was tried', async () => {
    server.refuses.set('hold', { code: 'phone-by-hand' })
    calls.serverCall(serverCall('1.1'))
    expect(view('1.1').can.hold).toBe(true)
    await expect(calls.handling.hold(view('1.1').id, true)).rejects.toMatchObject({
      failure: { code: 'phone-by-hand' },
    })
    expect(view('1.1')).toMatchObject({ onHold: false, can: { hold: false, mute: true, transfer: true } })
    calls.serverCall(serverCall('2.1', { status: 'ringing-in' }))
    expect(view('2.1').can.answer).toBe(false)
    // another phone of the same user
    calls.serverCall(serverCall('3.1', { line: 8 }))
    expect(view('3.1').can.hold).toBe(true)
    // and another account knows nothing of it
    open(false)
    calls.serverCall(serverCall('4.1'))
    expect(view('4.1').can.hold).toBe(true)
  })

  it('stays offered after trouble that may pass', async () => {
    server.refuses.set('hold', { code: 'server-trouble', status: 502 })
    calls.serverCall(serverCall('1.1'))
    await expect(calls.handling.hold(view('1.1').id, true)).rejects.toThrow()
    expect(view('1.1').can.hold).toBe(true)
  })

  it('is passed on through the server, and an attended transfer ended from here', async () => {
    calls.serverCall(serverCall('1.1'))
    const { id } = view('1.1')
    await calls.handling.transfer(id, '1043', 'attended')
    calls.handling.serverTransfer({ id: 't-1', call: '1.1', state: 'ringing' })
    expect(view('1.1').transfer).toEqual({ kind: 'attended', to: '1043', state: 'ringing', status: null })
    calls.handling.serverTransfer({ id: 't-2', call: '1.1', state: 'answered' })
    expect(view('1.1').transfer?.state).toBe('ringing')
    calls.handling.serverTransfer({ id: 't-1', call: '1.1', state: 'answered' })
    expect(view('1.1').transfer?.state).toBe('answered')
    await calls.handling.endTransfer(id, 'connect')
    calls.handling.serverTransfer({ id: 't-1', call: '1.1', state: 'done' })
    calls.handling.serverTransfer({ id: 't-1', call: '1.1', state: 'over' })
    expect(view('1.1').transfer?.state).toBe('done')
    expect(server.done).toEqual(['transfer 1.1 1043 attended', 'complete t-1'])
  })

  it('whose transfer is refused is as it was', async () => {
    server.refuses.set('transfer', { code: 'call-unknown-number' })
    calls.serverCall(serverCall('1.1'))
    await expect(calls.handling.transfer(view('1.1').id, '99', 'blind')).rejects.toThrow()
    expect(view('1.1').transfer).toBeNull()
    server.refuses.clear()
    await calls.handling.transfer(view('1.1').id, '1043', 'attended')
    await calls.handling.endTransfer(view('1.1').id, 'back')
    expect(view('1.1').transfer).toBeNull()
    calls.handling.serverTransfer({ id: 't-1', call: '1.1', state: 'over' })
    expect(view('1.1').transfer).toBeNull()
  })

  it('that the target did not take is told', async () => {
    calls.serverCall(serverCall('1.1'))
    await calls.handling.transfer(view('1.1').id, '1043', 'attended')
    calls.handling.serverTransfer({ id: 't-1', call: '1.1', state: 'over' })
    expect(view('1.1').transfer?.state).toBe('failed')
  })
})

describe('what a transfer does to the recording', () => {
  it('differs between Wazo and a bare Asterisk', () => {
    open()
    calls.phoneSession(session('marie'))
    expect(view('marie').recordingAfterTransfer).toBe('ends')
    calls.use({
      offer: { recordApi: false, dialect: 'start-stop', evidence: 'folder' },
      server: null,
      phone,
      own: [],
    })
    calls.phoneSession(session('marie'))
    expect(view('marie').recordingAfterTransfer).toBe('may-go-on')
  })
})
