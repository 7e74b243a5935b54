// A cable between the app and Asterisk's WebSocket that can be pulled out and put back.
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface Relay {
  /** Asterisk's WebSocket through the cable. */
  readonly ws: string
  /** Breaks what is connected, and lets nothing new through. */
  cut(): void
  mend(): void
  /** What is connected stays so, and nothing gets through any more in either direction; what connects from now on does. */
  swallow(): void
  /** Another server stands at its end from now on: what a restart is to a phone. */
  lead(ws: string): void
  close(): Promise<void>
}

/** @param ws the true address, `ws://127.0.0.1:PORT/ws`; `wss` is carried as it is */
export async function startRelay(ws: string): Promise<Relay> {
  const { pathname, protocol } = new URL(ws)
  let far = new URL(ws).port
  const sockets = new Set<Socket>()
  let whole = true
  const server = createServer(near => {
    if (!whole) return void near.destroy()
    const there = connect(Number(far), '127.0.0.1')
    for (const [one, other] of [
      [near, there],
      [there, near],
    ] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The relay has no port')
  const cut = () => {
    whole = false
    for (const socket of sockets) socket.destroy()
  }
  return {
    ws: `${protocol}//127.0.0.1:${address.port}${pathname}`,
    cut,
    mend: () => {
      whole = true
    },
    swallow: () => {
      for (const socket of sockets) socket.unpipe().resume()
    },
    lead: to => {
      far = new URL(to).port
    },
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
