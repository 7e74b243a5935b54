/** The demo PBX on a bare WebSocket server on loopback, and the two headless phones that hear and measure it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import { encodeMulaw } from '../../electron/demo/pbx/g711.ts'
import { createPbx } from '../../electron/demo/pbx/pbx.ts'
import { sine } from '../../electron/demo/pbx/tones.ts'
import { type Directory, type Line, type Pbx, type PbxEvent } from '../../electron/demo/telephony.ts'
import { type PhoneCall } from './call.ts'
import { createPhone, type Phone, type PhoneOptions } from './phone.ts'

export const aliceTone = 500
export const bobTone = 900
export const greetingTone = 700
/** Peak amplitude of the phones' tones. */
export const spoken = 0.25

const line = (id: number, kind: Line['kind'], name: string): Line => ({
  id,
  kind,
  userUuid: `00000000-0000-4000-8000-00000000000${id}`,
  extension: `100${id}`,
  displayName: name,
  username: `sip100${id}`,
  secret: `secret-${id}`,
})
export const lines = [
  line(1, 'webrtc', 'Alice Durand'),
  line(2, 'webrtc', 'Bob Martin'),
  line(3, 'desk', 'Carol Nolan'),
]

interface World {
  mayRecord: boolean
  automatic: 'outgoing' | 'incoming' | null
  permanent: boolean
  permanentCode: string | null
}

let folder: string
let http: Server
export let server: string
export let pbx: Pbx
export let world: World
export const events: PbxEvent[] = []
const phones: Phone[] = []

export const directory: Directory = {
  lineByUsername: username => lines.find(one => one.username === username) ?? null,
  lineByExtension: extension => lines.find(one => one.extension === extension) ?? null,
  mayRecord: () => world.mayRecord,
  recordsAutomatically: (_line, direction) => world.automatic === direction,
  togglePermanent: () => (world.permanent = !world.permanent),
  codes: () => ({ permanent: world.permanentCode, onDemand: '*3' }),
  dialect: () => 'pause',
}

/** Before each test a PBX without phones; after it, phones and PBX are closed. */
export function setUpPbx(): void {
  // Real calls in real time; a busy machine may take a while.
  vi.setConfig({ testTimeout: 20_000 })
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
    events.length = 0
    phones.length = 0
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
}

export async function phoneOf(number: 1 | 2, more: Partial<PhoneOptions> = {}): Promise<Phone> {
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

export async function registered(number: 1 | 2): Promise<Phone> {
  const phone = await phoneOf(number)
  expect(await phone.register()).toBe(200)
  return phone
}

export interface Talk {
  readonly alice: PhoneCall
  readonly bob: PhoneCall
  readonly alicePhone: Phone
}

/** Alice has called Bob, and they talk. */
export async function talk(): Promise<Talk> {
  const [alicePhone, bobPhone] = await Promise.all([registered(1), registered(2)])
  const alice = await alicePhone.call('1002')
  const bob = await bobPhone.nextIncoming()
  await alice.ringing
  await bob.answer()
  expect(await alice.outcome).toBe(200)
  return { alice, bob, alicePhone }
}

export const until = { timeout: 8000, interval: 20 }

/** Waits until a phone hears a tone at its full level, and nothing of another. */
export function hears(call: PhoneCall, tone: number): Promise<void> {
  return vi.waitFor(() => expect(call.media.level(tone, 200)).toBeGreaterThan(0.8 * spoken), until)
}

export const told = (): string[] =>
  events.flatMap(event => (event.kind === 'recording' ? [`${event.channel.id} ${event.what}`] : []))

export const heardFor = (call: PhoneCall, milliseconds: number): Promise<void> => {
  const from = call.media.heardMs
  return vi.waitFor(() => expect(call.media.heardMs - from).toBeGreaterThan(milliseconds), until)
}
