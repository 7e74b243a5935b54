/** The parties that answer by themselves: the demo extension and people outside. They ring, pick up and play the greeting. */
import { type LegEvents } from './leg.ts'
import { VirtualLeg } from './virtualLeg.ts'

const ringMs = 1000
const silenceMs = 1500

/** A called party that answers after a second. @param greeting mu-law, 8 kHz */
export function greetingCallee(greeting: Uint8Array, events: LegEvents): VirtualLeg {
  const leg = new VirtualLeg()
  leg.later(0, () => events.ringing())
  leg.later(ringMs, () => {
    leg.speak(greeting, silenceMs)
    events.answered()
  })
  return leg
}

/** A party that calls, and speaks from the answer on. */
export class GreetingCaller extends VirtualLeg {
  readonly #greeting: Uint8Array

  /** @param greeting mu-law, 8 kHz */
  constructor(greeting: Uint8Array) {
    super()
    this.#greeting = greeting
  }

  override answer(): void {
    this.speak(this.#greeting, silenceMs)
  }
}
