// A Chromium for the second lane: the built renderer in the engine of today's Electron.
import { chromium } from '@playwright/test'
import { Missing } from '../project.ts'
import { hasApt, needPackages } from './apt.ts'
import { findProgram, isExecutable } from './display.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']

/**
 * The executable of an installed Chromium or Chrome, else Playwright's own, else Debian's package (as root).
 * TALLYLIGHT_CHROMIUM names another one. Throws Missing with the way out.
 */
export async function chromiumExecutable(): Promise<string> {
  const found = process.env['TALLYLIGHT_CHROMIUM'] ?? findProgram(...NAMES) ?? playwrightsOwn()
  if (found !== undefined) return found
  const wayOut = 'No Chromium is installed. Run this, then try again:\n  npx playwright install chromium'
  if (process.platform !== 'linux' || !(await hasApt())) throw new Missing(wayOut)
  await needPackages('the second lane of the tests', ['chromium'])
  const installed = findProgram(...NAMES)
  if (installed === undefined) throw new Missing(wayOut)
  return installed
}

/** Below root's home no ordinary user can run it, and the suites run as one. */
function playwrightsOwn(): string | undefined {
  const path = chromium.executablePath()
  return process.getuid?.() !== 0 && isExecutable(path) ? path : undefined
}
