/** The index's thread: waits for its files, opens them, answers one question after the other, and ends when it is told to. */
import { parentPort } from 'node:worker_threads'
import type { Failure } from '../../../shared/failure.ts'
import { isBroken } from './database.ts'
import { type OpenedIndex, openCore } from './open.ts'
import { Refusal } from './refusal.ts'
import type { FromWorker, Method, Opening, ToWorker } from './protocol.ts'

const port = parentPort
if (port === null) throw new Error('this runs in a worker only')

const tell = (message: FromWorker) => port.postMessage(message)
const log = (text: string) => tell({ kind: 'log', text })

const failureOf = (error: unknown): Failure => {
  if (error instanceof Refusal) return error.failure
  log(`the library's index failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  return { code: 'library-broken' }
}

/** So long after the last question there is time for what makes the next ones quick, milliseconds. */
const REST_MS = 1_000

/** Opens the files and runs until it is told to close. Throws where they cannot be opened, or damaged ones not anew. */
async function serve(opening: Opening): Promise<void> {
  const open = (suspect: boolean): Promise<OpenedIndex> => openCore({ ...opening, suspect, log })
  const began = performance.now()
  let index = await open(opening.suspect)
  const spentMs = performance.now() - began
  /** One after the other, also while files are opened anew. */
  let work: Promise<void> = Promise.resolve()
  const mend = async (error: unknown) => {
    if (!isBroken(error)) return
    index.close()
    index = await open(true)
  }
  const answer = async (id: number, method: Method, args: readonly unknown[]) => {
    try {
      const methods: Record<Method, (...values: never[]) => unknown> = index
      const run = methods[method] as (...values: readonly unknown[]) => unknown
      const began = performance.now()
      const value = run(...args)
      tell({ kind: 'answer', id, value, spentMs: performance.now() - began })
    } catch (error) {
      tell({ kind: 'failure', id, failure: failureOf(error) })
      await mend(error)
    }
  }
  await new Promise<void>((resolve, reject) => {
    const then = (step: () => Promise<void> | void) => {
      work = work.then(() => {
        clearTimeout(rest)
        return step()
      })
      work.catch(reject)
    }
    const idle = async () => {
      try {
        if (index.tidy() || index.readAhead()) rest = setTimeout(then, 0, idle)
      } catch (error) {
        // a full disk, say: the next rest tries again
        failureOf(error)
        await mend(error)
      }
    }
    let rest = setTimeout(then, REST_MS, idle)
    port?.on('message', (message: ToWorker) => {
      clearTimeout(rest)
      then(async () => {
        if (message.kind === 'call') {
          await answer(message.id, message.method, message.args)
          rest = setTimeout(then, REST_MS, idle)
        } else if (message.kind === 'close') {
          index.close()
          tell({ kind: 'closed' })
          resolve()
        }
      })
    })
    tell({ kind: 'open', spentMs })
  })
}

async function main(opening: Opening): Promise<void> {
  try {
    await serve(opening)
  } catch (error) {
    tell({ kind: 'failure', id: null, failure: failureOf(error) })
  }
  // nothing holds the thread any longer
  port?.close()
}

port.once('message', (message: ToWorker) => {
  if (message.kind === 'open') void main(message.opening)
})
