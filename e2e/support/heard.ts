/** What the app hands over to be heard: the sound that its own scheme serves, and what comes out of its player. */
import { type ElectronApplication, type Page } from '@playwright/test'
import { wavSamples } from '../phone/signal.ts'

/** The bytes that the app serves for the recording in its player, from the first to the last. Throws where it refuses. */
export async function servedFile(app: ElectronApplication, window: Page): Promise<Buffer> {
  const address = await window.locator('audio').evaluate((audio: HTMLAudioElement) => audio.src)
  const base64 = await app.evaluate(async ({ session }, url) => {
    const answer = await session.defaultSession.fetch(url)
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
    return Buffer.from(await answer.arrayBuffer()).toString('base64')
  }, address)
  return Buffer.from(base64, 'base64')
}

/** The same as samples: 16 bit, one channel. */
export const servedSamples = async (app: ElectronApplication, window: Page): Promise<Int16Array> =>
  wavSamples(await servedFile(app, window))

/**
 * How much of a tone comes out of the player at this moment: its amplitude, 0 to 1, over a twelfth of a second. The page
 * hears itself, as its loudspeakers would.
 */
export const heardLevel = (window: Page, hertz: number): Promise<number> =>
  window.locator('audio').evaluate(async (element, wanted) => {
    const audio = element as HTMLAudioElement & { captureStream(): MediaStream }
    const stream = audio.captureStream()
    if (stream.getAudioTracks().length === 0) return 0
    const context = new AudioContext()
    try {
      const analyser = context.createAnalyser()
      analyser.fftSize = 4096
      context.createMediaStreamSource(stream).connect(analyser)
      const from = context.currentTime
      // until all that the analyser looks at was heard since it was connected
      while (context.currentTime - from < 2 * (analyser.fftSize / context.sampleRate))
        await new Promise(resolve => setTimeout(resolve, 5))
      const samples = new Float32Array(analyser.fftSize)
      analyser.getFloatTimeDomainData(samples)
      const turn = (2 * Math.PI * wanted) / context.sampleRate
      let [real, imaginary] = [0, 0]
      samples.forEach((sample, at) => {
        real += sample * Math.cos(turn * at)
        imaginary += sample * Math.sin(turn * at)
      })
      return (2 * Math.hypot(real, imaginary)) / samples.length
    } finally {
      await context.close()
    }
  }, hertz)
