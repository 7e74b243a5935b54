/** The conversation between main and the phone page: its line, its commands and its reports. */
import { z } from 'zod'
import { AudioChoice, AudioDevices, AudioLevel, AudioTest, SilentWhy } from './devices.ts'
import { Failure } from './failure.ts'
import { AudioReading } from './quality.ts'

/** The line to register. The secret goes to the phone page only, in memory, hashed where the realm is known. */
export const PhoneLine = z.object({
  /** Changes whenever anything here changes: the page starts anew for a new key. */
  key: z.string(),
  webSocket: z.string(),
  uri: z.string(),
  username: z.string(),
  displayName: z.string(),
  secret: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('ha1'), ha1: z.string() }),
    z.object({ kind: z.literal('password'), password: z.string() }),
  ]),
  /** Number whose hint tells permanent recording; null = none. */
  hint: z.string().nullable(),
})
export type PhoneLine = z.infer<typeof PhoneLine>

/** A server that helps to find a way for the audio (RFC 8489, RFC 8656). A page takes no other scheme. */
export const IceServer = z.object({
  urls: z.string().regex(/^(stuns?|turns?):[^\s/?#@]{1,255}(\?transport=(udp|tcp))?$/),
  username: z.string().max(256).optional(),
  credential: z.string().max(256).optional(),
})
export type IceServer = z.infer<typeof IceServer>

/** What the user set that concerns the phone page alone. */
export const PhonePreferences = z.object({
  devices: AudioChoice,
  /** None: hosts only, and no third party learns of a call. */
  iceServers: z.array(IceServer).max(4),
  /** A call that the server asks to be answered at once is. */
  autoAnswer: z.boolean(),
})
export type PhonePreferences = z.infer<typeof PhonePreferences>

/** A dialable string: digits, letters, `*`, `#`, `+`, `_`, `.` and `-`. */
export const Dialable = z.string().regex(/^\+?[0-9A-Za-z*#_.-]{1,64}$/)

const session = z.string().regex(/^[A-Za-z0-9-]{1,64}$/)

/** What main tells the phone to do. Each is answered by one `done` report with the same `id`. */
export const PhoneCommand = z.discriminatedUnion('do', [
  z.object({ do: z.literal('dial'), id: z.string(), session, number: Dialable }),
  z.object({ do: z.literal('answer'), id: z.string(), session }),
  z.object({ do: z.literal('decline'), id: z.string(), session }),
  z.object({ do: z.literal('hang-up'), id: z.string(), session }),
  z.object({ do: z.literal('mute'), id: z.string(), session, on: z.boolean() }),
  /** Done once the server has taken it, or has refused to hold: `silenced` says so. Resuming one holds every other. */
  z.object({ do: z.literal('hold'), id: z.string(), session, on: z.boolean() }),
  /** Blind transfer. Done once the server has taken it up; what becomes of it is reported. */
  z.object({ do: z.literal('transfer'), id: z.string(), session, number: Dialable }),
  /** Attended transfer: the other side of `session` gets that of `to`, and both calls end here. */
  z.object({ do: z.literal('join'), id: z.string(), session, to: session }),
  /**
   * `via`: RFC 4733 in the audio, or SIP INFO application/dtmf-relay, one a digit. Done once the last digit is sent.
   * Several digits are one code: kept together, and apart from what is sent before and after. `code-too-slow`: they
   * could not be kept together; what the server made of them is not known.
   */
  z.object({
    do: z.literal('digits'),
    id: z.string(),
    session,
    via: z.enum(['rfc4733', 'info']),
    digits: z.string().regex(/^[0-9A-D*#]{1,32}$/),
  }),
  /**
   * SIP INFO with `Record: on` or `off`: to Asterisk the same as its code, a toggle, whatever the word (asterisk.md 5).
   * Done once it is answered 200, which proves nothing. A failure with status 403 or 481 is certain, any other is not.
   */
  z.object({ do: z.literal('record-info'), id: z.string(), session, on: z.boolean() }),
  /** Looks at once whether the phone is still registered. `claim`: and takes the line back from another device. */
  z.object({ do: z.literal('register'), id: z.string(), claim: z.boolean() }),
  /** Tries a device out. Done once a sound has ended, or a level is being told. */
  z.object({ do: z.literal('test'), id: z.string(), what: AudioTest }),
])
export type PhoneCommand = z.infer<typeof PhoneCommand>

/**
 * Own hold. From `holding` on nothing is spoken or heard in the call, whatever the server says; `silenced`: it refused to
 * hold, so the other side hears silence instead of music.
 */
export const PhoneHold = z.enum(['no', 'holding', 'held', 'silenced', 'resuming'])
export type PhoneHold = z.infer<typeof PhoneHold>

/**
 * A transfer of this call, from the press on. `answered`: the user speaks with the target, and the call waits. `unknown`: the
 * server ended our call without saying what became of it.
 */
export const Transfer = z.object({
  kind: z.enum(['blind', 'attended']),
  to: z.string(),
  state: z.enum(['asked', 'ringing', 'answered', 'done', 'unknown', 'failed']),
  /** SIP status of a failure. */
  status: z.number().int().nullable(),
})
export type Transfer = z.infer<typeof Transfer>

export const PhoneRegistration = z.object({
  /** `taken`: another device has taken over a line that takes one alone. */
  state: z.enum(['connecting', 'registered', 'refused', 'lost', 'taken']),
  /** SIP status of a refusal. */
  status: z.number().int().nullable(),
})

/** What the phone tells main. */
export const PhoneReport = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('registration'), registration: PhoneRegistration }),
  /** `silent`: no microphone can be had, the call goes on with a silent track until there is one. `unused`: no call. */
  z.object({
    kind: z.literal('microphone'),
    state: z.enum(['unused', 'live', 'silent']),
    why: SilentWhy.nullable(),
  }),
  AudioDevices.extend({ kind: z.literal('devices') }),
  AudioLevel.extend({ kind: z.literal('level') }),
  z.object({
    kind: z.literal('session'),
    session,
    status: z.enum(['dialing', 'ringing-out', 'ringing-in', 'up', 'ended']),
    outgoing: z.boolean(),
    peer: z.object({ name: z.string(), number: z.string() }),
    sipCallId: z.string(),
    /** `X-Wazo-Call-ID` of Wazo 26.08 and later: calld's call_id of this leg (wazo.md 7.3). */
    serverId: z.string().nullable(),
    muted: z.boolean(),
    hold: PhoneHold,
    transfer: Transfer.nullable(),
    /** RFC 4733 was negotiated: `canInsertDTMF`. */
    canInsertDigits: z.boolean(),
    /** Only with `ended`: the SIP status that ended it before it was up; null after a BYE. */
    endStatus: z.number().int().nullable(),
    /** Only with `ended`: the server says that another device of the user's has answered it. */
    elsewhere: z.boolean(),
    /** True when the other side or the server ended it. */
    byRemote: z.boolean(),
  }),
  /** Sound really flows: measured once a second while up. */
  AudioReading.extend({ kind: z.literal('audio'), session }),
  z.object({ kind: z.literal('hint'), state: z.enum(['on', 'off', 'unavailable']) }),
  z.object({ kind: z.literal('done'), id: z.string(), failure: Failure.nullable() }),
])
export type PhoneReport = z.infer<typeof PhoneReport>
export type PhoneSession = Extract<PhoneReport, { kind: 'session' }>

/** The phone as the windows see it. */
export const PhoneView = z.object({
  state: z.enum(['off', 'connecting', 'registered', 'refused', 'lost', 'taken']),
  status: z.number().int().nullable(),
  microphone: z.enum(['unused', 'live', 'silent']),
  /** Why it is silent. */
  silentWhy: SilentWhy.nullable(),
  devices: AudioDevices,
})
export type PhoneView = z.infer<typeof PhoneView>
