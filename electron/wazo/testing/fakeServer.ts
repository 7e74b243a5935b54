/** For tests: an https server on loopback whose answers are scripted, and which records what reached it. */
import { type IncomingMessage } from 'node:http'
import { createServer, type Server } from 'node:https'
import { type AddressInfo, type Socket } from 'node:net'
import { type TLSSocket } from 'node:tls'
import { webcrypto, X509Certificate } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { WebSocketServer, type WebSocket } from 'ws'

export interface Seen {
  readonly method: string
  /** With its query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Reply {
  readonly status?: number
  readonly json?: unknown
  readonly html?: string
  readonly bytes?: Uint8Array
  readonly headers?: Record<string, string>
  /** Never answers. */
  readonly silent?: true
}

export interface FakeServer {
  readonly port: number
  readonly host: string
  readonly origin: string
  readonly fingerprint: string
  /** PEM; valid for 127.0.0.1 alone. */
  readonly certificate: string
  readonly requests: Seen[]
  /** Bytes of requests, after TLS: what a man in the middle would have got. */
  received(): number
  /** Answers a request; routes are asked in the order of their setting, the newest first. */
  on(method: string, path: string | RegExp, reply: Reply | ((seen: Seen) => Reply)): void
  /** Told of each event WebSocket. */
  onSocket(listener: (socket: WebSocket, request: IncomingMessage) => void): void
  /** Cuts every connection. */
  cut(): void
  close(): Promise<void>
}

const HTML_404 = '<!doctype html>\n<html lang=en>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n'

/** `port` 0: any free one. */
export async function startFakeServer(port = 0): Promise<FakeServer> {
  const { key, certificate, fingerprint } = await makeCertificate()
  const requests: Seen[] = []
  const routes: { method: string; path: string | RegExp; reply: Reply | ((seen: Seen) => Reply) }[] = []
  const sockets = new Set<Socket>()
  let received = 0
  const listeners: ((socket: WebSocket, request: IncomingMessage) => void)[] = []

  const server: Server = createServer({ key, cert: certificate }, (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const seen: Seen = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(parts).toString('utf8'),
      }
      requests.push(seen)
      const route = routes.find(({ method, path }) => method === seen.method && matches(path, seen.path))
      const reply = route
        ? typeof route.reply === 'function'
          ? route.reply(seen)
          : route.reply
        : { status: 404, html: HTML_404 }
      if (reply.silent) return
      const [type, body] =
        reply.html !== undefined
          ? ['text/html; charset=utf-8', Buffer.from(reply.html)]
          : reply.bytes !== undefined
            ? ['audio/wav', Buffer.from(reply.bytes)]
            : ['application/json', Buffer.from(reply.json === undefined ? '' : JSON.stringify(reply.json))]
      response.writeHead(reply.status ?? 200, { 'Content-Type': type, 'Content-Length': body.length, ...reply.headers })
      response.end(seen.method === 'HEAD' ? undefined : body)
    })
  })
  server.on('secureConnection', (socket: TLSSocket) => {
    socket.on('data', (data: Buffer) => (received += data.length))
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined) // a client that left
  })
  const webSockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    webSockets.handleUpgrade(request, socket, head, opened => {
      for (const listener of listeners) listener(opened, request)
    })
  })
  await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve))
  const address = server.address() as AddressInfo
  return {
    port: address.port,
    host: `127.0.0.1:${address.port}`,
    origin: `https://127.0.0.1:${address.port}`,
    fingerprint,
    certificate,
    requests,
    received: () => received,
    on: (method, path, reply) => routes.unshift({ method, path, reply }),
    onSocket: listener => listeners.push(listener),
    cut: () => {
      for (const socket of sockets) socket.destroy()
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function matches(path: string | RegExp, url: string): boolean {
  return typeof path === 'string' ? url.split('?')[0] === path : path.test(url)
}

/** A self-signed certificate for 127.0.0.1, as a fresh Wazo server has one. */
async function makeCertificate(): Promise<{ key: string; certificate: string; fingerprint: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=pbx.test, O=Test',
      notBefore: new Date(Date.now() - 60_000),
      notAfter: new Date(Date.now() + 86_400_000),
      signingAlgorithm: algorithm,
      keys,
      extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
    },
    webcrypto,
  )
  const pem = certificate.toString('pem')
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  return {
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8.match(/.{1,64}/g)?.join('\n') ?? ''}\n-----END PRIVATE KEY-----\n`,
    certificate: pem,
    fingerprint: new X509Certificate(pem).fingerprint256,
  }
}
