/**
 * The sound that is heard is the sound that was asked for: two hours of each format that is served exactly, at random places,
 * read back through WebAudio. TALLYLIGHT_SEEKS=1000: so many places in every format, not a few in three of them;
 * TALLYLIGHT_SEEK_FORMATS=gsm,wav49: in those.
 */
import { join } from 'node:path'
import { type Page } from '@playwright/test'
import { expect, test } from './support/app.ts'
import { chooseFolder, partOf, recordingName } from './support/folder.ts'
import { registered, signIn } from './support/steps.ts'
import { find, soundAt, TIME_CODED, type TimeCoded, writeTimeCoded } from './support/timeCode.ts'
import { mkdir } from 'node:fs/promises'

const SECONDS = 7_200
const whole = process.env['TALLYLIGHT_SEEKS']
const PLACES = Number(whole ?? 12)
const named = process.env['TALLYLIGHT_SEEK_FORMATS']?.split(',')
const formats =
  named !== undefined
    ? TIME_CODED.filter(({ name }) => named.includes(name))
    : whole === undefined
      ? TIME_CODED.slice(0, 3)
      : TIME_CODED
/** Elements that play at once: the library keeps so many open. */
const ABREAST = 8
const WITHIN_MS = 10
/** Sound of another place is not half as alike. */
const ALIKE = 0.7
/** Looked for around the place that was asked for, seconds. */
const AROUND_S = 0.1

test('in two hours of sound, each place that is asked for is the one that is heard, within 10 ms', async ({
  window,
  demo,
  running,
  profile,
}) => {
  test.setTimeout(120_000 + formats.length * PLACES * 600)
  const folder = join(profile, 'recordings')
  await mkdir(folder)
  const files = formats.map((format, index) => {
    const number = `55591${String(index).padStart(2, '0')}`
    const name = recordingName(
      new Date(Date.UTC(2026, 0, 1 + index)),
      demo.user('eve').extension,
      number,
      format.extension,
    )
    writeTimeCoded(join(folder, name), format, SECONDS)
    return { format, number, path: join(folder, name) }
  })
  await signIn(window, demo, 'eve')
  await registered(window)
  await chooseFolder(running.app, window, folder)

  const results: { format: string; worstMs: number; leastAlike: number }[] = []
  const measure = async ({ format, number, path }: (typeof files)[number], seed: number) => {
    const part = await partOf(window, number)
    const places = placesOf(seed)
    const heard = await hear(window, part, format.rate, places).catch((error: unknown) => {
      throw new Error(`${format.name} could not be heard`, { cause: error })
    })
    const found = heard.map((sound, index) => compare(path, format, places[index] ?? 0, sound))
    results.push({
      format: format.name,
      worstMs: Math.max(...found.map(({ offMs }) => Math.abs(offMs))),
      leastAlike: Math.min(...found.map(({ likeness }) => likeness)),
    })
  }
  for (let from = 0; from < files.length; from += ABREAST)
    await Promise.all(files.slice(from, from + ABREAST).map((file, index) => measure(file, from + index + 1)))
  for (const { format, worstMs, leastAlike } of results)
    process.stdout.write(
      `${format}: ${PLACES} places, at most ${worstMs.toFixed(1)} ms off, likeness ${leastAlike.toFixed(2)}\n`,
    )
  for (const result of results) {
    expect(result.leastAlike, JSON.stringify(result)).toBeGreaterThan(ALIKE)
    expect(result.worstMs, JSON.stringify(result)).toBeLessThanOrEqual(WITHIN_MS)
  }
})

/** Random places, the same in each run; the first and the last second are among them. Seconds. */
function placesOf(seed: number): number[] {
  let state = seed * 2_654_435_761
  const random = Array.from({ length: Math.max(0, PLACES - 2) }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return ((state >>> 8) / 2 ** 24) * (SECONDS - 1)
  })
  return [0, ...random, SECONDS - 1].slice(0, PLACES)
}

function compare(path: string, format: TimeCoded, place: number, heard: Float32Array) {
  const { rate } = format
  const frame = Math.round(place * rate)
  const before = Math.min(frame, Math.round(AROUND_S * rate))
  return find(heard, soundAt(path, format, frame - before, before + Math.round(3 * AROUND_S * rate)), before, rate)
}

/** Seeks to each place, plays a moment, and answers what was heard there from its first sound on. */
async function hear(window: Page, part: string, rate: number, places: readonly number[]): Promise<Float32Array[]> {
  const sounds = await window.evaluate(
    async ({ id, hertz, seconds }) => {
      const context = new AudioContext({ sampleRate: hertz })
      const mute = new GainNode(context, { gain: 0 })
      mute.connect(context.destination)
      const audio = new Audio()
      audio.crossOrigin = 'anonymous'
      const source = context.createMediaElementSource(audio)
      const happens = (name: string) =>
        new Promise<void>((resolve, reject) => {
          audio.addEventListener(name, () => resolve(), { once: true })
          audio.addEventListener('error', () => reject(new Error(audio.error?.message)), { once: true })
        })
      const loaded = happens('loadedmetadata')
      audio.src = `recording://${id}/`
      await loaded
      const heard: string[] = []
      const enough = 0.13 * hertz
      for (const second of seconds) {
        const arrived = happens('seeked')
        audio.currentTime = second
        await arrived
        // a fresh one holds nothing of the place before
        const analyser = new AnalyserNode(context, { fftSize: 8192 })
        source.connect(analyser).connect(mute)
        const samples = new Float32Array(analyser.fftSize)
        await audio.play()
        let first = -1
        while (first < 0 || samples.length - first < enough) {
          await new Promise(resolve => setTimeout(resolve, 5))
          analyser.getFloatTimeDomainData(samples)
          first = samples.findIndex(sample => Math.abs(sample) > 0.001)
        }
        audio.pause()
        source.disconnect(analyser)
        analyser.disconnect()
        const sound = Int16Array.from(samples.subarray(first, first + enough), sample =>
          Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))),
        )
        heard.push(btoa(String.fromCharCode(...new Uint8Array(sound.buffer))))
      }
      audio.removeAttribute('src')
      audio.load()
      await context.close()
      return heard
    },
    { id: part, hertz: rate, seconds: [...places] },
  )
  return sounds.map(text => {
    const bytes = new Uint8Array(Buffer.from(text, 'base64'))
    return Float32Array.from(new Int16Array(bytes.buffer), sample => sample / 32_768)
  })
}
