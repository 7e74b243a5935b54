/** What the player asks of main. */
import { z } from 'zod'
import { PeaksAnswer } from './peaks.ts'

const part = z.string().regex(/^[A-Za-z0-9-]{1,80}$/)

/** Milliseconds of a recording's sound; no recording is longer than some days. */
const Ms = z.number().min(0).max(1_000_000_000)

export const playerRequests = {
  /** The shape of the sound after so many stretches of it: asked again and again until the answer is `whole`. */
  'player:peaks': {
    argument: z.object({ part, have: z.number().int().min(0).max(100_000_000) }),
    result: PeaksAnswer,
  },
  /**
   * Fails as the sound does at a place that could not be played: asked for anew there, never told from memory. `share`: of
   * the sound's length. Done where it can be had: it is of a kind that cannot be played then.
   */
  'player:why': { argument: z.object({ part, share: z.number().min(0).max(1) }), result: z.void() },
  /** Whether the recording tells by itself how fast it was made; false: `library:setRawRate` does. */
  'player:tellsRate': { argument: z.object({ part }), result: z.boolean() },
  /** Where the user last was in it, milliseconds; null = nowhere yet, or at its end. */
  'player:place': { argument: z.object({ part }), result: z.number().nullable() },
  /** Forgets why it could not be heard, and looks for it again: `library:changed` follows. */
  'player:again': { argument: z.object({ part }), result: z.void() },
  'player:setPlace': { argument: z.object({ part, ms: Ms.nullable() }), result: z.void() },
} as const satisfies Record<string, { argument: z.ZodType; result: z.ZodType }>
