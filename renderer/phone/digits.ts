/** Digits on their way: RFC 4733 within the audio, or SIP INFO beside it. Both say when the last one is out. */
import { type Session } from 'sip.js'
import { AppFailure } from '../../shared/failure.ts'
import { callFailure } from '../../shared/sip.ts'

/** 100 ms tones and 70 ms gaps: Chromium then begins one every 240 ms, well within Wazo's 1500 ms (asterisk.md 4). */
const TONE_MS = 100
const GAP_MS = 70

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

/** One INFO a digit, each after the answer to the one before. Rejects with the failure of the first that is refused. */
export async function sendInfos(session: Session, digits: string): Promise<void> {
  for (const digit of digits) await sendInfo(session, digit)
}

function sendInfo(session: Session, digit: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (status: number | undefined) => reject(new AppFailure(infoFailure(status ?? 500)))
    session
      .info({
        requestOptions: {
          body: { contentDisposition: 'render', contentType: 'application/dtmf-relay', content: infoBody(digit) },
        },
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
