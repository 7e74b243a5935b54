/**
 * The shapes of recordings, measured as far as somebody asks: a window asks again until it has all, so that nothing goes on
 * for one that was closed. What was measured is kept, and a recording that has grown is measured on.
 */
import { BUCKET_BYTES, type PeaksAnswer, PER_SECOND } from '../../../shared/peaks.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { type Hint } from '../audio/virtual.ts'
import { type Measuring } from './thread.ts'
import { msOf } from './measure.ts'

export interface PeaksPorts {
  /** The sound of a part, as for a player; called for every read. Throws AppFailure. */
  readonly open: (part: string) => Promise<AudioSource>
  readonly thread: { open(source: () => Promise<AudioSource>, hint: Hint): Measuring }
}

/** How long one answer may take to be measured, milliseconds. */
const BUDGET_MS = 150
/** Recordings whose shape is kept in memory: one MB for two hours and channel. */
const KEPT = 12

interface Shape {
  readonly measuring: Measuring
  channels: 1 | 2
  rate: number
  /** Frames that were measured, and that there were then. */
  frames: number
  of: number
  values: Uint8Array
  /** Requests of one recording go one after the other. */
  turn: Promise<unknown>
}

export class PeaksOfParts {
  readonly #ports: PeaksPorts
  readonly #shapes = new Map<string, Shape>()

  constructor(ports: PeaksPorts) {
    this.#ports = ports
  }

  /**
   * What follows the first `have` stretches: at once where it is known, else after a little measuring. Throws AppFailure
   * where the sound cannot be read.
   */
  more(part: string, have: number): Promise<PeaksAnswer> {
    const shape = this.#shapes.get(part) ?? this.#begin(part)
    // set anew, it is the youngest
    this.#shapes.delete(part)
    this.#shapes.set(part, shape)
    for (const [id, { measuring }] of this.#shapes) {
      if (this.#shapes.size <= KEPT) break
      this.#shapes.delete(id)
      measuring.close()
    }
    const answer = shape.turn.then(() => this.#answer(shape, have))
    shape.turn = answer.catch(() => undefined)
    answer.catch(() => this.#forget(part, shape))
    return answer
  }

  /** Whose sounds they were is no longer signed in. */
  clear(): void {
    for (const [part, shape] of this.#shapes) this.#forget(part, shape)
  }

  #forget(part: string, shape: Shape): void {
    if (this.#shapes.get(part) === shape) this.#shapes.delete(part)
    shape.measuring.close()
  }

  #begin(part: string): Shape {
    const measuring = this.#ports.thread.open(() => this.#ports.open(part), {})
    return {
      measuring,
      channels: 1,
      rate: 1,
      frames: 0,
      of: 0,
      values: new Uint8Array(0),
      turn: Promise.resolve(),
    }
  }

  async #answer(shape: Shape, have: number): Promise<PeaksAnswer> {
    const width = shape.channels * BUCKET_BYTES
    const known = shape.values.length / width
    if (have < known) return told(shape, have)
    const measured = await shape.measuring.measure(Math.floor(shape.frames / shape.rate), BUDGET_MS)
    if (measured === null) return { kind: 'none' }
    const from = measured.fromSecond * PER_SECOND * measured.channels * BUCKET_BYTES
    const grown = new Uint8Array(from + measured.values.length)
    grown.set(shape.values.subarray(0, from))
    grown.set(measured.values, from)
    Object.assign(shape, { ...pick(measured), values: grown })
    return told(shape, Math.min(have, measured.fromSecond * PER_SECOND))
  }
}

const pick = ({ channels, rate, frames, of }: Pick<Shape, 'channels' | 'rate' | 'frames' | 'of'>) => ({
  channels,
  rate,
  frames,
  of,
})

function told({ channels, values, frames, of, rate }: Shape, from: number): PeaksAnswer {
  return {
    kind: 'peaks',
    channels,
    from,
    values: values.slice(from * channels * BUCKET_BYTES),
    ms: msOf(frames, rate),
    whole: frames === of,
  }
}
