/** A second party without a browser: sip.js and werift in plain Node. Speaks a tone, measures what it hears. */
import { type Agent } from 'node:https'
import { type Invitation, Inviter, Registerer, UserAgent } from 'sip.js'
import { PhoneCall } from './call.ts'
import { PhoneMedia } from './media.ts'
import { WsTransport } from './transport.ts'

export interface PhoneOptions {
  /** `ws://` or `wss://`, with path. */
  readonly server: string
  /** `sip:user@host`. */
  readonly uri: string
  readonly username: string
  /** One of the two. */
  readonly password?: string
  /** MD5 of `user:realm:password`. */
  readonly ha1?: string
  /** Take any certificate, on loopback only. */
  readonly trustAnyCertificate?: boolean
  /** Judges certificates by itself. */
  readonly agent?: Agent
  /** Speak to servers elsewhere too; false: on loopback alone. */
  readonly everyInterface?: boolean
  /** Hertz of the tone that it speaks; null is silence. Default 440. */
  readonly tone?: number | null
  readonly displayName?: string
  /** Seconds asked for in REGISTER. Default 120. */
  readonly expires?: number
}

export class Phone {
  readonly #agent: UserAgent
  readonly #registerer: Registerer
  readonly #host: string
  readonly #calls: PhoneCall[] = []
  readonly #waiting: ((call: PhoneCall) => void)[] = []
  readonly #unseen: PhoneCall[] = []
  /** Called for every incoming call, before `nextIncoming` resolves. */
  onIncoming: ((call: PhoneCall) => void) | null = null

  constructor(options: PhoneOptions) {
    const uri = UserAgent.makeURI(options.uri)
    if (uri === undefined) throw new Error(`Not a SIP address: ${options.uri}`)
    this.#host = uri.host
    const tone = options.tone === undefined ? 440 : options.tone
    this.#agent = new UserAgent({
      uri,
      authorizationUsername: options.username,
      ...(options.password === undefined ? {} : { authorizationPassword: options.password }),
      ...(options.ha1 === undefined ? {} : { authorizationHa1: options.ha1 }),
      displayName: options.displayName ?? '',
      transportConstructor: WsTransport,
      transportOptions: {
        server: options.server,
        trustAnyCertificate: options.trustAnyCertificate === true,
        agent: options.agent ?? null,
      },
      logBuiltinEnabled: false,
      gracefulShutdown: false,
      sessionDescriptionHandlerFactory: () => new PhoneMedia(tone, options.everyInterface === true),
      delegate: { onInvite: invitation => this.#incoming(invitation) },
    })
    this.#registerer = new Registerer(this.#agent, { expires: options.expires ?? 120 })
  }

  /** Opens the socket. Rejects when it cannot. */
  connect(): Promise<void> {
    return this.#agent.start()
  }

  /** @returns the final status of REGISTER */
  register(): Promise<number> {
    return this.#request(requestDelegate => this.#registerer.register({ requestDelegate }))
  }

  /** @returns the final status of REGISTER */
  unregister(): Promise<number> {
    return this.#request(requestDelegate => this.#registerer.unregister({ requestDelegate }))
  }

  /**
   * Dials; the call is under way when this resolves, see its `ringing` and `outcome`.
   * @param rewriteOffer changes the session description before it is sent
   */
  async call(number: string, rewriteOffer?: (sdp: string) => string): Promise<PhoneCall> {
    const target = UserAgent.makeURI(`sip:${number}@${this.#host}`)
    if (target === undefined) throw new Error(`Not a number: ${number}`)
    const rewrite = ({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<RTCSessionDescriptionInit> =>
      Promise.resolve({ type, sdp: rewriteOffer === undefined ? sdp : rewriteOffer(sdp) })
    const session = new Inviter(this.#agent, target, { sessionDescriptionHandlerModifiers: [rewrite] })
    const call = new PhoneCall(session)
    this.#calls.push(call)
    await call.begin(session)
    return call
  }

  /** The next incoming call that was not given out yet. */
  nextIncoming(): Promise<PhoneCall> {
    const call = this.#unseen.shift()
    if (call !== undefined) return Promise.resolve(call)
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  /** Cuts the socket without a word, as a network does. */
  cut(): Promise<void> {
    return this.#agent.transport.disconnect()
  }

  /** Opens a new socket after `cut`; calls stay. */
  reconnect(): Promise<void> {
    return this.#agent.reconnect()
  }

  /** Hangs up, cuts the socket, leaves no timer. */
  async close(): Promise<void> {
    if (this.#agent.transport.isConnected()) {
      await Promise.all(this.#calls.filter(call => !call.terminated).map(call => call.hangUp()))
    }
    await this.#registerer.dispose()
    await this.#agent.transport.disconnect()
    this.#agent.userAgentCore.reset()
  }

  #incoming(invitation: Invitation): void {
    const call = new PhoneCall(invitation)
    this.#calls.push(call)
    this.onIncoming?.(call)
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#unseen.push(call)
    else waiting(call)
  }

  #request(send: (delegate: RegisterDelegate) => Promise<unknown>): Promise<number> {
    return new Promise((resolve, reject) => {
      send({
        onAccept: ({ message }) => resolve(message.statusCode ?? 0),
        onReject: ({ message }) => resolve(message.statusCode ?? 0),
      }).catch(reject)
    })
  }
}

interface RegisterDelegate {
  onAccept: (response: { message: { statusCode: number | undefined } }) => void
  onReject: (response: { message: { statusCode: number | undefined } }) => void
}

/** A phone with an open socket; `register` it to be called. */
export async function createPhone(options: PhoneOptions): Promise<Phone> {
  const phone = new Phone(options)
  await phone.connect()
  return phone
}
