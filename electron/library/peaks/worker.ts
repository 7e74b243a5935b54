/** The thread that measures shapes, and decodes what has to be decoded for that. One recording at a time. */
import { constants, getPriority, setPriority } from 'node:os'
import { parentPort, type MessagePort } from 'node:worker_threads'
import { AppFailure, type Failure } from '../../../shared/failure.ts'
import { type AudioSource, type Hint } from '../../../shared/recordings.ts'
import { fileSource } from '../audio/file.ts'
import { remoteSource } from '../audio/remote.ts'
import { type OpenDecoder } from '../audio/streamed.ts'
import { virtualWav } from '../audio/virtual.ts'
import { plainKernel, vectorKernel } from './kernel.ts'
import { measure, type Measured } from './measure.ts'
import { StreamedShape } from './streamed.ts'

/** `open`: a recording, whose bytes come over the port, as does where its file lies. `close`: it is no longer needed. */
export type ToWorker =
  | { readonly do: 'open'; readonly id: number; readonly port: MessagePort }
  | ({ readonly do: 'measure' } & Wanted)
  | { readonly do: 'close'; readonly id: number }

interface Wanted {
  readonly id: number
  readonly fromSecond: number
  readonly budgetMs: number
}

export type FromWorker =
  | { readonly id: number; readonly ok: true; readonly measured: Measured | null }
  | { readonly id: number; readonly ok: false; readonly failure: Failure | null; readonly message: string }

// who plays comes first, on a computer of few processors too; only on Linux does a priority mean one thread and no other
if (process.platform === 'linux') {
  try {
    setPriority(Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL))
  } catch (error) {
    // a sandbox may forbid it: it measures all the same
    console.warn('Shapes are measured at the usual priority', error)
  }
}

const kernel = vectorKernel() ?? plainKernel()
/** Loaded for the few recordings that need them. A shape needs no more of speech than this rate. */
const openDecoder: OpenDecoder = async kind => (await import('../audio/decoders.ts')).openDecoder(kind, 16_000)

interface Readable {
  readonly source: AudioSource
  readonly streamed: StreamedShape
}
interface Open {
  readonly remote: Required<AudioSource>
  /** What comes over the port. */
  readonly sent: Readable
  /** What is read here. */
  read: (Readable & { readonly path: string; readonly hint: Hint }) | null
}
const open = new Map<number, Open>()
let turn: Promise<void> = Promise.resolve()

const readable = (source: AudioSource): Readable => ({
  source,
  streamed: new StreamedShape(source, openDecoder, kernel),
})

async function readableOf(id: number): Promise<Readable> {
  const it = open.get(id)
  if (it === undefined) throw new Error('This recording is not open')
  const file = await it.remote.file()
  if (file === null) return it.sent
  const { path, hint } = file
  if (it.read?.path === path && isSame(it.read.hint, hint)) return it.read
  it.read?.streamed.close()
  await it.read?.source.close()
  const source = virtualWav(
    fileSource(() => Promise.resolve(path), { contentType: 'application/octet-stream' }),
    hint,
  )
  it.read = { path, hint, ...readable(source) }
  return it.read
}

/** What is known of one file beside its bytes may change: how many legs were found in it, and how fast it was recorded. */
const isSame = (before: Hint, now: Hint): boolean => before.twoLegs === now.twoLegs && before.rawRate === now.rawRate

async function answer({ id, fromSecond, budgetMs }: Wanted): Promise<void> {
  let told: FromWorker
  let values: ArrayBuffer[] = []
  try {
    const { source, streamed } = await readableOf(id)
    const end = performance.now() + budgetMs
    const enough = () => performance.now() > end
    const measured = (await measure(source, kernel, fromSecond, enough)) ?? (await streamed.measure(fromSecond, enough))
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
    case 'open': {
      const remote = remoteSource(message.port)
      open.set(message.id, { remote, sent: readable(virtualWav(remote)), read: null })
      return
    }
    case 'measure':
      turn = turn.then(() => answer(message))
      return
    case 'close': {
      const it = open.get(message.id)
      open.delete(message.id)
      for (const one of [it?.sent, it?.read]) {
        // ends a read that it waits for; what decodes just now is let go after that
        void one?.source.close()
        turn = turn.then(() => one?.streamed.close())
      }
    }
  }
})
