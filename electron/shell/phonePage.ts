/**
 * The phone page: hidden, never throttled, in an in-memory partition of its own for each line and certificate.
 * Chromium asks once a session whether a certificate is good, so a new decision means a new partition.
 */
import { randomUUID } from 'node:crypto'
import { BrowserWindow, session, type Session, type WebContents } from 'electron'
import { PHONE_ORIGIN } from '../../shared/bridge.ts'
import { type Cue } from '../../shared/cues.ts'
import { type Failure } from '../../shared/failure.ts'
import { type PhoneCommand, type PhoneLine, type PhonePreferences, type PhoneReport } from '../../shared/phone.ts'
import { push } from './bridge.ts'
import { guardSession } from './guard.ts'
import { log } from './log.ts'
import { servePages } from './schemes.ts'
import { tellSeen } from './seen.ts'
import { pagePreferences } from './windows.ts'

type WithoutId<C> = C extends PhoneCommand ? Omit<C, 'id'> : never

export interface PhonePageOptions {
  readonly preload: string
  readonly pages: string
  /** A report of the page other than `done`. */
  readonly onReport: (report: Exclude<PhoneReport, { kind: 'done' }>) => void
  /** The page died: its calls are not ours to see any more. */
  readonly onGone: () => void
}

/** A command that the page does not answer by then has failed; a re-REGISTER or INVITE may take SIP's own 32 s. */
const ANSWER_WITHIN_MS = 40_000

export class PhonePage {
  readonly #options: PhonePageOptions
  #window: BrowserWindow | null = null
  #line: PhoneLine | null = null
  #waiting = new Map<string, (failure: Failure | null) => void>()

  constructor(options: PhonePageOptions) {
    this.#options = options
  }

  get contents(): WebContents | null {
    return this.#window === null || this.#window.isDestroyed() ? null : this.#window.webContents
  }

  get line(): PhoneLine | null {
    return this.#line
  }

  /** Opens the page for a line; without one it is there for its sounds, with neither SIP nor microphone. `pin`: the only certificate accepted from its server, as SHA-256 `AA:BB:…`; null = the system judges. */
  open(line: PhoneLine | null, pin: string | null): void {
    this.close()
    this.#line = line
    const partition = session.fromPartition(`phone-${randomUUID()}`)
    guardSession(partition)
    const server = line === null ? null : new URL(line.webSocket)
    servePages(partition, this.#options.pages, PHONE_ORIGIN, server === null ? [] : [server.origin])
    if (server !== null) pinCertificate(partition, server.hostname, pin)
    const window = new BrowserWindow({
      show: false,
      webPreferences: { ...pagePreferences(this.#options.preload), session: partition, backgroundThrottling: false },
    })
    this.#window = window
    window.webContents.on('render-process-gone', (_event, details) => {
      log(`the phone page is gone: ${details.reason}`)
      if (this.#window !== window) return
      this.close()
      this.#options.onGone()
    })
    window.loadURL(`${PHONE_ORIGIN}/phone.html`).catch((error: unknown) => {
      if (this.#window === window) log('the phone page could not be loaded', error)
    })
  }

  close(): void {
    this.#line = null
    const window = this.#window
    this.#window = null
    for (const answer of this.#waiting.values()) answer({ code: 'phone-off' })
    this.#waiting.clear()
    if (window !== null && !window.isDestroyed()) window.destroy()
  }

  /** Sends a command; null = done. */
  send(command: WithoutId<PhoneCommand>): Promise<Failure | null> {
    const contents = this.contents
    if (contents === null) return Promise.resolve({ code: 'phone-off' })
    const id = randomUUID()
    return new Promise(resolve => {
      const late = setTimeout(() => settle({ code: 'call-failed' }), ANSWER_WITHIN_MS)
      const settle = (failure: Failure | null) => {
        clearTimeout(late)
        this.#waiting.delete(id)
        resolve(failure)
      }
      this.#waiting.set(id, settle)
      push(contents, 'phone:command', { ...command, id })
    })
  }

  /** What the user set changed. */
  prefer(preferences: PhonePreferences): void {
    if (this.contents !== null) push(this.contents, 'phone:preferences', preferences)
  }

  /** Sounds in the user's own ear; without a page there is none. */
  cue(cue: Cue): void {
    tellSeen('cue', cue)
    if (this.contents !== null) push(this.contents, 'phone:cue', cue)
  }

  /** A report of the page, already parsed. */
  report(report: PhoneReport): void {
    if (report.kind === 'done') this.#waiting.get(report.id)?.(report.failure)
    else this.#options.onReport(report)
  }
}

/** Chromium's side of the pin; Node's is in wazo/certificate.ts. */
function pinCertificate(partition: Session, host: string, pin: string | null): void {
  if (pin === null) return
  const wanted = `sha256/${Buffer.from(pin.replaceAll(':', ''), 'hex').toString('base64')}`
  const accept = 0
  const refuse = -2
  partition.setCertificateVerifyProc((request, decide) => {
    decide(bare(request.hostname) === bare(host) && request.certificate.fingerprint === wanted ? accept : refuse)
  })
}

/** An IPv6 address is bracketed in a URL. */
const bare = (host: string): string => host.replace(/^\[|\]$/g, '')
