/** Exports, sending, links and the card for another computer, for the pictures. */
import { type ExportJobView, NO_EXPORTING } from '../../shared/exporting.ts'
import { type Snapshot } from '../../shared/snapshot.ts'
import { done } from './page.ts'
import { AT, idle } from './states.ts'

const job: ExportJobView = {
  id: 'job-1',
  folder: 'Tallylight 2026-11-23 14-08-12',
  state: 'running',
  done: 1_204,
  total: 3_571,
  bytes: 1_893_000_000,
  failure: null,
  misses: [
    {
      startedAt: AT - 86_400_000,
      peer: { name: 'Marie Tremblay', number: '+14185550142' },
      failure: { code: 'recording-deleted' },
    },
    { startedAt: AT - 172_800_000, peer: { name: '', number: '1043' }, failure: { code: 'recording-empty' } },
  ],
  missed: 12,
}

/** One of each state. */
export const exporting: Snapshot = {
  ...idle,
  exporting: {
    ...NO_EXPORTING,
    jobs: [
      { ...job, id: 'job-3', state: 'done', done: 3_571, bytes: 5_610_000_000 },
      { ...job, id: 'job-2', state: 'paused', missed: 0, misses: [], failure: { code: 'disk-full' } },
      { ...job, failure: { code: 'throttled' } },
    ],
  },
}

export const preparing = (part: string): Snapshot => ({
  ...idle,
  exporting: { ...NO_EXPORTING, sending: { part, doneMs: 1_230_000, totalMs: 3_600_000 } },
})

export const linked: Snapshot = { ...idle, exporting: { ...NO_EXPORTING, opened: { kind: 'unknown' } } }

export const exportAnswers = {
  'export:preview': () =>
    done({
      files: 3_571,
      without: 12,
      bytes: 5_610_000_000,
      examples: [
        'Marie Tremblay +14185550142/2026-11-23 14-05-12 Marie Tremblay.wav',
        'Paul Roy 1007/2026-11-23 13-20-00 Paul Roy.wav',
        'Marie Tremblay +14185550142/2026-11-22 09-01-44 Marie Tremblay.wav',
      ],
    }),
  'send:prepare': () =>
    done({ id: 'file-1', fileName: '2026-11-23 14-05-12 Marie Tremblay.mp3', bytes: 1_010_000, ms: 252_000 }),
  'link:copy': () => done(true),
  'move:save': () => done('Tallylight.json'),
  'move:load': () => done({ calls: 214, settings: 3 }),
} as const
