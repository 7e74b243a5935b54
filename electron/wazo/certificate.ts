/**
 * Who may be spoken to: an https agent that hands a connection over only after its certificate was judged. Not one byte
 * of a request leaves before that, so neither a password nor a token reaches a server that nobody vouches for.
 */
import { Agent, type RequestOptions } from 'node:https'
import { type Duplex } from 'node:stream'
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'
import { AppFailure, type CertificateView } from '../../shared/failure.ts'

/** How long TCP and TLS together may take, milliseconds. */
const HANDSHAKE_MS = 10_000
/** Unused connections are closed after this long: sooner than nginx would (75 s), so none dies under a request. */
const IDLE_MS = 15_000

export interface CertificateCheck {
  /** The accepted SHA-256 of `host:port`, `AA:BB:…`; null = none. With one, only this certificate passes. */
  pinFor(host: string): string | null
  /** Told of each certificate that was refused, before the request fails. */
  offered?(view: CertificateView): void
}

/**
 * An agent for REST and WebSockets. Its requests fail with AppFailure `certificate-untrusted` or `certificate-changed`
 * (both show the certificate), or with the network's own error. A proxy of the environment is not used.
 */
export function createCheckedAgent(check: CertificateCheck): Agent {
  return new CheckedAgent(check)
}

class CheckedAgent extends Agent {
  readonly #check: CertificateCheck

  constructor(check: CertificateCheck) {
    super({ keepAlive: true, timeout: IDLE_MS, maxCachedSessions: 0 })
    this.#check = check
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const host = options.host ?? options.hostname ?? ''
    const port = Number(options.port ?? 443)
    // A fresh set of options: of a request's own, `path` would mean a local socket here.
    const socket = connect({
      host,
      port,
      ...(options.servername ? { servername: options.servername } : {}),
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: false,
    })
    const timer = setTimeout(
      () => fail(Object.assign(new Error('TLS handshake took too long'), { code: 'ETIMEDOUT' })),
      HANDSHAKE_MS,
    )
    const settle = (error: Error | null) => {
      clearTimeout(timer)
      socket.off('error', fail)
      socket.off('close', closed)
      // Node takes no socket together with an error; its types ask for one.
      callback?.(error, socket)
    }
    const fail = (error: Error) => {
      settle(error)
      socket.on('error', () => undefined) // told already: what a socket says while it is destroyed tells nothing new
      socket.destroy()
    }
    const closed = () => fail(Object.assign(new Error('closed during the TLS handshake'), { code: 'ECONNRESET' }))
    socket.on('error', fail)
    socket.on('close', closed)
    socket.once('secureConnect', () => {
      const refusal = judge(socket, hostKey(host, port), this.#check)
      if (refusal) fail(refusal)
      else settle(null)
    })
    return undefined
  }
}

/** `host:port` as pins and certificates are filed; an IPv6 address is bracketed. */
export const hostKey = (host: string, port: number): string =>
  `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host.toLowerCase()}:${port}`

function judge(socket: TLSSocket, host: string, check: CertificateCheck): AppFailure | null {
  const certificate = socket.getPeerCertificate(true)
  const pin = check.pinFor(host)
  if (pin === null ? socket.authorized : pin === certificate.fingerprint256) return null
  const view = viewOf(host, certificate)
  check.offered?.(view)
  return new AppFailure({ code: pin === null ? 'certificate-untrusted' : 'certificate-changed', certificate: view })
}

function viewOf(host: string, certificate: DetailedPeerCertificate): CertificateView {
  return {
    host,
    fingerprint: certificate.fingerprint256,
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    validFrom: isoDate(certificate.valid_from),
    validTo: isoDate(certificate.valid_to),
  }
}

/** `CN=pbx.example, O=Example`; a part may be there more than once, and a certificate may have no name at all. */
function nameOf(name: DetailedPeerCertificate['subject'] | undefined): string {
  return Object.entries(name ?? {})
    .map(([key, value]: [string, unknown]) => `${key}=${Array.isArray(value) ? value.join('+') : String(value)}`)
    .join(', ')
}

function isoDate(text: string): string {
  const time = Date.parse(text)
  return Number.isNaN(time) ? text : new Date(time).toISOString()
}
