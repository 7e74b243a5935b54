/** A folder of recordings beside the demo server's call log, chosen as a person does; only main's dialog is answered. */
import { type ElectronApplication, type Page } from '@playwright/test'
import { expect } from './app.ts'

/** A name as Asterisk gives it to what `*3` records: who pressed, and the other. */
export const recordingName = (at: Date, own: string, other: string, extension: string): string =>
  `auto-${Math.floor(at.getTime() / 1000)}-${own}-${other}.${extension}`

/** Chooses a folder, and waits until so many recordings of it are listed. */
export async function chooseFolder(app: ElectronApplication, window: Page, path: string): Promise<void> {
  await app.evaluate(({ dialog }, picked) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [picked] })
  }, path)
  const outcome = await window.evaluate(() => bridge.request('library:pickFolder', undefined))
  expect(outcome.ok).toBe(true)
}

/** The part of the one call with a number; waits until it is listed. */
export async function partOf(window: Page, number: string): Promise<string> {
  const find = () =>
    window.evaluate(async search => {
      const page = await bridge.request('library:list', { filter: { search }, at: null })
      return page.ok ? (page.value.entries[0]?.parts[0]?.id ?? null) : null
    }, number)
  await expect.poll(find, { message: `the recording with ${number}`, timeout: 20_000 }).not.toBe(null)
  const part = await find()
  if (part === null) throw new Error(`The recording with ${number} is gone again`)
  return part
}
