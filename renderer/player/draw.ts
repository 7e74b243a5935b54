/** Draws the shape of a sound: one lane a channel, silence as a thin line, in the colours of the theme. */
import { BUCKET_BYTES, BUCKET_MS, signedByte } from '../../shared/peaks.ts'
import { type Peaks } from './usePeaks.ts'
import { type Span } from './quiet.ts'
import { type View } from './view.ts'

export interface Colours {
  readonly played: string
  readonly ahead: string
  readonly quiet: string
  readonly lane: string
  readonly selection: string
  readonly cursor: string
  readonly mark: string
}

export interface Drawing {
  readonly view: View
  readonly peaks: Peaks | null
  readonly silences: readonly Span[]
  readonly position: number
  readonly selection: Span | null
  /** Times of marks. */
  readonly marks: readonly number[]
}

/** Lowest and highest of a channel between two stretches, -1 to 1. */
export function columnOf(peaks: Peaks, channel: number, from: number, to: number): [low: number, high: number] {
  const { values, channels } = peaks
  const width = channels * BUCKET_BYTES
  const last = values.length / width
  let [low, high] = [0, 0]
  for (let bucket = Math.max(0, from); bucket < Math.min(to, last); bucket++) {
    const at = bucket * width + channel * BUCKET_BYTES
    low = Math.min(low, signedByte(values[at] ?? 0))
    high = Math.max(high, signedByte(values[at + 1] ?? 0))
  }
  return [low / 128, high / 128]
}

/** Soft voices are drawn larger than they are: a telephone call is seldom loud. */
const shown = (value: number) => Math.sign(value) * Math.sqrt(Math.abs(value))

/** `width` and `height` in device pixels; `scale`: of them in a CSS pixel. */
export function draw(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  scale: number,
  colours: Colours,
  { view, peaks, silences, position, selection, marks }: Drawing,
): void {
  const perPixel = (view.to - view.from) / width
  const x = (ms: number) => Math.round((ms - view.from) / perPixel)
  context.clearRect(0, 0, width, height)
  if (selection !== null) {
    context.fillStyle = colours.selection
    context.fillRect(x(selection.from), 0, Math.max(1, x(selection.to) - x(selection.from)), height)
  }
  const channels = peaks?.channels ?? 1
  const lane = height / channels
  const cursor = x(position)
  for (let channel = 0; channel < channels; channel++) {
    const middle = Math.round(lane * (channel + 0.5))
    const half = lane / 2 - 2 * scale
    context.fillStyle = colours.lane
    context.fillRect(0, middle, width, Math.max(1, Math.round(scale / 2)))
    if (peaks === null) continue
    for (const played of [true, false]) {
      context.fillStyle = played ? colours.played : colours.ahead
      const [first, end] = played ? [0, Math.min(width, cursor)] : [Math.max(0, cursor), width]
      for (let column = first; column < end; column++) {
        const from = Math.floor((view.from + column * perPixel) / BUCKET_MS)
        const to = Math.max(from + 1, Math.ceil((view.from + (column + 1) * perPixel) / BUCKET_MS))
        const [low, high] = columnOf(peaks, channel, from, to)
        if (low === 0 && high === 0) continue
        const top = Math.round(middle - shown(high) * half)
        const bottom = Math.round(middle - shown(low) * half)
        context.fillRect(column, top, 1, Math.max(1, bottom - top))
      }
    }
  }
  context.fillStyle = colours.quiet
  for (const silence of silences) {
    if (silence.to < view.from || silence.from > view.to) continue
    const from = Math.max(0, x(silence.from))
    context.fillRect(from, height - 3 * scale, Math.max(1, Math.min(width, x(silence.to)) - from), 3 * scale)
  }
  context.fillStyle = colours.mark
  for (const at of marks) {
    const place = x(at)
    if (place < 0 || place > width) continue
    context.fillRect(place, 0, Math.max(1, Math.round(scale)), height)
    context.beginPath()
    context.moveTo(place - 4 * scale, 0)
    context.lineTo(place + 5 * scale, 0)
    context.lineTo(place, 7 * scale)
    context.fill()
  }
  context.fillStyle = colours.cursor
  context.fillRect(cursor - Math.floor(scale / 2), 0, Math.max(2, Math.round(2 * scale)), height)
}
