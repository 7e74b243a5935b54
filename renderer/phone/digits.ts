/**
 * Digits on their way: RFC 4733 within the audio, or SIP INFO beside it. Both say when the last one is out. A server
 * knows a code by the pauses around and within it, so these are kept here.
 */
import { type Session, type SessionInfoOptions } from 'sip.js'
import { AppFailure } from '../../shared/failure.ts'
import { callFailure } from '../../shared/sip.ts'

/** 100 ms tones and 70 ms gaps: Chromium then begins one every 240 ms, well within Wazo's 1500 ms (asterisk.md 4). */
const TONE_MS = 100
const GAP_MS = 70
/** The server gives up on a code when its next digit is later than that; 1500 ms in Wazo (asterisk.md 4). */
const TOGETHER_MS = 1_400
/** ... and surely has by now: what came before is no part of a code any more. */
const APART_MS = 1_600
/** A code is heard within 370 ms, and 0.44 s of tone swallow what comes then (asterisk.md 4). */
const SWALLOWED_MS = 1_000

/** What of a session sends an INFO. */
export type InfoSession = Pick<Session, 'info'>
type RequestOptions = NonNullable<SessionInfoOptions['requestOptions']>

/** The body of one digit (application/dtmf-relay, as Asterisk's res_pjsip_dtmf_info reads it). */
export const infoBody = (digit: string): string => `Signal=${digit}\r\nDuration=160`

/**
 * Resolves when the last tone was played: `tonechange` with no tone.
 * Rejects with `recording-no-route` when RFC 4733 was not negotiated, with `call-gone` when the call ends meanwhile.
 */
export function sendTones(sender: RTCDTMFSender | null, digits: string, ended: AbortSignal): Promise<void> {
  if (ended.aborted) return Promise.reject(new AppFailure('call-gone'))
  if (sender?.canInsertDTMF !== true)
    return Promise.reject(new AppFailure({ code: 'recording-no-route', subject: 'rfc4733' }))
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void) => {
      sender.removeEventListener('tonechange', onTone)
      ended.removeEventListener('abort', onEnd)
      outcome()
    }
    const onTone = (event: RTCDTMFToneChangeEvent) => {
      if (event.tone === '') settle(resolve)
    }
    const onEnd = () => settle(() => reject(new AppFailure('call-gone')))
    sender.addEventListener('tonechange', onTone)
    ended.addEventListener('abort', onEnd)
    try {
      sender.insertDTMF(digits, TONE_MS, GAP_MS)
    } catch (cause) {
      settle(() => reject(new AppFailure({ code: 'recording-no-route', subject: 'rfc4733' }, { cause })))
    }
  })
}

/**
 * One INFO a digit, each after the answer to the one before. Rejects with the failure of the first that is refused, or
 * with `code-too-slow` where an answer took so long that the next digit would belong to no code: it is not sent.
 */
export async function sendInfos(session: InfoSession, digits: string): Promise<void> {
  let sentAt: number | null = null
  for (const digit of digits) {
    const now = performance.now()
    if (sentAt !== null && now - sentAt > TOGETHER_MS) throw new AppFailure({ code: 'code-too-slow', subject: digits })
    sentAt = now
    await sendInfo(session, {
      body: { contentDisposition: 'render', contentType: 'application/dtmf-relay', content: infoBody(digit) },
    })
  }
}

/** Resolves when it is answered 200, which proves nothing; rejects as one of `sendInfos`. */
export const sendRecordInfo = (session: InfoSession, on: boolean): Promise<void> =>
  sendInfo(session, { extraHeaders: [`Record: ${on ? 'on' : 'off'}`] })

function sendInfo(session: InfoSession, requestOptions: RequestOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (status: number | undefined) => reject(new AppFailure(infoFailure(status ?? 500)))
    session
      .info({
        requestOptions,
        requestDelegate: {
          onAccept: () => resolve(),
          onRedirect: ({ message }) => refuse(message.statusCode),
          onReject: ({ message }) => refuse(message.statusCode),
        },
      })
      .catch((cause: unknown) => reject(new AppFailure('call-gone', { cause })))
  })
}

/** What a refused INFO means: 481 is the end of the dialog; a 486 would be no busy line. */
export function infoFailure(status: number): AppFailure['failure'] {
  if (status === 481) return { code: 'call-gone', status }
  return status === 403 ? callFailure(status) : { code: 'call-failed', status }
}

export interface Sent {
  /** `code`: digits that mean something together; `keys`: what the user types. */
  readonly what: 'code' | 'keys'
  /** When the last digit was out, in milliseconds of `performance.now()`. */
  readonly at: number
}

/** How long a string waits, so that the server neither takes both for one code nor loses it in the tone after a code. */
export function pauseBefore(what: Sent['what'], last: Sent | null, now: number): number {
  if (last === null || (what === 'keys' && last.what === 'keys')) return 0
  const rest = (what === 'code' ? APART_MS : SWALLOWED_MS) - (now - last.at)
  return Math.max(0, rest)
}

/** The strings of one call, one after the other. */
export class DigitQueue {
  #turn: Promise<void> = Promise.resolve()
  #last: Sent | null = null

  /** Sends when its turn has come. Rejects as `send` does, and with `call-gone` when the call ends before. */
  send(what: Sent['what'], ended: AbortSignal, send: () => Promise<void>): Promise<void> {
    const sending = this.#turn.then(async () => {
      await pause(pauseBefore(what, this.#last, performance.now()), ended)
      try {
        await send()
      } finally {
        this.#last = { what, at: performance.now() }
      }
    })
    this.#turn = sending.catch(() => undefined)
    return sending
  }
}

function pause(ms: number, ended: AbortSignal): Promise<void> {
  if (ms === 0) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const gone = () => {
      clearTimeout(timer)
      reject(new AppFailure('call-gone'))
    }
    const timer = setTimeout(() => {
      ended.removeEventListener('abort', gone)
      resolve()
    }, ms)
    if (ended.aborted) gone()
    else ended.addEventListener('abort', gone, { once: true })
  })
}
