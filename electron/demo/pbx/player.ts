/** Plays a sound at its own pace, 20 ms frames by the clock, as a phone would send it. */
import { randomInt } from 'node:crypto'
import { mulawSilence } from './g711.ts'
import { type AudioFrame } from './leg.ts'

const frameSamples = 160
const frameMs = 20

export interface PlayerOptions {
  /** Start again after this much silence; null plays once. */
  readonly loopAfterMs: number | null
  /** Called once after the last frame, when it does not loop. */
  readonly onEnd?: () => void
}

export class Player {
  readonly #sound: Uint8Array
  readonly #onFrame: (frame: AudioFrame) => void
  readonly #options: PlayerOptions
  readonly #stream = randomInt(2 ** 32)
  readonly #startedAt = performance.now()
  readonly #timer: NodeJS.Timeout
  /** Samples of one round: the sound, then the pause. */
  readonly #round: number
  #sent = 0

  /** @param sound mu-law, 8 kHz */
  constructor(sound: Uint8Array, onFrame: (frame: AudioFrame) => void, options: PlayerOptions) {
    this.#sound = sound
    this.#onFrame = onFrame
    this.#options = options
    this.#round = Math.max(frameSamples, sound.length + (options.loopAfterMs ?? 0) * 8)
    this.#timer = setInterval(() => this.#catchUp(), frameMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** A late timer sends what is due, so that the sound keeps its length. */
  #catchUp(): void {
    const due = Math.floor((performance.now() - this.#startedAt) / frameMs)
    for (; this.#sent < due; this.#sent++) {
      const position = this.#sent * frameSamples
      if (this.#options.loopAfterMs === null && position >= this.#sound.length) {
        this.stop()
        this.#options.onEnd?.()
        return
      }
      this.#onFrame({ payload: this.#frameAt(position % this.#round), timestamp: position, stream: this.#stream })
    }
  }

  #frameAt(position: number): Uint8Array {
    const payload = new Uint8Array(frameSamples).fill(mulawSilence)
    payload.set(this.#sound.subarray(position, position + frameSamples))
    return payload
  }
}
