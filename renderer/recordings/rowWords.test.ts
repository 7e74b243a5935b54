/** What a row says of a call's recordings, and of why there is none. */
import { describe, expect, it, test } from 'vitest'
import { type Entry, Hearing, type Part, WhyNot } from '../../shared/library/entry.ts'
import { entryOf } from '../../shared/library/entry.testing.ts'
import { formatFor, type Language, textFor } from '../../shared/text/index.ts'
import { fateWords, lengthOf, PURGE_SOON_MS, whatWords } from './rowWords.ts'

const AT = Date.UTC(2026, 10, 23, 19)
const LANGUAGES: readonly Language[] = ['en', 'fr', 'fr-CA']

const part = (more: Partial<Part> = {}): Part => ({
  id: 'part',
  startedAt: AT,
  durationMs: 60_000,
  hearing: 'yes',
  kept: false,
  maybeOthers: false,
  fileName: 'a.wav',
  ...more,
})
const entry = (more: Partial<Entry> = {}): Entry =>
  entryOf({
    startedAt: AT,
    peer: { name: 'Marie', number: '1007' },
    parts: [part()],
    fromMs: 0,
    recordedMs: 60_000,
    ...more,
  })
const say = (of: Entry, language: Language = 'en') => whatWords(of, textFor(language), formatFor(language, 'UTC'))

describe('a call without a recording', () => {
  it.each(LANGUAGES)('says in a row why there is none, each reason in words of its own: %s', language => {
    const said = WhyNot.options.map(why => say(entry({ parts: [], recordedMs: null, why }), language))
    expect(new Set(said).size).toBe(WhyNot.options.length)
    expect(said.filter(words => words === '' || words.length > 40)).toEqual([])
  })

  it.each([
    ['purged', 'deleted on the server', /The server deletes recordings after a time/],
    ['folder-away', 'the folder is not connected', /Connect the drive or the network/],
  ] as const)('%s', (why, short, answer) => {
    expect(say(entry({ parts: [], recordedMs: null, why }))).toBe(short)
    expect(textFor('en').recordings.why[why].answer).toMatch(answer)
  })

  it('says so where nothing is known, and shows the length of the call', () => {
    const without = entry({ parts: [], recordedMs: null, why: null, callMs: 42_000 })
    expect(say(without)).toBe('no recording known')
    expect(lengthOf(without)).toBe(42_000)
  })
})

describe('a call with recordings', () => {
  it('says which stretch of it was recorded, and how', () => {
    expect(say(entry({ how: 'automatic' }))).toBe('whole call, automatic')
    expect(say(entry({ recordedMs: 40_000, how: 'automatic' }))).toBe('automatic')
    expect(say(entry({ callMs: 148_000, fromMs: 88_000 }))).toBe('from 01:28')
    const two = [part(), part({ id: 'other', maybeOthers: true })]
    expect(say(entry({ parts: two, recordedMs: 120_000 }))).toBe("2 parts, one may be the other party's")
  })

  test('of which nothing can be heard says why, unless a copy is here', () => {
    const silent = Hearing.options.filter(hearing => hearing !== 'yes')
    for (const hearing of silent) {
      expect(say(entry({ parts: [part({ hearing })] }))).toBe(textFor('en').recordings.hearingShort[hearing])
      expect(say(entry({ parts: [part({ hearing, kept: true })] }))).toBe('whole call')
    }
    expect(say(entry({ parts: [part({ hearing: 'format' })] }))).toBe('cannot be played here')
  })
})

describe('what the server does to the sound', () => {
  const fate = (of: Entry) => fateWords(of, AT, textFor('en'), formatFor('en', 'UTC'))

  it('is said from 11 months on, until a copy is here', () => {
    expect(fate(entry({ purgedAt: AT + PURGE_SOON_MS }))).toEqual({
      short: 'Deletion on December 24',
      whole: 'The server deletes it on December 24. Keep a copy?',
    })
    expect(fate(entry({ purgedAt: AT + PURGE_SOON_MS + 1 }))).toBeNull()
    expect(fate(entry({ purgedAt: AT + 1000, parts: [part({ kept: true })] }))).toBeNull()
    expect(fate(entry({ purgedAt: AT - 1 }))).toBeNull()
  })

  it('is said afterwards of what is kept here', () => {
    expect(fate(entry({ parts: [part({ kept: true, hearing: 'deleted' })] }))?.short).toBe(
      'Deleted on the server; your copy is here',
    )
  })
})
