/**
 * Where nobody speaks: an energy gate on the loudness of every 20 ms, measured against the noise of the line itself. What
 * music on hold says counts as speech.
 */
import { BUCKET_BYTES, BUCKET_MS, STEPS_PER_DB } from '../../shared/peaks.ts'

/** Milliseconds, `to` exclusive. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Speech is louder than the line's noise (its 10th percentile) by so much. */
const ABOVE_NOISE_DB = 7
/** Shorter silences belong to speech. */
const SHORTEST_MS = 600
/** So much of a silence is heard before and after it: a word's soft ends lie there. */
const KEPT_MS = 150

/** The loudest channel of each stretch, 0 = digital silence. */
export function levelsOf(values: Uint8Array, channels: number): Uint8Array {
  const width = channels * BUCKET_BYTES
  const levels = new Uint8Array(Math.floor(values.length / width))
  for (let bucket = 0; bucket < levels.length; bucket++) {
    let level = 0
    for (let channel = 0; channel < channels; channel++)
      level = Math.max(level, values[bucket * width + channel * BUCKET_BYTES + 2] ?? 0)
    levels[bucket] = level
  }
  return levels
}

/** The level from which on it is speech; null: it is all alike, so that nothing can be told. */
export function gateOf(levels: Uint8Array): number | null {
  const counts = new Uint32Array(256)
  let heard = 0
  for (const level of levels) {
    if (level === 0) continue
    counts[level] = (counts[level] ?? 0) + 1
    heard++
  }
  if (heard === 0) return null
  const percentile = (share: number) => {
    let seen = 0
    for (let level = 1; level < 256; level++) {
      seen += counts[level] ?? 0
      if (seen >= heard * share) return level
    }
    return 255
  }
  const gate = percentile(0.1) + ABOVE_NOISE_DB * STEPS_PER_DB
  if (percentile(0.98) >= gate) return gate
  // between stretches of digital silence whatever is heard is speech; else it is one even sound
  return heard < levels.length * 0.95 ? 1 : null
}

/** All silences that are worth being told of, in order. */
export function silencesOf(levels: Uint8Array): Span[] {
  const gate = gateOf(levels)
  if (gate === null) return []
  const found: Span[] = []
  let start: number | null = null
  for (let bucket = 0; bucket <= levels.length; bucket++) {
    const quiet = bucket < levels.length && (levels[bucket] ?? 0) < gate
    if (quiet) start ??= bucket
    else if (start !== null) {
      const span = { from: start * BUCKET_MS, to: bucket * BUCKET_MS }
      if (span.to - span.from >= SHORTEST_MS) found.push(span)
      start = null
    }
  }
  return found
}

/** What is left out when silence is skipped. */
export const skippedOf = (silences: readonly Span[]): Span[] =>
  silences.map(({ from, to }) => ({ from: from + KEPT_MS, to: to - KEPT_MS }))

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
