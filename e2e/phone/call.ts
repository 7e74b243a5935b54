/** One call of the headless phone. */
import { type Bye, type Info, Invitation, type Inviter, SessionState } from 'sip.js'
import { PhoneMedia, type PhoneMediaOptions } from './media.ts'

export class PhoneCall {
  readonly direction: 'incoming' | 'outgoing'
  /** Resolves once: 200 when the call stands, else the status that refused it (487 for a call that was given up). */
  readonly outcome: Promise<number>
  /** Resolves when the call is over. */
  readonly ended: Promise<void>
  /** `Reason` of the BYE or CANCEL that ended the call, null while there is none. */
  endReason: string | null = null
  /** `X-Wazo-Call-ID` of the INVITE or its answers. */
  wazoCallId: string | null = null
  /** Resolves at the first 180 of an outgoing call. */
  readonly ringing: Promise<void>
  readonly #session: Inviter | Invitation
  #rang: () => void = () => undefined
  #decide: (code: number) => void = () => undefined

  constructor(session: Inviter | Invitation) {
    this.#session = session
    this.direction = session instanceof Invitation ? 'incoming' : 'outgoing'
    this.ringing = new Promise(resolve => {
      this.#rang = resolve
    })
    this.outcome = new Promise(resolve => {
      this.#decide = resolve
    })
    this.ended = new Promise(resolve => {
      session.stateChange.addListener(state => {
        if (state === SessionState.Established) this.#decide(200)
        if (state !== SessionState.Terminated) return
        // sip.js tells of the refusal's status right after this.
        queueMicrotask(() => this.#decide(487))
        resolve()
      })
    })
    session.delegate = {
      onBye: (bye: Bye) => {
        this.endReason = bye.request.getHeader('reason') ?? null
        bye.accept().catch((error: unknown) => console.error('phone: BYE was not answered', error))
      },
      onCancel: cancel => {
        this.endReason = cancel.request.getHeader('reason') ?? null
      },
      onInfo: (info: Info) => {
        info.accept().catch((error: unknown) => console.error('phone: INFO was not answered', error))
      },
    }
    if (session instanceof Invitation) this.wazoCallId = session.request.getHeader('x-wazo-call-id') ?? null
  }

  /** Call-ID of the dialog. */
  get sipCallId(): string {
    return this.#session.request.callId
  }

  /** Number or user of the other side. */
  get remoteUser(): string {
    return this.#session.remoteIdentity.uri.user ?? ''
  }

  /** Name of the other side, as shown. */
  get remoteName(): string {
    return this.#session.remoteIdentity.displayName
  }

  get established(): boolean {
    return this.#session.state === SessionState.Established
  }

  get terminated(): boolean {
    return this.#session.state === SessionState.Terminated
  }

  /** Ears and voice; throws before there is any. */
  get media(): PhoneMedia {
    const handler = this.#session.sessionDescriptionHandler
    if (!(handler instanceof PhoneMedia)) throw new Error('The call has no audio yet')
    return handler
  }

  /** Sends the INVITE of an outgoing call. */
  async begin(session: Inviter): Promise<void> {
    await session.invite({
      requestDelegate: {
        onProgress: ({ message }) => {
          this.wazoCallId ??= message.getHeader('x-wazo-call-id') ?? null
          if (message.statusCode === 180) this.#rang()
        },
        onAccept: ({ message }) => {
          this.wazoCallId ??= message.getHeader('x-wazo-call-id') ?? null
        },
        onReject: ({ message }) => this.#decide(message.statusCode ?? 500),
      },
    })
  }

  /** Answers an incoming call. */
  async answer(): Promise<void> {
    await this.#invitation().accept()
  }

  /** Refuses an incoming call. */
  async decline(statusCode: number): Promise<void> {
    await this.#invitation().reject({ statusCode })
  }

  /** Ends the call in whatever state it is, and waits until it is over. */
  async hangUp(): Promise<void> {
    const session = this.#session
    switch (session.state) {
      case SessionState.Established:
        await session.bye()
        break
      case SessionState.Initial:
      case SessionState.Establishing:
        await (session instanceof Invitation ? session.reject() : session.cancel())
        break
      case SessionState.Terminating:
      case SessionState.Terminated:
        break
    }
    await this.ended
  }

  /** Holds or resumes by re-INVITE. @returns the status of the answer */
  hold(on: boolean): Promise<number> {
    const sessionDescriptionHandlerOptions: PhoneMediaOptions = { hold: on }
    return new Promise((resolve, reject) => {
      this.#session
        .invite({
          sessionDescriptionHandlerOptions,
          requestDelegate: {
            onAccept: ({ message }) => resolve(message.statusCode ?? 0),
            onReject: ({ message }) => resolve(message.statusCode ?? 0),
          },
        })
        .catch(reject)
    })
  }

  /** Presses digits by RFC 4733; returns at once. */
  sendDigits(digits: string): void {
    if (!this.media.sendDtmf(digits)) throw new Error(`Not digits: ${digits}`)
  }

  /** Presses digits by SIP INFO (application/dtmf-relay), one after the other. @returns the statuses */
  async sendInfo(digits: string): Promise<number[]> {
    const statuses: number[] = []
    for (const digit of digits) {
      statuses.push(await this.info('application/dtmf-relay', `Signal=${digit}\r\nDuration=160\r\n`))
    }
    return statuses
  }

  /** Any INFO; without a body it is a sign of life. @returns the status */
  info(contentType: string | null, content = '', extraHeaders: string[] = []): Promise<number> {
    const body = contentType === null ? {} : { body: { contentDisposition: 'render', contentType, content } }
    return new Promise((resolve, reject) => {
      this.#session
        .info({
          requestOptions: { extraHeaders, ...body },
          requestDelegate: {
            onAccept: ({ message }) => resolve(message.statusCode ?? 0),
            onReject: ({ message }) => resolve(message.statusCode ?? 0),
          },
        })
        .catch(reject)
    })
  }

  #invitation(): Invitation {
    if (!(this.#session instanceof Invitation)) throw new Error('Not an incoming call')
    return this.#session
  }
}
