/** What the user may set. Kept by main; nothing secret. */
import { z } from 'zod'
import { Keys, NO_KEYS } from './keys.ts'

/** Sounds. `auto`: all on this computer's phone, failures only beside a desk phone. */
const Cues = z.enum(['auto', 'all', 'failures', 'off'])
/** When the mini bar is there. `recording`: while a call is recorded or paused, or that is not known. */
const MiniBar = z.enum(['calls', 'recording', 'never'])
/** 0 = never. */
const Seconds = z.number().int().min(0).max(3600)
const Minutes = z.number().int().min(0).max(600)

export const Settings = z.object({
  language: z.enum(['system', 'en', 'fr', 'fr-CA']).default('system'),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** The codes that this server's administrator chose (they cannot be read: wazo.md 2.2). */
  permanentCode: z
    .string()
    .regex(/^[0-9*#]{2,12}$/)
    .default('*26'),
  recordCode: z
    .string()
    .regex(/^[0-9*#]{2,12}$/)
    .default('*3'),
  /** How *3 is sent where both are possible. `auto`: RFC 4733, else INFO. */
  digits: z.enum(['auto', 'rfc4733', 'info']).default('auto'),
  /** The test recording that is offered at first: `closed` once it was done or put off. */
  guide: z.enum(['open', 'closed']).default('open'),
  cues: Cues.default('auto'),
  /** When the tape runs, one must know without looking; a call that is not recorded leaves the screen alone. */
  miniBar: MiniBar.default('recording'),
  remindPausedSeconds: Seconds.default(60),
  remindHeldSeconds: Seconds.default(60),
  remindLongMinutes: Minutes.default(60),
  /** Global keys, none unless the user sets one. */
  keys: Keys.default(NO_KEYS),
})
export type Settings = z.output<typeof Settings>
export const SettingsChange = z.object({
  language: z.enum(['system', 'en', 'fr', 'fr-CA']).optional(),
  theme: z.enum(['system', 'light', 'dark']).optional(),
  permanentCode: z
    .string()
    .regex(/^[0-9*#]{2,12}$/)
    .optional(),
  recordCode: z
    .string()
    .regex(/^[0-9*#]{2,12}$/)
    .optional(),
  digits: z.enum(['auto', 'rfc4733', 'info']).optional(),
  guide: z.enum(['open', 'closed']).optional(),
  cues: Cues.optional(),
  miniBar: MiniBar.optional(),
  remindPausedSeconds: Seconds.optional(),
  remindHeldSeconds: Seconds.optional(),
  remindLongMinutes: Minutes.optional(),
  keys: Keys.optional(),
})
export type SettingsChange = z.infer<typeof SettingsChange>
