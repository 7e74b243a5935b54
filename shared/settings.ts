/** What the user may set. Kept by main; nothing secret. */
import { z } from 'zod'

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
})
export type SettingsChange = z.infer<typeof SettingsChange>
