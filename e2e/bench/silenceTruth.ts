/** What was skipped, held to where somebody really speaks. Pure. */
import { lengthOf, SHORTEST_MS, skippedOf, type Span } from '../../renderer/player/quiet.ts'

export interface Truth {
  /** In order, apart. */
  readonly spoken: readonly Span[]
  /** Music and the like: neither speech nor silence, so that it counts neither way. */
  readonly other: readonly Span[]
}

export interface Judged {
  /** All that is skipped, milliseconds. */
  readonly saved: number
  /** Speech that is skipped, and the longest stretch of it. */
  readonly cut: number
  readonly longestCut: number
  /** What somebody who knows the truth would have skipped as well. */
  readonly left: number
}

/** Spans in order, those that touch made one. */
export function inOrder(spans: readonly Span[]): Span[] {
  const joined: Span[] = []
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last !== undefined && span.from <= last.to)
      joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, span.to) }
    else joined.push(span)
  }
  return joined
}

/** What lies in both; both in order, apart. */
export function common(some: readonly Span[], others: readonly Span[]): Span[] {
  const found: Span[] = []
  let at = 0
  for (const { from, to } of some) {
    while ((others[at]?.to ?? Infinity) <= from) at++
    for (let next = at; ; next++) {
      const other = others[next]
      if (other === undefined || other.from >= to) break
      found.push({ from: Math.max(from, other.from), to: Math.min(to, other.to) })
    }
  }
  return found
}

/** What lies between them, from 0 to `ms`. */
function gaps(spans: readonly Span[], ms: number): Span[] {
  const ends = [...spans, { from: ms, to: ms }]
  return ends.flatMap(({ from }, at) => {
    const start = ends[at - 1]?.to ?? 0
    return from > start ? [{ from: start, to: from }] : []
  })
}

/** @param ms how long the recording is */
export function judged(skipped: readonly Span[], { spoken, other }: Truth, ms: number): Judged {
  const cut = common(skipped, spoken).map(({ from, to }) => to - from)
  const silent = gaps(inOrder([...spoken, ...other]), ms).filter(({ from, to }) => to - from >= SHORTEST_MS)
  const wanted = skippedOf(silent)
  return {
    saved: lengthOf(skipped),
    cut: cut.reduce((sum, one) => sum + one, 0),
    longestCut: Math.max(0, ...cut),
    left: lengthOf(wanted) - lengthOf(common(wanted, skipped)),
  }
}
