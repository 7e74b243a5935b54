/** Numbers of rows that follow time, so that the newest are the highest. Pure. */

/** Rows of one millisecond before they run over into the next. */
const SLOTS = 1024
/** The year 2248: what a source says beyond it stands there. Milliseconds since the epoch. */
const LATEST = Math.floor(Number.MAX_SAFE_INTEGER / SLOTS) - 2 ** 21
/** Tries in a stretch before it is doubled. */
const TRIES = 16
/** A row is never further from its moment than this, milliseconds: enough for 100 million files of one moment. */
export const FURTHEST_MS = 2 ** 20

const clean = (at: number) => (Number.isFinite(at) ? Math.min(LATEST, Math.max(0, Math.floor(at))) : 0)

/** The least number of a moment (milliseconds since the epoch, any number at all). */
export const firstRow = (at: number): number => clean(at) * SLOTS

/** The moment of a row: milliseconds since the epoch. */
export const momentOf = (row: number): number => Math.floor(row / SLOTS)

/**
 * A free number for a row of this moment. Which one depends on its id, so that rows of one millisecond are in the same
 * order whichever came first; where there are many (copied files, say), they run over into the moments after.
 * @param id hexadecimal digits, eight or more
 */
export function freeRow(at: number, id: string, taken: (row: number) => boolean): number {
  const first = firstRow(at)
  let wish = Number.parseInt(id.slice(0, 8), 16)
  for (let stretch = SLOTS; stretch <= FURTHEST_MS * SLOTS; stretch *= 2) {
    for (let step = 0; step < TRIES; step++) {
      const row = first + (wish % stretch)
      if (!taken(row)) return row
      // the steps of a linear congruential generator, below 2 ** 53
      wish = (wish * 1_103_515 + 12_345) % 2 ** 32
    }
  }
  throw new Error('no row is free for this moment')
}
