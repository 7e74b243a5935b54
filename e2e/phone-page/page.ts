/**
 * The built phone page in Chromium, with the bridge played by the test. Every report is parsed by the contract's schema, so
 * that a report which main would refuse fails here too.
 */
import { expect, type BrowserContext, type Page } from '@playwright/test'
import { type Failure } from '../../shared/failure.ts'
import { NO_CHOICE } from '../../shared/devices.ts'
import { type PhoneCommand, type PhoneLine, type PhonePreferences, PhoneReport } from '../../shared/phone.ts'
import { serveBuilt } from '../support/builtPage.ts'

/** A secure, public origin: as far from loopback as the app's own. */
const ORIGIN = 'https://phone.test'

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
  /** Forgets what was reported. */
  forget(): void
  /** What the user sets from now on. */
  prefer(change: Partial<PhonePreferences>): Promise<void>
  /** Another line, or none. */
  take(line: PhoneLine | null): Promise<void>
}

/** Opens the page for a line, before which nothing was reported. */
export async function openPhone(
  context: BrowserContext,
  first: PhoneLine,
  preferred: Partial<PhonePreferences> = {},
): Promise<PhonePage> {
  const page = await context.newPage()
  const reports: PhoneReport[] = []
  let line: PhoneLine | null = first
  let preferences: PhonePreferences = { devices: NO_CHOICE, iceServers: [], autoAnswer: false, ...preferred }
  let commands = 0
  const policy = [
    "default-src 'none'; script-src 'self'; media-src mediastream:; connect-src 'self'",
    new URL(first.webSocket).origin,
  ].join(' ')
  const { complaints, tell } = await serveBuilt(page, ORIGIN, policy, (name, argument) => {
    if (name === 'phone:line') return Promise.resolve({ ok: true, value: line })
    if (name === 'phone:preferences') return Promise.resolve({ ok: true, value: preferences })
    if (name !== 'phone:report') throw new Error(`The phone page asked for ${name}`)
    reports.push(PhoneReport.parse(argument))
    return Promise.resolve({ ok: true, value: undefined })
  })
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
    forget: () => void reports.splice(0),
    async prefer(change) {
      preferences = { ...preferences, ...change }
      await tell('phone:preferences', preferences)
    },
    async take(next) {
      line = next
      await tell('phone:lineChanged', null)
    },
  }
  await page.goto(`${ORIGIN}/phone.html`)
  return phone
}
