/**
 * Digits on their way: RFC 4733 within the audio, or SIP INFO beside it. Both say when the last one is out. A server
 * knows a code by the pauses around and within it, so these are kept here.
 */
import { type Session, type SessionInfoOptions } from 'sip.js'
import { AppFailure } from '../../shared/failure.ts'
import { callFailure } from '../../shared/sip.ts'
import { pause } from './pause.ts'

/** 100 ms tones and 70 ms gaps: Chromium then begins one every 240 ms, well within Wazo's 1500 ms (asterisk.md 4). */
const TONE_MS = 100
const GAP_MS = 70
/** The server gives up on a code when its next digit is later than that; 1500 ms in Wazo (asterisk.md 4). */
const TOGETHER_MS = 1_400
/** ... and surely has by now, though a digit by INFO lasts 160 ms: what came before is no part of a code any more. */
const APART_MS = 1_800
/** An answer that takes longer counts as none; whoever asked learns it before he gives up by himself (5 s, facts.ts). */
const ANSWERED_MS = 3_000
/** What could not begin by then is not sent any more: it would act long after the press. */
const BEGUN_MS = 4_000
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
 * with `code-too-slow` where an answer takes so long that the next digit would belong to no code: it is not sent then.
 */
export async function sendInfos(session: InfoSession, digits: string, turn: Turn): Promise<void> {
  let sentAt: number | null = null
  for (const [index, digit] of [...digits].entries()) {
    const now = performance.now()
    // the answer was in time, but this page was not
    if (sentAt !== null && now - sentAt > TOGETHER_MS) throw new AppFailure({ code: 'code-too-slow', subject: digits })
    sentAt = now
    const body = { contentDisposition: 'render', contentType: 'application/dtmf-relay', content: infoBody(digit) }
    const last = index === digits.length - 1
    await answered(sendInfo(session, { body }), last ? ANSWERED_MS : TOGETHER_MS, digits, turn)
  }
}

/** Resolves when it is answered 200, which proves nothing; rejects as `sendInfos` does. */
export function sendRecordInfo(session: InfoSession, on: boolean, turn: Turn): Promise<void> {
  const header = `Record: ${on ? 'on' : 'off'}`
  return answered(sendInfo(session, { extraHeaders: [header] }), ANSWERED_MS, header, turn)
}

/** Waits no longer than that; what the server still has to answer holds the next string back all the same. */
function answered(answer: Promise<void>, ms: number, subject: string, turn: Turn): Promise<void> {
  turn.outstanding(answer)
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new AppFailure({ code: 'code-too-slow', subject })), ms)
    answer.then(resolve, reject).finally(() => clearTimeout(late))
  })
}

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

/** One string's turn. */
export interface Turn {
  /** To be called just before the first digit goes out. Throws `code-too-slow` when nobody waits for it any more. */
  readonly begin: () => void
  /** The next string waits for this too, however it ends: a server that is silent may still act on what it was sent. */
  readonly outstanding: (answer: Promise<unknown>) => void
}

/** The strings of one call, one after the other. */
export class DigitQueue {
  #turn: Promise<unknown> = Promise.resolve()
  #last: Sent | null = null

  /**
   * Sends when its turn has come. Rejects as `send` does, with `call-gone` when the call ends before, and with
   * `code-too-slow` when it cannot begin in time: then it is never sent.
   */
  send(what: Sent['what'], ended: AbortSignal, send: (turn: Turn) => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      let late = false
      const giveUp = setTimeout(() => {
        late = true
        reject(new AppFailure('code-too-slow'))
      }, BEGUN_MS)
      const answers: Promise<unknown>[] = []
      const turn: Turn = {
        begin: () => {
          if (late) throw new AppFailure('code-too-slow')
          clearTimeout(giveUp)
        },
        outstanding: answer => void answers.push(answer),
      }
      const sending = this.#turn.then(async () => {
        if (late) return
        await pause(pauseBefore(what, this.#last, performance.now()), ended)
        try {
          await send(turn)
        } finally {
          this.#last = { what, at: performance.now() }
        }
      })
      sending.then(resolve, reject).finally(() => clearTimeout(giveUp))
      const heard = () => {
        // a server that was silent heard the digit no sooner than it answers
        if (this.#last !== null && answers.length > 0) this.#last = { ...this.#last, at: performance.now() }
      }
      this.#turn = sending.catch(() => undefined).then(() => Promise.allSettled(answers).then(heard))
    })
  }
}
