/** Sound into a small file: the samples go to the thread that encodes, its bytes to the disk. */
import { open, readFile } from 'node:fs/promises'
import { z } from 'zod'
import { samplesOf, type WavSound } from './audio.ts'
import { MP3_HEAD_BYTES } from './mp3.ts'
import { startThread } from '../threads.ts'

/** Where the encoder's code and LAME lie. */
export interface EncoderFiles {
  readonly worker: string
  readonly wasm: string
}

const Bytes = z.instanceof(Uint8Array)
const End = z.object({ rest: Bytes, head: Bytes })

export interface EncodeOptions {
  /** Milliseconds of sound that are done. */
  readonly onProgress: (doneMs: number) => void
  readonly signal: AbortSignal
}

/** Writes a file; one that did not become whole is left to the caller to remove. Answers its bytes. Throws what the signal says. */
export async function encodeTo(
  path: string,
  sound: WavSound,
  files: EncoderFiles,
  options: EncodeOptions,
): Promise<number> {
  const { onProgress, signal } = options
  const encoder = startEncoder(files.worker, {
    wasm: new Uint8Array(await readFile(files.wasm)),
    rate: sound.head.rate,
  })
  const file = await open(path, 'wx', 0o600)
  let at = MP3_HEAD_BYTES
  const write = async (bytes: Uint8Array, place: number) => {
    for (let done = 0; done < bytes.length;)
      done += (await file.write(bytes, done, bytes.length - done, place + done)).bytesWritten
  }
  let samples = 0
  try {
    for await (const piece of samplesOf(sound)) {
      signal.throwIfAborted()
      samples += piece.length
      const bytes = Bytes.parse(await encoder.ask(piece))
      await write(bytes, at)
      at += bytes.length
      onProgress((samples * 1000) / sound.head.rate)
    }
    const { rest, head } = End.parse(await encoder.ask('finish'))
    await write(rest, at)
    await write(head, 0)
    return at + rest.length
  } finally {
    await file.close()
    await encoder.end()
  }
}

/** One question at a time; each has one answer. */
function startEncoder(code: string, start: { readonly wasm: Uint8Array; readonly rate: number }) {
  const worker = startThread(code, { workerData: start })
  let answer: ((value: unknown) => void) | null = null
  let fail: ((error: unknown) => void) | null = null
  let broken: Error | null = null
  worker.on('message', value => answer?.(value))
  worker.on('error', error => {
    broken = error instanceof Error ? error : new Error(String(error))
    fail?.(broken)
  })
  worker.on('exit', code => {
    broken ??= new Error(`The encoder ended with ${code}`)
    fail?.(broken)
  })
  return {
    ask: (message: Float32Array | 'finish') =>
      new Promise<unknown>((resolve, reject) => {
        if (broken !== null) return reject(broken)
        answer = resolve
        fail = reject
        worker.postMessage(message, message === 'finish' ? [] : [message.buffer as ArrayBuffer])
      }),
    end: async () => {
      answer = fail = null
      await worker.terminate()
    },
  }
}
