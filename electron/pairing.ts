/** Sign-in, restoring and signing out: which line the companion runs on. Plain Node. */
import { type AsteriskPairing, type Use, type WazoSignIn } from '../shared/account.ts'
import { AppFailure, type Failure } from '../shared/failure.ts'
import { type NamingPreview } from '../shared/library/naming.ts'
import { createAsteriskPairings, type KeptPairing } from './account/asteriskPairing.ts'
import { parseWebSocketAddress } from './account/address.ts'
import { type Clock, type Keyring, type Store } from './account/ports.ts'
import { type WazoSession } from './account/session.ts'
import { createWazoAccounts, type WazoAccounts } from './account/wazoAccounts.ts'
import { probeWebSocket } from './account/webSocketProbe.ts'
import { asteriskLine } from './asteriskLine.ts'
import { type Companion } from './companion.ts'
import { type FolderPlace } from './library/source.ts'
import { sampleNames } from './library/templates/samples.ts'
import { type TemplateTrials } from './library/templates/trial.ts'
import { wazoLine } from './wazoLine.ts'

export interface DemoSignIn {
  readonly url: string
  readonly fingerprint: string
  readonly login: string
  readonly password: string
}

export interface PairingPorts {
  readonly store: Store
  readonly keyring: Keyring
  readonly clock: Clock
  readonly version: string
  readonly companion: Companion
  readonly trials: Pick<TemplateTrials, 'try'>
  readonly codes: () => readonly string[]
  /** Signing out destroys the list, the notes and the copies on this computer. */
  readonly eraseAtSignOut: () => boolean
  /** Starts the embedded demo server and answers how to sign in there; ends it. */
  readonly demo: {
    start(): Promise<DemoSignIn>
    stop(): void
  }
  readonly log: (text: string, error?: unknown) => void
}

/** Names of the folder that a template is tried on. */
const SAMPLES = 20

export class Pairing {
  readonly #ports: PairingPorts
  readonly #wazo: WazoAccounts
  /** The demo server is gone after this run: what is signed in there is kept by nobody. */
  readonly #demo: WazoAccounts
  readonly #asterisk: ReturnType<typeof createAsteriskPairings>
  #signedIn: { readonly session: WazoSession; readonly accounts: WazoAccounts } | null = null
  #signingOut: Promise<void> | null = null
  /** The bare Asterisk that is in use. */
  #paired: KeptPairing | null = null
  #folder: { readonly path: string; readonly label: string } | null = null

  constructor(ports: PairingPorts) {
    this.#ports = ports
    this.#wazo = createWazoAccounts(ports)
    this.#demo = createWazoAccounts({ ...ports, store: passingStore(), keyring: NO_KEYRING })
    this.#asterisk = createAsteriskPairings(ports.store, ports.keyring)
  }

  /** Comes back to what was paired in the last run, or shows the sign-in page with why not. */
  async restore(): Promise<void> {
    try {
      const session = await this.#wazo.restore()
      if (session !== null) return await this.#openWazo(session, this.#wazo)
      const pairing = this.#asterisk.restore()
      if (pairing !== null) return await this.#openAsterisk(pairing, true)
      this.#showSignIn(null)
    } catch (error) {
      this.#ports.log('the last session could not be restored', error)
      this.#showSignIn(error instanceof AppFailure ? error.failure : { code: 'unexpected' })
    }
  }

  async signIn(wanted: WazoSignIn): Promise<void> {
    await this.#openWazo(await this.#wazo.signIn(wanted), this.#wazo)
  }

  /** Accepts a certificate that this host offered in this run. */
  trust(host: string, fingerprint: string): void {
    this.#wazo.pins.trust(host, fingerprint)
  }

  /** Signs in at the embedded demo server, whose certificate was made a moment ago by ourselves. */
  async tryDemo(): Promise<void> {
    const demo = await this.#ports.demo.start()
    try {
      await this.#openDemo(demo)
    } catch (error) {
      this.#ports.demo.stop()
      throw error
    }
  }

  async #openDemo({ url, fingerprint, login, password }: DemoSignIn): Promise<void> {
    const host = new URL(url).host
    const wanted = { server: host, username: login, password }
    // it offers its certificate first, as any server does, and only that one is taken
    const session = await this.#demo.signIn(wanted).catch((error: unknown) => {
      const offered = error instanceof AppFailure ? error.failure.certificate?.fingerprint : undefined
      if (offered === undefined || offered !== fingerprint) throw error
      this.#demo.pins.trust(host, fingerprint)
      return this.#demo.signIn(wanted)
    })
    await this.#openWazo(session, this.#demo)
  }

  /** The folder that main's dialog gave; its label goes to the page. */
  picked(folder: { readonly path: string; readonly label: string }): void {
    this.#folder = folder
  }

  async pairAsterisk(wanted: AsteriskPairing): Promise<void> {
    await this.#ports.trials.try(wanted.template, [])
    if (wanted.useFolder && this.#folder === null) throw new AppFailure({ code: 'invalid', subject: 'useFolder' })
    await probeWebSocket(parseWebSocketAddress(wanted.webSocket).webSocket, this.#wazo.pins)
    const { pairing, remembered } = this.#asterisk.pair(wanted, this.#folder?.path ?? null)
    await this.#openAsterisk(pairing, remembered)
  }

  /** The template by which the folder is read; null = there is no folder. */
  async naming(): Promise<{ readonly template: string } | null> {
    const pairing = this.#paired
    if (pairing === null) {
      const chosen = await this.#chosenFolder()
      return chosen === null ? null : { template: chosen.template }
    }
    return pairing.folder === null ? null : { template: pairing.template }
  }

  /** The folder that is read beside a call log. */
  async #chosenFolder(): Promise<FolderPlace | null> {
    return this.#signedIn === null ? null : this.#ports.companion.library.chosenFolder()
  }

  /** Tries a template on the watched folder, else on the one that was picked. */
  async tryNaming(template: string): Promise<NamingPreview> {
    const chosen = await this.#chosenFolder()
    const folder = this.#paired === null ? (chosen?.root ?? this.#folder?.path ?? null) : this.#paired.folder
    return this.#ports.trials.try(template, folder === null ? [] : await sampleNames(folder, SAMPLES))
  }

  /** Reads the watched folder by another template from now on. Throws AppFailure `in-call`, or as `tryNaming`. */
  async applyNaming(template: string): Promise<void> {
    const { companion, trials } = this.#ports
    await trials.try(template, [])
    const paired = this.#paired
    const chosen = await this.#chosenFolder()
    if (chosen !== null) return companion.library.useFolder({ ...chosen, template })
    if (paired === null || paired.folder === null) throw new AppFailure({ code: 'invalid', subject: 'template' })
    // the line begins anew, and its phone with it
    if (companion.calls.views().length > 0) throw new AppFailure('in-call')
    const pairing = { ...paired, template }
    await this.#openAsterisk(pairing, this.#asterisk.keep(pairing))
  }

  choose(use: Use): Promise<void> {
    return this.#ports.companion.choose(use)
  }

  /** Hangs up, revokes what the server will take, and forgets everything but the typed names. Pressed twice, it is done once. */
  signOut(): Promise<void> {
    this.#signingOut ??= this.#signOut().finally(() => (this.#signingOut = null))
    return this.#signingOut
  }

  async #signOut(): Promise<void> {
    await this.#ports.companion.hangUp()
    const signedIn = this.#signedIn
    this.#signedIn = null
    this.#paired = null
    this.#asterisk.forget()
    if (signedIn !== null && !(await signedIn.accounts.signOut(signedIn.session)))
      this.#ports.log('the session could not be revoked at the server')
    // the page that comes next is set first: what is closed shows it at once
    this.#showSignIn(null)
    const kept = this.#ports.eraseAtSignOut() ? await this.#eraseLibrary() : null
    await this.#ports.companion.close()
    this.#ports.demo.stop()
    // whoever sits down next must know that something is left
    if (kept !== null) this.#showSignIn(kept)
  }

  /** Null: nothing of it is left on this computer. */
  async #eraseLibrary(): Promise<Failure | null> {
    try {
      await this.#ports.companion.library.eraseAll()
      return null
    } catch (error) {
      this.#ports.log('the library could not be erased', error)
      return { code: 'library-left' }
    }
  }

  /** The session ended without the user's wish: sign in again, with what was typed last time. */
  over(failure: Failure): void {
    this.#signedIn = null
    this.#ports.demo.stop()
    this.#showSignIn(failure)
  }

  async #openWazo(session: WazoSession, accounts: WazoAccounts): Promise<void> {
    this.#signedIn = { session, accounts }
    this.#paired = null
    this.#asterisk.forget()
    const { companion, codes, clock, log } = this.#ports
    const pin = () => accounts.pins.pinFor(session.host)
    const demo = accounts === this.#demo
    await companion.open(wazoLine({ session, demo, pin, codes, log, now: () => clock.now() }))
  }

  async #openAsterisk(pairing: KeptPairing, remembered: boolean): Promise<void> {
    this.#signedIn = null
    this.#paired = pairing
    const { companion, clock, log } = this.#ports
    const address = new URL(pairing.webSocket)
    const host = `${address.hostname}:${address.port || (address.protocol === 'wss:' ? '443' : '80')}`
    const pin = address.protocol === 'wss:' ? this.#wazo.pins.pinFor(host) : null
    await companion.open(asteriskLine({ pairing, remembered, pin, clock, log }))
  }

  #showSignIn(reason: Failure | null): void {
    const { server, username } = this.#wazo.last()
    this.#ports.companion.showSignIn({ reason, server, username, folder: this.#folder?.label ?? null })
  }
}

const NO_KEYRING: Keyring = { durable: () => false, seal: text => text, open: () => null }

/** A store that lasts for this run. */
function passingStore(): Store {
  const values = new Map<string, unknown>()
  return {
    get: key => values.get(key),
    set: (key, value) => void values.set(key, value),
    delete: key => void values.delete(key),
  }
}
