/** The thread in which a template that somebody types is tried: it may be ended at any moment. */
import { parentPort } from 'node:worker_threads'
import { AppFailure } from '../../../shared/failure.ts'
import { type NameSample, type NamingPreview } from '../../../shared/library/naming.ts'
import { nameReader } from '../names.ts'
import { type FromTrial, type ToTrial } from './trialMessages.ts'
import { parseTemplate, templateExample } from './wazo.ts'

const tell = (message: FromTrial) => parentPort?.postMessage(message)

function tryOut(template: string, paths: readonly string[], rendered: () => void): NamingPreview {
  const none = template.trim() === ''
  const example = none ? null : templateExample(template, '')
  rendered()
  const tells = none ? null : parseTemplate(template).reader.verdict
  const names = nameReader(template)
  const samples = paths.map((path): NameSample => {
    const parts = names.read(path)
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (parts === null) return { name, kind: null, numbers: [], startedAt: null }
    return { name, kind: parts.kind, numbers: [...parts.numbers], startedAt: parts.startedAt }
  })
  return { example, tells, samples }
}

parentPort?.on('message', ({ id, template, paths }: ToTrial) => {
  tell({ told: 'begun', id })
  try {
    tell({ told: 'done', id, preview: tryOut(template, paths, () => tell({ told: 'rendered', id })) })
  } catch (error) {
    tell({ told: 'failed', id, failure: error instanceof AppFailure ? error.failure : null })
  }
})
// What is run for the first time is slow: that shall not count.
tryOut('user-{{ srcnum }}-{{ dstnum[-4:] }}-{{ timestamp }}', ['user-1-2-1489673101.wav'], () => undefined)
tell({ told: 'ready' })
