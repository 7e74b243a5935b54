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
