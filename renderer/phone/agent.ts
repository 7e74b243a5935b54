/** The phone of one line: a user agent with its registration, its calls and its hint. A new line is a new agent. */
import { UserAgent, type UserAgentOptions } from 'sip.js'
import { AppFailure } from '../../shared/failure.ts'
import { type PhoneCommand, type PhoneLine, type PhoneReport } from '../../shared/phone.ts'
import { Hint } from './hint.ts'
import { CallMedia } from './media.ts'
import { Registration } from './registration.ts'
import { Sessions } from './sessions.ts'
import { type Studio } from './studio.ts'

/** Well below the 90 s after which proxies close a quiet socket (wazo.md 8). */
const KEEP_ALIVE_SECONDS = 60
/** The server ends the ringing, not we. */
const NO_ANSWER_SECONDS = 24 * 60 * 60
/** A server that does not answer must not hold up a sign-out. */
const STOP_WITHIN_MS = 2000

export class Agent {
  readonly key: string
  readonly #agent: UserAgent
  readonly #registration: Registration
  readonly #sessions: Sessions
  readonly #hint: Hint | null
  readonly #hurry = () => this.#registration.hurry()

  /** Throws `invalid` when the line's addresses are none. */
  constructor(line: PhoneLine, studio: Studio, report: (report: PhoneReport) => void) {
    this.key = line.key
    const uri = UserAgent.makeURI(line.uri)
    if (uri === undefined) throw new AppFailure({ code: 'invalid', subject: 'uri' })
    const host = uri.port === undefined ? uri.host : `${uri.host}:${uri.port}`
    const agent = new UserAgent({
      uri,
      displayName: line.displayName,
      authorizationUsername: line.username,
      ...secretOf(line),
      userAgentString: 'Tallylight',
      transportOptions: { server: line.webSocket, keepAliveInterval: KEEP_ALIVE_SECONDS, traceSip: false },
      noAnswerTimeout: NO_ANSWER_SECONDS,
      // our own stop says farewell, and does not wait 32 s for it
      gracefulShutdown: false,
      // its log repeats whole messages, with numbers and digests
      logBuiltinEnabled: false,
      logConfiguration: false,
      sessionDescriptionHandlerFactory: session => new CallMedia(session.userAgent.getLogger('media'), studio),
      delegate: {
        onDisconnect: () => {
          this.#registration.disconnected()
        },
        onInvite: invitation => this.#sessions.incoming(invitation),
        // Asterisk hangs up on a phone that does not answer these (wazo.md 8)
        onMessage: message => settle(message.accept(), 'MESSAGE'),
        onNotify: notification => settle(notification.accept(), 'NOTIFY'),
      },
    })
    this.#agent = agent
    this.#hint = line.hint === null ? null : new Hint(agent, line.hint, host, state => report({ kind: 'hint', state }))
    this.#registration = new Registration(agent, {
      state: registration => report({ kind: 'registration', registration }),
      reached: () => this.#sessions.back(),
      up: () => this.#hint?.start(),
      down: () => {
        this.#sessions.lost()
        this.#hint?.lost()
      },
    })
    this.#sessions = new Sessions(
      {
        agent,
        host,
        studio,
        registered: () => this.#registration.registered,
        connected: ms => this.#registration.within(ms),
        doubt: () => this.#registration.hurry(),
        answers: () => this.#registration.answers(),
      },
      report,
    )
  }

  start(): void {
    window.addEventListener('online', this.#hurry)
    this.#registration.start()
  }

  /** Carries a command out. Rejects with an AppFailure. */
  run(command: PhoneCommand): Promise<void> {
    if (command.do === 'register') {
      if (command.claim) this.#registration.claim()
      else this.#registration.hurry()
      return Promise.resolve()
    }
    return this.#sessions.run(command)
  }

  /** Ends every call, unregisters and closes the socket; two seconds at most. */
  async stop(): Promise<void> {
    window.removeEventListener('online', this.#hurry)
    let late: ReturnType<typeof setTimeout> | undefined
    const patience = new Promise<void>(resolve => (late = setTimeout(resolve, STOP_WITHIN_MS)))
    const farewell = this.#sessions
      .close()
      .then(() => this.#registration.stop())
      .catch((error: unknown) => console.error('The line was not given back', error))
    await Promise.race([farewell, patience])
    clearTimeout(late)
    this.#sessions.abandon()
    // where the farewell is still waiting, nothing of the old line may come back
    settle(this.#registration.stop(), 'REGISTER')
    await this.#agent.stop()
  }
}

function secretOf(line: PhoneLine): Pick<UserAgentOptions, 'authorizationHa1' | 'authorizationPassword'> {
  return line.secret.kind === 'ha1'
    ? { authorizationHa1: line.secret.ha1 }
    : { authorizationPassword: line.secret.password }
}

function settle(answer: Promise<unknown>, what: string): void {
  answer.catch((error: unknown) => console.error(`${what} was not answered`, error))
}
