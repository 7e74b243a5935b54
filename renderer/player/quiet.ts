/**
 * Where nobody speaks: an energy gate on the loudness of every 20 ms, for each channel against the noise of its own line at
 * that time. Music counts as speech. Speech that is cut is worse than a second that is not saved: what is in doubt is heard.
 * `npm run bench silence` compares it with libfvad, where the truth is known.
 */
import { BUCKET_BYTES, BUCKET_MS, levelOf, PER_SECOND, STEPS_PER_DB } from '../../shared/peaks.ts'

/** Milliseconds, `to` exclusive. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Levels are means over so many stretches (180 ms): noise is uneven in 20 ms, and so is a word. */
const SMOOTH = 9
/** The line's noise is what is softest within so many seconds before and after: everybody takes a breath in that time. */
const REACH_S = 10
/** Speech is louder than it by so much. */
const ABOVE_NOISE_DB = 5
/** What is louder is no line's noise, however even it is. */
const LOUDEST_NOISE = levelOf(32_768 ** 2) - 35 * STEPS_PER_DB
/** Shorter silences belong to speech. */
export const SHORTEST_MS = 600
/** So much of a silence is heard: a word's soft end lies in its beginning, another's soft beginning at its end. */
const KEPT_AFTER_MS = 300
const KEPT_BEFORE_MS = 200
/** A jump over less is heard as a fault, and saves nothing. */
const SHORTEST_SKIP_MS = 200

/** The levels of one channel, stretch by stretch; 0 = digital silence. */
function levelsOf(values: Uint8Array, channels: number, channel: number): Uint8Array {
  const width = channels * BUCKET_BYTES
  const levels = new Uint8Array(Math.floor(values.length / width))
  for (let at = 0; at < levels.length; at++) levels[at] = values[at * width + channel * BUCKET_BYTES + 2] ?? 0
  return levels
}

/** The mean level of what is heard around each stretch; 0 where that itself is digital silence. */
function smoothedOf(levels: Uint8Array): Float64Array {
  const smoothed = new Float64Array(levels.length)
  const reach = (SMOOTH - 1) / 2
  let [sum, heard] = [0, 0]
  for (let newest = 0; newest < levels.length + reach; newest++) {
    const comes = levels[newest] ?? 0
    const goes = levels[newest - SMOOTH] ?? 0
    sum += comes - goes
    if (comes > 0) heard++
    if (goes > 0) heard--
    const middle = newest - reach
    if ((levels[middle] ?? 0) > 0) smoothed[middle] = sum / heard
  }
  return smoothed
}

/** For every second the level of the line's noise around it. */
function noiseOf(smoothed: Float64Array): number[] {
  const softest = Array.from({ length: Math.ceil(smoothed.length / PER_SECOND) }, (_, second) => {
    let least = LOUDEST_NOISE
    for (const level of smoothed.subarray(second * PER_SECOND, (second + 1) * PER_SECOND))
      if (level > 0 && level < least) least = level
    return least
  })
  return softest.map((_, second) => Math.min(...softest.slice(Math.max(0, second - REACH_S), second + REACH_S + 1)))
}

/** For every stretch whether something sounds in any channel: 1, else 0. */
function soundingOf(values: Uint8Array, channels: number): Uint8Array {
  const sounding = new Uint8Array(Math.floor(values.length / (channels * BUCKET_BYTES)))
  for (let channel = 0; channel < channels; channel++) {
    const smoothed = smoothedOf(levelsOf(values, channels, channel))
    for (const [second, noise] of noiseOf(smoothed).entries()) {
      const gate = noise + ABOVE_NOISE_DB * STEPS_PER_DB
      const end = Math.min(smoothed.length, (second + 1) * PER_SECOND)
      for (let at = second * PER_SECOND; at < end; at++) if ((smoothed[at] ?? 0) >= gate) sounding[at] = 1
    }
  }
  return sounding
}

/**
 * All silences that are worth being told of, in order: where every channel is silent.
 * @param values the shape: stretches of `BUCKET_BYTES` a channel, interleaved
 */
export function silencesOf(values: Uint8Array, channels: number): Span[] {
  const sounding = soundingOf(values, channels)
  const found: Span[] = []
  let start: number | null = null
  for (let bucket = 0; bucket <= sounding.length; bucket++) {
    if (sounding[bucket] === 0) start ??= bucket
    else if (start !== null) {
      const span = { from: start * BUCKET_MS, to: bucket * BUCKET_MS }
      // where nobody speaks at all there is nothing to skip to: whatever it is, it is heard
      if (span.to - span.from >= SHORTEST_MS && bucket - start < sounding.length) found.push(span)
      start = null
    }
  }
  return found
}

/** What is left out when silence is skipped. */
export const skippedOf = (silences: readonly Span[]): Span[] =>
  silences
    .map(({ from, to }) => ({ from: from + KEPT_AFTER_MS, to: to - KEPT_BEFORE_MS }))
    .filter(({ from, to }) => to - from >= SHORTEST_SKIP_MS)

export const lengthOf = (spans: readonly Span[]): number => spans.reduce((sum, { from, to }) => sum + to - from, 0)

/** The span that a moment lies in. By halves: there are thousands in a long call. */
export function spanAt(spans: readonly Span[], ms: number): Span | null {
  let [low, high] = [0, spans.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const span = spans[middle]
    if (span === undefined) return null
    if (ms < span.from) high = middle - 1
    else if (ms >= span.to) low = middle + 1
    else return span
  }
  return null
}
