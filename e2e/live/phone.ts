/** The user's phone without a window: takes the place of the app's phone page, with the headless phone of the tests. */
import { type Agent } from 'node:https'
import { isIP } from 'node:net'
import { type CompanionPorts } from '../../electron/companion.ts'
import { type Failure } from '../../shared/failure.ts'
import { type PhoneLine, type PhoneReport, type PhoneSession } from '../../shared/phone.ts'
import { type PhoneCall } from '../phone/call.ts'
import { createPhone, type Phone } from '../phone/phone.ts'

type Port = CompanionPorts['phone']
type Command = Parameters<Port['send']>[0]

/** What it says into each call, hertz: recordings are searched for it. */
export const SPOKEN_HERTZ = 440
const DIGITS_LOOK_MS = 20
const UNREGISTER_MS = 2_000

export interface LivePhoneOptions {
  /** An agent that judges certificates as the app does. */
  readonly agent: () => Agent
  readonly onReport: (report: Exclude<PhoneReport, { kind: 'done' }>) => void
  readonly log: (text: string, error?: unknown) => void
}

export class LivePhone implements Port {
  readonly #options: LivePhoneOptions
  #phone: Promise<Phone> | null = null
  readonly #calls = new Map<string, { readonly call: PhoneCall; endedByUs: boolean }>()
  /** The phone that was closed last is really gone. */
  closed: Promise<void> = Promise.resolve()

  constructor(options: LivePhoneOptions) {
    this.#options = options
  }

  /** What is heard of the other side; null while there is no call. */
  get ears(): PhoneCall['media'] | null {
    const one = [...this.#calls.values()].find(({ call }) => call.established)
    return one?.call.media ?? null
  }

  open(line: PhoneLine): void {
    this.close()
    const { onReport, log } = this.#options
    const tell = (state: 'connecting' | 'registered' | 'refused' | 'lost', status: number | null) =>
      onReport({ kind: 'registration', registration: { state, status } })
    const opening = this.#register(line)
    this.#phone = opening.then(({ phone }) => phone)
    // who sends a command is told; the registration below tells the rest
    this.#phone.catch(() => undefined)
    tell('connecting', null)
    opening.then(
      ({ status }) => tell(status === 200 ? 'registered' : 'refused', status),
      (error: unknown) => {
        log('the phone could not connect', error)
        tell('lost', null)
      },
    )
  }

  async #register(line: PhoneLine): Promise<{ phone: Phone; status: number }> {
    const host = new URL(line.webSocket).hostname
    const phone = await createPhone({
      server: line.webSocket,
      uri: line.uri,
      username: line.username,
      ...(line.secret.kind === 'ha1' ? { ha1: line.secret.ha1 } : { password: line.secret.password }),
      displayName: line.displayName,
      agent: this.#options.agent(),
      tone: SPOKEN_HERTZ,
      everyInterface: !(host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))),
    })
    return { phone, status: await phone.register() }
  }

  close(): void {
    const phone = this.#phone
    this.#phone = null
    this.#calls.clear()
    if (phone !== null) this.closed = leave(phone).catch((error: unknown) => this.#options.log('the phone', error))
  }

  async send(command: Command): Promise<Failure | null> {
    try {
      return await this.#carryOut(command)
    } catch (error) {
      this.#options.log(`the phone could not ${command.do}`, error)
      return { code: 'call-failed' }
    }
  }

  async #carryOut(command: Command): Promise<Failure | null> {
    if (command.do === 'dial') {
      const phone = await this.#phone
      if (phone === null) return { code: 'phone-off' }
      this.#follow(command.session, command.number, await phone.call(command.number))
      return null
    }
    const one = this.#calls.get(command.session)
    if (one === undefined || one.call.terminated) return { code: 'call-gone' }
    switch (command.do) {
      case 'hang-up':
        one.endedByUs = true
        await one.call.hangUp()
        return null
      case 'digits':
        if (command.via === 'info') await one.call.sendInfo(command.digits)
        else await press(one.call, command.digits)
        return null
      case 'mute':
        one.call.media.speak(command.on ? null : SPOKEN_HERTZ)
        return null
      default:
        // nothing of the live suite asks for more
        return { code: 'unexpected' }
    }
  }

  #follow(session: string, number: string, call: PhoneCall): void {
    const one = { call, endedByUs: false }
    this.#calls.set(session, one)
    const tell = (status: PhoneSession['status'], endStatus: number | null = null) =>
      this.#options.onReport({
        kind: 'session',
        session,
        status,
        outgoing: true,
        peer: { name: '', number },
        sipCallId: call.sipCallId,
        serverId: call.wazoCallId,
        muted: false,
        hold: 'no',
        transfer: null,
        canInsertDigits: status === 'up' && call.media.takesDigits,
        endStatus,
        elsewhere: false,
        byRemote: status === 'ended' && !one.endedByUs,
      })
    tell('dialing')
    void call.ringing.then(() => call.established || call.terminated || tell('ringing-out'))
    void call.outcome.then(async status => {
      if (status === 200) tell('up')
      await call.ended
      tell('ended', status === 200 ? null : status)
    })
  }
}

/** Resolves when the last digit is out. */
async function press(call: PhoneCall, digits: string): Promise<void> {
  call.sendDigits(digits)
  await new Promise<void>(resolve => {
    const look = setInterval(() => {
      if (!call.terminated && call.media.digitsLeft > 0) return
      clearInterval(look)
      resolve()
    }, DIGITS_LOOK_MS)
  })
}

/** Says good-bye as far as the server answers, and leaves no socket. */
async function leave(opening: Promise<Phone>): Promise<void> {
  const phone = await opening
  const bye = new Promise<void>(resolve => setTimeout(resolve, UNREGISTER_MS).unref())
  await Promise.race([phone.unregister(), bye])
  await Promise.race([phone.close(), bye])
  await phone.cut()
}
