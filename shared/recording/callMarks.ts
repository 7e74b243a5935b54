/**
 * Marks set in a call, and where they lie in the sound: between a start and a stop lies one file, which leaves its pauses
 * out but may hold a beep for each (wazo.md 0a), and may miss its first moments (asterisk.md: 0.3 to 1 s).
 */
import { z } from 'zod'
import { type Tape } from './tape.ts'

/** One file of a call, as it was seen to be written, with the marks that lie in it. All lengths in milliseconds. */
export const MarkedPart = z.object({
  /** When it was first seen: milliseconds since the epoch. */
  startedAt: z.number(),
  /** Its stretches between pauses; the last one of a file that was lost is as long as it was seen. */
  stretches: z.array(z.number().nonnegative()),
  /** How many of them a pause ended. */
  pauses: z.number().int().nonnegative(),
  /** `ms` into the stretch of that place. */
  marks: z.array(z.object({ stretch: z.number().int().nonnegative(), ms: z.number().nonnegative() })),
  /** Which of the call's files it is: 0 is the first. */
  place: z.number().int().nonnegative(),
})
export type MarkedPart = z.infer<typeof MarkedPart>

/**
 * The files of a tape that is over, with the marks (milliseconds since the epoch) that lie in each. A mark set in a pause
 * is one at its beginning. Files without marks are left out; so are marks where nothing was recorded.
 */
export function markedParts(tape: Tape, marks: readonly number[]): MarkedPart[] {
  interface Part {
    startedAt: number
    stretches: { from: number; to: number }[]
    pauses: number
    until: number
  }
  const parts: Part[] = []
  let open: Part | null = null
  for (const [index, { at, to }] of tape.entries()) {
    const end = tape[index + 1]?.at ?? at
    if (to === 'recording') {
      if (open === null) {
        open = { startedAt: at, stretches: [], pauses: 0, until: end }
        parts.push(open)
      }
      open.stretches.push({ from: at, to: end })
      open.until = end
    } else if (to === 'paused' && open !== null) {
      open.pauses++
      open.until = end
    } else open = null
  }
  return parts.flatMap(({ startedAt, stretches, pauses, until }, place) => {
    const inside = marks.filter(at => at >= startedAt && at <= until)
    if (inside.length === 0) return []
    return [
      {
        startedAt,
        pauses,
        place,
        stretches: stretches.map(({ from, to }) => to - from),
        marks: inside.map(at => {
          const stretch = Math.max(
            0,
            stretches.findLastIndex(({ from }) => from <= at),
          )
          const found = stretches[stretch] ?? { from: at, to: at }
          return { stretch, ms: Math.min(at, found.to) - found.from }
        }),
      },
    ]
  })
}

/** A beep is no longer. */
const LONGEST_BEEP_MS = 3_000

/**
 * Where a mark lies in the sound, milliseconds. What the sound has more than the stretches are its beeps, one a pause; what
 * it has less is missing at its start. `audioMs` null: its length is not known.
 */
export function soundTime(part: MarkedPart, mark: MarkedPart['marks'][number], audioMs: number | null): number {
  const { stretches, pauses } = part
  const before = stretches.slice(0, mark.stretch).reduce((sum, length) => sum + length, 0)
  const plain = before + mark.ms
  if (audioMs === null) return plain
  const more = audioMs - stretches.reduce((sum, length) => sum + length, 0)
  const beep = pauses === 0 ? 0 : Math.max(0, Math.min(LONGEST_BEEP_MS, more / pauses))
  const missing = Math.max(0, -more)
  return Math.max(0, Math.min(audioMs, plain + mark.stretch * beep - missing))
}
