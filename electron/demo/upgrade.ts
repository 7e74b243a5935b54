/** The demo's two WebSockets: the event stream, and SIP for those whose subprotocol is exactly `sip`. */
import { type IncomingMessage } from 'node:http'
import { type Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { type Bus } from './bus.ts'
import { type Faults } from './faults.ts'
import { nginxPage } from './html.ts'
import { type Pbx } from './telephony.ts'
import { openSession } from './websocketd.ts'
import { type World } from './world.ts'

export interface UpgradeParts {
  readonly world: World
  readonly bus: Bus
  readonly faults: Faults
  readonly pbx: Pbx
  readonly eventSockets: Set<WebSocket>
}

export interface UpgradeHandler {
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Drops every connection. */
  close(): void
}

/** Handles upgrades; refuses those that nginx would refuse. */
export function upgradeHandler({ world, bus, faults, pbx, eventSockets }: UpgradeParts): UpgradeHandler {
  const events = new WebSocketServer({ noServer: true, handleProtocols: () => false })
  const sip = new WebSocketServer({ noServer: true, handleProtocols: () => 'sip' })
  const refuse = (socket: Duplex, status: 403 | 404 | 502): void => {
    const page = nginxPage(status)
    const reason = { 403: 'Forbidden', 404: 'Not Found', 502: 'Bad Gateway' }[status]
    socket.end(
      `HTTP/1.1 ${status} ${reason}\r\nServer: nginx/1.22.1\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`,
    )
  }
  return {
    handle(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      const [path = '', query = ''] = (request.url ?? '').split('?')
      if (path === '/api/asterisk/ws') {
        if (request.headers['sec-websocket-protocol'] !== 'sip') refuse(socket, 403)
        else if (faults.down.has('asterisk')) refuse(socket, 502)
        else sip.handleUpgrade(request, socket, head, opened => pbx.accept(opened))
        return
      }
      if (path !== '/api/websocketd/') {
        refuse(socket, 404)
        return
      }
      if (faults.down.has('websocketd')) {
        refuse(socket, 502)
        return
      }
      const parameters = new URLSearchParams(query)
      const header = request.headers['x-auth-token']
      const token = parameters.get('token') ?? (typeof header === 'string' ? header : null)
      events.handleUpgrade(request, socket, head, opened => {
        eventSockets.add(opened)
        opened.on('close', () => eventSockets.delete(opened))
        openSession(opened, { version: parameters.get('version'), token }, { world, bus, faults })
      })
    },
    close(): void {
      for (const client of [...events.clients, ...sip.clients]) client.terminate()
      events.close()
      sip.close()
    },
  }
}
