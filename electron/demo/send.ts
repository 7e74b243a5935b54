/** Sends an answer over a real response: headers, and bodies from memory or from a file, slowly or cut short when a fault says so. */
import { open } from 'node:fs/promises'
import { type ServerResponse } from 'node:http'
import { type Answer, type FileSlice } from './http.ts'

export interface MediaPace {
  /** Null: as fast as it goes. */
  readonly bytesPerSecond: number | null
  /** The connection is destroyed after so many bytes; null: never. */
  readonly cutAfterBytes: number | null
}

const chunkBytes = 64 * 1024
/** A slow download comes in so many pieces a second. */
const piecesPerSecond = 10

/** Resolves when everything was handed over, or the client has gone. */
export async function send(response: ServerResponse, answer: Answer, head: boolean, pace: MediaPace): Promise<void> {
  response.writeHead(answer.status, { Server: 'nginx/1.22.1', ...answer.headers })
  if (head || answer.body === null) {
    response.end()
    return
  }
  if (Buffer.isBuffer(answer.body)) {
    response.end(answer.body)
    return
  }
  await sendFile(response, answer.body, pace)
}

async function sendFile(response: ServerResponse, slice: FileSlice, pace: MediaPace): Promise<void> {
  const slow = pace.bytesPerSecond
  const step = slow === null ? chunkBytes : Math.max(1, Math.floor(slow / piecesPerSecond))
  const end = pace.cutAfterBytes === null ? slice.to : Math.min(slice.to, slice.from + pace.cutAfterBytes)
  const file = await open(slice.path)
  try {
    const buffer = Buffer.alloc(step)
    for (let at = slice.from; at < end;) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(step, end - at), at)
      if (bytesRead === 0 || response.destroyed) break
      at += bytesRead
      if (!response.write(Buffer.from(buffer.subarray(0, bytesRead)))) await drained(response)
      if (slow !== null && at < end) await closedOrAfter(response, 1000 / piecesPerSecond)
    }
  } finally {
    await file.close()
  }
  if (end < slice.to) response.destroy()
  else response.end()
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise(resolve => {
    const done = (): void => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.once('drain', done).once('close', done)
  })

const closedOrAfter = (response: ServerResponse, ms: number): Promise<void> =>
  new Promise(resolve => {
    const done = (): void => {
      clearTimeout(timer)
      response.off('close', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    response.once('close', done)
  })
