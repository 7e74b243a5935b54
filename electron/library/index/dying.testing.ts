/** The index's thread, but one that dies when it is asked for the note `die`: for the client's tests. */
import { parentPort } from 'node:worker_threads'
import { type ToWorker } from './protocol.ts'

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'call' && message.method === 'note' && message.args[0] === 'die') process.exit(1)
})
await import('./worker.ts')
