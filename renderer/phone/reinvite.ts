/**
 * A change within a call: re-INVITE. Only one may be on its way in either direction (RFC 3261 14), so one that meets another
 * is sent again a little later.
 */
import { type Core, RequestPendingError, type Session, SessionState, Web } from 'sip.js'
import { AppFailure } from '../../shared/failure.ts'
import { pause } from './pause.ts'

const REQUEST_PENDING = 491
const SERVER_ERROR = 500
const TRIES = 6
/** The caller's side waits 2.1 to 4 s, the other up to 2 s (RFC 3261 14.1); both are right between. Milliseconds. */
const AGAIN_AFTER_MS = 2100
const SPREAD_MS = 1000

/**
 * Offers anew; `options` is asked for each try. Resolves with the final status, 200 = taken. Rejects with `call-gone` when
 * the call ends meanwhile.
 */
export async function reinvite(
  session: Session,
  options: () => Web.SessionDescriptionHandlerOptions,
  ended: AbortSignal,
): Promise<number> {
  for (let tried = 1; ; tried++) {
    const status = await once(session, options(), ended)
    if (status !== REQUEST_PENDING || tried === TRIES) return status
    await pause(AGAIN_AFTER_MS + Math.random() * SPREAD_MS, ended)
  }
}

async function once(
  session: Session,
  options: Web.SessionDescriptionHandlerOptions,
  ended: AbortSignal,
): Promise<number> {
  // sip.js would answer the other side's offer with ours
  if (isNegotiating(session)) return REQUEST_PENDING
  const before = session.sessionDescriptionHandlerOptionsReInvite
  try {
    const status = await send(session, options, ended)
    // an offer of the other side is answered by what holds, not by what was refused
    if (status !== 200) session.sessionDescriptionHandlerOptionsReInvite = before
    return status
  } catch (error) {
    session.sessionDescriptionHandlerOptionsReInvite = before
    if (!isCrossing(error)) throw error
    // the offer that could not be sent is still in force here
    await session.sessionDescriptionHandler?.rollbackDescription?.()
    return REQUEST_PENDING
  }
}

function isNegotiating({ sessionDescriptionHandler: handler }: Session): boolean {
  return handler instanceof Web.SessionDescriptionHandler && handler.peerConnection?.signalingState !== 'stable'
}

function send(session: Session, options: Web.SessionDescriptionHandlerOptions, ended: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const gone = (cause?: unknown) => reject(new AppFailure('call-gone', { cause }))
    if (ended.aborted || session.state !== SessionState.Established) return gone()
    ended.addEventListener('abort', () => gone(), { once: true })
    session
      .invite({
        sessionDescriptionHandlerOptions: options,
        requestDelegate: {
          onAccept: () => resolve(200),
          onRedirect: ({ message }) => resolve(message.statusCode ?? 500),
          onReject: ({ message }) => resolve(statusOf(message)),
        },
      })
      .catch((error: unknown) => {
        if (session.state !== SessionState.Established) return gone(error)
        // one of ours is on its way, perhaps into a dead socket
        if (error instanceof RequestPendingError) return resolve(REQUEST_PENDING)
        reject(error instanceof Error ? error : new Error(String(error)))
      })
  })
}

/**
 * A server that still waits for the end of an earlier offer of ours, whose answer went into a dead socket, says 500 and when to
 * ask again (RFC 3261 14.2): the same as a pending one.
 */
const statusOf = (refusal: Core.IncomingResponseMessage): number =>
  refusal.statusCode === SERVER_ERROR && refusal.hasHeader('retry-after')
    ? REQUEST_PENDING
    : (refusal.statusCode ?? SERVER_ERROR)

/** What sip.js says while an INVITE of the other side is being answered (core/dialogs/session-dialog.js, invite). */
const isCrossing = (error: unknown): boolean => error instanceof Error && error.message.includes('ongoing re-INVITE')
