/** A leg with SIP: one dialog on a socket and its WebRTC audio, in both directions of calling. */
import {
  type IncomingInviteRequest,
  type IncomingReferRequest,
  type IncomingRequestMessage,
  type OutgoingInviteRequest,
  type Session,
  SessionState,
} from 'sip.js/lib/core/index.js'
import { type Ending, type Leg, type LegEvents, type ReferTarget } from './leg.ts'
import { type AudioPool, UnacceptableMedia, type WebRtcAudio } from './media.ts'
import { infoDigit } from './rfc4733.ts'
import { readAudio } from './sdp.ts'

export const sdpType = 'application/sdp'

/** What both kinds share once there is a session. */
abstract class SipLeg implements Leg {
  readonly audio: WebRtcAudio
  readonly sipCallId: string
  /** Called once, when nothing more is to come of the call. */
  onOver: (() => void) | null = null
  protected session: Session | null = null
  protected over = false
  readonly #release: () => void
  #events: LegEvents | null = null
  #referring = false
  #endsAfter: Ending | null = null

  protected constructor(pool: AudioPool, audio: WebRtcAudio, sipCallId: string) {
    this.audio = audio
    this.sipCallId = sipCallId
    this.#release = () => pool.release(audio)
    audio.onLost = () => this.tell(events => events.ended())
  }

  /** Says whom to tell; before anything happens. */
  listen(events: LegEvents): void {
    this.#events = events
  }

  abstract ringing(): void
  abstract answer(): void
  protected abstract endUnanswered(how: Ending): void

  end(how: Ending): void {
    if (this.over) return
    // The phone is told what became of its transfer before it is hung up, as Asterisk does (res_pjsip_refer).
    if (this.#referring) {
      this.#endsAfter = how
      return
    }
    this.#finish()
    if (this.session === null) this.endUnanswered(how)
    else sayBye(this.session, how.cause)
  }

  /** Ends the leg from the phone's side. */
  protected hungUp(): void {
    if (this.over) return
    this.#finish()
    this.#events?.ended()
  }

  #finish(): void {
    this.over = true
    this.#release()
    this.onOver?.()
  }

  protected tell(what: (events: LegEvents) => void): void {
    if (!this.over && this.#events !== null) what(this.#events)
  }

  protected establish(session: Session): void {
    this.session = session
    session.delegate = {
      onBye: request => {
        request.accept()
        this.hungUp()
      },
      // The phone vanished before our answer reached it (RFC 3261 13.3.1.4, after 64*T1).
      onAckTimeout: () => {
        session.bye()
        this.hungUp()
      },
      onInfo: request => {
        const { status, digit } = readInfo(request.message)
        if (status === 200) request.accept()
        else request.reject({ statusCode: status })
        if (digit !== null) this.audio.onDigit?.(digit)
      },
      onInvite: request => {
        this.renegotiate(request).catch((error: unknown) => this.failed(error))
      },
      onRefer: request => this.#refer(session, request),
      // A phone's progress reports during a call; whoever leaves them unanswered loses the call.
      onMessage: request => void request.accept(),
      onNotify: request => void request.accept(),
    }
  }

  #refer(session: Session, request: IncomingReferRequest): void {
    const target = referTarget(request.message)
    if (target === null || this.#referring) return void request.reject({ statusCode: target === null ? 400 : 491 })
    request.accept({ statusCode: 202 })
    this.#referring = true
    let final = false
    const told = (status: number): void => {
      if (final || this.over) return
      final = status >= 200
      if (session.sessionState === SessionState.Confirmed) notify(session, status, final)
      if (!final) return
      this.#referring = false
      if (this.#endsAfter !== null) this.end(this.#endsAfter)
    }
    told(100)
    this.tell(events => events.referred(target, told))
  }

  protected failed(error: unknown): void {
    complain(error)
    this.tell(events => events.ended())
  }

  /** Hold, resume, or the same again: answered, and the call goes on (RFC 3264). An offer that cannot be used changes nothing. */
  protected async renegotiate(request: IncomingInviteRequest): Promise<void> {
    const offer = request.message.body
    let content: string
    try {
      content = await this.audio.answer(offer)
    } catch (error) {
      complain(error)
      request.reject({ statusCode: 488 })
      return
    }
    request.accept({ statusCode: 200, body: sdpBody(content) })
    this.tell(events => events.held(readAudio(offer)?.held === true))
  }
}

/** A phone calls. */
export class CallingLeg extends SipLeg {
  readonly #request: IncomingInviteRequest
  readonly #headers: string[] = []
  #description = ''

  /** @param audio made by `pool` for the request's offer */
  constructor(request: IncomingInviteRequest, pool: AudioPool, audio: WebRtcAudio) {
    super(pool, audio, request.message.callId)
    this.#request = request
    request.delegate = {
      onCancel: () => {
        if (this.over) return
        request.reject({ statusCode: 487 })
        this.hungUp()
      },
    }
  }

  /**
   * Prepares the answer to the phone's offer. An offer that cannot be used is refused with 488, as Asterisk refuses one
   * without ICE or DTLS.
   * @returns false when the leg is over, for this or another reason
   */
  async negotiate(channelId: string): Promise<boolean> {
    this.#headers.push(`X-Wazo-Call-ID: ${channelId}`)
    const offer = this.#request.message.body
    try {
      this.#description = await this.audio.answer(offer)
    } catch (error) {
      complain(error)
      if (!this.over) this.#request.reject({ statusCode: 488 })
      this.hungUp()
      return false
    }
    this.tell(events => events.held(readAudio(offer)?.held === true))
    return !this.over
  }

  ringing(): void {
    if (!this.over && this.session === null) this.#request.progress({ statusCode: 180, extraHeaders: this.#headers })
  }

  answer(): void {
    if (this.over || this.session !== null) return
    const accepted = this.#request.accept({
      statusCode: 200,
      extraHeaders: this.#headers,
      body: sdpBody(this.#description),
    })
    this.establish(accepted.session)
  }

  protected endUnanswered({ code, cause }: Ending): void {
    this.#request.reject({ statusCode: code, extraHeaders: cause === 1 ? [] : [`Reason: Q.850;cause=${cause}`] })
  }
}

/** A phone is called. */
export class CalledLeg extends SipLeg {
  #request: OutgoingInviteRequest | null = null

  /** @param invite sends the INVITE with our offer */
  constructor(
    pool: AudioPool,
    callId: string,
    invite: (offer: string, delegate: NonNullable<OutgoingInviteRequest['delegate']>) => OutgoingInviteRequest,
  ) {
    super(pool, pool.toOffer(), callId)
    this.#begin(invite).catch((error: unknown) => this.failed(error))
  }

  ringing(): void {}

  answer(): void {}

  protected endUnanswered({ elsewhere }: Ending): void {
    const reason = elsewhere === true ? 'SIP;cause=200;text="Call completed elsewhere"' : undefined
    this.#request?.cancel(reason)
  }

  async #begin(
    invite: (offer: string, delegate: NonNullable<OutgoingInviteRequest['delegate']>) => OutgoingInviteRequest,
  ): Promise<void> {
    const offer = await this.audio.offer()
    if (this.over) return
    this.#request = invite(offer, {
      onProgress: ({ message }) => {
        if (message.statusCode === 180 || message.statusCode === 183) this.tell(events => events.ringing())
      },
      onAccept: accepted => {
        accepted.ack()
        this.#accepted(accepted.session, accepted.message.body).catch((error: unknown) => this.failed(error))
      },
      onReject: ({ message }) => {
        const code = message.statusCode ?? 500
        this.tell(events => events.refused(code))
      },
    })
  }

  async #accepted(session: Session, answer: string): Promise<void> {
    if (this.over) {
      // Its 200 and our CANCEL met on the way.
      sayBye(session, 26)
      return
    }
    this.establish(session)
    await this.audio.answered(answer)
    this.tell(events => events.answered())
  }
}

const PHRASES: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  200: 'OK',
  404: 'Not Found',
  480: 'Temporarily Unavailable',
  486: 'Busy Here',
}

/** What became of a transfer so far (RFC 3515 2.4.5). */
function notify(session: Session, status: number, final: boolean): void {
  const state = final ? 'terminated;reason=noresource' : 'active;expires=600'
  session.notify(undefined, {
    extraHeaders: ['Event: refer', `Subscription-State: ${state}`],
    body: {
      contentDisposition: 'render',
      contentType: 'message/sipfrag;version=2.0',
      content: `SIP/2.0 ${status} ${PHRASES[status] ?? 'Service Unavailable'}\r\n`,
    },
  })
}

/** `Refer-To`: with `Replaces` another call, else the number in it. */
export function referTarget(message: IncomingRequestMessage): ReferTarget | null {
  const header = message.getHeader('refer-to') ?? ''
  const replaces = /[?&]Replaces=([^&>]+)/i.exec(header)?.[1]
  if (replaces !== undefined) {
    const [sipCallId = ''] = decodeURIComponent(replaces).split(';')
    return sipCallId === '' ? null : { kind: 'call', sipCallId }
  }
  const number = /sip:([^@>;?]+)@/i.exec(header)?.[1]
  return number === undefined ? null : { kind: 'number', number: decodeURIComponent(number) }
}

export function sdpBody(content: string): { contentDisposition: string; contentType: string; content: string } {
  return { contentDisposition: 'session', contentType: sdpType, content }
}

/** What goes wrong with a phone's description is the phone's; the rest is ours. Both are told on stderr. */
function complain(error: unknown): void {
  console.warn('demo PBX: a session description failed:', error instanceof UnacceptableMedia ? error.message : error)
}

/** RFC 3261 15: who was called says BYE after the ACK of his answer only, or when none has come in time. */
function sayBye(session: Session, cause: number): void {
  const bye = (): void => void session.bye(undefined, { extraHeaders: [`Reason: Q.850;cause=${cause}`] })
  if (session.sessionState === SessionState.Confirmed) bye()
  else session.delegate = { ...session.delegate, onAck: bye }
}

/** The answer to an INFO: stock Wazo refuses `Record:`, takes digits, and a bare one as a sign of life (asterisk.md 5). */
function readInfo(message: IncomingRequestMessage): { readonly status: number; readonly digit: string | null } {
  if (message.hasHeader('record')) return { status: 403, digit: null }
  const contentType = message.getHeader('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (contentType === undefined) return { status: 200, digit: null }
  if (contentType !== 'application/dtmf-relay' && contentType !== 'application/dtmf')
    return { status: 415, digit: null }
  const digit = infoDigit(contentType, message.body)
  return { status: digit === null ? 500 : 200, digit }
}
