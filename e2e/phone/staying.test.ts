/** How the phone stays registered: its own code over a socket in Node, against a registrar that does as it is told. */
import { once } from 'node:events'
import { URI, UserAgent } from 'sip.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { Registration } from '../../renderer/phone/registration.ts'
import { WsTransport } from './transport.ts'

/** A look is due so often, and its answer so soon (registration.ts). */
const LOOK_MS = 20_000
const ANSWER_MS = 10_000

/** Answers REGISTER alone. */
class FakeRegistrar {
  /** User parts of the contacts, as they would be listed. */
  contacts: string[] = []
  /** A line for one phone: the newest takes it. */
  alone = false
  /** Frozen: it reads and says nothing. */
  frozen = false
  /** Refuses with this status. */
  refuses: number | null = null
  /** What was asked: `register`, `look` or `leave`. */
  readonly asked: string[] = []
  readonly sockets = new Set<WebSocket>()
  readonly server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'sip' })

  constructor() {
    this.server.on('connection', socket => {
      this.sockets.add(socket)
      socket.on('close', () => this.sockets.delete(socket))
      socket.on('message', data => this.#take(socket, Buffer.isBuffer(data) ? data.toString() : ''))
    })
  }

  get url(): string {
    const address = this.server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    return `ws://127.0.0.1:${address.port}`
  }

  cut(): void {
    for (const socket of this.sockets) socket.terminate()
  }

  #take(socket: WebSocket, message: string): void {
    if (this.frozen || !message.startsWith('REGISTER ')) return
    const contact = /^Contact: <sip:([^@]+)@.*?;expires=(\d+)/m.exec(message)
    const [, user = null, expires] = contact ?? []
    this.asked.push(user === null ? 'look' : expires === '0' ? 'leave' : 'register')
    if (user !== null && this.refuses === null) {
      const others = this.alone && expires !== '0' ? [] : this.contacts.filter(one => one !== user)
      this.contacts = expires === '0' ? others : [...others, user]
    }
    const kept = message.split('\r\n').filter(line => /^(Via|From|Call-ID|CSeq):/.test(line))
    const to = message.split('\r\n').find(line => line.startsWith('To:')) ?? ''
    const status = this.refuses === null ? '200 OK' : `${this.refuses} No`
    const listed = this.contacts.map(one => `Contact: <sip:${one}@198.51.100.7:5060;transport=ws>;expires=119`)
    const lines = [`SIP/2.0 ${status}`, ...kept, `${to};tag=r`, ...listed, 'Content-Length: 0', '', '']
    socket.send(lines.join('\r\n'))
  }
}

let registrar: FakeRegistrar
let agent: UserAgent
let registration: Registration
let states: string[]
let ups: number
/** How often a new socket was found to lead to the server. */
let reached: number

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] })
  registrar = new FakeRegistrar()
  await once(registrar.server, 'listening')
  states = []
  ups = 0
  reached = 0
  agent = new UserAgent({
    uri: new URI('sip', '1001', '127.0.0.1'),
    transportConstructor: WsTransport,
    transportOptions: { server: registrar.url, trustAnyCertificate: false, agent: null },
    gracefulShutdown: false,
    logBuiltinEnabled: false,
    logConfiguration: false,
    delegate: { onDisconnect: () => registration.disconnected() },
  })
  registration = new Registration(agent, {
    state: ({ state, status }) => states.push(status === null ? state : `${state} ${status}`),
    reached: () => void reached++,
    up: () => void ups++,
    down: () => undefined,
  })
  registration.start()
  await becomes('registered')
})

afterEach(async () => {
  registrar.frozen = false
  await registration.stop()
  await agent.stop()
  registrar.cut()
  registrar.server.close()
  vi.useRealTimers()
})

const becomes = (state: string) => vi.waitFor(() => expect(states.at(-1)).toBe(state), { timeout: 5_000, interval: 5 })
const asks = (what: string) =>
  vi.waitFor(() => expect(registrar.asked.at(-1)).toBe(what), { timeout: 5_000, interval: 5 })
/** The phone has read what it was sent. */
async function answered(): Promise<void> {
  for (const socket of registrar.sockets) {
    const pong = once(socket, 'pong')
    socket.ping()
    await pong
  }
}
/** Time passes by itself; what the sockets bring comes between. */
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('the phone', () => {
  it('looks at the list between its registrations, and is silent about it', async () => {
    expect(registrar.asked).toEqual(['register'])
    await pass(LOOK_MS)
    await asks('look')
    expect(states).toEqual(['connecting', 'registered'])
    expect(ups).toBe(1)
  })

  it('registers anew where the server has forgotten it', async () => {
    registrar.contacts = []
    registration.hurry()
    await asks('register')
    await vi.waitFor(() => expect(registrar.contacts).toHaveLength(1))
    expect(states.at(-1)).toBe('registered')
  })

  it('that another has taken the place of says so, leaves it that, and takes it back by a wish', async () => {
    registrar.alone = true
    registrar.contacts = ['thief']
    registration.hurry()
    await becomes('taken')
    for (let looks = 0; looks < 8; looks++) {
      await pass(LOOK_MS)
      await asks('look')
      await answered()
    }
    expect(registrar.contacts).toEqual(['thief'])
    registration.claim()
    await becomes('registered')
    expect(registrar.contacts).toHaveLength(1)
    expect(registrar.contacts).not.toContain('thief')
  })

  it('takes the line back by a wish while a look is still on its way', async () => {
    registrar.alone = true
    registrar.contacts = ['thief']
    registration.hurry()
    await becomes('taken')
    await pass(LOOK_MS)
    registration.claim()
    await becomes('registered')
    await answered()
    expect(registrar.contacts).toHaveLength(1)
    expect(registrar.contacts).not.toContain('thief')
    expect(states.at(-1)).toBe('registered')
  })

  it('that was taken over takes the place again once it is free, also after its socket was cut', async () => {
    registrar.contacts = ['thief']
    registration.hurry()
    await becomes('taken')
    registrar.cut()
    await becomes('lost')
    registration.hurry()
    await becomes('taken')
    registrar.contacts = []
    await pass(LOOK_MS)
    await becomes('registered')
  })

  it('that was taken over still reaches its server for the calls that live, also on a new socket', async () => {
    registrar.alone = true
    registrar.contacts = ['thief']
    registration.hurry()
    await becomes('taken')
    await answered()
    expect(registration.registered).toBe(false)
    await expect(registration.within(0)).resolves.toBe(true)
    await expect(registration.answers()).resolves.toBe(true)
    registrar.cut()
    await becomes('lost')
    await expect(registration.answers()).resolves.toBe(false)
    expect(reached).toBe(1)
    const back = registration.within(5_000)
    registration.hurry()
    await becomes('taken')
    await expect(back).resolves.toBe(true)
    expect(reached).toBe(2)
    expect(ups).toBe(1)
    // a dead socket is found in this state, too
    registrar.frozen = true
    const answers = registration.answers()
    await pass(ANSWER_MS)
    await becomes('lost')
    await expect(answers).resolves.toBe(false)
    expect(registrar.contacts).toEqual(['thief'])
  })

  it('that is refused still reaches its server for the calls that live', async () => {
    registrar.refuses = 403
    const answers = registration.answers()
    await becomes('refused 403')
    await expect(answers).resolves.toBe(true)
    const asked = registrar.asked.length
    await expect(registration.answers()).resolves.toBe(true)
    await expect(registration.within(0)).resolves.toBe(true)
    expect(registrar.asked).toHaveLength(asked)
  })

  it('beside others on a line for several is registered anew, not taken over', async () => {
    registrar.contacts.unshift('desk')
    registration.hurry()
    await asks('look')
    registrar.contacts = ['desk']
    registration.hurry()
    await vi.waitFor(() => expect(registrar.contacts).toHaveLength(2), { timeout: 5_000 })
    expect(states).not.toContain('taken')
  })

  it('notices within 30 s that the server is frozen, and comes back by itself on one socket', async () => {
    registrar.frozen = true
    await pass(LOOK_MS + ANSWER_MS)
    await becomes('lost')
    registrar.frozen = false
    registration.hurry()
    await becomes('registered')
    expect(ups).toBe(2)
    await vi.waitFor(() => expect(registrar.sockets.size).toBe(1))
    expect(registrar.contacts).toHaveLength(1)
  })

  it('that is in doubt again and again gives a frozen server no more time for it', async () => {
    registrar.frozen = true
    const answers = registration.answers()
    for (let waited = 0; waited < ANSWER_MS; waited += 1_000) {
      registration.hurry()
      await pass(1_000)
    }
    await becomes('lost')
    expect(await answers).toBe(false)
    await expect(registration.answers()).resolves.toBe(false)
  })

  it('whose server answers knows that', async () => {
    await expect(registration.answers()).resolves.toBe(true)
    expect(registrar.asked).toEqual(['register', 'look'])
  })

  it('that is one too many asks again, by and by', async () => {
    registrar.refuses = 403
    registration.hurry()
    await becomes('refused 403')
    registrar.refuses = null
    await pass(60_000)
    await becomes('registered')
  })

  it('that was stopped asks nothing any more', async () => {
    registration.hurry()
    await registration.stop()
    const asked = registrar.asked.length
    await pass(10 * LOOK_MS)
    expect(registrar.asked.slice(asked).filter(what => what !== 'leave')).toEqual([])
  })
})
