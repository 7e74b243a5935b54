/** A thread of its own that makes MP3: an hour takes seconds, in which nothing else may stand still. */
import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { mp3Encoder } from './mp3.ts'

export const EncoderStart = z.object({ wasm: z.instanceof(Uint8Array), rate: z.number().positive() })
const Piece = z.union([z.instanceof(Float32Array), z.literal('finish')])

/** Each piece is answered, in order: bytes, then at the end the rest and the head. */
async function serve(): Promise<void> {
  const port = parentPort
  if (port === null) throw new Error('This is the code of a worker thread')
  const { wasm, rate } = EncoderStart.parse(workerData)
  const encoder = mp3Encoder(wasm, rate)
  port.on('message', (message: unknown) => {
    const piece = Piece.parse(message)
    void encoder.then(it => port.postMessage(piece === 'finish' ? it.finish() : it.encode(piece)))
  })
  await encoder
}

void serve()
