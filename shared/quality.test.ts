import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { audioAfter, audioView, type AudioReading, type AudioWatch, CallAudio } from './quality.ts'

const SECOND = 1000
const talk = { held: false, muted: false }

/** What comes and goes in one second. */
type Flow = Partial<AudioReading>

/** Seconds of a call, one flow a second; answers the last view. */
function after(flows: readonly Flow[], quiet = talk): CallAudio | null {
  let watch: AudioWatch | null = null
  const sum = { packetsIn: 0, packetsOut: 0, lostIn: 0, lostOut: 0 }
  for (const [index, flow] of flows.entries()) {
    const { packetsIn = 50, packetsOut = 50, lostIn = 0, lostOut = 0, ...rest } = flow
    sum.packetsIn += packetsIn
    sum.packetsOut += packetsOut
    sum.lostIn += lostIn
    sum.lostOut += lostOut ?? 0
    const reading = { heard: 0.1, spoken: 0.1, rttMs: 20, jitterMs: 3, ...rest, ...sum }
    watch = audioAfter(watch, { ...reading, lostOut: lostOut === null ? null : sum.lostOut }, quiet, index * SECOND)
  }
  return watch === null ? null : audioView(watch)
}
const seconds = (count: number, flow: Flow = {}): Flow[] => Array.from({ length: count }, () => flow)

describe('the sound of a call', () => {
  it('is not judged by one look', () => expect(after(seconds(1))).toBeNull())

  it.each<[string, Flow, CallAudio['quality']]>([
    ['good', {}, 'good'],
    ['good', { lostIn: 1 }, 'good'],
    ['choppy', { lostIn: 5 }, 'choppy'],
    ['choppy', { lostOut: 5 }, 'choppy'],
    ['choppy', { jitterMs: 80 }, 'choppy'],
    ['choppy', { rttMs: 900 }, 'choppy'],
    ['unheard', { lostOut: 40 }, 'unheard'],
    ['good where the other end tells nothing', { lostOut: null }, 'good'],
  ])('%s: %j', (_what, flow, quality) => expect(after(seconds(6, flow))?.quality).toBe(quality))

  it('is none for you once nothing came for 5 s, and good again at once', () => {
    expect(after([...seconds(6), ...seconds(4, { packetsIn: 0 })])?.quality).toBe('good')
    expect(after([...seconds(6), ...seconds(5, { packetsIn: 0 })])?.quality).toBe('deaf')
    expect(after([...seconds(6), ...seconds(5, { packetsIn: 0, packetsOut: 0 })])?.quality).toBe('none')
    expect(after([...seconds(6), ...seconds(5, { packetsIn: 0 }), {}])?.quality).toBe('good')
  })

  it('is unheard when nothing goes out for 3 s, or the microphone gives exactly nothing for 10 s', () => {
    expect(after([...seconds(6), ...seconds(2, { packetsOut: 0 })])?.quality).toBe('good')
    expect(after([...seconds(6), ...seconds(3, { packetsOut: 0 })])?.quality).toBe('unheard')
    expect(after(seconds(10, { spoken: 0 }))?.quality).toBe('good')
    expect(after(seconds(11, { spoken: 0 }))?.quality).toBe('unheard')
    expect(after(seconds(30, { spoken: 0 }), { held: false, muted: true })?.quality).toBe('good')
  })

  it('is not judged on hold', () =>
    expect(after(seconds(30, { packetsIn: 0 }), { held: true, muted: false })).toBeNull())

  it('is always something that can be shown', () => {
    const number = fc.integer({ min: -10, max: 1e9 })
    const reading = fc.record({
      heard: fc.double({ min: 0, max: 1, noNaN: true }),
      spoken: fc.double({ min: 0, max: 1, noNaN: true }),
      packetsIn: number,
      packetsOut: number,
      lostIn: number,
      lostOut: fc.option(number),
      rttMs: fc.option(number),
      jitterMs: fc.option(number),
    })
    fc.assert(
      fc.property(fc.array(fc.tuple(reading, fc.integer({ min: 0, max: 1e6 }))), readings => {
        let watch: AudioWatch | null = null
        for (const [one, at] of readings) watch = audioAfter(watch, one, talk, at)
        const view = watch === null ? null : audioView(watch)
        if (view !== null) {
          CallAudio.parse(view)
          expect(view.lossIn).toBeGreaterThanOrEqual(0)
          expect(view.lossIn).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
})
