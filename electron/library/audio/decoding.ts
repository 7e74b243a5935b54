/**
 * Where coded sound is decoded: where it is asked for, or in a thread of its own, so that neither two hours of G.722 nor a
 * jump in them hold up the program. The thread reads files by itself; other bytes are read on this side. PCM comes back.
 */
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads'
import { type AudioSource } from '../../../shared/recordings.ts'
import { ThreadOnDemand } from '../threads.ts'
import { type DecodedBlocks, decodedBlocks } from './blocks.ts'
import { type Coded } from './codecs.ts'
import { remoteSource, serveSource } from './remote.ts'

export type Decoding = (sound: Coded, source: AudioSource) => DecodedBlocks

export const decodedHere: Decoding = (sound, source) => decodedBlocks(source, sound)

/** A recording that can only be decoded in order, as a WAV; the caller closes both. */
export type Unpack = (source: AudioSource) => AudioSource

/**
 * One recording for the thread: its bytes come over `bytes`. Reads of its blocks come over `blocks`, until that closes; null
 * for `sound`: those of it as a WAV, since it can only be decoded in order.
 */
export interface ToDecode {
  readonly sound: Coded | null
  readonly bytes: MessagePort
  readonly blocks: MessagePort
}

/** Decodes in a thread; who waits for one that ended is told by the end of the port. `script`: the built decodingWorker.ts. */
export class DecodingThread {
  readonly #thread: ThreadOnDemand

  constructor(script: string) {
    this.#thread = new ThreadOnDemand(script)
  }

  readonly decode: Decoding = ({ codec, channels, rate, dataAt, blockBytes, blockFrames }, source) => {
    const sound: Coded = { codec, channels, rate, dataAt, blockBytes, blockFrames }
    let open: { readonly on: Worker; readonly blocks: AudioSource; readonly bytes: MessagePort } | null = null
    const shut = async () => {
      await open?.blocks.close()
      open?.bytes.close()
      open = null
    }
    return {
      read: async (from, to) => {
        const worker = this.#thread.get()
        if (open?.on !== worker) {
          await shut()
          open = { on: worker, ...openOn(worker, sound, source) }
        }
        return open.blocks.read(from, to)
      },
      close: shut,
    }
  }

  readonly unpack: Unpack = source => {
    const { blocks, bytes } = openOn(this.#thread.get(), null, source)
    return {
      contentType: 'audio/wav',
      size: () => blocks.size(),
      read: (from, to) => blocks.read(from, to),
      close: async () => {
        await blocks.close()
        bytes.close()
      },
    }
  }

  close(): Promise<void> {
    return this.#thread.close()
  }
}

function openOn(worker: Worker, sound: Coded | null, source: AudioSource): { blocks: AudioSource; bytes: MessagePort } {
  const [bytes, blocks] = [new MessageChannel(), new MessageChannel()]
  serveSource(bytes.port1, () => Promise.resolve(source))
  const message: ToDecode = { sound, bytes: bytes.port2, blocks: blocks.port2 }
  worker.postMessage(message, [bytes.port2, blocks.port2])
  return { blocks: remoteSource(blocks.port1), bytes: bytes.port1 }
}
