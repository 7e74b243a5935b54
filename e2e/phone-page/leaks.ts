/** What a page holds open, counted by wrapping what makes it; and how long a call takes from the press to the first sound. */
import { expect, type Page } from '@playwright/test'

export interface Left {
  readonly sockets: number
  readonly connections: number
  readonly sounds: number
  readonly tracks: number
  readonly intervals: number
  readonly timeouts: number
  readonly nodes: number
  readonly listeners: number
  /** Bytes of scripts' objects, after a collection. */
  readonly heap: number
}

interface Watched {
  count(): Omit<Left, 'nodes' | 'listeners' | 'heap'>
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
  const timeouts = new Set<unknown>()
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
      timeouts.add(id)
      return id
    },
    clearTimeout: (id: number) => {
      timeouts.delete(id)
      plain.clearTimeout(id)
    },
  })
  globalThis.watched = {
    count: () => ({
      sockets: sockets.size,
      connections: connections.size,
      sounds: sounds.size,
      tracks: [...tracks].filter(track => track.readyState === 'live').length,
      intervals: intervals.size,
      timeouts: timeouts.size,
    }),
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

/** What is held open now, after a collection of what nothing refers to. */
export async function countLeft(page: Page): Promise<Left> {
  const session = await page.context().newCDPSession(page)
  // what scripts and the document hold of each other goes in turns
  for (let turn = 0; turn < 3; turn++) await session.send('HeapProfiler.collectGarbage')
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return { ...(await page.evaluate(() => watched.count())), nodes, listeners: jsEventListeners, heap: usedSize }
}

/** What a page holds open once its last call is over. */
export async function settled(page: Page): Promise<Left> {
  await expect.poll(() => page.evaluate(() => watched.count().connections), { timeout: 45_000 }).toBe(0)
  return countLeft(page)
}

/** Of a REGISTER on its way, and of sip.js's registration. */
const FEW_TIMERS = 5

/** Waits until no more is held open than `before`: sockets, connections, sounds, tracks and timers. */
export async function nothingOpen(page: Page, before: Left, timeout = 45_000): Promise<void> {
  const { sockets, connections, sounds, tracks, intervals, timeouts } = before
  const now = async () => {
    const { timeouts: running, ...open } = await page.evaluate(() => watched.count())
    // that the registrar's list is looked at just now is a few, what ten calls would leave is more
    return { ...open, more: running > timeouts + FEW_TIMERS }
  }
  await expect.poll(now, { timeout }).toEqual({ sockets, connections, sounds, tracks, intervals, more: false })
}
