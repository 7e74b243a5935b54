/** The shape of a recording's sound: for every 20 ms and channel the lowest and highest sample and how loud it is. */
import { z } from 'zod'

export const BUCKET_MS = 20
export const PER_SECOND = 1000 / BUCKET_MS
/** Bytes of one stretch of one channel: lowest and highest (signed, 128 = full), level. */
export const BUCKET_BYTES = 3

/**
 * The loudness of a stretch in one byte, half a decibel a step: 0 = digital silence; else 1 + 20 log10 of the mean square,
 * so that 182 is as loud as can be.
 */
export const levelOf = (meanSquare: number): number =>
  meanSquare < 1 ? (meanSquare > 0 ? 1 : 0) : 1 + Math.round(20 * Math.log10(meanSquare))

/** Level steps in a decibel. */
export const STEPS_PER_DB = 2

/** A signed byte out of an unsigned one. */
export const signedByte = (byte: number): number => (byte << 24) >> 24

/** Stretches after the first `from`, interleaved by channel; they take the place of any that were known from there on. */
export const PeaksAnswer = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('peaks'),
    channels: z.union([z.literal(1), z.literal(2)]),
    from: z.number().int().nonnegative(),
    values: z.instanceof(Uint8Array),
    /** Of the sound that was measured, milliseconds. */
    ms: z.number().nonnegative(),
    /** All that there is now was measured. */
    whole: z.boolean(),
  }),
  /** Only a player can read this format. */
  z.object({ kind: z.literal('none') }),
])
export type PeaksAnswer = z.infer<typeof PeaksAnswer>
