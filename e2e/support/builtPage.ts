/** A built page in a plain browser: served under a policy of the test's choice, with a bridge that the test plays. */
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { type Page } from '@playwright/test'
import { type EventName, type Payload } from '../../shared/bridge.ts'
import { type Outcome } from '../../shared/failure.ts'

const PAGES = join(import.meta.dirname, '../../out/renderer')
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

interface TestPage {
  testTell(name: string, payload: unknown): void
  testRequest(name: string, argument: unknown): Promise<Outcome<unknown>>
}

export interface Served {
  /** What the page wrote to its console as an error: faults, and what the policy blocked. A test may take from it. */
  readonly complaints: string[]
  readonly tell: <E extends EventName>(name: E, payload: Payload<E>) => Promise<void>
}

/** `request`: what answers the page. Nothing is loaded yet. */
export async function serveBuilt(
  page: Page,
  origin: string,
  policy: string,
  request: (name: string, argument: unknown) => Promise<Outcome<unknown>>,
): Promise<Served> {
  const complaints: string[] = []
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.route(`${origin}/**`, async route => {
    const name = new URL(route.request().url()).pathname
    await route.fulfill({
      body: await readFile(join(PAGES, name)),
      contentType: TYPES[extname(name)] ?? 'application/octet-stream',
      headers: { 'content-security-policy': policy },
    })
  })
  await page.exposeFunction('testRequest', request)
  await page.addInitScript(playBridge)
  return {
    complaints,
    tell: (name, payload) =>
      page.evaluate(([event, value]) => (globalThis as unknown as TestPage).testTell(event, value), [
        name,
        payload,
      ] as const),
  }
}

/** Runs in the page, before its scripts. */
function playBridge(): void {
  const world = globalThis as unknown as TestPage
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  const bridge = {
    request: (name: string, argument: unknown) => world.testRequest(name, argument),
    on: (name: string, listener: (payload: unknown) => void) => {
      const some = listeners.get(name) ?? new Set()
      listeners.set(name, some.add(listener))
      return () => void some.delete(listener)
    },
  }
  const testTell = (name: string, payload: unknown) => {
    for (const listener of listeners.get(name) ?? []) listener(payload)
  }
  Object.assign(globalThis, { bridge, testTell })
}
