/** Messages on Wazo's bus as websocketd forwards them (wazo.md 6.1): who may see them, and the pipe with its faults. */
import { type EventFaults } from './faults.ts'
import { naiveUtc } from './python.ts'
import { type World } from './world.ts'

export interface BusMessage {
  readonly name: string
  readonly userUuid: string
  readonly requiredAcl: string
  /** The whole message, as it goes over the wire. */
  readonly wire: Readonly<Record<string, unknown>>
}

/** A message for one user. `extras` are the routing headers that some events carry. */
export function message(
  world: World,
  name: string,
  userUuid: string,
  requiredAcl: string,
  data: unknown,
  extras: Readonly<Record<string, unknown>> = {},
): BusMessage {
  const { tenantUuid, wazoUuid } = world.options
  return {
    name,
    userUuid,
    requiredAcl,
    wire: {
      name,
      tenant_uuid: tenantUuid,
      ...extras,
      [`user_uuid:${userUuid}`]: true,
      required_access: `event.${name}`,
      required_acl: requiredAcl,
      origin_uuid: wazoUuid,
      timestamp: naiveUtc(world.now()),
      data,
    },
  }
}

/** Carries messages to the sessions that are open at that moment; keeps nothing for later. */
export class Bus {
  readonly #listeners = new Set<(message: BusMessage) => void>()
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #faults: EventFaults

  constructor(faults: EventFaults) {
    this.#faults = faults
  }

  subscribe(listener: (message: BusMessage) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  publish(message: BusMessage): void {
    for (const { message: passed, delayMs } of this.#faults.pass(message)) {
      if (delayMs === 0) this.#deliver(passed)
      else this.#later(delayMs, () => this.#deliver(passed))
    }
  }

  /** Runs something after a while, unless the demo ends before. */
  #later(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, delayMs)
    this.#timers.add(timer)
  }

  #deliver(message: BusMessage): void {
    for (const listener of [...this.#listeners]) listener(message)
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
    this.#listeners.clear()
  }
}
