/**
 * A conversation over call time: what of it was recorded. The user may have had several legs in it (moved to another
 * device and back, both at once, picked up again after a crash); they are joined into one timeline, with its gaps.
 */
import { z } from 'zod'
import { type Tape, type TapeKind } from './recording/tape.ts'

export const SpanKind = z.enum(['recorded', 'paused', 'not-recorded', 'not-known'])
export type SpanKind = z.infer<typeof SpanKind>

/** `fromMs`, `toMs`: milliseconds since the first answer. */
export const Span = z.object({ fromMs: z.number(), toMs: z.number(), kind: SpanKind })
export type Span = z.infer<typeof Span>

/** One leg of the conversation, while it was answered. Milliseconds since the epoch. */
export interface Segment {
  readonly answeredAt: number
  readonly endedAt: number
  readonly tape: Tape
}

const KIND: Readonly<Record<TapeKind, SpanKind>> = {
  recording: 'recorded',
  paused: 'paused',
  off: 'not-recorded',
  unknown: 'not-known',
  over: 'not-known',
}

/** Of two legs at once: what one records is recorded; and while one cannot be told, "not recorded" cannot be said. */
const STRONGEST: readonly SpanKind[] = ['recorded', 'not-known', 'paused', 'not-recorded']

/**
 * Spans from the first answer to the last end, without holes, each of another kind than the one before. Where none of
 * the user's legs was there, it is not known what the conversation went through.
 */
export function timeline(segments: readonly Segment[]): Span[] {
  const start = Math.min(...segments.map(({ answeredAt }) => answeredAt))
  const end = Math.max(...segments.map(({ endedAt }) => endedAt))
  const edges = segments.flatMap(({ answeredAt, endedAt, tape }) => [answeredAt, endedAt, ...tape.map(({ at }) => at)])
  const within = [...new Set(edges)].filter(at => at >= start && at <= end).sort((a, b) => a - b)
  const spans: Span[] = []
  for (const [index, from] of within.entries()) {
    const to = within[index + 1]
    if (to === undefined) break
    const kind = kindFrom(segments, from)
    const last = spans.at(-1)
    if (last?.kind === kind) spans[spans.length - 1] = { ...last, toMs: to - start }
    else spans.push({ fromMs: from - start, toMs: to - start, kind })
  }
  return spans
}

/** What holds from this moment until the next edge. */
function kindFrom(segments: readonly Segment[], at: number): SpanKind {
  const there = segments.filter(({ answeredAt, endedAt }) => answeredAt <= at && at < endedAt)
  const kinds = there.map(({ tape }) => KIND[tape.findLast(change => change.at <= at)?.to ?? 'unknown'])
  return STRONGEST.find(kind => kinds.includes(kind)) ?? 'not-known'
}

/** Milliseconds of one kind. */
export const lengthOf = (spans: readonly Span[], kind: SpanKind): number =>
  spans.reduce((sum, span) => sum + (span.kind === kind ? span.toMs - span.fromMs : 0), 0)
