/** Every server fact that recording control relies on, in one table, each with its source. */

export const FACTS = {
  /** A state is read once this long after the wish was acknowledged; digits: after the last one. (design 3; wazo.md 0a) */
  proofAfterMs: 2_000,
  /** A command that is not even acknowledged by then may or may not have worked: read. (design 3) */
  acknowledgeWithinMs: 5_000,
  /** A read that has not answered by then is no answer. (design 3) */
  readWithinMs: 3_000,
  /** `unknown` at the latest this long after the last sign of life. (design 3) */
  unknownAfterMs: 6_000,
  /** Reads during a call while the stream lives, and while it is cut. (design 3) */
  readEveryMs: 15_000,
  readEveryCutMs: 2_000,
  /** A place takes no press this long after its label changed: proof comes in 100 ms. (design 5) */
  inertMs: 800,
  /** Stop while paused answers 503 and stays paused: resume, see `recording`, then stop. (wazo.md 0a, transcripts 08; 25.03 and later) */
  stopWhilePausedFails: true,
  /** `*3` of the pausing dialect never stops. (wazo.md 4.1, Wazo 25.03 and later) */
  pausingStar3NeverStops: true,
} as const
