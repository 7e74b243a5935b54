/**
 * The shapes of recordings, measured as far as somebody asks: a window asks again until it has all, so that nothing goes on
 * for one that was closed. What was measured is kept, in memory and sealed on the disk where there is a key, and a recording
 * that has grown is measured on.
 */
import { BUCKET_BYTES, type PeaksAnswer, PER_SECOND } from '../../../shared/peaks.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { type Measuring } from './thread.ts'
import { readWavHead } from '../audio/wav.ts'
import { HEAD_BYTES, msOf } from './measure.ts'
import { readWhole, type Whole, writeWhole } from './whole.ts'

export interface PeaksPorts {
  /** The sound of a part, as for a player; called for every read. Throws AppFailure. */
  readonly open: (part: string) => Promise<AudioSource>
  readonly thread: { open(source: () => Promise<AudioSource>): Measuring }
  /** Where whole shapes are kept, sealed; `open` answers null where there is none, and `keep` false where there is no key. */
  readonly kept: {
    open(name: string): Promise<Uint8Array | null>
    keep(name: string, bytes: Uint8Array): Promise<boolean>
  }
  readonly log: (text: string, error: unknown) => void
}

/** How long one answer may take to be measured, milliseconds. */
const BUDGET_MS = 150
/** Recordings whose shape is kept in memory: one MB for two hours and channel. */
const KEPT = 12

interface Shape extends Whole {
  readonly measuring: Measuring
  /** Frames that there were when it was measured. */
  of: number
  /** Bytes of the sound; null: not asked yet. */
  size: number | null
  /** Those of which the shape lies sealed on the disk. */
  kept: number | null
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
    const answer = shape.turn.then(() => this.#answer(part, shape, have))
    shape.turn = answer.catch(() => undefined)
    answer.catch(() => this.#forget(part, shape))
    return answer
  }

  /** Whose sounds they were is no longer signed in, or they are heard at another rate. */
  clear(): void {
    for (const [part, shape] of this.#shapes) this.#forget(part, shape)
  }

  #forget(part: string, shape: Shape): void {
    if (this.#shapes.get(part) === shape) this.#shapes.delete(part)
    shape.measuring.close()
  }

  #begin(part: string): Shape {
    const measuring = this.#ports.thread.open(() => this.#ports.open(part))
    return {
      measuring,
      channels: 1,
      rate: 1,
      frames: 0,
      of: 0,
      size: null,
      kept: null,
      values: new Uint8Array(0),
      turn: Promise.resolve(),
    }
  }

  async #answer(part: string, shape: Shape, have: number): Promise<PeaksAnswer> {
    if (shape.size === null) await this.#recall(part, shape)
    const width = shape.channels * BUCKET_BYTES
    const known = shape.values.length / width
    if (have < known) return told(shape, have)
    let measured = await shape.measuring.measure(Math.floor(shape.frames / shape.rate), BUDGET_MS)
    // two legs that were taken for one while too little of them was heard, or another rate: what was measured is of no use
    if (measured !== null && !isAlike(measured, shape) && measured.fromSecond > 0)
      measured = await shape.measuring.measure(0, BUDGET_MS)
    if (measured === null) return { kind: 'none' }
    const from = measured.fromSecond * PER_SECOND * measured.channels * BUCKET_BYTES
    const grown = new Uint8Array(from + measured.values.length)
    grown.set(shape.values.subarray(0, from))
    grown.set(measured.values, from)
    Object.assign(shape, { ...pick(measured), values: grown })
    // it catches what goes wrong, and nobody waits for a disk
    if (shape.frames === shape.of) void this.#keep(part, shape)
    return told(shape, Math.min(have, measured.fromSecond * PER_SECOND))
  }

  /** Takes what an earlier run kept, as far as the sound is still the same: it may have grown, and nothing else. */
  async #recall(part: string, shape: Shape): Promise<void> {
    const open = async () => {
      const source = await this.#ports.open(part)
      return { source, size: await source.size() }
    }
    const [bytes, { source, size }] = await Promise.all([this.#kept(part), open()])
    shape.size = size
    const known = bytes === null ? null : readWhole(bytes)
    if (known === null || known.size > size) return
    const same = known.size === size
    if (source.contentType === 'audio/wav') {
      // as many bytes may have become two legs, or be played at another rate, which the head of what is played tells
      const head = readWavHead(await source.read(0, Math.min(size, HEAD_BYTES)))
      if (head === null || !isAlike(head, known.whole)) return
    } else if (!same) return
    if (same) shape.kept = size
    Object.assign(shape, known.whole, { of: known.whole.frames + (same ? 0 : 1) })
  }

  async #kept(part: string): Promise<Uint8Array | null> {
    try {
      return await this.#ports.kept.open(nameOf(part))
    } catch (error) {
      this.#ports.log('a kept shape could not be read', error)
      return null
    }
  }

  /** Keeps it unless the sound grows. One that is not kept is measured again one day: no reason to go without it now. */
  async #keep(part: string, shape: Shape): Promise<void> {
    const { channels, rate, frames, values, size: before } = shape
    try {
      const size = await (await this.#ports.open(part)).size()
      shape.size = size
      // what was measured may not be all of it
      if (size !== before || size === shape.kept) return
      shape.kept = size
      await this.#ports.kept.keep(nameOf(part), writeWhole({ channels, rate, frames, values }, size))
    } catch (error) {
      this.#ports.log('a shape could not be kept', error)
    }
  }
}

type Way = Pick<Whole, 'rate'> & { readonly channels: number }
const isAlike = (one: Way, other: Way): boolean => one.channels === other.channels && one.rate === other.rate

const nameOf = (part: string) => `peaks ${part}`

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
