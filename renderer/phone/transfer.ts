/** Transfers: REFER, and what the server tells of it by NOTIFY (RFC 3515, RFC 5589). */
import { type Notification, type Session, type URI } from 'sip.js'
import { AppFailure } from '../../shared/failure.ts'

/** The status in a `message/sipfrag` body; null = it has none (RFC 3515 2.4.5). */
export function statusOfFragment(body: string): number | null {
  const status = /^SIP\/2\.0 ([1-6]\d\d)(?:\s|$)/.exec(body)?.[1]
  return status === undefined ? null : Number(status)
}

export interface TransferListener {
  /** The target rings. */
  ringing(): void
  /** It has ended well; null = our call ended before anything was said of it. */
  done(confirmed: boolean): void
  /** Refused, or the target was not reached: our call is still there. */
  failed(status: number): void
}

/**
 * Asks the server to connect the other side with `target`: a number, or the other side of another call. Resolves when it has
 * taken that up or refused it; exactly one of `done` and `failed` is called. Rejects with `call-gone` when the call ended
 * before it was asked.
 */
export function refer(
  session: Session,
  target: URI | Session,
  listener: TransferListener,
  ended: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let taken = false
    let over = false
    const finish = (tell: () => void) => {
      if (over) return
      over = true
      ended.removeEventListener('abort', onEnd)
      tell()
    }
    const refused = (status: number) =>
      finish(() => {
        listener.failed(status)
        resolve()
      })
    const onEnd = () => finish(() => (taken ? listener.done(false) : reject(new AppFailure('call-gone'))))
    const onNotify = (notification: Notification) => {
      notification.accept().catch((error: unknown) => console.error('NOTIFY was not answered', error))
      const status = statusOfFragment(notification.request.body)
      if (status === null || over) return
      // a NOTIFY may overtake the answer to the REFER (RFC 3515 2.4.4)
      accept()
      if (status >= 300) refused(status)
      else if (status >= 200) finish(() => listener.done(true))
      else if (status >= 180) listener.ringing()
    }
    const accept = () => {
      taken = true
      resolve()
    }
    if (ended.aborted) return reject(new AppFailure('call-gone'))
    ended.addEventListener('abort', onEnd)
    session
      .refer(target, {
        onNotify,
        requestDelegate: {
          onAccept: accept,
          onRedirect: ({ message }) => refused(message.statusCode ?? 500),
          onReject: ({ message }) => refused(message.statusCode ?? 500),
        },
      })
      .catch((cause: unknown) => finish(() => reject(new AppFailure('call-gone', { cause }))))
  })
}
