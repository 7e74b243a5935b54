/** What the user may set. Kept by main; nothing secret. */
import { z } from 'zod'
import { AudioChoice, NO_CHOICE } from './devices.ts'
import { ExportChoice, USUAL_EXPORT } from './exporting.ts'
import { IceAddress } from './ice.ts'
import { Keys, NO_KEYS } from './keys.ts'
import { FunctionKeys, USUAL_FUNCTION_KEYS } from './playerKeys.ts'

/** A code that the server's administrator chose (they cannot be read: wazo.md 2.2). */
export const FeatureCode = z.string().regex(/^[0-9*#]{2,12}$/)

const values = {
  language: z.enum(['system', 'en', 'fr', 'fr-CA']),
  theme: z.enum(['system', 'light', 'dark']),
  permanentCode: FeatureCode,
  recordCode: FeatureCode,
  /** How *3 is sent where both are possible. `auto`: RFC 4733, else INFO. */
  digits: z.enum(['auto', 'rfc4733', 'info']),
  /** The test recording that is offered at first: `closed` once it was done or put off. */
  guide: z.enum(['open', 'closed']),
  /** Sounds. `auto`: all on this computer's phone, failures only beside a desk phone. */
  cues: z.enum(['auto', 'all', 'failures', 'off']),
  /** When the mini bar is there. `recording`: while a call is recorded or paused, or that is not known. */
  miniBar: z.enum(['calls', 'recording', 'never']),
  /** What signing out does to the list, the notes and the copies on this computer: closed for others, or destroyed. */
  signOutLibrary: z.enum(['lock', 'erase']),
  /** 0 = never; so for the next two. */
  remindPausedSeconds: z.number().int().min(0).max(3600),
  remindHeldSeconds: z.number().int().min(0).max(3600),
  remindLongMinutes: z.number().int().min(0).max(600),
  /** Global keys; null = none. */
  keys: Keys,
  playerKeys: FunctionKeys,
  exporting: ExportChoice,
  /** Recordings may be played where no headset is known. */
  playAloud: z.boolean(),
  devices: AudioChoice,
  /** Answer at once where the server asks for it: whoever calls then hears the room. */
  autoAnswer: z.boolean(),
  /** `tel:`, `callto:` and `sip:` links of other programs open this app. */
  callLinks: z.boolean(),
  /** Empty: none, and no third party learns of a call. The secret of the TURN server is kept elsewhere. */
  stunServer: IceAddress,
  turnServer: IceAddress,
  turnUser: z.string().max(200),
}

export const Settings = z.object({
  language: values.language.default('system'),
  theme: values.theme.default('system'),
  permanentCode: values.permanentCode.default('*26'),
  recordCode: values.recordCode.default('*3'),
  digits: values.digits.default('auto'),
  guide: values.guide.default('open'),
  cues: values.cues.default('auto'),
  // when the tape runs, one must know without looking; a call that is not recorded leaves the screen alone
  miniBar: values.miniBar.default('recording'),
  signOutLibrary: values.signOutLibrary.default('lock'),
  remindPausedSeconds: values.remindPausedSeconds.default(60),
  remindHeldSeconds: values.remindHeldSeconds.default(60),
  remindLongMinutes: values.remindLongMinutes.default(60),
  // none unless the user sets one
  keys: values.keys.default(NO_KEYS),
  playerKeys: values.playerKeys.default(USUAL_FUNCTION_KEYS),
  exporting: values.exporting.default(USUAL_EXPORT),
  // asked once
  playAloud: values.playAloud.default(false),
  devices: values.devices.default(NO_CHOICE),
  autoAnswer: values.autoAnswer.default(false),
  callLinks: values.callLinks.default(false),
  stunServer: values.stunServer.default(''),
  turnServer: values.turnServer.default(''),
  turnUser: values.turnUser.default(''),
})
export type Settings = z.output<typeof Settings>

export const SettingsChange = z.object(values).partial()
export type SettingsChange = z.infer<typeof SettingsChange>

/** What there is to choose from, in the order of the screen. */
export const CHOICES = {
  language: values.language.options,
  theme: values.theme.options,
  digits: values.digits.options,
  cues: values.cues.options,
  miniBar: values.miniBar.options,
  signOutLibrary: values.signOutLibrary.options,
}
