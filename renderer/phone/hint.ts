/** Follows the hint of permanent recording (SUBSCRIBE, dialog package). What it cannot see is `unavailable`, never "off". */
import { type Notification, Subscriber, SubscriptionState, UserAgent } from 'sip.js'
import { dialogStates, type HintState, hintOf } from './dialogInfo.ts'
import { addressOf } from './peer.ts'

export class Hint {
  readonly #agent: UserAgent
  readonly #address: string
  readonly #tell: (state: HintState) => void
  readonly #parser = new DOMParser()
  #subscriber: Subscriber | null = null
  #told: HintState | null = null

  constructor(agent: UserAgent, number: string, host: string, tell: (state: HintState) => void) {
    this.#agent = agent
    this.#address = addressOf(number, host)
    this.#tell = tell
  }

  /** Subscribes anew. */
  start(): void {
    this.#drop()
    const target = UserAgent.makeURI(this.#address)
    if (target === undefined) return this.#become('unavailable')
    const subscriber = new Subscriber(this.#agent, target, 'dialog', {
      extraHeaders: ['Accept: application/dialog-info+xml'],
    })
    this.#subscriber = subscriber
    subscriber.delegate = { onNotify: notification => this.#onNotify(subscriber, notification) }
    // refused, unanswered or ended: sip.js knows one word for them all
    subscriber.stateChange.addListener(state => {
      if (state === SubscriptionState.Terminated && subscriber === this.#subscriber) this.#become('unavailable')
    })
    subscriber.subscribe().catch((error: unknown) => console.error('The hint could not be followed', error))
  }

  /** The connection is gone, and with it what we know. */
  lost(): void {
    this.#drop()
    this.#become('unavailable')
  }

  #onNotify(subscriber: Subscriber, notification: Notification): void {
    notification.accept().catch((error: unknown) => console.error('NOTIFY was not answered', error))
    if (subscriber !== this.#subscriber || notification.request.body === '') return
    this.#become(hintOf(dialogStates(notification.request.body, this.#parser)))
  }

  #drop(): void {
    const old = this.#subscriber
    this.#subscriber = null
    old?.dispose().catch((error: unknown) => console.error('A subscription was not let go', error))
  }

  #become(state: HintState): void {
    if (state === this.#told) return
    this.#told = state
    this.#tell(state)
  }
}
