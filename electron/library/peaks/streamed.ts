/** Measures the shape of sound that is decoded in order, as far as somebody asks; what was measured is not decoded again. */
import { type AudioSource } from '../../../shared/recordings.ts'
import { type OpenDecoder, StreamedSound } from '../audio/streamed.ts'
import { type Kernel } from './kernel.ts'
import { fitting, type Form, formOf, joined, measurePiece, type Measured } from './measure.ts'

/** Seconds, and none more: a small file made to do harm could go on for years. */
const LONGEST_S = 100 * 60 * 60

/** Where it ended. */
interface End {
  /** Bytes that there were. */
  readonly size: number
  readonly frames: number
  /** The shape of what follows the last whole second. */
  readonly values: Uint8Array
}

export class StreamedShape {
  readonly #source: AudioSource
  readonly #open: OpenDecoder
  readonly #kernel: Kernel
  #sound: StreamedSound | null = null
  #form: Form | null = null
  /** Frames that were measured: whole seconds. */
  #frames = 0
  /** Samples that follow them, by frames. */
  #waiting = new Int16Array(0)
  #end: End | null = null

  constructor(source: AudioSource, open: OpenDecoder, kernel: Kernel) {
    this.#source = source
    this.#open = open
    this.#kernel = kernel
  }

  /**
   * As `measure`, for at least a second. Goes on from the second where it stopped; for any other, and once there is more
   * than it ended with, it begins anew, and answers from the first. Null where nothing could be decoded.
   */
  async measure(fromSecond: number, enough: () => boolean): Promise<Measured | null> {
    const size = await this.#source.size()
    if (!this.#goesOn(fromSecond, size)) await this.#begin()
    if (this.#sound === null) return null
    const from = this.#frames
    const found: Uint8Array[] = []
    while (this.#end === null && (found.length === 0 || !enough())) {
      const samples = await this.#sound.next()
      const takes = samples !== null && !this.#isTooLong() && this.#take(samples)
      if (takes) found.push(...this.#wholeSeconds())
      else this.#end = { size, ...this.#rest() }
    }
    if (this.#form === null) return null
    const { channels, rate } = this.#form
    const [frames, of] = this.#end === null ? [this.#frames, this.#frames + 1] : [this.#end.frames, this.#end.frames]
    // a copy: what is answered is given away
    const values = joined(this.#end === null ? found : [...found, this.#end.values.slice()])
    return { channels, rate, fromSecond: from / rate, values, frames, of }
  }

  close(): void {
    this.#sound?.close()
    this.#sound = null
  }

  #goesOn(fromSecond: number, size: number): boolean {
    if (this.#form === null || fromSecond * this.#form.rate !== this.#frames) return false
    return this.#end === null || this.#end.size === size
  }

  async #begin(): Promise<void> {
    this.close()
    this.#form = null
    this.#frames = 0
    this.#waiting = new Int16Array(0)
    this.#end = null
    this.#sound = await StreamedSound.of(this.#source, this.#open)
  }

  /** False: it is none that is measured, which is its end for us. */
  #take(samples: Int16Array): boolean {
    const form = this.#sound?.form ?? null
    this.#form ??= form && formOf(form.channels, form.rate)
    if (form !== null && this.#form === null) return false
    const waiting = new Int16Array(this.#waiting.length + samples.length)
    waiting.set(this.#waiting)
    waiting.set(samples, this.#waiting.length)
    this.#waiting = waiting
    return true
  }

  #isTooLong(): boolean {
    return this.#form !== null && this.#frames > LONGEST_S * this.#form.rate
  }

  #wholeSeconds(): Uint8Array[] {
    const found: Uint8Array[] = []
    while (this.#form !== null) {
      const { channels, rate } = this.#form
      const seconds = Math.floor(this.#waiting.length / (rate * channels))
      if (seconds === 0) break
      const frames = Math.min(seconds * rate, fitting(this.#form))
      found.push(this.#measure(this.#form, frames))
      this.#frames += frames
    }
    return found
  }

  #rest(): Omit<End, 'size'> {
    if (this.#form === null || this.#waiting.length === 0) return { frames: this.#frames, values: new Uint8Array(0) }
    const frames = this.#waiting.length / this.#form.channels
    return { frames: this.#frames + frames, values: this.#measure(this.#form, frames) }
  }

  #measure(form: Form, frames: number): Uint8Array {
    const samples = frames * form.channels
    this.#kernel.input.set(this.#waiting.subarray(0, samples))
    this.#waiting = this.#waiting.slice(samples)
    return measurePiece(form, this.#kernel, frames)
  }
}
