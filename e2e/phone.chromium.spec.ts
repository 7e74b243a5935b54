/** The phone page in the engine of today's Electron, against the demo's PBX: SIP, real audio and the socket's troubles. */
import { measureWav } from './pbx/asterisk/wav.ts'
import { expect, NEARBY, openIn, SPOKEN_HERTZ, test } from './phone-page/fixtures.ts'
import { startRelay } from './pbx/relay.ts'
import { nothingLeft, settled, watchLeaks } from './phone-page/leaks.ts'
import { openPhone, type PhonePage } from './phone-page/page.ts'

const registered = { registration: { state: 'registered', status: null } } as const

/** Dials and waits until it is up. */
async function call(phone: PhonePage, number = '1050', session = 's-1'): Promise<void> {
  expect(await phone.run({ do: 'dial', session, number })).toBeNull()
  await phone.until('session', { session, status: 'up' })
}

test('registers, and is gone from the server when its line is taken away', async ({ phone, exchange }) => {
  expect(phone.all('registration').map(one => one.registration.state)).toEqual(['connecting', 'registered'])
  const { username } = exchange.line('1042')
  expect(exchange.demo.pbx.registered()).toContain(username)
  await phone.take(null)
  await expect.poll(() => exchange.demo.pbx.registered()).not.toContain(username)
  expect(await phone.run({ do: 'dial', session: 's-1', number: '1050' })).toEqual({ code: 'phone-off' })
})

test('tells nothing of its secret, and does not know a hint that the server does not', async ({ exchange, open }) => {
  const line = exchange.line('1042', { hint: '*7351***226' })
  const phone = await open(line)
  await phone.until('registration', registered)
  await phone.until('hint', { state: 'unavailable' })
  expect(line.secret.kind).toBe('ha1')
  const said = JSON.stringify([phone.reports, phone.complaints])
  expect(line.secret.kind === 'ha1' ? said.includes(line.secret.ha1) : true).toBe(false)
  expect(phone.complaints).toEqual([])
})

test('a line that is taken away in a call ends the call', async ({ phone, exchange }) => {
  await call(phone)
  await phone.take(null)
  await phone.until('session', { status: 'ended', byRemote: false })
  await expect.poll(() => exchange.demo.pbx.channels()).toEqual([])
})

test('a new key is a new registration; the same key changes nothing', async ({ phone, exchange }) => {
  await phone.take({ ...exchange.line('1042'), displayName: 'ignored' })
  await phone.take(exchange.line('1043', { key: 'another' }))
  await expect.poll(() => exchange.demo.pbx.registered()).toEqual([exchange.line('1043').username])
  const states = () => phone.all('registration').map(one => one.registration.state)
  await expect.poll(states).toEqual(['connecting', 'registered', 'connecting', 'registered'])
})

test('a wrong password is refused, and not tried again and again', async ({ exchange, open }) => {
  const phone = await open(exchange.line('1042', { secret: { kind: 'password', password: 'wrong' } }))
  await phone.until('registration', { registration: { state: 'refused', status: 401 } })
  expect(await phone.run({ do: 'dial', session: 's-1', number: '1050' })).toEqual({ code: 'not-registered' })
  expect(phone.all('registration').map(one => one.registration.state)).toEqual(['connecting', 'refused'])
})

test('without leave to reach this network it never registers', async ({ exchange, open }) => {
  const phone = await open(exchange.line('1042'), { near: false })
  await phone.until('registration', { registration: { state: 'lost', status: null } }, 20_000)
  expect(phone.all('registration').map(one => one.registration.state)).toEqual(['connecting', 'lost'])
  expect(exchange.demo.pbx.registered()).toEqual([])
})

test('a call has sound both ways, and ends by us', async ({ phone, exchange }) => {
  await call(phone)
  const session = await phone.until('session', { canInsertDigits: true })
  expect(phone.all('session').map(one => one.status)).toEqual(expect.arrayContaining(['dialing', 'ringing-out', 'up']))
  const [channel] = exchange.demo.pbx.channels()
  expect(session).toMatchObject({
    outgoing: true,
    peer: { number: '1050' },
    serverId: channel?.id,
    sipCallId: channel?.sipCallId,
    muted: false,
    endStatus: null,
  })
  expect(phone.last('microphone')).toEqual({ kind: 'microphone', state: 'live', why: null })
  await expect.poll(() => phone.last('audio'), { timeout: 15_000 }).toMatchObject({ session: 's-1' })
  await expect.poll(() => phone.last('audio')?.heard ?? 0, { timeout: 15_000 }).toBeGreaterThan(0.02)
  await expect.poll(() => phone.last('audio')?.spoken ?? 0).toBeGreaterThan(0.1)
  const before = phone.last('audio')
  await expect.poll(() => (phone.last('audio')?.packetsIn ?? 0) - (before?.packetsIn ?? 0)).toBeGreaterThan(40)
  await expect.poll(() => (phone.last('audio')?.packetsOut ?? 0) - (before?.packetsOut ?? 0)).toBeGreaterThan(40)
  expect(await phone.run({ do: 'hang-up', session: 's-1' })).toBeNull()
  await phone.until('session', { status: 'ended', endStatus: null, byRemote: false })
  await expect.poll(() => exchange.demo.pbx.channels()).toEqual([])
  expect(phone.complaints).toEqual([])
})

test('digits by RFC 4733 reach the server, which hears what we say', async ({ phone, exchange }) => {
  await call(phone)
  await phone.until('session', { canInsertDigits: true })
  await phone.until('audio', { session: 's-1' })
  expect(await phone.run({ do: 'digits', session: 's-1', via: 'rfc4733', digits: '*3' })).toBeNull()
  const started = () => exchange.events.find(one => one.kind === 'recording' && one.what === 'started')
  await expect.poll(started).toBeDefined()
  const take = exchange.demo.pbx.channels().find(channel => channel.takes.length > 0)?.takes[0]
  const packets = phone.last('audio')?.packetsOut ?? 0
  await expect.poll(() => (phone.last('audio')?.packetsOut ?? 0) - packets, { timeout: 15_000 }).toBeGreaterThan(120)
  await phone.run({ do: 'hang-up', session: 's-1' })
  await expect.poll(() => take?.endedAt ?? null).not.toBeNull()
  const wav = measureWav(take?.file ?? '')
  expect(wav.seconds).toBeGreaterThan(1)
  // the demo extension plays other notes meanwhile
  expect(wav.share(SPOKEN_HERTZ)).toBeGreaterThan(0.1)
  expect(wav.share(SPOKEN_HERTZ)).toBeGreaterThan(5 * wav.share(SPOKEN_HERTZ * 1.5))
})

test('digits by INFO reach the server, in their order', async ({ phone, exchange }) => {
  await call(phone)
  expect(await phone.run({ do: 'digits', session: 's-1', via: 'info', digits: '12#A' })).toBeNull()
  const heard = exchange.events.flatMap(one => (one.kind === 'dtmf' && one.channel.line !== null ? [one.digit] : []))
  expect(heard.join('')).toBe('12#A')
})

test('digits of two commands do not mix', async ({ phone, exchange }) => {
  await call(phone)
  await phone.until('session', { canInsertDigits: true })
  await phone.until('audio', { session: 's-1' })
  const answers = await Promise.all([
    phone.run({ do: 'digits', session: 's-1', via: 'rfc4733', digits: '456' }),
    phone.run({ do: 'digits', session: 's-1', via: 'rfc4733', digits: '789' }),
  ])
  expect(answers).toEqual([null, null])
  const heard = () =>
    exchange.events.flatMap(one => (one.kind === 'dtmf' && one.channel.line !== null ? [one.digit] : [])).join('')
  await expect.poll(heard).toBe('456789')
})

test('muted, nothing of us is sent', async ({ phone }) => {
  await call(phone)
  await expect.poll(() => phone.last('audio')?.spoken ?? 0, { timeout: 15_000 }).toBeGreaterThan(0.1)
  expect(await phone.run({ do: 'mute', session: 's-1', on: true })).toBeNull()
  await phone.until('session', { muted: true })
  await expect.poll(() => phone.last('audio')?.spoken).toBe(0)
  await phone.run({ do: 'mute', session: 's-1', on: false })
  await expect.poll(() => phone.last('audio')?.spoken ?? 0).toBeGreaterThan(0.1)
})

test('a call ends by the other side', async ({ phone, exchange }) => {
  await call(phone)
  const [channel] = exchange.demo.pbx.channels()
  exchange.demo.pbx.hangUp(channel?.id ?? '')
  await phone.until('session', { status: 'ended', endStatus: null, byRemote: true })
  expect(await phone.run({ do: 'hang-up', session: 's-1' })).toEqual({ code: 'call-gone' })
  expect(await phone.run({ do: 'digits', session: 's-1', via: 'info', digits: '1' })).toEqual({ code: 'call-gone' })
})

test('a call comes in, with a name that is a trap, and is answered', async ({ phone, exchange }) => {
  const user = exchange.demo.users.find(one => one.extension === '1042')
  const name = `Eve\u202e ${'x'.repeat(300)}`
  await exchange.demo.control({ do: 'ring', login: user?.login ?? '', name, number: '14185550142' })
  const ringing = await phone.until('session', { status: 'ringing-in', outgoing: false })
  expect(ringing.peer.number).toBe('14185550142')
  expect(ringing.peer.name).toMatch(/^Eve x{50,}$/)
  expect(ringing.peer.name.length).toBeLessThanOrEqual(120)
  expect(ringing.serverId).toBe(exchange.demo.pbx.channels().find(one => one.line !== null)?.id)
  expect(await phone.run({ do: 'answer', session: ringing.session })).toBeNull()
  await phone.until('session', { status: 'up' })
  await expect.poll(() => phone.last('audio')?.heard ?? 0, { timeout: 15_000 }).toBeGreaterThan(0.02)
  await phone.run({ do: 'hang-up', session: ringing.session })
  await phone.until('session', { status: 'ended', byRemote: false })
})

test('a call comes in and is declined, or given up', async ({ phone, exchange }) => {
  const login = exchange.demo.users.find(one => one.extension === '1042')?.login ?? ''
  await exchange.demo.control({ do: 'ring', login, name: 'Paul', number: '14185550143' })
  const first = await phone.until('session', { status: 'ringing-in' })
  expect(await phone.run({ do: 'decline', session: first.session })).toBeNull()
  await phone.until('session', { session: first.session, status: 'ended', endStatus: 486, byRemote: false })
  await expect.poll(() => exchange.demo.pbx.channels()).toEqual([])

  await exchange.demo.control({ do: 'ring', login, name: 'Paul', number: '14185550143' })
  const second = await phone.until('session', { status: 'ringing-in' })
  exchange.demo.pbx.hangUp(exchange.demo.pbx.channels().find(one => one.line === null)?.id ?? '')
  await phone.until('session', { session: second.session, status: 'ended', endStatus: 487, byRemote: true })
  expect(await phone.run({ do: 'answer', session: second.session })).toEqual({ code: 'call-gone' })
})

for (const [number, status] of [
  ['9999', 404],
  ['610', 486],
  ['611', 403],
  ['614', 480],
] as const) {
  test(`a call is refused with ${status}`, async ({ phone }) => {
    expect(await phone.run({ do: 'dial', session: 's-1', number })).toBeNull()
    await phone.until('session', { status: 'ended', endStatus: status, byRemote: true })
    expect(phone.all('session').map(one => one.status)).not.toContain('up')
  })
}

test('without a microphone the call goes on in silence, and digits are heard', async ({ exchange, deaf }) => {
  const phone = await openIn(deaf, exchange.line('1042'))
  await phone.until('registration', registered)
  await call(phone)
  expect(phone.last('microphone')).toMatchObject({ state: 'silent', why: expect.stringMatching(/^(none|denied)$/) })
  await expect.poll(() => phone.last('audio')?.packetsOut ?? 0, { timeout: 15_000 }).toBeGreaterThan(40)
  expect(phone.last('audio')?.spoken).toBe(0)
  await expect.poll(() => phone.last('audio')?.heard ?? 0).toBeGreaterThan(0.02)
  expect(await phone.run({ do: 'digits', session: 's-1', via: 'rfc4733', digits: '*3' })).toBeNull()
  await expect.poll(() => exchange.events.some(one => one.kind === 'recording' && one.what === 'started')).toBe(true)
  await phone.page.context().close()
})

test('a cut socket is noticed at once, and the line comes back by itself', async ({ phone, exchange }) => {
  await exchange.demo.control({ do: 'closeSockets', which: 'sip', code: 1011 })
  await phone.until('registration', { registration: { state: 'lost', status: null } })
  await phone.until('registration', registered)
  expect(exchange.demo.pbx.registered()).toEqual([exchange.line('1042').username])
})

test('a call outlives its socket, and the other side can still end it', async ({ phone, exchange }) => {
  await call(phone)
  await exchange.demo.control({ do: 'closeSockets', which: 'sip', code: 1011 })
  await phone.until('registration', { registration: { state: 'lost', status: null } })
  expect(phone.last('session')).toMatchObject({ status: 'up' })
  await phone.until('registration', registered)
  const before = phone.last('audio')?.packetsIn ?? 0
  await expect.poll(() => (phone.last('audio')?.packetsIn ?? 0) - before).toBeGreaterThan(40)
  expect(await phone.run({ do: 'digits', session: 's-1', via: 'info', digits: '5' })).toBeNull()
  exchange.demo.pbx.hangUp(exchange.demo.pbx.channels().find(one => one.line !== null)?.id ?? '')
  await phone.until('session', { status: 'ended', byRemote: true })
})

test('a hang-up while the socket is gone is sent when it is back', async ({ phone, exchange }) => {
  await call(phone)
  await exchange.demo.control({ do: 'closeSockets', which: 'sip', code: 1011 })
  await phone.until('registration', { registration: { state: 'lost', status: null } })
  expect(await phone.run({ do: 'hang-up', session: 's-1' })).toBeNull()
  await phone.until('session', { status: 'ended', byRemote: false })
  await expect.poll(() => exchange.demo.pbx.channels()).toEqual([])
})

test('a hang-up into a socket that is dead and does not look it is sent on the next one, in a call and before', async ({
  exchange,
  open,
}) => {
  const { pbx } = exchange.demo
  const relay = await startRelay(exchange.line('1042').webSocket)
  const phone = await open(exchange.line('1042', { webSocket: relay.ws }))
  const other = await open(exchange.line('1043'))
  await phone.until('registration', registered)
  await other.until('registration', registered)
  await call(phone)
  expect(await phone.run({ do: 'dial', session: 's-2', number: '1043' })).toBeNull()
  const far = await other.until('session', { status: 'ringing-in' })
  await phone.until('session', { session: 's-2', status: 'ringing-out' })
  relay.swallow()
  const pressed = ['s-1', 's-2'].map(session => phone.run({ do: 'hang-up', session }))
  await phone.until('registration', { registration: { state: 'lost', status: null } })
  expect(pbx.channels()).not.toEqual([])
  await phone.until('registration', registered)
  await other.until('session', { session: far.session, status: 'ended', byRemote: true })
  await expect.poll(() => pbx.channels()).toEqual([])
  expect(await Promise.all(pressed)).toEqual([null, null])
  for (const session of ['s-1', 's-2'])
    expect(phone.all('session').findLast(one => one.session === session)).toMatchObject({
      status: 'ended',
      byRemote: false,
    })
  await relay.close()
})

test('a call that still rings is lost with the socket, on both sides', async ({ phone, exchange, open }) => {
  const other = await open(exchange.line('1043'))
  await other.until('registration', registered)
  expect(await phone.run({ do: 'dial', session: 's-1', number: '1043' })).toBeNull()
  await other.until('session', { status: 'ringing-in' })
  await phone.until('session', { status: 'ringing-out' })
  await exchange.demo.control({ do: 'closeSockets', which: 'sip', code: 1011 })
  await phone.until('session', { status: 'ended', endStatus: 503, byRemote: true })
  await other.until('session', { status: 'ended', endStatus: 503, byRemote: true })
  await phone.until('registration', registered)
})

test('a call that is given up before it was sent is not sent', async ({ phone, exchange }) => {
  const answers = await Promise.all([
    phone.run({ do: 'dial', session: 's-1', number: '1050' }),
    phone.run({ do: 'hang-up', session: 's-1' }),
  ])
  expect(answers).toEqual([{ code: 'call-gone' }, null])
  await phone.until('session', { status: 'ended', endStatus: 487, byRemote: false })
  expect(exchange.events).toEqual([])
})

test('a command about no call, or that is none, is answered once', async ({ phone }) => {
  expect(await phone.run({ do: 'answer', session: 'nobody' })).toEqual({ code: 'call-gone' })
  await call(phone)
  expect(await phone.run({ do: 'dial', session: 's-1', number: '1050' })).toMatchObject({ code: 'invalid' })
  const ids = phone.all('done').map(one => one.id)
  expect(new Set(ids).size).toBe(ids.length)
})

test.describe('several calls', () => {
  const channelOf = (
    exchange: { demo: { pbx: { channels(): readonly { sipCallId: string | null; onHold: boolean }[] } } },
    id: string | undefined,
  ) => exchange.demo.pbx.channels().find(channel => channel.sipCallId === id)
  const of = (phone: PhonePage, session: string) =>
    phone
      .all('session')
      .filter(one => one.session === session)
      .at(-1)

  test('hold is silent at once, held by the server, and taken up again', async ({ phone, exchange }) => {
    await call(phone)
    await phone.until('audio', { session: 's-1' })
    await expect.poll(() => phone.last('audio')?.spoken ?? 0).toBeGreaterThan(0.1)
    expect(await phone.run({ do: 'hold', session: 's-1', on: true })).toBeNull()
    expect(phone.all('session').map(one => one.hold)).toEqual(expect.arrayContaining(['no', 'holding', 'held']))
    expect(channelOf(exchange, of(phone, 's-1')?.sipCallId)?.onHold).toBe(true)
    await expect.poll(() => phone.last('audio')?.spoken ?? 1).toBeLessThan(0.01)
    // pressed twice, it stays
    expect(await phone.run({ do: 'hold', session: 's-1', on: true })).toBeNull()
    expect(await phone.run({ do: 'hold', session: 's-1', on: false })).toBeNull()
    await phone.until('session', { session: 's-1', hold: 'no' })
    expect(channelOf(exchange, of(phone, 's-1')?.sipCallId)?.onHold).toBe(false)
    await expect.poll(() => phone.last('audio')?.spoken ?? 0).toBeGreaterThan(0.1)
    await expect.poll(() => phone.last('audio')?.heard ?? 0).toBeGreaterThan(0.02)
    expect(phone.complaints).toEqual([])
  })

  test('a call that the server does not hold is silent and says so; one that it does not resume stays held', async ({
    phone,
    exchange,
  }) => {
    // an offer within a call that no server takes
    await phone.page.evaluate(() => {
      const { value: send } = Object.getOwnPropertyDescriptors(WebSocket.prototype).send
      WebSocket.prototype.send = function (data) {
        const spoils = 'spoil' in document.documentElement.dataset
        const within = typeof data === 'string' && /^INVITE [^]*^To: [^\r]*;tag=/m.test(data)
        send?.call(this, spoils && within ? data.replaceAll('a=fingerprint', 'a=fingerless') : data)
      }
    })
    const spoil = (on: boolean) =>
      phone.page.evaluate(is => void document.documentElement.toggleAttribute('data-spoil', is), on)
    await call(phone)
    await phone.until('audio', { session: 's-1' })
    await spoil(true)
    expect(await phone.run({ do: 'hold', session: 's-1', on: true })).toBeNull()
    expect(of(phone, 's-1')?.hold).toBe('silenced')
    expect(channelOf(exchange, of(phone, 's-1')?.sipCallId)?.onHold).toBe(false)
    await expect.poll(() => phone.last('audio')?.spoken ?? 1).toBeLessThan(0.01)
    expect(await phone.run({ do: 'hold', session: 's-1', on: false })).toBeNull()
    expect(of(phone, 's-1')?.hold).toBe('no')
    await expect.poll(() => phone.last('audio')?.spoken ?? 0).toBeGreaterThan(0.1)

    await spoil(false)
    expect(await phone.run({ do: 'hold', session: 's-1', on: true })).toBeNull()
    expect(of(phone, 's-1')?.hold).toBe('held')
    await spoil(true)
    expect(await phone.run({ do: 'hold', session: 's-1', on: false })).toEqual({ code: 'hold-refused', status: 488 })
    expect(of(phone, 's-1')?.hold).toBe('held')
    await expect.poll(() => phone.last('audio')?.spoken ?? 1).toBeLessThan(0.01)
  })

  test('hold and resume pressed without waiting end as the last press says', async ({ phone, exchange }) => {
    await call(phone)
    const pressed = [true, false, true, false, true].map(on => phone.run({ do: 'hold', session: 's-1', on }))
    await Promise.all(pressed)
    await phone.until('session', { session: 's-1', hold: 'held' })
    expect(channelOf(exchange, of(phone, 's-1')?.sipCallId)?.onHold).toBe(true)
  })

  test('one is spoken in at a time: placing, answering and resuming hold the others first', async ({
    phone,
    exchange,
  }) => {
    const spoken = () =>
      ['s-1', 's-2', 's-3'].filter(id => of(phone, id)?.status === 'up' && of(phone, id)?.hold === 'no')
    await call(phone)
    await call(phone, '1050', 's-2')
    expect(of(phone, 's-1')?.hold).toBe('held')
    expect(spoken()).toEqual(['s-2'])
    const line = exchange.demo.world.users.find(user => user.line?.extension === '1042')?.line
    if (line === undefined || line === null) throw new Error('no line')
    exchange.demo.pbx.ring(line, { name: 'Marie Tremblay', number: '+14185550142' })
    await expect.poll(() => phone.last('session')?.status).toBe('ringing-in')
    const third = phone.last('session')?.session ?? ''
    expect(await phone.run({ do: 'answer', session: third })).toBeNull()
    await expect.poll(() => of(phone, 's-2')?.hold).toBe('held')
    expect(await phone.run({ do: 'hold', session: 's-1', on: false })).toBeNull()
    expect(of(phone, third)?.hold).toBe('held')
    await expect.poll(spoken).toEqual(['s-1'])
    expect(exchange.demo.pbx.channels().filter(channel => channel.line !== null && !channel.onHold)).toHaveLength(1)
  })

  test('a call that is answered beside one that still rings is the only one that is spoken in', async ({
    phone,
    exchange,
    open,
  }) => {
    const other = await open(exchange.line('1043'))
    await other.until('registration', registered)
    expect(await phone.run({ do: 'dial', session: 's-1', number: '1043' })).toBeNull()
    const far = await other.until('session', { status: 'ringing-in' })
    await expect.poll(() => of(phone, 's-1')?.status).toBe('ringing-out')
    const line = exchange.demo.world.users.find(user => user.line?.extension === '1042')?.line
    if (line === undefined || line === null) throw new Error('no line')
    exchange.demo.pbx.ring(line, { name: 'Marie Tremblay', number: '+14185550142' })
    const near = await phone.until('session', { status: 'ringing-in' })
    expect(await phone.run({ do: 'answer', session: near.session })).toBeNull()
    expect(of(phone, 's-1')).toMatchObject({ status: 'ringing-out', hold: 'holding' })
    await other.run({ do: 'answer', session: far.session })
    await expect.poll(() => of(phone, 's-1')).toMatchObject({ status: 'up', hold: 'held' })
    expect(channelOf(exchange, of(phone, 's-1')?.sipCallId)?.onHold).toBe(true)
    expect(of(phone, near.session)).toMatchObject({ status: 'up', hold: 'no' })
    const spoken = () =>
      phone
        .all('audio')
        .filter(one => one.session === 's-1')
        .map(one => one.spoken)
        // the first counts from when the microphone was opened
        .slice(1)
    await expect.poll(() => spoken().length).toBeGreaterThan(1)
    expect(Math.max(...spoken())).toBeLessThan(0.01)

    // left again while it rings, and taken up since the other is over
    await phone.run({ do: 'hang-up', session: 's-1' })
    expect(await phone.run({ do: 'dial', session: 's-2', number: '1043' })).toBeNull()
    const again = await other.until('session', { status: 'ringing-in' })
    expect(await phone.run({ do: 'hold', session: near.session, on: false })).toBeNull()
    expect(of(phone, 's-2')?.hold).toBe('holding')
    await phone.run({ do: 'hang-up', session: near.session })
    await expect.poll(() => of(phone, 's-2')).toMatchObject({ status: 'ringing-out', hold: 'no' })
    await other.run({ do: 'answer', session: again.session })
    await expect.poll(() => of(phone, 's-2')).toMatchObject({ status: 'up', hold: 'no' })
    expect(phone.complaints).toEqual([])
  })

  const tones = (phone: PhonePage) => phone.page.evaluate(() => (globalThis as { tones?: number[] }).tones ?? [])
  const forgetTones = (phone: PhonePage) =>
    phone.page.evaluate(() => void (globalThis as { tones?: number[] }).tones?.splice(0))
  /** Notes the tones that the page makes, in hertz. */
  const noteTones = (phone: PhonePage) =>
    phone.page.evaluate(() => {
      const heard: number[] = []
      ;(globalThis as { tones?: number[] }).tones = heard
      class Noted extends OscillatorNode {
        override start(when?: number): void {
          heard.push(this.frequency.value)
          super.start(when)
        }
      }
      Object.assign(globalThis, { OscillatorNode: Noted })
    })

  test('the ringing at the other side is heard until there is something else to hear; only 180 is ringing', async ({
    phone,
    exchange,
    open,
  }) => {
    const other = await open(exchange.line('1043'))
    await other.until('registration', registered)
    await noteTones(phone)
    expect(await phone.run({ do: 'dial', session: 's-1', number: '1043' })).toBeNull()
    const far = await other.until('session', { status: 'ringing-in' })
    await phone.until('session', { status: 'ringing-out' })
    await expect.poll(() => tones(phone)).toEqual([440, 480])
    await other.run({ do: 'answer', session: far.session })
    await phone.until('session', { status: 'up' })

    // progress of another kind is no ringing: nothing is said of it, and nothing sounds
    await phone.page.evaluate(() => {
      const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data')
      Object.defineProperty(MessageEvent.prototype, 'data', {
        get(this: MessageEvent) {
          const said: unknown = data?.get?.call(this)
          return typeof said === 'string' ? said.replace(/^SIP\/2\.0 180 \w+/, 'SIP/2.0 183 Session Progress') : said
        },
      })
    })
    await phone.run({ do: 'hang-up', session: 's-1' })
    await forgetTones(phone)
    expect(await phone.run({ do: 'dial', session: 's-2', number: '1043' })).toBeNull()
    const again = await other.until('session', { status: 'ringing-in' })
    // the server's id comes with the 183
    await expect.poll(() => of(phone, 's-2')?.serverId).not.toBeNull()
    expect(of(phone, 's-2')?.status).toBe('dialing')
    await other.run({ do: 'answer', session: again.session })
    await expect.poll(() => of(phone, 's-2')?.status).toBe('up')
    expect(phone.all('session').filter(one => one.session === 's-2' && one.status === 'ringing-out')).toEqual([])
    expect(await tones(phone)).toEqual([])
    expect(phone.complaints).toEqual([])
  })

  test('a call that comes in rings softly while one talks, as a bell else, and not for ever', async ({
    exchange,
    open,
  }) => {
    const phone = await open(exchange.line('1042'))
    await phone.until('registration', registered)
    await noteTones(phone)
    const line = exchange.demo.world.users.find(user => user.line?.extension === '1042')?.line
    if (line === undefined || line === null) throw new Error('no line')
    const ring = () => exchange.demo.pbx.ring(line, { name: 'Marie Tremblay', number: '+14185550142' })
    ring()
    await expect.poll(async () => (await tones(phone)).length).toBeGreaterThanOrEqual(4)
    expect(new Set(await tones(phone))).toEqual(new Set([480, 620]))
    await phone.run({ do: 'answer', session: phone.last('session')?.session ?? '' })
    await forgetTones(phone)
    ring()
    await expect.poll(async () => (await tones(phone)).length).toBeGreaterThanOrEqual(2)
    expect(new Set(await tones(phone))).toEqual(new Set([440]))
  })
})

test.describe('devices', () => {
  type World = { asked: unknown[]; sinks: string[]; gone: boolean; refuse: string | null }
  const world = (phone: PhonePage) => phone.page.evaluate(() => (globalThis as unknown as { world: World }).world)
  const set = (phone: PhonePage, change: Partial<World>) =>
    phone.page.evaluate(changed => {
      Object.assign((globalThis as unknown as { world: World }).world, changed)
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'))
    }, change)

  /** What the system would do is played: a device is plugged out, or refused, and what the page asks for is noted. */
  async function watchDevices(phone: PhonePage): Promise<void> {
    await phone.page.evaluate(() => {
      const noted: World = { asked: [], sinks: [], gone: false, refuse: null }
      Object.assign(globalThis, { world: noted })
      const { mediaDevices } = navigator
      const open = mediaDevices.getUserMedia.bind(mediaDevices)
      mediaDevices.getUserMedia = constraints => {
        noted.asked.push(constraints?.audio)
        return noted.refuse === null ? open(constraints) : Promise.reject(new DOMException('no', noted.refuse))
      }
      const list = mediaDevices.enumerateDevices.bind(mediaDevices)
      mediaDevices.enumerateDevices = async () =>
        (await list()).filter(one => !noted.gone || !/(In|Out)put 2/.test(one.label))
      // where it sounds is looked at alone: this machine may have no loudspeaker
      HTMLMediaElement.prototype.setSinkId = id => {
        noted.sinks.push(id)
        return Promise.resolve()
      }
    })
  }

  test('the chosen ones are used; plugged out they give way and it is said; back again they are taken', async ({
    phone,
  }) => {
    const { inputs, outputs, noMicrophone } = await phone.until('devices', { missing: [] })
    expect(noMicrophone).toBe(false)
    const microphone = inputs.find(one => one.label.includes('Input 2'))
    const speaker = outputs.find(one => one.label.includes('Output 2')) ?? null
    if (microphone === undefined) throw new Error(`no second microphone: ${JSON.stringify(inputs)}`)
    await watchDevices(phone)
    await phone.prefer({ devices: { microphone, speaker, ringer: null } })
    await call(phone)
    expect((await world(phone)).asked).toEqual([{ deviceId: microphone.id }])
    if (speaker !== null) expect((await world(phone)).sinks).toContain(speaker.id)
    await expect.poll(() => phone.last('audio')?.spoken ?? 0, { timeout: 15_000 }).toBeGreaterThan(0.1)

    await set(phone, { gone: true })
    await phone.until('devices', { missing: speaker === null ? ['microphone'] : ['microphone', 'speaker'] })
    await expect.poll(async () => (await world(phone)).asked.at(-1)).toBe(true)
    await expect.poll(() => phone.last('audio')?.spoken ?? 0).toBeGreaterThan(0.1)
    expect(phone.last('session')).toMatchObject({ status: 'up' })

    await set(phone, { gone: false })
    await phone.until('devices', { missing: [] })
    await expect.poll(async () => (await world(phone)).asked.at(-1)).toEqual({ deviceId: microphone.id })
    await expect.poll(() => phone.last('audio')?.spoken ?? 0).toBeGreaterThan(0.1)
    await phone.run({ do: 'hang-up', session: 's-1' })
    await phone.until('microphone', { state: 'unused' })
    expect(phone.complaints).toEqual([])
  })

  for (const [error, why] of [
    ['NotFoundError', 'none'],
    ['NotReadableError', 'busy'],
    ['NotAllowedError', 'denied'],
  ] as const) {
    test(`a microphone that is ${why} at first is taken when it comes; the call goes on in silence`, async ({
      phone,
    }) => {
      await watchDevices(phone)
      await set(phone, { refuse: error })
      await call(phone)
      await phone.until('microphone', { state: 'silent', why })
      await expect.poll(() => phone.last('audio')?.packetsOut ?? 0, { timeout: 15_000 }).toBeGreaterThan(20)
      expect(phone.last('audio')?.spoken).toBe(0)
      await set(phone, { refuse: null })
      await phone.until('microphone', { state: 'live', why: null })
      await expect.poll(() => phone.last('audio')?.spoken ?? 0, { timeout: 15_000 }).toBeGreaterThan(0.1)
      expect(phone.complaints).toEqual([])
    })
  }

  test('are tried out: a level that moves, a reason where there is none, and a tune', async ({ phone }) => {
    await watchDevices(phone)
    expect(await phone.run({ do: 'test', what: 'level' })).toBeNull()
    await expect.poll(() => phone.last('level')?.level ?? 0).toBeGreaterThan(0.5)
    expect(await phone.run({ do: 'test', what: 'off' })).toBeNull()
    expect(phone.last('level')).toMatchObject({ level: 0, why: null })
    await set(phone, { refuse: 'NotReadableError' })
    await phone.run({ do: 'test', what: 'hear' })
    expect(phone.last('level')).toMatchObject({ level: 0, why: 'busy' })
    expect(await phone.run({ do: 'test', what: 'speaker' })).toBeNull()
    expect(phone.complaints).toEqual([])
  })
})

test('twenty calls in a row, of each kind, leave nothing: no socket, timer, connection, sound, track, node or listener', async ({
  browser,
  exchange,
}) => {
  const { demo } = exchange
  test.setTimeout(120_000)
  const context = await browser.newContext({ ignoreHTTPSErrors: true, permissions: [...NEARBY] })
  await context.addInitScript(watchLeaks)
  const phone = await openPhone(context, exchange.line('1042'))
  await phone.until('registration', registered)
  const login = demo.users.find(one => one.extension === '1042')?.login ?? ''
  const ring = async () => {
    phone.forget()
    await demo.control({ do: 'ring', login, name: 'Paul', number: '14185550143' })
    return (await phone.until('session', { status: 'ringing-in' })).session
  }
  const placed = async () => {
    phone.forget()
    await call(phone, '1050', 'placed')
    await expect.poll(() => phone.last('audio')?.session).toBe('placed')
    await phone.run({ do: 'hang-up', session: 'placed' })
    await phone.until('session', { status: 'ended' })
  }
  const taken = async () => {
    await phone.run({ do: 'answer', session: await ring() })
    await phone.until('session', { status: 'up' })
    await demo.control({ do: 'hangUp', login })
    await phone.until('session', { status: 'ended', byRemote: true })
  }
  const declined = async () => {
    await phone.run({ do: 'decline', session: await ring() })
    await phone.until('session', { status: 'ended', endStatus: 486 })
  }
  const refused = async () => {
    phone.forget()
    await phone.run({ do: 'dial', session: 'refused', number: '610' })
    await phone.until('session', { status: 'ended', endStatus: 486 })
  }
  const each = [placed, taken, declined, refused]
  // what is made once and kept, a sound's output say
  for (const one of each) await one()
  const before = await settled(phone.page)
  for (let index = 0; index < 5; index++) for (const one of each) await one()
  await nothingLeft(phone.page, before)
  expect(phone.complaints).toEqual([])
  await context.close()
})
