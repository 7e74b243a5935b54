/** Who the app is paired with, and what that server and this user's rights allow. */
import { z } from 'zod'
import { CertificateView, Failure } from './failure.ts'
import { Dialect } from './recording/state.ts'

/** Sign-in at a Wazo server. `server` as typed: a host, `host:port` or an https address. */
export const WazoSignIn = z.object({
  server: z.string().trim().min(1).max(255),
  username: z.string().trim().min(1).max(256),
  password: z.string().min(1).max(1024),
})
export type WazoSignIn = z.infer<typeof WazoSignIn>

/** Pairing with a bare Asterisk. The folder is picked in a dialog of its own before; `folder` says whether to use it. */
export const AsteriskPairing = z.object({
  /** `ws://` or `wss://` address of Asterisk's WebSocket. */
  webSocket: z.string().trim().min(1).max(255),
  extension: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9_.+-]{1,64}$/),
  password: z.string().min(1).max(1024),
  /** The number whose hint tells the permanent state; empty = none. */
  hint: z
    .string()
    .trim()
    .max(64)
    .regex(/^[0-9*#A-Za-z_]*$/)
    .default(''),
  useFolder: z.boolean().default(false),
  /** The plain `{{ variable }}` template of file names; empty = only Asterisk's own `auto-…` names. */
  template: z.string().max(500).default(''),
  /** What the recording code does there: as Asterisk has it, or as Wazo does. */
  dialect: Dialect.default('start-stop'),
})
export type AsteriskPairing = z.output<typeof AsteriskPairing>

/** Where the user talks: on this computer's phone, or elsewhere with this app beside it. */
export const Use = z.enum(['phone', 'companion'])
export type Use = z.infer<typeof Use>

/** Found by probing, never guessed from a version alone. */
export const Capabilities = z.object({
  /** As the server says it, e.g. `26.08`; null where it does not. */
  version: z.string().nullable(),
  recordApi: z.boolean(),
  pauseApi: z.boolean(),
  readCalls: z.boolean(),
  events: z.boolean(),
  permanentRead: z.boolean(),
  permanentWrite: z.boolean(),
  originate: z.boolean(),
  listRecordings: z.boolean(),
  playRecordings: z.boolean(),
  /** `online_call_record_enabled` as last read; null = not readable. Groups and queues may differ. */
  mayRecord: z.boolean().nullable(),
})
export type Capabilities = z.infer<typeof Capabilities>

export const AccountView = z.object({
  kind: z.enum(['wazo', 'asterisk', 'demo']),
  /** What the user typed, made canonical; for display. */
  server: z.string(),
  name: z.string(),
  extension: z.string(),
  use: Use,
  /** The line can carry calls of this computer. */
  phonePossible: z.boolean(),
  /** The session is kept by the operating system's keyring; else it lasts for this run only. */
  remembered: z.boolean(),
  capabilities: Capabilities.nullable(),
  /** Label of the watched folder; null = none. */
  folder: z.string().nullable(),
})
export type AccountView = z.infer<typeof AccountView>

/** The connection to the server, apart from the phone's. */
export const Link = z.object({
  /** `polling`: reads answer, the event stream does not. */
  state: z.enum(['none', 'live', 'polling', 'retrying', 'signed-out']),
  since: z.number(),
})
export type Link = z.infer<typeof Link>

/** How far sign-in has come. */
export const Stage = z.discriminatedUnion('stage', [
  z.object({ stage: z.literal('starting') }),
  z.object({
    stage: z.literal('signed-out'),
    /** Why, when it was not the user's wish. */
    reason: Failure.nullable(),
    /** What was typed last time. */
    server: z.string(),
    username: z.string(),
    /** Label of the folder picked for a bare Asterisk. */
    folder: z.string().nullable(),
  }),
  /** Signed in; "Where do you talk?" is not answered yet. */
  z.object({ stage: z.literal('choosing'), account: AccountView }),
  z.object({ stage: z.literal('ready'), account: AccountView }),
])
export type Stage = z.infer<typeof Stage>

export { CertificateView }
