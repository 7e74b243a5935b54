/** Recordings kept on this computer: the rule, what a window sees of it, and what it may ask. */
import { z } from 'zod'
import { Failure } from './failure.ts'
import { Selection } from './library/query.ts'

/** What is kept without being asked for one by one. What the user keeps by hand is kept besides, whatever the rule. */
export const KeepRule = z.object({
  what: z.enum(['off', 'recent', 'favourites', 'everything']),
  /** Of `recent`: calls of the last so many days. */
  days: z.number().int().min(1).max(3650),
  /** Bytes of all copies together: the rule fetches the newest first, up to here. */
  upTo: z.number().int().min(1_000_000).max(100_000_000_000_000),
  /** What becomes of a copy whose recording the server, or the folder, has no more. */
  afterServer: z.enum(['keep', 'remove']),
})
export type KeepRule = z.infer<typeof KeepRule>

/** Nothing is kept until somebody says so. */
export const NO_RULE: KeepRule = { what: 'off', days: 30, upTo: 5_000_000_000, afterServer: 'keep' }

/** A copy that is here because it was heard, of a server that sends no parts, stays so long after it was heard last. */
export const HEARD_DAYS = 7

/** What there is to choose from, in the order of the screen. */
export const KEEP_CHOICES = {
  what: KeepRule.shape.what.options,
  days: [7, 30, 90, 365],
  afterServer: KeepRule.shape.afterServer.options,
  upTo: [1, 2, 5, 10, 20, 50, 100, 500].map(gigabytes => gigabytes * 1_000_000_000),
} as const

/** Long enough to be worth its price, short enough to be typed. */
export const Passphrase = z.string().min(8).max(1000)

export const KeepingView = z.object({
  /**
   * `none`: no library. `closed`: neither a keyring nor a passphrase, so nothing is kept. `locked`: the passphrase is
   * asked for. `lost`: the keyring does not give the key back. `open`: copies can be made and heard.
   */
  state: z.enum(['none', 'closed', 'locked', 'lost', 'open']),
  /** What guards the key; null = there is none yet. */
  guard: z.enum(['keyring', 'passphrase']).nullable(),
  /** A keyring worth the name is there. */
  keyring: z.boolean(),
  rule: KeepRule,
  /** Copies on the disk, and their bytes there. */
  copies: z.number().int().nonnegative(),
  bytes: z.number().nonnegative(),
  /**
   * `idle`: all that is wanted is here. `paused`: a call is up. `waiting`: the server did not give it, it is tried again.
   * `full`: the rule wants more than it may keep. `stopped`: the disk does not take it, `failure` says why.
   */
  work: z.enum(['off', 'idle', 'looking', 'fetching', 'paused', 'waiting', 'full', 'stopped']),
  /** Copies still to be fetched, as far as is known. */
  left: z.number().int().nonnegative(),
  failure: Failure.nullable(),
  /** Copies of this run that were found changed on the disk. */
  damaged: z.number().int().nonnegative(),
  /** Names, numbers and notes are sealed on the disk too; null = that cannot be had here. */
  sealedNames: z.boolean().nullable(),
})
export type KeepingView = z.infer<typeof KeepingView>

export const NO_KEEPING: KeepingView = {
  state: 'none',
  guard: null,
  keyring: false,
  rule: NO_RULE,
  copies: 0,
  bytes: 0,
  work: 'off',
  left: 0,
  failure: null,
  damaged: 0,
  sealedNames: null,
}

/** What a rule would remove of what is here now. */
export const RuleEffect = z.object({
  copies: z.number().int().nonnegative(),
  /** On the disk. */
  bytes: z.number().nonnegative(),
  /** Of the copies, those whose recording the server, or the folder, has no more. */
  last: z.number().int().nonnegative(),
})
export type RuleEffect = z.infer<typeof RuleEffect>

export const keepingRequests = {
  'keeping:setRule': { argument: KeepRule, result: z.void() },
  /** Nothing changes. Throws `vault-locked`, `key-lost`, `keeping-closed` where it cannot be told. */
  'keeping:wouldRemove': { argument: KeepRule, result: RuleEffect },
  /** Keeps these copies until they are removed by hand. Fetched in the background. */
  'keeping:keep': { argument: z.object({ selection: Selection }), result: z.void() },
  /** Removes copies, and does not let the rule fetch them again. They stay on the server. */
  'keeping:remove': { argument: z.object({ selection: Selection }), result: z.void() },
  /** `current`: asked for where a passphrase guards the key now; throws `passphrase-wrong`. */
  'keeping:setPassphrase': {
    argument: z.object({ passphrase: Passphrase, current: z.string().max(1000).nullable() }),
    result: z.void(),
  },
  'keeping:useKeyring': { argument: z.object({ current: z.string().max(1000) }), result: z.void() },
  'keeping:unlock': { argument: z.object({ passphrase: z.string().min(1).max(1000) }), result: z.void() },
  'keeping:lock': { argument: z.void(), result: z.void() },
  /** Destroys the key, then the copies. What is sealed with it (names and notes too, where they are) is gone for good. */
  'keeping:erase': { argument: z.void(), result: z.void() },
  'keeping:sealNames': { argument: z.object({ on: z.boolean() }), result: z.void() },
} as const satisfies Record<string, { argument: z.ZodType; result: z.ZodType }>
