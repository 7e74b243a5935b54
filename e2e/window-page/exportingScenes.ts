/** Exports, sending, links and the card for another computer, in every state that they are drawn in. */
import { type ExportJobView, NO_EXPORTING } from '../../shared/exporting.ts'
import { type Snapshot } from '../../shared/snapshot.ts'
import { type Answers, done, failed, type WindowPage } from './page.ts'
import { SMALL } from './fixtures.ts'
import { part, type Scene } from './scene.ts'
import { AT, entry, idle, listing } from './states.ts'

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
const exporting: Snapshot = {
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

const preparing: Snapshot = {
  ...idle,
  exporting: { ...NO_EXPORTING, sending: { part: entry(0).parts[0]?.id ?? '', doneMs: 1_230_000, totalMs: 3_600_000 } },
}

const linked: Snapshot = { ...idle, exporting: { ...NO_EXPORTING, opened: { kind: 'unknown' } } }

const preview = done({
  files: 3_571,
  without: 12,
  bytes: 5_610_000_000,
  examples: [
    'Marie Tremblay +14185550142/2026-11-23 14-05-12 Marie Tremblay.wav',
    'Paul Roy 1007/2026-11-23 13-20-00 Paul Roy.wav',
    'Marie Tremblay +14185550142/2026-11-22 09-01-44 Marie Tremblay.wav',
  ],
})
const refused = failed('template-unsupported', { subject: '{{ srcnum }}' })

const answers: Answers = {
  ...listing([entry(0), entry(1)]),
  'export:preview': () => preview,
  'send:prepare': () =>
    done({ id: 'file-1', fileName: '2026-11-23 14-05-12 Marie Tremblay.mp3', bytes: 1_010_000, ms: 252_000 }),
  'link:copy': () => done(true),
  'move:save': () => done('Tallylight.json'),
  'move:load': () => done({ calls: 214, settings: 3 }),
}

const opened = async (window: WindowPage) => {
  await part(window, 1)
  await window.page.locator('[role=row][data-entry]').first().click()
  await window.page.locator('section[data-entry]').waitFor()
}
/** The dialog of one of the buttons below the player. */
const dialog = async (window: WindowPage, name: RegExp) => {
  await opened(window)
  await window.page.locator('section[data-entry]').getByRole('button', { name }).click()
  await window.page.getByRole('dialog').waitFor()
}
const SEND = /^(Send|Envoyer)/
const EXPORT = /^(Export|Exporter)/
const prepare = async (window: WindowPage) => {
  await dialog(window, SEND)
  await window.page.getByRole('dialog').locator('button[data-kind=main]').click()
}

const scenes: Readonly<Record<string, Scene>> = {
  exports: {
    snapshot: exporting,
    answers,
    go: async window => {
      await part(window, 1)
      await window.page.locator('main summary').last().click()
    },
  },
  'export-dialog': {
    snapshot: idle,
    answers,
    go: window => dialog(window, EXPORT),
  },
  'export-own-names': {
    snapshot: idle,
    answers: { ...answers, 'export:preview': ({ names }) => (names.includes('srcnum') ? refused : preview) },
    go: async window => {
      await dialog(window, EXPORT)
      const names = window.page.getByRole('dialog').getByRole('combobox').last()
      await names.selectOption('own')
      await window.page.getByRole('dialog').getByRole('textbox').fill('{{ srcnum }}')
      await window.page.clock.runFor(500)
      await window.page.locator('[aria-invalid]').waitFor()
      if (window.page.viewportSize()?.width === SMALL.width) return
      await window.page.getByRole('dialog').getByRole('textbox').fill('{{ name }} {{ date }}')
      await window.page.clock.runFor(500)
      await window.page.getByRole('dialog').getByRole('listitem').first().waitFor()
    },
  },
  'export-nothing': {
    snapshot: idle,
    answers: { ...answers, 'export:preview': () => done({ files: 0, without: 1, bytes: null, examples: [] }) },
    go: window => dialog(window, EXPORT),
  },
  'send-dialog': { snapshot: idle, answers, go: window => dialog(window, SEND) },
  'send-preparing': { snapshot: preparing, answers, go: window => dialog(window, SEND) },
  'send-ready': {
    snapshot: idle,
    answers,
    go: async window => {
      await prepare(window)
      await window.page.getByRole('dialog').getByRole('img').waitFor()
    },
  },
  'send-failed': {
    snapshot: idle,
    answers: { ...answers, 'send:prepare': () => failed('recording-format', { subject: 'G.729' }) },
    go: async window => {
      await prepare(window)
      await window.page.getByRole('dialog').getByRole('alert').waitFor()
    },
  },
  'link-unknown': {
    snapshot: linked,
    answers,
    go: window => part(window, 1),
  },
  move: {
    snapshot: idle,
    answers,
    go: async window => {
      await part(window, 2)
      const load = window.page.getByRole('button', { name: /^(Take in|Reprendre)/ })
      await load.click()
      await load.scrollIntoViewIfNeeded()
    },
  },
}

/** For people alone to look at; what is handed on from below the player needs its sound. */
export const exportingScenes: Readonly<Record<string, Scene>> = Object.fromEntries(
  Object.entries(scenes).map(([name, scene]) => [name, { ...scene, sound: true, rare: true }]),
)
