/**
 * The built phone page in Chromium, with the bridge played by the test. Every report is parsed by the contract's schema, so
 * that a report which main would refuse fails here too.
 */
import { readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { expect, type BrowserContext, type Page } from '@playwright/test'
import { type Failure } from '../../shared/failure.ts'
import { type PhoneCommand, type PhoneLine, PhoneReport } from '../../shared/phone.ts'

/** A secure, public origin: as far from loopback as the app's own. */
const ORIGIN = 'https://phone.test'
const PAGES = join(import.meta.dirname, '../../out/renderer')
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }

type Kind = PhoneReport['kind']
type Of<K extends Kind> = Extract<PhoneReport, { kind: K }>
type WithoutId<C> = C extends PhoneCommand ? Omit<C, 'id'> : never

export interface PhonePage {
  readonly page: Page
  /** Everything that was reported, oldest first. */
  readonly reports: readonly PhoneReport[]
  /** What the page wrote to its console as an error. */
  readonly complaints: readonly string[]
  all<K extends Kind>(kind: K): Of<K>[]
  last<K extends Kind>(kind: K): Of<K> | undefined
  /** Waits until the last report of a kind (of a session) has these values. */
  until<K extends Kind>(kind: K, values: Partial<Of<K>>, timeout?: number): Promise<Of<K>>
  /** Gives a command and waits for its one answer; null = done. */
  run(command: WithoutId<PhoneCommand>): Promise<Failure | null>
  /** Another line, or none. */
  take(line: PhoneLine | null): Promise<void>
}

/** Opens the page for a line, before which nothing was reported. */
export async function openPhone(context: BrowserContext, first: PhoneLine): Promise<PhonePage> {
  const page = await context.newPage()
  const reports: PhoneReport[] = []
  const complaints: string[] = []
  let line: PhoneLine | null = first
  let commands = 0
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('console', message => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.route(`${ORIGIN}/**`, async route => {
    const name = new URL(route.request().url()).pathname
    const policy = [
      "default-src 'none'; script-src 'self'; media-src mediastream:; connect-src 'self'",
      new URL(first.webSocket).origin,
    ].join(' ')
    await route.fulfill({
      body: await readFile(join(PAGES, name)),
      contentType: TYPES[extname(name)] ?? 'application/octet-stream',
      headers: { 'content-security-policy': policy },
    })
  })
  await page.exposeFunction('testRequest', (name: string, argument: unknown) => {
    if (name === 'phone:line') return line
    if (name !== 'phone:report') throw new Error(`The phone page asked for ${name}`)
    reports.push(PhoneReport.parse(argument))
    return null
  })
  await page.addInitScript(playBridge)
  const tell = (name: string, payload: unknown) =>
    page.evaluate(([event, value]) => (globalThis as unknown as TestPage).testTell(event, value), [
      name,
      payload,
    ] as const)
  const all = <K extends Kind>(kind: K) => reports.filter((one): one is Of<K> => one.kind === kind)
  const last = <K extends Kind>(kind: K) => all(kind).at(-1)
  const phone: PhonePage = {
    page,
    reports,
    complaints,
    all,
    last,
    async until(kind, values, timeout = 15_000) {
      await expect.poll(() => last(kind), { timeout }).toMatchObject(values)
      const found = last(kind)
      if (found === undefined) throw new Error(`no report of ${kind}`)
      return found
    },
    async run(command) {
      const id = `command-${++commands}`
      await tell('phone:command', { ...command, id })
      const answers = () => all('done').filter(one => one.id === id)
      await expect.poll(() => answers().length, { timeout: 20_000 }).toBe(1)
      return answers()[0]?.failure ?? null
    },
    async take(next) {
      line = next
      await tell('phone:lineChanged', null)
    },
  }
  await page.goto(`${ORIGIN}/phone.html`)
  return phone
}

interface TestPage {
  testTell(name: string, payload: unknown): void
  testRequest(name: string, argument: unknown): Promise<unknown>
}

/** Runs in the page, before its scripts. */
function playBridge(): void {
  const world = globalThis as unknown as TestPage
  const listeners = new Map<string, Set<(payload: unknown) => void>>()
  const bridge = {
    request: async (name: string, argument: unknown) => ({ ok: true, value: await world.testRequest(name, argument) }),
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
