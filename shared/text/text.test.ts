/** The words are whole in every language, speak no internal language, and are set as French is set. */
import { describe, expect, it } from 'vitest'
import { FailureCode } from '../failure.ts'
import { failureText, type Language, textFor } from './index.ts'

const LANGUAGES: readonly Language[] = ['en', 'fr', 'fr-CA']

/** Every string on screen with its key; functions are called with telling arguments. */
function strings(node: unknown, key = ''): [string, string][] {
  if (typeof node === 'string') return [[key, node]]
  if (typeof node === 'function') {
    const say = node as (...given: unknown[]) => unknown
    // counts matter for plurals, so each function is called with both kinds of arguments
    return [
      ['X', 'Y', 'Z'],
      [1, 1, 1],
      [3, 3, 3],
    ].map((given): [string, string] => [key, String(say(...given))])
  }
  if (typeof node !== 'object' || node === null) throw new Error(`neither words nor a group of them: ${key}`)
  return Object.entries(node).flatMap(([name, value]) => strings(value, key === '' ? name : `${key}.${name}`))
}

const keys = (node: unknown) => [...new Set(strings(node).map(([key]) => key))].sort()

/** All that a person may read in a language: the words, and a sentence for each failure with and without its details. */
function allWords(language: Language): [string, string][] {
  const failures = FailureCode.options.flatMap((code): [string, string][] => [
    [`failure.${code}`, failureText(language, { code })],
    [`failure.${code}`, failureText(language, { code, subject: 'server', status: 503 })],
  ])
  return [...strings(textFor(language)), ...failures]
}

describe('the words', () => {
  it.each(LANGUAGES)('%s has every key, and nothing empty', language => {
    expect(keys(textFor(language))).toEqual(keys(textFor('en')))
    expect(allWords(language).filter(([, words]) => words.trim() === '')).toEqual([])
  })

  it.each(LANGUAGES)('%s shows no internal word', language => {
    const internal =
      /\b(leg|legs|lamp|proof|proven|wish|route|dialect|capability|capabilities|source|vault|tape|snapshot|bridge|calld|confd)\b/i
    expect(allWords(language).filter(([, words]) => internal.test(words))).toEqual([])
  })

  it.each(LANGUAGES)('%s has a sentence for every failure, and each says what to do or what is so', language => {
    for (const code of FailureCode.options)
      expect(failureText(language, { code })).toMatch(/^\S.*[.?!]\s.*[.?!]$|^[^.?!]+: .*\.$/u)
  })

  it('is translated: only names and words of both languages are the same in French', () => {
    const english = new Set(strings(textFor('en')).map(pair => pair.join('=')))
    const same = strings(textFor('fr')).filter(pair => english.has(pair.join('=')) && /[a-z]{4}/.test(pair[1]))
    expect([...new Set(same.map(([key]) => key))].sort()).toEqual([
      'app.name',
      'automatic.permanent',
      'calls.pauses',
      'keeping.copies',
      'place.pause',
      'player.pause',
      'player.position',
      'player.silence',
      'recordings.position',
      'settings.about',
      'settings.languages.en',
      'settings.languages.fr-CA',
      'settings.version',
      'shell.keyed.pause',
    ])
  })
})

describe('French typography', () => {
  it.each(['fr', 'fr-CA'] as const)('%s breaks no line before a colon or inside guillemets', language => {
    const loose = / [:;?!»]|« |\S:(?=\s|$)/u
    expect(allWords(language).filter(([, words]) => loose.test(words))).toEqual([])
  })

  it('has a thin space before ; ? ! in France, none in Canada', () => {
    expect(textFor('fr').pairing.choose.title).toBe('Où parlez-vous\u202f?')
    expect(textFor('fr-CA').pairing.choose.title).toBe('Où parlez-vous?')
    expect(allWords('fr').filter(([, words]) => /[^\u202f][;?!]/u.test(words))).toEqual([])
    expect(allWords('fr-CA').filter(([, words]) => /\s[;?!]/u.test(words))).toEqual([])
  })
})
