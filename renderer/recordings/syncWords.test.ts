/** What the status line says of the folder while it, or a part of it, cannot be read. */
import { expect, test } from 'vitest'
import { type Failure } from '../../shared/failure.ts'
import { NO_LIBRARY, type SyncView } from '../../shared/library/view.ts'
import { failureText, formatFor, type Language, textFor } from '../../shared/text/index.ts'
import { syncLines } from './syncWords.ts'

const AT = Date.UTC(2026, 10, 23, 14, 7)
const lines = (change: Partial<SyncView>, language: Language = 'en') => {
  const folder: SyncView = { ...NO_LIBRARY.folder, state: 'idle', completeAt: AT, ...change }
  const say = (failure: Failure) => failureText(language, failure)
  return syncLines({ ...NO_LIBRARY, state: 'open', folder }, AT, textFor(language), formatFor(language, 'UTC'), say)
}

test('a folder that is read says when, and nothing else', () => {
  expect(lines({})).toEqual([{ name: 'folder', words: 'Last read Today, 14:07', trouble: false, progress: null }])
})

test('a part that cannot be read is told beside when the rest was read, in every language', () => {
  const part: Partial<SyncView> = { failure: { code: 'folder-part-unreadable' } }
  expect(lines(part)).toMatchObject([
    {
      words:
        'Part of the folder cannot be read. What was read of it stays listed. Ask your administrator for access. Last read Today, 14:07',
      trouble: true,
    },
  ])
  for (const language of ['fr', 'fr-CA'] as const)
    expect(lines(part, language)[0]?.words).toMatch(/^Une partie du dossier .* Dernière lecture/)
})

test('a folder that is away may not be connected', () => {
  const away: Partial<SyncView> = { state: 'off', failure: { code: 'folder-unreadable' } }
  expect(lines(away)[0]).toMatchObject({ trouble: true })
  expect(lines(away)[0]?.words).toMatch(/^The folder cannot be read: it may not be connected\. Shown is/)
})
