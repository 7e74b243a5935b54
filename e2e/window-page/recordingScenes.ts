/** The recordings screen in every state that it is drawn in. */
import { WhyNot } from '../../shared/library/entry.ts'
import { type LibraryView } from '../../shared/library/view.ts'
import { type Snapshot } from '../../shared/snapshot.ts'
import { FakeLibrary } from './library.ts'
import { failed, type WindowPage } from './page.ts'
import { part, type Scene } from './scene.ts'
import { AT, EARLIER, entry, idle, kept, listing, openLibrary, partOf } from './states.ts'

const libraryIs = (library: Partial<LibraryView>): Snapshot => ({ ...idle, library: { ...openLibrary, ...library } })
const many = () => new FakeLibrary(5_000).answers

const go = async (window: WindowPage) => {
  await part(window, 1)
  await window.page.getByRole('main').locator('[role=row][data-entry]').first().waitFor()
}
const row = ({ page }: WindowPage, index: number) => page.locator('[role=row][data-entry]').nth(index)
const opened = (index: number) => async (window: WindowPage) => {
  await go(window)
  await row(window, index).click()
  await window.page.locator('section[data-entry]').waitFor()
}
const opener = ({ page }: WindowPage, index: number) => page.locator('main [aria-haspopup=dialog]').nth(index)

const purging = entry(1, {
  purgedAt: AT + 9 * 86_400_000,
  favourite: true,
  tags: ['order'],
  note: 'Price agreed',
  marks: 2,
})
const parts = entry(2, {
  how: 'by-me',
  parts: [partOf(2), partOf(3, { id: 'part-b', maybeOthers: true })],
  peer: { name: 'Anne-Charlotte de la Rochefoucauld-Montmorency', number: '+33140205050' },
  tags: ['complaint', 'a rather long tag of somebody else', 'order'],
})
const unheard = entry(3, { parts: [], recordedMs: null, why: 'not-allowed' })
/** The answer to why there is no recording of a call. */
const whyNot = (why: WhyNot): Scene => ({
  rare: true,
  snapshot: idle,
  answers: listing([entry(0), { ...unheard, why }]),
  go: opened(1),
})
const strange = entry(4, { parts: [partOf(4, { hearing: 'format', fileName: 'auto-1794000000-1042-1007.g729' })] })

export const recordingScenes: Readonly<Record<string, Scene>> = {
  recordings: { snapshot: idle, answers: many(), go },
  'recordings-all-calls': {
    snapshot: idle,
    answers: many(),
    go: async window => {
      await go(window)
      await window.page.locator('main select').first().selectOption('all')
      await window.page.locator('[role=row][data-recorded=false]').first().waitFor()
    },
  },
  'recordings-opened': { snapshot: idle, answers: many(), go: opened(3) },
  'recordings-purging': {
    snapshot: { ...idle, keeping: kept },
    answers: listing([entry(0), purging, parts]),
    go: opened(1),
  },
  'recordings-parts': { snapshot: idle, answers: listing([entry(0), purging, parts]), go: opened(2) },
  'recordings-why': { snapshot: idle, answers: listing([entry(0), unheard]), go: opened(1) },
  ...Object.fromEntries(WhyNot.options.map(why => [`recordings-why-${why}`, whyNot(why)])),
  'recordings-format': { rare: true, snapshot: idle, answers: listing([entry(0), strange]), go: opened(1) },
  'recordings-remove': {
    snapshot: idle,
    answers: listing([entry(0), purging]),
    go: async window => {
      await opened(1)(window)
      await window.page.locator('section[data-entry] button[aria-expanded]').click()
    },
  },
  'recordings-note-failed': {
    snapshot: idle,
    answers: { ...listing([entry(0), purging]), 'library:annotate': () => failed('library-broken') },
    go: async window => {
      await opened(1)(window)
      await window.page.locator('textarea').fill('Never lost')
      await window.page.locator('textarea').blur()
      await window.page.locator('section p[role=alert]').waitFor()
    },
  },
  'recordings-selected': {
    snapshot: idle,
    answers: many(),
    go: async window => {
      await go(window)
      for (const index of [1, 2, 4]) await row(window, index).getByRole('checkbox').click()
    },
  },
  'recordings-period': {
    snapshot: idle,
    answers: many(),
    go: async window => {
      await go(window)
      await opener(window, 0).click()
    },
  },
  'recordings-more': {
    snapshot: libraryIs({ seenSince: AT - 40 * 86_400_000 }),
    answers: many(),
    go: async window => {
      await go(window)
      await opener(window, 1).click()
    },
  },
  'recordings-filtered': {
    snapshot: idle,
    answers: many(),
    go: async window => {
      await go(window)
      await window.page.getByRole('searchbox').fill('marie')
      await opener(window, 0).click()
      await window.page.getByRole('dialog').locator('button').nth(7).click()
      await window.page.locator('main select').first().selectOption('all')
      await row(window, 0).waitFor()
      // what is found is counted after a pause in typing
      await window.page.clock.runFor(200)
    },
  },
  'recordings-groups': {
    snapshot: idle,
    answers: many(),
    go: async window => {
      await go(window)
      await window.page.locator('main select').last().selectOption('person')
      await window.page.getByRole('main').getByRole('listitem').first().waitFor()
    },
  },
  'recordings-empty': { snapshot: idle, go: window => part(window, 1) },
  'recordings-none': {
    snapshot: idle,
    go: async window => {
      await part(window, 1)
      await window.page.getByRole('searchbox').fill('zebra')
      await opener(window, 0).click()
      await window.page.getByRole('dialog').locator('button').nth(2).click()
    },
  },
  'recordings-first-run': {
    snapshot: libraryIs({
      callLog: { state: 'first', done: 12_300, total: 100_000, completeAt: null, failure: null },
    }),
    answers: many(),
    go,
  },
  'recordings-first-empty': {
    snapshot: libraryIs({ callLog: { state: 'first', done: 0, total: null, completeAt: null, failure: null } }),
    go: window => part(window, 1),
  },
  'recordings-looking': {
    rare: true,
    snapshot: libraryIs({
      callLog: { state: 'looking', done: 0, total: null, completeAt: EARLIER, failure: null },
      folder: { state: 'first', done: 1_200, total: null, completeAt: null, failure: null },
      folderName: 'monitor',
    }),
    answers: many(),
    go,
  },
  'recordings-offline': {
    snapshot: {
      ...libraryIs({
        callLog: { state: 'off', done: 0, total: null, completeAt: EARLIER, failure: { code: 'unreachable' } },
        folder: {
          state: 'off',
          done: 0,
          total: null,
          completeAt: EARLIER - 86_400_000,
          failure: { code: 'folder-unreadable' },
        },
        folderName: 'monitor',
        unread: 12,
      }),
      link: { state: 'retrying', since: EARLIER },
    },
    answers: many(),
    go: async window => {
      await go(window)
      await window.page.locator('main summary').click()
    },
  },
  'recordings-locked': {
    snapshot: { ...libraryIs({ state: 'locked' }), keeping: { ...kept, state: 'locked' } },
    go: window => part(window, 1),
  },
  'recordings-failed': {
    snapshot: libraryIs({ state: 'failed', failure: { code: 'library-broken' } }),
    go: window => part(window, 1),
  },
  'recordings-refused': {
    snapshot: idle,
    answers: { 'library:list': () => failed('library-broken') },
    go: window => part(window, 1),
  },
}
