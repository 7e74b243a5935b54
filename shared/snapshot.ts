/** One state, in main; every window, the tray and the notifications render the same snapshot of it. */
import { z } from 'zod'
import { Link, Stage } from './account.ts'
import { Alarm } from './alarms.ts'
import { AutomaticView } from './automatic.ts'
import { CallView, LastCall } from './call.ts'
import { ExportingView } from './exporting.ts'
import { Failure } from './failure.ts'
import { GuideView } from './guide.ts'
import { KeyAction, Keyed } from './keys.ts'
import { KeepingView } from './keeping.ts'
import { LibraryView } from './library/view.ts'
import { Dialable, PhoneView } from './phone.ts'
import { PolicyView } from './policy.ts'
import { Reminder } from './reminders.ts'
import { SelfGrantView } from './selfGrant.ts'
import { Settings } from './settings.ts'

export const Snapshot = z.object({
  /** When it was made: milliseconds since the epoch. Windows count running times from their own clock at arrival. */
  at: z.number(),
  stage: Stage,
  /** BCP 47, resolved: `en`, `fr` or `fr-CA`. */
  language: z.enum(['en', 'fr', 'fr-CA']),
  settings: Settings,
  link: Link,
  phone: PhoneView,
  calls: z.array(CallView),
  /** How the last call ended, until the next one begins or the user has seen it. */
  lastCall: LastCall.nullable(),
  /** The last calls of this session, newest first. */
  recentCalls: z.array(LastCall),
  /** Why the last attempt to call failed; gone with the next one. */
  callFailure: z.object({ failure: Failure, number: z.string(), at: z.number() }).nullable(),
  automatic: AutomaticView,
  selfGrant: SelfGrantView,
  policy: PolicyView,
  guide: GuideView,
  library: LibraryView,
  keeping: KeepingView,
  exporting: ExportingView,
  /** What went wrong and is not yet answered, oldest first. */
  alarms: z.array(Alarm),
  reminders: z.array(Reminder),
  /** What the shell has to ask or to tell. */
  shell: z.object({
    /** Asked before a call is left. `ends`: leaving ends a call that this computer carries; else it goes on without us. */
    question: z.object({ leaving: z.enum(['quit', 'sign-out']), ends: z.boolean() }).nullable(),
    keyed: Keyed.nullable(),
    /** Global keys that the system gave to another program. */
    keysRefused: z.array(KeyAction),
    /** A `tel:` link was opened: its number, for the field of the calls screen; null = it has none that can be called. */
    callLink: z.object({ number: Dialable.nullable() }).nullable(),
    /** The computer slept while it carried calls; until that was seen, or the next call. `to` null: it is about to. */
    slept: z
      .object({
        from: z.number(),
        to: z.number().nullable(),
        /** Whose calls were ended for it. Hostile input: shown as text only. */
        calls: z.array(z.object({ name: z.string(), number: z.string() })),
        /** Whose calls could not be ended (yet). */
        left: z.array(z.object({ name: z.string(), number: z.string() })),
      })
      .nullable(),
  }),
})
export type Snapshot = z.infer<typeof Snapshot>
