/** What a page holds on to, counted by wrapping what makes it and as Blink counts it; and how long a call takes to its first sound. */
import { expect, type Page } from '@playwright/test'

export interface Left {
  readonly sockets: number
  readonly connections: number
  readonly sounds: number
  readonly tracks: number
  readonly intervals: number
  readonly timeouts: number
  /** Objects of Blink that are alive after a collection: nodes, listeners, peer connections, sources of sound. */
  readonly nodes: number
  readonly listeners: number
  readonly peers: number
  readonly handlers: number
  /** Bytes of scripts' objects, after a collection. */
  readonly heap: number
}

type Opened = 'sockets' | 'connections' | 'sounds' | 'tracks' | 'intervals' | 'timeouts'

interface Watched {
  count(): Pick<Left, Opened>
  /**
   * Brings forward the end of SIP's transactions: each is kept for 64*T1 = 32 s after its answer (RFC 6026), and its call with
   * it. One of the last second may still be waiting for its answer: it is left alone. Answers how many are left.
   */
  endTransactions(): number
  /** Milliseconds from `start` to the first sound of a connection that it leads to. */
  untilSound(start: () => void): Promise<number>
}

declare global {
  /** In the page, put there by `watchLeaks`. */
  var watched: Watched
}

/** Runs in the page before its scripts. */
export function watchLeaks(): void {
  const sockets = new Set<WebSocket>()
  const connections = new Set<RTCPeerConnection>()
  const sounds = new Set<AudioContext>()
  const tracks = new Set<MediaStreamTrack>()
  const intervals = new Set<unknown>()
  const timeouts = new Map<unknown, { readonly run: () => void; readonly ms: number; readonly since: number }>()
  // a window's own functions obey a window alone
  const plain = {
    setTimeout: setTimeout.bind(globalThis),
    clearTimeout: clearTimeout.bind(globalThis),
    setInterval: setInterval.bind(globalThis),
    clearInterval: clearInterval.bind(globalThis),
  }
  const Socket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols)
      sockets.add(this)
      this.addEventListener('close', () => sockets.delete(this))
    }
  }
  const Connection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      connections.add(this)
    }
    override close(): void {
      connections.delete(this)
      super.close()
    }
  }
  const Sound = class extends AudioContext {
    constructor(options?: AudioContextOptions) {
      super(options)
      sounds.add(this)
    }
    override close(): Promise<void> {
      sounds.delete(this)
      return super.close()
    }
  }
  const { mediaDevices } = navigator
  const open = mediaDevices.getUserMedia.bind(mediaDevices)
  mediaDevices.getUserMedia = async constraints => {
    const stream = await open(constraints)
    for (const track of stream.getTracks()) tracks.add(track)
    return stream
  }
  Object.assign(globalThis, {
    WebSocket: Socket,
    RTCPeerConnection: Connection,
    AudioContext: Sound,
    setInterval: (run: () => void, ms?: number) => {
      const id = plain.setInterval(run, ms)
      intervals.add(id)
      return id
    },
    clearInterval: (id: number) => {
      intervals.delete(id)
      plain.clearInterval(id)
    },
    setTimeout: (run: () => void, ms?: number) => {
      const id = plain.setTimeout(() => {
        timeouts.delete(id)
        run()
      }, ms)
      timeouts.set(id, { run, ms: ms ?? 0, since: performance.now() })
      return id
    },
    clearTimeout: (id: number) => {
      timeouts.delete(id)
      plain.clearTimeout(id)
    },
  })
  globalThis.watched = {
    count: () => {
      // one that is over is let go here, or this would hold what listens to it
      for (const track of tracks) if (track.readyState !== 'live') tracks.delete(track)
      return {
        sockets: sockets.size,
        connections: connections.size,
        sounds: sounds.size,
        tracks: tracks.size,
        intervals: intervals.size,
        timeouts: timeouts.size,
      }
    },
    endTransactions: () => {
      const kept = [...timeouts].filter(([, { ms }]) => ms === 32_000)
      const over = kept.filter(([, { since }]) => performance.now() - since > 1_000)
      for (const [id, { run }] of over) {
        timeouts.delete(id)
        plain.clearTimeout(id as number)
        run()
      }
      return kept.length - over.length
    },
    untilSound: start => {
      const before = new Set(connections)
      const began = performance.now()
      start()
      return new Promise(resolve => {
        const look = () => {
          const fresh = [...connections].filter(connection => !before.has(connection))
          const sounds = fresh.some(connection =>
            connection.getReceivers().some(receiver => receiver.getSynchronizationSources().length > 0),
          )
          if (sounds) resolve(performance.now() - began)
          else plain.setTimeout(look, 2)
        }
        look()
      })
    },
  }
}

/** What is held now, after a collection of what nothing refers to. */
export async function countLeft(page: Page): Promise<Left> {
  const session = await page.context().newCDPSession(page)
  // what scripts and the document hold of each other goes in turns
  for (let turn = 0; turn < 3; turn++) await session.send('HeapProfiler.collectGarbage')
  await session.send('Performance.enable')
  const { metrics } = await session.send('Performance.getMetrics')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  const of = (name: string) => {
    const found = metrics.find(metric => metric.name === name)
    if (found === undefined) throw new Error(`Chromium does not count ${name}`)
    return found.value
  }
  return {
    ...(await page.evaluate(() => watched.count())),
    nodes: of('Nodes'),
    listeners: of('JSEventListeners'),
    peers: of('RTCPeerConnections'),
    handlers: of('AudioHandlers'),
    heap: usedSize,
  }
}

/** What a page holds once its last call is over, for SIP too. */
export async function settled(page: Page): Promise<Left> {
  const busy = () => page.evaluate(() => watched.count().connections + watched.endTransactions())
  await expect.poll(busy, { timeout: 45_000 }).toBe(0)
  return countLeft(page)
}

const OPEN = ['sockets', 'connections', 'sounds', 'tracks', 'intervals'] as const
/**
 * Of these a few come and go: the registrar's list is looked at, who looks on has a listener, and a collection may leave one
 * call, which has nine listeners and six nodes.
 */
const FEW = { timeouts: 5, nodes: 12, listeners: 12, peers: 5, handlers: 5 } as const
const MANY = ['timeouts', 'nodes', 'listeners', 'peers', 'handlers'] as const

/** Waits until a page holds no more than `before`, which more than twelve calls ago it did. Answers what it holds then. */
export async function nothingLeft(page: Page, before: Left, timeout = 45_000): Promise<Left> {
  let now = before
  const more = async () => {
    now = await settled(page)
    return [
      ...OPEN.filter(what => now[what] > before[what]),
      ...MANY.filter(what => now[what] > before[what] + FEW[what]),
    ].map(what => `${what}: ${now[what]}, before ${before[what]}`)
  }
  await expect.poll(more, { timeout }).toEqual([])
  return now
}
