/** The demo PBX, heard and measured by two headless phones over a bare WebSocket server on loopback. */
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { encodeMulaw } from '../../electron/demo/pbx/g711.ts'
import { createPbx } from '../../electron/demo/pbx/pbx.ts'
import { sine } from '../../electron/demo/pbx/tones.ts'
import { type Directory, type Line, type Pbx, type PbxEvent } from '../../electron/demo/telephony.ts'
import { type PhoneCall } from './call.ts'
import { createPhone, type Phone, type PhoneOptions } from './phone.ts'
import { toneLevel, wavSamples } from './signal.ts'

// Real calls in real time; a busy machine may take a while.
vi.setConfig({ testTimeout: 20_000 })

const aliceTone = 500
const bobTone = 900
const greetingTone = 700
/** Peak amplitude of the phones' tones. */
const spoken = 0.25

const line = (id: number, kind: Line['kind'], name: string): Line => ({
  id,
  kind,
  userUuid: `00000000-0000-4000-8000-00000000000${id}`,
  extension: `100${id}`,
  displayName: name,
  username: `sip100${id}`,
  secret: `secret-${id}`,
})
const lines = [line(1, 'webrtc', 'Alice Durand'), line(2, 'webrtc', 'Bob Martin'), line(3, 'desk', 'Carol Nolan')]

interface World {
  mayRecord: boolean
  automatic: 'outgoing' | 'incoming' | null
  permanent: boolean
  permanentCode: string | null
}

let folder: string
let http: Server
let server: string
let pbx: Pbx
let world: World
let events: PbxEvent[]
let phones: Phone[]

const directory: Directory = {
  lineByUsername: username => lines.find(one => one.username === username) ?? null,
  lineByExtension: extension => lines.find(one => one.extension === extension) ?? null,
  mayRecord: () => world.mayRecord,
  recordsAutomatically: (_line, direction) => world.automatic === direction,
  togglePermanent: () => (world.permanent = !world.permanent),
  codes: () => ({ permanent: world.permanentCode, onDemand: '*3' }),
  dialect: () => 'pause',
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallylight-pbx-'))
  http = createServer()
  const sockets = new WebSocketServer({
    server: http,
    handleProtocols: offered => (offered.has('sip') ? 'sip' : false),
  })
  sockets.on('connection', socket => pbx.accept(socket))
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  server = `ws://127.0.0.1:${address.port}/api/asterisk/ws`
})

afterAll(async () => {
  await new Promise(resolve => http.close(resolve))
  await rm(folder, { recursive: true })
})

beforeEach(async () => {
  world = { mayRecord: true, automatic: null, permanent: false, permanentCode: '*26' }
  events = []
  phones = []
  pbx = await createPbx({
    directory,
    monitorFolder: folder,
    greeting: encodeMulaw(sine(greetingTone, 1000, 8192)),
    featureDigitTimeoutMs: 1500,
    onEvent: event => events.push(event),
  })
})

afterEach(async () => {
  await Promise.all(phones.map(phone => phone.close()))
  await pbx.close()
})

async function phoneOf(number: 1 | 2, more: Partial<PhoneOptions> = {}): Promise<Phone> {
  const phone = await createPhone({
    server,
    uri: `sip:sip100${number}@127.0.0.1`,
    username: `sip100${number}`,
    password: `secret-${number}`,
    tone: number === 1 ? aliceTone : bobTone,
    ...more,
  })
  phones.push(phone)
  return phone
}

async function registered(number: 1 | 2): Promise<Phone> {
  const phone = await phoneOf(number)
  expect(await phone.register()).toBe(200)
  return phone
}

interface Talk {
  readonly alice: PhoneCall
  readonly bob: PhoneCall
}

/** Alice has called Bob, and they talk. */
async function talk(): Promise<Talk> {
  const [one, other] = await Promise.all([registered(1), registered(2)])
  const alice = await one.call('1002')
  const bob = await other.nextIncoming()
  await alice.ringing
  await bob.answer()
  expect(await alice.outcome).toBe(200)
  return { alice, bob }
}

const until = { timeout: 8000, interval: 20 }

/** Waits until a phone hears a tone at its full level, and nothing of another. */
function hears(call: PhoneCall, tone: number): Promise<void> {
  return vi.waitFor(() => expect(call.media.level(tone, 200)).toBeGreaterThan(0.8 * spoken), until)
}

const told = (): string[] =>
  events.flatMap(event => (event.kind === 'recording' ? [`${event.channel.id} ${event.what}`] : []))

const heardFor = (call: PhoneCall, milliseconds: number): Promise<void> => {
  const from = call.media.heardMs
  return vi.waitFor(() => expect(call.media.heardMs - from).toBeGreaterThan(milliseconds), until)
}

describe('registration', () => {
  it('accepts the right password, refuses the wrong one and the unknown user with 401', async () => {
    const phone = await registered(1)
    expect(pbx.registered()).toEqual(['sip1001'])
    expect(await (await phoneOf(1, { password: 'wrong' })).register()).toBe(401)
    expect(await (await phoneOf(2, { uri: 'sip:nobody@127.0.0.1', username: 'nobody' })).register()).toBe(401)
    expect(await phone.unregister()).toBe(200)
    expect(pbx.registered()).toEqual([])
  })

  it('forgets a phone whose socket is cut', async () => {
    const phone = await registered(1)
    await phone.cut()
    await vi.waitFor(() => expect(pbx.registered()).toEqual([]), until)
  })

  it('takes ten phones of a user and refuses the eleventh with 403', async () => {
    for (let count = 0; count < 10; count++) expect(await (await phoneOf(1)).register()).toBe(200)
    expect(await (await phoneOf(1)).register()).toBe(403)
  })
})

describe('a call between two phones', () => {
  it('carries sound both ways and names the channels', async () => {
    const { alice, bob } = await talk()
    await Promise.all([hears(alice, bobTone), hears(bob, aliceTone)])
    expect(alice.media.level(aliceTone, 200)).toBeLessThan(0.02)
    expect([bob.remoteUser, bob.remoteName]).toEqual(['1001', 'Alice Durand'])
    const [caller, callee] = pbx.channels()
    expect([caller?.id, callee?.id]).toEqual([alice.wazoCallId, bob.wazoCallId])
    expect(caller).toMatchObject({ status: 'Up', isCaller: true, bridgedWith: callee?.id, linkedId: caller?.id })
    await alice.hangUp()
    await bob.ended
    expect(bob.endReason).toBe('Q.850;cause=16')
    expect(pbx.channels()).toEqual([])
    expect(events.at(-1)).toMatchObject({ kind: 'conversationEnded' })
  })

  it('records by *3 what both say, without the pause', async () => {
    const { alice, bob } = await talk()
    await Promise.all([hears(alice, bobTone), hears(bob, aliceTone)])
    const id = alice.wazoCallId ?? ''
    alice.sendDigits('*3')
    await vi.waitFor(() => expect(pbx.channel(id)?.recordState).toBe('active'), until)
    const take = pbx.channel(id)?.takes[0]
    const open = await readFile(take?.file ?? '')
    expect([open.length % 32768, open.readUInt32LE(4), open.readUInt32LE(40)]).toEqual([44, 0, 0])
    await heardFor(alice, 1500)
    alice.sendDigits('*3')
    await vi.waitFor(() => expect(pbx.channel(id)?.recordState).toBe('paused'), until)
    await heardFor(alice, 1500)
    alice.sendDigits('*3')
    await vi.waitFor(() => expect(pbx.channel(id)?.recordState).toBe('active'), until)
    await heardFor(alice, 1000)
    expect(bob.media.digitsHeard).toBe('')
    await bob.hangUp()
    await alice.ended

    expect(told()).toEqual([`${id} started`, `${id} paused`, `${id} resumed`])
    const wav = await readFile(take?.file ?? '')
    expect([wav.readUInt32LE(4), wav.readUInt32LE(40)]).toEqual([wav.length - 8, wav.length - 44])
    const samples = wavSamples(wav)
    const seconds = samples.length / 8000
    const lasted = ((take?.endedAt ?? 0) - (take?.startedAt ?? 0)) / 1000
    expect(seconds).toBeGreaterThan(2.5)
    // The pause of 1.5 s and more is not in the file, a beep of 0.25 s is.
    expect(lasted - seconds).toBeGreaterThan(1)
    const middle = samples.subarray(4000, 8000)
    expect(toneLevel(middle, aliceTone)).toBeGreaterThan(0.8 * spoken)
    expect(toneLevel(middle, bobTone)).toBeGreaterThan(0.8 * spoken)
    const end = samples.subarray(-5000, -1000)
    expect(toneLevel(end, aliceTone)).toBeGreaterThan(0.8 * spoken)
    expect(toneLevel(end, bobTone)).toBeGreaterThan(0.8 * spoken)
  })

  it('records by INFO digits of the callee on his own channel', async () => {
    const { alice, bob } = await talk()
    expect(await bob.sendInfo('*3')).toEqual([200, 200])
    expect(pbx.channel(bob.wazoCallId ?? '')?.recordState).toBe('active')
    expect(pbx.channel(alice.wazoCallId ?? '')?.recordState).toBe('inactive')
  })

  it('stays silent on *3 without permission', async () => {
    world.mayRecord = false
    const { alice, bob } = await talk()
    await hears(bob, aliceTone)
    await alice.sendInfo('*3')
    expect(pbx.channel(alice.wazoCallId ?? '')?.recordState).toBe('inactive')
    expect(pbx.record(alice.wazoCallId ?? '', 'start')).toBe('recording-unauthorized')
    expect(told()).toEqual([])
  })

  it('passes other digits on, by RFC 4733', async () => {
    const { alice, bob } = await talk()
    await hears(bob, aliceTone)
    alice.sendDigits('12')
    await vi.waitFor(() => expect(bob.media.digitsHeard).toBe('12'), until)
    alice.sendDigits('*4')
    await vi.waitFor(() => expect(bob.media.digitsHeard).toBe('12*4'), until)
    await hears(bob, aliceTone)
  })

  it('gives a digit to the peer that nothing follows within 1500 ms', async () => {
    const { alice, bob } = await talk()
    await hears(bob, aliceTone)
    const began = performance.now()
    expect(await alice.sendInfo('*')).toEqual([200])
    await vi.waitFor(() => expect(bob.media.digitsHeard).toBe('*'), until)
    expect(performance.now() - began).toBeGreaterThan(1500)
  })

  it('holds with music and resumes', async () => {
    const { alice, bob } = await talk()
    await Promise.all([hears(alice, bobTone), hears(bob, aliceTone)])
    expect(await alice.hold(true)).toBe(200)
    await vi.waitFor(() => expect(bob.media.level(aliceTone, 200)).toBeLessThan(0.02), until)
    await vi.waitFor(() => expect(bob.media.level(392, 200)).toBeGreaterThan(0.04), until)
    expect(pbx.channel(alice.wazoCallId ?? '')?.onHold).toBe(true)
    expect(await alice.hold(false)).toBe(200)
    await Promise.all([hears(alice, bobTone), hears(bob, aliceTone)])
    expect(events.flatMap(({ kind }) => (kind === 'held' || kind === 'resumed' ? [kind] : []))).toEqual([
      'held',
      'resumed',
    ])
  })

  it('mutes', async () => {
    const { alice, bob } = await talk()
    await hears(bob, aliceTone)
    expect(pbx.mute(alice.wazoCallId ?? '', true)).toBe('ok')
    const before = bob.media.heardMs
    await heardFor(alice, 300)
    expect(bob.media.heardMs - before).toBeLessThan(200)
    pbx.mute(alice.wazoCallId ?? '', false)
    await heardFor(bob, 300)
    await hears(bob, aliceTone)
  })

  it('answers INFO as Asterisk does', async () => {
    const { alice } = await talk()
    expect(await alice.info(null)).toBe(200)
    expect(await alice.info(null, '', ['Record: on'])).toBe(403)
    expect(await alice.info('application/dtmf-relay', 'Signal=x')).toBe(500)
  })

  it('records by itself at the answer, the callee when the caller does not want it', async () => {
    world.automatic = 'incoming'
    const { alice, bob } = await talk()
    await vi.waitFor(() => expect(told()).toEqual([`${bob.wazoCallId} started`]), until)
    expect(pbx.channel(alice.wazoCallId ?? '')?.recordState).toBe('inactive')
  })

  it('goes on when the sockets are cut', async () => {
    const { alice, bob } = await talk()
    await hears(bob, aliceTone)
    pbx.cutSockets(1011)
    await vi.waitFor(() => expect(pbx.registered()).toEqual([]), until)
    bob.media.forget()
    await hears(bob, aliceTone)
    expect(pbx.channel(alice.wazoCallId ?? '')?.status).toBe('Up')
  })

  it('can be held and ended from a new socket, both ways', async () => {
    const { alice, bob } = await talk()
    const [phone] = phones
    await phone?.cut()
    await phone?.reconnect()
    expect(await phone?.register()).toBe(200)
    expect(await alice.hold(true)).toBe(200)
    expect(pbx.channel(alice.wazoCallId ?? '')?.onHold).toBe(true)
    await bob.hangUp()
    await alice.ended
    await vi.waitFor(() => expect(pbx.channels()).toEqual([]), until)
  })
})

describe('other phones and numbers', () => {
  it('rings every phone of a user, and tells the losers who won', async () => {
    const caller = await registered(1)
    const [first, second] = [await registered(2), await registered(2)]
    const alice = await caller.call('1002')
    const [one, other] = await Promise.all([first.nextIncoming(), second.nextIncoming()])
    await one.answer()
    expect(await alice.outcome).toBe(200)
    expect(await other.outcome).toBe(487)
    expect(other.endReason).toBe('SIP;cause=200;text="Call completed elsewhere"')
    await hears(alice, bobTone)
    await vi.waitFor(() => expect(pbx.channels()).toHaveLength(2), until)
  })

  it.each([
    [486, 486],
    [603, 486],
    [480, 480],
  ])('tells the caller of a refusal with %i by %i', async (said, heard) => {
    const [caller, callee] = await Promise.all([registered(1), registered(2)])
    const call = await caller.call('1002')
    await (await callee.nextIncoming()).decline(said)
    expect(await call.outcome).toBe(heard)
  })

  it('lets the caller give up', async () => {
    const [caller, callee] = await Promise.all([registered(1), registered(2)])
    const call = await caller.call('1002')
    const incoming = await callee.nextIncoming()
    await call.ringing
    await call.hangUp()
    expect(await call.outcome).toBe(487)
    await incoming.ended
    expect(pbx.channels()).toEqual([])
  })

  it.each([
    ['9999', 404],
    ['610', 486],
    ['611', 403],
    ['614', 480],
    ['1002', 480],
  ])('refuses %s with %i', async (number, code) => {
    const caller = await registered(1)
    expect(await (await caller.call(number)).outcome).toBe(code)
    await vi.waitFor(() => expect(pbx.channels()).toEqual([]), until)
  })

  it('asks for a password on INVITE', async () => {
    expect(await (await (await phoneOf(1, { password: 'wrong' })).call('1050')).outcome).toBe(401)
  })

  it('takes an offer at 0.0.0.0 for hold, as Asterisk does', async () => {
    const [caller, callee] = await Promise.all([registered(1), registered(2)])
    const call = await caller.call('1002', sdp => sdp.replaceAll('c=IN IP4 127.0.0.1', 'c=IN IP4 0.0.0.0'))
    const bob = await callee.nextIncoming()
    await bob.answer()
    await vi.waitFor(() => expect(bob.media.level(392, 200)).toBeGreaterThan(0.04), until)
    expect(pbx.channel(call.wazoCallId ?? '')?.onHold).toBe(true)
  })

  it.each<[string, (sdp: string) => string]>([
    ['PCMU', sdp => sdp.replace(/(m=audio \d+ \S+) 0/, '$1 8')],
    ['ICE and DTLS', sdp => sdp.replace(/a=(?:ice|fingerprint|candidate|setup).*\r\n/g, '')],
    ['audio', () => 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n'],
  ])('refuses an offer without %s with 488', async (_what, rewrite) => {
    const complain = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    expect(await (await (await registered(1)).call('1050', rewrite)).outcome).toBe(488)
    expect(pbx.channels()).toEqual([])
    expect(events).toEqual([])
    complain.mockRestore()
  })

  it('lets nonsense on one socket disturb nobody', async () => {
    const complain = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const phone = await registered(1)
    const socket = new WebSocket(server, 'sip')
    await once(socket, 'open')
    const nonsense = [
      '',
      'hello',
      'INVITE',
      'SIP/2.0 200 OK\r\n\r\n',
      'INVITE sip:x SIP/2.0\r\nVia: x\r\n\r\n',
      '\0\0',
      'A'.repeat(70_000),
    ]
    for (const text of nonsense) socket.send(text)
    socket.send(Buffer.from([0xff, 0xfe, 0]))
    const pong = once(socket, 'message')
    socket.send('\r\n\r\n')
    expect(String((await pong)[0])).toBe('\r\n')
    expect(await phone.unregister()).toBe(200)
    socket.terminate()
    complain.mockRestore()
  })

  it.each(['1050', '+14185550142'])('plays the greeting at %s', async number => {
    const call = await (await registered(1)).call(number)
    await call.ringing
    expect(await call.outcome).toBe(200)
    await hears(call, greetingTone)
    const [, other] = pbx.channels()
    expect(other?.self.name).toBe(number === '1050' ? 'Support desk' : 'Marie Tremblay')
    call.sendDigits('*3')
    await vi.waitFor(() => expect(pbx.channel(call.wazoCallId ?? '')?.recordState).toBe('active'), until)
  })

  it('toggles by *26 before the answer, and hangs up after two seconds', async () => {
    const call = await (await registered(1)).call('*26')
    expect(await call.outcome).toBe(200)
    expect(world.permanent).toBe(true)
    await vi.waitFor(() => expect(call.media.level(440, 150)).toBeGreaterThan(0.1), until)
    await vi.waitFor(() => expect(call.media.level(660, 150)).toBeGreaterThan(0.1), until)
    await call.ended
    expect(call.endReason).toBe('Q.850;cause=16')
    expect(events.map(event => event.kind)).toEqual(['created', 'updated', 'answered', 'ended', 'conversationEnded'])
  })

  it('knows no *26 when it is switched off', async () => {
    world.permanentCode = null
    expect(await (await (await registered(1)).call('*26')).outcome).toBe(404)
    expect(events).toEqual([])
  })

  it('rings a desk phone until somebody answers there', async () => {
    const call = await (await registered(1)).call('1003')
    await call.ringing
    const desk = pbx.channels().find(channel => channel.line?.kind === 'desk')
    expect(pbx.deskPhone.answer(desk?.id ?? '')).toBe('ok')
    expect(await call.outcome).toBe(200)
    pbx.deskPhone.press(desk?.id ?? '', '*3')
    expect(desk?.recordState).toBe('active')
    pbx.hangUp(desk?.id ?? '')
    await call.ended
  })

  it('rings the own phone first for a call from the app', async () => {
    const phone = await registered(1)
    const [alice] = lines
    if (alice === undefined) throw new Error('No Alice')
    const channel = pbx.originate(alice, '1050')
    if (typeof channel === 'string') throw new Error(channel)
    const call = await phone.nextIncoming()
    expect(call.wazoCallId).toBe(channel.id)
    await call.answer()
    await hears(call, greetingTone)
    expect(channel).toMatchObject({ isCaller: true, dialed: '1050', status: 'Up' })
  })
})
