/** The whole conversation between renderer and main. Schemas lie with their noun; arguments are parsed in main, on every call. */
import { z } from 'zod'
import { AsteriskPairing, Use, WazoSignIn } from './account.ts'
import { FlagsChange } from './automatic.ts'
import { Cue } from './cues.ts'
import { AudioLevel, AudioTest } from './devices.ts'
import { exportingRequests } from './exporting.ts'
import { Failure, type Outcome } from './failure.ts'
import { KeyAction } from './keys.ts'
import { playerRequests } from './player.ts'
import { PhoneCommand, PhoneLine, PhonePreferences, PhoneReport } from './phone.ts'
import { Press } from './recording/view.ts'
import { keepingRequests } from './keeping.ts'
import { namingRequests } from './library/naming.ts'
import { libraryRequests } from './library/requests.ts'
import { SettingsChange } from './settings.ts'
import { Snapshot } from './snapshot.ts'

const id = z.string().min(1).max(128)

/** Requests of a window: one argument in, one answer out. */
export const windowRequests = {
  'app:snapshot': { argument: z.void(), result: Snapshot },
  'app:describe': {
    argument: z.void(),
    result: z.object({ version: z.string(), electron: z.string(), chromium: z.string() }),
  },
  /** Words of ours for the clipboard: a page has no leave to write there by itself. */
  'app:copyText': { argument: z.object({ text: z.string().min(1).max(4000) }), result: z.void() },
  'settings:change': { argument: SettingsChange, result: z.void() },

  /** Signs in. A certificate that nobody vouches for is `certificate-untrusted`, with what it shows. */
  'pair:wazo': { argument: WazoSignIn, result: z.void() },
  /** The user accepts exactly this certificate for this server, from now on. */
  'pair:trust': {
    argument: z.object({ host: z.string().min(1).max(255), fingerprint: z.string().max(95) }),
    result: z.void(),
  },
  'pair:demo': { argument: z.void(), result: z.void() },
  /** Opens main's dialog; answers the folder's label, or null when nothing was picked. No path crosses. */
  'pair:pickFolder': { argument: z.void(), result: z.string().nullable() },
  'pair:asterisk': { argument: AsteriskPairing, result: z.void() },
  'pair:choose': { argument: z.object({ use: Use }), result: z.void() },
  'pair:signOut': { argument: z.void(), result: z.void() },

  /** A number as people write it; main cleans it. `record`: and records it once connected. */
  'call:dial': {
    argument: z.object({ number: z.string().trim().min(1).max(80), record: z.boolean().default(false) }),
    result: z.void(),
  },
  'call:answer': { argument: z.object({ call: id, record: z.boolean().default(false) }), result: z.void() },
  'call:decline': { argument: z.object({ call: id }), result: z.void() },
  'call:hangUp': { argument: z.object({ call: id }), result: z.void() },
  'call:mute': { argument: z.object({ call: id, on: z.boolean() }), result: z.void() },
  /** Resuming one holds every other; `call:answer` does too. */
  'call:hold': { argument: z.object({ call: id, on: z.boolean() }), result: z.void() },
  /** Passes the other side on to a number: at once, or after the user has spoken with who answers there. */
  'call:transfer': {
    argument: z.object({ call: id, number: z.string().trim().min(1).max(80), kind: z.enum(['blind', 'attended']) }),
    result: z.void(),
  },
  /** Ends an attended transfer of this call: connects the two others, or goes back to the first. */
  'call:endTransfer': { argument: z.object({ call: id, how: z.enum(['connect', 'back']) }), result: z.void() },
  'call:digits': { argument: z.object({ call: id, digits: z.string().regex(/^[0-9A-D*#]{1,32}$/) }), result: z.void() },
  /** Takes the line back from the device that has taken it over. */
  'phone:claim': { argument: z.void(), result: z.void() },
  /** A phone that the server refuses is tried again, with what its line is now. */
  'phone:again': { argument: z.void(), result: z.void() },
  /** The secret of the TURN server: set, or forgotten with null. Answers whether one is known. It never comes back. */
  'phone:turnSecret': {
    argument: z.object({ secret: z.string().min(1).max(256).nullable() }).optional(),
    result: z.object({ known: z.boolean() }),
  },
  /** Tries a device out; what a microphone hears comes as `audio:level`. */
  'audio:test': { argument: z.object({ what: AudioTest }), result: z.void() },
  /** Marks this moment. False: it is not recorded now, so nothing was marked. */
  'call:mark': { argument: z.object({ call: id }), result: z.boolean() },
  /** How that call ended has been seen: its card goes. */
  'call:dismiss': { argument: z.object({ call: id }), result: z.void() },
  /** `asked`: the question of the place (`ask`) was put, and answered with yes. */
  'recording:press': {
    argument: z.object({ call: id, press: Press, asked: z.boolean().default(false) }),
    result: z.void(),
  },

  'alarm:answer': { argument: z.object({ alarm: id }), result: z.void() },
  'reminder:answer': { argument: z.object({ reminder: id }), result: z.void() },
  /** A key of one of our windows: the same as the global one. */
  'keys:press': { argument: z.object({ action: KeyAction }), result: z.void() },
  /** The question before a call is left. */
  'shell:answer': { argument: z.object({ leave: z.boolean() }), result: z.void() },
  /** What became of the calls while the computer slept has been seen. */
  'shell:sleptSeen': { argument: z.void(), result: z.void() },
  /** The number of a link is in the field now. */
  'shell:callLinkTaken': { argument: z.void(), result: z.void() },
  /** Brings the main window to the front. */
  'shell:show': { argument: z.void(), result: z.void() },

  /** Sets the flags that are named, by the API. */
  'automatic:set': { argument: FlagsChange, result: z.void() },
  /** Dials the code (toggles all four). */
  'automatic:dialCode': { argument: z.void(), result: z.void() },
  'automatic:check': { argument: z.void(), result: z.void() },

  /** Allows the user himself to record on demand, or takes that back (shared/selfGrant.ts). */
  'right:record': { argument: z.object({ on: z.boolean() }), result: z.void() },

  ...libraryRequests,
  ...namingRequests,
  ...keepingRequests,
  ...exportingRequests,
  ...playerRequests,
} as const satisfies Record<string, { argument: z.ZodType; result: z.ZodType }>

/** Requests of the phone page, answered to its WebContents alone. */
export const phoneRequests = {
  /** The line to register, null = none. */
  'phone:line': { argument: z.void(), result: PhoneLine.nullable() },
  'phone:preferences': { argument: z.void(), result: PhonePreferences },
  'phone:report': { argument: PhoneReport, result: z.void() },
} as const satisfies Record<string, { argument: z.ZodType; result: z.ZodType }>

export const requests = { ...windowRequests, ...phoneRequests }

/** Events, pushed by main and never answered. */
export const events = {
  snapshot: Snapshot,
  /** What the library would answer changed: ask again. At most four a second. */
  'library:changed': z.null(),
  'phone:command': PhoneCommand,
  /** The line changed: ask for it again. */
  'phone:lineChanged': z.null(),
  'phone:preferences': PhonePreferences,
  'audio:level': AudioLevel,
  /** A sound for the user's own ear. */
  'phone:cue': Cue,
} as const satisfies Record<string, z.ZodType>

export type RequestName = keyof typeof requests
export type WindowRequestName = keyof typeof windowRequests
export type PhoneRequestName = keyof typeof phoneRequests
export type Argument<R extends RequestName> = z.input<(typeof requests)[R]['argument']>
export type Parsed<R extends RequestName> = z.output<(typeof requests)[R]['argument']>
export type Result<R extends RequestName> = z.output<(typeof requests)[R]['result']>
export type EventName = keyof typeof events
export type Payload<E extends EventName> = z.output<(typeof events)[E]>

/** A page's only view of the outside world. */
export interface Bridge {
  request<R extends RequestName>(name: R, argument: Argument<R>): Promise<Outcome<Result<R>>>
  /** Answers the way to stop listening. */
  on<E extends EventName>(name: E, listener: (payload: Payload<E>) => void): () => void
}

/** Origins of our pages. A page of one is no page of the other. */
export const APP_ORIGIN = 'app://tallylight'
export const PHONE_ORIGIN = 'app://phone'
/** `recording://<part id>/` serves audio. */
export const RECORDING_SCHEME = 'recording'

export { Failure }
