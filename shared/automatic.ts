/** Permanent recording ("Automatic recording" on screen): four flags, how they are known and how they are set. */
import { z } from 'zod'

/** The four flags of a user (Wazo 21.01 and later): who calls, and where the other one is. */
export const Flags = z.object({
  outgoingExternal: z.boolean(),
  outgoingInternal: z.boolean(),
  incomingExternal: z.boolean(),
  incomingInternal: z.boolean(),
})
export type Flags = z.infer<typeof Flags>
export type Flag = keyof Flags
export const FLAGS: readonly Flag[] = ['outgoingExternal', 'outgoingInternal', 'incomingExternal', 'incomingInternal']

export const allFlags = (on: boolean): Flags => ({
  outgoingExternal: on,
  outgoingInternal: on,
  incomingExternal: on,
  incomingInternal: on,
})

/** A change of some flags, as it crosses the bridge. */
export const FlagsChange = Flags.partial().transform(change => {
  const named: Partial<Flags> = {}
  for (const flag of FLAGS) if (change[flag] !== undefined) named[flag] = change[flag]
  return named
})

/** What the flags amount to. `some`: the code would turn all of them on. */
export function amount(flags: Flags): 'all' | 'none' | 'some' {
  const on = FLAGS.filter(flag => flags[flag]).length
  return on === FLAGS.length ? 'all' : on === 0 ? 'none' : 'some'
}

/** What `*26` makes of them: NOT(all four are on), for all four (wazo.md 3.1). */
export const afterCode = (flags: Flags): Flags => allFlags(amount(flags) !== 'all')

/** How the flags can be set here. `api`: each by itself (confd). `code`: all together, by a call to the code. */
export const AutomaticMeans = z.enum(['api', 'code', 'none'])
export type AutomaticMeans = z.infer<typeof AutomaticMeans>

export const AutomaticView = z.object({
  means: AutomaticMeans,
  /** `known`: read from the server. `hint`: all or none, told by the function key's hint. `unknown`: cannot be read (now). `unprovable`: never, here. */
  proof: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('known'), flags: Flags, at: z.number() }),
    z.object({ kind: z.literal('hint'), on: z.boolean(), at: z.number() }),
    z.object({ kind: z.literal('unknown'), last: Flags.nullable(), at: z.number().nullable() }),
    z.object({ kind: z.literal('unprovable'), sentAt: z.number().nullable() }),
  ]),
  /** What was asked for and is not yet read back. */
  wish: Flags.partial().nullable(),
  refusal: z
    .object({
      reason: z.enum(['code-disabled', 'not-allowed', 'server-trouble', 'nothing-changed', 'phone-off']),
      at: z.number(),
    })
    .nullable(),
  /** The setting before the last change, offered as undo. */
  before: Flags.nullable(),
  /** The code, `*26` unless set otherwise. */
  code: z.string(),
})
export type AutomaticView = z.infer<typeof AutomaticView>
