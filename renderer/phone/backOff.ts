/** How long to wait before the next try to connect: 1 s, doubled each time, at most 30 s. */

const FIRST_MS = 1000
const LAST_MS = 30_000
/** Spread, so that the phones of a house do not all come back at once after a restart of the server. */
const SPREAD = 0.2

/**
 * Milliseconds to wait.
 * @param failures tries that failed in a row, from 0
 * @param random 0 to 1: where in the spread of a fifth below
 */
export function backOff(failures: number, random: number): number {
  const full = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(failures, 10))
  return Math.round(full * (1 - SPREAD * random))
}
