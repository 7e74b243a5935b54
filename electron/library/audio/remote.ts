/** A recording's bytes in another thread: asked for over a port, read where the source lies. */
import { type MessagePort } from 'node:worker_threads'
import { AppFailure, type Failure } from '../../../shared/failure.ts'
import { type AudioSource, type SoundFile } from '../../../shared/recordings.ts'

interface Ask {
  readonly ask: number
  readonly what: What
}
type What = 'size' | 'file' | Range
interface Range {
  readonly from: number
  readonly to: number
}
/** `failure` null: a fault of ours, told by its message. */
type Answer =
  | { readonly ask: number; readonly ok: true; readonly value: unknown; readonly contentType: string }
  | { readonly ask: number; readonly ok: false; readonly failure: Failure | null; readonly message: string }

/** Answers for a source at this end, until the port closes. `open`: asked for each read, since a source may be closed. */
export function serveSource(port: MessagePort, open: () => Promise<AudioSource>): void {
  port.on('message', ({ ask, what }: Ask) => {
    const answer = async (): Promise<void> => {
      const source = await open()
      const value = await valueOf(source, what)
      const told: Answer = { ask, ok: true, value, contentType: source.contentType }
      // bytes that are a whole buffer go over without a copy
      const whole = value instanceof Uint8Array && value.byteLength === value.buffer.byteLength && isOwn(value.buffer)
      port.postMessage(told, whole ? [value.buffer as ArrayBuffer] : [])
    }
    answer().catch((error: unknown) => {
      const failure = error instanceof AppFailure ? error.failure : null
      port.postMessage({ ask, ok: false, failure, message: String(error) } satisfies Answer)
    })
  })
}

function valueOf(source: AudioSource, what: What): Promise<unknown> {
  if (what === 'size') return source.size()
  if (what === 'file') return source.file?.() ?? Promise.resolve(null)
  return source.read(what.from, what.to)
}

/** Small buffers may be a part of one that others use. */
const isOwn = (buffer: ArrayBufferLike): boolean => buffer instanceof ArrayBuffer && buffer.byteLength >= 64 * 1024

/**
 * The source behind a port, as at home. Throws what it threw there, and AppFailure `unexpected` once the port is closed, by
 * either end.
 */
export function remoteSource(port: MessagePort): Required<AudioSource> {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>()
  let asked = 0
  let open = true
  let contentType = 'audio/wav'
  port.on('close', () => {
    open = false
    for (const { reject } of waiting.values()) reject(new AppFailure('unexpected'))
    waiting.clear()
  })
  port.on('message', (answer: Answer) => {
    const asker = waiting.get(answer.ask)
    waiting.delete(answer.ask)
    if (answer.ok) {
      contentType = answer.contentType
      asker?.resolve(answer.value)
    } else asker?.reject(answer.failure === null ? new Error(answer.message) : new AppFailure(answer.failure))
  })
  const ask = <T>(what: What): Promise<T> =>
    new Promise((resolve, reject) => {
      if (!open) return reject(new AppFailure('unexpected'))
      asked++
      waiting.set(asked, { resolve: value => resolve(value as T), reject })
      port.postMessage({ ask: asked, what })
    })
  return {
    get contentType() {
      return contentType
    },
    size: () => ask<number>('size'),
    read: (from, to) => ask<Uint8Array>({ from, to }),
    file: () => ask<SoundFile | null>('file'),
    close: () => {
      port.close()
      return Promise.resolve()
    },
  }
}
