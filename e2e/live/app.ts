/** The app's main process without its windows: account, calls, automatic recording and library, joined as main.ts does. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { parseAddress } from '../../electron/account/address.ts'
import { systemClock as accountClock } from '../../electron/account/ports.ts'
import { type WazoSession } from '../../electron/account/session.ts'
import { memoryKeyring, memoryStore } from '../../electron/account/testing.ts'
import { createWazoAccounts, type WazoAccounts } from '../../electron/account/wazoAccounts.ts'
import { type CallServer, systemClock } from '../../electron/calls/ports.ts'
import { Companion } from '../../electron/companion.ts'
import { openIndex } from '../../electron/library/index/client.ts'
import { indexFiles } from '../../electron/library/source.ts'
import { type Line } from '../../electron/line.ts'
import { createAuth } from '../../electron/wazo/auth.ts'
import { createCheckedAgent } from '../../electron/wazo/certificate.ts'
import { WazoError } from '../../electron/wazo/errors.ts'
import { wazoLine } from '../../electron/wazoLine.ts'
import { NO_KEEPING } from '../../shared/keeping.ts'
import { NO_EXPORTING } from '../../shared/exporting.ts'
import { type Use } from '../../shared/account.ts'
import { type CallView } from '../../shared/call.ts'
import { AppFailure } from '../../shared/failure.ts'
import { OPEN_POLICY } from '../../shared/policy.ts'
import { Settings } from '../../shared/settings.ts'
import { type Snapshot } from '../../shared/snapshot.ts'
import { failureText } from '../../shared/text/index.ts'
import { LivePhone } from './phone.ts'
import { Failed, type Step } from './run.ts'
import { type LiveSettings } from './settings.ts'

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8')))
const Sealed = z.object({ refreshToken: z.string(), clientId: z.string() })

/** The state is looked at whenever it changes, and this often, milliseconds. */
const LOOK_MS = 50
/** A request of ours gives up after 10 s. */
const ANSWER_MS = 12_000

/** What the server answered to a command for a recording. */
export interface Acknowledgement {
  readonly want: string
  readonly at: number
  /** Null: it took it. */
  readonly refused: string | null
}

export interface Tokens {
  readonly access: string
  /** Null: this server gives none. */
  readonly refresh: { readonly token: string; readonly clientId: string } | null
}

export class App {
  readonly settings: LiveSettings
  readonly companion: Companion
  readonly phone: LivePhone
  readonly acknowledged: Acknowledgement[] = []
  readonly log: string[] = []
  readonly #store = memoryStore()
  readonly #keyring = memoryKeyring()
  readonly #accounts: WazoAccounts
  readonly #secrets = new Set<string>()
  /** The index of the user's calls: it goes as the suite ends. */
  readonly #libraryFolder = join(tmpdir(), `tallylight-live-${randomUUID()}`)
  #session: WazoSession | null = null
  /** Ids of calls that are the user's own. */
  readonly #foreign = new Set<string>()
  #unanswered = 0
  #signingIn: Promise<void> = Promise.resolve()
  readonly #looks = new Set<() => void>()

  constructor(settings: LiveSettings) {
    this.settings = settings
    this.#secrets.add(settings.password)
    const log = (text: string, error?: unknown) =>
      void this.log.push(error === undefined ? text : `${text}: ${this.describe(error)}`)
    this.#accounts = createWazoAccounts({ store: this.#store, keyring: this.#keyring, clock: accountClock, version })
    this.phone = new LivePhone({
      agent: () => createCheckedAgent(this.#accounts.pins),
      onReport: report => this.companion.phoneReport(report),
      log,
    })
    const { recordCode, permanentCode } = settings
    const kept = Settings.parse({ recordCode, permanentCode })
    this.companion = new Companion({
      clock: systemClock,
      settings: { current: () => kept, change: () => undefined },
      policy: { current: () => OPEN_POLICY, readAgain: () => OPEN_POLICY },
      phone: this.phone,
      language: () => 'en',
      onSnapshot: () => {
        for (const look of this.#looks) look()
      },
      onMoment: () => undefined,
      library: {
        openIndex: () => openIndex({ ...indexFiles(this.#libraryFolder), key: null, log }),
        erase: () => rm(this.#libraryFolder, { recursive: true, force: true }),
      },
      onLibraryChanged: () => undefined,
      onOver: failure => log(`the session is over: ${failure.code}`),
      exporting: () => NO_EXPORTING,
      keeping: () => NO_KEEPING,
      log,
    })
  }

  get session(): WazoSession {
    if (this.#session === null) throw new Failed('nobody is signed in')
    return this.#session
  }

  /** Whether there is a session to end; a sign-in that was given up half-way is waited for. */
  async signedIn(): Promise<boolean> {
    await this.#signingIn.catch(() => undefined)
    return this.#session !== null
  }

  /** Signs in; a fingerprint that was named is the only certificate that is taken. Throws AppFailure. */
  signIn(): Promise<void> {
    return (this.#signingIn = this.#signIn())
  }

  async #signIn(): Promise<void> {
    const { server, user, password, fingerprint } = this.settings
    if (fingerprint !== null) {
      const { host } = parseAddress(server)
      const view = { host, fingerprint, subject: '', issuer: '', validFrom: '', validTo: '' }
      this.#accounts.pins.offered(view)
      this.#accounts.pins.trust(host, fingerprint)
    }
    this.#session = await this.#accounts.signIn({ server, username: user, password })
    const { access, refresh } = await this.tokens()
    for (const secret of [access, refresh?.token, refresh?.clientId])
      if (secret !== undefined) this.#secrets.add(secret)
  }

  /** Opens the line: calls, event stream, and the phone where this computer carries the calls. */
  async open(use: Use): Promise<void> {
    const { session } = this
    session.use = use
    const pin = () => this.#accounts.pins.pinFor(session.host)
    const line = wazoLine({
      session,
      demo: false,
      pin,
      codes: () => [this.settings.permanentCode],
      now: () => systemClock.now(),
      log: text => void this.log.push(text),
    })
    await this.companion.open(this.#overheard(line))
  }

  /** The same line, whose answers to commands are written down. */
  #overheard(line: Line): Line {
    const { server } = line
    if (server === null) return line
    const record: CallServer['record'] = async (call, want) => {
      this.#unanswered++
      const failure = await server.record(call, want).finally(() => this.#unanswered--)
      this.acknowledged.push({ want, at: Date.now(), refused: failure === null ? null : failure.reason })
      return failure
    }
    return { ...line, server: { ...server, record } }
  }

  /** Waits until every command to the server has its answer. */
  async answered(step: Step): Promise<void> {
    await this.until(step, 'the answer to the command', ANSWER_MS, () => (this.#unanswered === 0 ? true : undefined))
  }

  async tokens(): Promise<Tokens> {
    const sealed = this.#store.get('wazo.sealed')
    const text = typeof sealed === 'string' ? this.#keyring.open(sealed) : null
    const kept = text === null ? null : Sealed.parse(JSON.parse(text))
    return {
      access: await this.session.tokens.current(),
      refresh: kept === null ? null : { token: kept.refreshToken, clientId: kept.clientId },
    }
  }

  /** The call of this suite, as it is now; the user may have others. */
  call({ calls }: Snapshot): CallView | undefined {
    return calls.find(({ id, outgoing, isCode }) => outgoing && !isCode && !this.#foreign.has(id))
  }

  /** Calls that this suite began, and that still live. */
  left(): readonly CallView[] {
    return this.companion.snapshot().calls.filter(({ id, outgoing }) => outgoing && !this.#foreign.has(id))
  }

  /** What lives now is none of ours. */
  disown(): void {
    for (const { id } of this.companion.snapshot().calls) this.#foreign.add(id)
  }

  /** Ends calls, phone and session as signing out does. False: the server did not take the tokens back. */
  async signOut(): Promise<boolean> {
    const session = this.#session
    if (session === null) return true
    await this.companion.hangUp()
    const revoked = await this.#accounts.signOut(session)
    await this.companion.library.eraseAll()
    await this.companion.close()
    await this.phone.closed
    this.#session = null
    return revoked
  }

  /** Which of the tokens the server still takes. Throws when it does not tell. */
  async alive({ access, refresh }: Tokens): Promise<string[]> {
    const { origin } = parseAddress(this.settings.server)
    const agent = createCheckedAgent(this.#accounts.pins)
    const auth = createAuth({ origin, agent, version })
    try {
      const left = (await auth.isAlive(access)) ? ['the access token'] : []
      if (refresh === null) return left
      const renewed = await auth.refresh(refresh.token, refresh.clientId).catch((error: unknown) => {
        if (error instanceof AppFailure && error.failure.code === 'session-over') return null
        throw error
      })
      if (renewed === null) return left
      await auth.revoke(renewed.token)
      return [...left, 'the refresh token']
    } finally {
      agent.destroy()
    }
  }

  /**
   * Waits until the state is as wanted. Throws Failed when it is not in time, and what `look` throws.
   * @param look undefined = not yet
   */
  until<T>(step: Step, what: string, limitMs: number, look: (snapshot: Snapshot) => T | undefined): Promise<T> {
    step.waitingFor = what
    return new Promise((resolve, reject) => {
      const finish = (end: () => void) => {
        clearTimeout(late)
        clearInterval(often)
        this.#looks.delete(once)
        end()
      }
      const once = () => {
        try {
          if (step.over) throw new Failed('given up')
          const found = look(this.companion.snapshot())
          if (found !== undefined) finish(() => resolve(found))
        } catch (error) {
          finish(() => reject(error instanceof Error ? error : new Failed(String(error))))
        }
      }
      const late = setTimeout(
        () => finish(() => reject(new Failed(`${what} did not come in ${limitMs / 1000} s`))),
        limitMs,
      )
      const often = setInterval(once, LOOK_MS)
      this.#looks.add(once)
      once()
    })
  }

  /** An error in words, and in the server's, without a secret. */
  describe(error: unknown): string {
    return this.#clean(this.#words(error))
  }

  #words(error: unknown): string {
    if (error instanceof WazoError) return [error.message, error.details].filter(part => part !== null).join(', ')
    if (!(error instanceof AppFailure)) return error instanceof Error ? error.message : String(error)
    const { certificate } = error.failure
    const shown =
      certificate === undefined ? '' : ` It shows ${certificate.subject}, SHA-256 ${certificate.fingerprint}.`
    const cause = error.cause === undefined ? '' : ` (${this.#words(error.cause)})`
    return `${failureText('en', error.failure)}${shown}${cause}`
  }

  /** A text without password and tokens. */
  #clean(text: string): string {
    return [...this.#secrets].reduce((left, secret) => left.replaceAll(secret, '…'), text)
  }
}
