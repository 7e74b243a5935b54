/** Before a bare Asterisk is paired: does its WebSocket answer, and who vouches for its certificate? */
import { WebSocket } from 'ws'
import { AppFailure } from '../../shared/failure.ts'
import { createCheckedAgent, type CertificateCheck } from '../wazo/certificate.ts'

/** From the first byte to the open WebSocket. */
const OPEN_MS = 8_000

/**
 * Opens the address once, as the phone page will, and closes it again. Throws AppFailure: `unreachable` (nothing there,
 * or no SIP WebSocket), `certificate-untrusted` and `certificate-changed` with the certificate.
 */
export async function probeWebSocket(webSocket: string, check: CertificateCheck): Promise<void> {
  const agent = webSocket.startsWith('wss:') ? createCheckedAgent(check) : null
  const socket = new WebSocket(webSocket, 'sip', {
    handshakeTimeout: OPEN_MS,
    followRedirects: false,
    ...(agent === null ? {} : { agent }),
  })
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', error =>
        reject(error instanceof AppFailure ? error : new AppFailure('unreachable', { cause: error })),
      )
    })
  } finally {
    socket.on('error', () => undefined) // a close before the opening is one: told already
    socket.terminate()
    agent?.destroy()
  }
}
