/**
 * SIP behind one WebSocket (RFC 7118): sip.js's core as the server side. Registers phones, takes their calls, calls them.
 * Calls outlive their socket: when the same phone comes back, its requests find their dialog again (asterisk.md 7).
 */
import {
  C,
  Grammar,
  type IncomingInviteRequest,
  type IncomingRequest,
  IncomingRequestMessage,
  type IncomingResponseMessage,
  LoggerFactory,
  Parser,
  URI,
  UserAgentCore,
} from 'sip.js/lib/core/index.js'
import { type RawData, type WebSocket } from 'ws'
import { type Directory } from '../telephony.ts'
import { type DigestGate } from './digest.ts'
import { type Dial, type Leg, type LegEvents } from './leg.ts'
import { type AudioPool, UnacceptableMedia, type WebRtcAudio } from './media.ts'
import { grantedSeconds, type Registrar } from './registrar.ts'
import { CalledLeg, CallingLeg, sdpType } from './sipLeg.ts'
import { type Switchboard } from './switchboard.ts'

const host = '127.0.0.1'
const keepAlive = '\r\n\r\n'
const pong = '\r\n'
const logs = new LoggerFactory()
logs.builtinEnabled = false

export interface SipServices {
  readonly directory: Directory
  readonly gate: DigestGate
  readonly registrar: Registrar<SipSocket>
  readonly pool: AudioPool
  readonly switchboard: Switchboard
  /** All sockets of the PBX, for requests within a dialog that another one began. */
  readonly sockets: ReadonlySet<SipSocket>
}

export class SipSocket {
  readonly #services: SipServices
  readonly #core: UserAgentCore
  readonly #legs = new Set<Leg>()
  /** The way to the phone; another one after it reconnected. */
  #socket: WebSocket

  constructor(socket: WebSocket, services: SipServices) {
    this.#socket = socket
    this.#services = services
    this.#core = new UserAgentCore(
      configuration(() => this.#transport()),
      {
        onRegister: request => this.#register(request),
        onInvite: request => void this.#invite(request).catch((error: unknown) => console.error('demo PBX', error)),
        onMessage: request => void request.accept(),
        onNotify: request => void request.accept(),
        // Hints need a function key that the demo's users do not have (wazo.md 3.4).
        onSubscribe: request => void request.reject({ statusCode: 404 }),
      },
    )
    socket.on('message', (data: RawData) => this.#received(textOf(data)))
    socket.on('error', error => console.warn('demo PBX: SIP socket', error))
    socket.on('close', () => services.registrar.drop(this))
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  /** It has calls that live, also such as are not answered yet. */
  get busy(): boolean {
    return this.#legs.size > 0
  }

  /** How to call the phone that registered `contact` here. */
  dialer(contact: string): Dial | null {
    const target = Grammar.URIParse(contact)
    if (target === undefined) return null
    return ({ channelId, from }, events) => {
      const fromUri = new URI('sip', from.number, host)
      const message = this.#core.makeOutgoingRequestMessage(
        C.INVITE,
        target,
        fromUri,
        target,
        { fromDisplayName: from.name },
        [`Contact: ${this.#core.configuration.contact.toString()}`, `X-Wazo-Call-ID: ${channelId}`],
      )
      const leg = new CalledLeg(this.#services.pool, message.callId, (offer, delegate) => {
        message.body = { body: offer, contentType: sdpType }
        return this.#core.invite(message, delegate)
      })
      this.#keep(leg)
      leg.listen(events)
      return leg
    }
  }

  /** Closes the socket with a code; calls stay. */
  cut(code: number): void {
    this.#socket.close(code)
  }

  /** Drops the socket and everything of SIP. */
  dispose(): void {
    this.#core.dispose()
    this.#socket.terminate()
  }

  #transport(): { protocol: string; send: (message: string) => Promise<void> } {
    return {
      protocol: 'WS',
      send: message =>
        new Promise((resolve, reject) => {
          this.#socket.send(message, error => (error ? reject(error) : resolve()))
        }),
    }
  }

  #received(text: string): void {
    if (text === keepAlive) {
      this.#socket.send(pong)
      return
    }
    try {
      const message = Parser.parseMessage(text, logs.getLogger('demo'))
      if (message instanceof IncomingRequestMessage) this.#ownerOf(message).#take(message)
      else if (message !== undefined) this.#askerOf(message).#core.receiveIncomingResponseFromTransport(message)
    } catch (error) {
      // The parser and the core throw at some malformed messages; one phone's nonsense must not end the others' calls.
      console.warn('demo PBX: a SIP message was not understood', error)
    }
  }

  /**
   * Where a request belongs: to the transaction with its branch (RFC 3261 17.2.3: a CANCEL, the ACK of a refusal), else to
   * its dialog.
   */
  #ownerOf(message: IncomingRequestMessage): SipSocket {
    const dialog = message.callId + message.toTag + message.fromTag
    return this.#find(
      ({ userAgentServers, dialogs }) =>
        userAgentServers.get(message.viaBranch)?.message.callId === message.callId || dialogs.has(dialog),
    )
  }

  /** Whose request a response answers. */
  #askerOf(message: IncomingResponseMessage): SipSocket {
    const id = message.viaBranch + message.method
    return this.#find(({ userAgentClients }) => userAgentClients.has(id))
  }

  /** This socket unless it is another's concern. One that is closed answers by this, on which its phone came back. */
  #find(concerns: (core: UserAgentCore) => boolean): SipSocket {
    if (concerns(this.#core)) return this
    const owner = [...this.#services.sockets].find(socket => concerns(socket.#core)) ?? this
    if (!owner.open) owner.#socket = this.#socket
    return owner
  }

  #take(message: IncomingRequestMessage): void {
    if (message.ruri === undefined) return
    // The core refuses what is not addressed to its own user; this one answers for every number.
    this.#core.configuration.aor = message.ruri
    this.#core.receiveIncomingRequestFromTransport(message)
  }

  /** The user who sent a request, after the 401 that asks for proof. */
  #authenticate(request: IncomingRequest): string | null {
    const { message } = request
    const username = this.#services.gate.check(
      message.method,
      message.getHeader('authorization'),
      name => this.#services.directory.lineByUsername(name)?.secret ?? null,
    )
    if (username !== null && username === message.from.uri.user) return username
    request.reject({ statusCode: 401, extraHeaders: [`WWW-Authenticate: ${this.#services.gate.challenge()}`] })
    return null
  }

  #register(request: IncomingRequest): void {
    const username = this.#authenticate(request)
    if (username === null) return
    const { message } = request
    const { registrar } = this.#services
    const header = message.getHeader('contact')
    const expires = secondsOf(message.getHeader('expires'))
    if (header === '*') {
      registrar.clear(username)
    } else if (header !== undefined) {
      const contact = Grammar.nameAddrHeaderParse(header)
      if (contact === undefined) return void request.reject({ statusCode: 400 })
      const seconds = grantedSeconds(secondsOf(contact.getParam('expires')) ?? expires)
      if (!registrar.bind(username, contact.uri.toRaw(), this, seconds)) return void request.reject({ statusCode: 403 })
    }
    const contacts = registrar.bindings(username).map(({ uri, expiresAt }) => {
      const left = Math.max(1, Math.round((expiresAt - Date.now()) / 1000))
      return `Contact: <${uri}>;expires=${left}`
    })
    request.accept({ statusCode: 200, extraHeaders: [...contacts, `Date: ${new Date().toUTCString()}`] })
  }

  async #invite(request: IncomingInviteRequest): Promise<void> {
    const username = this.#authenticate(request)
    const line = username === null ? null : this.#services.directory.lineByUsername(username)
    if (line === null) return
    const { pool, switchboard } = this.#services
    if (switchboard.closed) {
      request.reject({ statusCode: 503 })
      return
    }
    request.trying()
    let audio: WebRtcAudio
    try {
      audio = pool.forOffer(request.message.body)
    } catch (error) {
      const understood = error instanceof UnacceptableMedia
      if (!understood) console.error('demo PBX: no audio for a call', error)
      request.reject({ statusCode: understood ? 488 : 500 })
      return
    }
    const leg = new CallingLeg(request, pool, audio)
    this.#keep(leg)
    let events: LegEvents | null = null
    try {
      const taken = switchboard.incoming(line, request.message.ruri?.user ?? '', leg)
      if (taken === null) {
        leg.end({ code: 404, cause: 1 })
        return
      }
      events = taken.events
      leg.listen(events)
      if (await leg.negotiate(taken.channel.id)) switchboard.proceed(taken.channel)
    } catch (error) {
      console.error('demo PBX: a call broke off', error)
      leg.end({ code: 500, cause: 41 })
      events?.ended()
    }
  }

  #keep(leg: CallingLeg | CalledLeg): void {
    this.#legs.add(leg)
    leg.onOver = () => this.#legs.delete(leg)
  }
}

function configuration(
  transportAccessor: () => ReturnType<UserAgentCore['configuration']['transportAccessor']>,
): UserAgentCore['configuration'] {
  const uri = new URI('sip', 'pbx', host)
  return {
    aor: uri,
    contact: { uri, pubGruu: undefined, tempGruu: undefined, toString: () => `<sip:pbx@${host};transport=ws>` },
    displayName: '',
    loggerFactory: logs,
    hackViaTcp: false,
    routeSet: [],
    sipjsId: 'demo5',
    supportedOptionTags: [],
    supportedOptionTagsResponse: [],
    userAgentHeaderFieldValue: 'Wazo PBX',
    viaForceRport: false,
    viaHost: host,
    authenticationFactory: () => undefined,
    transportAccessor,
  }
}

/** Whole seconds of an `Expires` value; null when there is none that can be read. */
function secondsOf(value: string | null | undefined): number | null {
  return value !== null && value !== undefined && /^\d{1,9}$/.test(value.trim()) ? Number(value) : null
}

function textOf(data: RawData): string {
  return Buffer.from(
    Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? new Uint8Array(data) : data,
  ).toString('utf8')
}
