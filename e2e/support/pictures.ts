/** Pictures of a journey, step by step, for a person to look at: `journeys/` in the report's folder. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Page } from '@playwright/test'

const FOLDER = join(process.env['TALLYLIGHT_OUT'] ?? join(import.meta.dirname, '../../out/e2e'), 'journeys')

/** Numbers the steps of one journey; `journey` and `step` become part of a file's name. */
export function picturesOf(journey: string): (window: Page, step: string) => Promise<void> {
  let taken = 0
  mkdirSync(FOLDER, { recursive: true })
  return async (window, step) => {
    const path = join(FOLDER, `${journey}-${String(++taken).padStart(2, '0')}-${step}.png`)
    await window.screenshot({ path })
  }
}
