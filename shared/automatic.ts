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
export const FLAGS = [
  'outgoingExternal',
  'outgoingInternal',
  'incomingExternal',
  'incomingInternal',
] as const satisfies readonly Flag[]

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

export const sameFlags = (a: Flags, b: Flags): boolean => FLAGS.every(flag => a[flag] === b[flag])

/** The preset "Only my outgoing calls". */
export const ONLY_OUTGOING: Flags = {
  outgoingExternal: true,
  outgoingInternal: true,
  incomingExternal: false,
  incomingInternal: false,
}

/** The setting with a change of some flags in it. */
export function withChange(flags: Flags, change: { readonly [F in Flag]?: boolean | undefined } | null): Flags {
  const made = { ...flags }
  for (const flag of FLAGS) made[flag] = change?.[flag] ?? flags[flag]
  return made
}

/** What is asked for and is not so yet. */
export function changed(from: Flags, wanted: Partial<Flags>): Partial<Flags> {
  const named: Partial<Flags> = {}
  for (const flag of FLAGS) if (wanted[flag] !== undefined && wanted[flag] !== from[flag]) named[flag] = wanted[flag]
  return named
}

/** What the flags amount to. `some`: the code would turn all of them on. */
export function amount(flags: Flags): 'all' | 'none' | 'some' {
  const on = FLAGS.filter(flag => flags[flag]).length
  return on === FLAGS.length ? 'all' : on === 0 ? 'none' : 'some'
}

/** What `*26` makes of them: NOT(all four are on), for all four (wazo.md 3.1). */
export const afterCode = (flags: Flags): Flags => allFlags(amount(flags) !== 'all')

/** Where the other one is, as the server tells it (`direction`, Wazo 22.15 and later). */
export const Zone = z.enum(['inside', 'outside', 'unknown'])
export type Zone = z.infer<typeof Zone>

/** Whether a call should be recorded by itself. `why`: the flags that say so; of a `maybe` those that may. */
export const Due = z.object({ due: z.enum(['yes', 'maybe', 'no']), why: z.array(z.enum(FLAGS)) })
export type Due = z.infer<typeof Due>
export const NOT_DUE: Due = { due: 'no', why: [] }

/** What the flags make of a call that begins now (wazo.md 2.1). Only the flag of its direction and zone counts. */
export function dueFor(flags: Flags, outgoing: boolean, zone: Zone): Due {
  const external: Flag = outgoing ? 'outgoingExternal' : 'incomingExternal'
  const internal: Flag = outgoing ? 'outgoingInternal' : 'incomingInternal'
  const counts = zone === 'outside' ? [external] : zone === 'inside' ? [internal] : [external, internal]
  const why = counts.filter(flag => flags[flag])
  return { due: why.length === 0 ? 'no' : why.length === counts.length ? 'yes' : 'maybe', why }
}

/** Recording begins with the answer (26.07) or before: a call that shows none so long after it has none. */
export const MISSING_AFTER_MS = 3_000
/** Evidence of that must not be older than this, counted from the answer. */
export const MISSING_SEEN_MS = 2_000

/** A call as far as its automatic recording is judged. Times: milliseconds since the epoch. */
export interface DueCall {
  readonly answeredAt: number | null
  readonly recording: {
    readonly proof: { readonly kind: string; readonly at?: number }
    readonly firstRecordedAt: number | null
  }
}

/**
 * Automatic recording is missing: it was surely due, the call was answered 3 s ago, it was never seen recording, and
 * the server has shown since then that it is not. Not knowing is no miss.
 */
export function isMissing({ due }: Due, { answeredAt, recording }: DueCall, now: number): boolean {
  const { proof, firstRecordedAt } = recording
  if (due !== 'yes' || answeredAt === null || firstRecordedAt !== null || proof.kind !== 'off') return false
  return now - answeredAt >= MISSING_AFTER_MS && (proof.at ?? 0) - answeredAt >= MISSING_SEEN_MS
}

/** Of two colleagues one side records: of a call to us it may be the other (wazo.md 4.6). */
export const otherSideMay = (call: { readonly outgoing: boolean; readonly zone: Zone }): boolean =>
  !call.outgoing && call.zone !== 'outside'

/** How the flags can be set here. `api`: each by itself (confd). `code`: all together, by a call to the code. */
export const AutomaticMeans = z.enum(['api', 'code', 'none'])
export type AutomaticMeans = z.infer<typeof AutomaticMeans>

export const CodeBy = z.enum(['phone', 'server'])
export type CodeBy = z.infer<typeof CodeBy>

export const AutomaticView = z.object({
  means: AutomaticMeans,
  /** `one`: a server before 21.01, whose single flag stands for all four. */
  grid: z.enum(['four', 'one']),
  /** `known`: read from the server. `hint`: all or none, told by the function key's hint. `unknown`: cannot be read (now). `unprovable`: never, here. */
  proof: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('known'), flags: Flags, at: z.number() }),
    z.object({ kind: z.literal('hint'), on: z.boolean(), at: z.number() }),
    z.object({ kind: z.literal('unknown'), last: Flags.nullable(), at: z.number().nullable() }),
    z.object({ kind: z.literal('unprovable'), sentAt: z.number().nullable() }),
  ]),
  /** What was asked for and is not yet read back. */
  wish: Flags.partial().nullable(),
  /** The server takes a change over: calls placed now begin a few seconds later (wazo.md 0a). */
  settling: z.boolean(),
  refusal: z
    .object({
      reason: z.enum([
        'code-disabled',
        'not-allowed',
        'server-trouble',
        'nothing-changed',
        'phone-off',
        'not-picked-up',
      ]),
      at: z.number(),
    })
    .nullable(),
  /** The setting before the first of our changes of one sitting, and when that was. Gone once somebody else changes it. */
  undo: z.object({ to: Flags, at: z.number() }).nullable(),
  /** When our last change was read back. */
  changedAt: z.number().nullable(),
  /** A change that was not ours: what was known before, and when it was seen. Gone with our next one. */
  elsewhere: z.object({ from: Flags, at: z.number() }).nullable(),
  /** The code, `*26` unless set otherwise. */
  code: z.string(),
  /** How the code is called: by the phone of this computer, or by the server, which rings the user's own phone first. */
  codeBy: CodeBy.nullable(),
  /** A call to the code that we placed is under way. */
  calling: z.boolean(),
})
export type AutomaticView = z.infer<typeof AutomaticView>
