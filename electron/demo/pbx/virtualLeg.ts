/** A leg without SIP: a desk phone, the demo extension, a party outside. It has no network; its voice is played. */
import { type AudioFrame, type AudioPort, type Leg, type LegEvents } from './leg.ts'
import { Player } from './player.ts'

export class VirtualLeg implements Leg, AudioPort {
  readonly audio: AudioPort = this
  readonly sipCallId = null
  onFrame: ((frame: AudioFrame) => void) | null = null
  onDigit: ((digit: string) => void) | null = null
  readonly #timers = new Set<NodeJS.Timeout>()
  #voice: Player | null = null

  /** Nothing to tell: nobody looks at this phone. */
  ringing(): void {}

  answer(): void {}

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#voice?.stop()
    this.#voice = null
  }

  send(): void {}

  sendDigit(): void {}

  /** Does something later, unless the leg has ended by then. */
  later(milliseconds: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      action()
    }, milliseconds)
    this.#timers.add(timer)
  }

  /** Speaks, again and again, with silence in between. @param sound mu-law, 8 kHz */
  speak(sound: Uint8Array, silenceMs: number): void {
    this.#voice ??= new Player(sound, frame => this.onFrame?.(frame), { loopAfterMs: silenceMs })
  }
}

/** A called desk phone: rings at once, then waits for somebody. */
export function ringingDeskPhone(events: LegEvents): VirtualLeg {
  const leg = new VirtualLeg()
  leg.later(0, () => events.ringing())
  return leg
}
