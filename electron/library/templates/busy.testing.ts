/** A thread for tests that never ends a trial of `busy`, and answers any other. */
import { parentPort } from 'node:worker_threads'
import { type FromTrial, type ToTrial } from './trialMessages.ts'

const tell = (message: FromTrial) => parentPort?.postMessage(message)

parentPort?.on('message', ({ id, template }: ToTrial) => {
  tell({ told: 'begun', id })
  while (template === 'busy');
  tell({ told: 'rendered', id })
  while (template === 'endless');
  tell({ told: 'done', id, preview: { example: template, tells: null, samples: [] } })
})
tell({ told: 'ready' })
