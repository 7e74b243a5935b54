/** The index, asked from the main thread: its worker is started here, and once anew if it dies. */
import { dirname, extname, join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { AppFailure } from '../../../shared/failure.ts'
import type { Driver } from './database.ts'
import type { NoteRecord } from './notes.ts'
import { readNotes, writeNotes } from './notesFile.ts'
import type { LibraryIndex, SourceCall } from './port.ts'
import type { FromWorker, Method, Opening, ToWorker } from './protocol.ts'
import { startThread } from '../threads.ts'

export interface IndexOptions {
  /** Absolute path of the index; it can be made anew from the sources. */
  readonly file: string
  /** Absolute path of what cannot: notes, tags, favourites, marks, and which copies are kept. */
  readonly notesFile: string
  /** 32 bytes: names, numbers and notes lie on the disk sealed with it. Null: in clear. */
  readonly key: Buffer | null
  /** False: what this key sealed is written in clear again. */
  readonly sealed?: boolean
  readonly log: (text: string) => void
  /** For measurements: what its thread itself spent on being opened, or on an answer, milliseconds. */
  readonly onSpent?: (ms: number) => void
  /** For tests: the best of this runtime where it is not said. */
  readonly driver?: Driver
  /** Its thread, where it was started already. */
  readonly standBy?: StandBy
  /** Absolute path of the worker's bundle, for a process that runs from the sources; else the one that belongs here. */
  readonly worker?: string
}

/** The worker's file: beside the bundle, or from the sources. */
function workerFile(): string {
  const here = import.meta.filename
  return join(dirname(here), extname(here) === '.ts' ? 'worker.ts' : 'libraryWorker.cjs')
}

// what the app's own process was started with is not for it
const startWorker = (file: string) => startThread(file, { execArgv: [], name: 'library' })

/** A thread of the index that waits for its files: to start one takes several times as long as to open them. */
export class StandBy {
  #worker: Worker | null

  /** @param file absolute path of the worker's bundle, for a process that runs from the sources. Throws as startThread. */
  constructor(log: (text: string) => void, file = workerFile()) {
    this.#worker = startWorker(file)
    // one that dies before it is needed is missed by nobody: another is started then
    this.#worker.on('error', error => {
      this.#worker = null
      log(`the library's thread died while it waited: ${String(error)}`)
    })
    this.#worker.on('exit', () => (this.#worker = null))
  }

  /** For whoever comes first; null: there is none any more. */
  take(): Worker | null {
    const worker = this.#worker
    this.#worker = null
    worker?.removeAllListeners('error')
    return worker
  }
}

/** Calls taken in before the thread looks whether anything was asked: some 10 ms. */
const AT_ONCE = 100

interface Open {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

interface Thread {
  post(message: ToWorker): void
  /** Once it can be asked. Rejects where the files cannot be opened. */
  readonly ready: Promise<void>
  /** Its files are closed, or it has gone. The thread itself may take longer, which is nobody's concern (threads.ts). */
  readonly ended: Promise<void>
}

/** Opens the index. Throws AppFailure `library-broken`, or `vault-locked` where it is sealed and the key is missing or another. */
export async function openIndex(options: IndexOptions): Promise<LibraryIndex> {
  const { log, onSpent, standBy, worker: file = workerFile(), ...files } = options
  const waiting = new Map<number, Open>()
  let last = 0
  let starts = 0
  let closing: Promise<void> | null = null

  const failAll = (error: AppFailure) => {
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }

  const start = (): Thread => {
    starts++
    const opening: Opening = { ...files, suspect: starts > 1 }
    const worker = standBy?.take() ?? startWorker(file)
    let isReady: Open = { resolve: () => undefined, reject: () => undefined }
    const ready = new Promise<void>((resolve, reject) => {
      isReady = { resolve: () => resolve(), reject }
    })
    // who waits for it hears of it; where nobody does, the next question meets the next thread
    ready.catch(() => undefined)
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'log') return log(message.text)
      if (message.kind === 'open' || message.kind === 'answer') onSpent?.(message.spentMs)
      if (message.kind === 'open') return isReady.resolve(undefined)
      if (message.kind === 'closed') return isEnded()
      if (message.kind === 'failure' && message.id === null) return isReady.reject(new AppFailure(message.failure))
      const id = message.id ?? 0
      const open = waiting.get(id)
      waiting.delete(id)
      if (message.kind === 'answer') open?.resolve(message.value)
      else open?.reject(new AppFailure(message.failure))
    })
    worker.on('error', (error: unknown) => {
      log(`the library's thread died: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    })
    let isEnded = () => undefined as void
    const ended = new Promise<void>(resolve => {
      isEnded = resolve
      worker.on('exit', () => {
        const broken = new AppFailure('library-broken')
        isReady.reject(broken)
        failAll(broken)
        if (current === thread) current = null
        resolve()
      })
    })
    const thread: Thread = { post: message => worker.postMessage(message), ready, ended }
    thread.post({ kind: 'open', opening })
    return thread
  }

  let current: Thread | null = null
  current = start()
  await current.ready

  const call = async (method: Method, args: readonly unknown[]): Promise<unknown> => {
    if (closing !== null) throw new AppFailure('library-broken')
    if (current === null && starts < 2) {
      log("the library's thread is started anew")
      current = start()
    }
    if (current === null) throw new AppFailure('library-broken')
    const thread = current
    await thread.ready
    if (current !== thread) throw new AppFailure('library-broken')
    const id = ++last
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      thread.post({ kind: 'call', id, method, args })
    })
  }
  /** The method of the port, asked of the worker. */
  const ask = <M extends Method>(method: M): LibraryIndex[M] =>
    ((...args: readonly unknown[]) => call(method, args)) as LibraryIndex[M]

  const take = ask('take')
  const setNote = ask('setNote')
  /** All but the last step of so many calls. What was asked meanwhile is answered in between. */
  const takeFirst = async (calls: readonly SourceCall[]) => {
    let changed = 0
    let from = 0
    for (; calls.length - from > AT_ONCE; from += AT_ONCE) changed += await take(calls.slice(from, from + AT_ONCE))
    return { changed, rest: calls.slice(from) }
  }

  return {
    list: ask('list'),
    outline: ask('outline'),
    groups: ask('groups'),
    tags: ask('tags'),
    entry: ask('entry'),
    listed: ask('listed'),
    walk: ask('walk'),
    part: ask('part'),
    parts: ask('parts'),
    partOf: ask('partOf'),
    take: async calls => {
      const { changed, rest } = await takeFirst(calls)
      return changed + (await take(rest))
    },
    gone: ask('gone'),
    keys: ask('keys'),
    heard: ask('heard'),
    unlearn: ask('unlearn'),
    note: ask('note'),
    setNote: async (name, value, calls) =>
      calls === undefined ? setNote(name, value) : setNote(name, value, (await takeFirst(calls)).rest),
    annotate: ask('annotate'),
    addTag: ask('addTag'),
    marks: ask('marks'),
    changeMarks: ask('changeMarks'),
    exportNotes: async () => writeNotes((await call('exportNotes', [])) as NoteRecord[]),
    importNotes: async json => (await call('importNotes', [readNotes(json)])) as number,
    setKept: ask('setKept'),
    kept: ask('kept'),
    close: () => {
      closing ??= (async () => {
        const thread = current
        if (thread === null) return
        await thread.ready.catch(() => undefined)
        thread.post({ kind: 'close' })
        await thread.ended
      })()
      return closing
    },
  }
}
