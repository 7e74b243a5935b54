/** Records a channel, as MixMonitor does: what it says and what it hears, mixed by the clock into one WAV. */
import { mix, Voice } from './mixer.ts'
import { type AudioFrame } from './leg.ts'
import { beep } from './tones.ts'
import { WavFile } from './wav.ts'

const samplesPerMs = 8
const tickMs = 100
/** What is younger waits for frames that are still on their way. */
const waitSamples = 200 * samplesPerMs

/** A stretch between start or resume and pause or stop. */
interface Stretch {
  readonly wav: WavFile
  readonly startedAt: number
  readonly near: Voice
  readonly far: Voice
  readonly timer: NodeJS.Timeout
  /** The tick that waits for the sockets. */
  due: NodeJS.Immediate | undefined
  written: number
}

export class Recorder {
  readonly #file: string
  readonly #onFailure: (error: unknown) => void
  #stretch: Stretch | null

  /**
   * Makes the file and starts. Throws when it cannot be made.
   * @param onFailure a write failed; nothing more is recorded
   */
  constructor(file: string, onFailure: (error: unknown) => void) {
    this.#file = file
    this.#onFailure = onFailure
    this.#stretch = this.#begin(WavFile.create(file))
  }

  /** What the channel says. */
  near(frame: AudioFrame): void {
    if (this.#stretch !== null) this.#stretch.near.add(frame, elapsed(this.#stretch))
  }

  /** What the channel hears. */
  far(frame: AudioFrame): void {
    if (this.#stretch !== null) this.#stretch.far.add(frame, elapsed(this.#stretch))
  }

  /** Closes the file after a beep; the pause itself is not in the file (wazo.md 0a). Throws when writing fails. */
  pause(): void {
    this.#end(stretch => stretch.wav.append(beep()))
  }

  /** Appends from now on. Throws when the file is gone. */
  resume(): void {
    this.#stretch ??= this.#begin(WavFile.reopen(this.#file))
  }

  /** Throws when writing fails; nothing is left open then either. */
  close(): void {
    this.#end(() => undefined)
  }

  #begin(wav: WavFile): Stretch {
    // The timer comes before the sockets in Node's loop: after a stall the frames that wait there are read first.
    const timer = setInterval(() => {
      stretch.due = setImmediate(() => this.#tick(stretch))
    }, tickMs)
    const stretch: Stretch = {
      wav,
      startedAt: performance.now(),
      near: new Voice(),
      far: new Voice(),
      timer,
      due: undefined,
      written: 0,
    }
    return stretch
  }

  #tick(stretch: Stretch): void {
    if (this.#stretch !== stretch) return
    try {
      write(stretch, elapsed(stretch) - waitSamples)
    } catch (error) {
      this.#stretch = null
      clearInterval(stretch.timer)
      stretch.wav.abandon()
      this.#onFailure(error)
    }
  }

  #end(last: (stretch: Stretch) => void): void {
    const stretch = this.#stretch
    if (stretch === null) return
    this.#stretch = null
    clearInterval(stretch.timer)
    clearImmediate(stretch.due)
    try {
      write(stretch, elapsed(stretch))
      last(stretch)
    } finally {
      stretch.wav.close()
    }
  }
}

function elapsed(stretch: Stretch): number {
  return Math.round((performance.now() - stretch.startedAt) * samplesPerMs)
}

function write(stretch: Stretch, to: number): void {
  if (to <= stretch.written) return
  stretch.wav.append(mix([stretch.near, stretch.far], stretch.written, to - stretch.written))
  stretch.written = to
}
