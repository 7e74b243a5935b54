/**
 * Marks set in a call, and where they lie in the sound: between a start and a stop lies one file, which leaves its pauses
 * out but may hold a beep for each (wazo.md 0a), and may miss its first moments (asterisk.md: 0.3 to 1 s).
 */
import { z } from 'zod'
import { type Tape } from './tape.ts'

/**
 * One file of a call, as it was seen to be written, with the marks that lie in it; or the end of one, where the state was
 * lost meanwhile: whether it is the same file, what is listed tells. All lengths in milliseconds.
 */
export const MarkedPart = z.object({
  /** When it was first seen: milliseconds since the epoch. */
  startedAt: z.number(),
  /** It was seen to begin: the moment before, nothing was recorded. Else it may have begun long before. */
  began: z.boolean(),
  /** When it was seen to end: milliseconds since the epoch. Null: it was lost. */
  endedAt: z.number().nullable(),
  /** Its stretches between pauses; the last one of a file that was lost goes on until something was seen again. */
  stretches: z.array(z.number().nonnegative()),
  /** How many of them a pause ended. */
  pauses: z.number().int().nonnegative(),
  /** `ms` into the stretch of that place. */
  marks: z.array(z.object({ stretch: z.number().int().nonnegative(), ms: z.number().nonnegative() })),
  /** Which of the call's files it is, if none began unseen: 0 is the first. */
  place: z.number().int().nonnegative(),
})
export type MarkedPart = z.infer<typeof MarkedPart>

/**
 * The files of a tape that is over, with the marks (milliseconds since the epoch) that lie in each. A mark set in a pause
 * is one at its beginning; one set before it was known that the file had ended is one at its end. Files without marks are
 * left out.
 */
export function markedParts(tape: Tape, marks: readonly number[]): MarkedPart[] {
  interface Part extends Pick<MarkedPart, 'startedAt' | 'began' | 'endedAt' | 'pauses' | 'place'> {
    stretches: { from: number; to: number }[]
  }
  const parts: Part[] = []
  let open: Part | null = null
  let place = -1
  for (const [index, { at, to }] of tape.entries()) {
    const before = tape[index - 1]?.to ?? 'unknown'
    const end = tape[index + 1]?.at ?? at
    if (to === 'recording' || to === 'paused') {
      if (open === null) {
        if (before !== 'unknown' || parts.length === 0) place++
        open = { startedAt: at, began: before !== 'unknown', endedAt: null, stretches: [], pauses: 0, place }
        parts.push(open)
      }
      if (to === 'recording') open.stretches.push({ from: at, to: end })
      else {
        // what lies before a pause that was there when it was first seen
        if (open.stretches.length === 0) open.stretches.push({ from: at, to: at })
        open.pauses++
      }
    } else {
      const last = open?.stretches.at(-1)
      if (to !== 'unknown' && open !== null) open.endedAt = at
      else if (before === 'recording' && last !== undefined) last.to = end
      open = null
    }
  }
  const ownerOf = (mark: number) => parts.findLast(({ startedAt }) => startedAt <= mark) ?? parts[0]
  return parts.flatMap(part => {
    const inside = marks.filter(mark => ownerOf(mark) === part)
    if (inside.length === 0) return []
    const { stretches } = part
    return [
      {
        ...part,
        stretches: stretches.map(({ from, to }) => to - from),
        marks: inside.map(at => {
          const stretch = Math.max(
            0,
            stretches.findLastIndex(({ from }) => from <= at),
          )
          const found = stretches[stretch] ?? { from: at, to: at }
          return { stretch, ms: Math.max(0, Math.min(at, found.to) - found.from) }
        }),
      },
    ]
  })
}

/** What is listed of the file that a part is of. */
export interface ListedSound {
  /** Length of its sound, milliseconds; null = not known. */
  readonly audioMs: number | null
  /** When it began, by a clock like ours: milliseconds since the epoch. Null: the clocks are not alike, or it is not told. */
  readonly startedAt: number | null
  /** From its start to its stop, pauses included, milliseconds; null = not told. */
  readonly spanMs: number | null
}

/** A beep is no longer. */
const LONGEST_BEEP_MS = 3_000

/**
 * Where a mark lies in the sound, milliseconds. Where the end was seen, what the sound has less than the stretches is
 * missing at its start; what it has more are its beeps, one a pause, and what there was before it was first seen. Where the
 * end was not seen, only the start tells.
 */
export function soundTime(part: MarkedPart, mark: MarkedPart['marks'][number], listed: ListedSound): number {
  const { stretches, pauses, endedAt } = part
  const { audioMs } = listed
  const before = stretches.slice(0, mark.stretch).reduce((sum, length) => sum + length, 0)
  const plain = before + mark.ms
  if (audioMs === null || endedAt === null) {
    const late = part.began || listed.startedAt === null ? 0 : Math.max(0, part.startedAt - listed.startedAt)
    return Math.min(audioMs ?? Infinity, plain + late)
  }
  const more = audioMs - stretches.reduce((sum, length) => sum + length, 0)
  const beeps = LONGEST_BEEP_MS * pauses
  const late = Math.min(
    Math.max(0, more),
    Math.max(0, more - beeps, part.began && more <= beeps ? 0 : unseen(part, endedAt, listed, more)),
  )
  const beep = pauses === 0 ? 0 : Math.max(0, (more - late) / pauses)
  return Math.max(0, Math.min(audioMs, plain + late + mark.stretch * beep - Math.max(0, -more)))
}

/** How long it had been written when it was first seen, best guess: `more` leaves no room for beeps. */
function unseen({ startedAt }: MarkedPart, endedAt: number, listed: ListedSound, more: number): number {
  if (listed.spanMs !== null) return listed.spanMs - (endedAt - startedAt)
  return listed.startedAt === null ? more : startedAt - listed.startedAt
}
