/** sip.js's way to the server in plain Node: the package `ws`, which, unlike Node's own WebSocket, can trust a test certificate. */
import { type Agent } from 'node:https'
import { EmitterImpl, type Transport, TransportState } from 'sip.js'
import { type RawData, WebSocket } from 'ws'

export interface TransportOptions {
  /** `ws://` or `wss://`. */
  readonly server: string
  /** Take any certificate. Only for servers on loopback. */
  readonly trustAnyCertificate: boolean
  /** Judges certificates by itself; null: Node does. */
  readonly agent: Agent | null
}

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]'])

export class WsTransport implements Transport {
  readonly protocol: string
  readonly stateChange = new EmitterImpl<TransportState>()
  onConnect: (() => void) | undefined
  onDisconnect: ((error?: Error) => void) | undefined
  onMessage: ((message: string) => void) | undefined
  state = TransportState.Disconnected
  readonly #options: TransportOptions
  #socket: WebSocket | null = null

  constructor(_logger: unknown, options: TransportOptions) {
    const { protocol, hostname } = new URL(options.server)
    if (options.trustAnyCertificate && !loopback.has(hostname)) {
      throw new Error(`An unknown certificate is trusted on loopback only, not on ${hostname}`)
    }
    this.#options = options
    this.protocol = protocol.slice(0, -1).toUpperCase()
  }

  isConnected(): boolean {
    return this.state === TransportState.Connected
  }

  connect(): Promise<void> {
    this.#become(TransportState.Connecting)
    const { server, agent, trustAnyCertificate } = this.#options
    const socket = new WebSocket(server, 'sip', {
      rejectUnauthorized: !trustAnyCertificate,
      ...(agent === null ? {} : { agent }),
    })
    this.#socket = socket
    socket.on('message', (data: RawData) => this.onMessage?.(textOf(data)))
    socket.on('close', code => {
      this.#become(TransportState.Disconnected)
      this.onDisconnect?.(code === 1000 || code === 1005 ? undefined : new Error(`WebSocket closed with ${code}`))
    })
    return new Promise((resolve, reject) => {
      socket.on('error', reject)
      socket.on('open', () => {
        this.#become(TransportState.Connected)
        this.onConnect?.()
        resolve()
      })
    })
  }

  disconnect(): Promise<void> {
    const socket = this.#socket
    if (socket === null || socket.readyState === WebSocket.CLOSED) return Promise.resolve()
    const closed = new Promise<void>(resolve => socket.once('close', () => resolve()))
    socket.terminate()
    return closed
  }

  dispose(): Promise<void> {
    return this.disconnect()
  }

  send(message: string): Promise<void> {
    const socket = this.#socket
    if (socket === null) return Promise.reject(new Error('Not connected'))
    return new Promise((resolve, reject) => {
      socket.send(message, error => (error ? reject(error) : resolve()))
    })
  }

  #become(state: TransportState): void {
    this.state = state
    this.stateChange.emit(state)
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8')
  return Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data).toString('utf8')
}
