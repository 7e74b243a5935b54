/** The thread that measures shapes, and decodes what has to be decoded for that. One recording at a time. */
import { parentPort, type MessagePort } from 'node:worker_threads'
import { AppFailure, type Failure } from '../../../shared/failure.ts'
import { remoteSource } from '../audio/remote.ts'
import { type Hint, type Served, virtualWav } from '../audio/virtual.ts'
import { plainKernel, vectorKernel } from './kernel.ts'
import { measure, type Measured } from './measure.ts'

/** `open`: a recording, whose bytes come over the port. `close`: it is no longer needed. */
export type ToWorker =
  | { readonly do: 'open'; readonly id: number; readonly port: MessagePort; readonly hint: Hint }
  | { readonly do: 'measure'; readonly id: number; readonly fromSecond: number; readonly budgetMs: number }
  | { readonly do: 'close'; readonly id: number }

export type FromWorker =
  | { readonly id: number; readonly ok: true; readonly measured: Measured | null }
  | { readonly id: number; readonly ok: false; readonly failure: Failure | null; readonly message: string }

const kernel = vectorKernel() ?? plainKernel()
const open = new Map<number, Served>()
let turn: Promise<void> = Promise.resolve()

async function answer(id: number, fromSecond: number, budgetMs: number): Promise<void> {
  let told: FromWorker
  let values: ArrayBuffer[] = []
  try {
    const source = open.get(id)
    if (source === undefined) throw new Error('This recording is not open')
    const end = performance.now() + budgetMs
    const measured = await measure(source, kernel, fromSecond, () => performance.now() > end)
    if (measured !== null && measured.values.buffer instanceof ArrayBuffer) values = [measured.values.buffer]
    told = { id, ok: true, measured }
  } catch (error) {
    told = {
      id,
      ok: false,
      failure: error instanceof AppFailure ? error.failure : null,
      message: String(error),
    }
  }
  parentPort?.postMessage(told, values)
}

parentPort?.on('message', (message: ToWorker) => {
  switch (message.do) {
    case 'open':
      open.set(message.id, virtualWav(remoteSource(message.port), message.hint))
      return
    case 'measure':
      turn = turn.then(() => answer(message.id, message.fromSecond, message.budgetMs))
      return
    case 'close': {
      const source = open.get(message.id)
      open.delete(message.id)
      void source?.close()
    }
  }
})
