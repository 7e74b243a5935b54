/** The player's gate where the truth is known: the short form of `npm run bench silence`. */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { silencesOf, skippedOf, type Span } from '../../renderer/player/quiet.ts'
import { gsmCoded } from '../support/gsmCoder.ts'
import { gsmDecoder } from '../../electron/library/audio/gsm.ts'
import { inSixteenBits, talk, usualPause } from '../support/speechLike.ts'
import { silenceMaterial } from './silenceMaterial.ts'
import { shaped } from './silenceShape.ts'
import { common, inOrder, type Judged, judged } from './silenceTruth.ts'

describe('the player', () => {
  const results = new Map<string, Judged>()
  beforeAll(async () => {
    for (const { name, bytes, extension, truth } of silenceMaterial(60)) {
      const sound = await shaped(bytes, extension)
      if (sound === null) throw new Error(`${name} has no shape`)
      const skipped = skippedOf(silencesOf(sound.shape.values, sound.shape.channels))
      results.set(name, judged(skipped, truth, sound.ms))
    }
  })
  const all = () => [...results].map(([name, judgement]) => ({ name, ...judgement }))

  test('skips no run of speech that is worth a word, on any line', () => {
    expect(results.size).toBeGreaterThan(20)
    expect(all().filter(({ longestCut }) => longestCut > 150)).toEqual([])
  })
  test('skips nothing of what is spoken where a line is as lines are', () => {
    const usual = [
      'usual line',
      'quiet talker',
      'a loud and a quiet party',
      'hardly a pause',
      'on hold',
      'music',
      'one leg',
    ]
    const some = all().filter(({ name }) => usual.some(start => name.startsWith(start)))
    expect(some.length).toBeGreaterThan(9)
    expect(some.filter(({ cut }) => cut > 0)).toEqual([])
  })
  test('saves nearly all that can be saved, or half of it in loud noise', () => {
    const wasteful = all().filter(
      ({ name, saved, left }) => left > (name.includes('noise') ? 0.5 : 0.25) * (saved + left) + 500,
    )
    expect(wasteful).toEqual([])
  })
})

const spans = fc
  .array(fc.tuple(fc.nat(500), fc.integer({ min: 1, max: 300 })), { maxLength: 8 })
  .map(some => inOrder(some.map(([from, length]) => ({ from, to: from + length }))))
const within = (some: readonly Span[], ms: number) => some.some(({ from, to }) => ms >= from && ms < to)

test('what two have in common is what lies in both, millisecond by millisecond', () => {
  fc.assert(
    fc.property(spans, spans, (some, others) => {
      const found = common(some, others)
      for (let ms = 0; ms < 900; ms++) expect(within(found, ms)).toBe(within(some, ms) && within(others, ms))
    }),
    { numRuns: 50 },
  )
})

test('a judgement', () => {
  const truth = { spoken: [{ from: 1000, to: 2000 }], other: [{ from: 5000, to: 6000 }] }
  expect(judged([], truth, 6000)).toEqual({ saved: 0, cut: 0, longestCut: 0, left: 500 + 2500 })
  expect(judged([{ from: 1900, to: 4800 }], truth, 6000)).toEqual({ saved: 2900, cut: 100, longestCut: 100, left: 500 })
  expect(judged([{ from: 5100, to: 5900 }], truth, 6000)).toMatchObject({ saved: 800, cut: 0 })
})

test('the gsm of the tests sounds as what was coded', () => {
  const sound = inSixteenBits(talk({ pitch: 120 }, 20, -20, usualPause, 5).samples)
  const coded = gsmCoded(sound)
  const decoded = new Int16Array((coded.length / 33) * 160)
  gsmDecoder('plain').decode(coded, coded.length / 33, decoded)
  let [signal, heard, error] = [0, 0, 0]
  decoded.forEach((sample, at) => {
    signal += (sound[at] ?? 0) ** 2
    heard += sample ** 2
    error += (sample - (sound[at] ?? 0)) ** 2
  })
  expect(10 * Math.log10(signal / error)).toBeGreaterThan(6)
  expect(Math.abs(10 * Math.log10(heard / signal))).toBeLessThan(1.5)
})
