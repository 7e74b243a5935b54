/**
 * How fast a recording was made whose file does not tell it: signed 16-bit samples without a head, which end in `.raw` and as
 * which MixMonitor writes both sides of a call. Somebody has to say it, for a whole folder, as the server writes all alike.
 */
import { z } from 'zod'

/** Hz, as Asterisk's signed linear formats have them (format_sln.c); 44.1 kHz is a converter's. */
export const RAW_RATES = [8_000, 16_000, 24_000, 32_000, 44_100, 48_000] as const

export const RawRate = z.literal(RAW_RATES)
export type RawRate = z.infer<typeof RawRate>

/** What is taken where nobody chose: a telephone's. */
export const USUAL_RAW_RATE: RawRate = 8_000

/** By its name a file of that kind; its content may say otherwise. */
export const isRaw = (name: string): boolean => name.toLowerCase().endsWith('.raw')
